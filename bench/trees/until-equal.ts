/** Waits until the far tree is what it should be, and tells when that came about. */
import { setTimeout as delay } from 'node:timers/promises';
import { contentDifferences, itemsDiffer, snapshotDifferences } from './differences.ts';
import { look, walk, type Snapshot } from './snapshot.ts';

const pollMs = 50;
const probesMax = 40;
const restLookMs = 5000;
const restMsMax = 30_000;
const differencesShown = 10;

export interface Wanted {
  /** Where the bytes are right already; compared to the far tree's at the end. */
  readonly near: string;
  readonly far: string;
  readonly expected: Snapshot;
  /** Paths that stand there at first and must go. */
  readonly gone: readonly string[];
  readonly keepsTimes: boolean;
  readonly timeoutMs: number;
  /** Nobody has anything left to do, by their own account. After half a minute of that, nothing more is waited for. */
  readonly isAtRest?: () => Promise<boolean>;
}

export interface Equal {
  /** The newest ctime in the trees, so that our polling costs no accuracy. As Date.now() tells it. */
  readonly atMs: number;
}

/**
 * Looks from cheap to dear, so that looking takes little from the systems being timed: some paths, then all from outside, then
 * (after `onLooksEqual`, where the caller stops its counters) all bytes. Rejects, naming paths that differ, when time is up.
 */
export async function untilEqual(wanted: Wanted, onLooksEqual: () => void, signal: AbortSignal): Promise<Equal> {
  const { near, far, expected, keepsTimes } = wanted;
  const paths = probes([...expected.keys()]);
  const gone = probes(wanted.gone);
  const looksFinished = (): boolean =>
    paths.every((path) => itemsDiffer(expected.get(path), look(far, path), keepsTimes) === undefined) &&
    gone.every((path) => look(far, path) === undefined);
  const start = performance.now();
  const end = start + wanted.timeoutMs;
  let [lookedMs, restlessMs] = [start, start];
  for (;;) {
    const nowMs = performance.now();
    if (nowMs - lookedMs > restLookMs) {
      lookedMs = nowMs;
      if ((await wanted.isAtRest?.()) !== true) restlessMs = nowMs;
    }
    const isLate = nowMs > end || nowMs - restlessMs > restMsMax;
    let pauseMs = pollMs;
    if (isLate || looksFinished()) {
      const walkedMs = performance.now();
      const [there, here] = [await walk(far, signal), await walk(near, signal)];
      let differences = ['changes while it is looked at'];
      if (there !== undefined && here !== undefined) {
        differences = snapshotDifferences(expected, there.items, keepsTimes, differencesShown);
        // What the tool did to the tree that it should only read counts as well.
        if (differences.length === 0) {
          differences = snapshotDifferences(expected, here.items, keepsTimes, differencesShown).map(
            (each) => `near: ${each}`,
          );
        }
        if (differences.length === 0) {
          onLooksEqual();
          differences = await contentDifferences(near, far, expected, differencesShown, signal);
        }
        // Both: a tool that carries in both directions is done when the later side is.
        if (differences.length === 0) return { atMs: Math.max(there.newestChangeMs, here.newestChangeMs) };
      }
      if (isLate) {
        throw new Error(
          `the trees differ after ${Math.round((nowMs - start) / 1000)} s:\n  ${differences.join('\n  ')}`,
        );
      }
      // However large the tree: at most a third of one core for looking.
      pauseMs = Math.max(pollMs, 2 * (performance.now() - walkedMs));
    }
    await delay(pauseMs, undefined, { signal });
  }
}

/** Spread evenly, with the last, which is often the last to come. */
function probes(paths: readonly string[]): string[] {
  if (paths.length <= probesMax) return [...paths];
  return Array.from({ length: probesMax }, (_, index) => {
    return paths[Math.floor(((index + 1) * paths.length) / probesMax) - 1] as string;
  });
}
