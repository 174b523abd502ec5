/**
 * What LevelDB would pass over when it opens a directory: it makes a new, empty database where CURRENT is missing, does not
 * miss a log that is gone, and drops log records that fail their checksum with no more than a line in its own LOG. Each of
 * these would silently take committed records away, so they are looked for around every open.
 */
import { open, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Says that damage was found here once: the open that finds it also lets LevelDB tidy the evidence away. */
const markName = 'DAMAGED';
/** LevelDB reports on recovery at the very start of its LOG. */
const logHeadBytesMax = 64 * 1024;

export interface DirectoryLook {
  /** Nothing was ever stored here (also when a first start was cut short). */
  readonly fresh: boolean;
  /** What is wrong, in words. */
  readonly damage: string | undefined;
}

/** Before the open. What it says counts only if the open gets the lock: a running daemon's files change while they are listed. */
export async function lookAtDirectory(directory: string): Promise<DirectoryLook> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { fresh: true, damage: undefined };
    throw error;
  }
  if (names.includes(markName)) {
    return { fresh: false, damage: (await readFile(join(directory, markName), 'utf8')).trim() };
  }
  const hasTables = names.some((name) => /\.(ldb|sst)$/.test(name));
  const hasLogs = names.some((name) => /^\d+\.log$/.test(name));
  if (!names.includes('CURRENT')) {
    if (!hasTables && !hasLogs) return { fresh: true, damage: undefined };
    return { fresh: false, damage: 'its file CURRENT is missing' };
  }
  const current = await readFile(join(directory, 'CURRENT'), 'utf8');
  const manifest = /^(MANIFEST-\d+)\n$/.exec(current)?.[1];
  if (manifest === undefined) return { fresh: false, damage: 'its file CURRENT is unreadable' };
  if (!names.includes(manifest)) return { fresh: false, damage: `its file ${manifest} is missing` };
  if (!hasLogs) {
    // The very first start makes CURRENT and MANIFEST-000001 before the first log.
    if (Number(manifest.slice('MANIFEST-'.length)) === 1 && !hasTables) return { fresh: true, damage: undefined };
    return { fresh: false, damage: 'its log is missing' };
  }
  return { fresh: false, damage: undefined };
}

/** After the open: what LevelDB dropped while it recovered, this time or (had we no time to say so) the last. */
export async function droppedByRecovery(directory: string): Promise<string | undefined> {
  for (const name of ['LOG', 'LOG.old']) {
    const head = await headOf(join(directory, name));
    const found = /dropping (\d+) bytes; (.*)/.exec(head);
    if (found !== null) return `its log lost ${found[1]} bytes: ${found[2]}`;
  }
  return undefined;
}

/** So that the next start says the same. */
export async function markDamaged(directory: string, damage: string): Promise<void> {
  await writeFile(join(directory, markName), `${damage}\n`, { flush: true });
}

async function headOf(path: string): Promise<string> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(logHeadBytesMax), 0, logHeadBytesMax, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
