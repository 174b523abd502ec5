/** What a tree looks like from outside: names, types, sizes, exec bits, times. Cheap, so that it can be taken during a measurement. */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

export interface Item {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** 0 for directories, which have no size of their own. */
  readonly bytes: number;
  readonly isExecutable: boolean;
  readonly mtimeMs: number;
}

/** Path below the root → what stands there. */
export type Snapshot = ReadonlyMap<string, Item>;

export interface Walked {
  readonly items: Map<string, Item>;
  /** The last moment at which anything in the tree, its root included, changed, as Date.now() tells it. */
  readonly newestChangeMs: number;
}

/** Between two turns of the event loop, so that Ctrl-C is heard. */
const itemsPerTurn = 5000;

function itemOf(stat: Stats): Item {
  const type = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'symlink' : 'other';
  return {
    type,
    bytes: type === 'directory' ? 0 : stat.size,
    isExecutable: type === 'file' && (stat.mode & 0o100) !== 0,
    mtimeMs: stat.mtimeMs,
  };
}

/** Undefined when something went away between listing and looking, or the root is not there: the tree is not at rest. */
export async function walk(root: string, signal: AbortSignal): Promise<Walked | undefined> {
  const items = new Map<string, Item>();
  let newestChangeMs = 0;
  try {
    newestChangeMs = lstatSync(root).ctimeMs;
    const directories = [''];
    for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
      for (const name of readdirSync(join(root, directory))) {
        const path = directory === '' ? name : `${directory}/${name}`;
        const stat = lstatSync(join(root, path));
        items.set(path, itemOf(stat));
        newestChangeMs = Math.max(newestChangeMs, stat.ctimeMs);
        if (stat.isDirectory()) directories.push(path);
        if (items.size % itemsPerTurn === 0) {
          await turn();
          signal.throwIfAborted();
        }
      }
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  return { items, newestChangeMs };
}

export async function snapshot(root: string, signal: AbortSignal): Promise<Map<string, Item>> {
  const walked = await walk(root, signal);
  if (walked === undefined) throw new Error(`${root} changes while it is looked at, or is not there`);
  return walked.items;
}

/** One path; undefined: nothing stands there. */
export function look(root: string, path: string): Item | undefined {
  try {
    return itemOf(lstatSync(join(root, path)));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
