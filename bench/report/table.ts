/** Samples as Markdown: one table of times with ratios and goals, one of what they took. Pure. */
import type { Goal } from '../goals.ts';
import { systemNames, workloadNames, type FigureName, type Sample, type SystemName } from '../measures/sample.ts';
import { median, spreadOf } from '../measures/statistics.ts';
import { figureText, figureWords, times } from './format.ts';
import { figuresOf, judge, type Verdict } from './judge.ts';

const nothing = '–';
const besides: readonly FigureName[] = [
  'p95Seconds',
  'cpuSeconds',
  'peakRssBytes',
  'wireBytes',
  'restCpuShare',
  'restRssBytes',
  'loopDelayP99Ms',
];

interface Row {
  readonly workload: Sample['workload'];
  readonly part: string;
}

/** In the order of the workloads and of their parts. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  return workloadNames.flatMap((workload) => {
    const own = samples.filter((sample) => sample.workload === workload);
    return [...new Set(own.map(({ part }) => part))].map((part) => ({ workload, part }));
  });
}

export function rowName({ workload, part }: Row, titles: Readonly<Record<string, string>>): string {
  const title = titles[workload] ?? '';
  return part === '' ? `${workload} ${title}`.trim() : `${workload} ${part}`;
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

function withSpread(values: readonly number[], figure: FigureName): string {
  const spread = spreadOf(values);
  if (spread === undefined) return nothing;
  const show = figureText[figure];
  const middle = show(spread.median);
  return values.length === 1 ? middle : `${middle} (${show(spread.least)} – ${show(spread.most)})`;
}

/** "≥ 12× syncthing: 14×, met". */
export function verdictText({ goal, value, isMet }: Verdict): string {
  const { bound, figure } = goal;
  const what = figure === 'seconds' ? '' : `${figureWords[figure]} `;
  const end = isMet ? 'met' : '**missed**';
  if ('atMost' in bound) return `${what}≤ ${figureText[figure](bound.atMost)}: ${figureText[figure](value)}, ${end}`;
  const other = 'than' in bound ? bound.than : bound.thanPart;
  // Where less than equal is allowed, "at most twice rsync's" is easier to read than "at least half as fast".
  if (bound.faster < 1) return `${what}≤ ${times(1 / bound.faster)} of ${other}'s: ${times(1 / value)}, ${end}`;
  return `${what}${times(bound.faster)} better than ${other}: ${times(value)}, ${end}`;
}

export function timesTable(
  samples: readonly Sample[],
  titles: Readonly<Record<string, string>>,
  goals: readonly Goal[],
): string {
  const verdicts = goals.flatMap((goal) => judge(goal, samples) ?? []);
  const rows = rowsOf(samples).map((row) => {
    const secondsOf = (system: SystemName): number[] => figuresOf(samples, { ...row, system, figure: 'seconds' });
    const ratio = (above: SystemName, below: SystemName): string => {
      const value = median(secondsOf(above)) / median(secondsOf(below));
      return Number.isNaN(value) ? nothing : times(value);
    };
    const own = verdicts.filter(({ goal, part }) => goal.workload === row.workload && part === row.part);
    return [
      rowName(row, titles),
      ...systemNames.map((system) => withSpread(secondsOf(system), 'seconds')),
      ratio('syncthing', 'p2psync'),
      ratio('p2psync', 'rsync'),
      own.length === 0 ? nothing : own.map(verdictText).join('<br>'),
    ];
  });
  return markdown(['work', ...systemNames, 'syncthing ÷ p2psync', 'p2psync ÷ rsync', 'goals'], rows);
}

/** CPU, memory, wire and whatever else was measured, medians. */
export function costsTable(samples: readonly Sample[], titles: Readonly<Record<string, string>>): string {
  const shown = besides.filter((figure) => samples.some(({ figures }) => figures[figure] !== undefined));
  const rows = rowsOf(samples).flatMap((row) =>
    systemNames.flatMap((system) => {
      const cells = shown.map((figure) => {
        const value = median(figuresOf(samples, { ...row, system, figure }));
        return Number.isNaN(value) ? nothing : figureText[figure](value);
      });
      return cells.every((cell) => cell === nothing) ? [] : [[rowName(row, titles), system, ...cells]];
    }),
  );
  return markdown(['work', 'system', ...shown.map((figure) => figureWords[figure])], rows);
}
