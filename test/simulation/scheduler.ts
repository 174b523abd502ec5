/**
 * Virtual time and the order of events. Whatever the fakes do later is an event here; between two events everything that is
 * ready (promise jobs of the real loops) runs to its end. The seed decides delays and, among equals, who comes first; so a
 * run depends on its seed alone (I16).
 */
import type { Clock } from '../../src/base/clock.ts';
import type { SeededRandom } from './seeded-random.ts';

interface Event {
  readonly atMs: number;
  readonly tie: number;
  readonly life: Life | undefined;
  run: (() => void) | undefined;
}

export class Scheduler {
  readonly random: SeededRandom;
  nowMs = 0;
  events = 0;
  /** Called after every event, when all that it caused has run. */
  afterEvent: () => void = () => {};
  /** A binary heap by time, then tie. */
  readonly #heap: Event[] = [];

  constructor(random: SeededRandom) {
    this.random = random;
  }

  /** The returned function calls it off. An event of a life that has ended is dropped. */
  after(ms: number, run: () => void, life?: Life): () => void {
    const event: Event = { atMs: this.nowMs + Math.max(0, ms), tie: this.random.next(), life, run };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  /** Runs what comes until `untilMs`; virtual time then is `untilMs`. */
  async runUntil(untilMs: number): Promise<void> {
    await drained();
    for (let event = this.#heap[0]; event !== undefined && event.atMs <= untilMs; event = this.#heap[0]) {
      this.#pop();
      this.nowMs = Math.max(this.nowMs, event.atMs);
      if (event.run === undefined || event.life?.ended === true) continue;
      this.events++;
      event.run();
      await drained();
      this.afterEvent();
    }
    this.nowMs = untilMs;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent] as Event)) break;
      heap[at] = heap[parent] as Event;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!before(heap[child] as Event, last)) break;
      heap[at] = heap[child] as Event;
      at = child;
    }
    heap[at] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);
}

/** Everything that promises and next ticks lead to has run: setImmediate comes behind all of them. */
function drained(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** One run of one device, from its start to its crash or stop. What it still waited for then never comes. */
export class Life {
  readonly scheduler: Scheduler;
  ended = false;
  /** All that this device does takes this many times as long. */
  slowness = 1;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** Resolves after at most `msMax`, mostly much less; never once the life has ended. */
  turn(msMax = 2): Promise<void> {
    const { random } = this.scheduler;
    const ms = random.chance(0.5) ? 0 : random.next() * msMax * this.slowness;
    return new Promise((resolve) => {
      this.scheduler.after(ms, resolve, this);
    });
  }

  clock(wallMs: () => number): Clock {
    return {
      now: wallMs,
      monotonic: () => this.scheduler.nowMs,
      after: (ms, callback) => this.scheduler.after(ms, callback, this),
    };
  }
}
