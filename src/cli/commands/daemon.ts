/** `p2psync daemon`: the headless node in the foreground, for systemd, containers, tests, and for `up` and `pair` behind the scenes. */
import type { Command } from 'commander';
import { type Io, openCli } from '../context.ts';
import { type DaemonOptionValues, addDaemonOptions, overridesOf, parseName } from '../daemon-options.ts';
import { examples } from '../examples.ts';

export function registerDaemon(program: Command, io: Io): void {
  const command = program
    .command('daemon')
    .summary('run the headless node in the foreground')
    .description(
      'Runs the node in the foreground, for systemd, containers and tests. Ctrl-C or SIGTERM stops it cleanly; ' +
        'a second one ends it at once.',
    )
    .option('--name <device>', 'name of this device as others see it', parseName)
    .action(async (options: DaemonOptionValues, self: Command) => {
      const cli = openCli(self, io);
      cli.io.endsItself();
      const { runDaemon } = await import('../../daemon.ts');
      await runDaemon(
        {
          home: cli.home,
          overrides: overridesOf(options),
          onReady: (info) => {
            cli.out.document(info);
            cli.out.line(`ready: device ${info.deviceId}, API at ${info.address}`);
          },
        },
        cli.signal,
      );
    });
  addDaemonOptions(command);
  examples(command, ['p2psync daemon', 'p2psync daemon --home /srv/p2psync --listen /ip4/0.0.0.0/tcp/4001 --no-mdns']);
}
