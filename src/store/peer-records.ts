/** What each peer announced, and how far the exchange with it has come. */
import type { DeviceId, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord } from '../core/record.ts';
import { deviceBytes, keyOf, pathBytes, pathFrom, rangeOf, restOffset, table } from './keys.ts';
import { guarded, indexCorrupt, readRange, type Level, type Write } from './level.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

export interface PeerProgress {
  readonly replica: ReplicaId | undefined;
  readonly received: number;
  readonly acknowledged: number;
}

/** As stored: the acknowledgement counts for one life of our own index only. */
interface StoredProgress {
  readonly replica?: ReplicaId;
  readonly received: number;
  readonly acknowledged: number;
  readonly ours: ReplicaId;
}

export class PeerRecords {
  readonly #level: Level;
  readonly #folder: number;

  constructor(level: Level, folder: number) {
    this.#level = level;
    this.#folder = folder;
  }

  async progress(device: DeviceId, ours: ReplicaId): Promise<PeerProgress> {
    const value = await guarded(this.#level.location, () => this.#level.get(this.#progressKey(device)));
    if (value === undefined) return { replica: undefined, received: 0, acknowledged: 0 };
    const stored = this.#parse(value);
    return {
      replica: stored.replica,
      received: stored.received,
      acknowledged: stored.ours === ours ? stored.acknowledged : 0,
    };
  }

  #parse(value: Buffer): StoredProgress {
    try {
      return JSON.parse(value.toString('utf8')) as StoredProgress;
    } catch (error) {
      throw indexCorrupt(this.#level.location, 'the progress of an exchange does not decode', error);
    }
  }

  async put(device: DeviceId, ours: ReplicaId, records: readonly AnnouncedRecord[], received: number): Promise<void> {
    const writes: Write[] = records.map((record) => ({
      type: 'put',
      key: this.#key(device, record.path),
      value: encodeRecord({ ...record, stat: undefined }),
    }));
    const progress = await this.progress(device, ours);
    writes.push(this.#progressWrite(device, ours, { ...progress, received }));
    await guarded(this.#level.location, () => this.#level.batch(writes, { sync: true }));
  }

  async acknowledge(device: DeviceId, ours: ReplicaId, sequence: number): Promise<void> {
    const progress = await this.progress(device, ours);
    if (sequence <= progress.acknowledged) return;
    const write = this.#progressWrite(device, ours, { ...progress, acknowledged: sequence });
    // Not synced: losing it only means that a peer is thought to know less than it does.
    await this.#level.batch([write], { sync: false });
  }

  async reset(device: DeviceId, ours: ReplicaId, replica: ReplicaId | undefined): Promise<void> {
    const { acknowledged } = await this.progress(device, ours);
    // The progress goes first: a crash before the records are gone must not leave a place to resume from.
    const none = this.#progressWrite(device, ours, { replica: undefined, received: 0, acknowledged });
    await this.#level.batch([none], { sync: true });
    await this.#level.clear(rangeOf(this.#folder, table.announced, deviceBytes(device)));
    if (replica === undefined) return;
    await this.#level.batch([this.#progressWrite(device, ours, { replica, received: 0, acknowledged })], {
      sync: true,
    });
  }

  async getMany(device: DeviceId, paths: readonly RelativePath[]): Promise<(AnnouncedRecord | undefined)[]> {
    if (paths.length === 0) return [];
    const keys = paths.map((path) => this.#key(device, path));
    const values = await guarded(this.#level.location, () => this.#level.getMany(keys));
    return values.map((value, i) => (value === undefined ? undefined : this.#decode(paths[i] as RelativePath, value)));
  }

  async *iterate(device: DeviceId): AsyncGenerator<readonly AnnouncedRecord[]> {
    const prefix = deviceBytes(device);
    for await (const entries of readRange(this.#level, rangeOf(this.#folder, table.announced, prefix))) {
      yield entries.map(([key, value]) => this.#decode(pathFrom(key.subarray(restOffset + prefix.length)), value));
    }
  }

  #decode(path: RelativePath, value: Buffer): AnnouncedRecord {
    try {
      const { stat: _none, ...record } = decodeRecord(path, value);
      return record;
    } catch (error) {
      throw indexCorrupt(this.#level.location, `an announced record of ${JSON.stringify(path)} does not decode`, error);
    }
  }

  #key(device: DeviceId, path: RelativePath): Buffer {
    return keyOf(this.#folder, table.announced, Buffer.concat([deviceBytes(device), pathBytes(path)]));
  }

  #progressKey(device: DeviceId): Buffer {
    return keyOf(this.#folder, table.progress, deviceBytes(device));
  }

  #progressWrite(device: DeviceId, ours: ReplicaId, { replica, received, acknowledged }: PeerProgress): Write {
    const stored = { ...(replica === undefined ? {} : { replica }), received, acknowledged, ours };
    return { type: 'put', key: this.#progressKey(device), value: Buffer.from(JSON.stringify(stored)) };
  }
}
