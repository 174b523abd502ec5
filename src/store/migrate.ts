/** Brings an index of an earlier schema to this one, step by step; one of a later schema is refused untouched. */
import { keyOf, ownNumber, table } from './keys.ts';
import type { Level } from './level.ts';
import type { Migration } from './migrations/migration.ts';
import { version1 } from './migrations/version-1.ts';
import { indexCorrupt, indexTooNew } from './problems.ts';

const migrations: readonly Migration[] = [version1];

const schemaVersion = migrations.length;
const schemaKey = keyOf(ownNumber, table.system, Buffer.from('schema'));
const everything = { gte: Buffer.alloc(0), lt: Buffer.alloc(16, 0xff) };

/** Rejects with INDEX_TOO_NEW, or INDEX_CORRUPT when there are records but no schema. */
export async function migrate(level: Level): Promise<void> {
  const from = await storedVersion(level);
  if (from > schemaVersion) throw indexTooNew(level.location, from, schemaVersion);
  for (const { version, run } of migrations.slice(from)) {
    await run(level);
    await level.write([{ type: 'put', key: schemaKey, value: Buffer.from(String(version)) }], 'synced');
  }
}

async function storedVersion(level: Level): Promise<number> {
  const stored = await level.get(schemaKey);
  if (stored === undefined) {
    if ((await level.first(everything, 1)).length > 0) {
      throw indexCorrupt(level.location, 'its schema version is missing');
    }
    return 0;
  }
  const text = stored.toString('utf8');
  if (!/^[1-9]\d{0,8}$/.test(text)) throw indexCorrupt(level.location, 'its schema version does not decode');
  return Number(text);
}
