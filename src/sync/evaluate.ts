/** Reads what reconcile needs for a set of paths and decides them all, parents of arriving things included. */
import { isIgnored } from '../core/ignore.ts';
import { hold, type Unholdable } from '../core/hold.ts';
import type { DeviceId } from '../core/identifiers.ts';
import { inMode } from '../core/mode.ts';
import { comparePaths, parentOf, type RelativePath } from '../core/path.ts';
import { reconcile, type Announcement, type Decided } from '../core/reconcile.ts';
import { isHeld, isUnheld, type LocalRecord } from '../core/record.ts';
import { Arrivals } from './collisions.ts';
import type { SessionContext } from './session-context.ts';

export interface Evaluation {
  readonly decided: readonly Decided[];
  /** Records of every path that was read, for plan's context. */
  readonly records: Map<RelativePath, LocalRecord | undefined>;
  /** Entries that this device does not hold, and why. */
  readonly refusals: ReadonlyMap<RelativePath, Unholdable>;
}

type Reader = Pick<SessionContext, 'store' | 'peers' | 'refusal' | 'mode' | 'collisions'>;

interface Heard {
  readonly decided: Decided;
  readonly announcements: readonly Announcement[];
}

/**
 * `paths` without repetition. Ancestors that are not live here are decided too, so that plan sees what becomes of them.
 * `devices`: whose announcements count.
 */
export async function evaluate(
  context: Reader,
  paths: readonly RelativePath[],
  devices: readonly DeviceId[] = context.peers.shared(),
): Promise<Evaluation> {
  const records = new Map<RelativePath, LocalRecord | undefined>();
  const heard: Heard[] = [];
  // Records of ignored paths may stand in an index that was written before they were refused.
  let open = paths.filter((path) => !isIgnored(path));
  const seen = new Set<RelativePath>(open);
  while (open.length > 0) {
    const now = await decideAll(context, open, devices, records);
    heard.push(...now);
    open = await missingParents(context, now, records, seen);
  }
  return { ...holdAll(context, heard, records), records };
}

async function decideAll(
  { store }: Reader,
  paths: readonly RelativePath[],
  devices: readonly DeviceId[],
  records: Map<RelativePath, LocalRecord | undefined>,
): Promise<Heard[]> {
  const [locals, ...announced] = await Promise.all([
    store.getMany(paths),
    ...devices.map((device) => store.announced(device, paths)),
  ]);
  return paths.map((path, i) => {
    const local = locals[i];
    records.set(path, local);
    const announcements: Announcement[] = [];
    devices.forEach((device, d) => {
      const record = announced[d]?.[i];
      if (record !== undefined) announcements.push({ device, record });
    });
    return { decided: { path, local, decision: reconcile(local, announcements) }, announcements };
  });
}

/** Parents of arriving things that are not live here and were not decided yet. */
async function missingParents(
  { store }: Reader,
  heard: readonly Heard[],
  records: Map<RelativePath, LocalRecord | undefined>,
  seen: Set<RelativePath>,
): Promise<RelativePath[]> {
  const parents = new Set<RelativePath>();
  for (const { decided } of heard) {
    const { path, local, decision } = decided;
    const arrives = decision.do === 'take' ? decision.entry.kind !== 'deleted' : local !== undefined && isUnheld(local);
    const parent = arrives ? parentOf(path) : undefined;
    if (parent !== undefined && !records.has(parent)) parents.add(parent);
  }
  const list = [...parents];
  const found = await store.getMany(list);
  return list.filter((parent, i) => {
    const record = found[i];
    records.set(parent, record);
    // One that is known and not held is decided too: it may be on its way in, and what is below it come with it.
    const absent = record === undefined || !isHeld(record);
    if (absent) seen.add(parent);
    return absent;
  });
}

/** Parents first: what is below something that is not held cannot be held either. */
function holdAll(
  context: Reader,
  heard: readonly Heard[],
  records: ReadonlyMap<RelativePath, LocalRecord | undefined>,
): Pick<Evaluation, 'decided' | 'refusals'> {
  const refusals = new Map<RelativePath, Unholdable>();
  const arriving = new Set<RelativePath>();
  const arrivals =
    context.collisions &&
    new Arrivals(
      context.collisions,
      heard.map(({ decided: one }) => one),
    );
  const decided = heard
    .toSorted((a, b) => comparePaths(a.decided.path, b.decided.path))
    .map(({ decided: raw, announcements }) => {
      const { path } = raw;
      const one = hold(raw, announcements, (entry) => {
        const refusal =
          refusalBelow(path, refusals, records, arriving) ??
          context.refusal(path, entry) ??
          arrivals?.refusal(path, entry);
        if (refusal !== undefined) refusals.set(path, refusal);
        return refusal;
      });
      if (one.decision.do === 'take' && one.decision.unheld !== true) {
        arriving.add(path);
        if (one.decision.entry.kind !== 'deleted') arrivals?.add(path);
      }
      return inMode(one, context.mode);
    });
  return { decided, refusals };
}

function refusalBelow(
  path: RelativePath,
  refusals: ReadonlyMap<RelativePath, Unholdable>,
  records: ReadonlyMap<RelativePath, LocalRecord | undefined>,
  arriving: ReadonlySet<RelativePath>,
): Unholdable | undefined {
  const parent = parentOf(path);
  if (parent === undefined) return undefined;
  const above = refusals.get(parent);
  if (above === undefined) {
    const record = records.get(parent);
    if (record === undefined || !isUnheld(record) || arriving.has(parent)) return undefined;
  }
  return {
    because: above?.because ?? 'left-out',
    code: 'PARENT_NOT_HELD',
    message: `its directory ${parent} is not kept on this device; the item stays on the others`,
  };
}
