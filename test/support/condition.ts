/** Waits for conditions instead of sleeping for them. */
import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `probe` gives something other than undefined or false; fails with what it was waiting for. */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`gave up after ${timeoutMs} ms waiting for ${what}`, { cause: last });
    await delay(20);
  }
}
