/** The paths that this device still has to bring in: what 'syncing' means, and the figures people see. */
import type { RelativePath } from '../core/path.ts';

export class Needs {
  readonly #bytes = new Map<RelativePath, number>();
  #total = 0;

  set(path: RelativePath, bytes: number): void {
    this.#total += bytes - (this.#bytes.get(path) ?? 0);
    this.#bytes.set(path, bytes);
  }

  delete(path: RelativePath): void {
    this.#total -= this.#bytes.get(path) ?? 0;
    this.#bytes.delete(path);
  }

  get files(): number {
    return this.#bytes.size;
  }

  get bytes(): number {
    return this.#total;
  }
}
