/** What the tests of the index share: databases in directories of their own, and changes in few words. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../../src/core/entry.ts';
import type { FolderId } from '../../src/core/identifiers.ts';
import type { LocalRecord, StatFingerprint } from '../../src/core/record.ts';
import type { RecordChange } from '../../src/store/commit.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import type { LevelFolderStore } from '../../src/store/folder-store.ts';
import { path } from './core-arbitraries.ts';

export const folderId = 'abcdefghijklmnopqrstuvwxyz' as FolderId;
export const otherFolderId = 'zyxwvutsrqponmlkjihgfedcba' as FolderId;
export const stat: StatFingerprint = { size: 1, mtimeMs: 1.5, ctimeMs: 2.25, inode: 3, mode: 0o100644 };

/** A directory that is removed by `clean`, and the databases that were opened in it. */
export class Sandbox {
  #directory: string | undefined;
  readonly #open = new Set<Database>();

  async directory(): Promise<string> {
    this.#directory ??= await mkdtemp(join(tmpdir(), 'p2psync-store-'));
    return join(this.#directory, 'index');
  }

  async database(): Promise<Database> {
    const database = await openDatabase(await this.directory(), randomBytes);
    this.#open.add(database);
    return database;
  }

  async folder(): Promise<LevelFolderStore> {
    return (await this.database()).folder(folderId);
  }

  async close(): Promise<void> {
    for (const database of this.#open) await database.close();
    this.#open.clear();
  }

  /** Closes what is open and opens the same index again. */
  async reopened(): Promise<LevelFolderStore> {
    await this.close();
    return this.folder();
  }

  async clean(): Promise<void> {
    await this.close();
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true });
    this.#directory = undefined;
  }
}

/** A change made here, of something new unless `more` says otherwise. */
export function change(at: string, entry: Entry, more: Partial<RecordChange> = {}): RecordChange {
  return {
    path: path(at),
    entry,
    write: 'local',
    version: [],
    stat: entry.kind === 'deleted' ? undefined : stat,
    manifest: undefined,
    basedOn: 0,
    ...more,
  };
}

/** As `change`, on top of a record. */
export function changeOf(record: LocalRecord, entry: Entry, more: Partial<RecordChange> = {}): RecordChange {
  return change(record.path, entry, { version: record.version, basedOn: record.sequence, ...more });
}

/** Commits what must not be stale. */
export async function write(store: LevelFolderStore, ...changes: RecordChange[]): Promise<LocalRecord[]> {
  const results = await store.commit(changes);
  return results.map((result, i) => {
    if (result === 'stale') throw new Error(`${changes[i]?.path} is stale`);
    return result;
  });
}

export async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}
