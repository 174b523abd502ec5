/** Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). */
export interface BackoffLimits {
  /** Delay bound of the first retry, milliseconds. */
  initialMs: number;
  /** Upper bound of every delay, milliseconds. */
  maxMs: number;
}

/** Delay in milliseconds before retry number `attempt` (0 for the first); `random` is in [0, 1). Never below a tenth of the bound. */
export function backoffMs(attempt: number, limits: BackoffLimits, random: number): number {
  const bound = Math.min(limits.maxMs, limits.initialMs * 2 ** Math.min(attempt, 30));
  return Math.round(bound * (0.1 + 0.9 * random));
}
