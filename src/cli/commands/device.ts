/** `p2psync device ls|rename|remove`: the devices that are linked with this one. */
import type { Command } from 'commander';
import type { PeerStatus } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { parseName } from '../daemon-options.ts';
import { examples } from '../examples.ts';
import { formatAgo } from '../format.ts';
import { sanitise } from '../sanitise.ts';

export function registerDevice(program: Command, io: Io): void {
  const group = program
    .command('device')
    .summary('list, rename and remove linked devices')
    .description('Lists, renames and removes linked devices.');
  examples(group, ['p2psync device ls', 'p2psync device rename laptop office', 'p2psync device remove office']);
  registerList(group, io);
  registerRename(group, io);
  registerRemove(group, io);
}

function registerList(group: Command, io: Io): void {
  const command = group
    .command('ls')
    .description('Lists the linked devices.')
    .action(async (_options: object, self: Command) => {
      const cli = openCli(self, io);
      const { peers } = await (await connectTo(cli)).status();
      cli.out.document(peers);
      if (peers.length === 0) cli.out.line("No device is linked yet; 'p2psync pair' prints a code for one.");
      else
        cli.out.table(
          ['NAME', 'STATE', 'LAST SEEN', 'ID'],
          peers.map((peer) => row(peer, Date.now())),
        );
    });
  examples(command, ['p2psync device ls', 'p2psync device ls --json']);
}

function row(peer: PeerStatus, now: number): string[] {
  const state = peer.connected ? `connected${peer.route === null ? '' : ` (${peer.route})`}` : 'not connected';
  return [sanitise(peer.name), state, peer.connected ? 'now' : formatAgo(peer.lastSeen, now), sanitise(peer.id)];
}

function registerRename(group: Command, io: Io): void {
  const command = group
    .command('rename')
    .description('Renames a device, as it is shown here.')
    .argument('<device>', 'name or id')
    .argument('<name>', 'its new name', parseName)
    .action(async (device: string, name: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      await (await connectTo(cli)).renameDevice(device, name);
      cli.out.document({ device, name });
      cli.out.line(`Renamed ${sanitise(device)} to ${sanitise(name)}.`);
    });
  examples(command, ['p2psync device rename laptop office']);
}

function registerRemove(group: Command, io: Io): void {
  const command = group
    .command('remove')
    .description('Unlinks a device: nothing more goes to it or comes from it. Files stay on both.')
    .argument('<device>', 'name or id')
    .action(async (device: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      await (await connectTo(cli)).removeDevice(device);
      cli.out.document({ removed: device });
      cli.out.line(`Removed ${sanitise(device)}; its files stay where they are.`);
    });
  examples(command, ['p2psync device remove office']);
}
