/** Waits for a condition by asking again and again. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Polling {
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

/** `probe` gives undefined or false for "not yet"; what it throws counts as that too, and is the cause when time is up. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, pollMs, signal }: Polling,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    let cause: unknown;
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) {
      const why = cause instanceof Error ? `: ${cause.message}` : '';
      throw new Error(`gave up after ${timeoutMs / 1000} s waiting for ${what}${why}`, { cause });
    }
    await delay(pollMs, undefined, { signal });
  }
}
