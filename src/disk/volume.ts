/** Finds out by trying what the folder's volume can hold. */
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  mkdirSync,
} from 'node:fs';
import { mtimeUsOf, utimesSecondsOf } from '../core/file-time.ts';
import { windowsReservedCharacters } from '../core/names.ts';
import type { VolumeTraits } from '../core/observe.ts';
import { fingerprintAt } from './look.ts';
import { ownDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

/** Steps of mtime that file systems have, microseconds: none, 100 ns and finer, 1 ms, 10 ms (exFAT), 1 s, 2 s (FAT). */
const resolutionsUs = [1, 1000, 10_000, 1_000_000, 2_000_000];
/** Odd in every one of these steps. */
const probeTimeUs = 1_700_000_001_234_567;

export interface VolumeProbe extends VolumeTraits {
  /** Bytes that this user may still write, and of the whole volume. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Writes below `.p2psync` and cleans up; throws what the file system says when nothing can be written there. */
export function probeVolume(root: Root): VolumeProbe {
  return withOwnDirectory(root, ownDirectory, (prefix) => {
    const directory = `${prefix}/probe-${process.pid}-${Math.floor(performance.now())}`;
    mkdirSync(directory);
    try {
      const file = `${directory}/file`;
      closeSync(openSync(file, 'wx', 0o600));
      return {
        execBits: keepsExecBit(file),
        mtimeResolutionUs: mtimeResolution(file),
        symlinks: makesSymlinks(`${directory}/link`),
        caseSensitive: !existsSync(`${directory}/FILE`),
        normalisationSensitive: isNormalisationSensitive(directory),
        reservedCharacters: [...windowsReservedCharacters].filter((one) => !keepsName(directory, `a${one}b`)).join(''),
        controlCharacters: keepsName(directory, 'a\nb') && keepsName(directory, 'a\u0001b'),
        trailingDots: keepsName(directory, 'dot.') && keepsName(directory, 'space '),
        // To try them there would open devices.
        deviceNames: process.platform !== 'win32',
        hardLinks: makesHardLinks(file, `${directory}/second`),
        ...space(directory),
      };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
}

function keepsExecBit(file: string): boolean {
  if (process.platform === 'win32') return false;
  const wasSet = (lstatSync(file).mode & 0o100) !== 0;
  try {
    chmodSync(file, wasSet ? 0o600 : 0o700);
  } catch {
    // Refused: such a volume keeps none.
    return false;
  }
  return ((lstatSync(file).mode & 0o100) !== 0) !== wasSet;
}

function mtimeResolution(file: string): number {
  utimesSync(file, utimesSecondsOf(probeTimeUs), utimesSecondsOf(probeTimeUs));
  const off = Math.abs(probeTimeUs - mtimeUsOf(fingerprintAt(file)));
  return resolutionsUs.find((resolution) => off < resolution) ?? 2_000_000;
}

function makesSymlinks(link: string): boolean {
  try {
    symlinkSync('target', link);
    unlinkSync(link);
    return true;
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EACCES'].includes(errnoOf(error))) return false;
    throw error;
  }
}

function isNormalisationSensitive(directory: string): boolean {
  closeSync(openSync(`${directory}/\u00e9`, 'wx', 0o600));
  return !existsSync(`${directory}/e\u0301`);
}

/** True when a file made under `name` is then listed under it. */
function keepsName(directory: string, name: string): boolean {
  try {
    closeSync(openSync(`${directory}/${name}`, 'wx', 0o600));
  } catch {
    // Each driver has another code for it: EINVAL, ENOENT, EILSEQ, EIO. That such a name cannot be made is all that counts.
    return false;
  }
  return readdirSync(directory).includes(name);
}

function makesHardLinks(file: string, link: string): boolean {
  try {
    linkSync(file, link);
    return true;
  } catch {
    return false;
  }
}

function space(directory: string): Pick<VolumeProbe, 'freeBytes' | 'totalBytes'> {
  const { bsize, bavail, blocks } = statfsSync(directory);
  return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
}
