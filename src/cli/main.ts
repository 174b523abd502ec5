/**
 * The process of the command line: arguments in, exit code out. Started by bin/p2psync.js. Owns what belongs to the process: signals,
 * broken pipes, the last word on errors.
 */
import '../base/runtime.ts';
import type { Io } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { errorLines } from './report-error.ts';

/** How long a command that was interrupted may take to tidy up, unless it asked to end itself. */
const interruptedMsMax = 2000;
/** Exit codes of interrupted commands, as shells count them: 128 + number of the signal. */
const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const controller = new AbortController();
  let interruptCode = 0;
  let isEndingItself = false;
  ignoreBrokenPipes(() => isEndingItself);
  for (const [signal, code] of Object.entries(signalExitCodes)) {
    process.on(signal, () => {
      // The second one: whoever sends it does not want to wait.
      if (interruptCode !== 0) process.exit(code);
      interruptCode = code;
      controller.abort(new Error(`interrupted by ${signal}`));
      if (!isEndingItself) setTimeout(() => process.exit(code), interruptedMsMax).unref();
    });
  }
  const io: Io = {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    signal: controller.signal,
    endsItself: () => {
      isEndingItself = true;
    },
  };
  try {
    await buildProgram(io).parseAsync(argv);
    return exitCodes.done;
  } catch (error) {
    // What breaks off because of Ctrl-C is no news to whoever pressed it.
    if (interruptCode !== 0 && (!isEndingItself || error === controller.signal.reason)) return interruptCode;
    for (const line of errorLines(error, argv.includes('--verbose'))) process.stderr.write(`${line}\n`);
    return exitCodeOf(error);
  }
}

/** `p2psync events --follow | head -1`: the reader left, so the work is done. A node in this process goes on without a reader. */
function ignoreBrokenPipes(isEndingItself: () => boolean): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (!isEndingItself()) process.exit(exitCodes.done);
    });
  }
}

/** Everything written has left this process: process.exit would cut what a slow pipe has not taken yet. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

const code = await main(process.argv);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Not process.exitCode: open keep-alive connections to the daemon would hold the process.
process.exit(code);
