/**
 * Opens the index of a home. One that is damaged is put aside, whole, and a new one begins: files, settings and links are not
 * in it, and what was in it is found again on the disk and at the peers, as a union and without deletes (I9).
 */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { homeFiles } from '../config/home.ts';
import type { FolderId } from '../core/identifiers.ts';
import { openDatabase, type Database } from '../store/database.ts';

/** Damaged indexes that are kept for whoever wants to know what happened; the oldest goes. */
const damagedKeptMax = 2;
const damagedPrefix = `${homeFiles.index}.damaged-`;

export interface OpenedIndex {
  readonly database: Database;
  /** Why the index that was there is not gone on with, as a clause for people. */
  readonly lost: string | undefined;
}

/**
 * `folders`: those of the settings. Their indexes are opened at once: damage that shows only then counts as well. Rejects as
 * openDatabase does, but not with INDEX_CORRUPT.
 */
export async function openOrReplaceIndex(
  home: string,
  folders: readonly FolderId[],
  options: { readonly randomBytes: (n: number) => Uint8Array; readonly now: () => number },
): Promise<OpenedIndex> {
  const directory = join(home, homeFiles.index);
  try {
    return { database: await openWhole(directory, folders, options.randomBytes), lost: undefined };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'INDEX_CORRUPT') throw error;
    const aside = `${damagedPrefix}${new Date(options.now()).toISOString().replace(/[:.]/g, '-')}`;
    await rename(directory, join(home, aside));
    await dropOldest(home);
    const database = await openDatabase(directory, options.randomBytes);
    return { database, lost: `the index was damaged (it is kept as ${aside})` };
  }
}

async function openWhole(
  directory: string,
  folders: readonly FolderId[],
  randomBytes: (n: number) => Uint8Array,
): Promise<Database> {
  const database = await openDatabase(directory, randomBytes);
  try {
    const known = new Set(await database.folders());
    for (const folder of folders) if (known.has(folder)) await database.folder(folder);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function dropOldest(home: string): Promise<void> {
  const kept = (await readdir(home)).filter((name) => name.startsWith(damagedPrefix)).sort();
  for (const name of kept.slice(0, -damagedKeptMax)) await rm(join(home, name), { recursive: true, force: true });
}
