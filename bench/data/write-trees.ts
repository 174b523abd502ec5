/** The trees that workloads are made of, written as plainly and as fast as one process can. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';

const pieceBytes = 4 * 2 ** 20;
/** The longest of log-normal files: one giant would decide the time of the whole tree. */
const fileBytesMax = 4 * 2 ** 20;

/** One incompressible file. */
export function writeLarge(path: string, bytes: number, random: Random): void {
  const file = openSync(path, 'w');
  try {
    for (let missing = bytes; missing > 0; missing -= pieceBytes) {
      writeSync(file, random.bytes(Math.min(missing, pieceBytes)));
    }
  } finally {
    closeSync(file);
  }
}

export interface TreeShape {
  readonly files: number;
  readonly directories: number;
  /** Of one file. */
  readonly bytes: (random: Random) => number;
}

/** 4 KiB each, 100 to a directory. */
export function evenShape(files: number): TreeShape {
  return { files, directories: Math.ceil(files / 100), bytes: () => 4096 };
}

/** As the files of people are: most are small, some are not; 50 to a directory, 5,000 bytes on the average. */
export function naturalShape(files: number): TreeShape {
  return {
    files,
    directories: Math.ceil(files / 50),
    bytes: (random) => Math.min(fileBytesMax, Math.round(random.logNormal(5000, 1.5))),
  };
}

/** Paths in the tree, in the order in which they are written. */
export function treePaths({ files, directories }: Pick<TreeShape, 'files' | 'directories'>): string[] {
  return Array.from({ length: files }, (_, index) => join(directoryName(index % directories), `f${index}`));
}

/** Makes `directory` with all below it. Directories lie two deep, as `a/b/file`. */
export function writeTree(directory: string, shape: TreeShape, random: Random): void {
  for (let index = 0; index < shape.directories; index++) {
    mkdirSync(join(directory, directoryName(index)), { recursive: true });
  }
  for (const path of treePaths(shape)) writeFileSync(join(directory, path), random.bytes(shape.bytes(random)));
}

function directoryName(index: number): string {
  return join(`d${Math.floor(index / 50)}`, `e${index % 50}`);
}
