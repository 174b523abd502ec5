/** Reads what reconcile needs for a set of paths and decides them all, parents of arriving things included. */
import { isIgnored } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';
import { parentOf } from '../core/path.ts';
import { reconcile, type Announcement, type Decided } from '../core/reconcile.ts';
import type { LocalRecord } from '../core/record.ts';
import type { SessionContext } from './session-context.ts';

export interface Evaluation {
  readonly decided: readonly Decided[];
  /** Records of every path that was read, for plan's context. */
  readonly records: Map<RelativePath, LocalRecord | undefined>;
}

/** `paths` without repetition. Ancestors that are not live here are decided too, so that plan sees what becomes of them. */
export async function evaluate(
  context: Pick<SessionContext, 'store' | 'peers'>,
  paths: readonly RelativePath[],
): Promise<Evaluation> {
  const records = new Map<RelativePath, LocalRecord | undefined>();
  const decided: Decided[] = [];
  // Records of ignored paths may stand in an index that was written before they were refused.
  let open = paths.filter((path) => !isIgnored(path));
  const seen = new Set<RelativePath>(open);
  while (open.length > 0) {
    const now = await decideAll(context, open, records);
    decided.push(...now);
    open = await missingParents(context, now, records, seen);
  }
  return { decided, records };
}

async function decideAll(
  { store, peers }: Pick<SessionContext, 'store' | 'peers'>,
  paths: readonly RelativePath[],
  records: Map<RelativePath, LocalRecord | undefined>,
): Promise<Decided[]> {
  const devices = peers.shared();
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
    return { path, local, decision: reconcile(local, announcements) };
  });
}

/** Parents of arriving things that are not live here and were not decided yet. */
async function missingParents(
  { store }: Pick<SessionContext, 'store'>,
  decided: readonly Decided[],
  records: Map<RelativePath, LocalRecord | undefined>,
  seen: Set<RelativePath>,
): Promise<RelativePath[]> {
  const parents = new Set<RelativePath>();
  for (const { path, decision } of decided) {
    if (decision.do !== 'take' || decision.entry.kind === 'deleted') continue;
    const parent = parentOf(path);
    if (parent !== undefined && !seen.has(parent)) parents.add(parent);
  }
  const list = [...parents];
  const found = await store.getMany(list);
  return list.filter((parent, i) => {
    const record = found[i];
    records.set(parent, record);
    const absent = record === undefined || record.entry.kind === 'deleted';
    if (absent) seen.add(parent);
    return absent;
  });
}
