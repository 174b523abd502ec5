/** A file system of its own on a loop device, for tests that need one of another kind. Root on Linux; else undefined. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LoopVolume {
  /** Where it is mounted. */
  readonly path: string;
  unmount(): void;
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** `make`: the command that formats, with its options. Undefined where that cannot be done here. */
export function mountLoopVolume(make: readonly [string, ...string[]], sizeBytes: number): LoopVolume | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'p2psync-volume-'));
  const image = join(directory, 'image');
  const path = join(directory, 'mounted');
  mkdirSync(path);
  writeFileSync(image, '');
  truncateSync(image, sizeBytes);
  const [command, ...options] = make;
  const stands = existsSync(image) && run(command, ...options, image) && run('mount', '-o', 'loop', image, path);
  if (!stands) {
    rmSync(directory, { recursive: true, force: true });
    return undefined;
  }
  return {
    path,
    unmount: () => {
      if (!run('umount', path)) run('umount', '-l', path);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
