/** `p2psync wait`: returns when every reachable device holds the same content; for scripts. */
import type { Command } from 'commander';
import type { WaitOutcome } from '../../api/control.ts';
import { Problem } from '../../base/problem.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { withSyncProgress } from '../progress.ts';
import { durationArgument } from '../value-arguments.ts';

const timeoutMsDefault = 60_000;

export function registerWait(program: Command, io: Io): void {
  const command = program
    .command('wait')
    .summary('return when every reachable device holds the same content')
    .description(
      'Returns when every reachable device holds the same content (exit code 0), or when the time is up (3), with the ' +
        'reason for each folder.',
    )
    .option('--folder <label>', 'only this folder')
    .option('--timeout <duration>', 'how long at most (default: 60s)', durationArgument)
    .action(async (options: { folder?: string; timeout?: number }, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const timeoutMs = options.timeout ?? timeoutMsDefault;
      const outcome = await withSyncProgress(api, cli.out.live(), cli.signal, (signal) =>
        api.wait(options.folder, timeoutMs, signal),
      );
      cli.out.document(outcome);
      if (!outcome.inSync) throw timedOut(outcome, timeoutMs);
      cli.out.line(outcome.folders.length === 0 ? 'Nothing to wait for: there is no folder.' : 'In sync.');
    });
  examples(command, ['p2psync wait', 'p2psync wait --folder photos --timeout 10m']);
}

function timedOut(outcome: WaitOutcome, timeoutMs: number): Problem {
  const reasons = outcome.folders
    .filter((folder) => !folder.inSync)
    .map((folder) => `${folder.label}: ${folder.reason ?? 'the daemon gave no reason'}`);
  const seconds = Number((timeoutMs / 1000).toFixed(1));
  return new Problem(
    'WAIT_TIMED_OUT',
    `not in sync after ${seconds} s (${reasons.join('; ') || 'no folder says why'}); 'p2psync status' shows more`,
    { exitCode: exitCodes.timedOut },
  );
}
