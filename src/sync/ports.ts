/**
 * What the sync loops need of the world. src/disk, src/store and src/net match these structurally; src/daemon.ts joins them.
 * Every async method may reject only with its AbortSignal's reason or with a failure of the whole folder or peer; what goes
 * wrong with one path is a value in the result.
 */
import type { Entry, FileEntry } from '../core/entry.ts';
import type { ChangeNote } from '../core/history.ts';
import type { DeviceId, EpochId, Hash, ReplicaId } from '../core/identifiers.ts';
import type { IgnoreMatcher } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, ChunkPlace, LocalRecord, Manifest, StatFingerprint } from '../core/record.ts';
import type { Intent } from '../core/recovery.ts';
import type { ApplyStep, DiskItem } from '../core/step.ts';
import type { Dot, VersionVector } from '../core/version.ts';

// ---------------------------------------------------------------- disk

/** A path that could not be looked at. Nothing at or below it may be taken for deleted (I6). */
export interface PathProblem {
  /** As near as can be told; undefined for the root itself. */
  readonly path: RelativePath | undefined;
  /** errno name or our own: EACCES, EIO, NAME_NOT_UTF8, … */
  readonly code: string;
  readonly message: string;
}

export interface ScanBatch {
  /** In comparePaths order, continuing across batches. */
  readonly items: readonly DiskItem[];
  readonly problems: readonly PathProblem[];
}

export type HashOutcome =
  | {
      readonly path: RelativePath;
      readonly ok: true;
      readonly stat: StatFingerprint;
      readonly entry: FileEntry;
      /** Undefined for a file of one chunk (or none). */
      readonly manifest: Manifest | undefined;
    }
  | {
      readonly path: RelativePath;
      readonly ok: false;
      /** 'changing': written to while it was read, try again later; 'gone': absent or no longer a file; 'unreadable': see message. */
      readonly reason: 'changing' | 'gone' | 'unreadable';
      readonly message: string;
    };

export type ApplyOutcome =
  | {
      readonly ok: true;
      /** lstat after the step, of `path` (of `to` for a rename); undefined after a removal. */
      readonly stat: StatFingerprint | undefined;
      /** Where the version store keeps what was replaced or removed, relative to it. */
      readonly kept?: string;
    }
  | {
      readonly ok: false;
      /**
       * 'changed': the disk is not what was expected, rescan it; 'not-empty': a directory still holds something;
       * 'no-parent': its directory is not there (or is no directory); 'unstaged': content not staged or not verified;
       * 'failed': the system refused, see message.
       */
      readonly reason: 'changed' | 'not-empty' | 'no-parent' | 'unstaged' | 'failed';
      readonly code: string;
      readonly message: string;
    };

/** A piece of content on its way to staging: `bytes` when it came over the wire, `place` when this folder already holds it. */
export interface StagePiece {
  readonly contentHash: Hash;
  /** Size of the whole file. */
  readonly fileSize: number;
  readonly offset: number;
  readonly length: number;
  readonly hash: Hash;
  readonly from: { readonly bytes: Uint8Array } | { readonly place: ChunkPlace };
}

export interface ReadChunk {
  readonly hash: Hash;
  readonly length: number;
  readonly place: ChunkPlace;
}

/** The file system of one folder. All of it runs in worker threads; all methods may be called at once. */
export interface Disk {
  /** True when the root is there, is the directory it was, and holds this folder's marker; otherwise a sentence that says what is wrong. */
  checkRoot(): Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string }>;
  /** Walks `start` (undefined: the root) and, when `recursive`, all below it. `start` itself comes first if it exists. Awaits `sink` before reading on. */
  scan(
    start: RelativePath | undefined,
    recursive: boolean,
    sink: (batch: ScanBatch) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** lstat of single paths; undefined where nothing is there (or a parent is missing, or is no directory). */
  look(paths: readonly RelativePath[]): Promise<(DiskItem | PathProblem | undefined)[]>;
  hash(paths: readonly RelativePath[], signal: AbortSignal): Promise<HashOutcome[]>;
  /** Bytes of each chunk, or undefined where the place no longer holds bytes with that hash. */
  readChunks(chunks: readonly ReadChunk[]): Promise<(Uint8Array | undefined)[]>;
  /** For each piece: true when its bytes had the right hash and now stand in staging (not yet durable). */
  stage(pieces: readonly StagePiece[]): Promise<boolean[]>;
  /**
   * Which chunks of a file are already staged and good, from an earlier life: one flag for each chunk of `manifest`, which may be a
   * part of the list that begins `start` bytes into the file. Rejects with the signal's reason.
   */
  stagedChunks(
    contentHash: Hash,
    fileSize: number,
    manifest: Manifest,
    start: number,
    signal: AbortSignal,
  ): Promise<boolean[]>;
  /**
   * Verifies the whole staged file against its hash and size. A file of 0 bytes needs no pieces. False discards the staged file.
   * That takes long for a large one: rejects with the signal's reason.
   */
  finishStaged(
    files: readonly { readonly contentHash: Hash; readonly fileSize: number }[],
    signal?: AbortSignal,
  ): Promise<boolean[]>;
  /**
   * Applies in order, as one durable group: when it resolves, every ok step has reached the disk (fsync or better). `atomic`:
   * all steps are looked at before the first, and none is made after one that failed ('changed', code GROUP_STOPPED).
   */
  apply(steps: readonly ApplyStep[], atomic?: boolean): Promise<ApplyOutcome[]>;
  /** Deletes staged content that is not in `keep`; `before` (milliseconds since the epoch): only what was last written before. */
  pruneStaging(keep: ReadonlySet<Hash>, before?: number): Promise<void>;
  /**
   * Reports paths that may have changed (hints: late, doubled, wrong or lost). 'subtree': something below may have changed
   * unseen. Returns when the watch stands; events stop after close().
   */
  watch(onHint: (hint: WatchHint) => void, onError: (error: Error) => void): Promise<Watch>;
}

/** What is left out here, by the folder's rules and this device's own. Its disk neither walks it nor hints at it. */
export interface Ignores {
  /** By the rules as of the last reload. */
  readonly matches: IgnoreMatcher;
  /** Reads the folder's rules again. What is wrong with them leaves those that can be used in force. */
  reload(): Promise<{
    /** Other paths than before may be left out now. */
    readonly changed: boolean;
    /** Rules that are gone end in so many milliseconds: reload then. Undefined: nothing is to come. */
    readonly settlesInMs: number | undefined;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
  }>;
}

export interface WatchHint {
  /** undefined: the root. */
  readonly path: RelativePath | undefined;
  readonly subtree: boolean;
}

export interface Watch {
  close(): Promise<void>;
}

// ---------------------------------------------------------------- store

/** A record to be written. The store gives it the next sequence n. */
export interface RecordChange {
  readonly path: RelativePath;
  readonly entry: Entry;
  /**
   * 'local': this device made the change; version becomes `version` bumped by the dot (this replica, n), which is also the
   * record's dot. Otherwise version and dot stay as given: taken over from another device.
   */
  readonly write: 'local' | { readonly dot: Dot };
  readonly version: VersionVector;
  readonly stat: StatFingerprint | undefined;
  /** For files of more than one chunk. Undefined keeps the stored manifest when the content hash is unchanged. */
  readonly manifest: Manifest | undefined;
  /** Sequence of the record this change was decided on; 0 for none. On a mismatch the change is refused as 'stale'. */
  readonly basedOn: number;
  /** For the history, which has an entry for each change that changes something and has a note (src/sync/history.ts). */
  readonly note?: ChangeNote;
}

export interface PeerProgress {
  /** Which life of the peer's index we hold records of; undefined before the first exchange. */
  readonly replica: ReplicaId | undefined;
  /** All records of that replica up to here are stored. */
  readonly received: number;
  /** The epoch of its index that gave `received`; undefined when it did not say. */
  readonly epoch?: EpochId | undefined;
  /** The peer says it has stored our records up to here. */
  readonly acknowledged: number;
}

/** The index of one folder. Methods may be called at once; writes are serialised inside. */
export interface FolderStore {
  readonly replica: ReplicaId;
  /** The last sequence given; 0 for an empty index. */
  lastSequence(): number;
  get(path: RelativePath): Promise<LocalRecord | undefined>;
  getMany(paths: readonly RelativePath[]): Promise<(LocalRecord | undefined)[]>;
  /** `start` itself, then all below it, in comparePaths order; undefined: everything. */
  iterate(start: RelativePath | undefined): AsyncIterable<readonly LocalRecord[]>;
  /** The current records with a sequence above `after`, in sequence order (a path comes once, at its latest). */
  since(after: number, limit: number): Promise<readonly LocalRecord[]>;
  /** The epoch (core/epochs.ts) that gave a sequence of this index. */
  epochAt(sequence: number): EpochId | undefined;
  /**
   * One synced batch: durable when it resolves. Each element: the record as written, or 'stale' (see basedOn). `ended`: the
   * group of intents that this is the outcome of.
   */
  commit(changes: readonly RecordChange[], ended?: number): Promise<(LocalRecord | 'stale')[]>;
  /** What is about to be done to the disk, durable when it resolves; the number ends it, with commit. */
  intend(intents: readonly Intent[]): Promise<number>;
  /** Groups that were begun and never ended. */
  openGroups(): Promise<readonly { readonly group: number; readonly intents: readonly Intent[] }[]>;
  /** Replaces stored lstat values without a new sequence, where the record still has the given one. */
  refreshStats(updates: readonly { path: RelativePath; sequence: number; stat: StatFingerprint }[]): Promise<void>;
  /** Places in this folder that hold a chunk, at most `limit`; single-chunk files count. */
  places(hashes: readonly Hash[], limit: number): Promise<ChunkPlace[][]>;
  /** The chunks of the file at `path`, if its content is `contentHash` and it has more than one. */
  manifest(path: RelativePath, contentHash: Hash): Promise<Manifest | undefined>;
  /** Paths of live local files with this content. */
  pathsWithContent(contentHash: Hash, limit: number): Promise<RelativePath[]>;
  /** Order-independent digest over (path, entry, version) of all records: equal digests, equal indexes. 32 hex characters. */
  digest(): string;
  totals(): FolderTotals;

  peerProgress(device: DeviceId): Promise<PeerProgress>;
  /** Stores what a peer announced (durable when resolved), and that everything up to `received` is now here. */
  putAnnounced(device: DeviceId, records: readonly AnnouncedRecord[], received: number, epoch?: EpochId): Promise<void>;
  setAcknowledged(device: DeviceId, sequence: number): Promise<void>;
  /** Forgets what the peer announced; a new life of its index begins. */
  resetPeer(device: DeviceId, replica: ReplicaId | undefined): Promise<void>;
  announced(device: DeviceId, paths: readonly RelativePath[]): Promise<(AnnouncedRecord | undefined)[]>;
  iterateAnnounced(device: DeviceId): AsyncIterable<readonly AnnouncedRecord[]>;
  close(): Promise<void>;
}

export interface FolderTotals {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly bytes: number;
}

// ---------------------------------------------------------------- peers

/** What a device says of its own copy of a folder, sent with its index. */
export interface RemoteFolderState {
  /** The announcer's last sequence when it said this. */
  readonly sequence: number;
  readonly digest: string;
  readonly state: 'scanning' | 'syncing' | 'idle' | 'paused' | 'error';
  readonly needFiles: number;
  readonly needBytes: number;
}

export type IndexEvent =
  /** First event of a subscription: records will follow from this replica above `after` (0 when the asked replica is not the current one). */
  | { readonly type: 'start'; readonly replica: ReplicaId; readonly after: number }
  | {
      readonly type: 'records';
      readonly records: readonly AnnouncedRecord[];
      /** complete up to here */ readonly upTo: number;
      /** This is all that the announcer has, as of one of its commits. */
      readonly caughtUp: boolean;
      /** The epoch of `upTo`. */
      readonly epoch?: EpochId | undefined;
    }
  | { readonly type: 'state'; readonly state: RemoteFolderState };

export interface IndexSubscription {
  /** Ends when the stream ends; throws when it breaks. Not read on: the peer is held back. */
  readonly events: AsyncIterable<IndexEvent>;
  acknowledge(sequence: number): Promise<void>;
  close(): Promise<void>;
}

/** What one folder offers to its peers; given to Peers.serve(). */
export interface FolderServer {
  readonly replica: ReplicaId;
  lastSequence(): number;
  epochAt(sequence: number): EpochId | undefined;
  /** A consumer holds what this index cannot have told it (core/epochs.ts): it gets nothing, and somebody should act. */
  indexOlder(device: DeviceId): void;
  since(after: number, limit: number): Promise<readonly AnnouncedRecord[]>;
  state(): RemoteFolderState;
  /** Calls back after every commit and every change of state(), until the returned function is called. */
  onChange(callback: () => void): () => void;
  acknowledged(device: DeviceId, sequence: number): void;
  manifest(path: RelativePath, contentHash: Hash): Promise<Manifest | undefined>;
  /** Bytes for each hash, undefined where this folder's index does not hold it (any more). */
  chunks(requests: readonly { readonly hash: Hash; readonly length: number }[]): Promise<(Uint8Array | undefined)[]>;
}

/** The linked devices as one folder sees them. Only devices that the folder is shared with, both ways. */
export interface FolderPeers {
  /** Devices that are connected now and share this folder. */
  connected(): readonly DeviceId[];
  /** Every device that this folder is shared with, connected or not. */
  shared(): readonly DeviceId[];
  onChange(callback: () => void): () => void;
  subscribe(
    device: DeviceId,
    from: {
      readonly replica: ReplicaId | undefined;
      readonly after: number;
      readonly epoch?: EpochId | undefined;
    },
    signal: AbortSignal,
  ): Promise<IndexSubscription>;
  /** Asks for chunks; yields answers in request order, undefined where the peer does not have it. Bytes are NOT yet verified. Rejects when the peer is lost. */
  fetchChunks(
    device: DeviceId,
    requests: readonly { readonly hash: Hash; readonly length: number }[],
    signal: AbortSignal,
  ): AsyncIterable<readonly (Uint8Array | undefined)[]>;
  /** Lengths add up to `size`, or it rejects. Undefined: the peer does not have that content at that path now. */
  fetchManifest(
    device: DeviceId,
    path: RelativePath,
    contentHash: Hash,
    size: number,
    signal: AbortSignal,
  ): Promise<Manifest | undefined>;
  /** Offers this folder to its peers until the returned function is called. */
  serve(server: FolderServer): () => void;
}
