/** The daemon's own small values: text by name, in the same database as the indexes, each write synced. */
import { keyOf, ownNumber, table } from './keys.ts';
import type { Level } from './level.ts';

/** A name, UTF-8 bytes. */
const nameBytesMax = 256;
/** A value, UTF-8 bytes. */
const textBytesMax = 1024 * 1024;

/** Names are for their users to divide, by a prefix such as 'pause/'. */
export class TextValues {
  readonly #level: Level;

  constructor(level: Level) {
    this.#level = level;
  }

  async get(name: string): Promise<string | undefined> {
    return (await this.#level.get(textKey(name)))?.toString('utf8');
  }

  /** Durable when it resolves. */
  async put(name: string, text: string): Promise<void> {
    const value = Buffer.from(text, 'utf8');
    if (value.length > textBytesMax) throw new RangeError(`the value of ${JSON.stringify(name)} is too long`);
    await this.#level.write([{ type: 'put', key: textKey(name), value }], 'synced');
  }

  /** Durable when it resolves. Nothing happens when there is no such value. */
  async delete(name: string): Promise<void> {
    await this.#level.write([{ type: 'del', key: textKey(name) }], 'synced');
  }
}

function textKey(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length === 0 || bytes.length > nameBytesMax) throw new RangeError(`not a name: ${JSON.stringify(name)}`);
  return keyOf(ownNumber, table.text, bytes);
}
