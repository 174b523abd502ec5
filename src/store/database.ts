/**
 * The one database of a home: HOME/index. LevelDB's own lock on it is what keeps a second daemon away; the system releases it
 * when the process ends, however it ends.
 */
import { ClassicLevel } from 'classic-level';
import { messageOf, Problem } from '../base/problem.ts';
import type { FolderId, ReplicaId } from '../core/identifiers.ts';
import { LevelFolderStore } from './folder-store.ts';
import { keyOf, table } from './keys.ts';
import { guarded, indexCorrupt, type Level } from './level.ts';
import { migrate } from './migrations.ts';

/** The folder number of the daemon's own keys. */
const own = 0;

export class Database {
  readonly #level: Level;
  readonly #randomBytes: (n: number) => Uint8Array;
  readonly #folders = new Map<FolderId, Promise<LevelFolderStore>>();

  constructor(level: Level, randomBytes: (n: number) => Uint8Array) {
    this.#level = level;
    this.#randomBytes = randomBytes;
  }

  /** The folder's index; the same object for the same id until the folder is dropped. */
  folder(id: FolderId): Promise<LevelFolderStore> {
    const open = this.#folders.get(id) ?? this.#open(id);
    this.#folders.set(id, open);
    return open;
  }

  async #open(id: FolderId): Promise<LevelFolderStore> {
    const known = await this.get(`folder ${id}`);
    let number = Number(known);
    if (known === undefined) {
      number = Number((await this.get('last folder')) ?? '0') + 1;
      await this.put('last folder', String(number));
      await this.put(`folder ${id}`, String(number));
    }
    if (!Number.isInteger(number) || number < 1) {
      throw indexCorrupt(this.#level.location, 'the number of a folder does not decode');
    }
    return LevelFolderStore.open(this.#level, number, () => {
      return Buffer.from(this.#randomBytes(8)).toString('hex') as ReplicaId;
    });
  }

  /** Forgets a folder's index. The number is not used again. */
  async dropFolder(id: FolderId): Promise<void> {
    const open = this.#folders.get(id);
    this.#folders.delete(id);
    await (await open)?.close();
    const number = Number(await this.get(`folder ${id}`));
    if (!Number.isInteger(number) || number < 1) return;
    await this.delete(`folder ${id}`);
    const gte = Buffer.alloc(4);
    gte.writeUInt32BE(number);
    const lt = Buffer.alloc(4);
    lt.writeUInt32BE(number + 1);
    await this.#level.clear({ gte, lt });
  }

  async get(name: string): Promise<string | undefined> {
    const value = await guarded(this.#level.location, () => this.#level.get(textKey(name)));
    return value?.toString('utf8');
  }

  async put(name: string, text: string): Promise<void> {
    await this.#level.batch([{ type: 'put', key: textKey(name), value: Buffer.from(text) }], { sync: true });
  }

  async delete(name: string): Promise<void> {
    await this.#level.batch([{ type: 'del', key: textKey(name) }], { sync: true });
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    for (const open of this.#folders.values()) await (await open.catch(() => undefined))?.close();
    await this.#level.close();
  }
}

function textKey(name: string): Buffer {
  return keyOf(own, table.text, Buffer.from(name));
}

/**
 * Opens (makes) the index in `directory`. Rejects with a Problem: INDEX_LOCKED when another process has it, INDEX_CORRUPT,
 * INDEX_TOO_NEW, INDEX_UNREADABLE.
 */
export async function openDatabase(directory: string, randomBytes: (n: number) => Uint8Array): Promise<Database> {
  const level: Level = new ClassicLevel<Buffer, Buffer>(directory, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: 16 * 1024 * 1024,
    writeBufferSize: 8 * 1024 * 1024,
  });
  try {
    await level.open();
  } catch (error) {
    throw openProblem(directory, error);
  }
  try {
    await migrate(level, textKey('schema'));
    return new Database(level, randomBytes);
  } catch (error) {
    await level.close();
    throw error;
  }
}

function openProblem(directory: string, error: unknown): Problem {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  const text = cause?.message ?? messageOf(error);
  if (cause?.code === 'LEVEL_LOCKED') {
    return new Problem(
      'INDEX_LOCKED',
      `another p2psync is using the index ${directory}; stop it first, or choose another --home`,
      {
        cause: error,
      },
    );
  }
  if (cause?.code === 'LEVEL_CORRUPTION' || /corrupt|missing files|CURRENT|no meta-?lognumber|descriptor/i.test(text)) {
    return indexCorrupt(directory, text, error);
  }
  return new Problem(
    'INDEX_UNREADABLE',
    `the index ${directory} cannot be opened: ${text}; check the disk and the permissions of that directory`,
    {
      cause: error,
    },
  );
}
