/**
 * One folder at work on this device: the local loop, the remote loop and the resolver, joined. It owns nothing of the world;
 * the daemon gives it a disk, a store and peers, and closes them after stop().
 */
import { Mutex } from '../base/mutex.ts';
import { sleep } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { GuardLimits } from '../core/guard.ts';
import { defaultGroupNames, groupOf } from '../core/group-path.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { FolderMode } from '../core/mode.ts';
import type { VolumeTraits } from '../core/observe.ts';
import { folds } from '../core/names.ts';
import { isConflictName } from '../core/conflict.ts';
import { ignoreFilePath, withBuiltIn } from '../core/ignore.ts';
import { comparePaths, nameOf, type RelativePath } from '../core/path.ts';
import type { ConflictChoice, ConflictPair } from '../core/settle-conflict.ts';
import { isUnheld } from '../core/record.ts';
import { Collisions } from './collisions.ts';
import { Announcer } from './announcer.ts';
import { explainPath, planAll, type Explanation, type LastCell, type PlannedChanges } from './explain.ts';
import { Notes } from './history.ts';
import { LocalLoop } from './local-loop.ts';
import { LocalOnly } from './local-only.ts';
import { Past } from './past.ts';
import type { HistoryStore, VersionStore } from './past-ports.ts';
import { PathErrors } from './path-errors.ts';
import { PeerRetries } from './peer-retries.ts';
import type { Disk, FolderPeers, FolderStore, FolderTotals, Ignores, RemoteFolderState, Watch } from './ports.ts';
import { refusalOf } from './refusal.ts';
import { RemoteLoop } from './remote-loop.ts';
import { Resolver } from './resolver.ts';
import type { SessionContext, SessionEvent } from './session-context.ts';
import { settleConflict, type Settled } from './settle-conflict.ts';

/** Renewed after this when the watcher fails; rescans go on meanwhile. */
const rewatchMs = 30_000;
/** Decisions remembered for explain. */
const lastCellsMax = 10_000;

export interface FolderSessionOptions {
  readonly disk: Disk;
  /** Loaded. Undefined: nothing is left out beyond what is built in. */
  readonly ignores?: Ignores;
  readonly store: FolderStore & HistoryStore;
  /** Undefined: nothing is brought back from versions, and none are made of changes made here. */
  readonly versions?: VersionStore;
  readonly peers: FolderPeers;
  readonly traits: VolumeTraits;
  readonly mode: FolderMode;
  /** Names of atomic groups beside `.git`. */
  readonly atomic?: readonly string[];
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
  /** Changes made here that a receive-only folder does not send. */
  readonly localOnly: number;
  /** Changes made elsewhere that a send-only folder does not take. */
  readonly withheld: number;
  /** A mass change waits for a person; why. */
  readonly held: string | undefined;
}

export class FolderSession {
  readonly #options: FolderSessionOptions;
  readonly #errors = new PathErrors();
  readonly #context: SessionContext;
  /** By path, the decision last carried out. */
  readonly #lastCells = new Map<string, LastCell>();
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #announcer: Announcer;
  readonly #local: LocalLoop;
  readonly #remote: RemoteLoop;
  readonly #resolver: Resolver;
  readonly #peerRetries: PeerRetries;
  readonly #localOnly: LocalOnly | undefined;
  readonly #conflicts = new Set<RelativePath>();
  readonly #notes: Notes;
  readonly #collisions: Collisions | undefined;
  /** Undefined without a version store. */
  readonly past: Past | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #watch: Watch | undefined;
  #unserve: (() => void) | undefined;
  #lastState: RemoteFolderState['state'] | undefined;

  constructor(options: FolderSessionOptions) {
    this.#options = options;
    const { disk, peers, traits, mode, clock, random, logger, versions } = options;
    const ignores = options.ignores?.matches ?? withBuiltIn();
    this.#notes = new Notes({ store: options.store, peers, clock, logger, versions });
    this.#collisions = folds(traits) ? new Collisions(traits) : undefined;
    const onFree = (paths: readonly RelativePath[]): void => void this.#resolver.add(paths, this.#abort.signal);
    const store = this.#collisions?.watching(this.#notes.store, onFree) ?? this.#notes.store;
    const groups = [...defaultGroupNames, ...(options.atomic ?? [])];
    const context: SessionContext = {
      ...{ disk, store, peers, traits, mode, groupOf: (path) => groupOf(path, groups), clock, random, logger },
      errors: this.#errors,
      agreement: new Mutex(),
      ignores,
      refusal: (path, entry) => refusalOf(path, entry, traits, ignores),
      collisions: this.#collisions,
      emit: (event) => this.#emit(event),
      changed: () => this.#changed(),
    };
    this.#context = context;
    const signal = this.#abort.signal;
    this.#localOnly = mode === 'receive-only' ? new LocalOnly(context) : undefined;
    this.#announcer = new Announcer(
      disk,
      store,
      () => this.#remoteState(),
      (path) => this.#local.hint({ path, subtree: false }),
      (device) => options.onIndexOlder?.(device),
    );
    this.#resolver = new Resolver(context, {
      guard: options.guard,
      onContent: (device) => this.#peerRetries.brought(device),
      withdraw: (paths) => this.#withdraw(paths),
      rescan: (path, subtree) => this.#local.rescan(path, subtree),
      isCaughtUp: (device) => this.#remote.isCaughtUp(device),
      isMoreComing: () => peers.connected().some((device) => this.#remote.stateOf(device)?.state === 'scanning'),
      hasHeardAll: () => {
        const shared = peers.shared();
        return shared.length > 0 && shared.every((device) => this.#remote.isCaughtUp(device));
      },
      isCatchingUp: (device) => this.#remote.isCatchingUp(device),
      generation: () => this.#remote.generation(),
    });
    this.#local = new LocalLoop(context, {
      guard: options.guard,
      rescanMs: options.rescanMs,
      localOnly: this.#localOnly,
      ignores: options.ignores,
      onRecorded: (paths) => this.#resolver.add(paths, signal),
    });
    this.past =
      versions &&
      new Past(context, {
        versions,
        history: options.store,
        notes: this.#notes,
        rescan: (path, subtree) => this.#local.rescan(path, subtree),
        onRecorded: (paths) => this.#resolver.add(paths, signal),
      });
    this.#peerRetries = new PeerRetries(clock, (which) => this.#resolver.retryNow(which));
    this.#remote = new RemoteLoop(context, {
      onAnnounced: (paths) => this.#resolver.add(paths, signal),
      onReplayed: () => this.#resolver.replayed(),
      onPeer: (device, is) => {
        if (is === 'here') this.#peerRetries.came(device);
        this.#notify();
      },
      onCaughtUp: () => this.#resolver.caughtUp(),
      onForgotten: () => this.#resolver.reconsiderHeld(),
      onIndexOlder: (device) => options.onIndexOlder?.(device),
      onPeerState: () => this.#notify(),
    });
  }

  /** Starts the loops; the first scan goes on behind it. */
  async start(): Promise<void> {
    const signal = this.#abort.signal;
    const unheld: RelativePath[] = [];
    // Before anybody looks: the scan would take what a crash cut short for its user's writes.
    await this.#resolver.recover();
    for await (const records of this.#options.store.iterate(undefined)) {
      for (const record of records) {
        if (record.entry.kind !== 'deleted') this.#noteConflictName(record.path);
        this.#collisions?.note(record);
        if (isUnheld(record)) unheld.push(record.path);
      }
    }
    this.#unserve = this.#options.peers.serve(this.#announcer);
    this.#running = Promise.all([
      this.#keepWatching(signal),
      this.#local.run(signal),
      this.#resolver.run(signal),
      this.#remote.run(signal),
    ]);
    // What could not be held may be possible now; what still is not is said again.
    void this.#resolver.add(unheld, signal);
    this.#running.catch((error: unknown) => {
      this.#options.logger.error({ error: String(error), stack: (error as Error).stack }, 'a loop of the folder ended');
    });
  }

  /** Ends the loops in an orderly way: what is being applied is finished and recorded first. */
  async stop(): Promise<void> {
    this.#unserve?.();
    this.#abort.abort(new Error('the folder is stopping'));
    await this.#running.catch(() => undefined);
    this.#peerRetries.stop();
    await this.#notes.idle();
    this.#listeners.clear();
  }

  status(): FolderSessionStatus {
    const { needFiles, needBytes, withheld } = this.#resolver.status();
    return {
      ...this.#options.store.totals(),
      withheld,
      localOnly: this.#localOnly?.count ?? 0,
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

  /** True when it told that it goes no further until somebody looks after it there. */
  isStoppedAt(device: DeviceId): boolean {
    const state = this.#remote.stateOf(device)?.state;
    return state === 'error' || state === 'paused';
  }

  /** Why not, in words; undefined: in sync. */
  notInSyncWith(device: DeviceId): string | undefined {
    const theirs = this.#remote.stateOf(device);
    if (theirs === undefined) return 'it has not said yet what it holds';
    const ours = this.#state();
    if (ours !== 'idle')
      return ours === 'error' ? "it is stopped here; 'p2psync status' says why" : `this device is ${ours}`;
    if (theirs.state === 'error') return "it is stopped on the other device; 'p2psync status' there says why";
    if (theirs.state !== 'idle') return `the other device is ${theirs.state}`;
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

  /** Now and then: lets go of what is kept of content that no file has any more. */
  async tidy(): Promise<void> {
    await this.#notes.dropOrphans();
  }

  retry(): void {
    this.#resolver.retryNow();
  }

  accept(): void {
    this.#local.accept();
    this.#resolver.accept();
  }

  /** Receive-only: everything that was changed here gives way to what the others hold. Returns how many paths. */
  async revert(): Promise<number> {
    await this.#local.rescan(undefined, true);
    const paths = this.#localOnly?.paths() ?? [];
    await this.#withdraw(paths);
    return paths.length;
  }

  /** Send-only: what is here counts, whatever others changed. Returns how many paths. */
  override(): Promise<number> {
    return this.#resolver.override(this.#abort.signal);
  }

  /** Conflict copies, by path. */
  conflicts(): RelativePath[] {
    return [...this.#conflicts].sort(comparePaths);
  }

  /** As a person chose. Problems: CONFLICT_NOT_FOUND, CONFLICT_OF_OTHERS, CONFLICT_NOT_SETTLED. */
  settleConflict(pair: ConflictPair, choice: ConflictChoice): Promise<Settled> {
    return settleConflict(this.#context, pair, choice, (path) => this.#local.rescan(path, false));
  }

  /** What is known of a path, and what would be done next. */
  explain(path: RelativePath): Promise<Explanation> {
    return explainPath(this.#context, path, {
      localOnly: this.#localOnly?.has(path) ?? false,
      held: this.#held(),
      last: this.#lastCells.get(path),
    });
  }

  /** What would be done if everything could be fetched now. */
  plan(signal: AbortSignal): Promise<PlannedChanges> {
    return planAll(this.#context, signal);
  }

  // -------------------------------------------------------------- inside

  async #withdraw(paths: readonly RelativePath[]): Promise<void> {
    const gone = (await this.#localOnly?.withdraw(paths)) ?? [];
    await this.#resolver.add(gone, this.#abort.signal);
  }

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
      await sleep(rewatchMs, signal, this.#options.clock).catch(() => undefined);
    }
  }

  #emit(event: SessionEvent): void {
    const { path, cell } = event;
    if (typeof path === 'string' && typeof cell === 'string') {
      this.#lastCells.delete(path);
      this.#lastCells.set(path, { cell: cell as LastCell['cell'], timeMs: this.#options.clock.now() });
      if (this.#lastCells.size > lastCellsMax) this.#lastCells.delete(this.#lastCells.keys().next().value ?? '');
    }
    if (event.type === 'conflict') this.#conflicts.add(event['copy'] as RelativePath);
    if (event.type === 'file-renamed') this.#conflicts.delete(event['from'] as RelativePath);
    if (event.type === 'file-deleted' || (event.type === 'local-change' && event['kind'] === 'deleted'))
      this.#conflicts.delete(event['path'] as RelativePath);
    else if (event.type.startsWith('file-') || event.type === 'local-change')
      this.#noteConflictName(event['path'] as RelativePath);
    // The folder's rules came from another device.
    if (event.type.startsWith('file-') && event['path'] === ignoreFilePath)
      this.#local.hint({ path: ignoreFilePath, subtree: false });
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
