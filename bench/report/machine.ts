/** Where and on what a run was made. */
import { spawnSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Machine {
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Short hash, with `+` when the work tree has changes of its own; null: not in Git. */
  readonly commit: string | null;
  /** Over 1, 5 and 15 minutes: it was not idle when this is high before the run. */
  readonly loadAverage: readonly number[];
}

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname });
  return status === 0 ? stdout.trim() : undefined;
}

export function describeMachine(): Machine {
  const commit = git('rev-parse', '--short', 'HEAD');
  return {
    system: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    commit: commit === undefined ? null : `${commit}${git('status', '--porcelain', '-uno') === '' ? '' : '+'}`,
    loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}
