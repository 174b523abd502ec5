/**
 * The walk of a local change: hints and rescans → look → hash → observe → index. The watcher only says where to look; what
 * is recorded is what a look found (I6). Files are hashed outside the agreement lock and refused as stale if the record moved
 * meanwhile; everything else, deletes above all, is looked at once more under the lock, right before it is recorded.
 */
import { messageOf } from '../base/problem.ts';
import { contentEqual, type Entry } from '../core/entry.ts';
import { LossTally, type GuardLimits, type Judgement, type Loss } from '../core/guard.ts';
import { needsHash, observe } from '../core/observe.ts';
import { ignoreFilePath, isIgnored } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';
import { isHeld, isUnheld, type LocalRecord } from '../core/record.ts';
import { ScanDiff, type Finding } from '../core/scan-diff.ts';
import type { DiskItem } from '../core/step.ts';
import { clearLeftOut, isLeftOut, unheldPaths, visible, withdrawal } from './left-out.ts';
import { snapshotGroup, type Snapshot } from './group-snapshot.ts';
import { changeOf, heldAgain, seenOf } from './local-changes.ts';
import type { LocalOnly } from './local-only.ts';
import type { Ignores, PathProblem, RecordChange, WatchHint } from './ports.ts';
import type { SessionContext } from './session-context.ts';
import { Wake } from './wake.ts';

/** Paths looked at, hashed or recorded in one go. */
const batchMax = 1000;
/** Files hashed in one go, bytes: a huge file is a batch of its own. */
const hashBytesMax = 256 * 1024 * 1024;
/** A file that changed while it was read is read again after this. */
const changingRetryMs = 200;
/** A group in which somebody is at work is looked at again after this, and less and less often. */
const groupRetryMs = 200;
const groupRetryMsMax = 5000;
/** Then it is said. */
const groupBusyMsMax = 60_000;
/** Losses that wait for a scan wait this long for more of them. */
const lossQuietMs = 500;
/** Places looked at to see whether content that is gone has only moved. */
const placesMax = 8;
/** Paths remembered for a second look in one scan; more wait for the next rescan. */
const suspectsMax = 200_000;

export interface LocalLoopOptions {
  readonly guard: GuardLimits;
  /** Milliseconds between full rescans. */
  readonly rescanMs: number;
  readonly ignores: Ignores | undefined;
  /** Paths whose records changed here. */
  readonly onRecorded: (paths: readonly RelativePath[]) => Promise<void>;
  /** Of a receive-only folder: where its local changes go instead of into the index. */
  readonly localOnly: LocalOnly | undefined;
}

interface Hint {
  subtree: boolean;
  done: (() => void)[];
}

export class LocalLoop {
  readonly #context: SessionContext;
  readonly #options: LocalLoopOptions;
  readonly #wake: Wake;
  /** By path; the key of the root is ''. */
  #hints = new Map<RelativePath | '', Hint>();
  #working = false;
  #lastFullScanMs: number | undefined;
  readonly #losses = new LossTally();
  /** Groups in which somebody is at work, and since when. */
  readonly #groupsBusy = new Map<RelativePath, number>();
  /** A scan of everything will come soon. */
  #isScanDue = false;
  readonly #timers = new Set<() => void>();
  #held: string | undefined;
  /** From a person's consent to the end of the scan that follows. */
  #accepted = false;
  #rootProblem: { code: string; message: string } | undefined;
  #ignoreProblems: readonly { readonly code: string; readonly message: string }[] = [];

  constructor(context: SessionContext, options: LocalLoopOptions) {
    this.#context = context;
    this.#options = options;
    this.#wake = new Wake(context.clock);
  }

  /** Resolves when what the hint names has been looked at and recorded. */
  rescan(path: RelativePath | undefined, subtree: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#add({ path, subtree }, resolve);
    });
  }

  hint(hint: WatchHint): void {
    this.#add(hint, undefined);
  }

  accept(): void {
    if (this.#held === undefined) return;
    this.#held = undefined;
    this.#accepted = true;
    this.hint({ path: undefined, subtree: true });
  }

  status(): {
    busy: boolean;
    scanned: boolean;
    held: string | undefined;
    rootProblem: { code: string; message: string } | undefined;
  } {
    return {
      busy: this.#working || this.#hints.size > 0,
      scanned: this.#lastFullScanMs !== undefined,
      held: this.#held,
      rootProblem: this.#rootProblem,
    };
  }

  /** Runs until the signal aborts; scans everything first. */
  async run(signal: AbortSignal): Promise<void> {
    this.hint({ path: undefined, subtree: true });
    while (!signal.aborted) {
      await this.#wake.wait(signal, this.#msToRescan());
      if (signal.aborted) break;
      if (this.#hints.size === 0 && this.#msToRescan() === 0) this.hint({ path: undefined, subtree: true });
      const hints = this.#hints;
      this.#hints = new Map();
      this.#working = true;
      try {
        await this.#work(hints, signal);
      } catch (error) {
        if (!signal.aborted)
          this.#context.logger.error({ error: messageOf(error), stack: (error as Error).stack }, 'scan failed');
      } finally {
        this.#working = false;
        for (const { done } of hints.values()) for (const resolve of done) resolve();
        this.#context.changed();
      }
    }
    for (const cancel of this.#timers) cancel();
    for (const { done } of this.#hints.values()) for (const resolve of done) resolve();
  }

  #hintLater(ms: number, hint: WatchHint): void {
    const cancel = this.#context.clock.after(ms, () => {
      this.#timers.delete(cancel);
      this.hint(hint);
    });
    this.#timers.add(cancel);
  }

  #add({ path, subtree }: WatchHint, done: (() => void) | undefined): void {
    const key = path ?? '';
    const hint = this.#hints.get(key) ?? { subtree: false, done: [] };
    hint.subtree ||= subtree;
    if (done !== undefined) hint.done.push(done);
    this.#hints.set(key, hint);
    this.#wake.ring();
  }

  #msToRescan(): number {
    if (this.#lastFullScanMs === undefined) return this.#options.rescanMs;
    return Math.max(0, this.#lastFullScanMs + this.#options.rescanMs - this.#context.clock.monotonic());
  }

  async #work(hints: ReadonlyMap<RelativePath | '', Hint>, signal: AbortSignal): Promise<void> {
    const root = await this.#context.disk.checkRoot();
    this.#rootProblem = root.ok ? undefined : root;
    if (!root.ok) {
      this.#context.logger.warn({ code: root.code }, root.message);
      this.#lastFullScanMs = this.#context.clock.monotonic();
      return;
    }
    const rulesChanged = await this.#reloadIgnores(hints);
    if (rulesChanged || hints.get('')?.subtree === true) {
      this.#isScanDue = false;
      await this.#scan(undefined, signal);
      this.#lastFullScanMs = this.#context.clock.monotonic();
    } else await this.#follow(hints, signal);
    // What is no longer left out and stands nowhere here is fetched. Parents come first: what is below needs them.
    if (rulesChanged) {
      for await (const paths of unheldPaths(this.#context.store)) await this.#options.onRecorded(paths);
    }
    // After all else: to record the file itself takes its errors away.
    this.#report(this.#ignoreProblems.map((problem) => ({ path: ignoreFilePath, ...problem })));
  }

  /** True when other paths than before may be left out: everything is looked at. */
  async #reloadIgnores(hints: ReadonlyMap<RelativePath | '', Hint>): Promise<boolean> {
    const { ignores } = this.#options;
    if (ignores === undefined || !(hints.has('') || hints.has(ignoreFilePath))) return false;
    const { changed, settlesInMs, problems } = await ignores.reload();
    if (problems.length === 0 && this.#ignoreProblems.length > 0) this.#context.errors.clear(ignoreFilePath);
    this.#ignoreProblems = problems;
    if (settlesInMs !== undefined) this.#hintLater(settlesInMs, { path: ignoreFilePath, subtree: false });
    if (changed) clearLeftOut(this.#context);
    return changed;
  }

  async #follow(hints: ReadonlyMap<RelativePath | '', Hint>, signal: AbortSignal): Promise<void> {
    const singles: RelativePath[] = [];
    const groups = new Set<RelativePath>();
    for (const [path, { subtree }] of hints) {
      if (path === '' || isIgnored(path)) continue;
      const group = this.#context.groupOf(path);
      if (group !== undefined) groups.add(group);
      else if (subtree) await this.#scan(path, signal);
      else singles.push(path);
    }
    for (let start = 0; start < singles.length; start += batchMax) {
      await this.#look(singles.slice(start, start + batchMax), signal);
    }
    for (const group of groups) await this.#group(group, signal);
  }

  // -------------------------------------------------------------- finding

  async #look(paths: readonly RelativePath[], signal: AbortSignal): Promise<void> {
    // Records before the look: a change applied in between shows as a stale sequence, never as a wrong delete.
    const records = await this.#context.store.getMany(paths);
    const items = await this.#context.disk.look(paths);
    const differences: Finding[] = [];
    const problems: PathProblem[] = [];
    const withdrawn: LocalRecord[] = [];
    const { ignores } = this.#context;
    for (const [i, path] of paths.entries()) {
      const indexed = records[i];
      const item = visible(ignores, path, items[i]);
      if (item === undefined && indexed !== undefined && isLeftOut(ignores, indexed)) {
        if (isHeld(indexed)) withdrawn.push(indexed);
        continue;
      }
      if (item !== undefined && 'message' in item) {
        problems.push(item);
        continue;
      }
      const wasDirectory = indexed?.entry.kind === 'directory';
      if (wasDirectory !== (item?.kind === 'directory')) await this.#scan(path, signal);
      else differences.push({ path, indexed, item });
    }
    this.#report(problems);
    await this.#withdraw(withdrawn);
    await this.#record(this.#withinGuard(differences), [], signal);
  }

  async #scan(start: RelativePath | undefined, signal: AbortSignal): Promise<void> {
    const present: Finding[] = [];
    const changed: Finding[] = [];
    const absent: Finding[] = [];
    /** Something else stands where a directory was: it waits for the deletes below. */
    const swapped: Finding[] = [];
    let emptyFiles = 0;
    /** More is gone than is remembered: the rest is found by the next scan, and the directories with it. */
    let isCutShort = false;
    const groups = new Set<RelativePath>();
    const found = new Set<RelativePath>();
    const withdrawn: LocalRecord[] = [];
    const stillWrong = new Set<RelativePath | undefined>();
    const sort = async (batches: AsyncIterable<readonly Finding[]>): Promise<void> => {
      for await (const findings of batches) {
        for (const finding of findings) {
          if (finding.leftOut === true && finding.indexed !== undefined) {
            withdrawn.push(finding.indexed);
            continue;
          }
          if (this.#options.localOnly !== undefined) found.add(finding.path);
          // It has yet to be read.
          if (finding.item !== undefined && this.#context.errors.has(finding.path)) stillWrong.add(finding.path);
          const group = this.#context.groupOf(finding.path);
          if (group !== undefined) groups.add(group);
          else if (finding.item === undefined) {
            if (absent.length < suspectsMax) absent.push(finding);
            else isCutShort = true;
          } else if (finding.indexed?.entry.kind === 'directory' && finding.item.kind !== 'directory')
            swapped.push(finding);
          else if (isRewrite(finding) && changed.length < suspectsMax) changed.push(finding);
          else {
            if (finding.item.kind === 'file' && finding.item.stat.size === 0) emptyFiles++;
            present.push(finding);
          }
        }
      }
      while (present.length > batchMax) await this.#record(present.splice(0, batchMax), [], signal);
      if (withdrawn.length > batchMax) await this.#withdraw(withdrawn.splice(0));
    };
    const { ignores, store } = this.#context;
    const diff = new ScanDiff(store.iterate(start), (record) => isLeftOut(ignores, record));
    try {
      await this.#context.disk.scan(
        start,
        true,
        async (batch) => {
          this.#report(batch.problems);
          for (const { path } of batch.problems) stillWrong.add(path);
          await sort(diff.push(batch));
        },
        signal,
      );
      await sort(diff.end());
    } finally {
      await diff.close();
    }
    await this.#withdraw(withdrawn);
    this.#context.errors.lookedOver(start, stillWrong);
    for (const group of groups) await this.#group(group, signal);
    const losses = lossesOf([...changed, ...absent]);
    const mustWait = this.#held !== undefined && start !== undefined && losses.size > 0;
    if (mustWait || !this.#judge(losses).ok) {
      // What appeared goes first: what has only moved is no loss.
      while (present.length > 0) await this.#record(present.splice(0, batchMax), [], signal);
      // While something is held, its parts do not go one by one: only a scan of everything can tell.
      if (mustWait) return this.#scanSoon();
      if (!(await this.#mayLose(changed, absent, emptyFiles, signal))) return;
    } else if (start === undefined) this.#lift();
    while (changed.length > 0) await this.#record(changed.splice(0, batchMax), [], signal);
    // A move within one scan is recorded in one commit, so that peers see both halves together. What took a directory's place
    // comes with the last of the deletes: peers that heard of it before those would take it for a conflict with what is below.
    // Children go before their directories: of a directory that is announced as gone before what is in it peers would say that it
    // holds what nobody deleted, and keep it.
    const leaving = isCutShort ? absent.filter(({ indexed }) => indexed?.entry.kind !== 'directory') : absent;
    const paths = leaving.map(({ path }) => path).reverse();
    while (paths.length > batchMax) await this.#record(present.splice(0), paths.splice(0, batchMax), signal);
    await this.#record([...present, ...swapped], paths, signal);
    if (isCutShort) this.#scanSoon();
    if (start !== undefined) return;
    this.#options.localOnly?.keepOnly(found);
    this.#consentEnds();
  }

  /** From now on known and not held: their files stay as they are, here and everywhere. */
  async #withdraw(records: readonly LocalRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#context.agreement.run(() => this.#context.store.commit(records.map(withdrawal)));
    for (const { path } of records) this.#context.errors.clear(path);
    this.#context.changed();
    await this.#options.onRecorded(records.map(({ path }) => path));
  }

  // -------------------------------------------------------------- groups

  /** All of a group from one quiet moment, in one commit; while somebody is at work in it, it waits. */
  async #group(group: RelativePath, signal: AbortSignal): Promise<void> {
    const snapshot = await snapshotGroup(this.#context, group, signal);
    switch (snapshot.is) {
      case 'unreadable':
        return this.#report(snapshot.problems);
      case 'busy':
        return this.#groupBusy(group, snapshot.lock);
      case 'quiet': {
        const recorded = await this.#commitGroup(snapshot);
        if (recorded === 'stale') return this.#groupBusy(group, undefined);
        this.#groupsBusy.delete(group);
        this.#context.errors.clear(group);
        if (recorded.length > 0) await this.#options.onRecorded(recorded);
      }
    }
  }

  #groupBusy(group: RelativePath, lock: RelativePath | undefined): void {
    const { clock } = this.#context;
    const since = this.#groupsBusy.get(group) ?? clock.monotonic();
    this.#groupsBusy.set(group, since);
    const waitedMs = clock.monotonic() - since;
    if (waitedMs > groupBusyMsMax) {
      const message =
        lock === undefined
          ? `${group} has been changing for more than a minute; it is sent as a whole, once it is quiet`
          : `${lock} says that a program is at work in ${group}, which is sent as a whole, once it is done; if none is, remove that file`;
      this.#report([{ path: group, code: 'GROUP_BUSY', message }], 'other');
    }
    const delay = Math.min(groupRetryMsMax, Math.max(groupRetryMs, waitedMs / 4));
    this.#hintLater(delay, { path: group, subtree: true });
  }

  async #commitGroup({
    changes,
    refreshed,
  }: Extract<Snapshot, { is: 'quiet' }>): Promise<readonly RelativePath[] | 'stale'> {
    const { agreement, store, disk } = this.#context;
    if (refreshed.length > 0) await store.refreshStats(refreshed);
    if (changes.length === 0) return [];
    return agreement.run(async () => {
      const deletes = changes.some(({ entry }) => entry.kind === 'deleted');
      if (deletes && !(await disk.checkRoot()).ok) return [];
      const now = await store.getMany(changes.map(({ path }) => path));
      if (changes.some(({ basedOn }, i) => (now[i]?.sequence ?? 0) !== basedOn)) return 'stale';
      const recorded = this.#toRecord(changes);
      await store.commit(recorded);
      for (const { path, entry } of recorded) {
        this.#context.errors.clear(path);
        this.#context.emit({ type: 'local-change', path, kind: entry.kind });
      }
      this.#context.changed();
      return recorded.map(({ path }) => path);
    });
  }

  // -------------------------------------------------------------- the guard

  #judge(planned: ReadonlyMap<RelativePath, Loss>): Judgement {
    if (this.#accepted || this.#options.localOnly !== undefined) return { ok: true };
    const { store, clock } = this.#context;
    return this.#losses.judge(planned, store.totals().files, clock.monotonic(), this.#options.guard);
  }

  /**
   * A look at single paths sees a part of what happens: from the guard's least number of deletes on, or when it would hold
   * them, losses wait for a scan, which sees all of it.
   */
  #withinGuard(differences: readonly Finding[]): readonly Finding[] {
    const planned = lossesOf(differences);
    if (planned.size === 0 || this.#accepted) return differences;
    let deletes = this.#losses.deletes(this.#context.clock.monotonic());
    for (const loss of planned.values()) if (loss === 'delete') deletes++;
    const mayPass = this.#held === undefined && deletes < this.#options.guard.filesMin;
    if (mayPass && this.#judge(planned).ok) return differences;
    this.#scanSoon();
    return differences.filter(({ path }) => !planned.has(path));
  }

  #scanSoon(): void {
    if (this.#isScanDue) return;
    this.#isScanDue = true;
    this.#hintLater(lossQuietMs, { path: undefined, subtree: true });
  }

  /** A mass loss: is it one? What moved, or was only touched, is none. False: it is held until a person accepts. */
  async #mayLose(
    changed: readonly Finding[],
    absent: readonly Finding[],
    emptyFiles: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const planned = lossesOf([...changed, ...absent]);
    await this.#forgetMoved(planned, absent, emptyFiles);
    let verdict = this.#judge(planned);
    // While it is held, nothing is read again: the stats alone tell whether it was taken back.
    if (!verdict.ok && this.#held === undefined && changed.length > 0) {
      await this.#forgetTouched(planned, changed, signal);
      verdict = this.#judge(planned);
    }
    if (verdict.ok) {
      this.#lift();
      return true;
    }
    if (this.#held === undefined) this.#context.emit({ type: 'held', reason: verdict.reason });
    this.#held = verdict.reason;
    return false;
  }

  async #forgetMoved(planned: Map<RelativePath, Loss>, absent: readonly Finding[], emptyFiles: number): Promise<void> {
    let emptyLeft = emptyFiles;
    const gone = new Set(absent.map(({ path }) => path));
    for (const { path, indexed } of absent) {
      if (indexed?.entry.kind !== 'file') continue;
      if (indexed.entry.size === 0) {
        if (emptyLeft-- > 0) planned.delete(path);
        continue;
      }
      const places = await this.#context.store.pathsWithContent(indexed.entry.contentHash, placesMax);
      if (places.some((place) => !gone.has(place))) planned.delete(path);
    }
  }

  async #forgetTouched(
    planned: Map<RelativePath, Loss>,
    changed: readonly Finding[],
    signal: AbortSignal,
  ): Promise<void> {
    for (let start = 0; start < changed.length; start += batchMax) {
      const slice = changed.slice(start, start + batchMax);
      const outcomes = await this.#context.disk.hash(
        slice.map(({ path }) => path),
        signal,
      );
      outcomes.forEach((outcome, i) => {
        const { path, indexed } = slice[i] as Finding;
        if (!outcome.ok || (indexed !== undefined && contentEqual(indexed.entry, outcome.entry))) planned.delete(path);
      });
    }
  }

  #lift(): void {
    if (this.#held === undefined) return;
    this.#held = undefined;
    this.#context.changed();
  }

  #consentEnds(): void {
    if (!this.#accepted) return;
    this.#accepted = false;
    this.#losses.clear();
  }

  #report(problems: readonly PathProblem[], by: 'look' | 'other' = 'look'): void {
    for (const { path, code, message } of problems) {
      if (!this.#context.errors.set(path, code, message, by)) continue;
      this.#context.emit({ type: 'path-error', path: path ?? '.', code, message });
    }
  }

  // -------------------------------------------------------------- recording

  /** Hashes what needs it and commits all that turns out to be a change. `absent`: paths to look at once more for deletes. */
  async #record(differences: readonly Finding[], absent: readonly RelativePath[], signal: AbortSignal): Promise<void> {
    const again: RelativePath[] = [...absent];
    const files: { indexed: LocalRecord | undefined; item: DiskItem }[] = [];
    for (const { path, indexed, item } of differences) {
      if (item?.kind === 'file') {
        if (!needsHash(indexed, item)) this.#options.localOnly?.forget(path);
        else if (this.#options.localOnly?.isKnown(path, item.stat) !== true) files.push({ indexed, item });
      } else if (item?.kind === 'other') {
        this.#report([
          { path, code: 'NOT_SYNCABLE', message: 'It is a socket, device or pipe; these are not synchronised.' },
        ]);
      } else again.push(path);
    }
    const changes: RecordChange[] = [];
    for (const batch of byBytes(files)) changes.push(...(await this.#hash(batch, signal)));
    const lost: { before: LocalRecord; loss: Loss }[] = [];
    const based = new Map(differences.map(({ path, indexed }) => [path, indexed]));
    const recorded = await this.#context.agreement.run(async () => {
      const gone = await this.#context.store.getMany(absent);
      absent.forEach((path, i) => based.set(path, gone[i]));
      const late = await this.#lookAgain(again);
      const all = this.#toRecord(swapsLast([...changes, ...late], based));
      if (all.length === 0) return [];
      const results = await this.#context.store.commit(all);
      const paths: RelativePath[] = [];
      results.forEach((result, i) => {
        const { path, entry } = all[i] as RecordChange;
        if (result === 'stale') return this.hint({ path, subtree: false });
        this.#context.errors.clear(path);
        paths.push(path);
        const before = based.get(path);
        const loss = before === undefined ? undefined : lossBetween(before, entry);
        if (before !== undefined && loss !== undefined) lost.push({ before, loss });
        return this.#context.emit({ type: 'local-change', path, kind: entry.kind });
      });
      this.#context.changed();
      return paths;
    });
    await this.#noteLosses(lost);
    if (recorded.length > 0) await this.#options.onRecorded(recorded);
  }

  #toRecord(changes: readonly RecordChange[]): readonly RecordChange[] {
    return this.#options.localOnly?.withhold(changes) ?? changes;
  }

  async #noteLosses(lost: readonly { readonly before: LocalRecord; readonly loss: Loss }[]): Promise<void> {
    const { store, clock } = this.#context;
    for (const { before, loss } of lost) {
      const { path, entry } = before;
      if (entry.kind !== 'file' || entry.size === 0) continue;
      if ((await store.pathsWithContent(entry.contentHash, 1)).length > 0) continue;
      this.#losses.note(path, loss, clock.monotonic());
    }
  }

  async #hash(
    files: readonly { indexed: LocalRecord | undefined; item: DiskItem }[],
    signal: AbortSignal,
  ): Promise<RecordChange[]> {
    const outcomes = await this.#context.disk.hash(
      files.map(({ item }) => item.path),
      signal,
    );
    const changes: RecordChange[] = [];
    const refreshed: { path: RelativePath; sequence: number; stat: LocalRecord['stat'] & object }[] = [];
    outcomes.forEach((outcome, i) => {
      const { indexed } = files[i] as (typeof files)[number];
      const { path } = outcome;
      if (!outcome.ok) {
        if (outcome.reason === 'changing') this.#hintLater(changingRetryMs, { path, subtree: false });
        else if (outcome.reason === 'gone') this.hint({ path, subtree: false });
        else this.#report([{ path, code: 'UNREADABLE', message: outcome.message }]);
        return;
      }
      const { entry, stat, manifest } = outcome;
      const observation = observe(indexed, { is: 'file', entry, stat, manifest }, this.#context.traits);
      if (observation.do === 'refresh-stat' && indexed !== undefined) {
        if (isUnheld(indexed)) changes.push(heldAgain(indexed, stat, manifest));
        else refreshed.push({ path, sequence: indexed.sequence, stat });
        this.#context.errors.clear(path);
      } else changes.push(...changeOf(path, indexed, observation));
    });
    if (refreshed.length > 0) await this.#context.store.refreshStats(refreshed);
    return changes;
  }

  /** Under the agreement lock: nothing is applied between this look and the commit. */
  async #lookAgain(paths: readonly RelativePath[]): Promise<RecordChange[]> {
    if (paths.length === 0) return [];
    const { disk, store, traits, ignores } = this.#context;
    const items = await disk.look(paths);
    const records = await store.getMany(paths);
    const root = await disk.checkRoot();
    const changes: RecordChange[] = [];
    for (const [i, path] of paths.entries()) {
      const indexed = records[i];
      const item = visible(ignores, path, items[i]);
      if (item === undefined && indexed !== undefined && isLeftOut(ignores, indexed)) {
        if (isHeld(indexed)) changes.push(withdrawal(indexed));
        continue;
      }
      if (item !== undefined && 'message' in item) {
        this.#report([item]);
        continue;
      }
      const seen = seenOf(item);
      // A file came where something else was: it is hashed first.
      if (seen === undefined) this.hint({ path, subtree: false });
      else if (seen.is !== 'absent' || root.ok) {
        const observation = observe(indexed, seen, traits);
        if (observation.do === 'refresh-stat' && indexed !== undefined) {
          if (isUnheld(indexed)) changes.push(heldAgain(indexed, observation.stat, undefined));
          else await store.refreshStats([{ path, sequence: indexed.sequence, stat: observation.stat }]);
        }
        if (observation.do === 'nothing') this.#options.localOnly?.forget(path);
        changes.push(...changeOf(path, indexed, observation));
      }
    }
    return changes;
  }
}

/** What takes the place of a directory goes behind the deletes of what was in it. */
function swapsLast(
  changes: readonly RecordChange[],
  based: ReadonlyMap<RelativePath, LocalRecord | undefined>,
): RecordChange[] {
  const isSwap = ({ path, entry }: RecordChange): boolean =>
    based.get(path)?.entry.kind === 'directory' && entry.kind !== 'directory' && entry.kind !== 'deleted';
  return [...changes.filter((change) => !isSwap(change)), ...changes.filter(isSwap)];
}

/** A file that stands where the index has one, and is not what the index says. */
function isRewrite({ indexed, item }: Finding): boolean {
  return item?.kind === 'file' && indexed?.entry.kind === 'file' && isHeld(indexed) && needsHash(indexed, item);
}

/** What findings look like before anything is read: a file that is gone, or was written to. */
function lossesOf(findings: readonly Finding[]): Map<RelativePath, Loss> {
  const losses = new Map<RelativePath, Loss>();
  for (const finding of findings) {
    const { path, indexed, item } = finding;
    if (item === undefined && indexed?.entry.kind === 'file' && isHeld(indexed)) losses.set(path, 'delete');
    else if (isRewrite(finding)) losses.set(path, 'overwrite');
  }
  return losses;
}

function lossBetween(before: LocalRecord, after: Entry): Loss | undefined {
  if (before.entry.kind !== 'file' || !isHeld(before)) return undefined;
  if (after.kind === 'deleted') return 'delete';
  return contentEqual(before.entry, after) ? undefined : 'overwrite';
}

function byBytes<T extends { item: DiskItem }>(files: readonly T[]): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && bytes + file.item.stat.size > hashBytesMax) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.item.stat.size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
