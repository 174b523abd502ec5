/**
 * Brings in an atomic group (core/group.ts): all that is announced of it is decided together, its whole content is fetched,
 * and then it is applied in one go, in an order in which it is whole at every step; or not at all. Stands beside the
 * resolver's early and late stages, which it never meets: a group's paths are decided here alone.
 */
import type { DeviceId } from '../core/identifiers.ts';
import { isConcurrent, splitDeletes, type Kept } from '../core/group.ts';
import { isLock } from '../core/group-path.ts';
import type { Decided } from '../core/reconcile.ts';
import { isBelow, joinPath, type RelativePath } from '../core/path.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import type { SessionContext } from './session-context.ts';

/** Names under which git says that it is at work; looked for before anything is applied. */
const lockNames = ['index.lock', 'HEAD.lock', 'packed-refs.lock', 'config.lock', 'shallow.lock', 'gc.pid'] as const;

/** Records read at once. */
const recordsMax = 1000;

export interface GroupPlan {
  /** Everything that was decided, merges included: to be noted as needs. */
  readonly evaluation: Evaluation;
  /** Deletes that are not taken, because both sides wrote to the group. */
  readonly kept: readonly Kept[];
  readonly takes: readonly Decided[];
}

/** `pending`: the paths that may need something. `devices`: those whose index we hold whole. */
export async function decideGroup(
  context: SessionContext,
  group: RelativePath,
  pending: Iterable<RelativePath>,
  devices: readonly DeviceId[],
): Promise<GroupPlan> {
  const paths = new Set(pending);
  for await (const records of context.store.iterate(group)) for (const { path } of records) paths.add(path);
  const evaluation = await evaluate(context, [...paths], devices);
  const takes = evaluation.decided.filter(({ decision }) => decision.do === 'take');
  const writers = await writersOf(context, takes, devices);
  if (!(await anyConcurrent(context, [...paths], writers))) return { evaluation, kept: [], takes };
  const { kept, rest } = splitDeletes(takes);
  return { evaluation, kept, takes: rest };
}

/** The devices whose announcements are followed. */
async function writersOf(
  { store }: SessionContext,
  takes: readonly Decided[],
  devices: readonly DeviceId[],
): Promise<DeviceId[]> {
  const paths = takes.map(({ path }) => path);
  const writers: DeviceId[] = [];
  for (const device of devices) {
    const announced = await store.announced(device, paths);
    const follows = announced.some((record, i) => {
      const decision = takes[i]?.decision;
      if (record === undefined || decision?.do !== 'take') return false;
      return record.dot.replica === decision.dot.replica && record.dot.counter === decision.dot.counter;
    });
    if (follows) writers.push(device);
  }
  return writers;
}

async function anyConcurrent(
  { store }: SessionContext,
  paths: readonly RelativePath[],
  writers: readonly DeviceId[],
): Promise<boolean> {
  const ours = await store.getMany(paths);
  for (const device of writers) if (isConcurrent(ours, await store.announced(device, paths))) return true;
  return false;
}

/** A lock that stands in the group on this device: somebody is at work there now. */
export async function lockIn({ disk }: SessionContext, group: RelativePath): Promise<RelativePath | undefined> {
  const paths = lockNames.flatMap((name) => joinPath(group, name) ?? []);
  const items = await disk.look(paths);
  return items.find((item) => item !== undefined && !('message' in item) && isLock(item.path))?.path;
}

/**
 * True when nothing of the group but `ours` has been recorded since `sequence`: a commit made here meanwhile may need what is
 * to go.
 */
export async function isUntouched(
  { store }: SessionContext,
  group: RelativePath,
  sequence: number,
  ours: ReadonlySet<RelativePath>,
): Promise<boolean> {
  for (let after = sequence; ;) {
    const records = await store.since(after, recordsMax);
    if (records.some(({ path }) => (path === group || isBelow(path, group)) && !ours.has(path))) return false;
    const last = records.at(-1);
    if (last === undefined || records.length < recordsMax) return true;
    after = last.sequence;
  }
}

/** Commits the deletes that were not taken, as writes of our own above them. False: the index has moved on. */
export async function keepAgainstDeletes(
  { store, agreement }: SessionContext,
  kept: readonly Kept[],
): Promise<boolean> {
  const results = await agreement.run(() =>
    store.commit(
      kept.map(({ path, local, version }) => ({
        path,
        entry: local.entry,
        write: 'local',
        version,
        stat: local.stat,
        manifest: undefined,
        basedOn: local.sequence,
      })),
    ),
  );
  return !results.includes('stale');
}
