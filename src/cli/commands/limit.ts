/** `p2psync limit [--up RATE] [--down RATE]`: how fast this device may send and receive. */
import type { Command } from 'commander';
import type { RateLimits } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { formatRate } from '../format.ts';
import { rateArgument } from '../value-arguments.ts';

type Rate = number | 'none';

export function registerLimit(program: Command, io: Io): void {
  const command = program
    .command('limit')
    .summary('show or set how fast this device may send and receive')
    .description(
      'Shows how fast this device may send and receive, or sets it. A rate is like 500k, 2M or 1.5MB per second; ' +
        "'none' takes a limit away.",
    )
    .option('--up <rate>', 'sending', rateArgument)
    .option('--down <rate>', 'receiving', rateArgument)
    .action(async (options: { up?: Rate; down?: Rate }, self: Command) => {
      const cli = openCli(self, io);
      const limits = await (await connectTo(cli)).limits({ up: toLimit(options.up), down: toLimit(options.down) });
      cli.out.document(limits);
      cli.out.line(describe(limits));
    });
  examples(command, ['p2psync limit', 'p2psync limit --up 2M --down none']);
}

function toLimit(rate: Rate | undefined): number | null | undefined {
  return rate === 'none' ? null : rate;
}

function describe({ up, down }: RateLimits): string {
  const text = (rate: number | null): string => (rate === null ? 'no limit' : `at most ${formatRate(rate)}`);
  return `Sending: ${text(up)}; receiving: ${text(down)}.`;
}
