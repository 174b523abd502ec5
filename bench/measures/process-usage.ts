/** What processes used: CPU and memory, from /proc (proc(5)). Linux only. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** USER_HZ, the same on every Linux. */
const ticksPerSecond = 100;

/** The process and everything below it: one daemon may be more than one process. */
function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

/** Fields of /proc/PID/stat from the third on. The name before them, in brackets, may hold blanks. */
function statFields(pid: number | 'self'): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
}

function statusBytes(pid: number, name: 'VmHWM' | 'VmRSS'): number {
  const match = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** User + system time of all threads and of ended children (utime, stime, cutime, cstime), seconds. */
export function cpuSeconds(pid: number): number {
  return sum(processTree(pid).flatMap((each) => statFields(each).slice(11, 15).map(Number))) / ticksPerSecond;
}

/** Of programs that this process ran and that have ended (cutime, cstime), seconds. */
export function endedChildrenCpuSeconds(): number {
  return sum(statFields('self').slice(13, 15).map(Number)) / ticksPerSecond;
}

/** Since the start of the process or the last forgetPeak. */
export function peakRssBytes(pid: number): number {
  return sum(processTree(pid).map((each) => statusBytes(each, 'VmHWM')));
}

export function rssBytes(pid: number): number {
  return sum(processTree(pid).map((each) => statusBytes(each, 'VmRSS')));
}

/** Starts VmHWM anew, so that the peak is of this workload and not of the start (clear_refs). */
export function forgetPeak(pid: number): void {
  for (const each of processTree(pid)) writeFileSync(`/proc/${each}/clear_refs`, '5');
}
