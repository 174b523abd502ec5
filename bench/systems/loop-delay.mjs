/**
 * Loaded into a daemon with `node --import`: on SIGUSR2 it writes how late the event loop's timers were since the last SIGUSR2
 * (99th percentile, milliseconds) to the file that P2PSYNC_BENCH_LOOP_DELAY names, and begins anew.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env.P2PSYNC_BENCH_LOOP_DELAY;
const resolution = 10;

if (isMainThread && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution });
  process.on('SIGUSR2', () => {
    // The histogram holds times between ticks, which without any delay are the resolution.
    const p99 = delays.count === 0 ? 0 : Math.max(0, delays.percentile(99) / 1e6 - resolution);
    delays.enable();
    delays.reset();
    writeFileSync(`${file}.new`, JSON.stringify(p99));
    renameSync(`${file}.new`, file);
  });
}
