/** Two kinds of pictures: bars with their spread, and every single value as a dot; both on a logarithmic axis. Pure. */
import { systemNames, type SystemName } from '../measures/sample.ts';
import type { Spread } from '../measures/statistics.ts';
import { logScale, type LogScale } from './log-scale.ts';
import { element, picture, text } from './svg.ts';

const width = 900;
/** Room for the longest name of a workload. */
const left = 280;
const right = 90;
const top = 62;
const axisHeight = 26;
const barHeight = 13;
const groupGap = 10;
const colours: Readonly<Record<SystemName, string>> = {
  p2psync: '#1668c7',
  syncthing: '#d9730d',
  rsync: '#4a9c5d',
  limit: '#9b9b9b',
};

interface Chart {
  readonly title: string;
  readonly show: (value: number) => string;
}

export interface BarChart extends Chart {
  readonly groups: readonly {
    readonly name: string;
    readonly bars: readonly { system: SystemName; spread: Spread }[];
  }[];
}

export interface DotChart extends Chart {
  readonly rows: readonly { readonly name: string; readonly system: SystemName; readonly values: readonly number[] }[];
}

function legend(systems: readonly SystemName[]): string[] {
  return systemNames
    .filter((name) => systems.includes(name))
    .flatMap((name, index) => [
      element('rect', { x: left + index * 100, y: 36, width: 10, height: 10, fill: colours[name] }),
      text(name, { x: left + index * 100 + 15, y: 45 }),
    ]);
}

function axis(scale: LogScale, bottom: number, show: Chart['show']): string[] {
  return scale.ticks.flatMap((tick) => {
    const x = left + scale.at(tick);
    return [
      element('line', { x1: x, x2: x, y1: top - 8, y2: bottom, stroke: '#ddd' }),
      text(show(tick), { x, y: bottom + 16, 'text-anchor': 'middle', fill: '#555' }),
    ];
  });
}

/** Undefined when there is nothing to draw. */
export function barChart({ title, show, groups }: BarChart): string | undefined {
  const all = groups.flatMap(({ bars }) => bars);
  if (all.length === 0) return undefined;
  const scale = logScale(
    all.flatMap(({ spread }) => [spread.least, spread.most]),
    width - left - right,
  );
  const drawn: string[] = [];
  let y = top;
  for (const { name, bars } of groups) {
    drawn.push(text(name, { x: left - 10, y: y + (bars.length * barHeight) / 2 + 4, 'text-anchor': 'end' }));
    for (const { system, spread } of bars) {
      const length = Math.max(1, scale.at(spread.median));
      const middle = y + barHeight / 2;
      const [least, most] = [left + scale.at(spread.least), left + scale.at(spread.most)];
      drawn.push(
        element('rect', { x: left, y, width: length, height: barHeight - 2, fill: colours[system] }),
        element('line', { x1: least, x2: most, y1: middle - 1, y2: middle - 1, stroke: '#222' }),
        text(show(spread.median), { x: Math.max(most, left + length) + 5, y: y + 10, 'font-size': 11 }),
      );
      y += barHeight;
    }
    y += groupGap;
  }
  const background = axis(scale, y, show);
  const systems = all.map(({ system }) => system);
  return picture(width, y + axisHeight, title, [...legend(systems), ...background, ...drawn]);
}

/** Undefined when there is nothing to draw. */
export function dotChart({ title, show, rows }: DotChart): string | undefined {
  const all = rows.flatMap(({ values }) => values);
  if (all.length === 0) return undefined;
  const scale = logScale(all, width - left - right);
  const rowHeight = 30;
  const drawn = rows.flatMap(({ name, system, values }, index) => {
    const y = top + index * rowHeight + rowHeight / 2;
    return [
      text(name, { x: left - 10, y: y + 4, 'text-anchor': 'end' }),
      ...values.map((value) =>
        element('circle', { cx: left + scale.at(value), cy: y, r: 4, fill: colours[system], 'fill-opacity': 0.45 }),
      ),
    ];
  });
  const bottom = top + rows.length * rowHeight;
  const systems = rows.map(({ system }) => system);
  return picture(width, bottom + axisHeight, title, [...legend(systems), ...axis(scale, bottom, show), ...drawn]);
}
