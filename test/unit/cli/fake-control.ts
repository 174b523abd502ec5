/** A Control written by hand, for driving the real command line over the real local API. It records what it is asked. */
import { sleep } from '../../../src/base/abort.ts';
import { Problem } from '../../../src/base/problem.ts';
import { explained, folderPlan } from '../api/recording-control.ts';
import type {
  Control,
  DaemonEvent,
  FolderStatus,
  PairingResult,
  PairingState,
  Status,
  UndoResult,
  VersionInfo,
} from '../../../src/api/control.ts';
import type { FolderIgnoreRules } from '../../../src/api/ignore-control.ts';

export interface FakeControl extends Control {
  readonly calls: [method: string, ...values: unknown[]][];
  state: PairingState;
  status_: Status;
  inSync: boolean;
  undoLeft: UndoResult['left'];
  readonly stopped: Promise<void>;
}

export const laptop = { id: 'p-laptop', name: 'laptop' };

export function folderStatus(label: string, path: string, change: Partial<FolderStatus> = {}): FolderStatus {
  return {
    id: `f-${label}`,
    label,
    path,
    mode: 'send-receive',
    state: 'idle',
    files: 3,
    directories: 1,
    bytes: 42,
    needFiles: 0,
    needBytes: 0,
    conflicts: 0,
    localOnly: 0,
    withheld: 0,
    errors: [],
    devices: [laptop.id],
    ...change,
  };
}

const fakeRules: FolderIgnoreRules = {
  folder: 'photos',
  rules: [
    { pattern: 'build/', source: 'file', line: 3 },
    { pattern: '*.raw', source: 'device', line: 1 },
  ],
  problems: [{ source: 'file', line: 7, message: "has a '[' without its ']'" }],
  builtIn: ['.DS_Store'],
};

export const version: VersionInfo = {
  folder: 'photos',
  path: 'a.txt',
  kept: '2026-11-23T12:00:00.000Z',
  own: false,
  kind: 'file',
  size: 1500,
  modified: '2026-11-23T11:00:00.000Z',
  file: '/srv/photos/.p2psync/versions/a.txt~20261123-120000',
};

export function fakeControl(): FakeControl {
  const calls: FakeControl['calls'] = [];
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const offers = [{ folder: 'f-photos', label: 'photos' }];
  const result: PairingResult = { device: laptop, fingerprint: '🐙 🌵 🚲 🍋', offers };
  const record = (method: string, ...values: unknown[]): void => {
    calls.push([method, ...values]);
  };
  const folderOf = (label: string): FolderStatus => {
    const found = fake.status_.folders.find((folder) => folder.label === label);
    if (found === undefined)
      throw new Problem('FOLDER_UNKNOWN', `there is no folder ${label}; 'p2psync folder ls' lists them`);
    return found;
  };
  const fake: FakeControl = {
    calls,
    stopped,
    inSync: true,
    undoLeft: [],
    openapiVersion: '1',
    state: { state: 'used', wrongTries: 0, result },
    status_: {
      device: { id: 'p-self', name: 'desk', version: '0.1.0', uptimeSeconds: 5 },
      addresses: ['/ip4/127.0.0.1/tcp/4001'],
      folders: [],
      peers: [
        {
          ...laptop,
          connected: true,
          route: 'lan',
          address: '/ip4/127.0.0.1/tcp/4002',
          rttMs: 1.5,
          bytesIn: 10,
          bytesOut: 20,
          inSync: true,
          stopped: [],
          lastSeen: '2026-11-23T12:00:00.000Z',
        },
      ],
      relays: [],
      offers: [],
    },
    status: async () => fake.status_,
    stop: async () => {
      record('stop');
      stop();
    },
    createCode: async () => ({
      code: '7-harbor-violin',
      expires: new Date(Date.now() + 600_000).toISOString(),
      folders: fake.status_.folders.map((folder) => folder.label),
    }),
    pairingState: async (_code, wait, signal) => {
      if (wait && fake.state.state === 'waiting') await sleep(60_000, signal);
      return fake.state;
    },
    pairWith: async (code, addresses) => {
      record('pairWith', code, [...addresses]);
      if (code !== '7-harbor-violin')
        throw new Problem('CODE_WRONG', 'the code is wrong; check it on the other device');
      return result;
    },
    renameDevice: async (device, name) => record('renameDevice', device, name),
    removeDevice: async (device) => record('removeDevice', device),
    addFolder: async (path, options) => {
      record('addFolder', path, options.label, options.mode);
      if (path.endsWith('refused'))
        throw new Problem('FOLDER_OVERLAPS', `${path} lies in another folder; choose another directory`);
      const folder = folderStatus(options.label ?? 'Sync', path);
      fake.status_.folders = [...fake.status_.folders.filter((one) => one.path !== path), folder];
      return folder;
    },
    joinFolder: async (label, path) => {
      record('joinFolder', label, path);
      if (!offers.some((offer) => offer.label === label)) {
        throw new Problem('FOLDER_UNKNOWN', `no linked device offers a folder ${label}`);
      }
      const folder = folderStatus(label, path);
      fake.status_.folders.push(folder);
      return folder;
    },
    shareFolder: async (label, device) => {
      record('shareFolder', label, device);
      return folderOf(label);
    },
    moveFolder: async (label, path) => {
      record('moveFolder', label, path);
      return { ...folderOf(label), path };
    },
    setFolder: async (label, key, value) => {
      record('setFolder', label, key, value);
      return folderOf(label);
    },
    removeFolder: async (label) => record('removeFolder', folderOf(label).label),
    wait: async (label) => {
      record('wait', label);
      return {
        inSync: fake.inSync,
        folders: [{ label: 'photos', inSync: fake.inSync, reason: fake.inSync ? null : 'laptop lacks 3 files' }],
      };
    },
    explain: async (path) => {
      record('explain', path);
      return explained;
    },
    plan: async (label) => {
      record('plan', label);
      return [folderPlan];
    },
    ignores: async (label) => {
      record('ignores', label);
      return [fakeRules];
    },
    addIgnore: async (label, pattern, here) => {
      record('addIgnore', label, pattern, here);
      return fakeRules;
    },
    testIgnore: async (label, path) => {
      record('testIgnore', label, path);
      const leftOut = path.startsWith('build');
      const rule = leftOut ? (fakeRules.rules[0] ?? null) : null;
      return {
        folder: label,
        path,
        isDirectory: path.endsWith('/'),
        leftOut,
        rule,
        directory: leftOut ? 'build' : null,
      };
    },
    revertFolder: async (label) => {
      record('revertFolder', label);
      return { paths: 3 };
    },
    overrideFolder: async (label) => {
      record('overrideFolder', label);
      return { paths: 1 };
    },
    rescan: async (label, path) => record('rescan', label, path),
    pause: async (target, forMs) => record('pause', target, forMs),
    resume: async (target, accept) => record('resume', target, accept),
    limits: async (change) => {
      record('limits', change.up, change.down);
      return { up: change.up ?? null, down: change.down ?? null };
    },
    versions: async (path) => {
      record('versions', path);
      return { versions: [version], truncated: false };
    },
    restoreVersion: async (path, atMs) => {
      record('restoreVersion', path, atMs);
      return { version, replaced: '/srv/photos/.p2psync/versions/a.txt~20261123-120000' };
    },
    history: async ({ path, device, sinceMs, limit }) => {
      record('history', path, device, sinceMs, limit);
      return [
        {
          time: '2026-11-23T12:00:00.000Z',
          folder: 'photos',
          path: 'a.txt',
          change: 'edited',
          cell: 'C8-newer',
          device: laptop,
          via: laptop,
          before: null,
          after: {
            kind: 'file',
            size: 1500,
            modified: '2026-11-23T11:00:00.000Z',
            executable: false,
            contentHash: 'ab',
            target: null,
          },
          version: version.file,
        },
      ];
    },
    conflicts: async () => [{ folder: 'photos', original: 'a.txt', copy: 'a.conflict-20261123-120000-0a1b2c3d.txt' }],
    keepConflict: async (path, kept) => {
      record('keepConflict', path, kept);
      return { folder: 'photos', original: 'a.txt', kept, copy: kept === 'both' ? 'a 2.txt' : null, replaced: null };
    },
    undo: async (device, sinceMs, dryRun) => {
      record('undo', device, sinceMs, dryRun);
      return {
        device: laptop,
        since: new Date(sinceMs).toISOString(),
        dryRun,
        undone: [{ folder: 'photos', path: 'a.txt', action: 'written' }],
        left: fake.undoLeft,
      };
    },
    events: async function* (since, follow, signal): AsyncGenerator<DaemonEvent> {
      const event = (id: number): DaemonEvent => ({
        id,
        time: '2026-11-23T12:00:00.000Z',
        type: 'file-received',
        path: `f${id}`,
      });
      for (let id = since + 1; id <= 3; id++) yield event(id);
      if (!follow) return;
      yield event(4);
      await sleep(60_000, signal);
    },
  };
  return fake;
}
