/** Runs the real command line: in a process of its own where the process matters, else inside the test's, which is quicker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../../src/cli/run-command.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const loader = import.meta.resolve('tsx');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly onStart?: (child: ChildProcess) => void;
}

export function spawnCli(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', loader, main, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onStart?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export async function runCli(argv: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await runCommand(argv, {
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    environment: { ...process.env, ...environment },
    signal: new AbortController().signal,
    endsItself: () => {},
  });
  return { code, stdout, stderr };
}
