/**
 * What a group (core/group.ts) holds at one quiet moment: everything below it is listed, read, and listed again; when nothing
 * has moved in between and no program holds a lock, all of it stood there together. Stands beside the local loop's scan.
 */
import { observe, needsHash } from '../core/observe.ts';
import { isLock } from '../core/group-path.ts';
import type { RelativePath } from '../core/path.ts';
import { isHeld, sameStat, type LocalRecord } from '../core/record.ts';
import type { DiskItem } from '../core/step.ts';
import { isLeftOut } from './left-out.ts';
import { changeOf, heldAgain, seenOf } from './local-changes.ts';
import type { HashOutcome, PathProblem, RecordChange } from './ports.ts';
import type { SessionContext } from './session-context.ts';

/** Files hashed at once. */
const hashBatchMax = 1000;

export type Snapshot =
  | { readonly is: 'quiet'; readonly changes: RecordChange[]; readonly refreshed: readonly Refreshed[] }
  /** Something moved, or a lock is there (`lock`): look again soon. */
  | { readonly is: 'busy'; readonly lock: RelativePath | undefined }
  | { readonly is: 'unreadable'; readonly problems: readonly PathProblem[] };

export interface Refreshed {
  readonly path: RelativePath;
  readonly sequence: number;
  readonly stat: NonNullable<LocalRecord['stat']>;
}

type Reader = Pick<SessionContext, 'disk' | 'store' | 'traits' | 'ignores'>;

/** `changes` are based on the index as it was read; they are to be committed together, or not at all. */
export async function snapshotGroup(context: Reader, group: RelativePath, signal: AbortSignal): Promise<Snapshot> {
  const first = await list(context, group, signal);
  if (first.problems.length > 0) return { is: 'unreadable', problems: first.problems };
  for (const path of first.items.keys()) if (isLock(path)) return { is: 'busy', lock: path };
  const records = new Map<RelativePath, LocalRecord>();
  for await (const batch of context.store.iterate(group)) for (const record of batch) records.set(record.path, record);

  const suspects = [...first.items.values()].filter(
    (item) => item.kind === 'file' && needsHash(records.get(item.path), item),
  );
  const hashed = new Map<RelativePath, HashOutcome>();
  for (let start = 0; start < suspects.length; start += hashBatchMax) {
    const paths = suspects.slice(start, start + hashBatchMax).map(({ path }) => path);
    for (const outcome of await context.disk.hash(paths, signal)) {
      if (!outcome.ok) {
        if (outcome.reason !== 'unreadable') return { is: 'busy', lock: undefined };
        const { path, message } = outcome;
        return { is: 'unreadable', problems: [{ path, code: 'UNREADABLE', message }] };
      }
      hashed.set(outcome.path, outcome);
    }
  }
  const second = await list(context, group, signal);
  if (!sameListing(first.items, second.items) || second.problems.length > 0) return { is: 'busy', lock: undefined };
  for (const [path, outcome] of hashed) {
    const item = first.items.get(path);
    if (!outcome.ok || item === undefined || !sameStat(outcome.stat, item.stat, 'file')) {
      return { is: 'busy', lock: undefined };
    }
  }
  return { is: 'quiet', ...differences(context, first.items, records, hashed) };
}

async function list(
  { disk }: Reader,
  group: RelativePath,
  signal: AbortSignal,
): Promise<{ items: Map<RelativePath, DiskItem>; problems: PathProblem[] }> {
  const items = new Map<RelativePath, DiskItem>();
  const problems: PathProblem[] = [];
  await disk.scan(
    group,
    true,
    async (batch) => {
      for (const item of batch.items) items.set(item.path, item);
      problems.push(...batch.problems);
    },
    signal,
  );
  return { items, problems };
}

function sameListing(a: ReadonlyMap<RelativePath, DiskItem>, b: ReadonlyMap<RelativePath, DiskItem>): boolean {
  if (a.size !== b.size) return false;
  for (const [path, item] of a) {
    const other = b.get(path);
    if (
      other?.kind !== item.kind ||
      !sameStat(item.stat, other.stat, item.kind === 'directory' ? 'directory' : 'file')
    ) {
      return false;
    }
  }
  return true;
}

function differences(
  { traits, ignores }: Reader,
  items: ReadonlyMap<RelativePath, DiskItem>,
  records: ReadonlyMap<RelativePath, LocalRecord>,
  hashed: ReadonlyMap<RelativePath, HashOutcome>,
): { changes: RecordChange[]; refreshed: Refreshed[] } {
  const changes: RecordChange[] = [];
  const refreshed: Refreshed[] = [];
  const take = (path: RelativePath, seen: ReturnType<typeof seenOf>): void => {
    if (seen === undefined) return;
    const indexed = records.get(path);
    const observation = observe(indexed, seen, traits);
    if (observation.do === 'refresh-stat' && indexed !== undefined) {
      if (isHeld(indexed)) refreshed.push({ path, sequence: indexed.sequence, stat: observation.stat });
      else changes.push(heldAgain(indexed, observation.stat, seen.is === 'file' ? seen.manifest : undefined));
    } else changes.push(...changeOf(path, indexed, observation));
  };
  for (const [path, item] of items) {
    if (item.kind === 'file') {
      const outcome = hashed.get(path);
      if (outcome?.ok === true) take(path, { is: 'file', ...outcome });
    } else take(path, seenOf(item));
  }
  for (const [path, record] of records) {
    if (isHeld(record) && !items.has(path) && !isLeftOut(ignores, record)) take(path, { is: 'absent' });
  }
  return { changes, refreshed };
}
