/** `p2psync folder …`: which directories are kept equal, where, and with whom. */
import { type Command, Option } from 'commander';
import type { FolderStatus } from '../../api/control.ts';
import { type Cli, type Io, connectTo, openCli } from '../context.ts';
import { parseName } from '../daemon-options.ts';
import { examples } from '../examples.ts';
import { usageProblem } from '../exit-codes.ts';
import { absolutePath, claimPath } from '../folder-path.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { sanitise } from '../sanitise.ts';
import { orUndo } from '../starting.ts';

export function registerFolder(program: Command, io: Io): void {
  const group = program
    .command('folder')
    .summary('add, join, share and change folders')
    .description('Adds, joins, shares and changes folders.');
  examples(group, [
    'p2psync folder ls',
    'p2psync folder add ~/Photos --label photos',
    'p2psync folder join photos ~/Photos',
  ]);
  registerAdd(group, io);
  registerJoin(group, io);
  registerShare(group, io);
  registerMove(group, io);
  registerSet(group, io);
  registerList(group, io);
  registerRevert(group, io);
  registerOverride(group, io);
  registerRemove(group, io);
}

const modes = ['send-receive', 'send-only', 'receive-only'] as const;

interface AddOptions {
  readonly label?: string;
  readonly mode?: FolderStatus['mode'];
}

function registerAdd(group: Command, io: Io): void {
  const command = group
    .command('add')
    .description('Keeps a directory of this device in sync and offers it to the linked devices.')
    .argument('<path>', 'directory; must be there')
    .option('--label <label>', 'name of the folder on all devices (default: name of the directory)', parseName)
    .addOption(new Option('--mode <mode>', 'which way changes go (default: send-receive)').choices(modes))
    .action(async (path: string, options: AddOptions, self: Command) => {
      const cli = openCli(self, io);
      const checked = await claimPath(path, cli.home, false);
      const api = await connectTo(cli);
      report(cli, await api.addFolder(checked.path, { label: options.label, mode: options.mode }), 'Added');
    });
  examples(command, ['p2psync folder add ~/Photos', 'p2psync folder add ~/Photos --label photos --mode send-only']);
}

function registerJoin(group: Command, io: Io): void {
  const command = group
    .command('join')
    .description('Joins a folder that a linked device offers.')
    .argument('<label>', 'name of the folder')
    .argument('<path>', 'where to put it; created if its parent exists')
    .action(async (label: string, path: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const target = await claimPath(path, cli.home, true);
      const join = async (): Promise<FolderStatus> => (await connectTo(cli)).joinFolder(label, target.path);
      report(cli, await orUndo(target.undo, join), 'Joined');
    });
  examples(command, ['p2psync folder join photos ~/Photos']);
}

function registerShare(group: Command, io: Io): void {
  const command = group
    .command('share')
    .description('Offers a folder to one more linked device.')
    .argument('<label>', 'name of the folder')
    .argument('<device>', 'name or id')
    .action(async (label: string, device: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const folder = await (await connectTo(cli)).shareFolder(label, device);
      cli.out.document(folder);
      cli.out.line(`Shared ${sanitise(folder.label)} with ${sanitise(device)}.`);
    });
  examples(command, ['p2psync folder share photos laptop']);
}

function registerMove(group: Command, io: Io): void {
  const command = group
    .command('move')
    .description('Tells where a folder is now, after its directory was moved on this device.')
    .argument('<label>', 'name of the folder')
    .argument('<path>', 'its directory now')
    .action(async (label: string, path: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      report(cli, await api.moveFolder(label, absolutePath(path)), 'Moved');
    });
  examples(command, ['mv ~/Photos /data/photos && p2psync folder move photos /data/photos']);
}

function registerSet(group: Command, io: Io): void {
  const command = group
    .command('set')
    .description('Changes a setting of a folder.')
    .argument('<label>', 'name of the folder')
    .argument('<key=value>', 'for example mode=receive-only')
    .action(async (label: string, setting: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const split = setting.indexOf('=');
      if (split <= 0) throw usageProblem(`a setting is KEY=VALUE, not '${setting}'`);
      const folder = await (await connectTo(cli)).setFolder(label, setting.slice(0, split), setting.slice(split + 1));
      cli.out.document(folder);
      cli.out.line(`Set ${sanitise(setting)} for ${sanitise(folder.label)}.`);
    });
  examples(command, ['p2psync folder set photos mode=receive-only']);
}

function registerList(group: Command, io: Io): void {
  const command = group
    .command('ls')
    .description('Lists the folders of this device, and what linked devices offer.')
    .action(async (_options: object, self: Command) => {
      const cli = openCli(self, io);
      const { folders, offers, peers } = await (await connectTo(cli)).status();
      cli.out.document(folders);
      if (folders.length === 0) cli.out.line("No folder yet; 'p2psync folder add PATH' adds one.");
      else {
        const nameOf = new Map(peers.map((peer) => [peer.id, peer.name]));
        cli.out.table(
          ['LABEL', 'STATE', 'FILES', 'SIZE', 'MODE', 'DEVICES', 'PATH'],
          folders.map((folder) => row(folder, nameOf)),
        );
      }
      for (const offer of offers) {
        cli.out.hint(
          `${sanitise(offer.deviceName)} offers ${sanitise(offer.label)}; 'p2psync folder join LABEL PATH' joins it`,
        );
      }
    });
  examples(command, ['p2psync folder ls', 'p2psync folder ls --json']);
}

function row(folder: FolderStatus, nameOf: ReadonlyMap<string, string>): string[] {
  const devices = folder.devices.map((id) => nameOf.get(id) ?? id).join(', ');
  return [
    sanitise(folder.label),
    folder.state,
    formatCount(folder.files),
    formatBytes(folder.bytes),
    folder.mode,
    devices === '' ? '-' : sanitise(devices),
    sanitise(folder.path),
  ];
}

function registerRemove(group: Command, io: Io): void {
  const command = group
    .command('rm')
    .description('Stops syncing a folder on this device. Its files stay.')
    .argument('<label>', 'name of the folder')
    .action(async (label: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      await (await connectTo(cli)).removeFolder(label);
      cli.out.document({ removed: label });
      cli.out.line(`${sanitise(label)} is no longer synced on this device; its files stay.`);
    });
  examples(command, ['p2psync folder rm photos']);
}

function registerRevert(group: Command, io: Io): void {
  const command = group
    .command('revert')
    .description('Of a receive-only folder: gives up what was changed here. It is kept as versions.')
    .argument('<label>', 'name of the folder')
    .action(async (label: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const { paths } = await (await connectTo(cli)).revertFolder(label);
      cli.out.document({ reverted: paths });
      cli.out.line(
        `Reverted ${plural(paths, 'local change')} of ${sanitise(label)}; what was here is kept as versions.`,
      );
    });
  examples(command, ['p2psync folder revert photos']);
}

function registerOverride(group: Command, io: Io): void {
  const command = group
    .command('override')
    .description(
      'Of a send-only folder: makes the other devices as it is here. What they lose is kept as versions there.',
    )
    .argument('<label>', 'name of the folder')
    .action(async (label: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const { paths } = await (await connectTo(cli)).overrideFolder(label);
      cli.out.document({ overridden: paths });
      cli.out.line(`Overrode ${plural(paths, 'change')} of other devices in ${sanitise(label)}.`);
    });
  examples(command, ['p2psync folder override photos']);
}

function report(cli: Cli, folder: FolderStatus, verb: string): void {
  cli.out.document(folder);
  cli.out.line(`${verb} ${sanitise(folder.label)} at ${sanitise(folder.path)}`);
}
