/**
 * A token bucket over content bytes (one direction, all devices together). It goes into debt: a chunk larger than a second's
 * worth passes, and what follows waits until it is paid.
 */
import { sleep } from '../base/abort.ts';

export class RateLimiter {
  readonly #monotonic: () => number;
  #bytesPerSecond: number | undefined;
  #tokens = 0;
  #filledMs: number;
  #tail: Promise<void> = Promise.resolve();
  #changed = new AbortController();

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#filledMs = monotonic();
  }

  /** Undefined: no limit. */
  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }

  /** undefined: no limit. Takes effect at once, also for who waits. */
  set(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#tokens = Math.max(this.#tokens, 0);
    this.#filledMs = this.#monotonic();
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** Resolves when `bytes` may pass; in the order of the calls. Rejects with the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === undefined) return Promise.resolve();
    const turn = this.#tail.then(() => this.#wait(bytes, signal));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #wait(bytes: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const rate = this.#bytesPerSecond;
      if (rate === undefined) return;
      this.#fill(rate);
      if (this.#tokens >= 0) break;
      await this.#sleep((-this.#tokens / rate) * 1000, signal);
    }
    this.#tokens -= bytes;
  }

  /** At most one second's worth is saved up. */
  #fill(rate: number): void {
    const now = this.#monotonic();
    this.#tokens = Math.min(rate, this.#tokens + ((now - this.#filledMs) / 1000) * rate);
    this.#filledMs = now;
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const changed = this.#changed.signal;
    const either = new AbortController();
    const stop = (): void => either.abort(signal.aborted ? signal.reason : undefined);
    signal.addEventListener('abort', stop, { once: true });
    changed.addEventListener('abort', stop, { once: true });
    try {
      await sleep(Math.max(1, ms), either.signal).catch(() => undefined);
    } finally {
      signal.removeEventListener('abort', stop);
      changed.removeEventListener('abort', stop);
    }
  }
}
