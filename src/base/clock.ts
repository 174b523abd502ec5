/** Time and randomness as values, so that tests and the simulation decide them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump; never used to order writes. */
  now(): number;
  /** Monotonic milliseconds, for intervals. */
  monotonic(): number;
  /** Calls back once, `ms` from now (at least one turn of the event loop later). The returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
