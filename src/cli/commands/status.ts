/** `p2psync status [--watch]`: how this device, its folders and the other devices are. */
import type { Command } from 'commander';
import type { Control } from '../../api/control.ts';
import { sleep } from '../../base/abort.ts';
import { type Cli, type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { RateMeter } from '../rates.ts';
import { renderStatus } from '../status-text.ts';

const refreshMs = 1000;

export function registerStatus(program: Command, io: Io): void {
  const command = program
    .command('status')
    .summary('show how folders and devices are')
    .description(
      'Shows how this device, its folders and the linked devices are. --watch keeps showing it until Ctrl-C; ' +
        'with --json as well, one document per line and second.',
    )
    .option('-w, --watch', 'keep showing')
    .action(async (options: { watch?: boolean }, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      if (options.watch === true) return watch(cli, api);
      const status = await api.status();
      cli.out.document(status);
      cli.out.lines(renderStatus(status, Date.now(), cli.out.paint));
    });
  examples(command, ['p2psync status', 'p2psync status --watch', "p2psync status --json | jq '.folders[].state'"]);
}

async function watch(cli: Cli, api: Control): Promise<void> {
  const meter = new RateMeter();
  let last = '';
  while (!cli.signal.aborted) {
    const status = await api.status();
    const rates = meter.update(status, performance.now());
    cli.out.document(status);
    const lines = renderStatus(status, Date.now(), cli.out.paint, rates);
    if (cli.out.interactive) cli.out.screen(lines);
    // Into a file or pipe: again only when something changed, apart from the line with the uptime.
    else if (lines.slice(1).join('\n') !== last) cli.out.lines([...lines, '']);
    last = lines.slice(1).join('\n');
    await sleep(refreshMs, cli.signal).catch(() => undefined);
  }
}
