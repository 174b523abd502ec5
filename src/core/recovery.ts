/**
 * After a crash: what becomes of an operation that was begun and whose end nobody recorded. What stands on disk decides. A
 * result that stands exactly as planned is recorded as planned; were it left to the scan, it would pass for a write of this
 * device's user and meet what others wrote since as a conflict. An operation of several steps that was cut in the middle is
 * completed or taken back, since what is missing would pass for a delete. Everything else is left to the scan (I9).
 */
import { contentEqual } from './entry.ts';
import { observe, type Seen, type VolumeTraits } from './observe.ts';
import type { RelativePath } from './path.ts';
import type { Operation, PlannedRecord } from './plan.ts';
import type { LocalRecord, Manifest, StatFingerprint } from './record.ts';
import type { ApplyStep } from './step.ts';

/** An operation as the journal keeps it. `steps`: those of operations of several, for the others the records say all. */
export interface Intent {
  readonly path: RelativePath;
  readonly steps: readonly ApplyStep[];
  readonly records: readonly PlannedRecord[];
}

export function intentOf({ path, steps, records }: Pick<Operation, 'path' | 'steps' | 'records'>): Intent {
  return { path, steps: steps.length > 1 || steps[0]?.do === 'rename' ? steps : [], records };
}

/** What stands at a path now. 'unknown': something that was not read (of another size, unreadable, a device). */
export type Standing = Seen | { readonly is: 'unknown'; readonly stat: StatFingerprint | undefined };

export interface Recovered {
  readonly record: PlannedRecord;
  readonly stat: StatFingerprint | undefined;
  readonly manifest: Manifest | undefined;
}

export type Recovery =
  /** These records are true. */
  | { readonly do: 'record'; readonly recovered: readonly Recovered[] }
  /** One more step makes all records true; decide again after it. A file to write needs its content in staging. */
  | { readonly do: 'complete'; readonly step: ApplyStep }
  /** One step back, and nothing has happened. */
  | { readonly do: 'take-back'; readonly step: ApplyStep }
  | { readonly do: 'leave' };

export interface RecoveryContext {
  /** The index as it is. */
  readonly indexed: (path: RelativePath) => LocalRecord | undefined;
  readonly standing: (path: RelativePath) => Standing;
  readonly traits: VolumeTraits;
}

export function recover(intent: Intent, context: RecoveryContext): Recovery {
  const { records, steps } = intent;
  // Recorded already, or overtaken: the index has moved on.
  if (records.some(({ path, basedOn }) => (context.indexed(path)?.sequence ?? 0) !== basedOn)) return { do: 'leave' };
  const standing = records.map((record) => resultOf(record, context));
  if (standing.every((one) => one !== undefined)) return { do: 'record', recovered: standing };
  return (
    cutRename(intent, standing, context) ??
    takenBack(steps, standing, context) ??
    completed(intent, context) ?? { do: 'leave' }
  );
}

/** The record with what stands for it; undefined where its result does not stand exactly as planned. */
function resultOf(record: PlannedRecord, { standing, traits, indexed }: RecoveryContext): Recovered | undefined {
  const seen = standing(record.path);
  if (seen.is === 'unknown') return undefined;
  if (record.entry.kind === 'deleted' || record.statOf === undefined) {
    return seen.is === 'absent' ? { record, stat: undefined, manifest: undefined } : undefined;
  }
  if (seen.is === 'absent') return undefined;
  if (record.statOf === 'kept' && record.entry.kind === 'directory' && seen.is === 'directory') {
    return { record, stat: indexed(record.path)?.stat ?? seen.stat, manifest: undefined };
  }
  // The planned entry is what the volume shows, with all that it cannot show: then nothing of it is a user's change.
  const planned: LocalRecord = {
    ...{ path: record.path, entry: record.entry, version: record.version, sequence: record.basedOn, stat: undefined },
    dot: record.write === 'local' ? { replica: '' as never, counter: 0 } : record.write.dot,
  };
  if (observe(planned, seen, traits).do !== 'refresh-stat') return undefined;
  return { record, stat: seen.stat, manifest: seen.is === 'file' ? seen.manifest : undefined };
}

function inodeOf(standing: Standing): number | undefined {
  return standing.is === 'absent' ? undefined : standing.stat?.inode;
}

/** A rename by link and unlink, cut between the two: both names stand, for one file. The new one is recorded. */
function cutRename(
  { steps, records }: Intent,
  results: readonly (Recovered | undefined)[],
  { standing }: RecoveryContext,
): Recovery | undefined {
  const [step] = steps;
  if (steps.length !== 1 || step?.do !== 'rename') return undefined;
  const at = records.findIndex(({ path }) => path === step.to);
  const target = results[at];
  const inode = target?.stat?.inode;
  if (target === undefined || inode === undefined || inodeOf(standing(step.path)) !== inode) return undefined;
  return { do: 'record', recovered: [target] };
}

/** A conflict's loser was set aside, and nothing has taken its place: it goes back, and the conflict is decided anew. */
function takenBack(
  steps: readonly ApplyStep[],
  results: readonly (Recovered | undefined)[],
  { standing }: RecoveryContext,
): Recovery | undefined {
  const [first] = steps;
  if (first?.do !== 'rename' || steps.length < 2 || standing(first.path).is !== 'absent') return undefined;
  const moved = results.find((one) => one?.record.path === first.to);
  if (moved?.stat === undefined || first.expect.is !== 'present') return undefined;
  const expect = { is: 'present', kind: first.expect.kind, stat: moved.stat } as const;
  return { do: 'take-back', step: { do: 'rename', path: first.to, to: first.path, expect } };
}

/** What stood in the way is gone, or half of the metadata is set: the last step is made again. */
function completed({ path, steps, records }: Intent, { standing, indexed }: RecoveryContext): Recovery | undefined {
  const last = steps.at(-1);
  const seen = standing(path);
  if (last !== undefined && last.path === path && steps.length > 1 && seen.is === 'absent') {
    const makes = last.do === 'create-directory' || last.do === 'write-file' || last.do === 'write-symlink';
    // What else the operation was to do is left to the scan; here nothing but the one path is at stake.
    if (makes && records.length === 1) return { do: 'complete', step: { ...last, expect: { is: 'absent' } } };
  }
  const [record] = records;
  const before = indexed(path)?.entry;
  if (records.length !== 1 || record?.entry.kind !== 'file' || before?.kind !== 'file' || seen.is !== 'file')
    return undefined;
  const { mtimeUs, executable } = record.entry;
  const isMix =
    contentEqual(before, record.entry) &&
    contentEqual(seen.entry, record.entry) &&
    [mtimeUs, before.mtimeUs].includes(seen.entry.mtimeUs) &&
    [executable, before.executable].includes(seen.entry.executable) &&
    (seen.entry.mtimeUs !== before.mtimeUs || seen.entry.executable !== before.executable);
  if (!isMix) return undefined;
  const expect = { is: 'present', kind: 'file', stat: seen.stat } as const;
  return { do: 'complete', step: { do: 'set-metadata', path, mtimeUs, executable, expect } };
}

/** Every path whose index record and whose place on disk `recover` may ask for. */
export function pathsOf({ records, steps }: Intent): RelativePath[] {
  const paths = new Set(records.map(({ path }) => path));
  for (const step of steps) {
    paths.add(step.path);
    if (step.do === 'rename') paths.add(step.to);
  }
  return [...paths];
}
