/** The commands and options as plain data, read off the parser, so that completion can never disagree with it. */
import type { Argument, Command, Option } from 'commander';

export interface CompletionOption {
  /** "--listen" */
  readonly long: string | undefined;
  /** "-w" */
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  readonly repeatable: boolean;
  readonly choices: readonly string[];
}

export interface CompletionCommand {
  /** Words after the program's name; empty for the program. */
  readonly words: readonly string[];
  readonly description: string;
  readonly subcommands: readonly CompletionCommand[];
  readonly options: readonly CompletionOption[];
  /** Words that the first argument can be; empty: anything, files included. */
  readonly choices: readonly string[];
  readonly takesArguments: boolean;
}

export function commandTree(program: Command): CompletionCommand {
  return commandNode(program, [], program.createHelp().visibleOptions(program).map(optionNode));
}

function commandNode(
  command: Command,
  words: readonly string[],
  globals: readonly CompletionOption[],
): CompletionCommand {
  const help = command.createHelp();
  const own = help.visibleOptions(command).map(optionNode);
  const known = new Set(own.map((option) => option.long));
  const inherited = globals.filter((option) => option.long !== '--version' && !known.has(option.long));
  return {
    words,
    description: firstLine(command.summary() || command.description()),
    subcommands: command.commands
      .filter((sub) => sub.name() !== 'help')
      .map((sub) => commandNode(sub, [...words, sub.name()], globals)),
    options: words.length === 0 ? own : [...own, ...inherited],
    choices: choicesOf(command.registeredArguments),
    takesArguments: command.registeredArguments.length > 0,
  };
}

function choicesOf(list: readonly Argument[]): readonly string[] {
  return list[0]?.argChoices ?? [];
}

function optionNode(option: Option): CompletionOption {
  return {
    long: option.long,
    short: option.short,
    description: firstLine(option.description),
    takesValue: option.required || option.optional,
    repeatable: option.description.includes('(repeatable)'),
    choices: option.argChoices ?? [],
  };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

/** The command and all below it, parents first. */
export function allCommands(root: CompletionCommand): CompletionCommand[] {
  return [root, ...root.subcommands.flatMap(allCommands)];
}
