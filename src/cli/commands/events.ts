/** `p2psync events [--follow]`: what has happened since the daemon started, and what happens next. */
import { type Command, InvalidArgumentError } from 'commander';
import type { DaemonEvent } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { eventLine } from '../event-text.ts';
import { examples } from '../examples.ts';

export function registerEvents(program: Command, io: Io): void {
  const command = program
    .command('events')
    .summary('show what happens')
    .description(
      'Shows the events that the daemon still keeps; --follow goes on with new ones until Ctrl-C. ' +
        'With --json: an array; with --follow as well, one event per line.',
    )
    .option('-f, --follow', 'go on with new events')
    .option('--since <id>', 'only events after the one with this id', parseId, 0)
    .action(async (options: { follow?: boolean; since: number }, self: Command) => {
      const cli = openCli(self, io);
      const follow = options.follow === true;
      const api = await connectTo(cli);
      const kept: DaemonEvent[] = [];
      try {
        for await (const event of api.events(options.since, follow, cli.signal)) {
          if (follow) cli.out.document(event);
          else if (cli.out.json) kept.push(event);
          cli.out.line(eventLine(event));
        }
      } catch (error) {
        // Ctrl-C is how following ends.
        if (!cli.signal.aborted) throw error;
      }
      if (!follow) cli.out.document(kept);
    });
  examples(command, ['p2psync events', 'p2psync events --follow --json']);
}

function parseId(value: string): number {
  const id = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(id)) throw new InvalidArgumentError('An id is a whole number.');
  return id;
}
