/** Completion for fish: a flat list of rules, each with the condition under which it holds. */
import { type CompletionCommand, type CompletionOption, allCommands } from './command-tree.ts';

export function fishScript(root: CompletionCommand): string {
  const rules = allCommands(root).flatMap((command) => [
    ...command.subcommands.map((sub) => rule(command, `-f -a ${last(sub)} -d ${quote(sub.description)}`)),
    ...command.choices.map((choice) => rule(command, `-f -a ${choice}`)),
    ...command.options.map((option) => rule(command, optionText(option))),
  ]);
  return `# fish completion for p2psync; made by 'p2psync completion fish'
${rules.join('\n')}
`;
}

function rule(command: CompletionCommand, text: string): string {
  const seen = command.words.map((word) => `__fish_seen_subcommand_from ${word}`);
  if (command.subcommands.length > 0) {
    const names = command.subcommands.map(last).join(' ');
    seen.push(command.words.length === 0 ? '__fish_use_subcommand' : `not __fish_seen_subcommand_from ${names}`);
  }
  return `complete -c p2psync -n ${quote(seen.join('; and '))} ${text}`;
}

function optionText(option: CompletionOption): string {
  const parts: string[] = [];
  if (option.short !== undefined) parts.push(`-s ${option.short.replace(/^-+/, '')}`);
  if (option.long !== undefined) parts.push(`-l ${option.long.replace(/^-+/, '')}`);
  if (option.choices.length > 0) parts.push(`-x -a ${quote(option.choices.join(' '))}`);
  else if (option.takesValue) parts.push('-r');
  parts.push(`-d ${quote(option.description)}`);
  return parts.join(' ');
}

function last(command: CompletionCommand): string {
  return command.words.at(-1) ?? '';
}

/** Single quotes in fish: only backslash and the quote itself are special. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
