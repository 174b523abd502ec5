import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatCount,
  formatList,
  formatRate,
  formatSpan,
  plural,
} from '../../../src/cli/format.ts';
import { type TextStream, Output, noPaint, paintFor, renderTable } from '../../../src/cli/output.ts';
import { padEnd, textWidth, truncate } from '../../../src/cli/text-width.ts';

describe('format', () => {
  it('counts, sizes, rates', () => {
    assert.deepEqual([0, 999, 1000, 1234567].map(formatCount), ['0', '999', '1,000', '1,234,567']);
    assert.deepEqual([0, 999, 1000, 1250, 9949, 9950, 99_950, 999_499, 999_500, 1.2e6, 4.5e10, 1e21].map(formatBytes), [
      '0 B',
      '999 B',
      '1.0 kB',
      '1.3 kB',
      '9.9 kB',
      '10 kB',
      '100 kB',
      '999 kB',
      '1.0 MB',
      '1.2 MB',
      '45 GB',
      '1000000 PB',
    ]);
    assert.deepEqual([0, 0.5, 1200].map(formatRate), ['0', '0', '1.2 kB/s']);
    assert.equal(plural(1, 'file'), '1 file');
    assert.equal(plural(1500, 'directory', 'directories'), '1,500 directories');
  });

  it('times', () => {
    assert.deepEqual([0, -5, 6001, 552_000, 3_723_000].map(formatClock), ['0:00', '0:00', '0:07', '9:12', '1:02:03']);
    assert.deepEqual([40_000, 200_000, 7_300_000, 5 * 86_400_000].map(formatSpan), ['40 s', '3 min', '2 h', '5 days']);
    const now = Date.parse('2026-11-23T05:00:00Z');
    assert.equal(formatAgo(null, now), 'never');
    assert.equal(formatAgo('2026-11-23T04:57:00Z', now), '3 min ago');
    assert.equal(formatAgo('2026-11-23T05:00:09Z', now), 'just now');
    assert.equal(formatAgo('rubbish', now), 'unknown');
  });

  it('lists', () => {
    assert.deepEqual(
      [[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']].map((list) => formatList(list)),
      ['', 'a', 'a and b', 'a, b and c', 'a, b and 2 others'],
    );
  });
});

describe('text width', () => {
  it('counts cells', () => {
    assert.deepEqual(
      ['abc', '写真', '🚲', '👩‍💻', 'é', 'e\u0301', '\u001b[31mab\u001b[39m', '☂️'].map(textWidth),
      [3, 4, 2, 2, 1, 1, 2, 2],
    );
  });

  it('cuts to the width and never splits a character', () => {
    assert.equal(truncate('abcdef', 6), 'abcdef');
    assert.equal(truncate('abcdef', 4), 'abc…');
    assert.equal(truncate('写真写真', 4), '写…');
    assert.equal(truncate('abc', 0), '');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
        assert.ok(textWidth(truncate(text, width)) <= width);
        assert.ok(textWidth(padEnd(truncate(text, width), width)) === width);
      }),
    );
  });
});

describe('table', () => {
  const headers = ['NAME', 'STATE', 'PATH'];
  const rows = [
    ['写真', 'idle', '/home/anna/photographs/of/last/summer'],
    ['x', 'syncing', '/y'],
  ];

  it('keeps columns straight and cuts nothing in a pipe', () => {
    assert.deepEqual(renderTable(headers, rows, undefined), [
      'NAME  STATE    PATH',
      '写真  idle     /home/anna/photographs/of/last/summer',
      'x     syncing  /y',
    ]);
  });

  it('fits the terminal by cutting the widest column', () => {
    const lines = renderTable(headers, rows, 32);
    assert.ok(lines.every((line) => textWidth(line) <= 32));
    assert.equal(lines[1], '写真  idle     /home/anna/photo…');
  });

  it('fits any width that leaves room for it', () => {
    const cell = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 22, max: 100 }),
        (cells, width) => {
          for (const line of renderTable(['A', 'B', 'C'], cells, width)) assert.ok(textWidth(line) <= width, line);
        },
      ),
    );
  });

  it('takes a table without rows', () => assert.deepEqual(renderTable(['A', 'B'], [], 80), ['A  B']));
});

function recorder(isTTY: boolean, columns = 40): TextStream & { text: string } {
  return {
    text: '',
    isTTY,
    columns,
    write(text: string) {
      this.text += text;
    },
  };
}

describe('output', () => {
  it('with --json, standard output gets the document and nothing else', () => {
    const [stdout, stderr] = [recorder(false), recorder(false)];
    const out = new Output(stdout, stderr, true, {});
    out.line('for people');
    out.table(['A'], [['x']]);
    out.document({ a: '\u202e' });
    out.hint('hint');
    assert.equal(stdout.text, '{"a":"\\u202e"}\n');
    assert.equal(stderr.text, 'hint\n');
  });

  it('colours only a terminal, and not with NO_COLOR or TERM=dumb', () => {
    assert.equal(paintFor(recorder(true), {})('red', 'x'), '\u001b[31mx\u001b[39m');
    assert.equal(paintFor(recorder(true), { NO_COLOR: '' })('red', 'x'), '\u001b[31mx\u001b[39m');
    for (const [tty, environment] of [
      [false, {}],
      [true, { NO_COLOR: '1' }],
      [true, { TERM: 'dumb' }],
    ] as const) {
      assert.equal(paintFor(recorder(tty), environment)('red', 'x'), 'x');
    }
    assert.equal(noPaint('red', 'x'), 'x');
  });

  it('the live line rewrites itself on a terminal and is silent elsewhere', () => {
    const [terminal, pipe] = [recorder(true, 10), recorder(false)];
    const live = new Output(pipe, terminal, false, {}).live();
    live.update('0123456789abc');
    live.clear();
    live.clear();
    assert.equal(terminal.text, '\r\u001b[2K01234567…\r\u001b[2K');
    const silent = new Output(terminal, pipe, false, {}).live();
    silent.update('x');
    silent.clear();
    assert.equal(pipe.text, '');
  });
});
