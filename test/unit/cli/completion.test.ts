import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { completionScript } from '../../../src/cli/commands/completion.ts';
import type { Io } from '../../../src/cli/context.ts';
import { buildProgram } from '../../../src/cli/program.ts';

const io: Io = {
  stdout: { write: () => {} },
  stderr: { write: () => {} },
  environment: {},
  signal: new AbortController().signal,
  endsItself: () => {},
};

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).error === undefined;
}

/** What bash would offer after these words. */
function offered(script: string, words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const driver = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _p2psync; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', driver], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  const program = buildProgram(io);

  for (const [shell, check] of [
    ['bash', '-n'],
    ['zsh', '-n'],
    ['fish', '--no-execute'],
  ] as const) {
    it(`${shell} parses its script`, function () {
      if (!has(shell)) return this.skip();
      const { status, stderr } = spawnSync(shell, [check], {
        input: completionScript(program, shell),
        encoding: 'utf8',
      });
      assert.deepEqual([status, stderr], [0, '']);
    });

    it(`${shell} knows every command and option`, () => {
      const script = completionScript(program, shell);
      const walk = (command: Command): void => {
        for (const option of command.options)
          assert.ok(script.includes((option.long ?? '').replace(/^--/, '')), option.flags);
        for (const sub of command.commands) {
          assert.ok(script.includes(sub.name()));
          walk(sub);
        }
      };
      walk(program);
    });
  }

  it('bash offers what fits', () => {
    const script = completionScript(program, 'bash');
    assert.deepEqual(offered(script, ['p2psync', 'st']), ['status', 'stop']);
    assert.deepEqual(offered(script, ['p2psync', '--home', 'up', 'fol']), ['folder']);
    assert.deepEqual(offered(script, ['p2psync', 'folder', '']), [
      'add',
      'join',
      'share',
      'move',
      'set',
      'ls',
      'revert',
      'override',
      'rm',
    ]);
    assert.deepEqual(offered(script, ['p2psync', 'folder', 'add', '--mode', 's']), ['send-receive', 'send-only']);
    assert.deepEqual(offered(script, ['p2psync', 'up', '--l']), ['--label', '--listen', '--log-level']);
    assert.deepEqual(offered(script, ['p2psync', 'completion', '']), ['bash', 'zsh', 'fish']);
    assert.deepEqual(offered(script, ['p2psync', 'up', '']), []);
  });

  it('every command has an example in its help', () => {
    const walk = (command: Command): void => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      assert.match(help, /\nExamples:\n {2}\$ /, command.name());
      for (const sub of command.commands) if (sub.name() !== 'help') walk(sub);
    };
    walk(buildProgram(io));
  });
});
