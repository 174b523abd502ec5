/** What p2psync shall reach, as data: judged against the medians of one run at full size. */
import type { FigureName, SystemName, WorkloadName } from './measures/sample.ts';

export interface Goal {
  readonly workload: WorkloadName;
  /** The beginning of a part's name; undefined: ''. */
  readonly part?: string;
  readonly figure: FigureName;
  /**
   * Of our median. `atMost`: in the figure's own unit. `faster`: so many times less than another's, or than our own in
   * another part; below 1, that many times more is allowed.
   */
  readonly bound:
    | { readonly atMost: number }
    | { readonly faster: number; readonly than: SystemName }
    | { readonly faster: number; readonly thanPart: string };
}

const kibibyte = 1024;
const mebibyte = 2 ** 20;

const wire = (part: string, atMost: number): Goal => ({ workload: 'W4', part, figure: 'wireBytes', bound: { atMost } });
const withinOneSecond = (part: string): Goal => ({ workload: 'W4', part, figure: 'seconds', bound: { atMost: 1 } });

export const goals: readonly Goal[] = [
  { workload: 'W1', figure: 'seconds', bound: { faster: 1.5, than: 'syncthing' } },
  // The file is 1 GiB: processor time per GiB.
  { workload: 'W1', figure: 'cpuSeconds', bound: { faster: 1, than: 'syncthing' } },
  { workload: 'W2', figure: 'seconds', bound: { faster: 12, than: 'syncthing' } },
  { workload: 'W3', figure: 'seconds', bound: { faster: 16, than: 'syncthing' } },
  { workload: 'W3', figure: 'seconds', bound: { faster: 1 / 2, than: 'rsync' } },
  { workload: 'W3', figure: 'loopDelayP99Ms', bound: { atMost: 50 } },
  wire('overwrite', 256 * kibibyte),
  wire('insert', 384 * kibibyte),
  wire('append', 1.3 * mebibyte),
  wire('move', 32 * kibibyte),
  wire('copy', 32 * kibibyte),
  ...['overwrite', 'insert', 'append', 'move', 'copy'].map(withinOneSecond),
  { workload: 'W5', figure: 'seconds', bound: { atMost: 0.12 } },
  { workload: 'W5', figure: 'p95Seconds', bound: { atMost: 0.25 } },
  { workload: 'W5', part: 'during', figure: 'seconds', bound: { atMost: 0.3 } },
  { workload: 'W6', figure: 'seconds', bound: { atMost: 2 } },
  { workload: 'W6', figure: 'restRssBytes', bound: { atMost: 180 * mebibyte } },
  { workload: 'W6', figure: 'restCpuShare', bound: { atMost: 0.001 } },
  { workload: 'W7', figure: 'seconds', bound: { faster: 3, than: 'syncthing' } },
  { workload: 'W8', figure: 'seconds', bound: { atMost: 1 } },
  { workload: 'W9', figure: 'seconds', bound: { atMost: 1 } },
  { workload: 'W12', part: 'from two', figure: 'seconds', bound: { faster: 1.5, thanPart: 'from one' } },
  { workload: 'W13', part: 'first scan', figure: 'peakRssBytes', bound: { atMost: 900 * mebibyte } },
  { workload: 'W13', part: 'joined', figure: 'peakRssBytes', bound: { atMost: 900 * mebibyte } },
  { workload: 'W13', part: 'restart', figure: 'peakRssBytes', bound: { atMost: 900 * mebibyte } },
  { workload: 'W13', part: 'restart', figure: 'seconds', bound: { atMost: 15 } },
];
