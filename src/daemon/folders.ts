/**
 * The folders at work: keeps one session per configured, unpaused folder, and starts, restarts and stops them as settings
 * change. A folder that cannot start (missing directory, wrong marker) is kept as 'error' with the reason and tried again.
 */
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../base/problem.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { Mutex } from '../base/mutex.ts';
import { defaultGuardLimits } from '../core/guard.ts';
import type { DeviceId, FolderId } from '../core/identifiers.ts';
import type { FolderSettings, Settings } from '../config/settings-types.ts';
import { createFolderDisk, type FolderDisk } from '../disk/folder-disk.ts';
import type { DiskPool } from '../disk/pool.ts';
import { Settle } from '../disk/settle.ts';
import type { Network } from '../net/network.ts';
import { FolderSession } from '../sync/folder-session.ts';
import type { EventLog } from './event-log.ts';
import { lockFolder } from './folder-lock.ts';
import { keepTidy } from './housekeeping.ts';
import type { IndexLives } from './index-lives.ts';
import { withSettledHints } from './settled-disk.ts';

/** A folder whose directory was not there is tried again after this. */
const restartMs = 10_000;
/** Between two looks at claims that came too often. */
const claimPauseMs = 10 * 60_000;

export interface FolderRunner {
  readonly settings: FolderSettings;
  /** Undefined while paused or in trouble. */
  readonly session: FolderSession | undefined;
  /** Beside the session, for what people ask and change by hand. */
  readonly disk?: Pick<FolderDisk, 'ignores' | 'look' | 'addIgnoreRule'>;
  /** Why there is no session although there should be one. */
  readonly problem: string | undefined;
}

interface Running extends FolderRunner {
  readonly close: () => Promise<void>;
}

export interface FoldersOptions {
  readonly pool: DiskPool;
  readonly lives: IndexLives;
  readonly network: Network;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly home: string;
}

export class Folders {
  readonly #options: FoldersOptions;
  readonly #running = new Map<FolderId, Running>();
  readonly #listeners = new Set<() => void>();
  readonly #changes = new Mutex();
  /** Sessions whose index a device called older, which is dealt with. */
  readonly #claimed = new WeakSet<FolderSession>();
  #settings: Settings | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  list(): FolderRunner[] {
    return [...this.#running.values()];
  }

  /** By label or id. */
  find(label: string): FolderRunner | undefined {
    return this.list().find(({ settings }) => settings.label === label || settings.id === label);
  }

  onChange(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  /** Brings the sessions in line; resolves when they all stand. `isPaused` adds what settings do not know (timed pauses). */
  apply(settings: Settings, isPaused: (folder: FolderSettings) => boolean): Promise<void> {
    return this.#changes.run(async () => {
      if (this.#closed) return;
      this.#settings = settings;
      clearTimeout(this.#timer);
      const wanted = new Map(settings.folders.map((folder) => [folder.id, folder]));
      for (const [id, running] of this.#running) {
        const folder = wanted.get(id);
        const paused = folder !== undefined && isPaused(folder);
        if (folder === undefined || !sameWork(running, folder, paused)) {
          await this.#stop(id, running);
          if (folder === undefined) await this.#options.lives.forget(id);
        }
      }
      for (const folder of settings.folders) {
        // Before the session starts: it asks at once whom the folder is shared with.
        this.#options.network.setShares(folder.id, folder.label, [...folder.devices]);
        const running = this.#running.get(folder.id);
        if (running === undefined) await this.#start(folder, isPaused(folder));
        else this.#running.set(folder.id, { ...running, settings: folder });
      }
      if (this.list().some(({ problem }) => problem !== undefined)) {
        this.#timer = setTimeout(() => {
          if (this.#settings !== undefined) void this.apply(this.#settings, isPaused);
        }, restartMs);
      }
      this.#notify();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#changes.run(async () => {
      for (const [id, running] of this.#running) await this.#stop(id, running);
    });
  }

  async #start(folder: FolderSettings, paused: boolean): Promise<void> {
    if (paused) {
      this.#running.set(folder.id, { settings: folder, session: undefined, problem: undefined, close: nothing });
      return;
    }
    try {
      this.#running.set(folder.id, await this.#open(folder));
    } catch (error) {
      const problem = messageOf(error);
      this.#options.logger.warn({ folder: folder.label, error: problem }, 'the folder cannot start');
      this.#running.set(folder.id, { settings: folder, session: undefined, problem, close: nothing });
    }
  }

  async #open(folder: FolderSettings): Promise<Running> {
    const { pool, lives, network, events, clock } = this.#options;
    const logger = this.#options.logger.child({ folder: folder.label });
    const disk = await createFolderDisk({
      ...{ pool, path: folder.path, folder: folder.id, now: () => clock.now() },
      exclude: folder.exclude,
    });
    const unlock = lockFolder(folder.path, this.#options.home);
    const life = await lives.open(folder.id, folder.label, disk);
    const { store } = life;
    const session: FolderSession = new FolderSession({
      disk: withSettledHints(disk, (onFlush) => new Settle({}, onFlush)),
      ignores: disk.ignores,
      store,
      notice: life.notice,
      onIndexOlder: (device) => this.#olderIndex(session, folder, device),
      versions: disk.versions,
      peers: network.folder(folder.id),
      traits: disk.traits,
      mode: folder.mode,
      atomic: folder.atomic,
      clock,
      random: Math.random,
      logger,
      guard: defaultGuardLimits,
      rescanMs: folder.rescanSeconds * 1000,
      acceptCommand: `p2psync resume ${folder.label} --accept`,
      emit: ({ type, ...fields }) => events.add(type, { folder: folder.label, ...fields }),
    });
    const unlisten = session.onChange(() => this.#notify());
    try {
      await session.start();
    } catch (error) {
      await life.close();
      unlock();
      throw error;
    }
    const tidying = keepTidy({ versions: disk.versions, session, store, clock, logger });
    return {
      settings: folder,
      session,
      disk,
      problem: undefined,
      close: async () => {
        unlisten();
        tidying.close();
        await session.stop();
        await life.close();
        unlock();
      },
    };
  }

  /** A device holds what our index never told: with another replica, nothing that we say can pass for newer than it is. */
  #olderIndex(session: FolderSession, folder: FolderSettings, device: DeviceId): void {
    if (this.#claimed.has(session)) return;
    this.#claimed.add(session);
    this.#changes
      .run(() => this.#beginAnew(session, folder.id, device))
      .catch((error: unknown) => {
        this.#options.logger.error({ folder: folder.label, error: messageOf(error) }, 'the index could not begin anew');
      });
  }

  async #beginAnew(session: FolderSession, id: FolderId, device: DeviceId): Promise<void> {
    const running = this.#running.get(id);
    if (this.#closed || running?.session !== session) return;
    const { lives, logger, events } = this.#options;
    const { settings } = running;
    if (!(await lives.grant(id))) {
      const message =
        'a device says again that the index of this folder is an older copy; the index has begun anew too often today because of that, so what the device says is left out';
      logger.warn({ folder: settings.label, device, code: 'INDEX_OLDER' }, message);
      events.add('path-error', { folder: settings.label, path: '.', device, code: 'INDEX_OLDER', message });
      // Asked again later, should it go on: by then the day may be over.
      setTimeout(() => this.#claimed.delete(session), claimPauseMs).unref();
      return;
    }
    await running.close();
    // Without a session until #start: should the index refuse, the next settings or the timer try again.
    this.#running.set(id, { settings, session: undefined, problem: 'its index begins anew', close: nothing });
    await lives.restart(
      id,
      `the device ${device} holds changes made here that the index did not know: it was an older copy`,
    );
    await this.#start(settings, false);
    this.#notify();
  }

  async #stop(id: FolderId, running: Running): Promise<void> {
    this.#running.delete(id);
    this.#options.network.removeShares(id);
    await running.close();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** True when the running session may go on under the new settings. A folder in trouble is always started anew. */
function sameWork(running: Running, folder: FolderSettings, paused: boolean): boolean {
  if (running.problem !== undefined || paused !== (running.session === undefined)) return false;
  const { path, mode, rescanSeconds, exclude, atomic } = running.settings;
  if (!isDeepStrictEqual([exclude, atomic], [folder.exclude, folder.atomic])) return false;
  return path === folder.path && mode === folder.mode && rescanSeconds === folder.rescanSeconds;
}

async function nothing(): Promise<void> {}
