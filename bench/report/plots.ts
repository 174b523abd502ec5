/** Which pictures a run gives. Pure: file name → SVG. */
import { systemNames, type FigureName, type Sample } from '../measures/sample.ts';
import { spreadOf } from '../measures/statistics.ts';
import { barChart, dotChart, type BarChart } from './charts.ts';
import { figureText } from './format.ts';
import { figuresOf } from './judge.ts';
import { rowName, rowsOf } from './table.ts';

function groupsOf(
  samples: readonly Sample[],
  figure: FigureName,
  titles: Readonly<Record<string, string>>,
): BarChart['groups'] {
  return rowsOf(samples).flatMap((row) => {
    const bars = systemNames.flatMap((system) => {
      // A logarithmic axis has no place for nothing.
      const spread = spreadOf(figuresOf(samples, { ...row, system, figure }).filter((value) => value > 0));
      return spread === undefined ? [] : [{ system, spread }];
    });
    return bars.length === 0 ? [] : [{ name: rowName(row, titles), bars }];
  });
}

export function plotsOf(samples: readonly Sample[], titles: Readonly<Record<string, string>>): Map<string, string> {
  const edits = samples.filter(({ workload }) => workload === 'W4');
  const plots: [string, string | undefined][] = [
    [
      'times.svg',
      barChart({
        title: 'Until both sides are equal',
        show: figureText.seconds,
        groups: groupsOf(samples, 'seconds', titles),
      }),
    ],
    [
      'cpu.svg',
      barChart({
        title: 'Processor time of both sides',
        show: figureText.cpuSeconds,
        groups: groupsOf(samples, 'cpuSeconds', titles),
      }),
    ],
    [
      'memory.svg',
      barChart({
        title: 'Peak resident set of the larger daemon',
        show: figureText.peakRssBytes,
        groups: groupsOf(samples, 'peakRssBytes', titles),
      }),
    ],
    [
      'wire.svg',
      barChart({
        title: 'Bytes on the wire after an edit of a large file',
        show: figureText.wireBytes,
        groups: groupsOf(edits, 'wireBytes', titles),
      }),
    ],
    [
      'latency.svg',
      dotChart({
        title: 'Single small writes until they read equal on the other side',
        show: figureText.seconds,
        rows: rowsOf(samples.filter(({ writes }) => writes !== undefined)).flatMap((row) =>
          systemNames.flatMap((system) => {
            const values = samples
              .filter((each) => each.workload === row.workload && each.part === row.part && each.system === system)
              .flatMap(({ writes }) => writes ?? []);
            const name = row.part === '' ? `${system}, at rest` : `${system}, ${row.part}`;
            return values.length === 0 ? [] : [{ name, system, values }];
          }),
        ),
      }),
    ],
  ];
  return new Map(plots.filter((plot): plot is [string, string] => plot[1] !== undefined));
}
