/** The last events of this daemon, for `p2psync events` and the page: numbered, bounded, followed by any number of readers. */
import type { DaemonEvent } from '../api/control.ts';
import type { Clock } from '../base/clock.ts';

const eventsMax = 10_000;

export class EventLog {
  readonly #clock: Clock;
  #events: DaemonEvent[] = [];
  #lastId = 0;
  readonly #followers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#events.push({ ...fields, id: ++this.#lastId, time: new Date(this.#clock.now()).toISOString(), type });
    if (this.#events.length > eventsMax * 1.25) this.#events = this.#events.slice(-eventsMax);
    for (const follower of this.#followers) follower();
  }

  /** Kept events after `since`; then, when `follow`, new ones until the signal aborts. A slow reader misses what has been dropped meanwhile. */
  async *read(since: number, follow: boolean, signal: AbortSignal): AsyncGenerator<DaemonEvent> {
    let last = since;
    while (!signal.aborted) {
      const first = this.#events[0]?.id ?? this.#lastId + 1;
      const batch = this.#events.slice(Math.max(0, last + 1 - first));
      for (const event of batch) {
        last = event.id;
        yield event;
        if (signal.aborted) return;
      }
      if (!follow) return;
      if (last >= this.#lastId) await this.#next(signal);
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#followers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#followers.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
