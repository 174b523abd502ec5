/** What daemons take while there is nothing to do. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Figures } from '../measures/sample.ts';
import { cpuSeconds, rssBytes } from '../measures/process-usage.ts';

/** Over `seconds`; of the daemon that takes more. */
export async function measureRest(pids: readonly number[], seconds: number, signal: AbortSignal): Promise<Figures> {
  const before = pids.map(cpuSeconds);
  const start = performance.now();
  await delay(seconds * 1000, undefined, { signal });
  const elapsed = (performance.now() - start) / 1000;
  return {
    restCpuShare: Math.max(...pids.map((pid, index) => (cpuSeconds(pid) - (before[index] ?? 0)) / elapsed)),
    restRssBytes: Math.max(...pids.map(rssBytes)),
  };
}
