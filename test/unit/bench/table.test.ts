import assert from 'node:assert/strict';
import type { Goal } from '../../../bench/goals.ts';
import type { Figures, Sample, SystemName } from '../../../bench/measures/sample.ts';
import { costsTable, timesTable } from '../../../bench/report/table.ts';

const sample = (system: SystemName, figures: Figures, round = 1, part = ''): Sample => {
  return { workload: 'W2', part, system, round, figures };
};
const titles = { W2: 'small files' };
const cellsOf = (table: string): string[][] => table.split('\n').map((line) => line.slice(2, -2).split(' | '));

describe('tables of the bench', () => {
  const samples = [
    sample('p2psync', { seconds: 0.5, cpuSeconds: 1.25, wireBytes: 2048 }),
    sample('p2psync', { seconds: 0.7, cpuSeconds: 1.25 }, 2),
    sample('p2psync', { seconds: 0.6, cpuSeconds: 1.25 }, 3),
    sample('syncthing', { seconds: 6 }),
    sample('rsync', { seconds: 0.2, cpuSeconds: 0.1 }),
  ];

  it('show medians with their spread, ratios, and what is missing as a dash', () => {
    const [, , row] = cellsOf(timesTable(samples, titles, []));
    assert.deepEqual(row, ['W2 small files', '600 ms (500 ms – 700 ms)', '6.00 s', '200 ms', '–', '10×', '3.0×', '–']);
  });

  it('say of each goal what was measured and whether that is enough', () => {
    const goals: Goal[] = [
      { workload: 'W2', figure: 'seconds', bound: { faster: 12, than: 'syncthing' } },
      { workload: 'W2', figure: 'seconds', bound: { faster: 0.25, than: 'rsync' } },
      { workload: 'W2', figure: 'wireBytes', bound: { atMost: 4096 } },
    ];
    assert.equal(
      cellsOf(timesTable(samples, titles, goals))[2]?.at(-1),
      "12× better than syncthing: 10×, **missed**<br>≤ 4.0× of rsync's: 3.0×, met<br>on the wire ≤ 4.0 KiB: 2.0 KiB, met",
    );
  });

  it('have a row for each part, and columns only for what was measured', () => {
    const parts = [
      sample('p2psync', { seconds: 1, cpuSeconds: 2 }, 1, 'move'),
      sample('limit', { seconds: 1 }, 1, 'copy'),
    ];
    const times = cellsOf(timesTable(parts, titles, []));
    assert.deepEqual(
      times.slice(2).map(([name]) => name),
      ['W2 move', 'W2 copy'],
    );
    assert.deepEqual(cellsOf(costsTable(parts, titles)), [
      ['work', 'system', 'CPU'],
      ['---', '---:', '---:'],
      ['W2 move', 'p2psync', '2.00 s'],
    ]);
  });

  it('have as many cells in every line', () => {
    for (const table of [timesTable(samples, titles, []), costsTable(samples, titles)]) {
      assert.equal(new Set(cellsOf(table).map(({ length }) => length)).size, 1);
    }
  });
});
