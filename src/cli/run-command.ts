/** One call of the command line from arguments to exit code, errors printed; free of process-wide state, so that tests can run it in their own process. */
import type { Io } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { errorLines } from './report-error.ts';

/** `argv`: without the runtime and the script. */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  try {
    await buildProgram(io).parseAsync(argv, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Whoever pressed Ctrl-C knows why the command broke off.
    const isAbort = error === io.signal.reason || (error instanceof Error && error.name === 'AbortError');
    const isInterrupted = io.signal.aborted && isAbort;
    if (!isInterrupted) {
      for (const line of errorLines(error, argv.includes('--verbose'))) io.stderr.write(`${line}\n`);
    }
    return exitCodeOf(error);
  }
}
