/** Figures in words. */
import type { FigureName } from '../measures/sample.ts';

function seconds(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  return value < 100 ? `${value.toFixed(2)} s` : `${Math.round(value)} s`;
}

function bytes(value: number): string {
  if (value < 2 ** 20) return `${(value / 1024).toFixed(1)} KiB`;
  return value < 2 ** 30 ? `${(value / 2 ** 20).toFixed(1)} MiB` : `${(value / 2 ** 30).toFixed(2)} GiB`;
}

export const figureText: Readonly<Record<FigureName, (value: number) => string>> = {
  seconds,
  p95Seconds: seconds,
  cpuSeconds: (value) => `${value.toFixed(2)} s`,
  peakRssBytes: bytes,
  wireBytes: bytes,
  restCpuShare: (value) => `${(value * 100).toFixed(2)} %`,
  restRssBytes: bytes,
  loopDelayP99Ms: (value) => `${value.toFixed(1)} ms`,
};

export const figureWords: Readonly<Record<FigureName, string>> = {
  seconds: 'time',
  p95Seconds: 'p95',
  cpuSeconds: 'CPU',
  peakRssBytes: 'peak RSS',
  wireBytes: 'on the wire',
  restCpuShare: 'CPU at rest',
  restRssBytes: 'RSS at rest',
  loopDelayP99Ms: 'event loop p99',
};

export function times(value: number): string {
  return value >= 10 ? `${value.toFixed(0)}×` : `${value.toPrecision(2)}×`;
}
