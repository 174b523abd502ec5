/**
 * Which announced records this device takes in at all. What a linked peer may not say about a path is left out, record by
 * record, so that one poisoned record does not stop the exchange of all others (I4, I13).
 */
import { isIgnored } from './ignore.ts';
import type { ReplicaId } from './identifiers.ts';
import type { IndexRecord } from './record.ts';
import { counterOf } from './version.ts';

/** Far below what the wire allows, so that our own bump of a record we took in can always be announced. */
export const replicasAcceptedMax = 128;

export type Refusal = { readonly code: 'IGNORED_PATH' | 'INDEX_OLDER' | 'TOO_MANY_REPLICAS'; readonly message: string };

/** Undefined: admitted. `lastSequence` is that of `own`, this device's replica. */
export function refusalOf(record: IndexRecord, own: ReplicaId, lastSequence: number): Refusal | undefined {
  if (isIgnored(record.path)) {
    return { code: 'IGNORED_PATH', message: 'a device announced a path that is never synchronised; it is left out' };
  }
  const claimed = Math.max(counterOf(record.version, own), record.dot.replica === own ? record.dot.counter : 0);
  if (claimed > lastSequence) {
    return {
      code: 'INDEX_OLDER',
      message:
        'a device knows of a change made here that this index does not know; it is left out. If the index was restored from an older copy, remove the folder and add it again (the files stay)',
    };
  }
  if (record.version.length > replicasAcceptedMax) {
    return {
      code: 'TOO_MANY_REPLICAS',
      message: `a device announced it with more than ${replicasAcceptedMax} replicas in its version; it is left out`,
    };
  }
  return undefined;
}
