/**
 * `p2psync up`: the first device's one command. Checks the path, starts the node if none runs, adds the folder, makes a code.
 * In the background by default; with --foreground this process is the node and shows how it is doing.
 */
import type { Command } from 'commander';
import type { Control, FolderStatus, PairingCode } from '../../api/control.ts';
import { type Cli, type Io, openCli } from '../context.ts';
import { type DaemonOptionValues, addDaemonOptions, parseName } from '../daemon-options.ts';
import { examples } from '../examples.ts';
import { claimPath } from '../folder-path.ts';
import { runForeground } from '../foreground.ts';
import { linkedLine, renderCodeBox, waitForCode } from '../pairing-view.ts';
import { sanitise } from '../sanitise.ts';
import { orUndo, startDaemon } from '../starting.ts';

interface UpOptions extends DaemonOptionValues {
  readonly label?: string;
  /** false with --no-pair. */
  readonly pair: boolean;
  readonly foreground?: boolean;
}

export function registerUp(program: Command, io: Io): void {
  const command = program
    .command('up')
    .summary('start this device for a folder and print a code for the next device')
    .description(
      'Starts this device for a folder and prints the code to type on the next device. ' +
        'Starts the background node if none is running. On a terminal it then waits until the code is used or ' +
        'expires (Ctrl-C leaves the node running); when its output goes elsewhere, or with --json, it returns at once.',
    )
    .argument('[path]', 'directory to keep in sync; created if its parent exists', './Sync')
    .option('--name <device>', 'name of this device as others see it', parseName)
    .option('--label <folder>', 'name of the folder on all devices (default: name of the directory)', parseName)
    .option('--no-pair', 'make no code')
    .option('--foreground', 'run the node in this process, with a live status line, until Ctrl-C')
    .action(async (path: string, options: UpOptions, self: Command) => {
      const cli = openCli(self, io);
      const folder = await claimPath(path, cli.home, true);
      const start = options.foreground === true ? upInForeground : upInBackground;
      await orUndo(folder.undo, () => start(cli, folder.path, options));
    });
  addDaemonOptions(command);
  examples(command, ['p2psync up ~/Sync', 'p2psync up ~/Photos --label photos --no-pair', 'p2psync up --foreground']);
}

interface UpResult {
  readonly device: { readonly id: string; readonly name: string };
  readonly folder: FolderStatus;
  readonly code: PairingCode | undefined;
}

async function upInBackground(cli: Cli, path: string, options: UpOptions): Promise<void> {
  const daemon = await startDaemon(cli, options);
  const result = await orUndo(daemon.undo, () => setUp(daemon.api, path, options));
  report(cli, result);
  const { code } = result;
  if (code === undefined || !cli.out.interactive) return;
  const state = await waitForCode(daemon.api, code, cli.out.live(), cli.signal).catch((error: unknown) => {
    if (!cli.signal.aborted) throw error;
    return undefined;
  });
  if (state === undefined)
    cli.out.hint("The node keeps running and the code stays valid; 'p2psync status' shows how it is.");
  else if (state.result !== null) cli.out.line(linkedLine(state.result, cli.out.paint));
  else cli.out.hint("the code was not used; 'p2psync pair' makes a new one");
}

async function upInForeground(cli: Cli, path: string, options: UpOptions): Promise<void> {
  await runForeground(cli, options, async (api) => {
    const result = await setUp(api, path, options);
    report(cli, result);
    if (!cli.out.json) cli.out.hint('Running until Ctrl-C.');
    return result.code;
  });
}

async function setUp(api: Control, path: string, options: UpOptions): Promise<UpResult> {
  const folder = await api.addFolder(path, { label: options.label });
  const { device } = await api.status();
  const code = options.pair ? await api.createCode() : undefined;
  return { device: { id: device.id, name: device.name }, folder, code };
}

function report(cli: Cli, { device, folder, code }: UpResult): void {
  const { out } = cli;
  const { paint } = out;
  out.document({ device, folder, code: code?.code ?? null, expires: code?.expires ?? null });
  out.lines([
    `${paint('dim', 'Device')}  ${paint('bold', sanitise(device.name))}`,
    `${paint('dim', 'Folder')}  ${paint('bold', sanitise(folder.label))}  ${sanitise(folder.path)}`,
  ]);
  if (code !== undefined) out.lines(renderCodeBox(code, Date.now(), paint));
}
