/**
 * What is known of one path, and what a folder would do next: the loops' own questions (evaluate, plan), asked without acting.
 * For `p2psync explain` and `p2psync plan`.
 */
import { cellWords, stepWords, timeWords } from '../core/cells.ts';
import { isConflictName, originalName } from '../core/conflict.ts';
import { contentEqual, entriesEqual, type Entry } from '../core/entry.ts';
import type { DeviceId } from '../core/identifiers.ts';
import { isIgnored } from '../core/ignore.ts';
import { nameOf, type RelativePath } from '../core/path.ts';
import { conflictPathsOf, plan, type Operation } from '../core/plan.ts';
import type { Decided } from '../core/reconcile.ts';
import { isHeld, isUnheld, sameStat, type LocalRecord } from '../core/record.ts';
import type { DiskItem } from '../core/step.ts';
import { evaluate } from './evaluate.ts';
import type { PathProblem } from './ports.ts';
import type { SessionContext } from './session-context.ts';

/** Paths decided at once. */
const batchMax = 2000;
/** Operations listed by a dry run; the rest are counted. */
export const plannedMax = 1000;

export interface Explanation {
  readonly path: string;
  /** One sentence: whether it is in sync, and if not, why. */
  readonly summary: string;
  readonly here: {
    /** What the index says; null: it does not know the path. */
    readonly index: string | null;
    /** What stands on the disk now; null: nothing. */
    readonly disk: string | null;
    /** False: known, and not kept on this device. */
    readonly held: boolean;
  };
  readonly devices: readonly {
    readonly device: DeviceId;
    readonly connected: boolean;
    /** What it said it holds; null: it has said nothing of this path. */
    readonly announced: string | null;
    readonly same: boolean;
  }[];
  /** The cell of docs/RECONCILE.md that holds now, and what it means. */
  readonly cell: string;
  readonly why: string;
  /** What would be done next here; empty: nothing. */
  readonly next: readonly string[];
  /** The decision that was last carried out here since the daemon started. */
  readonly last: { readonly cell: string; readonly why: string; readonly time: string } | null;
}

export interface PlannedChanges {
  readonly operations: readonly { readonly path: string; readonly cell: string; readonly steps: readonly string[] }[];
  /** Records that change in the index alone. */
  readonly merges: number;
  /** All of them, listed or not. */
  readonly count: number;
  /** Content to be fetched, bytes. */
  readonly bytes: number;
}

export interface LastCell {
  readonly cell: Parameters<typeof cellWords>[0];
  readonly timeMs: number;
}

export interface PathState {
  readonly localOnly: boolean;
  readonly held: string | undefined;
  readonly last: LastCell | undefined;
}

export async function explainPath(context: SessionContext, path: RelativePath, state: PathState): Promise<Explanation> {
  const { store, disk, peers } = context;
  const [item] = await disk.look([path]);
  const record = await store.get(path);
  const devices = await Promise.all(
    peers.shared().map(async (device) => {
      const [announced] = await store.announced(device, [path]);
      return {
        device,
        connected: peers.connected().includes(device),
        announced: announced === undefined ? null : entryWords(announced.entry),
        same: isSame(record, announced?.entry),
      };
    }),
  );
  const { decided, records, refusals } = await evaluate(context, [path]);
  const own = decided.find((one) => one.path === path);
  const operations = await planned(context, decided, records);
  const last = state.last;
  const cell = own?.decision.cell ?? 'C1-unannounced';
  return {
    path,
    summary: summaryOf(context, path, { item, record, own, devices, refusal: refusals.get(path)?.message, ...state }),
    here: {
      index: record === undefined ? null : entryWords(record.entry),
      disk: itemWords(item),
      held: record === undefined || !isUnheld(record),
    },
    devices,
    cell,
    why: cellWords(cell),
    next: operations.filter((one) => one.path === path).flatMap(({ steps }) => steps.map(stepWords)),
    last:
      last === undefined ? null : { cell: last.cell, why: cellWords(last.cell), time: timeWords(last.timeMs * 1000) },
  };
}

interface Known {
  readonly item: DiskItem | PathProblem | undefined;
  readonly record: LocalRecord | undefined;
  readonly own: Decided | undefined;
  readonly devices: Explanation['devices'];
  readonly refusal: string | undefined;
  readonly localOnly: boolean;
  readonly held: string | undefined;
}

/** The first reason that applies, strongest first. */
function summaryOf(context: SessionContext, path: RelativePath, known: Known): string {
  const { item, record, own, devices, refusal, localOnly, held } = known;
  if (isIgnored(path)) return 'It is never synchronised, on any device (a built-in rule).';
  const rule = context.ignores(path, item !== undefined && 'kind' in item && item.kind === 'directory');
  if (rule !== undefined) return `It is left out here by the rule ${rule.pattern}; see p2psync ignore test.`;
  if (refusal !== undefined) return `It is not kept here: ${refusal}.`;
  const problem = context.errors.list().find((error) => error.path === path);
  if (problem !== undefined) return `It is not in sync: ${problem.message}`;
  if (item !== undefined && 'message' in item) return `It cannot be looked at: ${item.message}`;
  if (localOnly) return 'It was changed here, and this folder only receives: the change is not sent.';
  if (own?.decision.cell === 'M1-send-only')
    return 'Another device changed it, and this folder only sends: it is not taken.';
  if (own?.decision.do === 'take') {
    return held === undefined
      ? `It is being brought in: ${cellWords(own.decision.cell)}.`
      : `It waits for your consent: ${held}`;
  }
  if (isUnrecorded(record, item)) return 'It was changed here a moment ago, and is being recorded.';
  if (record === undefined) {
    const nothing = 'Nothing of that name is here, and no device has ever said that it has it.';
    return path.includes('\ufffd') ? `${nothing} A name that is not UTF-8 is not synchronised.` : nothing;
  }
  if (devices.length === 0) return 'It is recorded here; the folder is shared with no other device yet.';
  const behind = devices.filter(({ same }) => !same);
  const gone = record.entry.kind === 'deleted' ? 'Its delete is' : 'It is';
  const group = context.groupOf(path);
  const whole = group === undefined || group === path ? '' : ` It goes with the whole of ${group}.`;
  const copy = isConflictName(nameOf(path))
    ? ` It is what a conflict set aside of ${originalName(nameOf(path))}; p2psync conflict keep settles that.`
    : '';
  if (behind.length === 0) return `${gone} in sync with every device.${copy}`;
  const away = behind.filter(({ connected }) => !connected).length;
  return `${gone} recorded here; ${behind.length} of ${devices.length} devices ${away > 0 ? `do not have it yet (${away} not connected)` : 'are still fetching it'}.${whole}${copy}`;
}

function isSame(record: LocalRecord | undefined, announced: Entry | undefined): boolean {
  if (record === undefined || announced === undefined) return record === undefined && announced === undefined;
  return entriesEqual(record.entry, announced) || contentEqual(record.entry, announced);
}

function isUnrecorded(record: LocalRecord | undefined, item: DiskItem | undefined): boolean {
  if (item === undefined) return record !== undefined && isHeld(record);
  return record?.stat === undefined || record.entry.kind !== item.kind || !sameStat(record.stat, item.stat, item.kind);
}

function itemWords(item: DiskItem | PathProblem | undefined): string | null {
  if (item === undefined) return null;
  if ('message' in item) return `unreadable: ${item.message}`;
  switch (item.kind) {
    case 'file':
      return `file, ${item.stat.size} bytes, ${timeWords(item.stat.mtimeMs * 1000)}`;
    case 'symlink':
      return `link to ${item.target ?? '?'}`;
    case 'directory':
      return 'directory';
    case 'other':
      return 'socket, device or pipe';
  }
}

function entryWords(entry: Entry): string {
  switch (entry.kind) {
    case 'file':
      return `file, ${entry.size} bytes, ${timeWords(entry.mtimeUs)}${entry.executable ? ', executable' : ''}, ${entry.contentHash.slice(0, 12)}`;
    case 'symlink':
      return `link to ${entry.target}`;
    case 'directory':
      return 'directory';
    case 'deleted':
      return 'deleted';
  }
}

async function planned(
  { store }: SessionContext,
  decided: readonly Decided[],
  records: ReadonlyMap<RelativePath, LocalRecord | undefined>,
): Promise<Operation[]> {
  const known = new Map(records);
  const names: RelativePath[] = [];
  for (const { local, decision } of decided) {
    if (decision.do !== 'take' || !decision.setAside) continue;
    if (local?.entry.kind === 'file' || local?.entry.kind === 'symlink')
      names.push(...conflictPathsOf(local.path, local.entry));
  }
  const found = await store.getMany(names);
  names.forEach((name, i) => known.set(name, found[i]));
  return plan(decided, { record: (path) => known.get(path) });
}

/** A dry run over all that is announced: what would be done if everything could be fetched now. */
export async function planAll(context: SessionContext, signal: AbortSignal): Promise<PlannedChanges> {
  const { store, peers } = context;
  const operations: { path: string; cell: string; steps: readonly string[] }[] = [];
  let merges = 0;
  let count = 0;
  let bytes = 0;
  const seen = new Set<RelativePath>();
  for (const device of peers.shared()) {
    for await (const records of store.iterateAnnounced(device)) {
      for (let start = 0; start < records.length; start += batchMax) {
        signal.throwIfAborted();
        const paths = records.slice(start, start + batchMax).map(({ path }) => path);
        const evaluation = await evaluate(context, paths);
        const open = evaluation.decided.filter(({ path, decision }) => decision.do !== 'nothing' && !seen.has(path));
        for (const { path } of open) seen.add(path);
        merges += open.filter(({ decision }) => decision.do === 'merge').length;
        for (const { path, cell, steps, content } of await planned(context, open, evaluation.records)) {
          count++;
          bytes += content?.size ?? 0;
          if (operations.length < plannedMax) operations.push({ path, cell, steps: steps.map(stepWords) });
        }
      }
    }
  }
  return { operations, merges, count, bytes };
}
