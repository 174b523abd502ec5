/**
 * Carries out the steps of a plan on the user's tree. Each step looks first, at the moment of use (I7); what it replaces or
 * removes is kept in the version store (I1); nothing visible is ever half written (I3); and when the call returns, every
 * step that is ok has reached the disk, data before names before directories (I8). Synchronous: for worker threads.
 */
import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
} from 'node:fs';
import type { FileEntry } from '../core/entry.ts';
import type { Hash } from '../core/identifiers.ts';
import { isIgnored } from '../core/ignore.ts';
import { widestKey } from '../core/names.ts';
import { isBelow, nameOf, parentOf, type RelativePath } from '../core/path.ts';
import { sameStat, type StatFingerprint } from '../core/record.ts';
import type { ApplyStep, Expectation } from '../core/step.ts';
import { makeDurable, type Written } from './durable.ts';
import { fingerprintAt, itemAt } from './look.ts';
import { stagingDirectory, withOwnDirectory } from './own-directory.ts';
import {
  ChangedError,
  changeMetadata,
  copyNearby,
  discard,
  isStill,
  modeFor,
  moveWithoutReplacing,
  renameExpected,
  setFileMetadata,
  setLinkTime,
  statAt,
  statOfPlaced,
} from './place.ts';
import { errnoOf, type Root } from './root.ts';
import { keepCopy, moveAway, type Kept } from './versions.ts';

export type ApplyOutcome =
  | {
      readonly ok: true;
      readonly stat: StatFingerprint | undefined;
      /** Where the version store keeps what was replaced or removed, relative to it. */
      readonly kept?: string;
    }
  | {
      readonly ok: false;
      readonly reason: 'changed' | 'not-empty' | 'no-parent' | 'unstaged' | 'failed';
      readonly code: string;
      readonly message: string;
    };

type Failure = Extract<ApplyOutcome, { ok: false }>;

/** A step that cannot be carried out, with what its outcome says. */
class StepError extends Error {
  readonly failure: Failure;

  constructor(reason: Failure['reason'], code: string, message: string) {
    super(message);
    this.failure = { ok: false, reason, code, message };
  }
}

export interface ApplyOptions {
  /** Milliseconds since the epoch: names kept versions. */
  readonly now: number;
  /** All steps are looked at before the first, and none is made after one that failed. */
  readonly atomic?: boolean;
  /** For tests: called between preparing and carrying out. */
  readonly beforeCommit?: () => void;
  /** For tests: called when all is carried out, before it is synced. */
  readonly afterCommit?: () => void;
}

/** One outcome for each step, in order. */
export function applySteps(root: Root, steps: readonly ApplyStep[], options: ApplyOptions): ApplyOutcome[] {
  return root.batch(() => new Group(root, steps, options).run());
}

/** A name in the tree that has to be synced, for the steps that touched it. */
interface Touched {
  readonly kind: Written['kind'];
  readonly path: RelativePath | undefined;
  readonly steps: Set<number>;
}

class Group {
  readonly #root: Root;
  readonly #steps: readonly ApplyStep[];
  readonly #options: ApplyOptions;
  /** By step: the name in staging of the file or link that takes its place. */
  readonly #prepared = new Map<number, string>();
  readonly #failures = new Map<number, Failure>();
  /** By step: what it left, read at once. A later look would take what the user wrote meanwhile for ours. */
  readonly #stats = new Map<number, StatFingerprint>();
  readonly #keptIn = new Map<string, Touched>();
  /** By step: the name of what it put away. */
  readonly #keptAs = new Map<number, string>();
  readonly #touched = new Map<string, Touched>();
  /** By content: the last step that needs it. */
  readonly #lastUse = new Map<Hash, number>();

  constructor(root: Root, steps: readonly ApplyStep[], options: ApplyOptions) {
    this.#root = root;
    this.#steps = steps;
    this.#options = options;
    steps.forEach((step, i) => {
      if (step.do === 'write-file') this.#lastUse.set(step.entry.contentHash, i);
    });
  }

  run(): ApplyOutcome[] {
    this.#each((step, i) => this.#prepare(step, i));
    this.#syncData();
    this.#options.beforeCommit?.();
    if (this.#options.atomic === true) this.#lookAtAll();
    this.#each((step, i) => {
      if (this.#options.atomic === true && this.#failures.size > 0) this.#stop(i);
      else if (!this.#failures.has(i)) this.#carryOut(step, i);
    });
    this.#options.afterCommit?.();
    this.#syncNames();
    this.#discardLeftovers();
    return this.#steps.map((_, i) => this.#failures.get(i) ?? this.#success(i));
  }

  #success(i: number): ApplyOutcome {
    const kept = this.#keptAs.get(i);
    return { ok: true, stat: this.#stats.get(i), ...(kept === undefined ? {} : { kept }) };
  }

  #each(work: (step: ApplyStep, i: number) => void): void {
    this.#steps.forEach((step, i) => {
      try {
        work(step, i);
      } catch (error) {
        this.#failures.set(i, failureOf(error, step.path));
      }
    });
  }

  /** Of each path the first step: what later ones expect is still to be made. */
  #lookAtAll(): void {
    const seen = new Set<RelativePath>();
    this.#each((step, i) => {
      if (seen.has(step.path) || this.#failures.has(i)) return;
      seen.add(step.path);
      try {
        this.#root.withDirectory(parentOf(step.path), (prefix) =>
          this.#lookFirst(`${prefix}/${nameOf(step.path)}`, prefix, step),
        );
      } catch (error) {
        // Its directory may be one that an earlier step makes.
        if (step.expect.is !== 'absent' || errnoOf(error) !== 'NO_PARENT') throw error;
      }
    });
  }

  #stop(i: number): void {
    if (this.#failures.has(i)) return;
    const message = 'another part of its group could not be applied; nothing after it was';
    this.#failures.set(i, { ok: false, reason: 'changed', code: 'GROUP_STOPPED', message });
  }

  #respelt(step: ApplyStep): void {
    const leaves = step.do === 'rename' || step.do === 'remove' || step.do === 'remove-directory';
    this.#root.respelt(step.path, !leaves);
    if (step.do === 'rename') this.#root.respelt(step.to, true);
  }

  #inStaging<T>(work: (prefix: string) => T): T {
    return withOwnDirectory(this.#root, stagingDirectory, work);
  }

  // -------------------------------------------------------------- preparing

  #prepare(step: ApplyStep, i: number): void {
    // Whoever planned it: our own directory, and what is never synchronised, is not a place for a step.
    if (isIgnored(step.path) || (step.do === 'rename' && isIgnored(step.to))) {
      throw new StepError('failed', 'IGNORED_PATH', 'the path is never synchronised');
    }
    if (step.do === 'write-file') this.#prepareFile(step.entry, i, step.expect);
    else if (step.do === 'write-symlink') this.#prepareLink(step.target, step.mtimeUs, i);
  }

  /** The staged file itself for the last step that needs it, a copy for the others. */
  #prepareFile(entry: FileEntry, i: number, expect: Expectation): void {
    const { contentHash, size } = entry;
    const isLast = this.#lastUse.get(contentHash) === i;
    const name = isLast ? contentHash : `${contentHash}.${randomBytes(8).toString('hex')}`;
    this.#inStaging((prefix) => {
      const staged = `${prefix}/${contentHash}`;
      if (!isStaged(staged, size)) throw new StepError('unstaged', 'UNSTAGED', 'its content is not staged');
      this.#prepared.set(i, name);
      if (!isLast) copyFileSync(staged, `${prefix}/${name}`, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      setFileMetadata(`${prefix}/${name}`, modeFor(entry.executable, expect), entry.mtimeUs);
    });
  }

  #prepareLink(target: string, mtimeUs: number, i: number): void {
    const name = `link.${randomBytes(8).toString('hex')}`;
    this.#inStaging((prefix) => {
      symlinkSync(target, `${prefix}/${name}`);
      this.#prepared.set(i, name);
      setLinkTime(`${prefix}/${name}`, mtimeUs);
    });
  }

  /** Links have no data of their own to sync. */
  #syncData(): void {
    const files = [...this.#prepared].filter(([i]) => this.#steps[i]?.do === 'write-file' && !this.#failures.has(i));
    if (files.length === 0) return;
    const errors = this.#inStaging((prefix) =>
      makeDurable(
        this.#root,
        files.map(([, name]) => ({ kind: 'file', withPath: (work) => work(`${prefix}/${name}`) })),
      ),
    );
    files.forEach(([i], at) => {
      if (errors[at] !== undefined) this.#failures.set(i, notDurable(errors[at]));
    });
  }

  // -------------------------------------------------------------- carrying out

  #carryOut(step: ApplyStep, i: number): void {
    const parent = parentOf(step.path);
    this.#root.withDirectory(parent, (prefix) => {
      const full = `${prefix}/${nameOf(step.path)}`;
      this.#lookFirst(full, prefix, step);
      this.#act(step, full, prefix, i);
    });
    this.#respelt(step);
    this.#touch(i, 'directory', parent);
    // Directories have moved or gone: descriptors of the old ones would stand for the wrong paths.
    if (step.do === 'remove-directory' || isDirectoryRename(step)) this.#root.forgetDirectories();
  }

  #lookFirst(full: string, prefix: string, { do: what, path, expect }: ApplyStep): void {
    const there = itemAt(full, path);
    if (expect.is === 'absent') {
      if (there !== undefined) throw new ChangedError('something stands there that the index does not know');
      return;
    }
    if (there === undefined) throw new ChangedError('it is no longer there');
    if (!this.#root.isSpelt(parentOf(path), prefix, nameOf(path)))
      throw new ChangedError('it has another spelling now');
    if (there.kind !== expect.kind || !sameStat(there.stat, expect.stat, expect.kind)) {
      throw new ChangedError('it was changed since the last scan');
    }
    if (there.kind === 'directory' && what !== 'rename' && what !== 'remove-directory') {
      // Whatever it holds would go with it, seen or not: directories go by rmdir alone.
      throw new StepError('failed', 'IS_DIRECTORY', `${path} is a directory, which ${what} never touches`);
    }
  }

  #act(step: ApplyStep, full: string, prefix: string, i: number): void {
    switch (step.do) {
      case 'create-directory':
        mkdirSync(full);
        this.#stats.set(i, fingerprintAt(full));
        this.#touch(i, 'directory', step.path);
        return;
      case 'write-file':
      case 'write-symlink':
        this.#inStaging((staging) => this.#putInPlace(`${staging}/${this.#prepared.get(i)}`, full, prefix, step, i));
        return;
      case 'set-metadata':
        this.#setMetadata(full, step, i);
        return;
      case 'rename':
        this.#rename(full, step, i);
        return;
      case 'remove':
        this.#keep(i, moveAway(this.#root, full, step.path, this.#options.now));
        return;
      case 'remove-directory':
        this.#removeDirectory(full, step.path, i);
        return;
    }
  }

  #putInPlace(temporary: string, full: string, prefix: string, step: ApplyStep, i: number): void {
    try {
      this.#put(temporary, full, step, i);
    } catch (error) {
      if (errnoOf(error) !== 'EXDEV') throw error;
      // A mount below the root: the content crosses over under a temporary name next to its target.
      const nearby = copyNearby(temporary, prefix);
      try {
        this.#put(nearby, full, step, i);
      } catch (failed) {
        discard(nearby);
        throw failed;
      }
      discard(temporary);
    }
  }

  #put(temporary: string, full: string, { path, expect }: ApplyStep, i: number): void {
    const before = fingerprintAt(temporary);
    if (expect.is === 'absent') moveWithoutReplacing(temporary, full);
    else {
      // A second name first: at no moment is the path without a file.
      const kept = keepCopy(this.#root, full, path, this.#options.now);
      try {
        if (!isStill(statAt(full), expect.stat)) throw new ChangedError('it was changed since the last scan');
        renameSync(temporary, full);
      } catch (error) {
        kept.undo();
        throw error;
      }
      this.#keep(i, kept);
    }
    this.#stats.set(i, statOfPlaced(full, before));
  }

  #setMetadata(full: string, step: Extract<ApplyStep, { do: 'set-metadata' }>, i: number): void {
    const { path, expect, mtimeUs, executable } = step;
    if (expect.is === 'absent') throw new ChangedError('it is no longer there');
    if (expect.kind === 'symlink') {
      setLinkTime(full, mtimeUs);
      this.#stats.set(i, fingerprintAt(full));
      return;
    }
    this.#stats.set(i, changeMetadata(full, expect.stat, executable, mtimeUs));
    this.#touch(i, 'file', path);
  }

  #rename(full: string, { path, to, expect }: Extract<ApplyStep, { do: 'rename' }>, i: number): void {
    if (expect.is === 'absent') throw new ChangedError('it is no longer there');
    this.#root.withDirectory(parentOf(to), (target) => {
      const there = `${target}/${nameOf(to)}`;
      if (expect.kind === 'directory') {
        if (statAt(there) !== undefined && !this.#isRespelling(full, path, there, to))
          throw new ChangedError(`something stands at ${to}`);
        renameSync(full, there);
        this.#stats.set(i, fingerprintAt(there));
        return;
      }
      try {
        if (this.#isRespelling(full, path, there, to)) renameSync(full, there);
        else renameExpected(full, there, expect.stat);
      } catch (error) {
        if (errnoOf(error) !== 'EXDEV') throw error;
        this.#renameAcross(full, there, target, expect.stat);
      }
      const now = fingerprintAt(there);
      this.#stats.set(i, statOfPlaced(there, { ...expect.stat, inode: now.inode }));
    });
    if (expect.kind === 'directory') this.#moveTouched(path, to);
    this.#touch(i, 'directory', parentOf(to));
  }

  /** True when `to` is another spelling of `path`, by which the volume finds this very thing: then nothing is in the way. */
  #isRespelling(full: string, path: RelativePath, there: string, to: RelativePath): boolean {
    if (!this.#root.checksNames || parentOf(path) !== parentOf(to) || path === to) return false;
    const from = statAt(full);
    const found = statAt(there);
    // Not by inode: some file systems give each spelling its own.
    if (from?.mtimeMs !== found?.mtimeMs || from?.size !== found?.size) return false;
    const key = widestKey(nameOf(to));
    return this.#root.withDirectory(parentOf(to), (prefix) => {
      const spellings = readdirSync(prefix).filter((name) => widestKey(name) === key);
      return spellings.length === 1 && spellings[0] === nameOf(path);
    });
  }

  /** Into or out of a mount below the root. */
  #renameAcross(from: string, to: string, directory: string, expected: StatFingerprint): void {
    const nearby = copyNearby(from, directory);
    try {
      moveWithoutReplacing(nearby, to);
    } catch (error) {
      discard(nearby);
      throw error;
    }
    if (!isStill(statAt(from), expected)) {
      discard(to);
      throw new ChangedError('it was changed since the last scan');
    }
    discard(from);
  }

  #removeDirectory(full: string, path: RelativePath, i: number): void {
    try {
      rmdirSync(full);
    } catch (error) {
      const code = errnoOf(error);
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      this.#root.withDirectory(path, (prefix) => this.#moveDroppings(prefix, path, i));
      rmdirSync(full);
    }
  }

  /** What operating systems drop into every folder must not keep it alive; it is kept as a version like anything else. */
  #moveDroppings(prefix: string, path: RelativePath, i: number): void {
    const names = readdirSync(prefix);
    const inTheWay = names.filter((name) => !isIgnored(`${path}/${name}` as RelativePath));
    if (inTheWay.length > 0) {
      const shown = inTheWay.slice(0, 3).join(', ');
      throw new StepError('not-empty', 'ENOTEMPTY', `it holds ${shown}${inTheWay.length > 3 ? ' and more' : ''}`);
    }
    for (const name of names) {
      const dropped = `${path}/${name}` as RelativePath;
      this.#keep(i, moveAway(this.#root, `${prefix}/${name}`, dropped, this.#options.now));
    }
  }

  // -------------------------------------------------------------- after

  #keep(i: number, { name, directories }: Kept): void {
    if (this.#steps[i]?.do !== 'remove-directory') this.#keptAs.set(i, name);
    for (const directory of directories) remember(this.#keptIn, i, 'directory', directory);
  }

  #touch(i: number, kind: Written['kind'], path: RelativePath | undefined): void {
    remember(this.#touched, i, kind, path);
  }

  /** What was touched below a directory that moved is now found below its new name. */
  #moveTouched(from: RelativePath, to: RelativePath): void {
    const below = [...this.#touched].filter(
      ([, { path }]) => path === from || (path !== undefined && isBelow(path, from)),
    );
    for (const [key, { kind, path, steps }] of below) {
      this.#touched.delete(key);
      const moved = `${to}${(path ?? '').slice(from.length)}` as RelativePath;
      for (const i of steps) this.#touch(i, kind, moved);
    }
  }

  /** Kept versions first: what they replace must not reach the disk before them. */
  #syncNames(): void {
    const touched = [...this.#keptIn.values(), ...this.#touched.values()];
    if (touched.length === 0) return;
    const errors = makeDurable(
      this.#root,
      touched.map(({ kind, path }) => ({ kind, withPath: (work) => this.#ifThere(kind, path, work) })),
    );
    touched.forEach(({ steps }, at) => {
      if (errors[at] === undefined) return;
      for (const i of steps) if (!this.#failures.has(i)) this.#failures.set(i, notDurable(errors[at]));
    });
  }

  /** What a later step of the group, or the user, removed has nothing left to sync. */
  #ifThere(kind: Written['kind'], path: RelativePath | undefined, work: (path: string) => void): void {
    try {
      if (path === undefined || kind === 'directory') this.#root.withDirectory(path, work);
      else this.#root.withDirectory(parentOf(path), (prefix) => work(`${prefix}/${nameOf(path)}`));
    } catch (error) {
      if (!['NO_PARENT', 'NOT_DIRECTORY', 'ENOENT', 'ELOOP'].includes(errnoOf(error))) throw error;
    }
  }

  /** Copies and links of failed steps; staged content itself stays for the next try. */
  #discardLeftovers(): void {
    for (const i of this.#failures.keys()) {
      const name = this.#prepared.get(i);
      const step = this.#steps[i];
      if (name === undefined || (step?.do === 'write-file' && name === step.entry.contentHash)) continue;
      this.#inStaging((prefix) => discard(`${prefix}/${name}`));
    }
  }
}

function remember(all: Map<string, Touched>, i: number, kind: Written['kind'], path: RelativePath | undefined): void {
  const key = `${kind} ${path ?? ''}`;
  const known = all.get(key);
  if (known === undefined) all.set(key, { kind, path, steps: new Set([i]) });
  else known.steps.add(i);
}

function isDirectoryRename(step: ApplyStep): boolean {
  return step.do === 'rename' && step.expect.is === 'present' && step.expect.kind === 'directory';
}

/** A regular file with one name: a second one is the user's, left by a crash between linking and unlinking. */
function isStaged(full: string, size: number): boolean {
  try {
    const stat = lstatSync(full);
    return stat.isFile() && stat.size === size && stat.nlink === 1;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function notDurable(error: unknown): Failure {
  const message = `it could not be made safe on the disk: ${(error as Error).message}`;
  return { ok: false, reason: 'failed', code: errnoOf(error), message };
}

function failureOf(error: unknown, path: RelativePath): Failure {
  if (error instanceof StepError) return error.failure;
  const { message } = error as Error;
  if (error instanceof ChangedError) {
    return { ok: false, reason: 'changed', code: 'CHANGED', message: `${path}: ${message}` };
  }
  const code = errnoOf(error);
  switch (code) {
    case 'NO_PARENT':
    case 'NOT_DIRECTORY':
      return { ok: false, reason: 'no-parent', code, message };
    case 'EEXIST':
    case 'ENOENT':
    case 'ELOOP':
      return { ok: false, reason: 'changed', code, message };
    case 'ENOTEMPTY':
      return { ok: false, reason: 'not-empty', code, message };
    default:
      return { ok: false, reason: 'failed', code, message };
  }
}
