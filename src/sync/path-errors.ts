/** What is wrong with single paths right now, for people: bounded, newest kept, cleared when the path works again. */
import type { RelativePath } from '../core/path.ts';

const errorsMax = 1000;

export interface PathError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export class PathErrors {
  readonly #errors = new Map<string, PathError>();

  /** `path` undefined: the folder's root. True when this is news. */
  set(path: RelativePath | undefined, code: string, message: string): boolean {
    const key = path ?? '.';
    const known = this.#errors.get(key);
    this.#errors.delete(key);
    this.#errors.set(key, { path: key, code, message });
    if (this.#errors.size > errorsMax) {
      const oldest = this.#errors.keys().next();
      if (!oldest.done) this.#errors.delete(oldest.value);
    }
    return known === undefined || known.message !== message;
  }

  clear(path: RelativePath): void {
    this.#errors.delete(path);
  }

  list(): PathError[] {
    return [...this.#errors.values()];
  }
}
