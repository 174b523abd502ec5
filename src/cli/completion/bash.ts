/** Completion for bash 3.2 and newer (macOS ships 3.2), with or without the bash-completion package. */
import { type CompletionCommand, allCommands } from './command-tree.ts';

export function bashScript(root: CompletionCommand): string {
  const commands = allCommands(root);
  const groups = commands.filter((command) => command.subcommands.length > 0);
  return `# bash completion for p2psync; made by 'p2psync completion bash'
_p2psync() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command='' word skip='' index words='' flags=''
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n $skip ]]; then skip=''; continue; fi
    case "$word" in
      ${valueOptions(commands).join('|')}) skip=1; continue ;;
      -*) continue ;;
    esac
    case "$command/$word" in
${groups.map(groupCase).join('\n')}
    esac
  done
  case "$command/$previous" in
${choiceCases(commands).join('\n')}
  esac
  case "$previous" in
    ${valueOptions(commands).join('|')}) return ;;
  esac
  case "$command" in
${commands.map(wordsCase).join('\n')}
  esac
  [[ $current == -* ]] && words="$flags"
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
  return 0
}
complete -o default -F _p2psync p2psync
`;
}

/** Where a command stands in the script's own variable: '' for the program, 'folder', 'folder add'. */
function key(command: CompletionCommand): string {
  return command.words.join(' ');
}

function groupCase(group: CompletionCommand): string {
  const prefix = key(group) === '' ? '' : `${key(group)} `;
  const names = group.subcommands.map((sub) => `'${key(group)}/${sub.words.at(-1) ?? ''}'`);
  return `      ${names.join('|')}) command="${prefix}$word" ;;`;
}

function wordsCase(command: CompletionCommand): string {
  const flags = command.options.flatMap((option) => [option.long, option.short]).filter((flag) => flag !== undefined);
  const plain =
    command.subcommands.length > 0 ? command.subcommands.map((sub) => sub.words.at(-1) ?? '') : command.choices;
  return `    '${key(command)}') words='${plain.join(' ')}'; flags='${flags.join(' ')}' ;;`;
}

function choiceCases(commands: readonly CompletionCommand[]): string[] {
  return commands.flatMap((command) =>
    command.options
      .filter((option) => option.choices.length > 0 && option.long !== undefined)
      .map(
        (option) =>
          `    '${key(command)}/${option.long ?? ''}') COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$current")); return ;;`,
      ),
  );
}

function valueOptions(commands: readonly CompletionCommand[]): string[] {
  const flags = commands.flatMap((command) =>
    command.options.filter((option) => option.takesValue).map((option) => option.long ?? option.short ?? ''),
  );
  return [...new Set(flags)].sort();
}
