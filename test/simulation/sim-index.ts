/**
 * The real index (src/store) over a LevelDB in memory with LevelDB's promises about crashes: writes become durable in order,
 * a synced one with all before it; of those that nobody waited for, any prefix may be left.
 */
import type { ClassicLevel } from 'classic-level';
import { MemoryLevel } from 'memory-level';
import { Database } from '../../src/store/database.ts';
import { Level } from '../../src/store/level.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { Life } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

interface Row {
  readonly type: 'put' | 'del';
  readonly key: Uint8Array;
  readonly value?: Uint8Array;
}
type Batch = readonly Row[];

/** What is on the disk of one home; outlives the device's lives. */
export class IndexFiles {
  #durable = new Map<string, Row>();
  #unsynced: Batch[] = [];

  append(batch: Batch, synced: boolean): void {
    this.#unsynced.push(batch);
    if (!synced) return;
    for (const rows of this.#unsynced) this.#play(rows);
    this.#unsynced = [];
  }

  #play(rows: Batch): void {
    for (const row of rows) {
      const key = Buffer.from(row.key).toString('latin1');
      if (row.type === 'put') this.#durable.set(key, row);
      else this.#durable.delete(key);
    }
  }

  crash(random: SeededRandom): void {
    const left = random.below(this.#unsynced.length + 1);
    for (const rows of this.#unsynced.slice(0, left)) this.#play(rows);
    this.#unsynced = [];
  }

  /** An orderly end of the process: the system keeps what was written. */
  flush(): void {
    for (const rows of this.#unsynced) this.#play(rows);
    this.#unsynced = [];
  }

  lose(): void {
    this.#durable.clear();
    this.#unsynced = [];
  }

  /** An older copy, for restore(). */
  copy(): ReadonlyMap<string, Row> {
    return new Map(this.#durable);
  }

  restore(copy: ReadonlyMap<string, Row>): void {
    this.#durable = new Map(copy);
    this.#unsynced = [];
  }

  rows(): Row[] {
    return [...this.#durable.values()];
  }
}

/** Private methods of abstract-level that an implementation overrides. */
interface Batching {
  _batch(rows: readonly Row[], options: { readonly sync?: boolean }): Promise<void>;
}

class CrashingLevel extends MemoryLevel<Buffer, Buffer> {
  readonly #files: IndexFiles;
  readonly #life: Life;
  #loading = true;

  constructor(files: IndexFiles, life: Life) {
    super({ keyEncoding: 'buffer', valueEncoding: 'buffer' });
    this.#files = files;
    this.#life = life;
  }

  async load(): Promise<void> {
    await this.open();
    await this._batch(this.#files.rows(), {});
    this.#loading = false;
  }

  async _batch(rows: readonly Row[], options: { readonly sync?: boolean }): Promise<void> {
    if (!this.#loading) {
      const batch = rows.map(({ type, key, value }) =>
        type === 'put' ? { type, key, value: value as Uint8Array } : { type, key },
      );
      const isSynced = options.sync === true;
      await this.#life.turn(isSynced ? 5 : 1);
      // Durable before anybody is told.
      this.#files.append(batch, isSynced);
      await superBatch.call(this, rows, options);
      await this.#life.turn();
      return;
    }
    await superBatch.call(this, rows, options);
  }

  /** In one step and not synced; the one of memory-level lets timers of the real world in between. */
  async _clear(range: object): Promise<void> {
    const keys = await this.keys(range).all();
    await this._batch(
      keys.map((key) => ({ type: 'del' as const, key })),
      {},
    );
  }
}

const superBatch = (MemoryLevel.prototype as unknown as Batching)._batch;

export async function openIndex(
  files: IndexFiles,
  life: Life,
  randomBytes: (n: number) => Uint8Array,
): Promise<Database> {
  const db = new CrashingLevel(files, life);
  await db.load();
  // The room uses nothing beyond what all of abstract-level's databases have, but for the directory's name.
  const level = new Level(db as unknown as ClassicLevel<Buffer, Buffer>);
  await migrate(level);
  const database = new Database(level, randomBytes);
  await database.finishDrops();
  return database;
}
