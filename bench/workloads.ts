/**
 * What is written: the same bytes, names and moments for every system in a run, from one seed. Trees are built beside the
 * watched folder and moved in with one rename, so that no system is timed while it watches them being written.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Scale {
  readonly latencyWrites: number;
  readonly largeBytes: number;
  readonly smallFiles: number;
  readonly smallDirectories: number;
}

export const fullScale: Scale = {
  latencyWrites: 30,
  largeBytes: 100e6,
  smallFiles: 20_000,
  smallDirectories: 200,
};

export const quickScale: Scale = { latencyWrites: 10, largeBytes: 30e6, smallFiles: 3_000, smallDirectories: 30 };

export const smallFileBytes = 4096;
export const latencyFileBytes = 1024;
export const shortestPauseMs = 300;
export const longestPauseMs = 700;

/** xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32: fast, and random enough that nothing compresses. */
export class Random {
  readonly #state = new Uint32Array(4);

  constructor(seed: number) {
    let x = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) >>> 0;
      let z = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.#state[i] = z ^ (z >>> 16);
    }
  }

  /** Uniform in 0 … 2^32 - 1. */
  next(): number {
    const [a, b, c, d] = this.#state as unknown as [number, number, number, number];
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const last = d ^ b;
    this.#state.set([a ^ last, b ^ c ^ a, c ^ a ^ (b << 9), (last << 11) | (last >>> 21)]);
    return result;
  }

  bytes(length: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(length / 4));
    for (let i = 0; i < words.length; i++) words[i] = this.next();
    return new Uint8Array(words.buffer, 0, length);
  }
}

/** `large.bin`, incompressible. */
export function writeLarge(directory: string, seed: number, scale: Scale): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'large.bin'), new Random(seed).bytes(scale.largeBytes));
}

/** `dNNN/fNNNNN`, spread evenly, no two alike. */
export function writeSmall(directory: string, seed: number, scale: Scale): void {
  const random = new Random(seed);
  for (let i = 0; i < scale.smallDirectories; i++) mkdirSync(join(directory, directoryName(i)), { recursive: true });
  for (let i = 0; i < scale.smallFiles; i++) {
    const name = `f${String(i).padStart(5, '0')}`;
    writeFileSync(join(directory, directoryName(i % scale.smallDirectories), name), random.bytes(smallFileBytes));
  }
}

function directoryName(index: number): string {
  return `d${String(index).padStart(3, '0')}`;
}

export interface TimedWrite {
  readonly name: string;
  /** Since the write before, milliseconds. */
  readonly pauseMs: number;
  readonly content: Uint8Array;
  /** What stands there beforehand; undefined: the write makes a new file. */
  readonly before: Uint8Array | undefined;
}

/** Half of the writes make a file and half replace one; each file is written once, so that no write hides another. */
export function timedWrites(seed: number, scale: Scale): TimedWrite[] {
  const random = new Random(seed);
  return Array.from({ length: scale.latencyWrites }, (_, index) => ({
    name: `note-${String(index).padStart(2, '0')}.txt`,
    pauseMs: shortestPauseMs + (random.next() % (longestPauseMs - shortestPauseMs + 1)),
    content: random.bytes(latencyFileBytes),
    before: index % 2 === 0 ? undefined : random.bytes(latencyFileBytes),
  }));
}
