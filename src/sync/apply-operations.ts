/**
 * Carries out planned operations: under the agreement lock it checks that the index still is what the plan was made on, has
 * the disk apply the steps as one durable group (each looks first), and commits the records of those that succeeded (I8).
 * What is about to be done is in the journal meanwhile, so that a crash in between leaves no doubt whose writes these are.
 */
import { messageOf } from '../base/problem.ts';
import { singleChunkBytesMax } from '../core/cut-points.ts';
import type { Hash } from '../core/identifiers.ts';
import type { Operation, PlannedRecord } from '../core/plan.ts';
import { sameStat, type LocalRecord, type Manifest } from '../core/record.ts';
import { intentOf } from '../core/recovery.ts';
import type { DiskItem } from '../core/step.ts';
import type { ApplyOutcome, PathProblem, RecordChange } from './ports.ts';
import { endOpenGroups, recoverIntents } from './recover.ts';
import type { SessionContext } from './session-context.ts';

export type Failure = Extract<ApplyOutcome, { ok: false }>;

export interface Applied {
  readonly done: readonly { readonly operation: Operation; readonly records: readonly LocalRecord[] }[];
  readonly failed: readonly { readonly operation: Operation; readonly failure: Failure }[];
  /** Decided on records that have changed since: decide anew. */
  readonly stale: readonly Operation[];
}

/** `isStill` given: all or nothing, and only if it holds under the lock. */
export async function applyOperations(
  context: SessionContext,
  operations: readonly Operation[],
  manifests: ReadonlyMap<Hash, Manifest>,
  isStill?: () => Promise<boolean>,
): Promise<Applied> {
  return context.agreement.run(async () => {
    const { current: planned, stale } = await splitStale(context, operations);
    const { current, unsupported } = await splitUnsupported(context, planned);
    const atomic = isStill !== undefined;
    if (atomic && (stale.length > 0 || unsupported.length > 0 || !(await isStill())))
      return { done: [], failed: [], stale: operations };
    const group = await begin(context, current);
    const steps = current.flatMap((operation) => operation.steps);
    const outcomes = await orRecovered(context, () => context.disk.apply(steps, atomic));
    const cut: Operation[] = [];
    const done: { operation: Operation; changes: RecordChange[] }[] = [];
    const failed: { operation: Operation; failure: Failure }[] = [...unsupported];
    let at = 0;
    for (const operation of current) {
      const results = outcomes.slice(at, at + operation.steps.length);
      at += operation.steps.length;
      const failure = results.find((result): result is Failure => !result.ok);
      if (failure !== undefined && results.some(({ ok }) => ok)) cut.push(operation);
      if (failure !== undefined) failed.push({ operation, failure });
      else done.push({ operation, changes: await changesOf(context, operation, results, manifests) });
    }
    const ended = await recoverIntents(context, cut.map(intentOf));
    const written = await context.store.commit([...done.flatMap(({ changes }) => changes), ...ended], group);
    context.changed();
    let read = 0;
    return {
      done: done.map(({ operation, changes }) => {
        const records = written.slice(read, read + changes.length).filter((record) => record !== 'stale');
        read += changes.length;
        return { operation, records };
      }),
      failed,
      stale,
    };
  });
}

/** Undefined when the disk is left alone. */
async function begin({ store }: SessionContext, operations: readonly Operation[]): Promise<number | undefined> {
  const intents = operations.filter(({ steps }) => steps.length > 0).map(intentOf);
  return intents.length === 0 ? undefined : store.intend(intents);
}

/** A disk that gives up in the middle leaves what a crash would leave, and it is dealt with in the same way. */
async function orRecovered<T>(context: SessionContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Should that fail too, the group stays open until the next start.
    await endOpenGroups(context).catch((failed: unknown) => {
      context.logger.warn({ error: messageOf(failed) }, 'could not end what was cut short');
    });
    throw error;
  }
}

async function splitStale(
  { store }: SessionContext,
  operations: readonly Operation[],
): Promise<{ current: Operation[]; stale: Operation[] }> {
  const based = operations.flatMap(({ records }) => records);
  const now = await store.getMany(based.map(({ path }) => path));
  const moved = new Set(based.filter((record, i) => (now[i]?.sequence ?? 0) !== record.basedOn));
  const current: Operation[] = [];
  const stale: Operation[] = [];
  const touched = new Set<string>();
  for (const operation of operations) {
    // Two operations of one batch may meet on a path (a conflict name); the later one is decided anew.
    const clash = operation.records.some((record) => moved.has(record) || touched.has(record.path));
    (clash ? stale : current).push(operation);
    if (!clash) for (const { path } of operation.records) touched.add(path);
  }
  return { current, stale };
}

/** Those whose loser is not set aside for the sake of a copy that is gone: overwritten, it would be in no tree any more. */
async function splitUnsupported(
  { disk }: SessionContext,
  operations: readonly Operation[],
): Promise<{ current: readonly Operation[]; unsupported: { operation: Operation; failure: Failure }[] }> {
  const copies = operations.flatMap(({ reliesOn }) => reliesOn ?? []);
  if (copies.length === 0) return { current: operations, unsupported: [] };
  const items = await disk.look(copies.map(({ path }) => path));
  const gone = new Set(copies.filter((copy, i) => !standsAs(copy, items[i])));
  const current: Operation[] = [];
  const unsupported: { operation: Operation; failure: Failure }[] = [];
  for (const operation of operations) {
    const { reliesOn } = operation;
    if (reliesOn === undefined || !gone.has(reliesOn)) current.push(operation);
    else {
      const message = `${reliesOn.path} is no longer what it was`;
      unsupported.push({ operation, failure: { ok: false, reason: 'changed', code: 'CHANGED', message } });
    }
  }
  return { current, unsupported };
}

function standsAs({ entry, stat }: LocalRecord, item: DiskItem | PathProblem | undefined): boolean {
  if (item === undefined || 'message' in item || stat === undefined) return false;
  return item.kind === entry.kind && sameStat(item.stat, stat, entry.kind);
}

async function changesOf(
  context: SessionContext,
  operation: Operation,
  results: readonly ApplyOutcome[],
  manifests: ReadonlyMap<Hash, Manifest>,
): Promise<RecordChange[]> {
  return Promise.all(
    operation.records.map(async (record) => {
      const outcome = typeof record.statOf === 'number' ? results[record.statOf] : undefined;
      const kept = record.statOf === 'kept' ? (await context.store.get(record.path))?.stat : undefined;
      return {
        path: record.path,
        entry: record.entry,
        write: record.write,
        version: record.version,
        stat: outcome?.ok === true ? outcome.stat : kept,
        manifest: await manifestFor(context, operation, record, manifests),
        basedOn: record.basedOn,
        note: { timeMs: context.clock.now(), cell: operation.cell, kept: keptAt(operation, results, record.path) },
      };
    }),
  );
}

/** Where the version store has what an operation took away from a path. */
function keptAt({ steps }: Operation, results: readonly ApplyOutcome[], path: string): string | undefined {
  for (const [i, step] of steps.entries()) {
    const outcome = results[i];
    if (step.path === path && outcome?.ok === true && outcome.kept !== undefined) return outcome.kept;
  }
  return undefined;
}

/** A file that moved keeps its chunk list: it still stands under the path it came from. */
async function manifestFor(
  { store }: SessionContext,
  operation: Operation,
  { entry }: PlannedRecord,
  manifests: ReadonlyMap<Hash, Manifest>,
): Promise<Manifest | undefined> {
  if (entry.kind !== 'file' || entry.size <= singleChunkBytesMax) return undefined;
  const fetched = manifests.get(entry.contentHash);
  if (fetched !== undefined) return fetched;
  for (const step of operation.steps) {
    const known = step.do === 'rename' ? await store.manifest(step.path, entry.contentHash) : undefined;
    if (known !== undefined) return known;
  }
  return undefined;
}
