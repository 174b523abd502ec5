/** Reads of the record and manifest tables of one folder; what does not decode is INDEX_CORRUPT with the path in it. */
import type { RelativePath } from '../core/path.ts';
import type { LocalRecord, Manifest } from '../core/record.ts';
import type { Hash } from '../core/identifiers.ts';
import {
  nameOfKey,
  pathFrom,
  pathKey,
  rangeOf,
  restOffset,
  sequenceFrom,
  sequenceKey,
  subtreeRange,
  table,
  type Table,
} from './keys.ts';
import type { Level, View } from './level.ts';
import { indexCorrupt } from './problems.ts';
import { decodeManifest, decodeRecord } from './record-codec.ts';

export async function readRecords(
  level: Level,
  folder: number,
  paths: readonly RelativePath[],
  view?: View,
): Promise<(LocalRecord | undefined)[]> {
  const keys = paths.map((path) => pathKey(folder, table.record, path));
  const values = await level.getMany(keys, view);
  return values.map((value, i) =>
    value === undefined ? undefined : recordFrom(level, keys[i] as Buffer, paths[i] as RelativePath, value),
  );
}

/** `start` itself, then all below it, in comparePaths order, as the index was at the first step; undefined: everything. */
export async function* walkRecords(
  level: Level,
  folder: number,
  start: RelativePath | undefined,
): AsyncGenerator<readonly LocalRecord[], void, undefined> {
  const range = start === undefined ? rangeOf(folder, table.record) : subtreeRange(folder, table.record, start);
  for await (const entries of level.range(range)) {
    yield entries.map(([key, value]) => recordFrom(level, key, pathFrom(key, restOffset), value));
  }
}

/** The records with a sequence above `after`, in sequence order, from one view: no commit in between can hide one. */
export function recordsSince(level: Level, folder: number, after: number, limit: number): Promise<LocalRecord[]> {
  return level.at(async (view) => {
    const range = { gte: sequenceKey(folder, after + 1), lt: rangeOf(folder, table.sequence).lt };
    const entries = await level.first(range, limit, view);
    const paths = entries.map(([, value]) => pathFrom(value, 0));
    const records = await readRecords(level, folder, paths, view);
    return records.map((record, i) => {
      const sequence = sequenceFrom((entries[i] as readonly [Buffer, Buffer])[0]);
      if (record?.sequence === sequence) return record;
      throw indexCorrupt(level.location, `entry ${sequence} of the sequence has no record`);
    });
  });
}

/** Chunk lists as stored, whatever content they are of. */
export async function readManifests(
  level: Level,
  folder: number,
  paths: readonly RelativePath[],
): Promise<({ readonly contentHash: Hash; readonly manifest: Manifest } | undefined)[]> {
  const keys = paths.map((path) => pathKey(folder, table.manifest, path));
  const values = await level.getMany(keys);
  return values.map((value, i) => {
    if (value === undefined) return undefined;
    return decoded(level, keys[i] as Buffer, () => decodeManifest(value));
  });
}

/** Number of rows in a table. */
export async function countRows(level: Level, folder: number, letter: Table): Promise<number> {
  let rows = 0;
  for await (const entries of level.range(rangeOf(folder, letter))) {
    rows += entries.length;
  }
  return rows;
}

function recordFrom(level: Level, key: Buffer, path: RelativePath, value: Buffer): LocalRecord {
  return decoded(level, key, () => decodeRecord(path, value));
}

/** Runs a decoder; its failure names what stands under the key. */
export function decoded<T>(level: Level, key: Buffer, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw indexCorrupt(level.location, `${nameOfKey(key)} does not decode`, error);
  }
}
