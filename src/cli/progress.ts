/** Progress of what takes longer than a second: on a terminal, a line with what is under way, rewritten in place. */
import type { Control, Status } from '../api/control.ts';
import { sleep, withLinkedSignal } from '../base/abort.ts';
import { formatBytes, formatClock, formatCount, formatRate, plural } from './format.ts';
import type { LiveLine } from './live-line.ts';
import { RateMeter, sumRates } from './rates.ts';

/** Quicker work shows nothing: a line that flashes up is noise. */
const quietMs = 700;
const tickMs = 500;

/** Runs `work` while `describe(elapsedMs)` is shown. */
export async function withSpinner<T>(live: LiveLine, describe: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const timer = setInterval(() => {
    const elapsed = performance.now() - start;
    if (elapsed >= quietMs) live.update(`${describe} · ${formatClock(elapsed)}`);
  }, 250);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    live.clear();
  }
}

/** What is still to do, from the status: files, bytes, rate and time left. */
export function syncProgress(status: Status, rate: { up: number; down: number }): string {
  const needFiles = status.folders.reduce((sum, folder) => sum + folder.needFiles, 0);
  const needBytes = status.folders.reduce((sum, folder) => sum + folder.needBytes, 0);
  const files = status.folders.reduce((sum, folder) => sum + folder.files, 0);
  const scanning = status.folders.some((folder) => folder.state === 'scanning');
  if (needFiles === 0 && needBytes === 0) {
    const what = scanning ? 'scanning' : 'waiting for the other devices';
    return `${what} · ${plural(files, 'file')} · ↑ ${formatRate(rate.up)} ↓ ${formatRate(rate.down)}`;
  }
  const left = rate.down >= 1 ? formatClock((needBytes / rate.down) * 1000) : 'unknown time';
  return `${formatCount(needFiles)} of ${plural(files + needFiles, 'file')} to fetch · ${formatBytes(needBytes)} · ${formatRate(rate.down)} · ${left} left`;
}

/** Runs `work` while the daemon's own progress is shown, asked for twice a second; on no terminal it just runs. */
export async function withSyncProgress<T>(
  api: Control,
  live: LiveLine,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!live.active) return work(signal);
  return withLinkedSignal([signal], async (linked, abort) => {
    const watching = showSyncProgress(api, live, linked);
    try {
      return await work(signal);
    } finally {
      abort(new Error('done'));
      await watching;
      live.clear();
    }
  });
}

async function showSyncProgress(api: Control, live: LiveLine, signal: AbortSignal): Promise<void> {
  const meter = new RateMeter();
  try {
    await sleep(quietMs, signal);
    while (!signal.aborted) {
      const status = await api.status();
      const rates = sumRates(meter.update(status, performance.now()));
      if (!signal.aborted) live.update(syncProgress(status, rates));
      await sleep(tickMs, signal);
    }
  } catch {
    // Ended by the work itself, or the daemon went away: the work reports that.
  }
}
