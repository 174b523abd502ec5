/** Which peer is asked for which missing chunk, and how requests are grouped. Stands between a plan and the fetcher. */
import type { DeviceId, Hash } from './identifiers.ts';

export interface MissingChunk {
  readonly hash: Hash;
  /** Bytes. */
  readonly length: number;
  /** Devices that are connected and announced content with this chunk. */
  readonly holders: readonly DeviceId[];
}

/**
 * For each device the indexes into `chunks` that it is asked for, ascending. Every chunk goes to the holder with the fewest
 * bytes on order at that moment (`load`: what each has already; absent is 0), of equals to the first by id, so the outcome
 * depends on the arguments alone. A chunk without holders is in no list. Time: chunks times holders.
 */
export function assign(chunks: readonly MissingChunk[], load: ReadonlyMap<DeviceId, number>): Map<DeviceId, number[]> {
  const bytes = new Map(load);
  const assigned = new Map<DeviceId, number[]>();
  for (const [index, chunk] of chunks.entries()) {
    let best: DeviceId | undefined;
    let bestBytes = 0;
    for (const device of chunk.holders) {
      const deviceBytes = bytes.get(device) ?? 0;
      if (best === undefined || deviceBytes < bestBytes || (deviceBytes === bestBytes && device < best)) {
        best = device;
        bestBytes = deviceBytes;
      }
    }
    if (best === undefined) continue;
    bytes.set(best, bestBytes + chunk.length);
    const list = assigned.get(best);
    if (list === undefined) assigned.set(best, [index]);
    else list.push(index);
  }
  return assigned;
}

/**
 * Indexes into `items`, in order, in runs of at most `itemsMax` items and `bytesMax` bytes; an item larger than `bytesMax`
 * has a run of its own. No run is empty.
 */
export function batches(items: readonly { readonly length: number }[], itemsMax: number, bytesMax: number): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  let runBytes = 0;
  for (const [index, { length }] of items.entries()) {
    if (run.length > 0 && (run.length >= itemsMax || runBytes + length > bytesMax)) {
      runs.push(run);
      run = [];
      runBytes = 0;
    }
    run.push(index);
    runBytes += length;
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
