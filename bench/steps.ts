/** One step: one workload on one system, from an empty file system to equal trees and everything ended again. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Volume } from './loop-volume.ts';
import { arrivalTimes, forgetPeak, touchMemory, untilEqual, usageOf } from './measure.ts';
import type { ProcessUsage, System } from './systems/system.ts';
import { timedWrites, writeLarge, writeSmall, type Scale } from './workloads.ts';

export type WorkloadName = 'latency' | 'large' | 'small';
export const workloadNames: readonly WorkloadName[] = ['latency', 'large', 'small'];

export interface Sample {
  readonly workload: WorkloadName;
  readonly system: string;
  /** Latency: one for each write. Otherwise the one time until the trees were equal. */
  readonly milliseconds: readonly number[];
  /** Of the near and the far daemon, during the workload only; empty for programs that just run and end. */
  readonly usage: readonly ProcessUsage[];
  /** Both ways, during the workload; null: the system does not say. */
  readonly wireBytes: number | null;
}

export interface StepOptions {
  readonly workload: WorkloadName;
  readonly system: System;
  readonly seed: number;
  readonly scale: Scale;
  readonly volume: Volume;
  readonly signal: AbortSignal;
}

const touchedBytes = 2 ** 30;
const timeoutMs = 300_000;
const readyTimeoutMs = 60_000;

export async function runStep(options: StepOptions): Promise<Sample> {
  const { workload, system, seed, scale, volume, signal } = options;
  const directory = volume.renew();
  touchMemory(touchedBytes);
  const session = await system.start(directory, signal);
  try {
    // Everything goes on below `tree`, which leaves each system's own files in the folder's root out of the comparison.
    const near = join(session.near, 'tree');
    const far = join(session.far, 'tree');
    const writes = workload === 'latency' ? timedWrites(seed, scale) : [];
    mkdirSync(near);
    writeFileSync(join(near, 'ready'), 'Linked, watching and carrying.\n');
    for (const { name, before } of writes) if (before !== undefined) writeFileSync(join(near, name), before);
    const staged = join(directory, 'staged');
    if (workload === 'large') writeLarge(staged, seed, scale);
    if (workload === 'small') writeSmall(staged, seed, scale);
    await session.copyOnce?.(signal);
    await untilEqual(near, far, readyTimeoutMs, signal);
    volume.settle();
    touchMemory(touchedBytes);

    session.pids.forEach(forgetPeak);
    const before = session.pids.map(usageOf);
    const wireBefore = (await session.wireBytes?.()) ?? null;
    let milliseconds: number[];
    if (workload === 'latency') {
      milliseconds = await arrivalTimes(near, far, writes, timeoutMs, signal);
    } else {
      const start = Date.now();
      if (workload === 'large') renameSync(join(staged, 'large.bin'), join(near, 'large.bin'));
      else renameSync(staged, join(near, 'small'));
      await session.copyOnce?.(signal);
      milliseconds = [(await untilEqual(near, far, timeoutMs, signal)) - start];
    }
    const usage = session.pids.map((pid, index) => {
      const after = usageOf(pid);
      return { ...after, cpuSeconds: after.cpuSeconds - (before[index]?.cpuSeconds ?? 0) };
    });
    const wireAfter = (await session.wireBytes?.()) ?? null;
    if (workload === 'latency') await untilEqual(near, far, readyTimeoutMs, signal);
    return {
      workload,
      system: system.name,
      milliseconds,
      usage,
      wireBytes: wireAfter === null || wireBefore === null ? null : wireAfter - wireBefore,
    };
  } finally {
    await session.close();
  }
}
