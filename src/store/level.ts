/** The database as this room uses it: binary keys and values, and failures that say what is wrong with the index. */
import type { ClassicLevel } from 'classic-level';
import { messageOf, Problem } from '../base/problem.ts';

export type Level = ClassicLevel<Buffer, Buffer>;

export type Write =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

/** Entries read at once by an iteration. */
const readMax = 1000;

/** Damaged data, in one line that says what to do. Nothing is repaired silently. */
export function indexCorrupt(location: string, what: string, cause?: unknown): Problem {
  return new Problem(
    'INDEX_CORRUPT',
    `the index ${location} is damaged (${what}); move that directory away and start again: your files stay, the index is rebuilt from them, and nothing is deleted`,
    { cause },
  );
}

/** Runs a read or write; LevelDB's word that something is corrupt becomes INDEX_CORRUPT. */
export async function guarded<T>(location: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause ?? error;
    if (/corrupt|checksum|bad block|truncated/i.test(messageOf(cause)))
      throw indexCorrupt(location, messageOf(cause), error);
    throw error;
  }
}

/** Entries of a range in key order, in batches; bounded memory. */
export async function* readRange(
  level: Level,
  range: { readonly gte: Buffer; readonly lt: Buffer },
): AsyncGenerator<[Buffer, Buffer][]> {
  const iterator = level.iterator({ ...range, highWaterMarkBytes: 1024 * 1024 });
  try {
    for (;;) {
      const entries = await guarded(level.location, () => iterator.nextv(readMax));
      if (entries.length === 0) return;
      yield entries;
    }
  } finally {
    await iterator.close();
  }
}

/** The first `limit` keys of a range. */
export async function readKeys(
  level: Level,
  range: { readonly gte: Buffer; readonly lt: Buffer },
  limit: number,
): Promise<Buffer[]> {
  return guarded(level.location, () => level.keys({ ...range, limit }).all());
}
