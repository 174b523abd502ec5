/**
 * Paths inside a folder. A RelativePath is a non-empty sequence of names joined by '/', already checked: no empty name, no
 * '.', no '..', no NUL, no lone surrogate, within the length limits. Only src/disk/root.ts turns one into an OS path.
 */
import type { Brand } from './brand.ts';

export type RelativePath = Brand<string, 'RelativePath'>;

/** Longest name in UTF-8 bytes: the limit of ext4, APFS (in UTF-8) and, loosely, NTFS. */
export const nameBytesMax = 255;
/** Longest path in UTF-8 bytes: Linux PATH_MAX. */
export const pathBytesMax = 4096;
/** Most names in a path: deeper trees are an attack, or a loop that somebody copied. */
export const pathDepthMax = 256;

const encoder = new TextEncoder();

/** Checks and brands; undefined when `text` is not a path that may exist inside a folder. */
export function parsePath(text: string): RelativePath | undefined {
  if (text.length === 0 || text.length > pathBytesMax || text.includes('\0') || !isWellFormed(text)) return undefined;
  if (utf8Length(text) > pathBytesMax) return undefined;
  const names = text.split('/');
  if (names.length > pathDepthMax) return undefined;
  for (const name of names) {
    if (name === '' || name === '.' || name === '..') return undefined;
    if (name.length > nameBytesMax || utf8Length(name) > nameBytesMax) return undefined;
  }
  return text as RelativePath;
}

/** The path of `name` in `directory`; `directory` undefined is the folder's root. `name` must be one legal name. */
export function joinPath(directory: RelativePath | undefined, name: string): RelativePath | undefined {
  if (name.includes('/')) return undefined;
  return parsePath(directory === undefined ? name : `${directory}/${name}`);
}

/** The directory that holds `path`; undefined when that is the folder's root. */
export function parentOf(path: RelativePath): RelativePath | undefined {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? undefined : (path.slice(0, slash) as RelativePath);
}

export function nameOf(path: RelativePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function depthOf(path: RelativePath): number {
  return path.split('/').length;
}

/** True when `path` lies strictly below `directory`; every path lies below the root (undefined). */
export function isBelow(path: RelativePath, directory: RelativePath | undefined): boolean {
  return directory === undefined || path.startsWith(`${directory}/`);
}

/**
 * Order of paths: name by name, names by their UTF-8 bytes. A directory comes directly before what it contains, and the
 * index's key order is the same (keys join names by NUL).
 */
export function comparePaths(a: string, b: string): number {
  let i = 0;
  const n = Math.min(a.length, b.length);
  while (i < n && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === a.length || i === b.length) return a.length - b.length;
  const x = a.charCodeAt(i);
  const y = b.charCodeAt(i);
  return rank(x) - rank(y);
}

/** UTF-16 code units in the order of the UTF-8 they belong to: '/' first, surrogates after all of the basic plane. */
function rank(unit: number): number {
  if (unit === 0x2f) return -1;
  if (unit >= 0xd800 && unit <= 0xdfff) return unit + 0x10000;
  return unit;
}

function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** No lone surrogates (String.prototype.isWellFormed is not in the ES2023 lib). */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}
