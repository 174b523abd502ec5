/** One line on a terminal that is rewritten in place. On anything else it writes nothing: progress does not belong in files and pipes. */
import type { TextStream } from './output.ts';
import { truncate, widthDefault } from './text-width.ts';

const clearLine = '\r\u001b[2K';

export class LiveLine {
  readonly #stream: TextStream;
  #shown = false;

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  get active(): boolean {
    return this.#stream.isTTY === true;
  }

  update(text: string): void {
    if (!this.active) return;
    // One cell is left free: a full last column makes some terminals wrap.
    this.#stream.write(clearLine + truncate(text, (this.#stream.columns || widthDefault) - 1));
    this.#shown = true;
  }

  /** Takes the line away, so that other text can be printed. Safe to call at any time. */
  clear(): void {
    if (this.#shown) this.#stream.write(clearLine);
    this.#shown = false;
  }
}
