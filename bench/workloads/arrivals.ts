/** How long single small writes take until they can be read on the other side. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../data/random.ts';
import type { Places } from './pair.ts';

const lookMs = 5;
const writeBytes = 1024;

export interface Writes {
  /** Of the files' names. */
  readonly prefix: string;
  readonly most: number;
  /** Between two writes, at random. */
  readonly pauseMs: readonly [number, number];
  /** No further write is begun once this is true. */
  isEnough?(): boolean;
  readonly timeoutMs: number;
}

/**
 * Seconds of each write, in their order. Half of them make a file and half replace one that `prepareWrites` made; each file is
 * written once, so that no write hides another.
 */
export async function timeWrites(
  { near, far }: Places,
  writes: Writes,
  random: Random,
  signal: AbortSignal,
): Promise<number[]> {
  const seconds: number[] = [];
  const pending = new Map<number, { readonly startMs: number; readonly content: Buffer }>();
  const poll = setInterval(() => {
    for (const [index, { startMs, content }] of pending) {
      if (!readsAs(join(far, noteName(writes.prefix, index)), content)) continue;
      seconds[index] = (performance.now() - startMs) / 1000;
      pending.delete(index);
    }
  }, lookMs);
  try {
    for (let index = 0; index < writes.most; index++) {
      await delay(random.between(...writes.pauseMs), undefined, { signal });
      if (writes.isEnough?.() === true) break;
      const content = random.bytes(writeBytes);
      pending.set(index, { startMs: performance.now(), content });
      writeFileSync(join(near, noteName(writes.prefix, index)), content);
    }
    const end = performance.now() + writes.timeoutMs;
    while (pending.size > 0) {
      if (performance.now() > end) {
        const missing = [...pending.keys()].map((index) => noteName(writes.prefix, index)).join(', ');
        throw new Error(`did not arrive within ${writes.timeoutMs / 1000} s: ${missing}`);
      }
      await delay(lookMs, undefined, { signal });
    }
  } finally {
    clearInterval(poll);
  }
  return seconds;
}

/** What every second write replaces. */
export function prepareWrites(tree: string, { prefix, most }: Pick<Writes, 'prefix' | 'most'>, random: Random): void {
  for (let index = 1; index < most; index += 2) {
    writeFileSync(join(tree, noteName(prefix, index)), random.bytes(writeBytes));
  }
}

function noteName(prefix: string, index: number): string {
  return `${prefix}-${index}.txt`;
}

function readsAs(path: string, content: Buffer): boolean {
  try {
    return statSync(path).size === content.length && readFileSync(path).equals(content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
