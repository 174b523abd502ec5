/**
 * How much one device may announce of one folder: each path costs disk here, and memory until it is decided. What is counted
 * is cheap and never too little while it is far below the maximum; near it, exact.
 */
import { Problem } from '../base/problem.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord } from '../core/record.ts';

export interface AnnouncedLimits {
  readonly recordsMax: number;
  readonly bytesMax: number;
}

/** Tombstones count too. Generous: a folder of a million files with long names stays below. */
export const announcedLimits: AnnouncedLimits = { recordsMax: 4_000_000, bytesMax: 1024 * 1024 * 1024 };

/** What is looked up when it comes near. */
export interface AnnouncedStore {
  announced(device: DeviceId, paths: readonly RelativePath[]): Promise<(AnnouncedRecord | undefined)[]>;
  iterateAnnounced(device: DeviceId): AsyncIterable<readonly AnnouncedRecord[]>;
}

interface Count {
  records: number;
  bytes: number;
  /** False: a record that came twice was counted twice. */
  isExact: boolean;
}

export class AnnouncedQuota {
  readonly #store: AnnouncedStore;
  readonly #limits: AnnouncedLimits;
  readonly #counts = new Map<DeviceId, Count>();

  constructor(store: AnnouncedStore, limits: AnnouncedLimits = announcedLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** These are stored from an earlier life. */
  stored(device: DeviceId, records: readonly AnnouncedRecord[]): void {
    this.#add(this.#count(device), sizeOf(records));
  }

  /** Nothing is stored of this device any more. */
  reset(device: DeviceId): void {
    this.#counts.delete(device);
  }

  /** To be called before they are stored. Rejects with Problem ANNOUNCED_TOO_MUCH when they would be too many. */
  async admit(device: DeviceId, records: readonly AnnouncedRecord[]): Promise<void> {
    let count = this.#count(device);
    let more = sizeOf(records);
    if (count.isExact || !this.#fits(count, more)) {
      if (!count.isExact) count = await this.#recount(device);
      const known = await this.#store.announced(
        device,
        records.map(({ path }) => path),
      );
      const before = sizeOf(known.filter((record) => record !== undefined));
      more = { records: more.records - before.records, bytes: more.bytes - before.bytes };
      if ((more.records > 0 || more.bytes > 0) && !this.#fits(count, more)) throw this.#tooMuch(device);
    }
    this.#add(count, more);
  }

  #count(device: DeviceId): Count {
    let count = this.#counts.get(device);
    if (count === undefined) {
      count = { records: 0, bytes: 0, isExact: false };
      this.#counts.set(device, count);
    }
    return count;
  }

  /** Once in a life, and device, that comes near. */
  async #recount(device: DeviceId): Promise<Count> {
    const count: Count = { records: 0, bytes: 0, isExact: true };
    for await (const records of this.#store.iterateAnnounced(device)) this.#add(count, sizeOf(records));
    this.#counts.set(device, count);
    return count;
  }

  #add(count: Count, more: Size): void {
    count.records += more.records;
    count.bytes += more.bytes;
  }

  #fits(count: Size, more: Size): boolean {
    const { recordsMax, bytesMax } = this.#limits;
    return count.records + more.records <= recordsMax && count.bytes + more.bytes <= bytesMax;
  }

  #tooMuch(device: DeviceId): Problem {
    const { recordsMax, bytesMax } = this.#limits;
    return new Problem(
      'ANNOUNCED_TOO_MUCH',
      `the device ${device} announces more than ${recordsMax} paths, or ${bytesMax} bytes of them; no more of its changes are taken in. Split the folder there, or unlink the device`,
    );
  }
}

interface Size {
  readonly records: number;
  readonly bytes: number;
}

/** Roughly what they take on the disk. */
function sizeOf(records: readonly AnnouncedRecord[]): Size {
  let bytes = 0;
  for (const { path, entry, version } of records) {
    bytes += 100 + path.length + (entry.kind === 'symlink' ? entry.target.length : 0) + 16 * version.length;
  }
  return { records: records.length, bytes };
}
