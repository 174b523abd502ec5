/** One timed change: from before it is made until both sides are equal, with what that took. */
import type { Figures } from '../measures/sample.ts';
import { cpuSeconds, endedChildrenCpuSeconds, forgetPeak, peakRssBytes } from '../measures/process-usage.ts';
import { snapshot, type Snapshot } from '../trees/snapshot.ts';
import { untilEqual } from '../trees/until-equal.ts';
import type { Pair } from './pair.ts';
import type { Step } from './workload.ts';

export const equalMsMax = 900_000;

/**
 * Processor time and memory of a pair's processes from now until `stop`, which may be called more than once: the last counts.
 * Processes that start meanwhile are charged whole. Without `hasMemory` those that end are too many to know the peak of.
 */
export function meterUsage(pids: () => readonly number[], hasMemory = true): { stop(): void; figures(): Figures } {
  const before = new Map(pids().map((pid) => [pid, cpuSeconds(pid)]));
  const endedBefore = endedChildrenCpuSeconds();
  for (const pid of before.keys()) forgetPeak(pid);
  let figures: Figures = {};
  return {
    stop: () => {
      const own = pids();
      const ended = endedChildrenCpuSeconds() - endedBefore;
      figures = {
        cpuSeconds: own.reduce((total, pid) => total + cpuSeconds(pid) - (before.get(pid) ?? 0), ended),
        ...(own.length === 0 || !hasMemory ? {} : { peakRssBytes: Math.max(...own.map(peakRssBytes)) }),
      };
    },
    figures: () => figures,
  };
}

export interface Change {
  act(): void | Promise<void>;
  /** What both trees shall be in the end, when that is known before or is not what `near` is after `act`. */
  readonly expected?: Snapshot | (() => Promise<Snapshot>);
}

export async function timeChange(step: Step, pair: Pair, { act, expected }: Change): Promise<Figures> {
  const { signal, volume } = step;
  const before = await snapshot(pair.far, signal);
  if (pair.nodes.every(({ isRunning }) => isRunning)) await pair.settled();
  volume.settle();
  for (const node of pair.nodes) if (node.isRunning) await node.loopDelayP99Ms?.();
  const wireBefore = pair.wire.bytes();
  const usage = meterUsage(() => pair.pids(), pair.copier === undefined);
  let wireAfter: number | undefined;
  const stopMeters = (): void => {
    usage.stop();
    wireAfter = pair.wire.bytes();
  };

  const startMs = Date.now();
  await act();
  await pair.copier?.copy(signal);
  const copiedMs = Date.now();
  if (pair.copier !== undefined) stopMeters();
  const wanted = typeof expected === 'function' ? await expected() : (expected ?? (await snapshot(pair.near, signal)));
  const equal = await untilEqual(
    {
      near: pair.near,
      far: pair.far,
      expected: wanted,
      gone: [...before.keys()].filter((path) => !wanted.has(path)),
      keepsTimes: pair.keepsTimes,
      timeoutMs: pair.copier === undefined ? equalMsMax : 0,
      // In the middle of a start it has no API yet.
      isAtRest: () => pair.isAtRest().catch(() => false),
    },
    () => {
      if (pair.copier === undefined) stopMeters();
    },
    signal,
  );
  const endMs = pair.copier === undefined ? equal.atMs : copiedMs;

  const delays: number[] = [];
  for (const node of pair.nodes) {
    const delay = await node.loopDelayP99Ms?.();
    if (delay !== undefined) delays.push(delay);
  }
  return {
    seconds: (endMs - startMs) / 1000,
    ...usage.figures(),
    ...(wireBefore === undefined || wireAfter === undefined ? {} : { wireBytes: wireAfter - wireBefore }),
    ...(delays.length === 0 ? {} : { loopDelayP99Ms: Math.max(...delays) }),
  };
}
