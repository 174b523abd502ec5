/** A folder session over a real directory and a real index, joined to others by a LAN in memory. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { createLogger, silentLogger } from '../../src/base/log.ts';
import type { FolderMode } from '../../src/core/mode.ts';
import type { GuardLimits } from '../../src/core/guard.ts';
import { defaultGuardLimits } from '../../src/core/guard.ts';
import type { DeviceId, FolderId } from '../../src/core/identifiers.ts';
import { createFolderDisk, type FolderDisk } from '../../src/disk/folder-disk.ts';
import { readMarker, writeMarker } from '../../src/disk/marker.ts';
import { Root } from '../../src/disk/root.ts';
import { Settle } from '../../src/disk/settle.ts';
import { withSettledHints } from '../../src/daemon/settled-disk.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import type { LevelFolderStore } from '../../src/store/folder-store.ts';
import type { Disk } from '../../src/sync/ports.ts';
import { FolderSession } from '../../src/sync/folder-session.ts';
import type { SessionEvent } from '../../src/sync/session-context.ts';
import { eventually } from './condition.ts';
import { inlinePool } from './inline-pool.ts';
import type { MemoryLan } from './memory-lan.ts';

export const testFolder = 'a'.repeat(26) as FolderId;

export class SessionDevice {
  readonly id: DeviceId;
  readonly path: string;
  readonly events: SessionEvent[] = [];
  /** Takes effect at the next start. */
  mode: FolderMode = 'send-receive';
  readonly #directory: string;
  readonly #lan: MemoryLan;
  readonly #guard: GuardLimits;
  /** What this device leaves out, from its next start on. */
  exclude: readonly string[] = [];
  /** Names of its atomic groups beside `.git`, from its next start on. */
  atomic: readonly string[] = [];
  /** The process dies while it applies a group: after so many steps, or before what was done is recorded. */
  diesAfter: number | 'before-commit' | undefined;
  /** Times that a peer has shown its index to be an older copy. */
  newLives = 0;
  #isDead = false;
  #store: LevelFolderStore | undefined;
  #database: Database | undefined;
  #disk: FolderDisk | undefined;
  #session: FolderSession | undefined;

  constructor(letter: string, directory: string, lan: MemoryLan, guard: GuardLimits = defaultGuardLimits) {
    this.id = `12D3KooW${letter.repeat(44)}` as DeviceId;
    this.#directory = join(directory, letter);
    this.path = join(this.#directory, 'tree');
    this.#lan = lan;
    this.#guard = guard;
    mkdirSync(this.path, { recursive: true });
  }

  get session(): FolderSession {
    if (this.#session === undefined) throw new Error('the device is off');
    return this.#session;
  }

  get store(): LevelFolderStore {
    if (this.#store === undefined) throw new Error('the device is off');
    return this.#store;
  }

  /** True once it died as diesAfter says. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** Index and tree as they are, as a snapshot of the whole machine would have them. Only while it is off. */
  snapshot(name: string): void {
    for (const part of ['index', 'tree']) {
      cpSync(join(this.#directory, part), join(this.#directory, name, part), {
        recursive: true,
        preserveTimestamps: true,
      });
    }
  }

  restore(name: string): void {
    for (const part of ['index', 'tree']) {
      rmSync(join(this.#directory, part), { recursive: true, force: true });
      renameSync(join(this.#directory, name, part), join(this.#directory, part));
    }
  }

  /** Does its volume share blocks between files? */
  reflinks(): Promise<boolean> {
    if (this.#disk === undefined) throw new Error('the device is off');
    return this.#disk.versions.reflinks();
  }

  async start(): Promise<void> {
    const root = new Root(this.path);
    if (readMarker(root).is === 'absent') writeMarker(root, testFolder);
    root.close();
    this.#database = await openDatabase(join(this.#directory, 'index'), randomBytes);
    this.#disk = await createFolderDisk({
      ...{ pool: inlinePool, path: this.path, folder: testFolder, now: Date.now },
      exclude: this.exclude,
    });
    this.#isDead = false;
    this.#store = this.#mortalStore(await this.#database.folder(testFolder));
    const session: FolderSession = new FolderSession({
      disk: this.#mortalDisk(withSettledHints(this.#disk, (onFlush) => new Settle({}, onFlush))),
      ignores: this.#disk.ignores,
      store: this.#store,
      onIndexOlder: () => void this.#beginAnew(session),
      versions: this.#disk.versions,
      peers: this.#lan.peersOf(this.id),
      traits: this.#disk.traits,
      mode: this.mode,
      atomic: this.atomic,
      clock: systemClock,
      random: Math.random,
      logger:
        process.env['P2PSYNC_TEST_LOG'] === undefined
          ? silentLogger
          : createLogger('debug', 2).child({ device: this.id.slice(8, 10) }),
      guard: this.#guard,
      rescanMs: 60_000,
      acceptCommand: 'p2psync resume tree --accept',
      emit: (event) => this.events.push(event),
    });
    this.#session = session;
    await session.start();
    this.#lan.share(this.id);
  }

  /** As the daemon does. */
  async #beginAnew(session: FolderSession): Promise<void> {
    if (this.#session !== session) return;
    this.#session = undefined;
    await session.stop();
    await this.#database?.dropFolder(testFolder);
    await this.#database?.close();
    await this.start();
    this.newLives++;
  }

  /** Dead, nothing is written any more. */
  #mortalStore(store: LevelFolderStore): LevelFolderStore {
    const { commit, refreshStats, intend } = store;
    const alive = (): void => {
      if (this.#isDead) throw new Error('the process has died');
    };
    store.commit = async (changes, ended) => {
      if (ended !== undefined && this.diesAfter === 'before-commit') this.#isDead = true;
      alive();
      return commit.call(store, changes, ended);
    };
    store.refreshStats = async (updates) => {
      alive();
      return refreshStats.call(store, updates);
    };
    store.intend = async (intents) => {
      alive();
      return intend.call(store, intents);
    };
    return store;
  }

  #mortalDisk(disk: Disk): Disk {
    return {
      ...disk,
      apply: async (steps, atomic) => {
        if (this.#isDead) throw new Error('the process has died');
        if (typeof this.diesAfter !== 'number' || steps.length <= this.diesAfter) return disk.apply(steps, atomic);
        this.#isDead = true;
        await disk.apply(steps.slice(0, this.diesAfter));
        throw new Error('the process has died');
      },
    };
  }

  async stop(): Promise<void> {
    await this.#session?.stop();
    this.#session = undefined;
    this.#store = undefined;
    await this.#database?.close();
  }
}

/** Waits until each device says that it holds what every other one holds, after a look at all disks. */
export async function allEqual(devices: readonly SessionDevice[], timeoutMs = 10_000): Promise<void> {
  await Promise.all(devices.map(({ session }) => session.rescan(undefined)));
  const reasons = (): string[] =>
    devices.flatMap((device) =>
      devices
        .filter((other) => other !== device)
        .map((other) => device.session.notInSyncWith(other.id))
        .filter((reason) => reason !== undefined),
    );
  try {
    await eventually('all devices to be equal', () => reasons().length === 0, timeoutMs);
  } catch (error) {
    const told = devices.map(({ session }) => JSON.stringify(session.status())).join('\n');
    throw new Error(`${(error as Error).message}: ${reasons().join('; ')}\n${told}`, { cause: error });
  }
}
