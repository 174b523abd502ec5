/** Waiting that can be called off: every wait in this program takes an AbortSignal and ends when it fires. */
import { systemClock, type Clock } from './clock.ts';

/** Resolves after `ms` of `clock`; rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal?: AbortSignal, clock: Pick<Clock, 'after'> = systemClock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Runs `work` with a signal that aborts with any of `signals`, unlinked again when the work ends.
 * AbortSignal.any against a long-lived signal leaks (docs/decisions): link and unlink by hand.
 */
export async function withLinkedSignal<T>(
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal, abort: (reason: unknown) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const unlink: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    if (signal.aborted) controller.abort(signal.reason);
    const forward = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', forward, { once: true });
    unlink.push(() => signal.removeEventListener('abort', forward));
  }
  try {
    return await work(controller.signal, (reason) => controller.abort(reason));
  } finally {
    for (const undo of unlink) undo();
  }
}

/** As `withLinkedSignal`, with a time limit: the linked signal aborts with `error` after `timeoutMs`. */
export function withTimeout<T>(
  timeoutMs: number,
  error: Error,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withLinkedSignal([signal], async (linked, abort) => {
    const timer = setTimeout(() => abort(error), timeoutMs);
    try {
      return await work(linked);
    } finally {
      clearTimeout(timer);
    }
  });
}
