/** What each peer announced of one folder, and how far the exchange with it has come. */
import { isEpochId, isReplicaId, type DeviceId, type EpochId, type ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord } from '../core/record.ts';
import { replicaWrite } from './history.ts';
import { announcedPathOffset, deviceBytes, keyOf, pathBytes, pathFrom, rangeOf, restOffset, table } from './keys.ts';
import type { Level, Write } from './level.ts';
import { decoded } from './records.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

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

/** As stored: the acknowledgement counts for one life of our own index only. */
interface StoredProgress extends PeerProgress {
  readonly ours: ReplicaId;
}

/** Reads may run at any time; the writes of one folder must come one after another (they read before they write). */
export class PeerRecords {
  readonly #level: Level;
  readonly #folder: number;
  readonly #ours: ReplicaId;

  constructor(level: Level, folder: number, ours: ReplicaId) {
    this.#level = level;
    this.#folder = folder;
    this.#ours = ours;
  }

  async progress(device: DeviceId): Promise<PeerProgress> {
    const key = keyOf(this.#folder, table.progress, deviceBytes(device));
    const value = await this.#level.get(key);
    if (value === undefined) return { replica: undefined, received: 0, acknowledged: 0 };
    const { ours, acknowledged, ...theirs } = decoded(this.#level, key, () => decodeProgress(value));
    return { ...theirs, acknowledged: ours === this.#ours ? acknowledged : 0 };
  }

  /** One synced batch. */
  async put(
    device: DeviceId,
    records: readonly AnnouncedRecord[],
    received: number,
    epoch: EpochId | undefined,
  ): Promise<void> {
    const prefix = deviceBytes(device);
    const writes: Write[] = records.map((record) => ({
      type: 'put',
      key: keyOf(this.#folder, table.announced, Buffer.concat([prefix, pathBytes(record.path)])),
      value: encodeRecord({ ...record, stat: undefined }),
    }));
    const { epoch: _, ...progress } = await this.progress(device);
    writes.push(this.#progressWrite(device, { ...progress, received, ...(epoch !== undefined && { epoch }) }));
    await this.#level.write(writes, 'synced');
  }

  /** Not synced: losing it only means that a peer is thought to know less than it does. */
  async acknowledge(device: DeviceId, acknowledged: number): Promise<void> {
    const progress = await this.progress(device);
    if (progress.acknowledged === acknowledged) return;
    await this.#level.write([this.#progressWrite(device, { ...progress, acknowledged })], 'cached');
  }

  async reset(device: DeviceId, replica: ReplicaId | undefined): Promise<void> {
    const { acknowledged } = await this.progress(device);
    // 'No replica' goes first: should a crash leave some of the old records, the next open knows that they are to go.
    await this.#level.write([this.#progressWrite(device, { replica: undefined, received: 0, acknowledged })], 'synced');
    await this.#level.clear(rangeOf(this.#folder, table.announced, deviceBytes(device)));
    if (replica === undefined) return;
    // Synced behind the deletions in the same log, so they cannot be lost without it.
    const progress = this.#progressWrite(device, { replica, received: 0, acknowledged });
    await this.#level.write([progress, replicaWrite(this.#folder, replica, device)], 'synced');
  }

  /** Ends resets that a crash cut short. */
  async finishResets(): Promise<void> {
    for await (const entries of this.#level.range(rangeOf(this.#folder, table.progress))) {
      for (const [key, value] of entries) {
        const { replica } = decoded(this.#level, key, () => decodeProgress(value));
        if (replica !== undefined) continue;
        await this.#level.clear(rangeOf(this.#folder, table.announced, key.subarray(restOffset)));
      }
    }
  }

  async getMany(device: DeviceId, paths: readonly RelativePath[]): Promise<(AnnouncedRecord | undefined)[]> {
    const prefix = deviceBytes(device);
    const keys = paths.map((path) => keyOf(this.#folder, table.announced, Buffer.concat([prefix, pathBytes(path)])));
    const values = await this.#level.getMany(keys);
    return values.map((value, i) =>
      value === undefined ? undefined : this.#record(keys[i] as Buffer, paths[i] as RelativePath, value),
    );
  }

  /** In comparePaths order, as it was at the first step. */
  async *iterate(device: DeviceId): AsyncGenerator<readonly AnnouncedRecord[], void, undefined> {
    for await (const entries of this.#level.range(rangeOf(this.#folder, table.announced, deviceBytes(device)))) {
      yield entries.map(([key, value]) => this.#record(key, pathFrom(key, announcedPathOffset), value));
    }
  }

  #record(key: Buffer, path: RelativePath, value: Buffer): AnnouncedRecord {
    const { entry, version, dot, sequence } = decoded(this.#level, key, () => decodeRecord(path, value));
    return { path, entry, version, dot, sequence };
  }

  #progressWrite(device: DeviceId, progress: PeerProgress): Write {
    const stored: StoredProgress = { ...progress, ours: this.#ours };
    const value = Buffer.from(JSON.stringify(stored));
    return { type: 'put', key: keyOf(this.#folder, table.progress, deviceBytes(device)), value };
  }
}

/** Throws for bytes that are no StoredProgress. */
function decodeProgress(value: Buffer): StoredProgress {
  const { replica, received, epoch, acknowledged, ours } = JSON.parse(
    value.toString('utf8'),
  ) as Partial<StoredProgress>;
  if (replica !== undefined && !isReplicaId(replica)) throw new Error('not a replica');
  if (typeof received !== 'number' || typeof acknowledged !== 'number') throw new Error('not a number');
  if (typeof ours !== 'string' || !isReplicaId(ours)) throw new Error('not a replica');
  if (epoch !== undefined && !isEpochId(epoch)) throw new Error('not an epoch');
  return { replica, received, ...(epoch !== undefined && { epoch }), acknowledged, ours };
}
