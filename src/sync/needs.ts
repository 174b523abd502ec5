/** The paths that this device still has to bring in: what 'syncing' means, and the figures people see. */
import type { RelativePath } from '../core/path.ts';

export class Needs {
  readonly #bytes = new Map<RelativePath, number>();
  /** A device may announce more than a number holds exactly, and what is added has to be taken away again. */
  #total = 0n;

  set(path: RelativePath, bytes: number): void {
    this.#total += BigInt(bytes - (this.#bytes.get(path) ?? 0));
    this.#bytes.set(path, bytes);
  }

  delete(path: RelativePath): void {
    this.#total -= BigInt(this.#bytes.get(path) ?? 0);
    this.#bytes.delete(path);
  }

  get files(): number {
    return this.#bytes.size;
  }

  /** At most what can be said on the wire: other devices take nothing from one that says more. */
  get bytes(): number {
    return Math.min(Number(this.#total), Number.MAX_SAFE_INTEGER);
  }
}
