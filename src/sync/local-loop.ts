/**
 * The walk of a local change: hints and rescans → look → hash → observe → index. The watcher only says where to look; what
 * is recorded is what a look found (I6). Files are hashed outside the agreement lock and refused as stale if the record moved
 * meanwhile; everything else, deletes above all, is looked at once more under the lock, right before it is recorded.
 */
import { messageOf } from '../base/problem.ts';
import { judge, type GuardLimits } from '../core/guard.ts';
import { needsHash, observe, type Observation, type Seen } from '../core/observe.ts';
import { ignoreFilePath, isIgnored } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';
import { isHeld, isUnheld, type LocalRecord, type Manifest } from '../core/record.ts';
import { ScanDiff, type Finding } from '../core/scan-diff.ts';
import type { DiskItem } from '../core/step.ts';
import type { Ignores, PathProblem, RecordChange, WatchHint } from './ports.ts';
import { clearLeftOut, isLeftOut, unheldPaths, visible, withdrawal } from './left-out.ts';
import type { SessionContext } from './session-context.ts';
import { Wake } from './wake.ts';

/** Paths looked at, hashed or recorded in one go. */
const batchMax = 1000;
/** Files hashed in one go, bytes: a huge file is a batch of its own. */
const hashBytesMax = 256 * 1024 * 1024;
/** A file that changed while it was read is read again after this. */
const changingRetryMs = 200;
/** Paths remembered for a second look in one scan; more wait for the next rescan. */
const suspectsMax = 200_000;

export interface LocalLoopOptions {
  readonly guard: GuardLimits;
  /** Milliseconds between full rescans. */
  readonly rescanMs: number;
  readonly ignores: Ignores | undefined;
  /** Paths whose records changed here. */
  readonly onRecorded: (paths: readonly RelativePath[]) => Promise<void>;
}

interface Hint {
  subtree: boolean;
  done: (() => void)[];
}

export class LocalLoop {
  readonly #context: SessionContext;
  readonly #options: LocalLoopOptions;
  readonly #wake = new Wake();
  /** By path; the key of the root is ''. */
  #hints = new Map<RelativePath | '', Hint>();
  #working = false;
  #lastFullScanMs: number | undefined;
  #held: string | undefined;
  #accepted = false;
  #rootProblem: { code: string; message: string } | undefined;
  #ignoreProblems: readonly { readonly code: string; readonly message: string }[] = [];

  constructor(context: SessionContext, options: LocalLoopOptions) {
    this.#context = context;
    this.#options = options;
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
    for (const { done } of this.#hints.values()) for (const resolve of done) resolve();
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
    if (settlesInMs !== undefined)
      setTimeout(() => this.hint({ path: ignoreFilePath, subtree: false }), settlesInMs).unref();
    if (changed) clearLeftOut(this.#context);
    return changed;
  }

  async #follow(hints: ReadonlyMap<RelativePath | '', Hint>, signal: AbortSignal): Promise<void> {
    const singles: RelativePath[] = [];
    for (const [path, { subtree }] of hints) {
      if (path === '' || isIgnored(path)) continue;
      if (subtree) await this.#scan(path, signal);
      else singles.push(path);
    }
    for (let start = 0; start < singles.length; start += batchMax) {
      await this.#look(singles.slice(start, start + batchMax), signal);
    }
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
    await this.#record(differences, [], signal);
  }

  async #scan(start: RelativePath | undefined, signal: AbortSignal): Promise<void> {
    const present: Finding[] = [];
    const absent: RelativePath[] = [];
    const withdrawn: LocalRecord[] = [];
    let files = 0;
    let filesLost = 0;
    const sort = async (found: AsyncIterable<readonly Finding[]>): Promise<void> => {
      for await (const findings of found) {
        for (const finding of findings) {
          if (finding.leftOut === true && finding.indexed !== undefined) withdrawn.push(finding.indexed);
          else if (finding.item !== undefined) present.push(finding);
          else if (absent.length < suspectsMax) {
            absent.push(finding.path);
            if (finding.indexed?.entry.kind === 'file') filesLost++;
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
          for (const { kind } of batch.items) if (kind === 'file') files++;
          this.#report(batch.problems);
          await sort(diff.push(batch));
        },
        signal,
      );
      await sort(diff.end());
    } finally {
      await diff.close();
    }
    await this.#withdraw(withdrawn);
    // A move within one scan is recorded in one commit, so that peers see both halves together.
    if (start === undefined && files === 0 && !this.#mayLose(filesLost)) absent.length = 0;
    await this.#record(present, absent.splice(0, batchMax), signal);
    while (absent.length > 0) await this.#record([], absent.splice(0, batchMax), signal);
  }

  /** A root that was emptied is more often an accident or a missing disk than a wish: it is held until a person accepts. */
  #mayLose(deletes: number): boolean {
    const { files } = this.#context.store.totals();
    const verdict = judge({ deletes, overwrites: 0 }, { files }, { ...this.#options.guard, shareMax: 1 });
    if (verdict.ok || this.#accepted) {
      this.#accepted = false;
      this.#held = undefined;
      return true;
    }
    if (this.#held === undefined) this.#context.emit({ type: 'held', reason: verdict.reason });
    this.#held = verdict.reason;
    return false;
  }

  /** From now on known and not held: their files stay as they are, here and everywhere. */
  async #withdraw(records: readonly LocalRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#context.agreement.run(() => this.#context.store.commit(records.map(withdrawal)));
    for (const { path } of records) this.#context.errors.clear(path);
    this.#context.changed();
    await this.#options.onRecorded(records.map(({ path }) => path));
  }

  #report(problems: readonly PathProblem[]): void {
    for (const { path, code, message } of problems) {
      if (!this.#context.errors.set(path, code, message)) continue;
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
        if (needsHash(indexed, item)) files.push({ indexed, item });
      } else if (item?.kind === 'other') {
        this.#report([
          { path, code: 'NOT_SYNCABLE', message: 'It is a socket, device or pipe; these are not synchronised.' },
        ]);
      } else again.push(path);
    }
    const changes: RecordChange[] = [];
    for (const batch of byBytes(files)) changes.push(...(await this.#hash(batch, signal)));
    const recorded = await this.#context.agreement.run(async () => {
      const late = await this.#lookAgain(again);
      const all = [...changes, ...late];
      if (all.length === 0) return [];
      const results = await this.#context.store.commit(all);
      const paths: RelativePath[] = [];
      results.forEach((result, i) => {
        const { path, entry } = all[i] as RecordChange;
        if (result === 'stale') return this.hint({ path, subtree: false });
        this.#context.errors.clear(path);
        paths.push(path);
        return this.#context.emit({ type: 'local-change', path, kind: entry.kind });
      });
      this.#context.changed();
      return paths;
    });
    if (recorded.length > 0) await this.#options.onRecorded(recorded);
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
        if (outcome.reason === 'changing')
          setTimeout(() => this.hint({ path, subtree: false }), changingRetryMs).unref();
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
        changes.push(...changeOf(path, indexed, observation));
      }
    }
    return changes;
  }
}

function seenOf(item: DiskItem | undefined): Seen | undefined {
  if (item === undefined) return { is: 'absent' };
  switch (item.kind) {
    case 'directory':
      return { is: 'directory', stat: item.stat };
    case 'symlink':
      return { is: 'symlink', target: item.target ?? '', stat: item.stat };
    case 'file':
    case 'other':
      return undefined;
  }
}

function changeOf(path: RelativePath, indexed: LocalRecord | undefined, observation: Observation): RecordChange[] {
  if (observation.do !== 'record') return [];
  return [
    {
      path,
      entry: observation.entry,
      write: 'local',
      version: observation.base,
      stat: observation.stat,
      manifest: observation.manifest,
      basedOn: indexed?.sequence ?? 0,
    },
  ];
}

/** The record as it is, now with what stands here for it. A commit, not a refresh: its content becomes known by chunks too. */
function heldAgain(record: LocalRecord, stat: LocalRecord['stat'], manifest: Manifest | undefined): RecordChange {
  const { path, entry, dot, version, sequence } = record;
  return { path, entry, write: { dot }, version, stat, manifest, basedOn: sequence };
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
