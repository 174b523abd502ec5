/**
 * What the local API can ask of the daemon: implemented by src/daemon.ts, called by src/api/routes. Methods reject with a
 * Problem (code, one line for people, exit code). Values are plain JSON and are the documents that the CLI prints with --json.
 */
import type { Explanation, PlannedChanges } from '../sync/explain.ts';
import type { IgnoreControl } from './ignore-control.ts';

export type { FolderIgnoreRules, IgnoreRuleStatus, IgnoreTest } from './ignore-control.ts';

export interface DeviceStatus {
  id: string;
  name: string;
  version: string;
  uptimeSeconds: number;
}

export interface FolderStatus {
  id: string;
  label: string;
  path: string;
  mode: 'send-receive' | 'send-only' | 'receive-only';
  state: 'scanning' | 'syncing' | 'idle' | 'paused' | 'error';
  files: number;
  directories: number;
  bytes: number;
  needFiles: number;
  needBytes: number;
  conflicts: number;
  /** Changes made here that a receive-only folder does not send. */
  localOnly: number;
  /** Changes made elsewhere that a send-only folder does not take. */
  withheld: number;
  errors: { path: string; message: string }[];
  /** Device ids that the folder is shared with. */
  devices: string[];
}

export interface ExplainedPath extends Omit<Explanation, 'devices'> {
  readonly folder: string;
  readonly devices: readonly (Explanation['devices'][number] & { readonly name: string })[];
}

export interface FolderPlan extends PlannedChanges {
  readonly folder: string;
  /** Why nothing will be done as it stands: paused, held, in trouble; null: nothing is in the way. */
  readonly held: string | null;
}

export interface PeerStatus {
  id: string;
  name: string;
  connected: boolean;
  route: 'lan' | 'direct' | 'relay' | null;
  address: string | null;
  rttMs: number | null;
  bytesIn: number;
  bytesOut: number;
  inSync: boolean;
  /** Labels of shared folders that go no further there until its person does something: held back, without a root, paused. */
  stopped: string[];
  /** ISO 8601; null: never. */
  lastSeen: string | null;
}

export interface Status {
  device: DeviceStatus;
  addresses: string[];
  folders: FolderStatus[];
  peers: PeerStatus[];
  relays: { url: string; connected: boolean; tokenExpires: string; checkpoint: number }[];
  /** Folders that linked devices offer and that are not joined here. */
  offers: { folder: string; label: string; device: string; deviceName: string }[];
}

export interface PairingCode {
  code: string;
  /** ISO 8601. */
  expires: string;
  /** Labels that the new device will be offered. */
  folders: string[];
}

export interface PairingResult {
  device: { id: string; name: string };
  /** The same on both devices, if nobody sits between them. */
  fingerprint: string;
  /** Folders that the other device offers. */
  offers: { folder: string; label: string }[];
}

export interface PairingState {
  /** 'waiting' while the code can be used. */
  state: 'waiting' | 'used' | 'expired' | 'burnt' | 'none';
  wrongTries: number;
  result: PairingResult | null;
}

export interface DaemonEvent {
  /** Grows by one with each event since the daemon started. */
  id: number;
  /** ISO 8601. */
  time: string;
  /** e.g. device-linked, peer-connected, peer-disconnected, folder-state, file-received, file-deleted, conflict, path-error */
  type: string;
  [field: string]: unknown;
}

export interface RateLimits {
  /** Bytes per second; null: none. */
  up: number | null;
  down: number | null;
}

export interface WaitOutcome {
  /** False: the time ran out first. */
  inSync: boolean;
  folders: { label: string; inSync: boolean; reason: string | null }[];
}

export interface VersionInfo {
  /** Label of the folder. */
  folder: string;
  /** Inside the folder. */
  path: string;
  /** ISO 8601: when it was replaced or deleted; whole seconds. */
  kept: string;
  /** It was replaced or deleted on this device, not by a sync. */
  own: boolean;
  kind: 'file' | 'symlink';
  /** Bytes. */
  size: number;
  /** ISO 8601: when its content was last modified. */
  modified: string;
  /** Where it stands, absolute. */
  file: string;
}

export interface VersionList {
  /** The newest first. */
  versions: VersionInfo[];
  /** There are more than these. */
  truncated: boolean;
}

export interface RestoreResult {
  version: VersionInfo;
  /** Where what it replaced is kept now, absolute; null: nothing stood there. */
  replaced: string | null;
}

/** What stood at a path before or after a change. */
export interface LoggedState {
  kind: 'file' | 'directory' | 'symlink';
  /** Of files: bytes. */
  size: number | null;
  /** ISO 8601; null for directories. */
  modified: string | null;
  executable: boolean;
  contentHash: string | null;
  target: string | null;
}

export interface LogEntry {
  /** ISO 8601: when this device recorded or applied it. */
  time: string;
  folder: string;
  path: string;
  change: 'created' | 'edited' | 'metadata' | 'deleted';
  /** The decision (docs/RECONCILE.md), or 'local', 'restore'. */
  cell: string;
  /** Who made it, as far as is known here; null: this device. */
  device: { id: string; name: string } | null;
  /** Who announced it; null: nobody, it was made here. */
  via: { id: string; name: string } | null;
  before: LoggedState | null;
  after: LoggedState | null;
  /** Where what stood there before is kept, absolute; it may have been pruned since. */
  version: string | null;
}

export interface ConflictInfo {
  /** Label of the folder. */
  folder: string;
  /** The name both were made under. */
  original: string;
  copy: string;
}

export interface ConflictSettled {
  folder: string;
  original: string;
  kept: 'mine' | 'theirs' | 'both';
  /** The plain name that the copy has now; null: it has no name of its own any more. */
  copy: string | null;
  /** Where what gave way is kept, absolute. */
  replaced: string | null;
}

export interface UndoResult {
  device: { id: string; name: string };
  /** ISO 8601. */
  since: string;
  dryRun: boolean;
  undone: { folder: string; path: string; action: 'written' | 'removed' | 'metadata' }[];
  left: {
    folder: string;
    path: string;
    reason: 'changed-since' | 'not-kept' | 'in-the-way' | 'failed';
    message: string;
  }[];
}

export interface Control extends IgnoreControl {
  status(): Promise<Status>;
  stop(): Promise<void>;

  createCode(): Promise<PairingCode>;
  /** Of the code made last. Waits until it is no longer 'waiting', or the signal aborts. */
  pairingState(code: string, wait: boolean, signal: AbortSignal): Promise<PairingState>;
  pairWith(code: string, addresses: readonly string[], signal: AbortSignal): Promise<PairingResult>;

  renameDevice(device: string, name: string): Promise<void>;
  removeDevice(device: string): Promise<void>;

  /** Safe to repeat: a path that is already this folder is returned as it is. */
  addFolder(
    path: string,
    options: { label?: string | undefined; mode?: FolderStatus['mode'] | undefined },
  ): Promise<FolderStatus>;
  joinFolder(label: string, path: string): Promise<FolderStatus>;
  shareFolder(label: string, device: string): Promise<FolderStatus>;
  moveFolder(label: string, path: string): Promise<FolderStatus>;
  setFolder(label: string, key: string, value: string): Promise<FolderStatus>;
  /** The files stay. */
  removeFolder(label: string): Promise<void>;
  /** `path` absolute, or LABEL/PATH. What is known of it, on every device, and what would be done next. */
  explain(path: string): Promise<ExplainedPath>;
  /** A dry run; `label` undefined: of all folders. */
  plan(label: string | undefined): Promise<FolderPlan[]>;
  /** Receive-only: what was changed here gives way to what the others hold. */
  revertFolder(label: string): Promise<{ paths: number }>;
  /** Send-only: what is here counts, whatever others changed. */
  overrideFolder(label: string): Promise<{ paths: number }>;

  wait(label: string | undefined, timeoutMs: number, signal: AbortSignal): Promise<WaitOutcome>;
  rescan(label: string | undefined, path: string | undefined): Promise<void>;
  /** `target`: folder label or device; undefined: everything. `forMs`: until then; undefined: until resume. */
  pause(target: string | undefined, forMs: number | undefined): Promise<void>;
  resume(target: string | undefined, accept: boolean): Promise<void>;
  limits(change: { up?: number | null | undefined; down?: number | null | undefined }): Promise<RateLimits>;
  /** Events after `since` (0: all that are kept), then, when `follow`, new ones until the signal aborts. */
  events(since: number, follow: boolean, signal: AbortSignal): AsyncIterable<DaemonEvent>;

  /** `path`: absolute, or LABEL/…; of the path and all below it. */
  versions(path: string): Promise<VersionList>;
  /** `atMs` (since the epoch): what stood there then; undefined: what was put away last. */
  restoreVersion(path: string, atMs: number | undefined): Promise<RestoreResult>;
  /** The newest first, at most `limit`. */
  history(query: {
    path?: string | undefined;
    device?: string | undefined;
    sinceMs?: number | undefined;
    limit: number;
  }): Promise<LogEntry[]>;
  /** Takes back what a device changed since a moment, in all folders. */
  undo(device: string, sinceMs: number, dryRun: boolean, signal: AbortSignal): Promise<UndoResult>;
  conflicts(): Promise<ConflictInfo[]>;
  /** `path`: the original or its copy, absolute or LABEL/…. */
  keepConflict(path: string, keep: ConflictSettled['kept']): Promise<ConflictSettled>;
  openapiVersion: '1';
}
