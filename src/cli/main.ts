/**
 * The process of the command line: arguments in, exit code out. Started by bin/p2psync.js. Owns what belongs to the process: signals,
 * broken pipes, flushing.
 */
import '../base/runtime.ts';
import type { Io } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { runCommand } from './run-command.ts';

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
  const code = await runCommand(argv, io);
  // What breaks off because of Ctrl-C is no failure; a node in this process ends itself and knows how it went.
  return interruptCode !== 0 && code !== exitCodes.done && !isEndingItself ? interruptCode : code;
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

const code = await main(process.argv.slice(2));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Not process.exitCode: open keep-alive connections to the daemon would hold the process.
process.exit(code);
