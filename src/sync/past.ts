/**
 * The past of one folder: kept versions brought back, and one device's changes taken back. A restore is a user's edit: it looks
 * first, keeps what it replaces as a version too, goes through staging and a rename, and the local loop records it. An undo
 * writes records of this device's own above everything it takes back, through the same steps as any plan.
 */
import { messageOf, Problem } from '../base/problem.ts';
import { singleChunkBytesMax } from '../core/cut-points.ts';
import type { Entry, FileEntry } from '../core/entry.ts';
import { madeBy, type HistoryEntry } from '../core/history.ts';
import type { DeviceId, Hash } from '../core/identifiers.ts';
import { comparePaths, parentOf, type RelativePath } from '../core/path.ts';
import { expectationOf, type Operation } from '../core/plan.ts';
import type { LocalRecord, Manifest } from '../core/record.ts';
import type { ApplyStep, DiskItem, Expectation } from '../core/step.ts';
import { planUndo, type PathHistory, type UndoStep } from '../core/undo.ts';
import { applyOperations } from './apply-operations.ts';
import type { Notes } from './history.ts';
import type { HistoryStore, KeptVersion, VersionStore } from './past-ports.ts';
import type { SessionContext } from './session-context.ts';

/** Tries of a restore while somebody else writes at the path. */
const triesMax = 3;
/** Paths taken back in one go, and bytes staged for them. */
const undoBatchMax = 500;
const undoBatchBytesMax = 64 * 1024 * 1024;
/** Other places with the content that are tried. */
const placesMax = 4;

export interface PastOptions {
  readonly versions: VersionStore;
  readonly history: HistoryStore;
  readonly notes: Notes;
  /** The local loop looks and records; resolves when it has. */
  readonly rescan: (path: RelativePath, subtree: boolean) => Promise<void>;
  /** Records changed here. */
  readonly onRecorded: (paths: readonly RelativePath[]) => Promise<void>;
}

export interface Restored {
  readonly version: KeptVersion;
  /** Where what it replaced is kept now; undefined: nothing stood there. */
  readonly replaced: string | undefined;
}

export type UndoAction = 'written' | 'removed' | 'metadata';
export type LeftReason = 'changed-since' | 'not-kept' | 'in-the-way' | 'failed';

export interface UndoOutcome {
  readonly undone: readonly { readonly path: RelativePath; readonly action: UndoAction }[];
  readonly left: readonly { readonly path: RelativePath; readonly reason: LeftReason; readonly message: string }[];
}

type Doable = Exclude<UndoStep, { do: 'leave' }>;

/** A step with what it takes. */
interface Prepared {
  readonly step: Doable;
  readonly record: LocalRecord | undefined;
  /** Where the content stands in this folder. */
  readonly from: RelativePath | undefined;
}

export class Past {
  readonly #context: SessionContext;
  readonly #options: PastOptions;

  constructor(context: SessionContext, options: PastOptions) {
    this.#context = context;
    this.#options = options;
  }

  versions(
    path: RelativePath | undefined,
  ): Promise<{ readonly versions: readonly KeptVersion[]; readonly truncated: boolean }> {
    return this.#options.versions.list(path, true);
  }

  /** Newest first. */
  history(query: Parameters<HistoryStore['history']>[0]): AsyncIterable<readonly HistoryEntry[]> {
    return this.#options.history.history(query);
  }

  // -------------------------------------------------------------- restore

  /**
   * Brings back what stood at `path` at `atMs` (since the epoch): the first version put away since; undefined: the latest.
   * Problems: VERSION_NOT_FOUND, VERSION_DAMAGED, VERSION_IN_THE_WAY, RESTORE_FAILED.
   */
  async restore(path: RelativePath, atMs: number | undefined): Promise<Restored> {
    const version = await this.#choose(path, atMs);
    const content = version.item.kind === 'file' ? await this.#contentOf(version) : undefined;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#putBack(version, content);
      if (outcome.ok) {
        const timeMs = this.#context.clock.now();
        this.#options.notes.restored(path, { timeMs, cell: 'restore', kept: outcome.kept });
        await this.#options.rescan(outcome.top, true);
        return { version, replaced: outcome.kept };
      }
      if (attempt >= triesMax || !outcome.again) {
        throw new Problem('RESTORE_FAILED', `${path} could not be restored: ${outcome.message}`);
      }
    }
  }

  async #choose(path: RelativePath, atMs: number | undefined): Promise<KeptVersion> {
    const { versions } = await this.#options.versions.list(path, false);
    // Names tell whole seconds.
    const fitting = versions.filter(({ keptMs }) => atMs === undefined || keptMs + 999 >= atMs);
    const version = atMs === undefined ? fitting[0] : fitting.at(-1);
    if (version !== undefined) return version;
    const which =
      versions.length > 0
        ? `nothing was put away since then, so that what stands there now is what stood there then`
        : `nothing is kept of it; see p2psync version ls for what is kept of the directory`;
    throw new Problem('VERSION_NOT_FOUND', `there is no such version of ${path}: ${which}`);
  }

  /** Reads the version, and compares it with what the history says of it. */
  async #contentOf({ name, path, item }: KeptVersion): Promise<FileEntry> {
    const [outcome] = await this.#context.disk.hash([item.path], never);
    if (outcome?.ok !== true) {
      throw new Problem(
        'VERSION_DAMAGED',
        `the version ${name} of ${path} cannot be read (${outcome?.message ?? 'no answer'}); try another one`,
      );
    }
    for await (const entries of this.#options.history.history({ under: path })) {
      for (const { kept, before } of entries) {
        if (kept !== name || before?.kind !== 'file') continue;
        if (before.contentHash === outcome.entry.contentHash) return before;
        throw new Problem(
          'VERSION_DAMAGED',
          `the version ${name} of ${path} is not what was put away; it was left alone. Try another one`,
        );
      }
    }
    return outcome.entry;
  }

  async #putBack(
    { path, item }: KeptVersion,
    entry: FileEntry | undefined,
  ): Promise<
    { ok: true; kept: string | undefined; top: RelativePath } | { ok: false; again: boolean; message: string }
  > {
    const { disk, agreement } = this.#context;
    if (entry !== undefined) {
      const copy = { from: item.path, contentHash: entry.contentHash, fileSize: entry.size };
      const [isStaged] = await this.#options.versions.stageCopies([copy]);
      if (isStaged !== true) return { ok: false, again: true, message: 'its content could not be copied' };
    }
    return agreement.run(async () => {
      const { steps, top, blocked } = await this.#stepsTo(path, item, entry);
      if (blocked !== undefined) throw new Problem('VERSION_IN_THE_WAY', blocked);
      const outcomes = await disk.apply(steps);
      const failure = outcomes.find((outcome) => !outcome.ok);
      if (failure !== undefined && !failure.ok) {
        return {
          ok: false,
          again: ['changed', 'unstaged', 'no-parent'].includes(failure.reason),
          message: failure.message,
        };
      }
      const last = outcomes.at(-1);
      return { ok: true, kept: last?.ok === true ? last.kept : undefined, top };
    });
  }

  async #stepsTo(
    path: RelativePath,
    item: DiskItem,
    entry: FileEntry | undefined,
  ): Promise<{ steps: ApplyStep[]; top: RelativePath; blocked: string | undefined }> {
    const line: RelativePath[] = [];
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) line.unshift(parent);
    const found = await this.#context.disk.look([...line, path]);
    const steps: ApplyStep[] = [];
    for (const [i, parent] of line.entries()) {
      const there = found[i];
      if (there === undefined) steps.push({ do: 'create-directory', path: parent, expect: { is: 'absent' } });
      else if (!('kind' in there) || there.kind !== 'directory') {
        return {
          steps,
          top: path,
          blocked: `${parent} is no directory now, so that ${path} cannot be put back; rename it first`,
        };
      }
    }
    const there = found.at(-1);
    if (there !== undefined && (!('kind' in there) || there.kind === 'directory' || there.kind === 'other')) {
      return {
        steps,
        top: path,
        blocked: `a ${'kind' in there ? there.kind : 'path that cannot be read'} stands at ${path} now; rename it first`,
      };
    }
    const expect: Expectation =
      there === undefined || !('kind' in there) || there.kind === 'other'
        ? { is: 'absent' }
        : { is: 'present', kind: there.kind, stat: there.stat };
    const top = steps[0]?.path ?? path;
    steps.push(
      entry === undefined
        ? {
            do: 'write-symlink',
            path,
            target: item.target ?? '',
            mtimeUs: Math.floor(item.stat.mtimeMs * 1000),
            expect,
          }
        : { do: 'write-file', path, entry, expect },
    );
    return { steps, top, blocked: undefined };
  }

  // -------------------------------------------------------------- undo

  /** Takes back what `device` changed since a moment; `dryRun`: only says what would be done. */
  async undo(device: DeviceId, sinceMs: number, dryRun: boolean, signal: AbortSignal): Promise<UndoOutcome> {
    const histories = await this.#changesSince(device, sinceMs);
    const steps = planUndo(histories, (change) => madeBy(change) === device);
    const left: UndoOutcome['left'][number][] = [];
    const doable: Doable[] = [];
    for (const step of steps) {
      if (step.do !== 'leave') doable.push(step);
      else left.push({ path: step.path, reason: step.reason, message: 'somebody else changed it afterwards' });
    }
    const prepared = await this.#prepare(doable, left);
    if (dryRun) return { undone: prepared.map(({ step }) => ({ path: step.path, action: actionOf(step) })), left };
    const undone: UndoOutcome['undone'][number][] = [];
    // What comes back first, so that what was renamed away is still there to take from; then what goes, children first;
    // and at last what could not come back because of it.
    const coming = prepared.filter(({ step }) => step.do !== 'remove').sort(byPath);
    const going = prepared.filter(({ step }) => step.do === 'remove').sort((a, b) => -byPath(a, b));
    const blocked = await this.#carryOut(coming, undone, left, signal, true);
    await this.#carryOut(going, undone, left, signal, false);
    await this.#carryOut(blocked, undone, left, signal, false);
    return { undone, left };
  }

  async #changesSince(device: DeviceId, sinceMs: number): Promise<PathHistory[]> {
    const changes = new Map<RelativePath, HistoryEntry[]>();
    const theirs = new Set<RelativePath>();
    for await (const entries of this.#options.history.history({ sinceMs })) {
      for (const entry of entries) {
        if (madeBy(entry) === device) theirs.add(entry.path);
        const known = changes.get(entry.path);
        if (known === undefined) changes.set(entry.path, [entry]);
        else known.push(entry);
      }
    }
    const paths = [...theirs].sort(comparePaths);
    // An edit that is not recorded yet must not be taken for nothing.
    await Promise.all(paths.map((path) => this.#options.rescan(path, false)));
    const records = await this.#context.store.getMany(paths);
    return paths.map((path, i) => ({
      path,
      changes: (changes.get(path) ?? []).toSorted((a, b) => a.id - b.id),
      current: records[i]?.entry,
    }));
  }

  /** Finds the content for each; without it a step is left out and said. */
  async #prepare(steps: readonly Doable[], left: UndoOutcome['left'][number][]): Promise<Prepared[]> {
    const { store, disk } = this.#context;
    const records = await store.getMany(steps.map(({ path }) => path));
    const prepared: Prepared[] = [];
    for (const [i, step] of steps.entries()) {
      const record = records[i];
      if (step.do !== 'write' || step.entry.size === 0) {
        prepared.push({ step, record, from: undefined });
        continue;
      }
      const kept = step.kept.map((name) => `.p2psync/versions/${name}` as RelativePath);
      const places = [...kept, ...(await store.pathsWithContent(step.entry.contentHash, placesMax))];
      const found = await disk.look(places);
      const from = places.find((_, at) => {
        const item = found[at];
        return item !== undefined && 'kind' in item && item.kind === 'file' && item.stat.size === step.entry.size;
      });
      if (from !== undefined) prepared.push({ step, record, from });
      else left.push({ path: step.path, reason: 'not-kept', message: 'its former content is no longer kept' });
    }
    return prepared;
  }

  /** Returns what something else at the path kept from being done, when `mayRetry`; else that is said too. */
  async #carryOut(
    prepared: readonly Prepared[],
    undone: UndoOutcome['undone'][number][],
    left: UndoOutcome['left'][number][],
    signal: AbortSignal,
    mayRetry: boolean,
  ): Promise<Prepared[]> {
    const again: Prepared[] = [];
    for (const batch of inBatches(prepared)) {
      signal.throwIfAborted();
      const { ready, manifests } = await this.#stage(batch, left);
      const operations = new Map(ready.map((one) => [operationOf(one), one]));
      const { done, failed, stale } = await applyOperations(this.#context, [...operations.keys()], manifests);
      const recorded: RelativePath[] = [];
      for (const { operation } of done) {
        const { step } = operations.get(operation) as Prepared;
        undone.push({ path: step.path, action: actionOf(step) });
        for (const { path, entry } of operation.records) {
          recorded.push(path);
          this.#context.emit({ type: 'local-change', path, kind: entry.kind, cell: 'P4-undo' });
        }
      }
      for (const { path } of stale) left.push({ path, reason: 'changed-since', message: 'it was changed meanwhile' });
      for (const { operation, failure } of failed) {
        const { path } = operation;
        const isBlocked = failure.reason === 'not-empty' || failure.reason === 'no-parent';
        if (isBlocked && mayRetry) again.push(operations.get(operation) as Prepared);
        else if (failure.reason === 'changed') left.push({ path, reason: 'changed-since', message: failure.message });
        else left.push({ path, reason: isBlocked ? 'in-the-way' : 'failed', message: failure.message });
      }
      if (recorded.length > 0) await this.#options.onRecorded(recorded);
    }
    return again;
  }

  async #stage(
    batch: readonly Prepared[],
    left: UndoOutcome['left'][number][],
  ): Promise<{ ready: Prepared[]; manifests: Map<Hash, Manifest> }> {
    const manifests = new Map<Hash, Manifest>();
    const needed = batch.flatMap(({ step, from }) =>
      step.do === 'write' && from !== undefined ? [{ path: step.path, entry: step.entry, from }] : [],
    );
    const bad = new Map<RelativePath, string>();
    const large = needed.filter(({ entry }) => entry.size > singleChunkBytesMax);
    const hashed = await this.#context.disk.hash(
      large.map(({ from }) => from),
      never,
    );
    large.forEach(({ entry }, i) => {
      const outcome = hashed[i];
      if (outcome?.ok === true && outcome.manifest !== undefined)
        manifests.set(outcome.entry.contentHash, outcome.manifest);
      else if (outcome?.ok !== true) manifests.delete(entry.contentHash);
    });
    try {
      const staged = await this.#options.versions.stageCopies(
        needed.map(({ entry, from }) => ({ from, contentHash: entry.contentHash, fileSize: entry.size })),
      );
      needed.forEach(({ path, entry }, i) => {
        const isWhole = entry.size <= singleChunkBytesMax || manifests.has(entry.contentHash);
        if (staged[i] !== true || !isWhole) bad.set(path, 'what was kept is damaged or gone');
      });
    } catch (error) {
      for (const { path } of needed) bad.set(path, messageOf(error));
    }
    const empty = batch.flatMap(({ step }) => (step.do === 'write' && step.entry.size === 0 ? [step.entry] : []));
    await this.#context.disk.finishStaged(empty.map(({ contentHash, size }) => ({ contentHash, fileSize: size })));
    for (const [path, message] of bad) left.push({ path, reason: 'not-kept', message });
    return { ready: batch.filter(({ step }) => !bad.has(step.path)), manifests };
  }
}

const never = new AbortController().signal;

function byPath(a: Prepared, b: Prepared): number {
  return comparePaths(a.step.path, b.step.path);
}

function actionOf(step: Doable): UndoAction {
  switch (step.do) {
    case 'write':
    case 'link':
    case 'make-directory':
      return 'written';
    case 'set-metadata':
      return 'metadata';
    case 'remove':
      return 'removed';
  }
}

/** By number and by content. */
function inBatches(prepared: readonly Prepared[]): Prepared[][] {
  const batches: Prepared[][] = [];
  let batch: Prepared[] = [];
  let bytes = 0;
  for (const one of prepared) {
    const size = one.step.do === 'write' ? one.step.entry.size : 0;
    if (batch.length > 0 && (batch.length >= undoBatchMax || bytes + size > undoBatchBytesMax)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function operationOf({ step, record }: Prepared): Operation {
  const { path } = step;
  const expect = expectationOf(record);
  const steps: ApplyStep[] = [];
  let next: Expectation = expect;
  // A directory that gives way goes first, and only if it is empty.
  const isDirectory = expect.is === 'present' && expect.kind === 'directory';
  if (isDirectory && step.do !== 'make-directory') {
    steps.push({ do: 'remove-directory', path, expect });
    next = { is: 'absent' };
  }
  let entry: Entry;
  switch (step.do) {
    case 'remove':
      entry = { kind: 'deleted' };
      if (!isDirectory) steps.push({ do: 'remove', path, expect });
      break;
    case 'make-directory':
      entry = { kind: 'directory' };
      if (expect.is === 'present') steps.push({ do: 'remove', path, expect });
      steps.push({ do: 'create-directory', path, expect: { is: 'absent' } });
      break;
    case 'link':
      ({ entry } = step);
      steps.push({ do: 'write-symlink', path, target: step.entry.target, mtimeUs: step.entry.mtimeUs, expect: next });
      break;
    case 'set-metadata': {
      ({ entry } = step);
      const executable = step.entry.kind === 'file' && step.entry.executable;
      steps.push({ do: 'set-metadata', path, mtimeUs: step.entry.mtimeUs, executable, expect });
      break;
    }
    case 'write':
      ({ entry } = step);
      steps.push({ do: 'write-file', path, entry: step.entry, expect: next });
      break;
  }
  return {
    path,
    cell: 'P4-undo',
    late: step.do === 'remove',
    steps,
    records: [
      {
        path,
        entry,
        write: 'local',
        version: record?.version ?? [],
        statOf: entry.kind === 'deleted' ? undefined : steps.length - 1,
        basedOn: record?.sequence ?? 0,
      },
    ],
    content: undefined,
    conflictCopy: undefined,
  };
}
