/** `p2psync completion SHELL`: a completion script, made from the commands as they are. */
import { Argument, type Command } from 'commander';
import { commandTree } from '../completion/command-tree.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import { type Io, openCli } from '../context.ts';
import { examples } from '../examples.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function registerCompletion(program: Command, io: Io): void {
  const command = program
    .command('completion')
    .summary('print a completion script for your shell')
    .description('Prints a completion script for your shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const script = completionScript(program, shell);
      cli.out.document({ shell, script });
      cli.out.line(script.trimEnd());
    });
  examples(command, [
    'p2psync completion bash > ~/.local/share/bash-completion/completions/p2psync',
    'p2psync completion zsh > "${fpath[1]}/_p2psync"',
    'p2psync completion fish > ~/.config/fish/completions/p2psync.fish',
  ]);
}

export function completionScript(program: Command, shell: Shell): string {
  const tree = commandTree(program);
  switch (shell) {
    case 'bash':
      return bashScript(tree);
    case 'zsh':
      return zshScript(tree);
    case 'fish':
      return fishScript(tree);
  }
}
