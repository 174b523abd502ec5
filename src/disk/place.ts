/**
 * Puts one prepared file or link at its name in the tree, and sets modes and times: the single moves of which apply.ts makes
 * its steps. Every full path here was made through Root.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  openSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { mtimeUsOf, utimesSecondsOf } from '../core/file-time.ts';
import { temporaryNamePrefix } from '../core/ignore.ts';
import { sameStat, type StatFingerprint } from '../core/record.ts';
import type { Expectation } from '../core/step.ts';
import { fsyncFile } from './durable.ts';
import { fingerprintAt, fingerprintOfOpen } from './look.ts';
import { errnoOf } from './root.ts';

/** What a file system without hard links (exFAT) or with too many refuses a link with. */
const noLinkCodes: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const noModeCodes: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Something stands where nothing was expected, or is no longer what it was. */
export class ChangedError extends Error {}

/** Undefined when nothing is there. */
export function statAt(full: string): StatFingerprint | undefined {
  try {
    return fingerprintAt(full);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same thing with the same content, as far as lstat tells; ctime moves with every link and rename of our own. */
export function isStill(now: StatFingerprint | undefined, before: StatFingerprint): boolean {
  return now !== undefined && sameStat({ ...now, ctimeMs: before.ctimeMs }, before, 'file');
}

/**
 * What lstat says of what was put at `full`, to be recorded as ours. Were it written to in that very moment, `before` is
 * given instead, which no later look matches: so the user's write is seen and not taken for ours.
 */
export function statOfPlaced(full: string, before: StatFingerprint): StatFingerprint {
  const now = statAt(full);
  return now !== undefined && isStill(now, before) ? now : before;
}

/** link(2) refuses to replace, which rename(2) cannot; it does not follow a symlink either. */
export function moveWithoutReplacing(from: string, to: string): void {
  if (linkWithoutReplacing(from, to)) unlinkSync(from);
  else renameSync(from, to);
}

/** Moves something of the user's, only while it still is `expected`. */
export function renameExpected(from: string, to: string, expected: StatFingerprint): void {
  if (!linkWithoutReplacing(from, to)) {
    renameSync(from, to);
    return;
  }
  // The second name may have caught what replaced it meanwhile, and unlinking might: look at both.
  if (!isStill(statAt(to), expected) || !isStill(statAt(from), expected)) {
    unlinkSync(to);
    throw new ChangedError('it was changed since the last scan');
  }
  unlinkSync(from);
}

/** False where there are no hard links and nothing stands at `to`: the window until the rename is as small as it can be. */
function linkWithoutReplacing(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (!noLinkCodes.has(errnoOf(error))) throw error;
    if (statAt(to) !== undefined) throw new ChangedError('something stands there that the index does not know');
    return false;
  }
}

/** A copy of a file or link in `directory`, on the disk, under a temporary name: it is to cross into another file system. */
export function copyNearby(from: string, directory: string): string {
  const nearby = `${directory}/${temporaryNamePrefix}${randomBytes(8).toString('hex')}`;
  const stat = lstatSync(from);
  try {
    if (stat.isSymbolicLink()) {
      symlinkSync(readlinkSync(from, 'buffer'), nearby);
      setLinkTime(nearby, mtimeUsOf(fingerprintAt(from)));
      return nearby;
    }
    copyFileSync(from, nearby, constants.COPYFILE_EXCL);
    setMode(() => chmodSync(nearby, stat.mode & 0o777));
    setTime(nearby, mtimeUsOf(fingerprintAt(from)));
    fsyncFile(nearby);
    return nearby;
  } catch (error) {
    discard(nearby);
    throw error;
  }
}

export function discard(full: string): void {
  try {
    unlinkSync(full);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

// ---------------------------------------------------------------- modes and times

const umask = process.umask();

/** New files get the user's defaults; a replaced one keeps its permissions, but for the exec bits. Never setuid. */
export function modeFor(executable: boolean, expect: Expectation): number {
  const base = expect.is === 'present' && expect.kind === 'file' ? expect.stat.mode & 0o777 : 0o666 & ~umask;
  return withExecutable(base, executable);
}

/** Executable by whom it is readable, or by nobody; the owner always. */
function withExecutable(mode: number, executable: boolean): number {
  const plain = mode & 0o666;
  return executable ? plain | ((plain & 0o444) >> 2) | 0o100 : plain;
}

/** FAT and its kin keep no modes and may say so by an error. Who does not own the file is refused its time as well. */
function setMode(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!noModeCodes.has(errnoOf(error))) throw error;
  }
}

export function setFileMetadata(full: string, mode: number, mtimeUs: number): void {
  setMode(() => chmodSync(full, mode));
  setTime(full, mtimeUs);
}

function setTime(full: string, mtimeUs: number): void {
  setExactly(
    mtimeUs,
    (time) => utimesSync(full, nowSeconds(), time),
    () => fingerprintAt(full),
  );
}

export function setLinkTime(full: string, mtimeUs: number): void {
  setExactly(
    mtimeUs,
    (time) => lutimesSync(full, nowSeconds(), time),
    () => fingerprintAt(full),
  );
}

/** Of a file that still is `expected`, judged on the open file. */
export function changeMetadata(
  full: string,
  expected: StatFingerprint,
  executable: boolean,
  mtimeUs: number,
): StatFingerprint {
  const fd = openSync(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    if (!sameStat(fingerprintOfOpen(fd), expected, 'file')) {
      throw new ChangedError('it was changed since the last scan');
    }
    const isExecutable = (expected.mode & 0o100) !== 0;
    if (isExecutable !== executable) setMode(() => fchmodSync(fd, withExecutable(expected.mode & 0o777, executable)));
    setExactly(
      mtimeUs,
      (time) => futimesSync(fd, nowSeconds(), time),
      () => fingerprintOfOpen(fd),
    );
    return fingerprintOfOpen(fd);
  } finally {
    closeSync(fd);
  }
}

/** For access times alone, which nothing here reads. */
function nowSeconds(): number {
  return Date.now() / 1000;
}

/** Before 1970 it depends on Node's version on which side of the microsecond the margin must lie: the file itself tells. */
function setExactly(mtimeUs: number, set: (time: number | string) => void, read: () => StatFingerprint): void {
  set(timeArgument(mtimeUs, false));
  if (mtimeUs < 0 && mtimeUsOf(read()) !== mtimeUs) set(timeArgument(mtimeUs, true));
}

/** Node takes a negative number for "now"; as text it is a time before 1970. */
function timeArgument(mtimeUs: number, keepsNanoseconds: boolean): number | string {
  const seconds = utimesSecondsOf(mtimeUs, keepsNanoseconds);
  return seconds < 0 ? String(seconds) : seconds;
}
