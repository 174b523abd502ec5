/**
 * The index of one folder: matches FolderStore of the sync ports. Every commit is one synced batch that holds records,
 * sequence, chunk places, manifests, digest and totals, so that a crash leaves all of it or nothing (I8, I9).
 */
import { Mutex } from '../base/mutex.ts';
import type { Entry } from '../core/entry.ts';
import type { DeviceId, Hash, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, ChunkPlace, LocalRecord, Manifest, StatFingerprint } from '../core/record.ts';
import { bumpVersion, type Dot, type VersionVector } from '../core/version.ts';
import { contentWrites, placeFrom } from './chunk-places.ts';
import { decodeState, emptyState, encodeState, stateWith, type FolderState } from './folder-state.ts';
import { hashBytes, keyOf, pathBytes, pathFrom, rangeOf, restOffset, sequenceBytes, successor, table } from './keys.ts';
import { guarded, indexCorrupt, readKeys, readRange, type Level, type Write } from './level.ts';
import { PeerRecords, type PeerProgress } from './peer-records.ts';
import { decodeManifest, decodeRecord, encodeRecord } from './record-codec.ts';

export interface RecordChange {
  readonly path: RelativePath;
  readonly entry: Entry;
  readonly write: 'local' | { readonly dot: Dot };
  readonly version: VersionVector;
  readonly stat: StatFingerprint | undefined;
  readonly manifest: Manifest | undefined;
  readonly basedOn: number;
}

export interface FolderTotals {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly bytes: number;
}

const nothing = Buffer.alloc(0);

export class LevelFolderStore {
  readonly #level: Level;
  readonly #folder: number;
  readonly #writes = new Mutex();
  readonly #peers: PeerRecords;
  #state: FolderState;

  private constructor(level: Level, folder: number, state: FolderState) {
    this.#level = level;
    this.#folder = folder;
    this.#state = state;
    this.#peers = new PeerRecords(level, folder);
  }

  /** Opens the folder's index; makes it, with a new replica, when there is none. */
  static async open(level: Level, folder: number, newReplica: () => ReplicaId): Promise<LevelFolderStore> {
    const key = keyOf(folder, table.state, nothing);
    const stored = await guarded(level.location, () => level.get(key));
    if (stored === undefined) {
      const state = emptyState(newReplica());
      await level.batch([{ type: 'put', key, value: encodeState(state) }], { sync: true });
      return new LevelFolderStore(level, folder, state);
    }
    const state = decodeState(stored);
    if (state === undefined) throw indexCorrupt(level.location, 'the state of a folder does not decode');
    return new LevelFolderStore(level, folder, state);
  }

  get replica(): ReplicaId {
    return this.#state.replica;
  }

  lastSequence(): number {
    return this.#state.lastSequence;
  }

  digest(): string {
    return this.#state.digest.toString('hex');
  }

  totals(): FolderTotals {
    const { files, directories, symlinks, bytes } = this.#state;
    return { files, directories, symlinks, bytes };
  }

  // -------------------------------------------------------------- reading

  async get(path: RelativePath): Promise<LocalRecord | undefined> {
    const [record] = await this.getMany([path]);
    return record;
  }

  async getMany(paths: readonly RelativePath[]): Promise<(LocalRecord | undefined)[]> {
    if (paths.length === 0) return [];
    const keys = paths.map((path) => this.#recordKey(path));
    const values = await guarded(this.#level.location, () => this.#level.getMany(keys));
    return values.map((value, i) => (value === undefined ? undefined : this.#decode(paths[i] as RelativePath, value)));
  }

  /** `start` itself, then all below it; undefined: everything. In comparePaths order. */
  async *iterate(start: RelativePath | undefined): AsyncGenerator<readonly LocalRecord[]> {
    if (start === undefined) {
      yield* this.#records(rangeOf(this.#folder, table.record));
      return;
    }
    const own = await this.get(start);
    if (own !== undefined) yield [own];
    const below = Buffer.concat([this.#recordKey(start), Buffer.of(0)]);
    yield* this.#records({ gte: below, lt: successor(below) });
  }

  async *#records(range: { gte: Buffer; lt: Buffer }): AsyncGenerator<readonly LocalRecord[]> {
    for await (const entries of readRange(this.#level, range)) {
      yield entries.map(([key, value]) => this.#decode(pathFrom(key.subarray(restOffset)), value));
    }
  }

  /** Current records with a sequence above `after`, at most `limit`, in sequence order. */
  async since(after: number, limit: number): Promise<readonly LocalRecord[]> {
    const range = {
      gte: keyOf(this.#folder, table.sequence, sequenceBytes(after + 1)),
      lt: rangeOf(this.#folder, table.sequence).lt,
    };
    // A record may move to a later sequence between the two reads; it then comes again at its new place.
    const entries = await guarded(this.#level.location, () => this.#level.iterator({ ...range, limit }).all());
    const records = await this.getMany(entries.map(([, path]) => pathFrom(path)));
    return records.filter((record, i): record is LocalRecord => {
      const sequence = Number((entries[i] as [Buffer, Buffer])[0].readBigUInt64BE(restOffset));
      return record !== undefined && record.sequence === sequence;
    });
  }

  #recordKey(path: RelativePath): Buffer {
    return keyOf(this.#folder, table.record, pathBytes(path));
  }

  #decode(path: RelativePath, value: Buffer): LocalRecord {
    try {
      return decodeRecord(path, value);
    } catch (error) {
      throw indexCorrupt(this.#level.location, `the record of ${JSON.stringify(path)} does not decode`, error);
    }
  }

  // -------------------------------------------------------------- writing

  /** One synced batch. For each change the record as written, or 'stale' when the record it was based on has moved on. */
  commit(changes: readonly RecordChange[]): Promise<(LocalRecord | 'stale')[]> {
    if (changes.length === 0) return Promise.resolve([]);
    if (new Set(changes.map(({ path }) => path)).size !== changes.length) {
      return Promise.reject(new Error('a path comes twice in one commit'));
    }
    return this.#writes.run(async () => {
      const before = await this.getMany(changes.map(({ path }) => path));
      const writes: Write[] = [];
      let state = this.#state;
      const results: (LocalRecord | 'stale')[] = [];
      for (const [i, change] of changes.entries()) {
        const old = before[i];
        if ((old?.sequence ?? 0) !== change.basedOn) {
          results.push('stale');
          continue;
        }
        const record = this.#seal(change, state.lastSequence + 1);
        state = stateWith(state, old, record);
        writes.push(...this.#recordWrites(old, record));
        writes.push(...(await this.#contentWrites(old, change, record)));
        results.push(record);
      }
      writes.push({ type: 'put', key: keyOf(this.#folder, table.state, nothing), value: encodeState(state) });
      await guarded(this.#level.location, () => this.#level.batch(writes, { sync: true }));
      this.#state = state;
      return results;
    });
  }

  #seal({ path, entry, write, version, stat }: RecordChange, sequence: number): LocalRecord {
    const dot = write === 'local' ? { replica: this.replica, counter: sequence } : write.dot;
    return { path, entry, version: write === 'local' ? bumpVersion(version, dot) : version, dot, sequence, stat };
  }

  #recordWrites(old: LocalRecord | undefined, record: LocalRecord): Write[] {
    const writes: Write[] = [
      { type: 'put', key: this.#recordKey(record.path), value: encodeRecord(record) },
      {
        type: 'put',
        key: keyOf(this.#folder, table.sequence, sequenceBytes(record.sequence)),
        value: pathBytes(record.path),
      },
    ];
    if (old !== undefined) {
      writes.push({ type: 'del', key: keyOf(this.#folder, table.sequence, sequenceBytes(old.sequence)) });
    }
    return writes;
  }

  /** Chunk places and manifest, when the content changed. */
  async #contentWrites(old: LocalRecord | undefined, change: RecordChange, record: LocalRecord): Promise<Write[]> {
    const oldHash = old?.entry.kind === 'file' ? old.entry.contentHash : undefined;
    const newHash = record.entry.kind === 'file' ? record.entry.contentHash : undefined;
    if (oldHash === newHash) return [];
    const oldManifest = old === undefined || oldHash === undefined ? undefined : await this.manifest(old.path, oldHash);
    return [
      ...(old === undefined ? [] : contentWrites(this.#folder, 'del', old, oldManifest)),
      ...contentWrites(this.#folder, 'put', record, change.manifest),
    ];
  }

  /** Not synced: the stat is a cache of what the next scan would find out again by hashing. */
  refreshStats(updates: readonly { path: RelativePath; sequence: number; stat: StatFingerprint }[]): Promise<void> {
    return this.#writes.run(async () => {
      const records = await this.getMany(updates.map(({ path }) => path));
      const writes: Write[] = [];
      records.forEach((record, i) => {
        const { path, sequence, stat } = updates[i] as (typeof updates)[number];
        if (record?.sequence !== sequence) return;
        writes.push({ type: 'put', key: this.#recordKey(path), value: encodeRecord({ ...record, stat }) });
      });
      if (writes.length > 0) await this.#level.batch(writes, { sync: false });
    });
  }

  // -------------------------------------------------------------- content

  async places(hashes: readonly Hash[], limit: number): Promise<ChunkPlace[][]> {
    return Promise.all(
      hashes.map(async (hash) => {
        const range = rangeOf(this.#folder, table.place, hashBytes(hash));
        const entries = await guarded(this.#level.location, () => this.#level.iterator({ ...range, limit }).all());
        return entries.map(([key, value]) => placeFrom(key, value));
      }),
    );
  }

  async manifest(path: RelativePath, contentHash: Hash): Promise<Manifest | undefined> {
    const value = await guarded(this.#level.location, () =>
      this.#level.get(keyOf(this.#folder, table.manifest, pathBytes(path))),
    );
    if (value === undefined) return undefined;
    const record = await this.get(path);
    if (record?.entry.kind !== 'file' || record.entry.contentHash !== contentHash) return undefined;
    try {
      return decodeManifest(value);
    } catch (error) {
      throw indexCorrupt(this.#level.location, `the chunk list of ${JSON.stringify(path)} does not decode`, error);
    }
  }

  /** Paths of live local files with this content. */
  async pathsWithContent(contentHash: Hash, limit: number): Promise<RelativePath[]> {
    const range = rangeOf(this.#folder, table.content, hashBytes(contentHash));
    const keys = await readKeys(this.#level, range, limit);
    return keys.map((key) => pathFrom(key.subarray(restOffset + 32)));
  }

  // -------------------------------------------------------------- peers

  peerProgress(device: DeviceId): Promise<PeerProgress> {
    return this.#peers.progress(device, this.replica);
  }

  putAnnounced(device: DeviceId, records: readonly AnnouncedRecord[], received: number): Promise<void> {
    return this.#writes.run(() => this.#peers.put(device, this.replica, records, received));
  }

  setAcknowledged(device: DeviceId, sequence: number): Promise<void> {
    return this.#writes.run(() => this.#peers.acknowledge(device, this.replica, sequence));
  }

  resetPeer(device: DeviceId, replica: ReplicaId | undefined): Promise<void> {
    return this.#writes.run(() => this.#peers.reset(device, this.replica, replica));
  }

  announced(device: DeviceId, paths: readonly RelativePath[]): Promise<(AnnouncedRecord | undefined)[]> {
    return this.#peers.getMany(device, paths);
  }

  iterateAnnounced(device: DeviceId): AsyncIterable<readonly AnnouncedRecord[]> {
    return this.#peers.iterate(device);
  }

  /** Resolves when what was asked for so far is written. The database itself is closed by its owner. */
  close(): Promise<void> {
    return this.#writes.run(() => Promise.resolve());
  }

  /** Walks everything and compares it with the sums; what is wrong, in words. For tests and diagnostics. */
  async verify(): Promise<string[]> {
    const wrong: string[] = [];
    let state = emptyState(this.replica);
    const paths = new Set<string>();
    for await (const records of this.iterate(undefined)) {
      for (const record of records) {
        state = stateWith(state, undefined, record);
        paths.add(`${record.sequence} ${record.path}`);
      }
    }
    if (!state.digest.equals(this.#state.digest)) wrong.push('the digest is not that of the records');
    for (const key of ['files', 'directories', 'symlinks', 'bytes'] as const) {
      if (state[key] !== this.#state[key]) wrong.push(`${key}: ${this.#state[key]} kept, ${state[key]} counted`);
    }
    if (state.lastSequence > this.#state.lastSequence) wrong.push('a record is above the last sequence');
    for await (const entries of readRange(this.#level, rangeOf(this.#folder, table.sequence))) {
      for (const [key, value] of entries) {
        const name = `${Number(key.readBigUInt64BE(restOffset))} ${pathFrom(value)}`;
        if (!paths.delete(name)) wrong.push(`sequence without record: ${name}`);
      }
    }
    for (const name of paths) wrong.push(`record without sequence: ${name}`);
    return [...wrong, ...(await this.#verifyPlaces())];
  }

  async #verifyPlaces(): Promise<string[]> {
    const wrong: string[] = [];
    let places = 0;
    let expected = 0;
    for await (const records of this.iterate(undefined)) {
      for (const { path, entry } of records) {
        if (entry.kind !== 'file' || entry.size === 0) continue;
        expected += (await this.manifest(path, entry.contentHash))?.length ?? 1;
      }
    }
    for await (const entries of readRange(this.#level, rangeOf(this.#folder, table.place))) places += entries.length;
    if (places !== expected) wrong.push(`${places} chunk places kept, ${expected} expected`);
    return wrong;
  }
}
