/** What one measurement gave: the plain values that results, tables, goals and plots are made of. */

export const workloadNames = [
  'W1',
  'W2',
  'W3',
  'W4',
  'W5',
  'W6',
  'W7',
  'W8',
  'W9',
  'W10',
  'W11',
  'W12',
  'W13',
] as const;
export type WorkloadName = (typeof workloadNames)[number];

export const systemNames = ['p2psync', 'syncthing', 'rsync', 'limit'] as const;
export type SystemName = (typeof systemNames)[number];

/** What does not apply, or cannot be measured here, is absent. */
export interface Figures {
  /** Until the trees were equal. Of several writes: the median. */
  readonly seconds?: number;
  /** Of several writes: the 95th percentile, nearest rank. */
  readonly p95Seconds?: number;
  /** User + system time of all the system's processes together, during the workload. */
  readonly cpuSeconds?: number;
  /** The largest resident set of the daemon that needed most, during the workload. */
  readonly peakRssBytes?: number;
  /** Between the daemons, both ways, as IP packets. */
  readonly wireBytes?: number;
  /** Nothing to do: share of one core that the busier daemon takes, 0.001 is 0.1 %. */
  readonly restCpuShare?: number;
  /** Nothing to do: resident set of the larger daemon. */
  readonly restRssBytes?: number;
  /** How late timers of the daemon's main thread were, 99th percentile, the worse of both sides. */
  readonly loopDelayP99Ms?: number;
}

export type FigureName = keyof Figures;

export interface Measured {
  /** Of a workload that has several: which. '' otherwise. */
  readonly part: string;
  readonly figures: Figures;
  /** The single times behind a median, seconds. */
  readonly writes?: readonly number[];
}

export interface Sample extends Measured {
  readonly workload: WorkloadName;
  readonly system: SystemName;
  /** From 1. */
  readonly round: number;
}
