/** What the local API can ask for, carried out: the daemon's side of src/api/control.ts. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type {
  ConflictInfo,
  ConflictSettled,
  Control,
  DaemonEvent,
  ExplainedPath,
  FolderPlan,
  FolderStatus,
  LogEntry,
  PairingCode,
  PairingResult,
  PairingState,
  PeerStatus,
  RateLimits,
  RestoreResult,
  Status,
  UndoResult,
  VersionList,
  WaitOutcome,
} from '../api/control.ts';
import type { FolderIgnoreRules, IgnoreTest } from '../api/ignore-control.ts';
import { sleep } from '../base/abort.ts';
import { Problem } from '../base/problem.ts';
import { checkFolderPath } from '../config/folder-paths.ts';
import type { SettingsFile } from '../config/settings-file.ts';
import type { DeviceSettings, FolderMode, FolderSettings, Settings } from '../config/settings-types.ts';
import { isFolderId, type DeviceId, type FolderId } from '../core/identifiers.ts';
import { parsePath } from '../core/path.ts';
import { claimFolder } from './claim-folder.ts';
import { keepConflict, listConflicts } from './conflicts.ts';
import type { Network } from '../net/network.ts';
import type { EventLog } from './event-log.ts';
import type { FolderSession } from '../sync/folder-session.ts';
import type { FolderRunner, Folders } from './folders.ts';
import { addSharedRule, checkPattern, listRules, parseExclude, testRule } from './ignores.ts';
import type { Linking } from './linking.ts';
import { locate } from './locate.ts';
import { groupNameProblem } from '../core/group-path.ts';
import { PastControl } from './past-control.ts';
import type { Pauses } from './pauses.ts';
import { waitInSync } from './wait.ts';

/** A device linked (or a daemon started) less than this ago is still expected to connect. */
const connectingMs = 5000;
/** How long join waits for the hello that brings the offer. */
const offerMsMax = 10_000;
/** A dry run over a whole folder is given up after this. */
const planMsMax = 120_000;

export interface ControlOptions {
  readonly version: string;
  readonly network: Network;
  readonly settings: SettingsFile;
  readonly folders: Folders;
  readonly linking: Linking;
  readonly pauses: Pauses;
  readonly events: EventLog;
  readonly home: string;
  /** Brings network and folders in line with the settings; resolves when they are. */
  readonly applySettings: () => Promise<void>;
  readonly stop: () => void;
}

export class DaemonControl implements Control {
  readonly openapiVersion = '1';
  readonly #options: ControlOptions;
  readonly #startedMs = performance.now();
  readonly #linkedMs = new Map<DeviceId, number>();
  readonly #past: PastControl;

  constructor(options: ControlOptions) {
    this.#options = options;
    const { settings, folders } = options;
    this.#past = new PastControl({ settings: () => settings.current, folders, device: (text) => this.#device(text) });
  }

  get #settings(): Settings {
    return this.#options.settings.current;
  }

  // -------------------------------------------------------------- status

  async status(): Promise<Status> {
    const { network, folders, version } = this.#options;
    const uptimeSeconds = Math.round((performance.now() - this.#startedMs) / 1000);
    return {
      device: { id: network.self, name: this.#settings.name, version, uptimeSeconds },
      addresses: network.addresses(),
      folders: folders.list().map((runner) => folderStatus(runner)),
      peers: this.#peers(),
      relays: [],
      offers: network
        .offers()
        .filter(({ folder }) => !this.#settings.folders.some(({ id }) => id === folder))
        .map(({ folder, label, device }) => ({ folder, label, device, deviceName: this.#nameOf(device) })),
    };
  }

  #peers(): PeerStatus[] {
    const { network, folders } = this.#options;
    const connections = new Map(network.peers().map((peer) => [peer.id, peer]));
    return this.#settings.devices.map(({ id, name }) => {
      const peer = connections.get(id);
      const shared = folders.list().filter(({ settings }) => settings.devices.includes(id));
      const connected = peer?.connected ?? false;
      return {
        id,
        name,
        connected,
        route: peer?.route ?? null,
        address: peer?.address ?? null,
        rttMs: peer?.rttMs ?? null,
        bytesIn: peer?.bytesIn ?? 0,
        bytesOut: peer?.bytesOut ?? 0,
        inSync: connected && shared.every(({ session }) => session?.inSyncWith(id) === true),
        stopped: connected
          ? shared.filter(({ session }) => session?.isStoppedAt(id) === true).map(({ settings }) => settings.label)
          : [],
        lastSeen: peer?.lastSeenMs === undefined ? null : new Date(peer.lastSeenMs).toISOString(),
      };
    });
  }

  #nameOf(device: DeviceId): string {
    return this.#settings.devices.find(({ id }) => id === device)?.name ?? device;
  }

  async stop(): Promise<void> {
    this.#options.stop();
  }

  // -------------------------------------------------------------- linking

  createCode(): Promise<PairingCode> {
    return this.#options.linking.createCode();
  }

  pairingState(code: string, wait: boolean, signal: AbortSignal): Promise<PairingState> {
    return this.#options.linking.state(code, wait, signal);
  }

  async pairWith(code: string, addresses: readonly string[], signal: AbortSignal): Promise<PairingResult> {
    const result = await this.#options.linking.pairWith(code, addresses, signal);
    this.#linkedMs.set(result.device.id as DeviceId, performance.now());
    return result;
  }

  async renameDevice(device: string, name: string): Promise<void> {
    if (device === this.#options.network.self || device === this.#settings.name) {
      await this.#change((settings) => ({ ...settings, name }));
      return;
    }
    const { id } = this.#device(device);
    await this.#change((settings) => ({
      ...settings,
      devices: settings.devices.map((known) => (known.id === id ? { ...known, name } : known)),
    }));
  }

  async removeDevice(device: string): Promise<void> {
    const { id } = this.#device(device);
    await this.#options.network.unlink(id);
    await this.forgetDevice(id);
  }

  /** The other side ended the link, or this one did. */
  async forgetDevice(id: DeviceId): Promise<void> {
    await this.#change((settings) => ({
      ...settings,
      devices: settings.devices.filter((known) => known.id !== id),
      folders: settings.folders.map((folder) => ({
        ...folder,
        devices: folder.devices.filter((shared) => shared !== id),
      })),
    }));
  }

  #device(text: string): DeviceSettings {
    const exact = this.#settings.devices.filter(({ id, name }) => id === text || name === text);
    const found =
      exact.length > 0 ? exact : this.#settings.devices.filter(({ id }) => text.length >= 8 && id.startsWith(text));
    if (found.length === 1) return found[0] as DeviceSettings;
    if (found.length > 1) {
      throw new Problem(
        'DEVICE_AMBIGUOUS',
        `more than one device is called "${text}"; name it by its id, see p2psync device ls`,
      );
    }
    const names = this.#settings.devices.map(({ name }) => name).join(', ');
    const hint = names === '' ? 'no device is linked yet' : `linked are: ${names}`;
    throw new Problem('DEVICE_UNKNOWN', `there is no device "${text}"; ${hint}`);
  }

  // -------------------------------------------------------------- folders

  async addFolder(
    path: string,
    options: { label?: string | undefined; mode?: FolderMode | undefined },
  ): Promise<FolderStatus> {
    const real = await this.#checkPath(path);
    const known = this.#settings.folders.find((folder) => folder.path === real);
    if (known !== undefined) return this.#folderStatus(known.id);
    const label = this.#freeLabel(options.label, basename(real));
    const id = claimFolder(real, newFolderId(), this.#settings.folders, 'adopt', this.#options.home);
    return this.#addSettings({ id, label, path: real, mode: options.mode ?? 'send-receive', devices: [] });
  }

  async joinFolder(label: string, path: string): Promise<FolderStatus> {
    const joined = this.#settings.folders.find((folder) => folder.label === label || folder.id === label);
    const real = await this.#checkPath(path);
    if (joined !== undefined) {
      if (joined.path === real) return this.#folderStatus(joined.id);
      throw new Problem(
        'FOLDER_ALREADY_JOINED',
        `the folder "${joined.label}" is already here, at ${joined.path}; to move it: p2psync folder move ${joined.label} PATH`,
      );
    }
    const offer = await this.#offer(label);
    const overlapping = this.#settings.folders.find((folder) => folder.path === real);
    if (overlapping !== undefined) {
      throw new Problem(
        'FOLDER_OVERLAPS',
        `${real} is already the folder "${overlapping.label}"; choose another directory`,
      );
    }
    claimFolder(real, offer.folder, this.#settings.folders, 'replace', this.#options.home);
    return this.#addSettings({
      id: offer.folder,
      label: this.#freeLabel(undefined, offer.label),
      path: real,
      mode: 'send-receive',
      devices: offer.devices,
    });
  }

  /** The folder that linked devices offer under this label; a hello may still be on its way. */
  async #offer(label: string): Promise<{ folder: FolderId; label: string; devices: DeviceId[] }> {
    const end = performance.now() + offerMsMax;
    for (;;) {
      const offers = this.#options.network.offers().filter((offer) => offer.label === label || offer.folder === label);
      const [first] = offers;
      if (first !== undefined) {
        const same = offers.filter(({ folder }) => folder === first.folder);
        if (same.length < offers.length) {
          throw new Problem(
            'LABEL_AMBIGUOUS',
            `different folders called "${label}" are offered; join by id, see p2psync folder ls`,
          );
        }
        return { folder: first.folder, label: first.label, devices: same.map(({ device }) => device) };
      }
      if (performance.now() > end || this.#settings.devices.length === 0) break;
      await sleep(50);
    }
    const labels = [...new Set(this.#options.network.offers().map((offer) => offer.label))].join(', ');
    const hint = labels === '' ? 'no connected device offers a folder' : `offered are: ${labels}`;
    throw new Problem('LABEL_UNKNOWN', `no folder "${label}" is offered to this device; ${hint}`);
  }

  async shareFolder(label: string, device: string): Promise<FolderStatus> {
    const folder = this.#folder(label);
    const { id } = this.#device(device);
    return this.#changeFolder(folder.id, (settings) =>
      settings.devices.includes(id) ? settings : { ...settings, devices: [...settings.devices, id] },
    );
  }

  async moveFolder(label: string, path: string): Promise<FolderStatus> {
    const folder = this.#folder(label);
    const others = this.#settings.folders.filter(({ id }) => id !== folder.id);
    const { path: real } = await checkFolderPath(path, others, { create: false, home: this.#options.home });
    claimFolder(real, folder.id, others, 'same', this.#options.home);
    return this.#changeFolder(folder.id, (settings) => ({ ...settings, path: real }));
  }

  async setFolder(label: string, key: string, value: string): Promise<FolderStatus> {
    const folder = this.#folder(label);
    return this.#changeFolder(folder.id, (settings) => folderWith(settings, key, value));
  }

  async removeFolder(label: string): Promise<void> {
    const folder = this.#folder(label);
    await this.#change((settings) => ({
      ...settings,
      folders: settings.folders.filter(({ id }) => id !== folder.id),
    }));
  }

  async explain(text: string): Promise<ExplainedPath> {
    const { folder, path } = locate(this.#settings, text);
    if (path === undefined) {
      throw new Problem('PATH_INVALID', `"${text}" is a whole folder; name something in it`, { exitCode: 2 });
    }
    const { devices, ...rest } = await this.#session(folder.label).explain(path);
    const named = devices.map((one) => ({ ...one, name: this.#nameOf(one.device) }));
    return { folder: folder.label, ...rest, devices: named };
  }

  async plan(label: string | undefined): Promise<FolderPlan[]> {
    const runners = label === undefined ? this.#options.folders.list() : [this.#runner(label)];
    const none = { operations: [], merges: 0, count: 0, bytes: 0 };
    return Promise.all(
      runners.map(async ({ settings, session, problem }) => {
        const planned = session === undefined ? none : await session.plan(AbortSignal.timeout(planMsMax));
        const held = session === undefined ? (problem ?? 'the folder is paused') : (session.status().held ?? null);
        return { folder: settings.label, held, ...planned };
      }),
    );
  }

  async revertFolder(label: string): Promise<{ paths: number }> {
    return { paths: await this.#sessionIn(label, 'receive-only').revert() };
  }

  async overrideFolder(label: string): Promise<{ paths: number }> {
    return { paths: await this.#sessionIn(label, 'send-only').override() };
  }

  #sessionIn(label: string, mode: FolderMode): FolderSession {
    const { settings } = this.#runner(label);
    if (settings.mode !== mode) {
      throw new Problem(
        'MODE_OTHER',
        `the folder "${settings.label}" is ${settings.mode}, this is for ${mode} folders; to change it: p2psync folder set ${settings.label} mode=${mode}`,
      );
    }
    return this.#session(label);
  }

  #session(label: string): FolderSession {
    const { settings, session, problem } = this.#runner(label);
    if (session === undefined) {
      throw new Problem(
        'FOLDER_NOT_STARTED',
        `the folder "${settings.label}" is ${problem === undefined ? 'paused; resume it first' : `not running: ${problem}`}`,
      );
    }
    return session;
  }

  async #checkPath(path: string): Promise<string> {
    const { path: real } = await checkFolderPath(path, this.#settings.folders, {
      create: true,
      home: this.#options.home,
      allowSame: true,
    });
    return real;
  }

  #freeLabel(wanted: string | undefined, base: string): string {
    const taken = new Set(this.#settings.folders.map(({ label }) => label));
    if (wanted !== undefined) {
      if (!taken.has(wanted)) return wanted;
      throw new Problem('LABEL_TAKEN', `a folder called "${wanted}" is already here; choose another label`);
    }
    let label = base;
    for (let n = 2; taken.has(label); n++) label = `${base}-${n}`;
    return label;
  }

  #folder(label: string): FolderSettings {
    const found = this.#settings.folders.find((folder) => folder.label === label || folder.id === label);
    if (found !== undefined) return found;
    const labels = this.#settings.folders.map((folder) => folder.label).join(', ');
    const hint =
      labels === '' ? 'there is no folder yet; add one with p2psync up PATH' : `the folders here are: ${labels}`;
    throw new Problem('LABEL_UNKNOWN', `there is no folder "${label}"; ${hint}`);
  }

  async #addSettings(
    folder: Omit<FolderSettings, 'paused' | 'rescanSeconds' | 'exclude' | 'atomic'>,
  ): Promise<FolderStatus> {
    await this.#change((settings) => ({
      ...settings,
      folders: [...settings.folders, { ...folder, paused: false, rescanSeconds: 60, exclude: [], atomic: [] }],
    }));
    return this.#folderStatus(folder.id);
  }

  async #changeFolder(id: FolderId, edit: (folder: FolderSettings) => FolderSettings): Promise<FolderStatus> {
    await this.#change((settings) => ({
      ...settings,
      folders: settings.folders.map((folder) => (folder.id === id ? edit(folder) : folder)),
    }));
    return this.#folderStatus(id);
  }

  #folderStatus(id: FolderId): FolderStatus {
    const runner = this.#options.folders.find(id);
    if (runner === undefined) throw new Problem('FOLDER_NOT_STARTED', 'the daemon is stopping; start it again');
    return folderStatus(runner);
  }

  async #change(edit: (settings: Settings) => Settings): Promise<void> {
    await this.#options.settings.update(edit);
    await this.#options.applySettings();
  }

  // -------------------------------------------------------------- rules that leave paths out

  async ignores(label: string | undefined): Promise<FolderIgnoreRules[]> {
    const runners = label === undefined ? this.#options.folders.list() : [this.#runner(label)];
    return runners.map((runner) => listRules(runner));
  }

  async addIgnore(label: string, pattern: string, here: boolean): Promise<FolderIgnoreRules> {
    checkPattern(pattern);
    if (!here) return addSharedRule(this.#runner(label), pattern);
    await this.#changeFolder(this.#folder(label).id, (settings) =>
      settings.exclude.includes(pattern) ? settings : { ...settings, exclude: [...settings.exclude, pattern] },
    );
    return listRules(this.#runner(label));
  }

  async testIgnore(label: string, path: string): Promise<IgnoreTest> {
    return testRule(this.#runner(label), path);
  }

  // -------------------------------------------------------------- work

  async wait(label: string | undefined, timeoutMs: number, signal: AbortSignal): Promise<WaitOutcome> {
    const { folders, network } = this.#options;
    if (label !== undefined) this.#folder(label);
    const chosen = (): FolderRunner[] => {
      const found = label === undefined ? undefined : folders.find(label);
      return found === undefined ? folders.list() : [found];
    };
    const isExpected = (device: DeviceId): boolean =>
      performance.now() - Math.max(this.#startedMs, this.#linkedMs.get(device) ?? 0) < connectingMs;
    return waitInSync(folders, network, chosen, isExpected, performance.now() + timeoutMs, signal);
  }

  async rescan(label: string | undefined, path: string | undefined): Promise<void> {
    const runners = label === undefined ? this.#options.folders.list() : [this.#runner(label)];
    const start = path === undefined || path === '.' ? undefined : parsePath(path.replace(/\/+$/, ''));
    if (path !== undefined && path !== '.' && start === undefined) {
      throw new Problem(
        'PATH_INVALID',
        `"${path}" is not a path inside a folder; give it relative to the folder, as in docs/notes.txt`,
        { exitCode: 2 },
      );
    }
    await Promise.all(runners.map(async ({ session }) => session?.rescan(start)));
  }

  #runner(label: string): FolderRunner {
    const { id } = this.#folder(label);
    const runner = this.#options.folders.find(id);
    if (runner === undefined) throw new Problem('FOLDER_NOT_STARTED', 'the daemon is stopping; start it again');
    return runner;
  }

  async pause(target: string | undefined, forMs: number | undefined): Promise<void> {
    const ids = this.#targets(target);
    if (forMs !== undefined) {
      for (const id of ids) this.#options.pauses.set(id, forMs);
      await this.#options.applySettings();
      return;
    }
    await this.#setPaused(ids, true);
  }

  async resume(target: string | undefined, accept: boolean): Promise<void> {
    const ids = this.#targets(target);
    for (const id of ids) this.#options.pauses.clear(id);
    await this.#setPaused(ids, false);
    for (const { settings, session } of this.#options.folders.list()) {
      if (!ids.includes(settings.id)) continue;
      if (accept) session?.accept();
      session?.retry();
    }
  }

  #targets(target: string | undefined): string[] {
    const { folders, devices } = this.#settings;
    if (target === undefined) return folders.map(({ id }) => id);
    const folder = folders.find(({ label, id }) => label === target || id === target);
    if (folder !== undefined) return [folder.id];
    if (devices.some(({ id, name }) => id === target || name === target)) return [this.#device(target).id];
    throw new Problem(
      'TARGET_UNKNOWN',
      `there is no folder or device "${target}"; see p2psync folder ls and p2psync device ls`,
    );
  }

  async #setPaused(ids: readonly string[], paused: boolean): Promise<void> {
    const set = <T extends { readonly id: string; readonly paused: boolean }>(item: T): T =>
      ids.includes(item.id) && item.paused !== paused ? { ...item, paused } : item;
    await this.#change((settings) => ({
      ...settings,
      folders: settings.folders.map(set),
      devices: settings.devices.map(set),
    }));
  }

  async limits(change: { up?: number | null | undefined; down?: number | null | undefined }): Promise<RateLimits> {
    if (change.up !== undefined || change.down !== undefined) {
      await this.#change((settings) => ({
        ...settings,
        limitUp: change.up === undefined ? settings.limitUp : (change.up ?? undefined),
        limitDown: change.down === undefined ? settings.limitDown : (change.down ?? undefined),
      }));
    }
    return { up: this.#settings.limitUp ?? null, down: this.#settings.limitDown ?? null };
  }

  events(since: number, follow: boolean, signal: AbortSignal): AsyncIterable<DaemonEvent> {
    return this.#options.events.read(since, follow, signal);
  }

  // -------------------------------------------------------------- the past

  versions(path: string): Promise<VersionList> {
    return this.#past.versions(path);
  }

  restoreVersion(path: string, atMs: number | undefined): Promise<RestoreResult> {
    return this.#past.restore(path, atMs);
  }

  history(query: Parameters<Control['history']>[0]): Promise<LogEntry[]> {
    return this.#past.history(query);
  }

  async conflicts(): Promise<ConflictInfo[]> {
    return listConflicts(this.#options.folders);
  }

  keepConflict(path: string, keep: ConflictSettled['kept']): Promise<ConflictSettled> {
    return keepConflict(this.#settings, (label) => this.#session(label), path, keep);
  }

  undo(device: string, sinceMs: number, dryRun: boolean, signal: AbortSignal): Promise<UndoResult> {
    return this.#past.undo(device, sinceMs, dryRun, signal);
  }
}

function folderStatus({ settings, session, problem }: FolderRunner): FolderStatus {
  const { id, label, path, mode } = settings;
  const base = { id, label, path, mode, devices: [...settings.devices] };
  if (session === undefined) {
    return {
      ...base,
      state: problem === undefined ? 'paused' : 'error',
      ...{ files: 0, directories: 0, bytes: 0, needFiles: 0, needBytes: 0, conflicts: 0, localOnly: 0, withheld: 0 },
      errors: problem === undefined ? [] : [{ path: '.', message: problem }],
    };
  }
  const { held: _, symlinks: __, errors, ...figures } = session.status();
  return { ...base, ...figures, errors: [...errors] };
}

function folderWith(folder: FolderSettings, key: string, value: string): FolderSettings {
  switch (key) {
    case 'label':
      return { ...folder, label: value };
    case 'rescan': {
      const rescanSeconds = Number(value);
      if (Number.isInteger(rescanSeconds) && rescanSeconds >= 1 && rescanSeconds <= 86_400)
        return { ...folder, rescanSeconds };
      throw new Problem('VALUE_INVALID', `rescan is a whole number of seconds from 1 to 86400, not "${value}"`, {
        exitCode: 2,
      });
    }
    case 'exclude':
      return { ...folder, exclude: parseExclude(value) };
    case 'atomic':
      return { ...folder, atomic: parseAtomic(value) };
    case 'mode':
      if (value === 'send-receive' || value === 'send-only' || value === 'receive-only') {
        return { ...folder, mode: value };
      }
      throw new Problem('VALUE_INVALID', `mode is send-receive, send-only or receive-only, not "${value}"`, {
        exitCode: 2,
      });
    default:
      throw new Problem(
        'KEY_UNKNOWN',
        `a folder has no setting "${key}"; there are: label, mode, rescan, exclude, atomic`,
        {
          exitCode: 2,
        },
      );
  }
}

/** Between commas, empty for none. */
function parseAtomic(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === '') return [];
  for (const name of names) {
    const problem = groupNameProblem(name);
    if (problem === undefined) continue;
    throw new Problem('VALUE_INVALID', `atomic names directories like "*.bundle"; "${name}" ${problem}`, {
      exitCode: 2,
    });
  }
  return names;
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** 26 base32 characters of 128 random bits. */
function newFolderId(): FolderId {
  let bits = BigInt(`0x${randomBytes(17).toString('hex')}`) >> 6n;
  let id = '';
  for (let i = 0; i < 26; i++) {
    id += base32[Number(bits & 31n)];
    bits >>= 5n;
  }
  if (!isFolderId(id)) throw new Error('made a folder id that is none');
  return id;
}
