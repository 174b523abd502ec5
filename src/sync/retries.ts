/** Paths that could not be brought in just now, with the moment of the next try. */
import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { RelativePath } from '../core/path.ts';

const retryLimits = { initialMs: 500, maxMs: 60_000 };

interface Retry {
  attempt: number;
  dueMs: number;
  waiting: boolean;
}

export class Retries {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #paths = new Map<RelativePath, Retry>();

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Plans the next try; each failure in a row waits longer. `soonMs` overrides the wait. */
  failed(path: RelativePath, soonMs?: number): void {
    const attempt = (this.#paths.get(path)?.attempt ?? -1) + 1;
    const delay = soonMs ?? backoffMs(attempt, retryLimits, this.#random());
    // What failed last stands last.
    this.#paths.delete(path);
    this.#paths.set(path, { attempt, dueMs: this.#clock.monotonic() + delay, waiting: true });
  }

  succeeded(path: RelativePath): void {
    this.#paths.delete(path);
  }

  /** Takes out the paths whose time has come; they keep their count of failures. */
  takeDue(everything = false): RelativePath[] {
    const now = this.#clock.monotonic();
    const due: RelativePath[] = [];
    for (const [path, retry] of this.#paths) {
      if (!retry.waiting || (!everything && retry.dueMs > now)) continue;
      retry.waiting = false;
      due.push(path);
    }
    return due;
  }

  /** As takeDue, those that failed last, whenever their time comes; at most `count`. */
  takeNewest(count: number): RelativePath[] {
    const waiting = [...this.#paths].filter(([, retry]) => retry.waiting).slice(-count);
    for (const [, retry] of waiting) retry.waiting = false;
    return waiting.map(([path]) => path);
  }

  /** Milliseconds until the next try; undefined: none is waiting. */
  nextInMs(): number | undefined {
    let earliest: number | undefined;
    for (const { dueMs, waiting } of this.#paths.values()) {
      if (waiting && (earliest === undefined || dueMs < earliest)) earliest = dueMs;
    }
    return earliest === undefined ? undefined : Math.max(0, earliest - this.#clock.monotonic());
  }
}
