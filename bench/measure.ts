/** The clocks of the bench: when two trees became equal, how long one write took to arrive, what the daemons used. */
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { treeDifferences } from '../test/support/trees.ts';
import type { ProcessUsage } from './systems/system.ts';
import { latencyFileBytes, type TimedWrite } from './workloads.ts';

const treePollMs = 200;
const writePollMs = 5;
const differencesShown = 5;

/** Paths of the files below a directory; undefined while it is not there or changes under our eyes. */
function filesIn(root: string): string[] | undefined {
  return unlessGone(() =>
    readdirSync(root, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
}

/** Undefined when something went away between listing and reading: the tree is not finished. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The last moment at which anything in the tree changed, as Date.now() tells it. The root itself does not count. */
function newestChangeMs(root: string): number {
  let newest = 0;
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    newest = Math.max(newest, lstatSync(join(entry.parentPath, entry.name)).ctimeMs);
  }
  return newest;
}

/**
 * Waits until the trees are equal in names, bytes, exec bits and times, and gives the moment at which that came about: the
 * newest ctime in the far tree, so that our polling costs no accuracy. Rejects, naming differences, when time is up.
 */
export async function untilEqual(near: string, far: string, timeoutMs: number, signal: AbortSignal): Promise<number> {
  const wanted = filesIn(near);
  if (wanted === undefined) throw new Error(`${near} is not there`);
  const sizes = new Map(wanted.map((path) => [path, statSync(join(near, path)).size]));
  // From cheap to dear, so that looking takes little from the systems that are being timed.
  const looksFinished = (): boolean => {
    const found = filesIn(far);
    if (found?.length !== sizes.size || !found.every((path) => sizes.has(path))) return false;
    return unlessGone(() => found.every((path) => lstatSync(join(far, path)).size === sizes.get(path))) ?? false;
  };
  const end = performance.now() + timeoutMs;
  for (;;) {
    const isLate = performance.now() > end;
    if (isLate || looksFinished()) {
      const differences = unlessGone(() => treeDifferences(near, far, differencesShown)) ?? [
        'something is not there yet',
      ];
      if (differences.length === 0) return newestChangeMs(far);
      if (isLate) throw new Error(`the trees still differ after ${timeoutMs / 1000} s:\n  ${differences.join('\n  ')}`);
    }
    await delay(treePollMs, undefined, { signal });
  }
}

/** Does the timed writes in `near` and gives, in their order, the milliseconds until each read equal in `far`. */
export async function arrivalTimes(
  near: string,
  far: string,
  writes: readonly TimedWrite[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number[]> {
  const arrived = Array.from({ length: writes.length }, () => NaN);
  const pending = new Map<number, number>();
  const look = (): void => {
    for (const [index, start] of pending) {
      const write = writes[index] as TimedWrite;
      if (!readsAs(join(far, write.name), write.content)) continue;
      arrived[index] = performance.now() - start;
      pending.delete(index);
    }
  };
  const poll = setInterval(look, writePollMs);
  try {
    for (const [index, write] of writes.entries()) {
      await delay(write.pauseMs, undefined, { signal });
      pending.set(index, performance.now());
      writeFileSync(join(near, write.name), write.content);
    }
    const end = performance.now() + timeoutMs;
    while (pending.size > 0) {
      if (performance.now() > end)
        throw new Error(`${pending.size} of ${writes.length} writes did not arrive within ${timeoutMs / 1000} s`);
      await delay(writePollMs, undefined, { signal });
    }
  } finally {
    clearInterval(poll);
  }
  return arrived;
}

function readsAs(path: string, content: Uint8Array): boolean {
  return (
    unlessGone(() => statSync(path).size === latencyFileBytes && Buffer.compare(readFileSync(path), content) === 0) ??
    false
  );
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux (proc(5))

/** The process and everything below it: one daemon may be more than one process. */
function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

/** CPU of all threads and of ended children (proc(5): utime, stime, cutime, cstime); VmHWM, added up over its processes. */
export function usageOf(pid: number): ProcessUsage {
  let ticks = 0;
  let peakRssBytes = 0;
  for (const each of processTree(pid)) {
    // The command name, in brackets, may hold blanks: count fields from the last bracket on.
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    for (const value of fields.slice(11, 15)) ticks += Number(value);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1];
    peakRssBytes += Number(peak ?? 0) * 1024;
  }
  return { cpuSeconds: ticks / ticksPerSecond, peakRssBytes };
}

/** Starts VmHWM anew, so that the peak is of this workload and not of the start (proc(5): clear_refs). */
export function forgetPeak(pid: number): void {
  for (const each of processTree(pid)) writeFileSync(`/proc/${each}/clear_refs`, '5');
}

/**
 * Touches and frees memory in a process of its own. A virtual machine gives free memory back to its host, and the first touch
 * of each page costs about 2 ms per MiB: without this, whoever comes first in a run pays for all.
 */
export function touchMemory(bytes: number): void {
  const code = `for (const a = []; a.length < ${Math.ceil(bytes / 2 ** 26)};) a.push(Buffer.alloc(2 ** 26, 1));`;
  const { status } = spawnSync(process.execPath, ['-e', code]);
  if (status !== 0) throw new Error(`could not touch ${bytes} bytes of memory`);
}
