/**
 * What failed is tried again at once when a device comes: it may have what was missing. One that comes and goes all the time
 * must not undo the backoff of every path by it, so each device may do so after ever longer waits; short ones, since a daemon that
 * was restarted a few times looks the same. On a bad line an honest device comes and goes as well: one that brought something
 * meanwhile has what failed last tried again at once.
 */
import type { Clock } from '../base/clock.ts';
import type { DeviceId } from '../core/identifiers.ts';

const waitMsMin = 250;
const waitMsMax = 4000;

interface Turn {
  /** Not at once before (monotonic milliseconds). */
  nextMs: number;
  waitMs: number;
  cancel: (() => void) | undefined;
  /** It gave something since what failed last was tried again because of it. */
  hasBrought: boolean;
  newestNextMs: number;
}

export class PeerRetries {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #retry: (which: 'all' | 'newest') => void;
  readonly #turns = new Map<DeviceId, Turn>();

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>, retry: (which: 'all' | 'newest') => void) {
    this.#clock = clock;
    this.#retry = retry;
  }

  came(device: DeviceId): void {
    const now = this.#clock.monotonic();
    const turn = this.#turns.get(device) ?? first(now);
    this.#turns.set(device, turn);
    if (turn.hasBrought && now >= turn.newestNextMs && now < turn.nextMs) {
      turn.hasBrought = false;
      turn.newestNextMs = now + waitMsMin;
      this.#retry('newest');
    }
    if (turn.cancel !== undefined) return;
    if (now < turn.nextMs) {
      turn.cancel = this.#clock.after(turn.nextMs - now, () => {
        turn.cancel = undefined;
        this.#now(turn);
      });
      return;
    }
    if (now - turn.nextMs >= waitMsMax) turn.waitMs = waitMsMin;
    this.#now(turn);
  }

  /** The device gave good content. */
  brought(device: DeviceId): void {
    const turn = this.#turns.get(device);
    if (turn !== undefined) turn.hasBrought = true;
  }

  stop(): void {
    for (const { cancel } of this.#turns.values()) cancel?.();
    this.#turns.clear();
  }

  #now(turn: Turn): void {
    turn.nextMs = this.#clock.monotonic() + turn.waitMs;
    turn.waitMs = Math.min(waitMsMax, 2 * turn.waitMs);
    this.#retry('all');
  }
}

function first(now: number): Turn {
  return { nextMs: now, waitMs: waitMsMin, cancel: undefined, hasBrought: false, newestNextMs: now };
}
