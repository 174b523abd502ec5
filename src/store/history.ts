/**
 * What became of every path, and through whom: one row for each change, written in the same batch as the record, and which
 * device each replica belongs to. Bounded by age and by number; the oldest go.
 *
 *     l 0 id             → the change, JSON          (id: the sequence of its record, 8 bytes)
 *     l 1 path NUL NUL id → nothing; finds the changes of a path and below
 *     l 2 replica         → device id
 */
import { entriesEqual, type Entry } from '../core/entry.ts';
import type { ChangeNote, HistoryEntry } from '../core/history.ts';
import { isDeviceId, isReplicaId, type DeviceId, type ReplicaId } from '../core/identifiers.ts';
import { parsePath, type RelativePath } from '../core/path.ts';
import type { LocalRecord } from '../core/record.ts';
import { keyOf, pathBytes, rangeOf, restOffset, table } from './keys.ts';
import type { Level, Write } from './level.ts';
import { decoded } from './records.ts';

/** Entries of one folder. */
export const historyEntriesMax = 200_000;
/** New entries after which the number is looked at again. */
const countEvery = 20_000;
const rowsPerWriteMax = 1000;
const idLength = 8;

const use = { change: 0, path: 1, replica: 2 } as const;

interface StoredChange {
  readonly t: number;
  readonly p: string;
  readonly c: string;
  readonly r: ReplicaId;
  readonly v?: DeviceId;
  readonly k?: string;
  readonly b?: Entry;
  readonly a: Entry;
}

/** Which changes are asked for. */
export interface HistoryQuery {
  /** This path and all below it. */
  readonly under?: RelativePath | undefined;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
}

/** The rows of one change; none where the entry stays what it was (a version alone was joined). */
export function historyWrites(
  folder: number,
  note: ChangeNote,
  before: Entry | undefined,
  record: LocalRecord,
): Write[] {
  const { path, entry, dot, sequence } = record;
  if (before === undefined ? entry.kind === 'deleted' : entriesEqual(before, entry)) return [];
  const change: StoredChange = {
    t: note.timeMs,
    p: path,
    c: note.cell,
    r: dot.replica,
    ...(note.via === undefined ? {} : { v: note.via }),
    ...(note.kept === undefined ? {} : { k: note.kept }),
    ...(before === undefined ? {} : { b: before }),
    a: entry,
  };
  return [
    { type: 'put', key: changeKey(folder, sequence), value: Buffer.from(JSON.stringify(change)) },
    { type: 'put', key: pathIndexKey(folder, path, sequence), value: Buffer.alloc(0) },
  ];
}

/** That `replica` is a life of this folder's index on `device`. */
export function replicaWrite(folder: number, replica: ReplicaId, device: DeviceId): Write {
  return { type: 'put', key: keyOf(folder, table.history, replicaRest(replica)), value: Buffer.from(device) };
}

/** Reads may run at any time; prune belongs to the folder's writes. */
export class History {
  readonly #level: Level;
  readonly #folder: number;
  #added = 0;
  #counted: number | undefined;

  constructor(level: Level, folder: number) {
    this.#level = level;
    this.#folder = folder;
  }

  /** Newest first, in batches. */
  async *read(query: HistoryQuery): AsyncGenerator<readonly HistoryEntry[], void, undefined> {
    const devices = await this.#devices();
    const { under, sinceMs } = query;
    // Clocks jump: an older id may bear a later time, so all are looked at.
    const wanted = ({ timeMs }: HistoryEntry): boolean => sinceMs === undefined || timeMs >= sinceMs;
    const batches = under === undefined ? this.#all() : this.#ofPath(under);
    for await (const rows of batches) {
      const entries = rows.map(([key, value]) => this.#entry(key, value, devices)).filter(wanted);
      if (entries.length > 0) yield entries;
    }
  }

  #all(): AsyncGenerator<[Buffer, Buffer][], void, undefined> {
    return this.#level.range(rangeOf(this.#folder, table.history, Buffer.of(use.change)), undefined, true) as never;
  }

  async *#ofPath(path: RelativePath): AsyncGenerator<[Buffer, Buffer][], void, undefined> {
    const start = Buffer.concat([Buffer.of(use.path), pathBytes(path)]);
    const range = {
      gte: keyOf(this.#folder, table.history, start),
      lt: keyOf(this.#folder, table.history, Buffer.concat([start, Buffer.of(1)])),
    };
    const ids: number[] = [];
    for await (const entries of this.#level.range(range)) {
      for (const [key] of entries) ids.push(idFrom(key.subarray(key.length - idLength)));
    }
    ids.sort((a, b) => b - a);
    for (let at = 0; at < ids.length; at += rowsPerWriteMax) {
      const keys = ids.slice(at, at + rowsPerWriteMax).map((id) => changeKey(this.#folder, id));
      const values = await this.#level.getMany(keys);
      // One that was pruned meanwhile is gone.
      yield keys.flatMap((key, i): [Buffer, Buffer][] => (values[i] === undefined ? [] : [[key, values[i] as Buffer]]));
    }
  }

  async #devices(): Promise<Map<ReplicaId, DeviceId>> {
    const devices = new Map<ReplicaId, DeviceId>();
    for await (const entries of this.#level.range(rangeOf(this.#folder, table.history, Buffer.of(use.replica)))) {
      for (const [key, value] of entries) {
        const device = value.toString('utf8');
        if (isDeviceId(device)) devices.set(key.toString('hex', restOffset + 1) as ReplicaId, device);
      }
    }
    return devices;
  }

  #entry(key: Buffer, value: Buffer, devices: ReadonlyMap<ReplicaId, DeviceId>): HistoryEntry {
    return decoded(this.#level, key, () => {
      const { t, p, c, r, v, k, b, a } = JSON.parse(value.toString('utf8')) as StoredChange;
      const path = parsePath(p);
      if (path === undefined || typeof t !== 'number' || !isReplicaId(r) || typeof a !== 'object') {
        throw new Error('not a change');
      }
      const id = idFrom(key.subarray(restOffset + 1));
      return { id, path, timeMs: t, cell: c, replica: r, device: devices.get(r), via: v, kept: k, before: b, after: a };
    });
  }

  /** So many were written. True: it is time to prune. */
  added(entries: number): boolean {
    this.#added += entries;
    return this.#added >= countEvery;
  }

  /** Deletes the oldest: those before `beforeMs`, and what is more than `entriesMax`. Not synced: it can be done again. */
  async prune(beforeMs: number, entriesMax: number): Promise<number> {
    const range = rangeOf(this.#folder, table.history, Buffer.of(use.change));
    let left = (this.#counted ?? (await this.#count())) + (this.#counted === undefined ? 0 : this.#added);
    this.#added = 0;
    let deleted = 0;
    for await (const rows of this.#level.range(range)) {
      const writes: Write[] = [];
      let isDone = false;
      for (const [key, value] of rows) {
        const { path, timeMs, id } = this.#entry(key, value, new Map());
        if (timeMs >= beforeMs && left <= entriesMax) {
          isDone = true;
          break;
        }
        writes.push({ type: 'del', key }, { type: 'del', key: pathIndexKey(this.#folder, path, id) });
        left--;
        deleted++;
      }
      await this.#level.write(writes, 'cached');
      if (isDone) break;
    }
    this.#counted = left;
    return deleted;
  }

  async #count(): Promise<number> {
    let count = 0;
    const range = rangeOf(this.#folder, table.history, Buffer.of(use.change));
    for await (const rows of this.#level.range(range)) count += rows.length;
    return count;
  }
}

function changeKey(folder: number, id: number): Buffer {
  return keyOf(folder, table.history, Buffer.concat([Buffer.of(use.change), idBytes(id)]));
}

/** Names are never empty, so that two NULs end a path; what lies below it has a name there. */
function pathIndexKey(folder: number, path: RelativePath, id: number): Buffer {
  return keyOf(
    folder,
    table.history,
    Buffer.concat([Buffer.of(use.path), pathBytes(path), Buffer.of(0, 0), idBytes(id)]),
  );
}

function replicaRest(replica: ReplicaId): Buffer {
  return Buffer.concat([Buffer.of(use.replica), Buffer.from(replica, 'hex')]);
}

function idBytes(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(idLength);
  bytes.writeBigUInt64BE(BigInt(id));
  return bytes;
}

function idFrom(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE(0));
}
