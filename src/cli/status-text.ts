/** What `status` and the live line say in words: pure functions from the status document, one honest sentence for each folder. */
import type { FolderStatus, PeerStatus, Status } from '../api/control.ts';
import { formatAgo, formatBytes, formatClock, formatCount, formatList, formatRate, plural } from './format.ts';
import type { Paint } from './output.ts';
import { sanitise } from './sanitise.ts';

/** More errors than this are counted, not listed. */
const errorsShownMax = 5;

export interface PeerRates {
  /** Bytes per second. */
  readonly up: number;
  readonly down: number;
}

/** How a folder is doing, as one sentence without a full stop. `peers`: those that the folder is shared with. */
export function folderSentence(folder: FolderStatus, peers: readonly PeerStatus[], now: number): string {
  return mainClause(folder, peers, now) + troubleClause(folder);
}

function mainClause(folder: FolderStatus, peers: readonly PeerStatus[], now: number): string {
  const connected = peers.filter((peer) => peer.connected);
  const missing = `${plural(folder.needFiles, 'file')} (${formatBytes(folder.needBytes)})`;
  switch (folder.state) {
    case 'error': {
      const [first] = folder.errors;
      return `stopped: ${sanitise(first?.message ?? 'the daemon gave no reason; see its log')}`;
    }
    case 'paused':
      return folder.needFiles > 0 ? `paused with ${missing} still to fetch` : 'paused';
    case 'scanning':
      return folder.files > 0
        ? `looking through the files (${formatCount(folder.files)} known)`
        : 'looking through the files';
    case 'syncing':
      return folder.needFiles > 0 ? `fetching ${missing}` : 'applying changes';
    case 'idle':
      break;
  }
  if (peers.length === 0) return 'up to date here, shared with no other device yet';
  if (folder.needFiles > 0) {
    return connected.length === 0
      ? `${missing} missing here until ${names(peers)} can be reached`
      : `${missing} missing here, and no reachable device has sent them yet`;
  }
  if (connected.length === 0) return `up to date here; ${unreachable(peers, now)}`;
  const stopped = connected.filter((peer) => peer.stopped.includes(folder.label));
  if (stopped.length > 0) {
    return `up to date here; stopped or paused on ${names(stopped)}, where 'p2psync status' says why`;
  }
  const behind = connected.filter((peer) => !peer.inSync);
  if (behind.length > 0) return `up to date here; ${names(behind)} still catching up`;
  const away = peers.filter((peer) => !peer.connected);
  const apart = away.length === 0 ? '' : `; ${unreachable(away, now)}`;
  return `in sync with ${names(connected)}${apart}`;
}

function names(peers: readonly PeerStatus[]): string {
  return formatList(peers.map((peer) => sanitise(peer.name)));
}

function unreachable(peers: readonly PeerStatus[], now: number): string {
  const [only] = peers;
  if (peers.length === 1 && only !== undefined) {
    return `${sanitise(only.name)} cannot be reached (last seen ${formatAgo(only.lastSeen, now)})`;
  }
  return `${names(peers)} cannot be reached`;
}

function troubleClause(folder: FolderStatus): string {
  const parts: string[] = [];
  if (folder.conflicts > 0) parts.push(plural(folder.conflicts, 'conflict'));
  const errors = folder.state === 'error' ? folder.errors.length - 1 : folder.errors.length;
  if (errors > 0) parts.push(`${plural(errors, 'path')} with a problem`);
  if (folder.localOnly > 0) parts.push(`${plural(folder.localOnly, 'local change')} not sent (receive-only)`);
  if (folder.withheld > 0) parts.push(`${plural(folder.withheld, 'change')} of others not taken (send-only)`);
  return parts.length === 0 ? '' : `; ${parts.join(' and ')}`;
}

/** How a peer is reached: "on the local network, 2 ms, ↑ 1.2 MB/s ↓ 0". */
export function peerSentence(peer: PeerStatus, rates: PeerRates | undefined, now: number): string {
  if (!peer.connected) return `not connected, last seen ${formatAgo(peer.lastSeen, now)}`;
  const parts = [routeText(peer.route)];
  if (peer.rttMs !== null) parts.push(`${peer.rttMs < 10 ? Number(peer.rttMs.toFixed(1)) : Math.round(peer.rttMs)} ms`);
  if (rates !== undefined) parts.push(`↑ ${formatRate(rates.up)} ↓ ${formatRate(rates.down)}`);
  parts.push(`sent ${formatBytes(peer.bytesOut)}, received ${formatBytes(peer.bytesIn)}`);
  parts.push(peer.inSync ? 'in sync' : peer.stopped.length > 0 ? 'stopped or paused there' : 'catching up');
  return parts.join(' · ');
}

function routeText(route: PeerStatus['route']): string {
  switch (route) {
    case 'lan':
      return 'on the local network';
    case 'direct':
      return 'directly over the internet';
    case 'relay':
      return 'through a relay';
    case null:
      return 'connected';
  }
}

export function peersOf(folder: FolderStatus, status: Status): PeerStatus[] {
  return status.peers.filter((peer) => folder.devices.includes(peer.id));
}

function folderMark(folder: FolderStatus, paint: Paint): string {
  if (folder.state === 'error') return paint('red', '✗');
  if (folder.state === 'paused') return paint('dim', '‖');
  if (folder.errors.length > 0 || folder.conflicts > 0) return paint('yellow', '!');
  return folder.state === 'idle' && folder.needFiles === 0 ? paint('green', '●') : paint('cyan', '◐');
}

/** The whole status for people. `rates`: by peer id, known only when watching. */
export function renderStatus(
  status: Status,
  now: number,
  paint: Paint,
  rates: ReadonlyMap<string, PeerRates> = new Map(),
): string[] {
  const { device } = status;
  const lines = [
    `${paint('bold', sanitise(device.name))} ${paint('dim', `${sanitise(device.id)} · p2psync ${sanitise(device.version)} · up ${uptime(device.uptimeSeconds)}`)}`,
  ];
  lines.push('', paint('bold', 'Folders'));
  if (status.folders.length === 0) lines.push("  none yet; 'p2psync up PATH' adds one");
  for (const folder of status.folders) lines.push(...renderFolder(folder, status, now, paint));
  if (status.offers.length > 0) {
    lines.push('', paint('bold', 'Offered to this device'));
    for (const offer of status.offers) {
      lines.push(
        `  ${sanitise(offer.label)} from ${sanitise(offer.deviceName)}; 'p2psync folder join LABEL PATH' joins it`,
      );
    }
  }
  lines.push('', paint('bold', 'Devices'));
  if (status.peers.length === 0) lines.push("  none linked yet; 'p2psync pair' prints a code for one");
  for (const peer of status.peers) {
    const mark = peer.connected ? paint(peer.inSync ? 'green' : 'cyan', peer.inSync ? '●' : '◐') : paint('dim', '○');
    lines.push(`  ${mark} ${sanitise(peer.name)}: ${peerSentence(peer, rates.get(peer.id), now)}`);
  }
  for (const relay of status.relays) {
    lines.push(`  relay ${sanitise(relay.url)}: ${relay.connected ? 'connected' : 'not connected'}`);
  }
  return lines;
}

function renderFolder(folder: FolderStatus, status: Status, now: number, paint: Paint): string[] {
  const mode = folder.mode === 'send-receive' ? '' : ` · ${folder.mode}`;
  const size = `${plural(folder.files, 'file')} in ${plural(folder.directories, 'directory', 'directories')}, ${formatBytes(folder.bytes)}`;
  const lines = [
    `  ${folderMark(folder, paint)} ${sanitise(folder.label)}: ${folderSentence(folder, peersOf(folder, status), now)}`,
    paint('dim', `    ${sanitise(folder.path)} · ${size}${mode}`),
  ];
  for (const error of folder.errors.slice(0, errorsShownMax)) {
    const where = error.path === '' ? '' : `${sanitise(error.path)}: `;
    lines.push(paint('yellow', `    ${where}${sanitise(error.message)}`));
  }
  const more = folder.errors.length - errorsShownMax;
  if (more > 0) lines.push(paint('dim', `    and ${formatCount(more)} more; 'p2psync status --json' lists all`));
  return lines;
}

function uptime(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** The state of everything in two or three words, and its mark. */
export function headline(status: Status): { mark: '●' | '◐' | '‖' | '✗'; text: string } {
  const { folders, peers } = status;
  const needFiles = folders.reduce((sum, folder) => sum + folder.needFiles, 0);
  const needBytes = folders.reduce((sum, folder) => sum + folder.needBytes, 0);
  if (folders.some((folder) => folder.state === 'error')) return { mark: '✗', text: 'Stopped, see p2psync status' };
  if (folders.some((folder) => folder.state === 'syncing')) {
    return {
      mark: '◐',
      text: needFiles > 0 ? `Fetching ${plural(needFiles, 'file')}, ${formatBytes(needBytes)}` : 'Syncing',
    };
  }
  if (folders.some((folder) => folder.state === 'scanning')) return { mark: '◐', text: 'Scanning' };
  if (folders.length > 0 && folders.every((folder) => folder.state === 'paused')) return { mark: '‖', text: 'Paused' };
  if (needFiles > 0) return { mark: '◐', text: `Waiting for ${plural(needFiles, 'file')}, ${formatBytes(needBytes)}` };
  if (peers.length === 0) return { mark: '●', text: 'Ready' };
  const connected = peers.filter((peer) => peer.connected);
  if (connected.length === 0) return { mark: '●', text: 'Ready, no device in reach' };
  if (connected.some((peer) => !peer.inSync)) return { mark: '◐', text: 'Sending' };
  return { mark: '●', text: 'In sync' };
}

export interface CodeCountdown {
  readonly code: string;
  readonly leftMs: number;
}

/** "● In sync · 1,234 files · 2 devices | ↑ 1.2 MB/s ↓ 0 | code 7-harbor-violin 9:12 left" */
export function renderLiveLine(
  status: Status,
  rates: PeerRates,
  code: CodeCountdown | undefined,
  paint: Paint,
): string {
  const { mark, text } = headline(status);
  const colour = mark === '●' ? 'green' : mark === '✗' ? 'red' : 'cyan';
  const parts = [
    `${paint(colour, mark)} ${text} · ${counts(status)}`,
    `↑ ${formatRate(rates.up)} ↓ ${formatRate(rates.down)}`,
  ];
  if (code !== undefined) parts.push(`code ${code.code} ${formatClock(code.leftMs)} left`);
  return parts.join(' | ');
}

function counts(status: Status): string {
  const files = status.folders.reduce((sum, folder) => sum + folder.files, 0);
  const connected = status.peers.filter((peer) => peer.connected).length;
  const devices =
    connected === status.peers.length
      ? plural(connected, 'device')
      : `${formatCount(connected)} of ${plural(status.peers.length, 'device')}`;
  return `${plural(files, 'file')} · ${devices}`;
}

/** Without figures that change all the time: printed to a log only when it differs from the line before. */
export function renderPlainLine(status: Status): string {
  const { mark, text } = headline(status);
  // Figures of a transfer or scan under way would make every poll a new line.
  return mark === '◐' ? (text.split(' ')[0] ?? text) : `${text} · ${counts(status)}`;
}
