/**
 * The one database of a home: HOME/index. LevelDB's own lock on it is what keeps a second daemon away; the system releases it
 * when the process ends, however it ends. Holds one index per folder, and the daemon's small values.
 */
import { Mutex } from '../base/mutex.ts';
import { isFolderId, type EpochId, type FolderId, type ReplicaId } from '../core/identifiers.ts';
import { LevelFolderStore } from './folder-store.ts';
import { folderRange, keyOf, ownNumber, rangeOf, restOffset, table } from './keys.ts';
import type { Level, Write } from './level.ts';
import { migrate } from './migrate.ts';
import { openLevel } from './open-level.ts';
import { indexClosed, indexCorrupt } from './problems.ts';
import { TextValues } from './text-values.ts';

/** Bytes of randomness in the id of a replica, and of an epoch. */
const replicaBytes = 8;
const epochBytes = 8;
/** Folder numbers are four bytes of every key, and none is used twice. */
const folderNumberMax = 0xffff_fffe;

export class Database {
  /** Text by name, for the daemon: each write synced. */
  readonly kv: TextValues;
  readonly #level: Level;
  readonly #randomBytes: (n: number) => Uint8Array;
  readonly #folders = new Map<FolderId, Promise<LevelFolderStore>>();
  /** Openings and drops, one at a time: they hand out numbers. */
  readonly #changes = new Mutex();
  #closed = false;

  /** Use openDatabase. */
  constructor(level: Level, randomBytes: (n: number) => Uint8Array) {
    this.#level = level;
    this.#randomBytes = randomBytes;
    this.kv = new TextValues(level);
  }

  /** The folder's index, made (with a new replica) when there is none; the same object for the same id until it is dropped. */
  folder(id: FolderId): Promise<LevelFolderStore> {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const opening = this.#changes.run(() => this.#open(id));
    this.#folders.set(id, opening);
    // A failure is not kept: the next call tries again.
    opening.catch(() => {
      if (this.#folders.get(id) === opening) this.#folders.delete(id);
    });
    return opening;
  }

  async #open(id: FolderId): Promise<LevelFolderStore> {
    if (this.#closed) throw indexClosed(this.#level.location);
    const number = (await this.#numberAt(folderKey(id))) ?? (await this.#create(id));
    const epoch = Buffer.from(this.#randomBytes(epochBytes)).toString('hex') as EpochId;
    return LevelFolderStore.open(this.#level, number, epoch);
  }

  async #create(id: FolderId): Promise<number> {
    const number = ((await this.#numberAt(lastNumberKey)) ?? ownNumber) + 1;
    if (number > folderNumberMax) throw indexCorrupt(this.#level.location, 'there are no folder numbers left');
    const replica = Buffer.from(this.#randomBytes(replicaBytes)).toString('hex') as ReplicaId;
    const text = Buffer.from(String(number));
    await this.#level.write(
      [
        { type: 'put', key: lastNumberKey, value: text },
        { type: 'put', key: folderKey(id), value: text },
        LevelFolderStore.creation(number, replica),
      ],
      'synced',
    );
    return number;
  }

  /** Forgets a folder's index, durably; the user's files are not touched. Writes to it are refused from now on. */
  async dropFolder(id: FolderId): Promise<void> {
    const open = this.#folders.get(id);
    this.#folders.delete(id);
    // Should it not have opened, there is nobody to hold back.
    await (await open?.catch(() => undefined))?.retire();
    await this.#changes.run(async () => {
      const number = await this.#numberAt(folderKey(id));
      if (number === undefined) return;
      const drop: Write[] = [
        { type: 'del', key: folderKey(id) },
        { type: 'put', key: droppedKey(number), value: Buffer.from(String(number)) },
      ];
      await this.#level.write(drop, 'synced');
      await this.#clear(number);
    });
  }

  /** Those that have an index here. */
  async folders(): Promise<FolderId[]> {
    const found: FolderId[] = [];
    for await (const entries of this.#level.range(rangeOf(ownNumber, table.system, Buffer.from(folderPrefix)))) {
      for (const [key] of entries) {
        const id = key.toString('utf8', restOffset + folderPrefix.length);
        if (isFolderId(id)) found.push(id);
      }
    }
    return found;
  }

  /** Ends drops that a crash cut short. */
  async finishDrops(): Promise<void> {
    const range = rangeOf(ownNumber, table.system, Buffer.from(droppedPrefix));
    for await (const entries of this.#level.range(range)) {
      for (const [key] of entries) {
        const number = await this.#numberAt(key);
        if (number !== undefined) await this.#clear(number);
      }
    }
  }

  async #clear(number: number): Promise<void> {
    await this.#level.clear(folderRange(number));
    await this.#level.write([{ type: 'del', key: droppedKey(number) }], 'synced');
  }

  async #numberAt(key: Buffer): Promise<number | undefined> {
    const value = await this.#level.get(key);
    if (value === undefined) return undefined;
    const number = Number(value.toString('utf8'));
    if (Number.isInteger(number) && number > ownNumber && number <= folderNumberMax) return number;
    const name = key.toString('utf8', restOffset);
    throw indexCorrupt(this.#level.location, `the number of ${JSON.stringify(name)} does not decode`);
  }

  /** Waits for what is being written, then lets go of the lock. Later calls are refused; closing again is harmless. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#changes.run(async () => {
      for (const open of this.#folders.values()) await (await open.catch(() => undefined))?.close();
      await this.#level.close();
    });
  }
}

const droppedPrefix = 'dropped ';
const folderPrefix = 'folder ';
const lastNumberKey = systemKey('last folder');

function folderKey(id: FolderId): Buffer {
  return systemKey(`${folderPrefix}${id}`);
}

function droppedKey(number: number): Buffer {
  return systemKey(`${droppedPrefix}${number}`);
}

function systemKey(name: string): Buffer {
  return keyOf(ownNumber, table.system, Buffer.from(name, 'utf8'));
}

/**
 * Opens (makes) the index in `directory`. `randomBytes` makes replica ids. Rejects with a Problem: INDEX_LOCKED when another
 * process has it, INDEX_CORRUPT, INDEX_TOO_NEW, INDEX_UNREADABLE.
 */
export async function openDatabase(directory: string, randomBytes: (n: number) => Uint8Array): Promise<Database> {
  const level = await openLevel(directory);
  try {
    await migrate(level);
    const database = new Database(level, randomBytes);
    await database.finishDrops();
    return database;
  } catch (error) {
    await level.close();
    throw error;
  }
}
