/**
 * Which announced records this device takes in at all. What a linked peer may not say about a path is left out, record by
 * record, so that one poisoned record does not stop the exchange of all others (I4, I13).
 */
import { fileBytesMax } from './cut-points.ts';
import { isIgnored } from './ignore.ts';
import type { ReplicaId } from './identifiers.ts';
import { isConflictName } from './conflict.ts';
import { nameOf } from './path.ts';
import type { IndexRecord } from './record.ts';
import { counterOf } from './version.ts';

/** Far below what the wire allows, so that our own bump of a record we took in can always be announced. */
export const replicasAcceptedMax = 128;

export type Refusal = {
  readonly code: 'IGNORED_PATH' | 'INDEX_OLDER' | 'TOO_LARGE' | 'TOO_MANY_REPLICAS';
  /** Without its subject: the device that announced it. */
  readonly message: string;
};

/**
 * Longer paths (in UTF-16 units, each at most three bytes of 4096) may be conflict copies that do not show it: conflict.ts
 * leaves the mark out where there is no room.
 */
const markedLengthMax = 1300;

/** True when a version may have come to this path from another one, with the loser of a conflict. */
function mayBeCopy({ path }: IndexRecord): boolean {
  return isConflictName(nameOf(path)) || path.length > markedLengthMax;
}

/**
 * Undefined: admitted. `own` is this device's replica, `lastSequence` and `local` are its index's; `local` is the record at the
 * same path. Only we raise our counter, and at each path our own record knows best how far: who knows of more was told by an
 * index that ours is an older copy of, or lies.
 */
export function refusalOf(
  record: IndexRecord,
  own: ReplicaId,
  lastSequence: number,
  local: IndexRecord | undefined,
): Refusal | undefined {
  if (isIgnored(record.path)) {
    return { code: 'IGNORED_PATH', message: 'announced a path that is never synchronised; it is left out' };
  }
  if (record.entry.kind === 'file' && record.entry.size > fileBytesMax) {
    return {
      code: 'TOO_LARGE',
      message: `announced a file of more than ${fileBytesMax} bytes, the most that can be synchronised; it is left out`,
    };
  }
  const claimed = Math.max(counterOf(record.version, own), record.dot.replica === own ? record.dot.counter : 0);
  const ours = local === undefined ? 0 : counterOf(local.version, own);
  if (claimed > lastSequence || (claimed > ours && !mayBeCopy(record))) {
    return {
      code: 'INDEX_OLDER',
      message:
        'knows of a change made here that this index does not know; it is left out. If the index was restored from an older copy and does not begin anew by itself, remove the folder and add it again (the files stay)',
    };
  }
  if (record.version.length > replicasAcceptedMax) {
    return {
      code: 'TOO_MANY_REPLICAS',
      message: `announced it with more than ${replicasAcceptedMax} replicas in its version; it is left out`,
    };
  }
  return undefined;
}
