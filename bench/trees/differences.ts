/** Where two trees differ, in words: from outside (snapshots) and byte by byte. */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Item, Snapshot } from './snapshot.ts';

/** p2psync carries whole microseconds, and mtimeMs is a double, off by up to a quarter of one. */
const mtimeToleranceMs = 0.002;
const pieceBytes = 4 * 2 ** 20;
const filesPerTurn = 500;

/** `keepsTimes`: the tool promises to carry modification times of files and links. Those of directories nobody compares. */
export function itemsDiffer(
  wanted: Item | undefined,
  found: Item | undefined,
  keepsTimes: boolean,
): string | undefined {
  if (wanted === undefined && found === undefined) return undefined;
  if (wanted === undefined) return 'should not be there';
  if (found === undefined) return 'is missing';
  if (wanted.type !== found.type) return `is a ${found.type}, not a ${wanted.type}`;
  if (wanted.bytes !== found.bytes) return `has ${found.bytes} bytes, not ${wanted.bytes}`;
  if (wanted.isExecutable !== found.isExecutable) return `is ${found.isExecutable ? '' : 'not '}executable`;
  if (keepsTimes && wanted.type !== 'directory' && Math.abs(wanted.mtimeMs - found.mtimeMs) > mtimeToleranceMs) {
    return `was modified at ${found.mtimeMs.toFixed(3)} ms since 1970, not ${wanted.mtimeMs.toFixed(3)}`;
  }
  return undefined;
}

/** At most `most` of them, as "path is missing". */
export function snapshotDifferences(wanted: Snapshot, found: Snapshot, keepsTimes: boolean, most: number): string[] {
  const differences: string[] = [];
  const add = (path: string, difference: string | undefined): boolean => {
    if (difference !== undefined) differences.push(`${path} ${difference}`);
    return differences.length >= most;
  };
  for (const [path, item] of wanted) {
    if (add(path, itemsDiffer(item, found.get(path), keepsTimes))) return differences;
  }
  for (const [path, item] of found) {
    if (!wanted.has(path) && add(path, itemsDiffer(undefined, item, keepsTimes))) return differences;
  }
  return differences;
}

/** Compares every byte and link target of what `items` names. */
export async function contentDifferences(
  near: string,
  far: string,
  items: Snapshot,
  most: number,
  signal: AbortSignal,
): Promise<string[]> {
  const differences: string[] = [];
  const pieces = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)] as const;
  let compared = 0;
  for (const [path, { type, bytes }] of items) {
    const [left, right] = [join(near, path), join(far, path)];
    if (type === 'symlink' && readlinkSync(left) !== readlinkSync(right))
      differences.push(`${path} has another target`);
    if (type === 'file' && !(await sameBytes(left, right, bytes, pieces, signal)))
      differences.push(`${path} has other bytes`);
    if (differences.length >= most) break;
    if (++compared % filesPerTurn === 0) {
      await turn();
      signal.throwIfAborted();
    }
  }
  return differences;
}

async function sameBytes(
  left: string,
  right: string,
  bytes: number,
  [a, b]: readonly [Buffer, Buffer],
  signal: AbortSignal,
): Promise<boolean> {
  const one = openSync(left, 'r');
  try {
    const other = openSync(right, 'r');
    try {
      for (let position = 0; position < bytes;) {
        const [x, y] = [readSync(one, a, 0, pieceBytes, position), readSync(other, b, 0, pieceBytes, position)];
        if (x !== y || x === 0 || a.compare(b, 0, y, 0, x) !== 0) return false;
        position += x;
        if (bytes > pieceBytes) {
          await turn();
          signal.throwIfAborted();
        }
      }
      return true;
    } finally {
      closeSync(other);
    }
  } finally {
    closeSync(one);
  }
}
