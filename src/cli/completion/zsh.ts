/** Completion for zsh: one function for each command, on _arguments and _describe. */
import { type CompletionCommand, type CompletionOption, allCommands } from './command-tree.ts';

export function zshScript(root: CompletionCommand): string {
  return `#compdef p2psync
# zsh completion for p2psync; made by 'p2psync completion zsh'
${allCommands(root).map(commandFunction).join('\n')}
if [ "$funcstack[1]" = "_p2psync" ]; then
  _p2psync "$@"
else
  compdef _p2psync p2psync
fi
`;
}

function functionName(command: CompletionCommand): string {
  return ['_p2psync', ...command.words].join('_').replaceAll('-', '_');
}

function commandFunction(command: CompletionCommand): string {
  const options = command.options.map((option) => `    ${optionSpec(option)} \\`);
  if (command.subcommands.length === 0) {
    const rest = argumentSpec(command);
    return `${functionName(command)}() {
  _arguments -s \\
${options.join('\n')}
    ${rest}
}
`;
  }
  const entries = command.subcommands.map((sub) => `    ${quote(`${last(sub)}:${sub.description}`)}`);
  const cases = command.subcommands.map((sub) => `        ${last(sub)}) ${functionName(sub)} ;;`);
  return `${functionName(command)}() {
  local state line
  local -a subcommands
  subcommands=(
${entries.join('\n')}
  )
  _arguments -s -C \\
${options.join('\n')}
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command) _describe command subcommands ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}
`;
}

function argumentSpec(command: CompletionCommand): string {
  if (command.choices.length > 0) return quote(`1: :(${command.choices.join(' ')})`);
  return command.takesArguments ? quote('*: :_files') : "'*: :'";
}

function optionSpec(option: CompletionOption): string {
  const description = option.description.replace(/[[\]:]/g, (character) => `\\${character}`);
  const value = option.choices.length > 0 ? `: :(${option.choices.join(' ')})` : option.takesValue ? ': :_files' : '';
  const flag = option.long ?? option.short ?? '';
  const flags = option.short !== undefined && option.long !== undefined ? [option.short, option.long] : [flag];
  const repeat = option.repeatable ? '*' : '';
  return flags.map((one) => quote(`${repeat}${one}[${description}]${value}`)).join(' ');
}

function last(command: CompletionCommand): string {
  return command.words.at(-1) ?? '';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
