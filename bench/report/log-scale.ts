/** A logarithmic axis. Pure. */

export interface LogScale {
  /** Pixels from the left of the axis; what is smaller than its start is at 0. */
  at(value: number): number;
  /** The powers of ten on it. */
  readonly ticks: readonly number[];
}

/** Whole powers of ten around `values`, all above 0, over `width` pixels. */
export function logScale(values: readonly number[], width: number): LogScale {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  return { at: (value) => (Math.max(0, Math.log10(value) - first) / (last - first)) * width, ticks };
}
