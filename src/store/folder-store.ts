/**
 * The index of one folder: matches FolderStore of the sync ports. Every commit is one synced batch that holds records,
 * sequence, chunk places, manifests, digest and totals, so that a crash leaves all of it or nothing (I8, I9). Methods may be
 * called at once; writes run one after another. Failures are Problems of the whole index (problems.ts).
 */
import { Mutex } from '../base/mutex.ts';
import { epochAt, type Epoch } from '../core/epochs.ts';
import type { HistoryEntry } from '../core/history.ts';
import type { DeviceId, EpochId, Hash, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, ChunkPlace, LocalRecord, Manifest, StatFingerprint } from '../core/record.ts';
import type { Intent } from '../core/recovery.ts';
import { fileRanges, placeFrom, placeRange } from './chunk-places.ts';
import { assertDistinct, isStale, planCommit, touchesContent, type RecordChange } from './commit.ts';
import { beginEpoch } from './epochs.ts';
import { decodeState, emptyState, encodeState, type FolderState } from './folder-state.ts';
import { Journal, type OpenGroup } from './journal.ts';
import { contentPathOffset, keyOf, pathFrom, pathKey, table } from './keys.ts';
import { History, historyEntriesMax, type HistoryQuery } from './history.ts';
import type { Entry, Level, Write } from './level.ts';
import { PeerRecords, type PeerProgress } from './peer-records.ts';
import { indexClosed, indexCorrupt } from './problems.ts';
import { encodeRecord } from './record-codec.ts';
import { readManifests, readRecords, recordsSince, walkRecords } from './records.ts';
import { checkSums, verifyFolder } from './verify.ts';

export interface FolderTotals {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Of all files. */
  readonly bytes: number;
}

/** Hashes looked up at once by `places`: each has an iterator of its own. */
const lookupsAtOnceMax = 256;

export class LevelFolderStore {
  readonly replica: ReplicaId;
  readonly #level: Level;
  readonly #folder: number;
  readonly #writes = new Mutex();
  readonly #peers: PeerRecords;
  readonly #history: History;
  readonly #epochs: readonly Epoch[];
  readonly #journal: Journal;
  #state: FolderState;
  #retired = false;

  private constructor(
    level: Level,
    folder: number,
    state: FolderState,
    { epochs, journal }: { readonly epochs: readonly Epoch[]; readonly journal: Journal },
  ) {
    this.replica = state.replica;
    this.#epochs = epochs;
    this.#journal = journal;
    this.#level = level;
    this.#folder = folder;
    this.#state = state;
    this.#peers = new PeerRecords(level, folder, state.replica);
    this.#history = new History(level, folder);
  }

  /** The row that makes `folder` an index of its own, with nothing in it. */
  static creation(folder: number, replica: ReplicaId): Write {
    return { type: 'put', key: keyOf(folder, table.state), value: encodeState(emptyState(replica)) };
  }

  /**
   * Opens what `creation` began, and begins the epoch `id` (core/epochs.ts). Reads every record once: INDEX_CORRUPT where they
   * do not add up.
   */
  static async open(level: Level, folder: number, id: EpochId): Promise<LevelFolderStore> {
    const stored = await level.get(keyOf(folder, table.state));
    const state = stored === undefined ? undefined : decodeState(stored);
    if (state === undefined) throw indexCorrupt(level.location, 'the state of a folder does not decode');
    const wrong = await checkSums(level, folder, state);
    if (wrong !== undefined) throw indexCorrupt(level.location, `a folder's sums are wrong: ${wrong}`);
    const epochs = await beginEpoch(level, folder, id, state.lastSequence);
    const journal = await Journal.open(level, folder);
    const store = new LevelFolderStore(level, folder, state, { epochs, journal });
    await store.#peers.finishResets();
    return store;
  }

  /** The last sequence given; 0 for an empty index. */
  lastSequence(): number {
    return this.#state.lastSequence;
  }

  /** The epoch that gave a sequence of this index; undefined where it is too long ago to be known, and for 0. */
  epochAt(sequence: number): EpochId | undefined {
    return epochAt(this.#epochs, Math.min(sequence, this.#state.lastSequence));
  }

  /** Over path, entry and version of all records, tombstones included, in any order: equal digests, equal indexes. 32 hex characters. */
  digest(): string {
    return this.#state.digest.toString('hex');
  }

  totals(): FolderTotals {
    const { files, directories, symlinks, bytes } = this.#state;
    return { files, directories, symlinks, bytes };
  }

  async get(path: RelativePath): Promise<LocalRecord | undefined> {
    const [record] = await this.getMany([path]);
    return record;
  }

  getMany(paths: readonly RelativePath[]): Promise<(LocalRecord | undefined)[]> {
    return readRecords(this.#level, this.#folder, paths);
  }

  /** `start` itself, then all below it, in comparePaths order, as the index was at the first step; undefined: everything. */
  iterate(start: RelativePath | undefined): AsyncGenerator<readonly LocalRecord[], void, undefined> {
    return walkRecords(this.#level, this.#folder, start);
  }

  /**
   * Current records with a sequence above `after`, at most `limit`, in sequence order. Between two commits: one that can be
   * read already, but is not yet told to be durable, does not count, and it hides what it replaces. Were it lost, whoever was
   * told that nothing is missing would never hear of that.
   */
  since(after: number, limit: number): Promise<readonly LocalRecord[]> {
    return this.#writes.run(() => recordsSince(this.#level, this.#folder, after, limit));
  }

  /**
   * One synced batch. For each change the record as written, or 'stale' when the record it was based on has moved on. When it
   * rejects, nothing of it is to be seen; a path that comes twice is the caller's mistake and rejects with a plain Error.
   * `ended`: the group of intents that the changes are the outcome of; its row goes in the same batch.
   */
  async commit(changes: readonly RecordChange[], ended?: number): Promise<(LocalRecord | 'stale')[]> {
    assertDistinct(changes);
    if (changes.length === 0 && ended === undefined) return [];
    return this.#write(async () => {
      const records = await this.getMany(changes.map(({ path }) => path));
      const touching = changes.filter(
        (change, i) => !isStale(change, records[i]) && touchesContent(change, records[i]),
      );
      const paths = touching.map(({ path }) => path);
      const lists = await readManifests(this.#level, this.#folder, paths);
      const manifests = new Map(paths.map((path, i) => [path, lists[i]?.manifest]));
      const { results, writes, state, noted } = planCommit(
        this.#folder,
        this.#state,
        changes.map((change, i) => ({ change, before: records[i], manifest: manifests.get(change.path) })),
      );
      if (ended !== undefined) writes.push(this.#journal.end(ended));
      await this.#level.write(writes, 'synced');
      this.#state = state;
      if (this.#history.added(noted)) await this.#history.prune(Number.NEGATIVE_INFINITY, historyEntriesMax);
      return results;
    });
  }

  /** What is about to be done to the disk: durable when it resolves, until a commit ends the group of this number. */
  intend(intents: readonly Intent[]): Promise<number> {
    return this.#write(() => this.#journal.begin(intents));
  }

  /** Groups that were begun and not ended, by a process that died, oldest first. */
  openGroups(): Promise<readonly OpenGroup[]> {
    return this.#writes.run(() => this.#journal.open());
  }

  /**
   * Replaces stat where the record still has the given sequence. Not synced: the stat is a cache of what the next scan would
   * find out again by hashing.
   */
  async refreshStats(
    updates: readonly { path: RelativePath; sequence: number; stat: StatFingerprint }[],
  ): Promise<void> {
    await this.#write(async () => {
      const records = await this.getMany(updates.map(({ path }) => path));
      const writes: Write[] = [];
      updates.forEach(({ path, sequence, stat }, i) => {
        const record = records[i];
        if (record?.sequence !== sequence) return;
        const key = pathKey(this.#folder, table.record, path);
        writes.push({ type: 'put', key, value: encodeRecord({ ...record, stat }) });
      });
      await this.#level.write(writes, 'cached');
    });
  }

  /** Places that hold each chunk, at most `limit` for each; files of one chunk come first. */
  async places(hashes: readonly Hash[], limit: number): Promise<ChunkPlace[][]> {
    const found: ChunkPlace[][] = [];
    for (let at = 0; at < hashes.length; at += lookupsAtOnceMax) {
      const lookups = hashes.slice(at, at + lookupsAtOnceMax).map(async (hash) => {
        const rows = await this.#level.first(placeRange(this.#folder, hash), limit);
        return rows.map(placeFrom);
      });
      found.push(...(await Promise.all(lookups)));
    }
    return found;
  }

  /** The chunks of the file at `path`, if its content is `contentHash` and it has more than one. */
  async manifest(path: RelativePath, contentHash: Hash): Promise<Manifest | undefined> {
    const [stored] = await readManifests(this.#level, this.#folder, [path]);
    return stored?.contentHash === contentHash ? stored.manifest : undefined;
  }

  /** Paths of live local files with this content, at most `limit`. Empty files are not listed: there is nothing to take. */
  async pathsWithContent(contentHash: Hash, limit: number): Promise<RelativePath[]> {
    const rows: Entry[] = [];
    for (const range of fileRanges(this.#folder, contentHash)) {
      rows.push(...(await this.#level.first(range, limit - rows.length)));
    }
    return rows.map(([key]) => pathFrom(key, contentPathOffset));
  }

  /** `acknowledged` is about this replica: in another life of this index it begins at 0 again. */
  peerProgress(device: DeviceId): Promise<PeerProgress> {
    return this.#peers.progress(device);
  }

  /** Stores what a peer announced, and that everything up to `received` is now here: one synced batch. */
  putAnnounced(
    device: DeviceId,
    records: readonly AnnouncedRecord[],
    received: number,
    epoch?: EpochId,
  ): Promise<void> {
    return this.#write(() => this.#peers.put(device, records, received, epoch));
  }

  setAcknowledged(device: DeviceId, sequence: number): Promise<void> {
    return this.#write(() => this.#peers.acknowledge(device, sequence));
  }

  /** Forgets what the peer announced; a new life of its index begins. */
  resetPeer(device: DeviceId, replica: ReplicaId | undefined): Promise<void> {
    return this.#write(() => this.#peers.reset(device, replica));
  }

  announced(device: DeviceId, paths: readonly RelativePath[]): Promise<(AnnouncedRecord | undefined)[]> {
    return this.#peers.getMany(device, paths);
  }

  iterateAnnounced(device: DeviceId): AsyncGenerator<readonly AnnouncedRecord[], void, undefined> {
    return this.#peers.iterate(device);
  }

  /** What became of paths, and through whom: newest first, in batches. */
  history(query: HistoryQuery): AsyncGenerator<readonly HistoryEntry[], void, undefined> {
    return this.#history.read(query);
  }

  /** Forgets changes before `beforeMs` (since the epoch), and the oldest of too many. Returns how many. */
  pruneHistory(beforeMs: number, entriesMax = historyEntriesMax): Promise<number> {
    return this.#write(() => this.#history.prune(beforeMs, entriesMax));
  }

  /** What is wrong with this index, in words: nothing, it is to be hoped. Reads everything and holds writes up meanwhile. */
  verify(): Promise<string[]> {
    return this.#writes.run(() => verifyFolder(this.#level, this.#folder, this.#state));
  }

  /** Resolves when what was asked for so far is written. The store stays usable: the database is its owner's to close. */
  close(): Promise<void> {
    return this.#writes.run(async () => {});
  }

  /** As close, and every later write is refused: the folder is being dropped. */
  retire(): Promise<void> {
    return this.#writes.run(async () => {
      this.#retired = true;
    });
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#writes.run(() => {
      if (this.#retired) throw indexClosed(this.#level.location);
      return work();
    });
  }
}
