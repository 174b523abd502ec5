/**
 * One folder at work on this device: the local loop, the remote loop and the resolver, joined. It owns nothing of the world;
 * the daemon gives it a disk, a store and peers, and closes them after stop().
 */
import { Mutex } from '../base/mutex.ts';
import { sleep } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { GuardLimits } from '../core/guard.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { VolumeTraits } from '../core/observe.ts';
import { isConflictName } from '../core/conflict.ts';
import { nameOf, type RelativePath } from '../core/path.ts';
import { Announcer } from './announcer.ts';
import { LocalLoop } from './local-loop.ts';
import { PathErrors } from './path-errors.ts';
import type { Disk, FolderPeers, FolderStore, FolderTotals, RemoteFolderState, Watch } from './ports.ts';
import { RemoteLoop } from './remote-loop.ts';
import { Resolver } from './resolver.ts';
import type { SessionContext, SessionEvent } from './session-context.ts';

/** Renewed after this when the watcher fails; rescans go on meanwhile. */
const rewatchMs = 30_000;

export interface FolderSessionOptions {
  readonly disk: Disk;
  readonly store: FolderStore;
  readonly peers: FolderPeers;
  readonly traits: VolumeTraits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly guard: GuardLimits;
  /** Milliseconds between full rescans. */
  readonly rescanMs: number;
  /** What a person types to let a held mass change through. */
  readonly acceptCommand: string;
  readonly emit: (event: SessionEvent) => void;
  /**
   * A device claims to hold what only a later state of this index can have told: ours is an older copy, or the device lies. A
   * session cannot change its store; whoever runs it may start another one over a new index. May come again and again.
   */
  readonly onIndexOlder?: (device: DeviceId) => void;
  /** What people should know of this folder as a whole, as long as the session runs. */
  readonly notice?: string | undefined;
}

export interface FolderSessionStatus extends FolderTotals {
  readonly state: RemoteFolderState['state'];
  readonly needFiles: number;
  readonly needBytes: number;
  readonly conflicts: number;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** A mass change waits for a person; why. */
  readonly held: string | undefined;
}

export class FolderSession {
  readonly #options: FolderSessionOptions;
  readonly #errors = new PathErrors();
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #announcer: Announcer;
  readonly #local: LocalLoop;
  readonly #remote: RemoteLoop;
  readonly #resolver: Resolver;
  readonly #conflicts = new Set<RelativePath>();
  #running: Promise<unknown> = Promise.resolve();
  #watch: Watch | undefined;
  #unserve: (() => void) | undefined;
  #lastState: RemoteFolderState['state'] | undefined;

  constructor(options: FolderSessionOptions) {
    this.#options = options;
    const { disk, store, peers, traits, clock, random, logger } = options;
    const context: SessionContext = {
      ...{ disk, store, peers, traits, clock, random, logger },
      errors: this.#errors,
      agreement: new Mutex(),
      emit: (event) => this.#emit(event),
      changed: () => this.#changed(),
    };
    const signal = this.#abort.signal;
    this.#announcer = new Announcer(
      disk,
      store,
      () => this.#remoteState(),
      (path) => this.#local.hint({ path, subtree: false }),
      (device) => options.onIndexOlder?.(device),
    );
    this.#resolver = new Resolver(context, {
      guard: options.guard,
      rescan: (path, subtree) => this.#local.rescan(path, subtree),
    });
    this.#local = new LocalLoop(context, {
      guard: options.guard,
      rescanMs: options.rescanMs,
      onRecorded: (paths) => {
        for (const path of paths) this.#noteConflictName(path);
        return this.#resolver.add(paths, signal);
      },
    });
    this.#remote = new RemoteLoop(context, {
      onAnnounced: (paths) => this.#resolver.add(paths, signal),
      onPeer: () => {
        this.#resolver.retryNow();
        this.#notify();
      },
      onIndexOlder: (device) => options.onIndexOlder?.(device),
      onPeerState: () => this.#notify(),
    });
  }

  /** Starts the loops; the first scan goes on behind it. */
  async start(): Promise<void> {
    const signal = this.#abort.signal;
    // Before anybody looks: the scan would take what a crash cut short for its user's writes.
    await this.#resolver.recover();
    for await (const records of this.#options.store.iterate(undefined)) {
      for (const { path, entry } of records) if (entry.kind !== 'deleted') this.#noteConflictName(path);
    }
    this.#unserve = this.#options.peers.serve(this.#announcer);
    this.#running = Promise.all([
      this.#keepWatching(signal),
      this.#local.run(signal),
      this.#resolver.run(signal),
      this.#remote.run(signal),
    ]);
    this.#running.catch((error: unknown) => {
      this.#options.logger.error({ error: String(error), stack: (error as Error).stack }, 'a loop of the folder ended');
    });
  }

  /** Ends the loops in an orderly way: what is being applied is finished and recorded first. */
  async stop(): Promise<void> {
    this.#unserve?.();
    this.#abort.abort(new Error('the folder is stopping'));
    await this.#running.catch(() => undefined);
    this.#listeners.clear();
  }

  status(): FolderSessionStatus {
    const { needFiles, needBytes } = this.#resolver.status();
    return {
      ...this.#options.store.totals(),
      state: this.#state(),
      needFiles,
      needBytes,
      conflicts: this.#conflicts.size,
      errors: this.#problems(),
      held: this.#held(),
    };
  }

  /** True when `device` is connected and holds what we hold, as far as both can tell. */
  inSyncWith(device: DeviceId): boolean {
    return this.notInSyncWith(device) === undefined;
  }

  /** Why not, in words; undefined: in sync. */
  notInSyncWith(device: DeviceId): string | undefined {
    const theirs = this.#remote.stateOf(device);
    if (theirs === undefined) return 'it has not said yet what it holds';
    const ours = this.#state();
    if (ours !== 'idle') return `this device is ${ours === 'error' ? 'in trouble' : ours}`;
    if (theirs.state !== 'idle') return `the other device is ${theirs.state === 'error' ? 'in trouble' : theirs.state}`;
    if (theirs.digest !== this.#options.store.digest()) return 'the two indexes differ';
    return undefined;
  }

  /** Calls back whenever status() or inSyncWith() may have changed. */
  onChange(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  /** Resolves when the path (the whole folder when undefined) has been looked at and recorded. */
  rescan(path: RelativePath | undefined): Promise<void> {
    return this.#local.rescan(path, true);
  }

  retry(): void {
    this.#resolver.retryNow();
  }

  accept(): void {
    this.#local.accept();
    this.#resolver.accept();
  }

  // -------------------------------------------------------------- inside

  async #keepWatching(signal: AbortSignal): Promise<void> {
    let failed: ((error: Error) => void) | undefined;
    while (!signal.aborted) {
      try {
        const broken = new Promise<Error>((resolve) => (failed = resolve));
        this.#watch = await this.#options.disk.watch(
          (hint) => this.#local.hint(hint),
          (error) => failed?.(error),
        );
        // What happened before the watch stood was seen by nobody.
        this.#local.hint({ path: undefined, subtree: true });
        const error = await Promise.race([broken, aborted(signal)]);
        if (error !== undefined) throw error;
      } catch (error) {
        this.#options.logger.warn({ error: String(error) }, 'the watcher failed; rescans go on');
      } finally {
        await this.#watch?.close();
        this.#watch = undefined;
      }
      await sleep(rewatchMs, signal).catch(() => undefined);
    }
  }

  #emit(event: SessionEvent): void {
    if (event.type === 'conflict') this.#conflicts.add(event['copy'] as RelativePath);
    if (event.type === 'file-received') this.#noteConflictName(event['path'] as RelativePath);
    if (event.type === 'file-deleted') this.#conflicts.delete(event['path'] as RelativePath);
    if (event.type === 'local-change' && event['kind'] === 'deleted')
      this.#conflicts.delete(event['path'] as RelativePath);
    this.#options.emit(event);
  }

  #noteConflictName(path: RelativePath): void {
    if (isConflictName(nameOf(path))) this.#conflicts.add(path);
  }

  #state(): RemoteFolderState['state'] {
    const local = this.#local.status();
    const resolver = this.#resolver.status();
    if (local.rootProblem !== undefined || this.#held() !== undefined || resolver.problem !== undefined) return 'error';
    if (!local.scanned || local.busy) return 'scanning';
    return resolver.busy || resolver.needFiles > 0 ? 'syncing' : 'idle';
  }

  #held(): string | undefined {
    return this.#local.status().held ?? this.#resolver.status().held;
  }

  #problems(): { path: string; message: string }[] {
    const folder: { path: string; message: string }[] = [];
    const { rootProblem } = this.#local.status();
    if (rootProblem !== undefined) folder.push({ path: '.', message: rootProblem.message });
    const held = this.#held();
    if (held !== undefined) {
      const message = `${held} It is held; if it is meant: ${this.#options.acceptCommand}`;
      folder.push({ path: '.', message });
    }
    const { notice } = this.#options;
    if (notice !== undefined) folder.push({ path: '.', message: notice });
    const { problem } = this.#resolver.status();
    if (problem !== undefined) folder.push({ path: '.', message: problem });
    return [...folder, ...this.#errors.list().map(({ path, message }) => ({ path, message }))];
  }

  #remoteState(): RemoteFolderState {
    const { needFiles, needBytes } = this.#resolver.status();
    return {
      sequence: this.#options.store.lastSequence(),
      digest: this.#options.store.digest(),
      state: this.#state(),
      needFiles,
      needBytes,
    };
  }

  #changed(): void {
    this.#announcer.changed();
    const state = this.#state();
    if (state !== this.#lastState) {
      this.#lastState = state;
      this.#options.emit({ type: 'folder-state', state });
    }
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
