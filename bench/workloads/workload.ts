/** What a workload is: its systems, its limit, and how it runs on one of them. */
import type { Volume } from '../loop-volume.ts';
import type { Measured, SystemName, WorkloadName } from '../measures/sample.ts';
import type { CopySystem, System } from '../systems/system.ts';

export type Size = 'full' | 'quick';

/** One workload on one system in one round. */
export interface Step {
  readonly system: System;
  readonly size: Size;
  readonly seed: number;
  /** Empty, on a file system made for this step. */
  readonly directory: string;
  readonly volume: Volume;
  readonly signal: AbortSignal;
  /** What is opened is closed at the end of the step, also when it fails. */
  defer(close: () => void | Promise<void>): void;
}

export interface Workload {
  readonly name: WorkloadName;
  /** In a few words, for the size that is run. */
  title(size: Size): string;
  readonly systems: readonly SystemName[];
  /** What the machine allows, in words. Without `open` the workload does it itself. */
  readonly limit?: { readonly what: string; readonly open?: CopySystem['open'] };
  /** Runs only when it is asked for. */
  readonly isOnRequest?: true;
  /** Of the file system; undefined: as usual. */
  volumeBytes?(size: Size): number;
  /** Memory that the system and the page cache will need, touched beforehand; undefined: as usual. */
  touchedBytes?(size: Size): number;
  /** In the order of its parts. */
  run(step: Step): Promise<readonly Measured[]>;
}
