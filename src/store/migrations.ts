/** Brings an index of an earlier schema to this one, step by step; one of a later schema is refused untouched. */
import { Problem } from '../base/problem.ts';
import { guarded, indexCorrupt, type Level } from './level.ts';

/** migrations[n] brings schema n to n + 1. Schema 0 is an empty database. */
const migrations: readonly ((level: Level) => Promise<void>)[] = [async () => {}];

export const schemaVersion = migrations.length;

/** `key` holds the schema as decimal text. */
export async function migrate(level: Level, key: Buffer): Promise<void> {
  const stored = await guarded(level.location, () => level.get(key));
  const version = stored === undefined ? 0 : Number(stored.toString('utf8'));
  if (!Number.isInteger(version) || version < 0)
    throw indexCorrupt(level.location, 'its schema version does not decode');
  if (version > schemaVersion) {
    throw new Problem(
      'INDEX_TOO_NEW',
      `the index ${level.location} was written by a newer p2psync (schema ${version}, this one knows ${schemaVersion}); use that version, or another --home`,
    );
  }
  for (let from = version; from < schemaVersion; from++) {
    await (migrations[from] as (level: Level) => Promise<void>)(level);
    await level.batch([{ type: 'put', key, value: Buffer.from(String(from + 1)) }], { sync: true });
  }
}
