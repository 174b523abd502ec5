/**
 * Where the bench works: as root, a journaled ext4 file system of its own in an image on a loop device, made anew before each
 * step so that no step pays for the files of the one before; otherwise a directory under os.tmpdir(), with a note.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, closeSync, ftruncateSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpAtExit } from './cleanup.ts';

/** Sparse: only what is written takes room on the disk. */
export const usualVolumeBytes = { full: 8 * 2 ** 30, quick: 2 * 2 ** 30 };
/** Many small files need more inodes than mkfs gives by itself. */
const bytesPerInode = 8192;
const timeoutMs = 60_000;

export interface Volume {
  /** In words, for the report. */
  readonly description: string;
  /** An empty directory on a file system of this size; everything that stood there before is gone. */
  renew(bytes: number): string;
  /** Writes out what is dirty on it, so that a timed step starts from rest. */
  settle(): void;
  /** Safe to repeat. */
  remove(): void;
}

function command(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: timeoutMs });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
  return stdout.trim();
}

export function openVolume(): Volume {
  const base = mkdtempSync(join(tmpdir(), 'p2psync-bench-'));
  const volume = process.getuid?.() === 0 ? loopVolume(base) : plainVolume(base, 'not root');
  cleanUpAtExit(() => volume.remove());
  return volume;
}

function plainVolume(base: string, reason: string): Volume {
  const work = join(base, 'work');
  return {
    description: `${tmpdir()} itself (${reason}): its file system is whatever stands there`,
    renew: () => {
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work);
      return work;
    },
    settle: () => void command('sync', '-f', base),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Makes it when it is not there. */
function resize(image: string, bytes: number): void {
  const file = openSync(image, 'a');
  ftruncateSync(file, bytes);
  closeSync(file);
}

function loopVolume(base: string): Volume {
  const image = join(base, 'image');
  const mountPoint = join(base, 'mount');
  let device: string | undefined;
  let isMounted = false;
  let isShared = false;
  const unmount = (): void => {
    if (!isMounted) return;
    command('umount', mountPoint);
    isMounted = false;
  };
  const remove = (): void => {
    try {
      unmount();
    } catch {
      // Something still has a file open there: take it out of sight now, the kernel lets go when that ends.
      spawnSync('umount', ['--lazy', mountPoint]);
      isMounted = false;
    }
    if (device !== undefined) spawnSync('losetup', ['--detach', device]);
    device = undefined;
    // After the loop device, which holds the image open through this mount; lazily, in case it still does.
    if (isShared) spawnSync('umount', ['--lazy', base]);
    isShared = false;
    rmSync(base, { recursive: true, force: true });
  };
  try {
    mkdirSync(mountPoint);
    // `ip netns exec`, run by anyone meanwhile, copies all mounts into a namespace of its own and so keeps the device busy after
    // our umount, unless that reaches the copy: it does below a shared mount (mount_namespaces(7)).
    command('mount', '--bind', base, base);
    isShared = true;
    command('mount', '--make-shared', base);
    resize(image, usualVolumeBytes.full);
    device = command('losetup', '--find', '--show', image);
  } catch (error) {
    remove();
    mkdirSync(base, { recursive: true });
    return plainVolume(base, (error as Error).message);
  }
  const loop = device;
  return {
    description: 'journaled ext4 on a loop device, made anew for each step',
    renew: (bytes) => {
      unmount();
      resize(image, bytes);
      command('losetup', '--set-capacity', loop);
      // Tables written now and not by a kernel thread later, during a timed step; blocks once given to the image stay with it.
      command(
        'mkfs.ext4',
        '-q',
        '-F',
        '-E',
        'nodiscard,lazy_itable_init=0,lazy_journal_init=0',
        '-i',
        `${bytesPerInode}`,
        loop,
      );
      command('mount', '-o', 'nodiscard', loop, mountPoint);
      isMounted = true;
      const work = join(mountPoint, 'work');
      mkdirSync(work);
      return work;
    },
    settle: () => void command('sync', '-f', mountPoint),
    remove,
  };
}
