/**
 * The rules in force for one folder: those of `.p2psyncignore`, read again when it changes, and this device's own. Between the
 * file and the loops and the scan worker, which ask it and get its texts.
 *
 * New rules hold at once; old ones end only when the file has stayed as it is for a moment: an editor that saves may leave it
 * empty or away for a few milliseconds, in which nothing that was left out must be taken in and announced.
 */
import type { IgnoreMatcher, IgnoreProblem, IgnoreRule } from '../core/ignore.ts';
import type { IgnoreFile } from './ignore-file.ts';
import { compileRules, matcherOf, noRules, type IgnoreSources } from './ignore-rules.ts';

/** How long the file must stay as it is before rules that it no longer has end, milliseconds. */
export const ignoreSettleMs = 1000;
/** Former texts of the file that hold on while it keeps changing. */
const endingMax = 8;

export interface IgnoresReload {
  /** Other paths than before may be left out now. */
  readonly changed: boolean;
  /** Rules that are gone from the file end in so many milliseconds, if it stays: reload then. Undefined: nothing is to come. */
  readonly settlesInMs: number | undefined;
  /** About the file and the device's patterns, for people. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

export interface FolderIgnoresOptions {
  readonly read: () => Promise<IgnoreFile>;
  readonly device: readonly string[];
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
}

export class FolderIgnores {
  readonly #options: FolderIgnoresOptions;
  /** What holds besides, until the file has settled: what it said before. */
  #ending: IgnoreSources[] = [];
  #current: IgnoreSources;
  #changedMs = 0;
  #loaded = false;
  #matcher: IgnoreMatcher;

  constructor(options: FolderIgnoresOptions) {
    this.#options = options;
    this.#current = { ...noRules, device: options.device };
    this.#matcher = matcherOf([this.#current]);
  }

  /** As of the last reload. */
  matches: IgnoreMatcher = (path, isDirectory) => this.#matcher(path, isDirectory);

  /** As plain data, for a worker: a path is left out when any of them leaves it out. */
  sources(): readonly IgnoreSources[] {
    return [this.#current, ...this.#ending];
  }

  /** In force by the file as it is now, and on this device. */
  rules(): readonly IgnoreRule[] {
    return compileRules(this.#current).rules;
  }

  problems(): readonly IgnoreProblem[] {
    return compileRules(this.#current).problems;
  }

  /**
   * Reads the file again. One that cannot be read leaves the rules as they are; the first time it rejects instead, since
   * without its rules nothing may be looked at.
   */
  async reload(): Promise<IgnoresReload> {
    const read = await this.#options.read();
    const now = this.#options.monotonic();
    if (read.is === 'unreadable') {
      const message = `.p2psyncignore cannot be read (${read.message})`;
      if (!this.#loaded) throw new Error(`${message}; make it readable: nothing is synchronised without its rules`);
      const told = `it cannot be read (${read.message}); the rules stay as they were. Make it readable`;
      return { changed: false, settlesInMs: undefined, problems: [{ code: 'IGNORE_FILE_UNREADABLE', message: told }] };
    }
    const changed = this.#take(read.text, now);
    const settlesInMs = this.#ending.length === 0 ? undefined : Math.max(0, this.#changedMs + ignoreSettleMs - now);
    return { changed, settlesInMs, problems: problemsOf(this.problems(), read.problem) };
  }

  #take(text: string, now: number): boolean {
    if (text !== this.#current.file) {
      if (this.#loaded) this.#ending = [...this.#ending, this.#current].slice(-endingMax);
      this.#current = { ...this.#current, file: text };
      this.#changedMs = now;
    } else if (this.#ending.length > 0 && now >= this.#changedMs + ignoreSettleMs) this.#ending = [];
    else {
      const first = !this.#loaded;
      this.#loaded = true;
      return first;
    }
    this.#loaded = true;
    this.#matcher = matcherOf(this.sources());
    return true;
  }
}

/** Problems in one place, for one file, are one message: how many, and the first few. */
const shownMax = 5;

function problemsOf(problems: readonly IgnoreProblem[], file: string | undefined): IgnoresReload['problems'] {
  const told = problems.map(({ source, line, message }) => {
    const where =
      line === undefined ? 'it ' : source === 'file' ? `line ${line} ` : `pattern ${line} of this device's settings `;
    return `${where}${message}`;
  });
  if (file !== undefined) told.unshift(`it ${file}`);
  if (told.length === 0) return [];
  const more = told.length > shownMax ? `; and ${told.length - shownMax} more` : '';
  const message = `${told.slice(0, shownMax).join('; ')}${more}. Such lines have no effect; correct or remove them`;
  return [{ code: 'IGNORE_RULE_INVALID', message }];
}
