/** What is wrong with single paths right now, for people: bounded, newest kept, cleared when the path works again. */
import { isBelow, type RelativePath } from '../core/path.ts';

const errorsMax = 1000;

/** Who takes it back: the next look at the path; the next decision for it; or whoever said it, by clear(). */
type SaidBy = 'look' | 'decision' | 'other';

export interface PathError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export class PathErrors {
  readonly #errors = new Map<string, PathError & { readonly by: SaidBy }>();

  /** `path` undefined: the folder's root. True when this is news. */
  set(path: RelativePath | undefined, code: string, message: string, by: SaidBy = 'other'): boolean {
    const key = path ?? '.';
    const known = this.#errors.get(key);
    this.#errors.delete(key);
    this.#errors.set(key, { path: key, code, message, by });
    if (this.#errors.size > errorsMax) {
      const oldest = this.#errors.keys().next();
      if (!oldest.done) this.#errors.delete(oldest.value);
    }
    return known === undefined || known.message !== message;
  }

  clear(path: RelativePath): void {
    this.#errors.delete(path);
  }

  /** Takes back what was said of the folder as a whole, if it is still that. */
  clearRoot(code: string): void {
    if (this.#errors.get('.')?.code === code) this.#errors.delete('.');
  }

  has(path: RelativePath | undefined): boolean {
    return this.#errors.has(path ?? '.');
  }

  /** All at and below `start` was looked at: of what looks found wrong there, only `still` is. */
  lookedOver(start: RelativePath | undefined, still: ReadonlySet<RelativePath | undefined>): void {
    for (const [key, { by }] of this.#errors) {
      const path = key === '.' ? undefined : (key as RelativePath);
      const within = start === undefined || path === start || (path !== undefined && isBelow(path, start));
      if (by === 'look' && within && !still.has(path)) this.#errors.delete(key);
    }
  }

  /** There is nothing left to be brought in at the path. */
  settled(path: RelativePath): void {
    if (this.#errors.get(path)?.by === 'decision') this.#errors.delete(path);
  }

  list(): PathError[] {
    return [...this.#errors.values()].map(({ path, code, message }) => ({ path, code, message }));
  }
}
