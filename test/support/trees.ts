/** Compares two trees as a person would mean it: same names, types, bytes, link targets, exec bits and mtimes (to the microsecond). */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface TreeItem {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly detail: string;
}

/** Path → what stands there, in words that compare. Our own `.p2psync` directory is left out. */
export function readTree(root: string): Map<string, TreeItem> {
  const items = new Map<string, TreeItem>();
  const walk = (directory: string, prefix: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      if (path === '.p2psync') continue;
      const full = join(directory, name);
      items.set(path, describeItem(full));
      if (items.get(path)?.kind === 'directory') walk(full, path);
    }
  };
  walk(root, '');
  return items;
}

function describeItem(full: string): TreeItem {
  const stat = lstatSync(full, { bigint: true });
  const mtimeUs = stat.mtimeNs / 1000n;
  if (stat.isDirectory()) return { kind: 'directory', detail: '' };
  if (stat.isSymbolicLink()) return { kind: 'symlink', detail: `${readlinkSync(full)} ${mtimeUs}` };
  if (!stat.isFile()) return { kind: 'other', detail: '' };
  const hash = createHash('sha256').update(readFileSync(full)).digest('hex');
  return { kind: 'file', detail: `${stat.size} ${(stat.mode & 0o100n) !== 0n ? 'x' : '-'} ${mtimeUs} ${hash}` };
}

/** Differences in words, at most `most` of them; empty when the trees are equal. */
export function treeDifferences(a: string, b: string, most = 20): string[] {
  const left = readTree(a);
  const right = readTree(b);
  const differences: string[] = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const x = left.get(path);
    const y = right.get(path);
    if (x?.kind === y?.kind && x?.detail === y?.detail) continue;
    differences.push(
      `${path}: ${x === undefined ? 'absent' : `${x.kind} ${x.detail}`} / ${y === undefined ? 'absent' : `${y.kind} ${y.detail}`}`,
    );
    if (differences.length >= most) break;
  }
  return differences;
}
