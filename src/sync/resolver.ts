/**
 * The walk of a remote change: paths that may differ → decide → plan → fetch → apply → index. It also runs after local
 * changes, since those can meet announcements that are already here.
 *
 * Deletes (and what needs a directory gone) wait until everything else that is known has been brought in: by then a move has
 * shown itself as one, and the mass-change guard can judge the whole of a wave. Large files go side by side with the stream
 * of small ones, so that one cannot hold up the other.
 */
import { sleep } from '../base/abort.ts';
import { backoffMs } from '../base/backoff.ts';
import { messageOf } from '../base/problem.ts';
import { inGroupOrder } from '../core/group.ts';
import type { DeviceId, Hash } from '../core/identifiers.ts';
import { lossOf, LossTally, type GuardLimits, type Loss } from '../core/guard.ts';
import { isBelow, type RelativePath } from '../core/path.ts';
import type { Unholdable } from '../core/hold.ts';
import { conflictPathsOf, inOrder, plan, reviveDirectory, type NeededContent, type Operation } from '../core/plan.ts';
import type { Decided } from '../core/reconcile.ts';
import { joinVersions } from '../core/version.ts';
import { applyOperations, type Applied, type Failure } from './apply-operations.ts';
import { evaluate } from './evaluate.ts';
import { Fetcher, type FetchResult } from './fetcher.ts';
import { decideGroup, isUntouched, keepAgainstDeletes, lockIn } from './group-resolver.ts';
import { Needs } from './needs.ts';
import { endOpenGroups } from './recover.ts';
import { Retries } from './retries.ts';
import type { SessionContext } from './session-context.ts';
import { Wake } from './wake.ts';

const batchPathsMax = 2000;
/** Content of one batch of small files, bytes. */
const batchBytesMax = 32 * 1024 * 1024;
/** From here on a file goes through the lane of large files. */
const largeFileBytesMin = 16 * 1024 * 1024;
const largeLanes = 2;
/** Deletes that are this part of what the guard holds wait until none has come for this long and nobody is scanning, but no longer than the last. */
const waveParts = 4;
const waveQuietMs = 200;
const waveMsMax = 3000;
/** Paths waiting for a decision before announcements are held back. */
const waitingPathsMax = 50_000;
/** A group is tried again after this: when announcements came while it was decided, and when a program is at work in it. */
const groupSoonMs = 20;
const groupLockedMs = 1000;
/** Staged content that nobody is known to need, while a peer has not said what it has. */
const stagedMsMax = 14 * 24 * 3600 * 1000;
/** Tried again at once with a device that was cut off while it brought something: about what was under way then. */
const newestMax = 1000;
const folderRetry = { initialMs: 1000, maxMs: 30_000 };

/** What may have to be done in a group. `isDue` false: it waits for its retry, or for an index to become whole. */
interface WaitingGroup {
  readonly paths: Set<RelativePath>;
  isDue: boolean;
}

export interface ResolverOptions {
  /** True when the whole index of every device that shares the folder is here. */
  readonly hasHeardAll: () => boolean;
  /** A connected device is still looking through its files. */
  readonly isMoreComing: () => boolean;
  readonly guard: GuardLimits;
  /** A device gave good content. */
  readonly onContent: (device: DeviceId) => void;
  /** True when what we hold of the device's index is whole (see remote-loop). */
  readonly isCaughtUp: (device: DeviceId) => boolean;
  readonly isCatchingUp: (device: DeviceId) => boolean;
  /** Of all announcements: the same before and after a reading, and it was of one moment. */
  readonly generation: () => number | undefined;
  /** In a receive-only folder: what was changed here gives way, and the paths are decided anew. */
  readonly withdraw: (paths: readonly RelativePath[]) => Promise<void>;
  /** The local loop looks at these again; resolves when it has. */
  readonly rescan: (path: RelativePath, subtree: boolean) => Promise<void>;
}

export class Resolver {
  readonly #context: SessionContext;
  readonly #options: ResolverOptions;
  readonly #fetcher: Fetcher;
  readonly #needs = new Needs();
  /** What other devices changed and a send-only folder does not take. */
  readonly #withheld = new Set<RelativePath>();
  readonly #retries: Retries;
  readonly #wake: Wake;
  readonly #waiting = new Set<RelativePath>();
  readonly #deferred = new Set<RelativePath>();
  readonly #groups = new Map<RelativePath, WaitingGroup>();
  /** Paths whose operation met one that is under way: decided anew when something is released. */
  readonly #blocked = new Set<RelativePath>();
  readonly #busyPaths = new Set<RelativePath>();
  readonly #busyContent = new Set<Hash>();
  /** Unheld, may be held, and something stands there: being compared, or compared and decided once more. */
  readonly #compared = new Set<RelativePath>();
  readonly #large: Operation[] = [];
  readonly #largeRunning = new Set<Promise<void>>();
  #applying: Promise<void> = Promise.resolve();
  #batchesOpen = 0;
  #roomWaiters: (() => void)[] = [];
  readonly #losses = new LossTally();
  /** Deletes of the last round that only make way for another spelling. */
  #respelt: ReadonlySet<RelativePath> = new Set();
  /** Changes that wait for a person's consent. */
  readonly #heldPaths = new Map<RelativePath, Loss>();
  #held: string | undefined;
  /** Since when more deletes are waited for. */
  #waveSinceMs: number | undefined;
  /** From a person's consent until everything that waited for it is in. */
  #accepted = false;
  #folderProblem: string | undefined;
  #folderFailures = 0;
  #stagingPruned: 'nothing' | 'old' | 'all' = 'nothing';
  #isReplayed = false;

  constructor(context: SessionContext, options: ResolverOptions) {
    this.#context = context;
    this.#options = options;
    this.#wake = new Wake(context.clock);
    this.#fetcher = new Fetcher(context, options.onContent);
    this.#retries = new Retries(context.clock, context.random);
  }

  /** Paths whose records (here or at a peer) changed. Resolves at once, or when there is room. */
  async add(paths: Iterable<RelativePath>, signal: AbortSignal): Promise<void> {
    for (const path of paths) this.#queue(path);
    this.#wake.ring();
    while (this.#waiting.size > waitingPathsMax && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#roomWaiters.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Groups are decided on whole indexes only: one more is whole. */
  caughtUp(): void {
    for (const waiting of this.#groups.values()) waiting.isDue = true;
    this.#wake.ring();
  }

  /** What was announced before this life has all been added. */
  replayed(): void {
    this.#isReplayed = true;
    this.#wake.ring();
  }

  /** Everything that failed, or what failed last, is tried again now: a peer came, or a person asked. */
  retryNow(which: 'all' | 'newest' = 'all'): void {
    const paths = which === 'all' ? this.#retries.takeDue(true) : this.#retries.takeNewest(newestMax);
    for (const path of paths) this.#queue(path);
    this.#wake.ring();
  }

  /** The parts of a group wait together. */
  #queue(path: RelativePath): void {
    const group = this.#context.groupOf(path);
    if (group === undefined) {
      this.#waiting.add(path);
      return;
    }
    const waiting = this.#groups.get(group) ?? { paths: new Set(), isDue: true };
    waiting.paths.add(path);
    waiting.isDue = true;
    this.#groups.set(group, waiting);
  }

  /** A send-only folder says that its own state is the one that counts: all that others changed is written over. */
  async override(signal: AbortSignal): Promise<number> {
    const { store, peers, agreement } = this.#context;
    const paths = [...this.#withheld];
    for (let start = 0; start < paths.length; start += batchPathsMax) {
      const batch = paths.slice(start, start + batchPathsMax);
      await agreement.run(async () => {
        const locals = await store.getMany(batch);
        const versions = locals.map((local) => local?.version ?? []);
        for (const device of peers.shared()) {
          (await store.announced(device, batch)).forEach((record, i) => {
            if (record !== undefined) versions[i] = joinVersions(versions[i] ?? [], record.version);
          });
        }
        await store.commit(
          batch.map((path, i) => ({
            path,
            entry: locals[i]?.entry ?? { kind: 'deleted' },
            write: 'local',
            version: versions[i] ?? [],
            stat: locals[i]?.stat,
            manifest: undefined,
            basedOn: locals[i]?.sequence ?? 0,
          })),
        );
        this.#context.changed();
      });
      await this.add(batch, signal);
    }
    return paths.length;
  }

  /** Who announced what is held may have taken it back without another word: its index is another, or it is linked no more. */
  reconsiderHeld(): void {
    for (const path of this.#heldPaths.keys()) this.#queue(path);
    this.#wake.ring();
  }

  /** Lets a held mass change through. */
  accept(): void {
    if (this.#held === undefined) return;
    this.#accepted = true;
    this.#lift();
    this.#wake.ring();
  }

  status(): {
    needFiles: number;
    needBytes: number;
    withheld: number;
    busy: boolean;
    held: string | undefined;
    problem: string | undefined;
  } {
    return {
      needFiles: this.#needs.files,
      needBytes: this.#needs.bytes,
      withheld: this.#withheld.size,
      busy:
        this.#waiting.size > 0 ||
        this.#blocked.size > 0 ||
        this.#groupsDue() ||
        this.#batchesOpen > 0 ||
        this.#largeRunning.size > 0 ||
        this.#large.length > 0,
      held: this.#held,
      problem: this.#folderProblem,
    };
  }

  /** Ends what an earlier life began to do to the disk; before the first scan. */
  recover(): Promise<void> {
    return this.#context.agreement.run(() => endOpenGroups(this.#context));
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#wake.wait(signal, this.#retries.nextInMs());
      try {
        await this.#work(signal);
      } catch (error) {
        if (signal.aborted) break;
        await this.#folderFailed(error, signal);
      }
    }
    await Promise.allSettled([this.#applying, ...this.#largeRunning]);
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (const path of this.#retries.takeDue()) this.#queue(path);
    while (!signal.aborted) {
      const batch = this.#takeBatch();
      if (batch.length > 0) {
        try {
          await this.#early(batch, signal);
        } catch (error) {
          for (const path of batch) this.#waiting.add(path);
          throw error;
        }
        continue;
      }
      await this.#applying;
      if (this.#takeable() || signal.aborted) continue;
      await this.#groupsReady(signal);
      if (this.#takeable() || signal.aborted) continue;
      if (this.#deferred.size > 0 && this.#largeRunning.size === 0) {
        if (this.#mayBeWave()) {
          await sleep(waveQuietMs, signal, this.#context.clock).catch(() => undefined);
          if (this.#takeable() || signal.aborted || this.#options.isMoreComing()) continue;
        }
        this.#waveSinceMs = undefined;
        await this.#late(signal);
      }
      if (!this.#takeable()) break;
    }
    if (this.#accepted && !signal.aborted) this.#consentEnds();
    await this.#pruneStaging();
    const { busy, needFiles } = this.status();
    // What could not be written is not wanted any more.
    if (!busy && needFiles === 0) this.#folderWorks();
    this.#context.changed();
  }

  /**
   * So many deletes that they may be the first of a mass delete, which arrives as it was recorded, a thousand or so at a time: the
   * guard should see it whole. Who deletes without end is not waited for.
   */
  #mayBeWave(): boolean {
    const { clock, store } = this.#context;
    const { filesMin, shareMax } = this.#options.guard;
    const { size } = this.#deferred;
    if (this.#accepted || size < filesMin || size < (store.totals().files * shareMax) / waveParts) return false;
    this.#waveSinceMs ??= clock.monotonic();
    return clock.monotonic() - this.#waveSinceMs < waveMsMax;
  }

  #consentEnds(): void {
    const waiting = this.#waiting.size + this.#blocked.size;
    if (waiting > 0 || this.#deferred.size > 0 || this.#largeRunning.size > 0) return;
    this.#accepted = false;
    this.#losses.clear();
  }

  /**
   * When nothing is needed any more: what an earlier life staged and nobody asked for goes. Before the replay nothing seems
   * needed, and after a loss of the index before every peer has spoken; half a large file would be thrown away.
   */
  async #pruneStaging(): Promise<void> {
    const { busy, needFiles } = this.status();
    if (!this.#isReplayed || busy || needFiles > 0) return;
    const pruned = this.#options.hasHeardAll() ? 'all' : 'old';
    if (this.#stagingPruned === 'all' || this.#stagingPruned === pruned) return;
    this.#stagingPruned = pruned;
    const before = pruned === 'all' ? undefined : this.#context.clock.now() - stagedMsMax;
    await this.#context.disk.pruneStaging(new Set(), before);
  }

  #takeable(): boolean {
    for (const path of this.#waiting) if (!this.#busyPaths.has(path)) return true;
    return false;
  }

  #takeBatch(): RelativePath[] {
    const batch: RelativePath[] = [];
    for (const path of this.#waiting) {
      if (this.#busyPaths.has(path)) continue;
      batch.push(path);
      if (batch.length >= batchPathsMax) break;
    }
    for (const path of batch) this.#waiting.delete(path);
    if (this.#waiting.size <= waitingPathsMax) {
      const waiters = this.#roomWaiters;
      this.#roomWaiters = [];
      for (const waiter of waiters) waiter();
    }
    return batch;
  }

  // -------------------------------------------------------------- early: everything but deletes

  async #early(paths: readonly RelativePath[], signal: AbortSignal): Promise<void> {
    const evaluation = await evaluate(this.#context, paths);
    const decided = await this.#commitMerges(evaluation.decided);
    this.#reportRefusals(evaluation.refusals);
    for (const one of decided) {
      this.#note(one);
      if (isLate(one)) this.#deferred.add(one.path);
      else this.#deferred.delete(one.path);
    }
    const arriving = this.#guarded(decided.filter((one) => !isLate(one))).filter(
      ({ decision }) => decision.do === 'take',
    );
    const early = await this.#compareFirst(arriving, signal);
    if (early.length === 0) return;
    const sources = await this.#renameSources(early);
    const operations = (await this.#plan([...early, ...sources], evaluation.records)).filter(({ late }) => !late);
    const free = operations.filter((operation) => this.#claim(operation));
    const small: Operation[] = [];
    for (const operation of free) {
      if ((operation.content?.size ?? 0) >= largeFileBytesMin) this.#large.push(operation);
      else small.push(operation);
    }
    const batches = bySize(small);
    for (const [i, batch] of batches.entries()) {
      try {
        await this.#fetchAndApply(batch, signal);
      } catch (error) {
        for (const unstarted of batches.slice(i)) this.#requeue(unstarted);
        throw error;
      }
    }
    this.#startLarge(signal);
  }

  /**
   * What may be held again often stands here already (a rule is gone, a name is free): the local loop compares it, once, before
   * anything is fetched in its place. Returns what has not to wait for that.
   */
  async #compareFirst(arriving: readonly Decided[], signal: AbortSignal): Promise<readonly Decided[]> {
    const unknown = arriving.filter(({ path, decision }) => {
      return decision.do === 'take' && decision.cell === 'U4-materialised' && !this.#compared.delete(path);
    });
    if (unknown.length === 0) return arriving;
    const items = await this.#context.disk.look(unknown.map(({ path }) => path));
    const standing = unknown.filter((_, i) => items[i] !== undefined).map(({ path }) => path);
    for (const path of standing) this.#compared.add(path);
    void Promise.all(standing.map((path) => this.#options.rescan(path, false)))
      .then(() => this.add(standing, signal))
      .catch(noop);
    return arriving.filter(({ path }) => !this.#compared.has(path));
  }

  /** Merges need no disk: they are committed at once. Those that went stale meanwhile are decided anew. */
  async #commitMerges(decided: readonly Decided[]): Promise<Decided[]> {
    const merges = decided.filter(({ decision }) => decision.do === 'merge');
    if (merges.length > 0) {
      const results = await this.#context.agreement.run(() =>
        this.#context.store.commit(
          merges.map(({ path, local, decision }) => {
            if (decision.do !== 'merge') throw new Error('not a merge');
            return {
              path,
              entry: decision.entry,
              write: { dot: decision.dot },
              version: decision.version,
              stat: decision.entry.kind === 'deleted' || decision.unheld === true ? undefined : local?.stat,
              manifest: undefined,
              basedOn: local?.sequence ?? 0,
            };
          }),
        ),
      );
      results.forEach((result, i) => {
        const { path } = merges[i] as Decided;
        if (result === 'stale' || this.#context.peers.shared().length > 1) this.#queue(path);
        // It may have been needed before, and was deleted there before it came.
        if (result !== 'stale') this.#needs.delete(path);
        if (result !== 'stale') this.#withheld.delete(path);
        this.#retries.succeeded(path);
        this.#context.errors.clear(path);
      });
      this.#context.changed();
    }
    return decided.filter(({ decision }) => decision.do !== 'merge');
  }

  /** What this device cannot hold is said item by item (I2); what its owner leaves out is not. */
  #reportRefusals(refusals: ReadonlyMap<RelativePath, Unholdable>): void {
    for (const [path, { because, code, message }] of refusals) {
      if (because === 'left-out' || !this.#context.errors.set(path, code, message)) continue;
      this.#context.emit({ type: 'path-error', path, code, message });
    }
  }

  #note({ path, decision }: Decided): void {
    if (decision.cell === 'M1-send-only') this.#withheld.add(path);
    else this.#withheld.delete(path);
    if (decision.do === 'take') this.#needs.set(path, decision.entry.kind === 'file' ? decision.entry.size : 0);
    else {
      this.#needs.delete(path);
      this.#retries.succeeded(path);
      this.#compared.delete(path);
      this.#context.errors.settled(path);
    }
  }

  /** Deletes that wait and whose content now arrives elsewhere: together they are renames. */
  async #renameSources(early: readonly Decided[]): Promise<Decided[]> {
    if (this.#deferred.size === 0) return [];
    const arriving = new Set<Hash>();
    for (const { decision } of early) {
      if (decision.do === 'take' && decision.entry.kind === 'file') arriving.add(decision.entry.contentHash);
    }
    const sources: RelativePath[] = [];
    for (const hash of arriving) {
      for (const path of await this.#context.store.pathsWithContent(hash, 16)) {
        if (this.#deferred.has(path) && !this.#busyPaths.has(path)) sources.push(path);
      }
    }
    if (sources.length === 0) return [];
    const { decided } = await evaluate(this.#context, sources);
    return decided.filter(isLate);
  }

  async #plan(
    decided: readonly Decided[],
    records: ReadonlyMap<RelativePath, Decided['local']>,
    options?: { readonly renames: boolean },
  ): Promise<Operation[]> {
    const known = new Map(records);
    for (const { path, local } of decided) known.set(path, local);
    const conflictNames: RelativePath[] = [];
    for (const { local, decision } of decided) {
      if (decision.do !== 'take' || !decision.setAside) continue;
      if (local?.entry.kind === 'file' || local?.entry.kind === 'symlink') {
        conflictNames.push(...conflictPathsOf(local.path, local.entry));
      }
    }
    const found = await this.#context.store.getMany(conflictNames);
    conflictNames.forEach((path, i) => known.set(path, found[i]));
    return plan(decided, { record: (path) => known.get(path) }, options);
  }

  /** Reserves the operation's paths and content; what is in use elsewhere waits for its turn. */
  #claim(operation: Operation): boolean {
    const content = operation.content?.contentHash;
    const busy =
      operation.records.some(({ path }) => this.#busyPaths.has(path)) ||
      (content !== undefined && this.#busyContent.has(content));
    if (busy) {
      for (const { path } of operation.records) this.#blocked.add(path);
      return false;
    }
    for (const { path } of operation.records) this.#busyPaths.add(path);
    return true;
  }

  #release(operations: readonly Operation[]): void {
    for (const { records } of operations) for (const { path } of records) this.#busyPaths.delete(path);
    this.#unblock();
    this.#wake.ring();
  }

  #unblock(): void {
    for (const path of this.#blocked) this.#queue(path);
    this.#blocked.clear();
  }

  #startLarge(signal: AbortSignal): void {
    while (this.#largeRunning.size < largeLanes) {
      const operation = this.#large.shift();
      if (operation === undefined) return;
      const running = this.#fetchThenApply([operation], signal)
        .catch((error: unknown) => {
          this.#release([operation]);
          this.#waiting.add(operation.path);
          if (!signal.aborted) return this.#folderFailed(error, signal);
          return undefined;
        })
        .finally(() => {
          this.#largeRunning.delete(running);
          this.#startLarge(signal);
          this.#wake.ring();
        });
      this.#largeRunning.add(running);
    }
  }

  /** Fetches now and applies behind the batch before, so that network and disk work at the same time. */
  async #fetchAndApply(operations: readonly Operation[], signal: AbortSignal): Promise<void> {
    this.#batchesOpen++;
    try {
      this.#hold(operations);
      const fetched = await this.#fetch(operations, signal);
      await this.#applying;
      this.#batchesOpen++;
      this.#applying = this.#apply(operations, fetched, signal)
        .catch((error: unknown) => this.#batchFailed(operations, error, signal))
        .finally(() => {
          this.#batchesOpen--;
          this.#wake.ring();
        });
    } finally {
      this.#batchesOpen--;
    }
  }

  async #batchFailed(operations: readonly Operation[], error: unknown, signal: AbortSignal): Promise<void> {
    this.#requeue(operations);
    if (!signal.aborted) await this.#folderFailed(error, signal);
  }

  #requeue(operations: readonly Operation[]): void {
    for (const { path } of operations) this.#waiting.add(path);
    this.#letGo(operations);
    this.#release(operations);
  }

  #hold(operations: readonly Operation[]): void {
    for (const { content } of operations) if (content !== undefined) this.#busyContent.add(content.contentHash);
  }

  #letGo(operations: readonly Operation[]): void {
    for (const { content } of operations) if (content !== undefined) this.#busyContent.delete(content.contentHash);
  }

  async #fetchThenApply(operations: readonly Operation[], signal: AbortSignal): Promise<void> {
    this.#hold(operations);
    try {
      await this.#apply(operations, await this.#fetch(operations, signal), signal);
    } finally {
      this.#letGo(operations);
    }
  }

  #fetch(operations: readonly Operation[], signal: AbortSignal): Promise<FetchResult> {
    const needed = operations.flatMap(({ content }) => (content === undefined ? [] : [content]));
    if (needed.length === 0) return Promise.resolve({ staged: new Set(), missing: new Map(), manifests: new Map() });
    return this.#fetcher.fetch(needed, signal);
  }

  async #apply(operations: readonly Operation[], fetched: FetchResult, signal: AbortSignal): Promise<void> {
    const ready: Operation[] = [];
    for (const operation of operations) {
      const { content } = operation;
      if (content === undefined || fetched.staged.has(content.contentHash)) ready.push(operation);
      else this.#parked(operation, 'NO_SOURCE', fetched.missing.get(content.contentHash) ?? 'its content is not here');
    }
    await this.#settle(await applyOperations(this.#context, ready, fetched.manifests), signal);
    this.#folderWorks();
    this.#letGo(operations);
    this.#release(operations);
  }

  // -------------------------------------------------------------- groups

  #groupsDue(): boolean {
    for (const { isDue } of this.#groups.values()) if (isDue) return true;
    return false;
  }

  /** Waits until every index that is being received is whole; one that broke off in the middle does not count for now. */
  async #groupsReady(signal: AbortSignal): Promise<void> {
    const { peers } = this.#context;
    const { isCaughtUp, isCatchingUp } = this.#options;
    if (!this.#groupsDue() || peers.shared().some(isCatchingUp)) return;
    const devices = peers.shared().filter(isCaughtUp);
    const isWhole = devices.length === peers.shared().length;
    for (const [group, waiting] of this.#groups) {
      if (signal.aborted) return;
      if (!waiting.isDue) continue;
      waiting.isDue = false;
      const paths = [...waiting.paths];
      try {
        if (!(await this.#group(group, paths, devices, signal)) || !isWhole) continue;
      } catch (error) {
        waiting.isDue = true;
        throw error;
      }
      for (const path of paths) waiting.paths.delete(path);
      if (!waiting.isDue) this.#groups.delete(group);
    }
  }

  /** True when nothing of it is left to be done. */
  async #group(
    group: RelativePath,
    pending: readonly RelativePath[],
    devices: readonly DeviceId[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const generation = this.#options.generation();
    const sequence = this.#context.store.lastSequence();
    const { evaluation, kept, takes } = await decideGroup(this.#context, group, pending, devices);
    // A new pack that came while its loose objects' deletes were being read would be left out.
    if (generation === undefined || this.#options.generation() !== generation)
      return this.#groupLater(group, groupSoonMs);
    const merged = await this.#commitMerges(evaluation.decided);
    this.#reportRefusals(evaluation.refusals);
    for (const one of merged) this.#note(one);
    if (kept.length > 0) {
      const isCurrent = await keepAgainstDeletes(this.#context, kept);
      for (const { path } of kept) {
        this.#needs.delete(path);
        this.#context.emit({ type: 'local-change', path, kind: 'file', cell: 'G1-group-keeps' });
      }
      this.#context.changed();
      if (!isCurrent) return this.#groupLater(group);
    }
    if (takes.length === 0) return this.#groupDone(group);
    if (this.#guarded(takes).length < takes.length) return this.#groupLater(group);
    const lock = await lockIn(this.#context, group);
    if (lock !== undefined) {
      const message = `a program is at work in ${group} (${lock}); what other devices changed there comes in once it is done. If none is, remove that file`;
      if (this.#context.errors.set(group, 'GROUP_LOCKED', message)) {
        this.#context.emit({ type: 'path-error', path: group, code: 'GROUP_LOCKED', message });
      }
      return this.#groupLater(group, groupLockedMs);
    }
    const operations = inGroupOrder(await this.#plan(takes, evaluation.records, { renames: false }), group);
    // Our own merges have moved the index, too.
    const ours = new Set(kept.map(({ path }) => path));
    for (const { path, decision } of evaluation.decided) if (decision.do === 'merge') ours.add(path);
    const isStill = (): Promise<boolean> => isUntouched(this.#context, group, sequence, ours);
    return this.#applyGroup(group, operations, isStill, signal);
  }

  async #applyGroup(
    group: RelativePath,
    operations: readonly Operation[],
    isStill: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<boolean> {
    this.#batchesOpen++;
    this.#hold(operations);
    try {
      const fetched = await this.#fetch(operations, signal);
      const unstaged = operations.find(
        ({ content }) => content !== undefined && !fetched.staged.has(content.contentHash),
      );
      if (unstaged !== undefined) {
        const why = fetched.missing.get((unstaged.content as NeededContent).contentHash) ?? 'its content is not here';
        const message = `${group} waits for ${unstaged.path}: ${why}`;
        if (this.#context.errors.set(group, 'NO_SOURCE', message)) {
          this.#context.emit({ type: 'path-error', path: group, code: 'NO_SOURCE', message });
        }
        return this.#groupLater(group);
      }
      const applied = await applyOperations(this.#context, operations, fetched.manifests, isStill);
      this.#folderWorks();
      for (const { operation } of applied.done) this.#succeeded(operation);
      for (const { operation, failure } of applied.failed) {
        if (failure.reason === 'not-empty') await this.#failed(operation, failure, signal);
        else if (failure.code !== 'GROUP_STOPPED') void this.#options.rescan(operation.path, false).catch(noop);
      }
      const refused = applied.failed.find(({ failure }) => failure.reason === 'failed');
      if (refused !== undefined) {
        const { path } = refused.operation;
        this.#context.errors.set(path, refused.failure.code, refused.failure.message);
      }
      const isDone = applied.failed.length === 0 && applied.stale.length === 0;
      return isDone ? this.#groupDone(group) : this.#groupLater(group);
    } finally {
      this.#letGo(operations);
      this.#unblock();
      this.#batchesOpen--;
    }
  }

  #groupDone(group: RelativePath): true {
    this.#retries.succeeded(group);
    this.#context.errors.clear(group);
    this.#context.changed();
    return true;
  }

  #groupLater(group: RelativePath, ms?: number): false {
    this.#retries.failed(group, ms);
    this.#context.changed();
    return false;
  }

  // -------------------------------------------------------------- late: deletes

  async #late(signal: AbortSignal): Promise<void> {
    const { decided: all, records } = await evaluate(this.#context, [...this.#deferred]);
    const decided = await this.#commitMerges(all);
    this.#deferred.clear();
    for (const one of decided) {
      this.#note(one);
      // No longer a delete: it goes the ordinary way.
      if (one.decision.do === 'take' && !isLate(one)) this.#waiting.add(one.path);
    }
    const deletes = decided.filter(isLate);
    this.#respelt = (await this.#context.collisions?.respelt(this.#context.store, deletes)) ?? new Set();
    const late = this.#guarded(deletes);
    if (late.length === 0) return;
    const operations = inOrder(await this.#plan(late, records));
    for (let start = 0; start < operations.length && !signal.aborted; start += batchPathsMax) {
      const batch = operations.slice(start, start + batchPathsMax);
      this.#hold(batch);
      this.#batchesOpen++;
      try {
        await this.#apply(batch, await this.#fetch(batch, signal), signal);
      } catch (error) {
        this.#requeue(operations.slice(start));
        throw error;
      } finally {
        this.#batchesOpen--;
      }
    }
  }

  /** Of decisions that take something away, those that may go on; held ones wait for a person, or for being taken back. */
  #guarded(decided: readonly Decided[]): Decided[] {
    const planned = new Map<RelativePath, Loss>(this.#heldPaths);
    for (const one of decided) {
      const loss = this.#respelt.has(one.path) ? undefined : lossOf(one);
      if (loss !== undefined) planned.set(one.path, loss);
      else if (this.#heldPaths.delete(one.path)) planned.delete(one.path);
    }
    if (this.#accepted) return [...decided];
    if (planned.size === 0) {
      if (this.#held !== undefined) this.#lift();
      return [...decided];
    }
    const { clock, store } = this.#context;
    const verdict = this.#losses.judge(planned, store.totals().files, clock.monotonic(), this.#options.guard);
    if (verdict.ok) {
      if (this.#held !== undefined) this.#lift();
      return [...decided];
    }
    for (const { path } of decided) {
      const loss = planned.get(path);
      if (loss !== undefined) this.#heldPaths.set(path, loss);
    }
    if (this.#held === undefined) this.#context.emit({ type: 'held', reason: verdict.reason });
    this.#held = verdict.reason;
    this.#context.changed();
    return decided.filter(({ path }) => !planned.has(path));
  }

  /** Nothing is held any more: what was held is decided anew. */
  #lift(): void {
    this.#held = undefined;
    for (const path of this.#heldPaths.keys()) this.#queue(path);
    this.#heldPaths.clear();
  }

  // -------------------------------------------------------------- outcomes

  async #settle(applied: Applied, signal: AbortSignal): Promise<void> {
    for (const { operation } of applied.done) this.#succeeded(operation);
    for (const operation of applied.stale) for (const { path } of operation.records) this.#waiting.add(path);
    for (const { operation, failure } of applied.failed) await this.#failed(operation, failure, signal);
  }

  #succeeded(operation: Operation): void {
    const loss = this.#respelt.has(operation.path) ? undefined : operation.loss;
    if (loss !== undefined && !this.#accepted) this.#losses.note(operation.path, loss, this.#context.clock.monotonic());
    for (const { path } of operation.records) {
      this.#needs.delete(path);
      this.#retries.succeeded(path);
      this.#deferred.delete(path);
      this.#context.errors.clear(path);
      // Another device may have announced something that stands against what was just taken.
      if (this.#context.peers.shared().length > 1) this.#queue(path);
    }
    const { path, cell, conflictCopy } = operation;
    const main = operation.records.find((record) => record.path === path);
    if (conflictCopy !== undefined) this.#context.emit({ type: 'conflict', path, copy: conflictCopy, cell });
    if (main?.entry.kind === 'deleted') this.#context.emit({ type: 'file-deleted', path, cell });
    else if (cell === 'P2-rename') {
      const from = operation.records.find((record) => record.path !== path)?.path;
      this.#context.emit({ type: 'file-renamed', path, from, cell });
    } else {
      const bytes = main?.entry.kind === 'file' ? main.entry.size : 0;
      this.#context.emit({ type: 'file-received', path, kind: main?.entry.kind, bytes, cell });
    }
  }

  async #failed(operation: Operation, failure: Failure, signal: AbortSignal): Promise<void> {
    const { path } = operation;
    switch (failure.reason) {
      case 'changed':
        if (this.#context.mode === 'receive-only') {
          void this.#options.withdraw(operation.records.map((record) => record.path)).catch(noop);
          return this.#parked(operation, undefined, '', 1000);
        }
        // Somebody wrote here since the last scan. The local loop looks, then the path is decided anew.
        for (const record of [
          ...operation.records,
          ...(operation.reliesOn === undefined ? [] : [operation.reliesOn]),
        ]) {
          void this.#options.rescan(record.path, false).then(() => this.#again(record.path, signal), noop);
        }
        return this.#parked(operation, undefined, '', 1000);
      case 'no-parent':
        void this.#options.rescan(path, false).catch(noop);
        return this.#parked(operation, undefined, '');
      case 'unstaged':
        return this.#parked(operation, undefined, '', 0);
      case 'not-empty':
        void this.#reviveOrReport(operation, failure, signal).catch((error: unknown) => {
          if (!signal.aborted) this.#context.logger.error({ path, error: messageOf(error) }, 'revive failed');
        });
        return this.#parked(operation, undefined, '');
      case 'failed':
        return this.#parked(operation, failure.code, failure.message);
    }
  }

  async #again(path: RelativePath, signal: AbortSignal): Promise<void> {
    await this.add([path], signal);
  }

  #parked(operation: Operation, code: string | undefined, message: string, soonMs?: number): void {
    for (const { path } of operation.records) this.#retries.failed(path, soonMs);
    // The loop may be asleep already, with no retry to wake up for.
    this.#wake.ring();
    if (code === undefined || !this.#context.errors.set(operation.path, code, message, 'decision')) return;
    this.#context.emit({ type: 'path-error', path: operation.path, code, message });
  }

  /**
   * A directory should go (or give way) but holds something. If that is news from here, which nobody deleted, the directory
   * stays, under a version that dominates its tombstone; otherwise the person is told what is in the way.
   */
  async #reviveOrReport(operation: Operation, failure: Failure, signal: AbortSignal): Promise<void> {
    const { path } = operation;
    await this.#options.rescan(path, true);
    const below: RelativePath[] = [];
    for await (const records of this.#context.store.iterate(path)) {
      for (const { path: child, entry } of records) {
        if (isBelow(child, path) && entry.kind !== 'deleted') below.push(child);
      }
      if (below.length > batchPathsMax) break;
    }
    if (below.length === 0) {
      const message = `The directory cannot be removed: it still holds files that are not synchronised (${failure.message}). Remove them by hand, or put the directory back elsewhere.`;
      return this.#parked(operation, 'DIRECTORY_NOT_EMPTY', message);
    }
    const { decided } = await evaluate(this.#context, below);
    const staying = decided.some(({ decision }) => decision.do !== 'take' || decision.entry.kind !== 'deleted');
    // Whoever deleted the directory may still be on the way to saying the same of what is in it.
    if (staying && this.#options.isMoreComing()) return this.#parked(operation, undefined, '', waveQuietMs);
    if (staying) await this.#revive(operation, signal);
    await this.add([path, ...below], signal);
  }

  async #revive(operation: Operation, signal: AbortSignal): Promise<void> {
    const { store } = this.#context;
    const local = await store.get(operation.path);
    if (local === undefined) return;
    const theirs = operation.records.find((record) => record.path === operation.path)?.entry;
    const known = new Map<RelativePath, Decided['local']>();
    if (theirs?.kind === 'file' || theirs?.kind === 'symlink') {
      for (const copy of conflictPathsOf(operation.path, theirs)) known.set(copy, await store.get(copy));
    }
    const revival = reviveDirectory(local, operation, { record: (path) => known.get(path) });
    if (revival === undefined || !this.#claim(revival)) return;
    try {
      await this.#fetchThenApply([revival], signal);
    } catch (error) {
      // Nothing else would let go of its paths.
      this.#requeue([revival]);
      throw error;
    }
  }

  /** The folder as a whole cannot be written: disk full, read-only, gone. It is said, and tried again. */
  async #folderFailed(error: unknown, signal: AbortSignal): Promise<void> {
    const message = messageOf(error);
    this.#context.logger.error({ error: message, stack: (error as Error).stack }, 'cannot bring in changes');
    this.#folderProblem = message;
    this.#context.changed();
    const delay = backoffMs(this.#folderFailures++, folderRetry, this.#context.random());
    await sleep(delay, signal, this.#context.clock).catch(noop);
    this.#wake.ring();
  }

  #folderWorks(): void {
    this.#folderFailures = 0;
    if (this.#folderProblem === undefined) return;
    this.#folderProblem = undefined;
    this.#context.changed();
  }
}

function noop(): void {}

/** Deletes, and whatever takes the place of a directory. */
function isLate({ local, decision }: Decided): boolean {
  if (decision.do !== 'take') return false;
  return decision.entry.kind === 'deleted' || decision.unheld === true || local?.entry.kind === 'directory';
}

/** Splits so that no batch holds more than `batchBytesMax` of content. Order stays. */
function bySize(operations: readonly Operation[]): Operation[][] {
  const batches: Operation[][] = [];
  let batch: Operation[] = [];
  let bytes = 0;
  for (const operation of operations) {
    const size = operation.content?.size ?? 0;
    if (batch.length > 0 && (bytes + size > batchBytesMax || batch.length >= 1000)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(operation);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
