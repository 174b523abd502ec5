/** Runs a program to its end; rejects with what it wrote to standard error. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const outputBytesMax = 16 * 2 ** 20;

export async function runProgram(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  await run(program, args, { signal, maxBuffer: outputBytesMax });
}
