/**
 * Ends the groups of intents that nobody ended: after a crash before the first scan, and after a group that the disk gave up on.
 * Runs under the agreement lock; core/recovery.ts decides. What it leaves to the scan is safe there, only less precise.
 */
import { messageOf } from '../base/problem.ts';
import type { RelativePath } from '../core/path.ts';
import { pathsOf, recover, type Intent, type Recovered, type Standing } from '../core/recovery.ts';
import type { ApplyStep } from '../core/step.ts';
import type { RecordChange } from './ports.ts';
import type { SessionContext } from './session-context.ts';

const never = new AbortController().signal;

type Context = Pick<SessionContext, 'disk' | 'store' | 'traits' | 'logger'>;

/** Under the agreement lock. Leaves everything open while the root is not the folder's. */
export async function endOpenGroups(context: Context): Promise<void> {
  const groups = await context.store.openGroups();
  if (groups.length === 0 || !(await context.disk.checkRoot()).ok) return;
  for (const { group, intents } of groups) {
    const changes = await recoverIntents(context, intents);
    const written = await context.store.commit(changes, group);
    const records = written.filter((record) => record !== 'stale').length;
    context.logger.info({ operations: intents.length, records }, 'recovered what was cut short');
  }
}

/** What turned out to be done; half-done operations are completed or taken back on the way. */
export async function recoverIntents(context: Context, intents: readonly Intent[]): Promise<RecordChange[]> {
  const recovered: Recovered[] = [];
  const again: Intent[] = [];
  const steps: ApplyStep[] = [];
  for (const { intent, recovery } of await judge(context, intents)) {
    if (recovery.do === 'record') recovered.push(...recovery.recovered);
    if (recovery.do === 'complete' && (await isReady(context, recovery.step))) {
      steps.push(recovery.step);
      again.push(intent);
    }
    if (recovery.do === 'take-back') steps.push(recovery.step);
  }
  if (steps.length > 0) {
    const outcomes = await context.disk.apply(steps);
    for (const [i, outcome] of outcomes.entries()) {
      const path = steps[i]?.path;
      if (!outcome.ok) context.logger.warn({ path, error: outcome.message }, 'could not end what was cut short');
    }
  }
  for (const { recovery } of await judge(context, again)) {
    if (recovery.do === 'record') recovered.push(...recovery.recovered);
  }
  return distinct(recovered).map(changeOf);
}

async function judge(
  { disk, store, traits }: Context,
  intents: readonly Intent[],
): Promise<{ intent: Intent; recovery: ReturnType<typeof recover> }[]> {
  if (intents.length === 0) return [];
  const paths = [...new Set(intents.flatMap((intent) => pathsOf(intent)))];
  const found = await store.getMany(paths);
  const indexed = new Map(paths.map((path, i) => [path, found[i]]));
  const standing = await standingAt(disk, paths, sizesOf(intents));
  const look = {
    indexed: (path: RelativePath) => indexed.get(path),
    standing: (path: RelativePath): Standing => standing.get(path) ?? { is: 'unknown', stat: undefined },
    traits,
  };
  return intents.map((intent) => ({ intent, recovery: recover(intent, look) }));
}

/** Only a file of a size that was planned can be a result: others need not be read. */
function sizesOf(intents: readonly Intent[]): Map<RelativePath, number> {
  const sizes = new Map<RelativePath, number>();
  for (const { records } of intents) {
    for (const { path, entry } of records) if (entry.kind === 'file') sizes.set(path, entry.size);
  }
  return sizes;
}

async function standingAt(
  disk: Context['disk'],
  paths: readonly RelativePath[],
  sizes: ReadonlyMap<RelativePath, number>,
): Promise<Map<RelativePath, Standing>> {
  const standing = new Map<RelativePath, Standing>();
  const files: RelativePath[] = [];
  const items = await disk.look(paths);
  paths.forEach((path, i) => {
    const item = items[i];
    if (item === undefined) standing.set(path, { is: 'absent' });
    else if ('message' in item) standing.set(path, { is: 'unknown', stat: undefined });
    else if (item.kind === 'directory') standing.set(path, { is: 'directory', stat: item.stat });
    else if (item.kind === 'symlink') standing.set(path, { is: 'symlink', target: item.target ?? '', stat: item.stat });
    else {
      standing.set(path, { is: 'unknown', stat: item.stat });
      if (item.kind === 'file' && item.stat.size === sizes.get(path)) files.push(path);
    }
  });
  for (const outcome of await disk.hash(files, never)) {
    if (!outcome.ok) continue;
    const { path, entry, stat, manifest } = outcome;
    standing.set(path, { is: 'file', entry, stat, manifest });
  }
  return standing;
}

/** Content that has to stand in staging is verified once more: it may not have reached the disk whole. */
async function isReady({ disk, logger }: Context, step: ApplyStep): Promise<boolean> {
  if (step.do !== 'write-file') return true;
  try {
    const { contentHash, size } = step.entry;
    const [good] = await disk.finishStaged([{ contentHash, fileSize: size }]);
    return good === true;
  } catch (error) {
    logger.warn({ path: step.path, error: messageOf(error) }, 'could not look at staged content');
    return false;
  }
}

/** Two intents of one group never plan one path; should a damaged journal say so, the first counts. */
function distinct(recovered: readonly Recovered[]): Recovered[] {
  const byPath = new Map<RelativePath, Recovered>();
  for (const one of recovered) if (!byPath.has(one.record.path)) byPath.set(one.record.path, one);
  return [...byPath.values()];
}

function changeOf({ record, stat, manifest }: Recovered): RecordChange {
  const { path, entry, write, version, basedOn } = record;
  return { path, entry, write, version, basedOn, stat, manifest };
}
