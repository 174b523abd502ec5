/** Faults of the machine, for tests: failing and deadly system calls (strace), small volumes on loop devices, what is missing for them. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Why there is no strace here that may attach to our own children; undefined when there is. */
export function straceMissing(): string | undefined {
  if (process.platform !== 'linux') return 'strace needs Linux';
  return has('strace', '-o', '/dev/null', 'true') ? undefined : 'strace is not installed, or not allowed here';
}

/** Why volumes cannot be made here; undefined when they can. */
export function volumesMissing(): string | undefined {
  if (!isRoot) return 'loop devices and mounts need root on Linux';
  if (!has('losetup', '-f')) return 'there are no loop devices here';
  return has('mkfs.ext4', '-V') ? undefined : 'e2fsprogs are not installed';
}

/** User and group whom asOrdinaryUser makes of a process ('nobody'). */
export const ordinaryUser = 65_534;

/** The command before a daemon that makes it an ordinary user, who can read this checkout; undefined where that cannot be done. */
export function asOrdinaryUser(): readonly string[] | undefined {
  const become = [`--reuid=${ordinaryUser}`, `--regid=${ordinaryUser}`, '--clear-groups'];
  const program = fileURLToPath(new URL('../../package.json', import.meta.url));
  if (!isRoot || !has('setpriv', ...become, 'test', '-r', program)) return undefined;
  return ['setpriv', ...become];
}

/** `text`: as strace prints it, e.g. `fsync(21</tmp/x>) = 0`. `begin` and `end`: places in the order of all that happened. */
export interface TracedCall {
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/** strace at work on a process that runs. */
export class Tracer {
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #directory: string;
  readonly #ended: Promise<void>;
  #detached = false;

  private constructor(child: ChildProcess, directory: string, log: string) {
    this.#child = child;
    this.#directory = directory;
    this.#log = log;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /**
   * Resolves once it has all threads of `pid`. `calls`: names for `-e trace=`; `inject`: values for `-e inject=`. Calls are
   * counted by thread, from now on.
   */
  static async attach(pid: number, calls: string, inject: readonly string[] = []): Promise<Tracer> {
    const directory = mkdtempSync(join(tmpdir(), 'p2psync-strace-'));
    const log = join(directory, 'log');
    const faults = inject.flatMap((fault) => ['-e', `inject=${fault}`]);
    // -yy: descriptors with their paths, sockets with their addresses; -s: names in full.
    const args = ['-f', '-yy', '-s', '300', '-o', log, '-e', `trace=${calls}`, ...faults, '-p', String(pid)];
    const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const tracer = new Tracer(child, directory, log);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/attached/.test(said)) resolve();
      });
      child.on('close', () => reject(new Error(`strace ended: ${said}`)));
    }).catch((error: unknown) => {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    });
    return tracer;
  }

  /** What was traced so far, in the order in which the calls ended, calls that others interrupted made whole. */
  calls(): TracedCall[] {
    const open = new Map<string, { text: string; begin: number }>();
    const calls: TracedCall[] = [];
    for (const [at, line] of this.#lines().entries()) {
      const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
      const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
      const before = open.get(thread);
      if (text.endsWith('<unfinished ...>')) open.set(thread, { text: text.slice(0, -16), begin: at });
      else if (resumed === null) calls.push({ text, begin: at, end: at });
      else if (before !== undefined) calls.push({ text: before.text + resumed[1], begin: before.begin, end: at });
    }
    return calls;
  }

  /** True when a fault was injected. */
  get struck(): boolean {
    return this.#lines().some((line) => line.includes('(INJECTED)') || line.includes('+++ killed by SIGKILL'));
  }

  #lines(): string[] {
    return readFileSync(this.#log, 'utf8').split('\n');
  }

  /** Lets the process go on alone. */
  async detach(): Promise<void> {
    if (this.#detached) return;
    this.#detached = true;
    // SIGINT: strace detaches in good order; killed, it could leave the process stopped.
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGINT');
    await this.#ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

export interface Volume {
  readonly path: string;
  /** The image behind it: what has reached the "disk". */
  readonly image: string | undefined;
  remount(options: string): void;
  /** As if the power had gone now and come back: what has not reached the image is lost. Its users must have ended. */
  losePower(): void;
  /** Unmounts what is mounted there, also under its users' hands. */
  detach(): void;
  attach(): void;
  remove(): void;
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A fresh ext4 of `bytes` on a loop device. `mountOptions`: without loop. */
export function ext4Volume(bytes: number, mountOptions = 'defaults', mkfsOptions: readonly string[] = []): Volume {
  const directory = mkdtempSync(join(tmpdir(), 'p2psync-volume-'));
  const image = join(directory, 'image');
  writeFileSync(image, '');
  truncateSync(image, bytes);
  run('mkfs.ext4', '-q', '-F', '-m', '0', ...mkfsOptions, image);
  return mounted(directory, image, (at) => run('mount', '-o', `loop,${mountOptions}`, image, at));
}

/** A copy of what has reached the image of another volume: that disk after a power loss now. */
export function volumeAfterPowerLoss(volume: Volume): Volume {
  const directory = mkdtempSync(join(tmpdir(), 'p2psync-volume-'));
  const image = join(directory, 'image');
  run('cp', '--sparse=always', volume.image as string, image);
  return mounted(directory, image, (at) => run('mount', '-o', 'loop', image, at));
}

/** A tmpfs, e.g. `size=4m,nr_inodes=50`. */
export function tmpfsVolume(mountOptions: string): Volume {
  const directory = mkdtempSync(join(tmpdir(), 'p2psync-volume-'));
  return mounted(directory, undefined, (at) => run('mount', '-t', 'tmpfs', '-o', mountOptions, 'tmpfs', at));
}

function mounted(directory: string, image: string | undefined, mount: (at: string) => void): Volume {
  const path = join(directory, 'mnt');
  mkdirSync(path);
  mount(path);
  return {
    path,
    image,
    remount: (options) => run('mount', '-o', `remount,${options}`, path),
    losePower: () => {
      const copy = join(directory, 'copy');
      // Before unmounting, which would write everything out.
      run('cp', '--sparse=always', image as string, copy);
      run('umount', path);
      renameSync(copy, image as string);
      mount(path);
    },
    detach: () => run('umount', '-l', path),
    attach: () => mount(path),
    remove: () => {
      // Already detached: nothing to unmount.
      spawnSync('umount', ['-l', path], { stdio: 'ignore' });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
