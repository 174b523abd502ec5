import assert from 'node:assert/strict';
import type { Sample } from '../../../bench/measures/sample.ts';
import { barChart, dotChart } from '../../../bench/report/charts.ts';
import { logScale } from '../../../bench/report/log-scale.ts';
import { plotsOf } from '../../../bench/report/plots.ts';
import { element, text } from '../../../bench/report/svg.ts';

/** Every start tag has its end: enough of XML for what the writer can get wrong. */
function assertBalanced(svg: string): void {
  const open: string[] = [];
  for (const [, end, name, single] of svg.matchAll(/<(\/?)(\w+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (end === '/') assert.equal(open.pop(), name);
    else if (single !== '/') open.push(name as string);
  }
  assert.deepEqual(open, []);
}

const show = String;

describe('plots of the bench', () => {
  it('escape what stands in texts and attributes', () => {
    assert.equal(text('a < b & "c"', { x: 1 }), '<text x="1">a &lt; b &amp; &quot;c&quot;</text>');
    assert.equal(element('rect', { id: '"><script>' }), '<rect id="&quot;&gt;&lt;script&gt;"/>');
  });

  it('put powers of ten at equal distances, with all values between the ends', () => {
    const scale = logScale([0.05, 30], 400);
    assert.deepEqual(scale.ticks, [0.01, 0.1, 1, 10, 100]);
    assert.deepEqual(
      scale.ticks.map((tick) => Math.round(scale.at(tick))),
      [0, 100, 200, 300, 400],
    );
  });

  it('have an axis for a single value that is a power of ten', () => {
    const scale = logScale([1], 100);
    assert.ok(Number.isFinite(scale.at(1)) && scale.ticks.length >= 2);
  });

  it('draw one bar for each system, longer for more', () => {
    const spread = (median: number) => ({ median, least: median, most: median });
    const svg = barChart({
      title: 'T',
      show,
      groups: [
        {
          name: 'W1 <one>',
          bars: [
            { system: 'p2psync', spread: spread(1) },
            { system: 'rsync', spread: spread(10) },
          ],
        },
      ],
    });
    assert.ok(svg !== undefined);
    assertBalanced(svg);
    const widths = [...svg.matchAll(/width="([\d.]+)" height="11"/g)].map(([, width]) => Number(width));
    assert.equal(widths.length, 2);
    assert.ok((widths[0] as number) < (widths[1] as number));
  });

  it('draw a dot for each write', () => {
    const svg = dotChart({ title: 'T', show, rows: [{ name: 'r', system: 'p2psync', values: [0.1, 0.2, 0.2] }] });
    assert.equal(svg?.match(/<circle /g)?.length, 3);
    assertBalanced(svg);
  });

  it('give no picture of nothing', () => {
    assert.equal(barChart({ title: 'T', show, groups: [] }), undefined);
    assert.equal(dotChart({ title: 'T', show, rows: [] }), undefined);
    assert.equal(plotsOf([], {}).size, 0);
  });

  it('are made of what was measured, also of zeros, which a logarithmic axis cannot show', () => {
    const base = { part: '', system: 'p2psync', round: 1 } as const;
    const samples: Sample[] = [
      { ...base, workload: 'W1', figures: { seconds: 1, cpuSeconds: 0 } },
      { ...base, workload: 'W5', figures: { seconds: 0.1 }, writes: [0.1, 0.2] },
    ];
    const plots = plotsOf(samples, {});
    assert.deepEqual([...plots.keys()], ['times.svg', 'latency.svg']);
    for (const svg of plots.values()) {
      assertBalanced(svg);
      assert.ok(!svg.includes('NaN') && !svg.includes('Infinity'));
    }
  });
});
