/** `p2psync stop`: asks the daemon to end and waits until it has. */
import type { Command } from 'commander';
import { sleep } from '../../base/abort.ts';
import { Problem } from '../../base/problem.ts';
import { type Cli, type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { withSpinner } from '../progress.ts';
import { findDaemon, isNoDaemon } from '../spawn-daemon.ts';

/** A daemon finishes the group of files that it is writing before it ends. */
const stopTimeoutMsMax = 30_000;
const pollMs = 50;

export function registerStop(program: Command, io: Io): void {
  const command = program
    .command('stop')
    .summary('stop the background node')
    .description('Stops the background node of this home and waits until it has ended.')
    .action(async (_options: object, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      // Proves that it is there: from here on, silence means that it has stopped.
      await api.status();
      await withSpinner(cli.out.live(), 'Stopping', async () => {
        await api.stop().catch(ignoreGone);
        await gone(cli);
      });
      cli.out.document({ stopped: true });
      cli.out.line('Stopped.');
    });
  examples(command, ['p2psync stop']);
}

function ignoreGone(error: unknown): void {
  if (!isNoDaemon(error)) throw error;
}

async function gone(cli: Cli): Promise<void> {
  const deadline = performance.now() + stopTimeoutMsMax;
  while ((await findDaemon(cli.home)) !== undefined) {
    if (performance.now() > deadline) {
      throw new Problem(
        'STOP_TIMED_OUT',
        `the daemon still answers ${stopTimeoutMsMax / 1000} seconds after it was asked to stop; see its log in ${cli.home}`,
        { exitCode: 3 },
      );
    }
    await sleep(pollMs, cli.signal);
  }
}
