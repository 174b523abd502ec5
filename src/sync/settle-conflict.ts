/**
 * Settles one conflict as a person chose: looks, applies all steps or none, and has the local loop record what then stands
 * there. What gives way is kept as a version.
 */
import { Problem } from '../base/problem.ts';
import type { RelativePath } from '../core/path.ts';
import { expected, plainNames, stepsToKeep, type ConflictChoice, type ConflictPair } from '../core/settle-conflict.ts';
import type { ApplyStep, DiskItem } from '../core/step.ts';
import type { PathProblem } from './ports.ts';
import type { SessionContext } from './session-context.ts';

/** Names tried for a copy that is kept beside the original. */
const namesMax = 100;

export interface Settled {
  /** Where the copy is now; undefined: it is no longer there under a name of its own. */
  readonly copy: RelativePath | undefined;
  /** Where what gave way is kept, relative to the version store. */
  readonly replaced: string | undefined;
}

/** Problems: CONFLICT_NOT_FOUND, CONFLICT_OF_OTHERS, CONFLICT_NOT_SETTLED. */
export async function settleConflict(
  context: SessionContext,
  pair: ConflictPair,
  choice: ConflictChoice,
  rescan: (path: RelativePath) => Promise<void>,
): Promise<Settled> {
  const { agreement, disk } = context;
  const settled = await agreement.run(async () => {
    const [there, copy, ...others] = await disk.look([
      pair.original,
      pair.copy,
      ...plainNames(pair.original, namesMax),
    ]);
    if (!isFile(copy)) {
      throw new Problem('CONFLICT_NOT_FOUND', `${pair.copy} is not there any more; see p2psync conflict ls`);
    }
    if (there !== undefined && !isFile(there)) {
      throw notSettled(pair, 'what stands under the original name is no file');
    }
    if (choice !== 'both') {
      const stays = await whoStays(context, pair, choice);
      if (stays === 'original' && there === undefined) {
        throw notSettled(pair, 'nothing stands under the original name; keep the copy, or both');
      }
      return { copy: undefined, replaced: await apply(context, pair, stepsToKeep(pair, stays, there, copy)) };
    }
    const to = plainNames(pair.original, namesMax).find((_, i) => others[i] === undefined);
    if (to === undefined) throw notSettled(pair, 'no plain name is free');
    await apply(context, pair, [{ do: 'rename', path: pair.copy, to, expect: expected(copy) }]);
    return { copy: to, replaced: undefined };
  });
  await Promise.all([pair.original, pair.copy, ...(settled.copy === undefined ? [] : [settled.copy])].map(rescan));
  return settled;
}

/** A conflict's copy keeps the dot of the write that lost: it tells on which device that was made. */
async function whoStays(
  { store }: SessionContext,
  { original, copy }: ConflictPair,
  choice: 'mine' | 'theirs',
): Promise<'original' | 'copy'> {
  const [ours, lost] = await store.getMany([original, copy]);
  const isMine = (record: typeof ours): boolean => record?.dot.replica === store.replica;
  if (isMine(ours) === isMine(lost)) {
    const who = isMine(lost)
      ? 'both versions were written on this device'
      : 'neither version was written on this device';
    throw new Problem(
      'CONFLICT_OF_OTHERS',
      `${who}, so that "${choice}" does not tell them apart; keep both, or delete the one of ${original} and ${copy} that is not wanted`,
    );
  }
  return isMine(lost) === (choice === 'mine') ? 'copy' : 'original';
}

async function apply({ disk }: SessionContext, pair: ConflictPair, steps: ApplyStep[]): Promise<string | undefined> {
  const outcomes = await disk.apply(steps, true);
  let kept: string | undefined;
  for (const outcome of outcomes) {
    if (!outcome.ok) throw notSettled(pair, outcome.message);
    kept ??= outcome.kept;
  }
  return kept;
}

function isFile(item: DiskItem | PathProblem | undefined): item is DiskItem {
  return item !== undefined && 'kind' in item && (item.kind === 'file' || item.kind === 'symlink');
}

function notSettled({ original }: ConflictPair, why: string): Problem {
  return new Problem('CONFLICT_NOT_SETTLED', `the conflict of ${original} was left as it is: ${why}`);
}
