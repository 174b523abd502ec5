/** `p2psync pause` and `p2psync resume`: stop syncing for a while, everything or one folder or device. */
import type { Command } from 'commander';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { formatSpan } from '../format.ts';
import { sanitise } from '../sanitise.ts';
import { durationArgument } from '../value-arguments.ts';

export function registerPause(program: Command, io: Io): void {
  const command = program
    .command('pause')
    .summary('stop syncing for a while')
    .description('Stops syncing until resumed, everything or one folder or device.')
    .argument('[label-or-device]', 'what to pause (default: everything)')
    .option('--for <duration>', 'resume by itself after this long', durationArgument)
    .action(async (target: string | undefined, options: { for?: number }, self: Command) => {
      const cli = openCli(self, io);
      await (await connectTo(cli)).pause(target, options.for);
      const until = options.for === undefined ? null : new Date(Date.now() + options.for).toISOString();
      cli.out.document({ paused: target ?? null, until });
      const how = options.for === undefined ? "until 'p2psync resume'" : `for ${formatSpan(options.for)}`;
      cli.out.line(`Paused ${target === undefined ? 'everything' : sanitise(target)} ${how}.`);
    });
  examples(command, ['p2psync pause', 'p2psync pause --for 2h', 'p2psync pause photos']);
}

export function registerResume(program: Command, io: Io): void {
  const command = program
    .command('resume')
    .summary('take up syncing again')
    .description('Takes up syncing again, of everything or one folder or device.')
    .argument('[label-or-device]', 'what to resume (default: everything)')
    .option('--accept', 'let a held mass change through')
    .action(async (target: string | undefined, options: { accept?: boolean }, self: Command) => {
      const cli = openCli(self, io);
      const accept = options.accept === true;
      await (await connectTo(cli)).resume(target, accept);
      cli.out.document({ resumed: target ?? null, accepted: accept });
      cli.out.line(`Resumed ${target === undefined ? 'everything' : sanitise(target)}.`);
    });
  examples(command, ['p2psync resume', 'p2psync resume photos --accept']);
}
