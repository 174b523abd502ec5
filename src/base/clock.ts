/** Time and randomness as values, so that tests and the simulation decide them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump; never used to order writes. */
  now(): number;
  /** Monotonic milliseconds, for intervals. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
