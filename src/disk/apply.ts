/**
 * Carries out the steps of a plan on the user's tree. Each step looks first, at the moment of use (I7); what it replaces or
 * removes is kept in the version store (I1); nothing visible is ever half written (I3); and when the call returns, every
 * step that is ok has reached the disk, data before names before directories (I8). Synchronous: for worker threads.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { FileEntry } from '../core/entry.ts';
import { utimesSecondsOf } from '../core/file-time.ts';
import type { Hash } from '../core/identifiers.ts';
import { isIgnored, temporaryNamePrefix } from '../core/ignore.ts';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import { sameStat, type StatFingerprint } from '../core/record.ts';
import type { ApplyStep, Expectation } from '../core/step.ts';
import { syncDirectories, syncFiles } from './durable.ts';
import { fingerprintOf, itemAt } from './look.ts';
import { stagingDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';
import { keepCopy, moveAway } from './versions.ts';

export type ApplyOutcome =
  | { readonly ok: true; readonly stat: StatFingerprint | undefined }
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
  /** For tests: called between preparing and carrying out. */
  readonly beforeCommit?: () => void;
}

/** One outcome for each step, in order. */
export function applySteps(root: Root, steps: readonly ApplyStep[], options: ApplyOptions): ApplyOutcome[] {
  return root.batch(() => new Group(root, steps, options).run());
}

class Group {
  readonly #root: Root;
  readonly #steps: readonly ApplyStep[];
  readonly #options: ApplyOptions;
  /** By step: the temporary file or link that takes its place. */
  readonly #prepared = new Map<number, string>();
  readonly #failures = new Map<number, Failure>();
  readonly #directories = new Set<RelativePath | undefined>();
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
    this.#each((step, i) => {
      if (!this.#failures.has(i)) this.#carryOut(step, i);
    });
    this.#syncNames();
    return this.#steps.map((step, i) => this.#failures.get(i) ?? this.#outcome(step));
  }

  #each(work: (step: ApplyStep, i: number) => void): void {
    this.#steps.forEach((step, i) => {
      try {
        work(step, i);
      } catch (error) {
        this.#failures.set(i, failureOf(error));
      }
    });
  }

  #inStaging<T>(work: (prefix: string) => T): T {
    return withOwnDirectory(this.#root, stagingDirectory, work);
  }

  // -------------------------------------------------------------- preparing

  #prepare(step: ApplyStep, i: number): void {
    if (step.do === 'write-file') this.#prepareFile(step.entry, i, step.expect);
    else if (step.do === 'write-symlink') this.#prepareLink(step.target, step.mtimeUs, i);
  }

  /** The staged file itself for the last step that needs it, a copy for the others. */
  #prepareFile(entry: FileEntry, i: number, expect: Expectation): void {
    const { contentHash, size } = entry;
    const isLast = this.#lastUse.get(contentHash) === i;
    const name = isLast ? contentHash : `${contentHash}.${i}`;
    this.#inStaging((prefix) => {
      const staged = `${prefix}/${contentHash}`;
      if (sizeOf(staged) !== size) throw new StepError('unstaged', 'UNSTAGED', 'its content is not staged');
      if (!isLast) copyFileSync(staged, `${prefix}/${name}`, constants.COPYFILE_FICLONE);
      chmodSync(`${prefix}/${name}`, modeFor(entry.executable, expect));
      setTimes(`${prefix}/${name}`, entry.mtimeUs);
    });
    this.#prepared.set(i, name);
  }

  #prepareLink(target: string, mtimeUs: number, i: number): void {
    const name = `link.${randomBytes(8).toString('hex')}`;
    this.#inStaging((prefix) => {
      symlinkSync(target, `${prefix}/${name}`);
      const now = nowSeconds();
      lutimesSync(`${prefix}/${name}`, now, timeArgument(mtimeUs));
    });
    this.#prepared.set(i, name);
  }

  #syncData(): void {
    const files = [...this.#prepared].filter(([i]) => this.#steps[i]?.do === 'write-file');
    if (files.length === 0) return;
    try {
      this.#inStaging((prefix) =>
        syncFiles(
          this.#root,
          files.map(([, name]) => `${prefix}/${name}`),
        ),
      );
    } catch (error) {
      // Which of them is not on the disk cannot be told: none counts.
      for (const [i] of files) this.#failures.set(i, failureOf(error));
    }
  }

  // -------------------------------------------------------------- carrying out

  #carryOut(step: ApplyStep, i: number): void {
    const parent = parentOf(step.path);
    this.#root.withDirectory(parent, (prefix) => {
      const full = `${prefix}/${nameOf(step.path)}`;
      this.#lookFirst(full, step);
      this.#act(step, full, prefix, i);
    });
    this.#directories.add(parent);
  }

  #lookFirst(full: string, { path, expect }: ApplyStep): void {
    const there = itemAt(full, path);
    if (expect.is === 'absent') {
      if (there !== undefined) throw changed(path, 'something stands there that the index does not know');
      return;
    }
    if (there === undefined) throw changed(path, 'it is no longer there');
    if (there.kind !== expect.kind || !sameStat(there.stat, expect.stat, expect.kind)) {
      throw changed(path, 'it was changed since the last scan');
    }
  }

  #act(step: ApplyStep, full: string, prefix: string, i: number): void {
    const { now } = this.#options;
    switch (step.do) {
      case 'create-directory':
        mkdirSync(full);
        return;
      case 'write-file':
      case 'write-symlink':
        this.#inStaging((staging) => {
          this.#putInPlace(`${staging}/${this.#prepared.get(i)}`, full, prefix, step);
        });
        return;
      case 'set-metadata':
        setMetadata(full, step.executable, step.mtimeUs, step.expect);
        return;
      case 'rename':
        this.#rename(full, step.to, step.expect);
        return;
      case 'remove':
        moveAway(this.#root, full, step.path, now);
        return;
      case 'remove-directory':
        this.#removeDirectory(full, step.path);
        return;
    }
  }

  #putInPlace(temporary: string, full: string, prefix: string, step: ApplyStep): void {
    try {
      if (step.expect.is === 'present') {
        // A second name first: at no moment is the path without a file.
        keepCopy(this.#root, full, step.path, this.#options.now);
        renameSync(temporary, full);
      } else moveWithoutReplacing(temporary, full, step.path);
    } catch (error) {
      if (errnoOf(error) !== 'EXDEV') throw error;
      // A mount below the root: the content crosses over under a temporary name next to its target.
      const nearby = `${prefix}/${temporaryNamePrefix}${randomBytes(8).toString('hex')}`;
      this.#crossOver(temporary, nearby, step);
      if (step.expect.is === 'present') {
        keepCopy(this.#root, full, step.path, this.#options.now);
        renameSync(nearby, full);
      } else moveWithoutReplacing(nearby, full, step.path);
      unlinkSync(temporary);
    }
  }

  #crossOver(from: string, to: string, step: ApplyStep): void {
    if (step.do === 'write-symlink') {
      symlinkSync(step.target, to);
      lutimesSync(to, nowSeconds(), timeArgument(step.mtimeUs));
      return;
    }
    if (step.do !== 'write-file') throw new Error('only content crosses over');
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    chmodSync(to, modeFor(step.entry.executable, step.expect));
    setTimes(to, step.entry.mtimeUs);
    const fd = openSync(to, 'r+');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  #rename(full: string, to: RelativePath, expect: Expectation): void {
    this.#root.withDirectory(parentOf(to), (target) => {
      const full2 = `${target}/${nameOf(to)}`;
      if (expect.is === 'present' && expect.kind === 'directory') {
        if (itemAt(full2, to) !== undefined) throw changed(to, 'something stands there that the index does not know');
        renameSync(full, full2);
        this.#root.forgetDirectories();
      } else moveWithoutReplacing(full, full2, to);
    });
    this.#directories.add(parentOf(to));
  }

  #removeDirectory(full: string, path: RelativePath): void {
    try {
      rmdirSync(full);
    } catch (error) {
      const code = errnoOf(error);
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      const names = readdirSync(full);
      const inTheWay = names.filter((name) => !isIgnored(`${path}/${name}` as RelativePath));
      if (inTheWay.length > 0) {
        const shown = inTheWay.slice(0, 3).join(', ');
        throw new StepError('not-empty', 'ENOTEMPTY', `it holds ${shown}${inTheWay.length > 3 ? ' and more' : ''}`);
      }
      // What operating systems drop into every folder must not keep it alive; it is kept as a version like anything else.
      for (const name of names) {
        moveAway(this.#root, `${full}/${name}`, `${path}/${name}` as RelativePath, this.#options.now);
      }
      rmdirSync(full);
    }
    this.#root.forgetDirectories();
  }

  // -------------------------------------------------------------- after

  #syncNames(): void {
    try {
      syncDirectories(
        this.#root,
        [...this.#directories].map((directory) => (work) => this.#syncDirectory(directory, work)),
      );
    } catch (error) {
      this.#steps.forEach((_, i) => {
        if (!this.#failures.has(i)) this.#failures.set(i, failureOf(error));
      });
    }
  }

  /** A directory that a later step of the group removed has nothing left to sync. */
  #syncDirectory(directory: RelativePath | undefined, work: (path: string) => void): void {
    try {
      this.#root.withDirectory(directory, work);
    } catch (error) {
      if (!['NO_PARENT', 'NOT_DIRECTORY'].includes(errnoOf(error))) throw error;
    }
  }

  /** Read last: links and renames of other steps change ctime. */
  #outcome(step: ApplyStep): ApplyOutcome {
    if (step.do === 'remove' || step.do === 'remove-directory') return { ok: true, stat: undefined };
    const path = step.do === 'rename' ? step.to : step.path;
    try {
      return this.#root.withDirectory(parentOf(path), (prefix) => {
        return { ok: true, stat: fingerprintOf(lstatSync(`${prefix}/${nameOf(path)}`)) };
      });
    } catch (error) {
      return failureOf(error, 'changed');
    }
  }
}

function changed(path: RelativePath, message: string): StepError {
  return new StepError('changed', 'CHANGED', `${path}: ${message}`);
}

function failureOf(error: unknown, reason?: Failure['reason']): Failure {
  if (error instanceof StepError) return error.failure;
  const code = errnoOf(error);
  const { message } = error as Error;
  if (code === 'NO_PARENT' || code === 'NOT_DIRECTORY') return { ok: false, reason: 'no-parent', code, message };
  if (code === 'EEXIST' || code === 'ENOENT') return { ok: false, reason: 'changed', code, message };
  return { ok: false, reason: reason ?? 'failed', code, message };
}

function sizeOf(full: string): number | undefined {
  try {
    const stat = lstatSync(full);
    return stat.isFile() ? stat.size : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** link(2) refuses to replace, which rename(2) cannot; it does not follow a symlink either. */
function moveWithoutReplacing(from: string, to: string, path: RelativePath): void {
  try {
    linkSync(from, to);
  } catch (error) {
    switch (errnoOf(error)) {
      case 'EPERM':
      case 'ENOTSUP':
      case 'EOPNOTSUPP':
      case 'ENOSYS':
      case 'EMLINK':
        // No hard links here (exFAT): look, then rename; the window between the two is as small as it can be.
        if (itemAt(to, path) !== undefined) throw changed(path, 'something stands there that the index does not know');
        renameSync(from, to);
        return;
      default:
        throw error;
    }
  }
  unlinkSync(from);
}

const umask = process.umask();

/** New files get the user's defaults; a replaced one keeps its permissions, but for the exec bits. Never setuid. */
function modeFor(executable: boolean, expect: Expectation): number {
  const base = expect.is === 'present' && expect.kind === 'file' ? expect.stat.mode & 0o777 : 0o666 & ~umask;
  return withExecutable(base, executable);
}

/** Executable by whom it is readable, or by nobody; the owner always. */
function withExecutable(mode: number, executable: boolean): number {
  const plain = mode & 0o666;
  return executable ? plain | ((plain & 0o444) >> 2) | 0o100 : plain;
}

function nowSeconds(): number {
  return Date.now() / 1000;
}

/** Node takes a negative number for "now"; as text it is a time before 1970. */
function timeArgument(mtimeUs: number): number | string {
  const seconds = utimesSecondsOf(mtimeUs);
  return seconds < 0 ? String(seconds) : seconds;
}

function setTimes(full: string, mtimeUs: number): void {
  utimesSync(full, nowSeconds(), timeArgument(mtimeUs));
}

function setMetadata(full: string, executable: boolean, mtimeUs: number, expect: Expectation): void {
  if (expect.is === 'present' && expect.kind === 'symlink') {
    lutimesSync(full, nowSeconds(), timeArgument(mtimeUs));
    return;
  }
  const fd = openSync(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    if (expect.is === 'present') {
      const isExecutable = (expect.stat.mode & 0o100) !== 0;
      if (isExecutable !== executable) fchmodSync(fd, withExecutable(expect.stat.mode & 0o777, executable));
    }
    futimesSync(fd, nowSeconds(), timeArgument(mtimeUs));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
