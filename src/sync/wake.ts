/** A bell for one waiting loop: rings are remembered until somebody waits, many rings are one. */
import type { Clock } from '../base/clock.ts';

export class Wake {
  readonly #clock: Pick<Clock, 'after'>;
  #rung = false;
  #waiting: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  /** Resolves at the next ring (at once if it rang since the last wait), after `timeoutMs`, or when the signal aborts. */
  async wait(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          cancel?.();
          signal.removeEventListener('abort', done);
          this.#waiting = undefined;
          resolve();
        };
        const cancel = timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, done);
        signal.addEventListener('abort', done, { once: true });
        this.#waiting = done;
      });
    }
    this.#rung = false;
  }
}
