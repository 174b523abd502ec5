/** Volumes of other kinds than the one the tests run on: an image in a file, behind a loop device. Needs root on Linux. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';

export interface Volume {
  /** Where it is mounted. */
  readonly path: string;
  /** As when the disk is taken out and put in again. */
  remount(): void;
  /** Unmounts, detaches and removes the image. */
  release(): void;
}

/** Why there can be no exFAT volume here; undefined: there can. */
export function exfatMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  if (!existsSync('/dev/fuse') || !existsSync('/dev/loop-control')) return 'needs /dev/fuse and loop devices';
  const missing = ['mkfs.exfat', 'mount.exfat-fuse', 'losetup'].filter((tool) => !isInstalled(tool));
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')} (packages exfatprogs, exfat-fuse)`;
}

/** A fresh exFAT volume of 64 MB, mounted at `path`, which must be a directory or nothing. */
export function exfatVolume(path: string): Volume {
  const image = `${path}.img`;
  mkdirSync(path, { recursive: true });
  run('truncate', '-s', '64M', image);
  run('mkfs.exfat', image);
  const loop = run('losetup', '-f', '--show', image).trim();
  try {
    run('mount.exfat-fuse', loop, path);
  } catch (error) {
    run('losetup', '-d', loop);
    throw error;
  }
  const unmount = (): void => {
    try {
      run('umount', path);
    } catch {
      // Something still has a file open there: it goes as soon as that is closed.
      run('umount', '-l', path);
    }
  };
  return {
    path,
    remount: () => {
      unmount();
      run('mount.exfat-fuse', loop, path);
    },
    release: () => {
      unmount();
      run('losetup', '-d', loop);
      rmSync(image);
    },
  };
}

function isInstalled(tool: string): boolean {
  return ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((directory) => existsSync(`${directory}/${tool}`));
}

function run(command: string, ...parameters: string[]): string {
  return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
