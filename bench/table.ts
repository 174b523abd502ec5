/** Turns samples into Markdown: one table for each workload, medians with their spread, and ratios. */
import type { Sample, WorkloadName } from './steps.ts';

const nothing = '–';

/** The nearest-rank quantile, `q` in 0 … 1; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
    : (sorted[Math.floor(middle)] ?? NaN);
}

function time(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function spread(values: readonly number[], show: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${show(median(values))} (${show(least)} – ${show(most)})`;
}

function ratio(value: number, to: number | undefined): string {
  return to === undefined || to === 0 ? nothing : (value / to).toPrecision(3);
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)}`;

/** Of one run: what the run stands for in the comparison. */
function figureOf(sample: Sample): number {
  return median(sample.milliseconds);
}

export function tableOf(workload: WorkloadName, samples: readonly Sample[]): string {
  const own = samples.filter((sample) => sample.workload === workload);
  const systems = [...new Set(own.map(({ system }) => system))];
  const of = (system: string): Sample[] => own.filter((sample) => sample.system === system);
  const figure = (system: string): number | undefined =>
    systems.includes(system) ? median(of(system).map(figureOf)) : undefined;
  const isLatency = workload === 'latency';
  const header = [
    workload,
    isLatency ? 'median of runs (least – most)' : 'time: median (least – most)',
    ...(isLatency ? ['p95 of runs (least – most)'] : []),
    '÷ syncthing',
    ...(isLatency ? [] : ['÷ rsync', '÷ cp']),
    'CPU near + far, s',
    'peak RSS near / far, MiB',
    'on the wire, MB',
  ];
  const rows = systems.map((system) => {
    const each = of(system);
    const value = figure(system) ?? NaN;
    const daemons = each[0]?.usage.length ?? 0;
    const peaks = Array.from({ length: daemons }, (_, index) =>
      mebibytes(median(each.map(({ usage }) => usage[index]?.peakRssBytes ?? NaN))),
    );
    const wire = each.flatMap(({ wireBytes }) => (wireBytes === null ? [] : [wireBytes]));
    return [
      system,
      spread(each.map(figureOf), time),
      ...(isLatency
        ? [
            spread(
              each.map(({ milliseconds }) => quantile(milliseconds, 0.95)),
              time,
            ),
          ]
        : []),
      ratio(value, figure('syncthing')),
      ...(isLatency ? [] : [ratio(value, figure('rsync')), ratio(value, figure('cp'))]),
      daemons === 0
        ? nothing
        : median(each.map(({ usage }) => usage.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0))).toFixed(2),
      peaks.length === 0 ? nothing : peaks.join(' / '),
      wire.length === 0 ? nothing : (median(wire) / 1e6).toFixed(2),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
