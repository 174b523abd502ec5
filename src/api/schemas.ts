/** The documents of src/api/control.ts as JSON Schema, for validation of what comes in and for the OpenAPI description. */
import type {
  ConflictInfo,
  ConflictSettled,
  ExplainedPath,
  FolderPlan,
  DaemonEvent,
  DeviceStatus,
  FolderStatus,
  LogEntry,
  LoggedState,
  PairingCode,
  PairingResult,
  PairingState,
  PeerStatus,
  RateLimits,
  RestoreResult,
  Status,
  UndoResult,
  VersionInfo,
  VersionList,
  WaitOutcome,
} from './control.ts';
import type { ProblemDocument } from './problem-document.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Longest text in a request: a path. Labels, names and codes are shorter, and the daemon says so in words. */
const textLengthMax = 4096;
const listLengthMax = 1024;
const waitMsMax = 366 * 86_400_000;

/** Every key of T must have a schema, so that the description cannot fall behind the type. */
type Properties<T> = { readonly [Key in keyof Required<T>]: Schema };

export function document<T>(description: string, properties: Properties<T>): Schema {
  return { type: 'object', description, properties, required: Object.keys(properties) };
}

/** A request's body: nothing but these keys. */
export function body(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export const text: Schema = { type: 'string', minLength: 1, maxLength: textLengthMax };
export const flag: Schema = { type: 'boolean' };
export const addressList: Schema = { type: 'array', items: text, maxItems: listLengthMax };
export const milliseconds: Schema = { type: 'integer', minimum: 0, maximum: waitMsMax };
export const mode: Schema = { type: 'string', enum: ['send-receive', 'send-only', 'receive-only'] };
export const settingValue: Schema = { type: 'string', maxLength: textLengthMax };
export const rateLimit: Schema = { type: ['integer', 'null'], minimum: 1, description: 'bytes per second; null: none' };
export const queryFlag: Schema = { type: 'string', enum: ['true', 'false'] };
export const queryNumber: Schema = { type: 'string', pattern: '^\\d{1,15}$' };

export const string: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const count: Schema = { type: 'integer', minimum: 0 };
export const wholeNumber = count;
const time: Schema = { type: 'string', format: 'date-time' };
export const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const list = (items: Schema): Schema => ({ type: 'array', items });

const device = document<DeviceStatus>('This device.', {
  id: string,
  name: string,
  version: string,
  uptimeSeconds: number,
});

export const folder = document<FolderStatus>('A synced folder on this device.', {
  id: string,
  label: string,
  path: string,
  mode,
  state: { type: 'string', enum: ['scanning', 'syncing', 'idle', 'paused', 'error'] },
  files: count,
  directories: count,
  bytes: count,
  needFiles: count,
  needBytes: count,
  conflicts: count,
  localOnly: count,
  withheld: count,
  errors: list(
    document<FolderStatus['errors'][number]>('One path that is not in sync.', { path: string, message: string }),
  ),
  devices: list(string),
});

const peer = document<PeerStatus>('Another device. Bytes count everything on the wire since the daemon started.', {
  id: string,
  name: string,
  connected: flag,
  route: { anyOf: [{ type: 'string', enum: ['lan', 'direct', 'relay'] }, { type: 'null' }] },
  address: nullable(string),
  rttMs: nullable(number),
  bytesIn: count,
  bytesOut: count,
  inSync: flag,
  stopped: list(string),
  lastSeen: nullable(time),
});

export const status = document<Status>('What this device is doing.', {
  device,
  addresses: list(string),
  folders: list(folder),
  peers: list(peer),
  relays: list(
    document<Status['relays'][number]>('A relay.', {
      url: string,
      connected: flag,
      tokenExpires: time,
      checkpoint: count,
    }),
  ),
  offers: list(
    document<Status['offers'][number]>('A folder that a linked device offers and that is not joined here.', {
      folder: string,
      label: string,
      device: string,
      deviceName: string,
    }),
  ),
});

export const folders = list(folder);

export const pairingCode = document<PairingCode>('A one-time code.', {
  code: string,
  expires: time,
  folders: list(string),
});

export const pairingResult = document<PairingResult>('A link that was made.', {
  device: document<PairingResult['device']>('The other device.', { id: string, name: string }),
  fingerprint: string,
  offers: list(document<PairingResult['offers'][number]>('A folder to join.', { folder: string, label: string })),
});

export const pairingState = document<PairingState>('What became of a code.', {
  state: { type: 'string', enum: ['waiting', 'used', 'expired', 'burnt', 'none'] },
  wrongTries: count,
  result: nullable(pairingResult),
});

export const rateLimits = document<RateLimits>('Limits on transfer.', { up: rateLimit, down: rateLimit });

export const waitOutcome = document<WaitOutcome>('Whether every reachable device holds the same content.', {
  inSync: flag,
  folders: list(
    document<WaitOutcome['folders'][number]>('One folder.', {
      label: string,
      inSync: flag,
      reason: nullable(string),
    }),
  ),
});

/** Milliseconds since the epoch. */
export const moment: Schema = { type: 'integer', minimum: 0, maximum: 8_640_000_000_000_000 };
export const logLimit: Schema = { type: 'string', pattern: '^[1-9]\\d{0,5}$' };

const version = document<VersionInfo>('What once stood at a path.', {
  folder: string,
  path: string,
  kept: time,
  own: flag,
  kind: { type: 'string', enum: ['file', 'symlink'] },
  size: count,
  modified: string,
  file: string,
});

export const versionList = document<VersionList>('Kept versions, the newest first.', {
  versions: list(version),
  truncated: flag,
});

export const restoreResult = document<RestoreResult>('A version that stands at its path again.', {
  version,
  replaced: nullable(string),
});

export const conflictChoice: Schema = { type: 'string', enum: ['mine', 'theirs', 'both'] };

export const conflicts = list(
  document<ConflictInfo>('A file that was changed on two devices at once.', {
    folder: string,
    original: string,
    copy: string,
  }),
);

export const conflictSettled = document<ConflictSettled>('A conflict that is none any more.', {
  folder: string,
  original: string,
  kept: conflictChoice,
  copy: nullable(string),
  replaced: nullable(string),
});

const knownDevice = document<UndoResult['device']>('A device.', { id: string, name: string });

const loggedState = document<LoggedState>('What stood at a path.', {
  kind: { type: 'string', enum: ['file', 'directory', 'symlink'] },
  size: nullable(count),
  modified: nullable(string),
  executable: flag,
  contentHash: nullable(string),
  target: nullable(string),
});

export const logEntries = list(
  document<LogEntry>('One change of one path.', {
    time,
    folder: string,
    path: string,
    change: { type: 'string', enum: ['created', 'edited', 'metadata', 'deleted'] },
    cell: string,
    device: nullable(knownDevice),
    via: nullable(knownDevice),
    before: nullable(loggedState),
    after: nullable(loggedState),
    version: nullable(string),
  }),
);

export const undoResult = document<UndoResult>('What was taken back, and what was not.', {
  device: knownDevice,
  since: time,
  dryRun: flag,
  undone: list(
    document<UndoResult['undone'][number]>('A path as it was before.', {
      folder: string,
      path: string,
      action: { type: 'string', enum: ['written', 'removed', 'metadata'] },
    }),
  ),
  left: list(
    document<UndoResult['left'][number]>('A path that was left alone.', {
      folder: string,
      path: string,
      reason: { type: 'string', enum: ['changed-since', 'not-kept', 'in-the-way', 'failed'] },
      message: string,
    }),
  ),
});

/** Events carry further fields, by type. */
export const event: Schema = {
  ...document<Pick<DaemonEvent, 'id' | 'time' | 'type'>>('Something that happened; further fields by type.', {
    id: count,
    time,
    type: string,
  }),
  additionalProperties: true,
};

export const problem = document<ProblemDocument>('What went wrong (RFC 9457) and what to do.', {
  type: string,
  title: string,
  status: count,
  code: string,
  detail: string,
  exitCode: { type: 'integer', minimum: 0, maximum: 4 },
});

const entryText = nullable(string);

export const explained = document<ExplainedPath>('What is known of one path.', {
  folder: string,
  path: string,
  summary: string,
  here: document<ExplainedPath['here']>('On this device.', { index: entryText, disk: entryText, held: flag }),
  devices: list(
    document<ExplainedPath['devices'][number]>('What another device announced.', {
      device: string,
      name: string,
      connected: flag,
      announced: entryText,
      same: flag,
    }),
  ),
  cell: string,
  why: string,
  next: list(string),
  last: {
    anyOf: [
      document<NonNullable<ExplainedPath['last']>>('The decision last carried out.', {
        cell: string,
        why: string,
        time,
      }),
      { type: 'null' },
    ],
  },
});

export const folderPlans = list(
  document<FolderPlan>('What would be done next in a folder.', {
    folder: string,
    held: nullable(string),
    count,
    merges: count,
    bytes: count,
    operations: list(
      document<FolderPlan['operations'][number]>('One operation.', { path: string, cell: string, steps: list(string) }),
    ),
  }),
);
