/** A Control that notes what it is asked and answers from a script: the daemon's stand-in, written by hand. */
import { sleep } from '../../../src/base/abort.ts';
import type { DeviceId } from '../../../src/core/identifiers.ts';
import type {
  Control,
  DaemonEvent,
  ExplainedPath,
  FolderPlan,
  FolderStatus,
  PairingState,
  Status,
  VersionInfo,
} from '../../../src/api/control.ts';
import type { FolderIgnoreRules } from '../../../src/api/ignore-control.ts';

export const folderStatus: FolderStatus = {
  id: 'a'.repeat(26),
  label: 'Docs',
  path: '/srv/docs',
  mode: 'send-receive',
  state: 'idle',
  files: 3,
  directories: 1,
  bytes: 12,
  needFiles: 0,
  needBytes: 0,
  conflicts: 0,
  localOnly: 0,
  withheld: 0,
  errors: [{ path: 'a/b', message: 'ünreadable' }],
  devices: [],
};

export const statusDocument: Status = {
  device: { id: 'me', name: 'desk', version: '0.1.0', uptimeSeconds: 5 },
  addresses: ['/ip4/127.0.0.1/tcp/1'],
  folders: [folderStatus],
  peers: [],
  relays: [],
  offers: [],
};

export const explained: ExplainedPath = {
  folder: 'Docs',
  path: 'a/b',
  summary: 'It is in sync with every device.',
  here: { index: 'directory', disk: null, held: true },
  devices: [{ device: 'x' as DeviceId, name: 'X', connected: false, announced: null, same: false }],
  cell: 'C4-same',
  why: 'it is the same here and there',
  next: ['make the directory a/b'],
  last: { cell: 'C2-new', why: 'it is new from another device', time: '2026-01-02 03:04:05' },
};

export const folderPlan: FolderPlan = {
  folder: 'Docs',
  held: null,
  count: 1,
  merges: 0,
  bytes: 5,
  operations: [{ path: 'a/b', cell: 'C2-new', steps: ['make the directory a/b'] }],
};

export const ignoreRules: FolderIgnoreRules = {
  folder: 'Docs',
  rules: [{ pattern: 'a/', source: 'file', line: 1 }],
  problems: [{ source: 'device', line: null, message: 'is odd' }],
  builtIn: ['.DS_Store'],
};

export const keptVersion: VersionInfo = {
  ...{ folder: 'Docs', path: 'a', kept: '2026-01-01T00:00:00Z', own: false, kind: 'file', size: 1 },
  ...{ modified: '2026-01-01T00:00:00Z', file: '/srv/docs/.p2psync/versions/a' },
};

export class RecordingControl implements Control {
  readonly openapiVersion = '1';
  /** Method and arguments, without signals. */
  readonly calls: unknown[][] = [];
  /** Thrown by the next call. */
  failure: unknown;
  /** Waits never end by themselves. */
  hang = false;
  /** Reasons of the signals that fired during hanging calls. */
  readonly aborts: unknown[] = [];
  readonly log: DaemonEvent[] = [];
  openFollowers = 0;
  #wake = new AbortController();

  add(event: DaemonEvent): void {
    this.log.push(event);
    const wake = this.#wake;
    this.#wake = new AbortController();
    wake.abort();
  }

  async #note<T>(answer: T, ...call: unknown[]): Promise<T> {
    this.calls.push(call);
    if (this.failure !== undefined) throw this.failure;
    return answer;
  }

  async #noteWait<T>(answer: T, signal: AbortSignal, ...call: unknown[]): Promise<T> {
    await this.#note(undefined, ...call);
    if (!this.hang) return answer;
    try {
      await sleep(60_000, signal);
    } catch (error) {
      this.aborts.push(error);
      throw error;
    }
    return answer;
  }

  status = (): Promise<Status> => this.#note(statusDocument, 'status');
  stop = (): Promise<void> => this.#note(undefined, 'stop');
  createCode: Control['createCode'] = () =>
    this.#note({ code: '7-harbor-violin', expires: '2026-01-01T00:00:00Z', folders: ['Docs'] }, 'createCode');
  pairingState: Control['pairingState'] = (code, wait, signal) =>
    this.#noteWait<PairingState>({ state: 'waiting', wrongTries: 1, result: null }, signal, 'pairingState', code, wait);
  pairWith: Control['pairWith'] = (code, addresses, signal) =>
    this.#noteWait(
      { device: { id: 'x', name: 'X' }, fingerprint: '🐙🐙🐙🐙', offers: [] },
      signal,
      'pairWith',
      code,
      addresses,
    );
  renameDevice: Control['renameDevice'] = (...call) => this.#note(undefined, 'renameDevice', ...call);
  removeDevice: Control['removeDevice'] = (...call) => this.#note(undefined, 'removeDevice', ...call);
  addFolder: Control['addFolder'] = (...call) => this.#note(folderStatus, 'addFolder', ...call);
  joinFolder: Control['joinFolder'] = (...call) => this.#note(folderStatus, 'joinFolder', ...call);
  shareFolder: Control['shareFolder'] = (...call) => this.#note(folderStatus, 'shareFolder', ...call);
  moveFolder: Control['moveFolder'] = (...call) => this.#note(folderStatus, 'moveFolder', ...call);
  setFolder: Control['setFolder'] = (...call) => this.#note(folderStatus, 'setFolder', ...call);
  removeFolder: Control['removeFolder'] = (...call) => this.#note(undefined, 'removeFolder', ...call);
  ignores: Control['ignores'] = (...call) => this.#note([ignoreRules], 'ignores', ...call);
  addIgnore: Control['addIgnore'] = (...call) => this.#note(ignoreRules, 'addIgnore', ...call);
  testIgnore: Control['testIgnore'] = (...call) =>
    this.#note(
      { folder: 'Docs', path: 'a/b', isDirectory: false, leftOut: true, rule: ignoreRules.rules[0]!, directory: 'a' },
      'testIgnore',
      ...call,
    );
  wait: Control['wait'] = (label, timeoutMs, signal) =>
    this.#noteWait({ inSync: true, folders: [] }, signal, 'wait', label, timeoutMs);
  explain: Control['explain'] = (...call) => this.#note(explained, 'explain', ...call);
  plan: Control['plan'] = (...call) => this.#note([folderPlan], 'plan', ...call);
  revertFolder: Control['revertFolder'] = (...call) => this.#note({ paths: 3 }, 'revertFolder', ...call);
  overrideFolder: Control['overrideFolder'] = (...call) => this.#note({ paths: 3 }, 'overrideFolder', ...call);
  rescan: Control['rescan'] = (...call) => this.#note(undefined, 'rescan', ...call);
  pause: Control['pause'] = (...call) => this.#note(undefined, 'pause', ...call);
  resume: Control['resume'] = (...call) => this.#note(undefined, 'resume', ...call);
  limits: Control['limits'] = (...call) => this.#note({ up: 5000, down: null }, 'limits', ...call);

  versions: Control['versions'] = (path) => this.#note({ versions: [], truncated: false }, 'versions', path);
  restoreVersion: Control['restoreVersion'] = (...call) =>
    this.#note({ version: keptVersion, replaced: null }, 'restoreVersion', ...call);
  history: Control['history'] = (query) => this.#note([], 'history', query);
  conflicts: Control['conflicts'] = () => this.#note([], 'conflicts');
  keepConflict: Control['keepConflict'] = (path, kept) =>
    this.#note({ folder: 'Docs', original: 'a', kept, copy: null, replaced: null }, 'keepConflict', path, kept);
  undo: Control['undo'] = (device, sinceMs, dryRun, signal) =>
    this.#noteWait(
      { device: { id: 'x', name: 'x' }, since: '2026-01-01T00:00:00Z', dryRun, undone: [], left: [] },
      ...([signal, 'undo', device, sinceMs, dryRun] as const),
    );

  async *events(since: number, follow: boolean, signal: AbortSignal): AsyncGenerator<DaemonEvent> {
    this.calls.push(['events', since, follow]);
    this.openFollowers++;
    try {
      let next = since;
      while (!signal.aborted) {
        for (; next < this.log.length; next++) yield this.log[next] as DaemonEvent;
        if (!follow) return;
        const wake = this.#wake.signal;
        await new Promise<void>((resolve) => {
          wake.addEventListener('abort', () => resolve(), { once: true });
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    } finally {
      this.openFollowers--;
    }
  }
}
