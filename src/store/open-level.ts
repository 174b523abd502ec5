/** Opens the LevelDB directory of a home, or says why not. LevelDB's LOCK in it is what keeps a second daemon away. */
import { ClassicLevel } from 'classic-level';
import { Problem } from '../base/problem.ts';
import { droppedByRecovery, lookAtDirectory, markDamaged } from './damage.ts';
import { codeOf, isCorruption, Level, rootCause } from './level.ts';
import { indexCorrupt, indexLocked, indexUnreadable } from './problems.ts';

const cacheBytes = 16 * 1024 * 1024;
/** Log and memory table before they become a table file: at most two of these are in memory. */
const writeBufferBytes = 8 * 1024 * 1024;

/** Rejects with INDEX_LOCKED, INDEX_CORRUPT or INDEX_UNREADABLE; nothing of a damaged index is changed beyond a mark. */
export async function openLevel(directory: string): Promise<Level> {
  try {
    return await openChecked(directory);
  } catch (error) {
    throw error instanceof Problem ? error : indexUnreadable(directory, error);
  }
}

async function openChecked(directory: string): Promise<Level> {
  const { fresh, damage } = await lookAtDirectory(directory);
  const db = new ClassicLevel<Buffer, Buffer>(directory, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: cacheBytes,
    writeBufferSize: writeBufferBytes,
    // Without CURRENT, LevelDB would begin a new database among the old one's files and delete those.
    createIfMissing: fresh,
  });
  try {
    await db.open();
  } catch (error) {
    // Another process's open database may look damaged from outside, so the lock is judged first.
    if (codeOf(error) === 'LEVEL_LOCKED') throw indexLocked(directory, rootCause(error));
    if (damage !== undefined) throw indexCorrupt(directory, damage, error);
    if (isCorruption(error)) throw indexCorrupt(directory, (rootCause(error) as Error).message, error);
    throw error instanceof Error ? indexUnreadable(directory, rootCause(error)) : error;
  }
  try {
    const found = damage ?? (await droppedByRecovery(directory));
    if (found === undefined) return new Level(db);
    await markDamaged(directory, found);
    throw indexCorrupt(directory, found);
  } catch (error) {
    await db.close();
    throw error;
  }
}
