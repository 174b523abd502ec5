/**
 * `p2psync pair` prints a code and waits for its use. `p2psync pair CODE [PATH]` is the second device's one command: starts the node,
 * links the two devices, joins the folder. Both can be repeated.
 */
import type { Command } from 'commander';
import type { Control, FolderStatus, PairingResult, PairingState } from '../../api/control.ts';
import { sleep } from '../../base/abort.ts';
import { Problem } from '../../base/problem.ts';
import { isSamePlace } from '../../config/folder-paths.ts';
import { type Cli, type Io, openCli } from '../context.ts';
import { type DaemonOptionValues, addDaemonOptions, collect, collectMultiaddr, parseName } from '../daemon-options.ts';
import { examples } from '../examples.ts';
import { usageProblem } from '../exit-codes.ts';
import { type FolderPath, claimPath } from '../folder-path.ts';
import { linkedLine, renderCodeBox, waitForCode } from '../pairing-view.ts';
import { withSpinner } from '../progress.ts';
import { sanitise } from '../sanitise.ts';
import { orUndo, startDaemon } from '../starting.ts';
import { recallCode, rememberCode } from '../used-codes.ts';

/** An offer may come a moment after the link. */
const offerWaitMsMax = 10_000;
const offerPollMs = 100;

interface PairOptions extends DaemonOptionValues {
  readonly folder?: string[];
  readonly address?: string[];
  /** false with --no-wait. */
  readonly wait: boolean;
}

export function registerPair(program: Command, io: Io): void {
  const command = program
    .command('pair')
    .summary('link another device: without CODE print one, with CODE use it')
    .description(
      'Without CODE: prints a one-time code (and a QR code on a terminal) and waits until it is used (exit code 0), ' +
        'expires (3) or is burnt by wrong tries (1). With CODE: links this device with the one that shows it and joins ' +
        'the folder that it offers at PATH. Starts the background node if none is running.',
    )
    .argument('[code]', 'the code that the other device shows')
    .argument('[path]', 'where to put the folder; created if its parent exists')
    .option('--folder <label=path>', 'join the folder LABEL at PATH (repeatable)', collect)
    .option('--address <multiaddr>', 'look for the other device there as well (repeatable)', collectMultiaddr)
    .option('--no-wait', 'print the code and return at once')
    .option('--name <device>', 'name of this device as others see it', parseName)
    .action(async (code: string | undefined, path: string | undefined, options: PairOptions, self: Command) => {
      const cli = openCli(self, io);
      if (code === undefined) return showCode(cli, options);
      return useCode(cli, code, path, options);
    });
  addDaemonOptions(command);
  examples(command, [
    'p2psync pair',
    'p2psync pair 7-harbor-violin ~/Sync',
    'p2psync pair 7-harbor-violin --folder photos=~/Photos --folder notes=~/Notes',
    'p2psync pair 7-harbor-violin ~/Sync --address /ip4/192.168.1.5/tcp/4001',
  ]);
}

// ---------------------------------------------------------------- without a code

async function showCode(cli: Cli, options: PairOptions): Promise<void> {
  if (options.folder !== undefined || options.address !== undefined) {
    throw usageProblem('--folder and --address go with a code: p2psync pair CODE …');
  }
  const { out } = cli;
  const { api, undo } = await startDaemon(cli, options);
  const code = await orUndo(undo, () => api.createCode());
  out.document(code);
  out.lines(renderCodeBox(code, Date.now(), out.paint));
  if (out.interactive) {
    const { renderUnicodeCompact } = await import('uqr');
    out.line(renderUnicodeCompact(`p2psync pair ${code.code}`, { border: 1 }));
  }
  if (code.folders.length > 0) out.line(`The new device will be offered: ${code.folders.map(sanitise).join(', ')}`);
  if (!options.wait) return;
  const state = await waitForCode(api, code, out.live(), cli.signal);
  out.document(state);
  reportUse(cli, state);
}

function reportUse(cli: Cli, state: PairingState): void {
  switch (state.state) {
    case 'used':
      if (state.result !== null) cli.out.line(linkedLine(state.result, cli.out.paint));
      return;
    case 'expired':
      throw new Problem('CODE_EXPIRED', "the code expired before it was used; 'p2psync pair' makes a new one", {
        exitCode: 3,
      });
    case 'burnt':
      throw new Problem(
        'CODE_BURNT',
        `the code is burnt after ${state.wrongTries} wrong tries, as if somebody were guessing; 'p2psync pair' makes a new one`,
      );
    case 'none':
    case 'waiting':
      throw new Problem(
        'CODE_REPLACED',
        "the code is no longer valid because a newer one was made; use that, or run 'p2psync pair' again",
      );
  }
}

// ---------------------------------------------------------------- with a code

interface Join {
  /** undefined: whichever single folder is offered. */
  readonly label: string | undefined;
  readonly target: FolderPath;
}

async function useCode(cli: Cli, code: string, path: string | undefined, options: PairOptions): Promise<void> {
  const joins: Join[] = [];
  await orUndo(
    async () => {
      for (const join of joins) await join.target.undo();
    },
    async () => {
      await planJoins(cli, path, options.folder ?? [], joins);
      await linkAndJoin(cli, code, joins, options);
    },
  );
}

async function linkAndJoin(cli: Cli, code: string, joins: readonly Join[], options: PairOptions): Promise<void> {
  const daemon = await startDaemon(cli, options);
  const { api } = daemon;
  const result = await orUndo(daemon.undo, () => link(cli, api, code, options.address ?? []));
  // From here on the link stands, whatever becomes of the folders.
  cli.out.line(linkedLine(result, cli.out.paint));
  const joined: FolderStatus[] = [];
  for (const join of joins) joined.push(await joinOne(cli, api, result, join));
  const offers = await openOffers(cli, api, result, joins.length === 0 ? 'unless-shared' : 'no');
  cli.out.document({ device: result.device, fingerprint: result.fingerprint, folders: joined, offers });
  for (const folder of joined) cli.out.line(`Joined ${sanitise(folder.label)} at ${sanitise(folder.path)}`);
  if (joins.length === 0) reportOffers(cli, result, offers);
}

/** Adds to `joins` one by one, so that the caller can take back those that came before one that is wrong. */
async function planJoins(cli: Cli, path: string | undefined, folders: readonly string[], joins: Join[]): Promise<void> {
  if (path !== undefined) joins.push({ label: undefined, target: await claimPath(path, cli.home, true) });
  for (const folder of folders) {
    const split = folder.indexOf('=');
    if (split <= 0 || split === folder.length - 1) throw usageProblem(`--folder takes LABEL=PATH, not '${folder}'`);
    joins.push({ label: folder.slice(0, split), target: await claimPath(folder.slice(split + 1), cli.home, true) });
  }
}

/** Links, unless this very code has linked the two before: a code works only once, this command as often as one likes. */
async function link(cli: Cli, api: Control, code: string, addresses: readonly string[]): Promise<PairingResult> {
  const known = await recallCode(cli.home, code, Date.now());
  if (known !== undefined) {
    const status = await api.status();
    if (status.peers.some((peer) => peer.id === known.device.id)) {
      return { device: known.device, fingerprint: known.fingerprint, offers: [] };
    }
  }
  const result = await withSpinner(cli.out.live(), `Looking for the device that shows ${sanitise(code)}`, () =>
    api.pairWith(code, addresses, cli.signal),
  );
  await rememberCode(cli.home, code, result, Date.now());
  return result;
}

type Offer = PairingResult['offers'][number];

/**
 * What the device offers and is not joined here. `wait`: whether to give offers a moment to arrive when there is none yet
 * ('unless-shared': not when the two devices share a folder already, so that there may be nothing more to come).
 */
async function openOffers(
  cli: Cli,
  api: Control,
  result: PairingResult,
  wait: 'yes' | 'no' | 'unless-shared',
): Promise<Offer[]> {
  const deadline = performance.now() + (wait === 'no' ? 0 : offerWaitMsMax);
  for (;;) {
    const status = await api.status();
    const here = new Set(status.folders.map((folder) => folder.id));
    const offers = new Map<string, Offer>();
    for (const offer of result.offers) offers.set(offer.folder, { folder: offer.folder, label: offer.label });
    for (const offer of status.offers) {
      if (offer.device === result.device.id) offers.set(offer.folder, { folder: offer.folder, label: offer.label });
    }
    const open = [...offers.values()].filter((offer) => !here.has(offer.folder));
    const shared = status.folders.some((folder) => folder.devices.includes(result.device.id));
    const complete = open.length > 0 || (shared && wait === 'unless-shared');
    if (complete || performance.now() >= deadline) return open;
    await sleep(offerPollMs, cli.signal);
  }
}

async function joinOne(cli: Cli, api: Control, result: PairingResult, join: Join): Promise<FolderStatus> {
  const already = await folderAt(api, result, join);
  if (already !== undefined) return already;
  const label = join.label ?? (await onlyOffer(cli, api, result, join.target.path));
  return api.joinFolder(label, join.target.path);
}

/** The folder that is shared with this device at this very path already. */
async function folderAt(api: Control, result: PairingResult, join: Join): Promise<FolderStatus | undefined> {
  for (const folder of (await api.status()).folders) {
    const shared = folder.devices.includes(result.device.id);
    const fits = shared && (join.label === undefined || join.label === folder.label);
    if (fits && (await isSamePlace(folder.path, join.target.path))) return folder;
  }
  return undefined;
}

async function onlyOffer(cli: Cli, api: Control, result: PairingResult, path: string): Promise<string> {
  const name = sanitise(result.device.name);
  const offers = await withSpinner(cli.out.live(), `Waiting for ${name} to offer a folder`, () =>
    openOffers(cli, api, result, 'yes'),
  );
  const [only] = offers;
  if (only === undefined) {
    throw new Problem(
      'NOTHING_OFFERED',
      `the devices are linked, but ${name} offers no folder that is not here already; share one there with 'p2psync folder share', then 'p2psync folder join LABEL ${path}' here`,
    );
  }
  if (offers.length > 1) {
    const labels = offers.map((offer) => sanitise(offer.label)).join(', ');
    throw new Problem(
      'SEVERAL_OFFERED',
      `the devices are linked, but ${name} offers several folders (${labels}); say which with 'p2psync folder join LABEL ${path}'`,
    );
  }
  return only.label;
}

function reportOffers(cli: Cli, result: PairingResult, offers: readonly Offer[]): void {
  if (offers.length === 0) {
    cli.out.line(`${sanitise(result.device.name)} offers no folder that is not here already.`);
    return;
  }
  cli.out.lines([
    `${sanitise(result.device.name)} offers: ${offers.map((offer) => sanitise(offer.label)).join(', ')}`,
    "Join one with 'p2psync folder join LABEL PATH'.",
  ]);
}
