/**
 * The journal of intents: what is about to be done to the disk, one synced row for each group. The row goes in the same batch
 * as the records that the group leads to, so that after a crash exactly those groups are left whose end nobody recorded
 * (I8, I9). core/recovery.ts decides what becomes of them.
 */
import type { Intent } from '../core/recovery.ts';
import { keyOf, rangeOf, restOffset, table } from './keys.ts';
import type { Level, Write } from './level.ts';
import { decoded } from './records.ts';

/** A group that was begun and whose end was not recorded. */
export interface OpenGroup {
  readonly group: number;
  readonly intents: readonly Intent[];
}

/** Rows of one folder; its writes must come one after another. */
export class Journal {
  readonly #level: Level;
  readonly #folder: number;
  #last: number;

  private constructor(level: Level, folder: number, last: number) {
    this.#level = level;
    this.#folder = folder;
    this.#last = last;
  }

  static async open(level: Level, folder: number): Promise<Journal> {
    let last = 0;
    for await (const rows of level.range(rangeOf(folder, table.journal))) {
      for (const [key] of rows) last = Math.max(last, key.readUInt32BE(restOffset));
    }
    return new Journal(level, folder, last);
  }

  /** Durable when it resolves. Returns the group's number. */
  async begin(intents: readonly Intent[]): Promise<number> {
    // Numbers serve to tell open groups apart; none of four billion groups ago is still open.
    this.#last = (this.#last + 1) % 2 ** 32;
    const group = this.#last;
    const value = Buffer.from(JSON.stringify(intents));
    await this.#level.write([{ type: 'put', key: this.#key(group), value }], 'synced');
    return group;
  }

  end(group: number): Write {
    return { type: 'del', key: this.#key(group) };
  }

  /** Oldest first. */
  async open(): Promise<OpenGroup[]> {
    const groups: OpenGroup[] = [];
    for await (const rows of this.#level.range(rangeOf(this.#folder, table.journal))) {
      for (const [key, value] of rows) {
        const intents = decoded(this.#level, key, () => JSON.parse(value.toString('utf8')) as Intent[]);
        groups.push({ group: key.readUInt32BE(restOffset), intents });
      }
    }
    return groups;
  }

  #key(group: number): Buffer {
    const rest = Buffer.allocUnsafe(4);
    rest.writeUInt32BE(group);
    return keyOf(this.#folder, table.journal, rest);
  }
}
