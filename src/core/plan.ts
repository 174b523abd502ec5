/**
 * Decisions → operations: which steps bring the disk to what was decided, and which records are true once they are done.
 * Pure. An operation is the unit of truth: its records are written only if all of its steps succeeded.
 *
 * Order: early operations parents first (creations, writes, renames), then late ones children first (deletes, and whatever
 * needs a directory to be gone). Content is staged before any operation of the batch runs, so sources may be deleted.
 */
import { conflictPath } from './conflict.ts';
import { contentEqual, entriesEqual, type Entry, type FileEntry, type SymlinkEntry } from './entry.ts';
import { lossOf, type Loss } from './guard.ts';
import type { DeviceId, Hash } from './identifiers.ts';
import { comparePaths, parentOf, type RelativePath } from './path.ts';
import type { Cell, Decided, Decision } from './reconcile.ts';
import { isHeld, type IndexRecord, type LocalRecord } from './record.ts';
import type { ApplyStep, Expectation } from './step.ts';
import { compareVersions, covers, joinVersions, type Dot, type VersionVector } from './version.ts';

export interface PlannedRecord {
  readonly path: RelativePath;
  readonly entry: Entry;
  readonly write: 'local' | { readonly dot: Dot };
  readonly version: VersionVector;
  /** Index into the operation's steps whose outcome gives the record its stat; 'kept': the record's own; undefined: a tombstone, or unheld. */
  readonly statOf: number | 'kept' | undefined;
  /** Sequence of the record decided on; 0 for none. */
  readonly basedOn: number;
}

/** Content that must stand in staging before the operation can run. */
export interface NeededContent {
  readonly contentHash: Hash;
  /** Bytes. */
  readonly size: number;
  /** Where the holders have it. */
  readonly path: RelativePath;
  readonly holders: readonly DeviceId[];
}

export interface Operation {
  readonly path: RelativePath;
  readonly cell: Cell | 'P1-revive-parent' | 'P2-rename' | 'P3-revive-directory' | 'P4-undo';
  readonly late: boolean;
  readonly steps: readonly ApplyStep[];
  readonly records: readonly PlannedRecord[];
  readonly content: NeededContent | undefined;
  /** Where a conflict's loser goes. */
  readonly conflictCopy: RelativePath | undefined;
  /** A copy that makes another one needless: it has to stand where the index says, or the operation waits. */
  readonly reliesOn?: LocalRecord;
  /** What it takes away, for the guard. */
  readonly loss?: Loss;
}

/** What plan needs to know beside the decisions. */
export interface PlanContext {
  /** The record here of any path that a decision or its conflict name touches; undefined where there is none. */
  readonly record: (path: RelativePath) => LocalRecord | undefined;
}

type Take = Extract<Decision, { do: 'take' }>;
interface DecidedTake extends Decided {
  readonly decision: Take;
}

/** Plans the takes of one batch, in the order in which they are to run. */
export function plan(
  batch: readonly Decided[],
  context: PlanContext,
  options: { readonly renames: boolean } = { renames: true },
): Operation[] {
  const takes = batch.filter((decided): decided is DecidedTake => decided.decision.do === 'take');
  const { renames, rest } = options.renames ? pairRenames(takes) : { renames: [], rest: takes };
  const operations = [...renames, ...rest.map((decided) => operationOf(decided, context))];
  return inOrder([...operations, ...reviveParents(operations, takes, context)]);
}

/** Early operations by path, parents first; then late ones, children first. */
export function inOrder(operations: readonly Operation[]): Operation[] {
  const early = operations.filter(({ late }) => !late).sort((a, b) => comparePaths(a.path, b.path));
  const late = operations.filter(({ late: isLate }) => isLate).sort((a, b) => comparePaths(b.path, a.path));
  return [...early, ...late];
}

function isLive(entry: Entry): boolean {
  return entry.kind !== 'deleted';
}

/** What the index says stands at the path now. */
export function expectationOf(local: LocalRecord | undefined): Expectation {
  if (local === undefined || local.entry.kind === 'deleted' || local.stat === undefined) return { is: 'absent' };
  return { is: 'present', kind: local.entry.kind, stat: local.stat };
}

// ---------------------------------------------------------------- one take

function operationOf({ path, local, decision }: DecidedTake, context: PlanContext): Operation {
  const { entry } = decision;
  const here = local !== undefined && isLive(local.entry) ? local : undefined;
  const steps: ApplyStep[] = [];
  const records: PlannedRecord[] = [];
  let conflictCopy: RelativePath | undefined;
  let reliesOn: LocalRecord | undefined;
  let expect = expectationOf(local);
  let late = false;

  if (here !== undefined && decision.setAside) {
    const kept = setAside(here as LocalRecord & Loser, context);
    if (kept?.statOf === 'kept') {
      records.push(kept);
      reliesOn = standing(kept, context);
    } else if (kept !== undefined) {
      conflictCopy = kept.path;
      // A loser that is not held here is set aside in the index alone (U5); the copy is recorded, and so announced, first.
      if (here.stat === undefined) records.push({ ...kept, statOf: undefined });
      else {
        steps.push({ do: 'rename', path, to: kept.path, expect });
        records.push(kept);
        expect = { is: 'absent' };
      }
    }
  }

  const leaves = decision.unheld === true ? 'deleted' : entry.kind;
  switch (leaves) {
    case 'deleted':
      if (here === undefined || expect.is === 'absent') break;
      late = true;
      steps.push(
        here.entry.kind === 'directory' ? { do: 'remove-directory', path, expect } : { do: 'remove', path, expect },
      );
      break;
    case 'directory':
      if (expect.is === 'present') steps.push({ do: 'remove', path, expect });
      steps.push({ do: 'create-directory', path, expect: { is: 'absent' } });
      break;
    case 'file':
    case 'symlink': {
      if (entry.kind !== 'file' && entry.kind !== 'symlink') break;
      if (expect.is === 'present' && here !== undefined && contentEqual(here.entry, entry)) {
        const executable = entry.kind === 'file' && entry.executable;
        steps.push({ do: 'set-metadata', path, mtimeUs: entry.mtimeUs, executable, expect });
        break;
      }
      if (expect.is === 'present' && expect.kind === 'directory') {
        late = true;
        steps.push({ do: 'remove-directory', path, expect });
        expect = { is: 'absent' };
      }
      steps.push(
        entry.kind === 'file'
          ? { do: 'write-file', path, entry, expect }
          : { do: 'write-symlink', path, target: entry.target, mtimeUs: entry.mtimeUs, expect },
      );
      break;
    }
  }

  records.push({
    path,
    entry,
    write: { dot: decision.dot },
    version: decision.version,
    statOf: leaves === 'deleted' ? undefined : steps.length - 1,
    basedOn: local?.sequence ?? 0,
  });
  const loss = lossOf({ path, local, decision });
  const content = contentOf(path, decision, steps);
  const optional = { ...(loss && { loss }), ...(reliesOn && { reliesOn }) };
  return { path, cell: decision.cell, late, steps, records, content, conflictCopy, ...optional };
}

function contentOf(path: RelativePath, decision: Take, steps: readonly ApplyStep[]): NeededContent | undefined {
  if (decision.entry.kind !== 'file' || !steps.some((step) => step.do === 'write-file')) return undefined;
  const { contentHash, size } = decision.entry;
  return { contentHash, size, path, holders: decision.holders };
}

interface Loser extends IndexRecord {
  readonly entry: FileEntry | SymlinkEntry;
}

/**
 * The record of a conflict's loser under its conflict name. It keeps its own version and dot, so that every device that sets
 * the same loser aside writes the very same record. Undefined when that name already took it in (or its user deleted it
 * there): then the loser is only moved to the version store.
 */
function setAside(loser: Loser, context: PlanContext): PlannedRecord | undefined {
  for (const path of conflictPathsOf(loser.path, loser.entry)) {
    const there = context.record(path);
    if (there !== undefined && tookIn(there, loser)) return undefined;
    if (there !== undefined && contentEqual(there.entry, loser.entry)) return alsoFor(loser, there);
    // Another loser that shares name, second and hash digits stands there: the next name.
    if (there !== undefined && isLive(there.entry)) continue;
    const version = there === undefined ? loser.version : joinVersions(there.version, loser.version);
    // Above what stands there, also when that knows of the loser's write: then it is a write of our own.
    const isAbove = there === undefined || compareVersions(there.version, version) === 'before';
    return {
      path,
      entry: loser.entry,
      write: isAbove ? { dot: loser.dot } : 'local',
      version,
      statOf: 0,
      basedOn: there?.sequence ?? 0,
    };
  }
  return undefined;
}

/**
 * True when what stands under the conflict name was made in knowledge of the loser's copy. Counters count all writes of a
 * replica: after a later write there by the replica that wrote the loser, to cover the loser's dot says nothing. (Somebody
 * moves a conflict copy back to its old name: both halves of the move are his writes, and the copy was never the new loser's.)
 */
function tookIn(there: LocalRecord, loser: Loser): boolean {
  return covers(there.version, loser.dot) && (there.dot.replica !== loser.dot.replica || sameDot(there.dot, loser.dot));
}

function sameDot(a: Dot, b: Dot): boolean {
  return a.replica === b.replica && a.counter === b.counter;
}

/**
 * An equal copy stands there already: from now on it is this loser's too, by a write of our own. Else a delete of it that was
 * made before, elsewhere, would take the last of both: somebody moved the copy back to its old name.
 */
function alsoFor(loser: Loser, there: LocalRecord): PlannedRecord {
  const { path, entry, sequence } = there;
  const version = joinVersions(there.version, loser.version);
  return { path, entry, write: 'local', version, statOf: 'kept', basedOn: sequence };
}

/** What a planned record that is only raised stands on. */
function standing({ path, statOf }: PlannedRecord, context: PlanContext): LocalRecord | undefined {
  const there = statOf === 'kept' ? context.record(path) : undefined;
  return there !== undefined && isHeld(there) ? there : undefined;
}

/** The names that a conflict's loser may get, the usual one first; the second is made of other digits of its hash. */
export function conflictPathsOf(path: RelativePath, loser: FileEntry | SymlinkEntry): RelativePath[] {
  const usual = conflictPath(path, loser);
  return [usual, conflictPath(usual, loser)];
}

// ---------------------------------------------------------------- renames

/**
 * A file deleted at one path and new at another with the same content and metadata is renamed: nothing is sent or copied.
 * Metadata must match because a rename changes ctime, after which no further step of the operation could look first.
 */
function pairRenames(takes: readonly DecidedTake[]): { renames: Operation[]; rest: DecidedTake[] } {
  const sources = new Map<Hash, DecidedTake[]>();
  for (const decided of takes) {
    const from = decided.local?.entry;
    if (decided.decision.entry.kind !== 'deleted' || from?.kind !== 'file' || decided.local?.stat === undefined)
      continue;
    const list = sources.get(from.contentHash);
    if (list === undefined) sources.set(from.contentHash, [decided]);
    else list.push(decided);
  }
  const renames: Operation[] = [];
  const used = new Set<DecidedTake>();
  for (const decided of takes) {
    const { entry } = decided.decision;
    if (entry.kind !== 'file' || decided.decision.unheld === true) continue;
    if (decided.local !== undefined && isLive(decided.local.entry) && decided.local.stat !== undefined) continue;
    const candidates = sources.get(entry.contentHash);
    const at = candidates?.findIndex(({ local }) => local !== undefined && entriesEqual(local.entry, entry)) ?? -1;
    if (candidates === undefined || at === -1) continue;
    const source = candidates.splice(at, 1)[0] as DecidedTake;
    used.add(source).add(decided);
    renames.push(renameOf(source, decided));
  }
  return { renames, rest: takes.filter((decided) => !used.has(decided)) };
}

function renameOf(source: DecidedTake, target: DecidedTake): Operation {
  return {
    path: target.path,
    cell: 'P2-rename',
    late: false,
    steps: [{ do: 'rename', path: source.path, to: target.path, expect: expectationOf(source.local) }],
    records: [
      {
        path: target.path,
        entry: target.decision.entry,
        write: { dot: target.decision.dot },
        version: target.decision.version,
        statOf: 0,
        basedOn: target.local?.sequence ?? 0,
      },
      {
        path: source.path,
        entry: source.decision.entry,
        write: { dot: source.decision.dot },
        version: source.decision.version,
        statOf: undefined,
        basedOn: source.local?.sequence ?? 0,
      },
    ],
    content: undefined,
    conflictCopy: undefined,
  };
}

// ---------------------------------------------------------------- parents

/**
 * Something live arrives below a directory that is deleted (or unknown) here: the directory comes back, under a version of
 * our own that dominates the tombstone. Two devices that do so at once write concurrent equal entries, which merge.
 */
function reviveParents(
  operations: readonly Operation[],
  takes: readonly DecidedTake[],
  context: PlanContext,
): Operation[] {
  const arriving = new Set(takes.filter(({ decision }) => decision.entry.kind === 'directory').map(({ path }) => path));
  const revived = new Map<RelativePath, Operation>();
  for (const operation of operations) {
    if (!operation.records.some((record) => record.path === operation.path && isLive(record.entry))) continue;
    for (let parent = parentOf(operation.path); parent !== undefined; parent = parentOf(parent)) {
      if (arriving.has(parent) || revived.has(parent)) continue;
      const local = context.record(parent);
      if (local !== undefined && isLive(local.entry)) break;
      revived.set(parent, {
        path: parent,
        cell: 'P1-revive-parent',
        late: false,
        steps: [{ do: 'create-directory', path: parent, expect: { is: 'absent' } }],
        records: [
          {
            path: parent,
            entry: { kind: 'directory' },
            write: 'local',
            version: local?.version ?? [],
            statOf: 0,
            basedOn: local?.sequence ?? 0,
          },
        ],
        content: undefined,
        conflictCopy: undefined,
      });
    }
  }
  return [...revived.values()];
}

/**
 * A directory was to go (deleted, or replaced by a file), but holds something live that nobody deleted: it stays, under a
 * version of our own that dominates what was to replace it. A file that was to take its place is kept under its conflict
 * name first, since nobody would bring it back once the directory dominates it.
 */
export function reviveDirectory(local: LocalRecord, replaced: Operation, context: PlanContext): Operation | undefined {
  const theirs = replaced.records.find((record) => record.path === local.path);
  if (theirs === undefined || theirs.write === 'local' || theirs.basedOn !== local.sequence) return undefined;
  const { path } = local;
  const { entry, version, write } = theirs;
  const kept =
    entry.kind === 'file' || entry.kind === 'symlink'
      ? setAside({ path, entry, version, dot: write.dot }, context)
      : undefined;
  // What cannot be held here cannot be held under its conflict name either: the copy is known, and stands on others.
  const raised = kept?.statOf === 'kept';
  const written = kept !== undefined && !raised && theirs.statOf !== undefined;
  const reliesOn = kept === undefined ? undefined : standing(kept, context);
  return {
    path,
    cell: 'P3-revive-directory',
    late: false,
    steps: written ? [writeStep(kept.path, kept.entry)] : [],
    records: [
      ...(kept === undefined ? [] : [written || raised ? kept : { ...kept, statOf: undefined }]),
      {
        path,
        entry: { kind: 'directory' },
        write: 'local',
        version: joinVersions(local.version, version),
        statOf: 'kept',
        basedOn: local.sequence,
      },
    ],
    content: written ? replaced.content : undefined,
    conflictCopy: raised ? undefined : kept?.path,
    ...(reliesOn && { reliesOn }),
  };
}

function writeStep(path: RelativePath, entry: Entry): ApplyStep {
  const expect: Expectation = { is: 'absent' };
  if (entry.kind === 'file') return { do: 'write-file', path, entry, expect };
  if (entry.kind === 'symlink')
    return { do: 'write-symlink', path, target: entry.target, mtimeUs: entry.mtimeUs, expect };
  throw new Error(`a ${entry.kind} has no content to keep`);
}
