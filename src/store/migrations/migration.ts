/** One step from a schema to the next. */
import type { Level } from '../level.ts';

export interface Migration {
  /** The schema that this step leads to. Steps are numbered from 1 without gaps. */
  readonly version: number;
  /** May be run again after it was cut short. The schema number is written behind it, synced. */
  readonly run: (level: Level) => Promise<void>;
}
