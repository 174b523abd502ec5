import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../src/config/durations.ts';
import { formatRate, parseRate } from '../../../src/config/rates.ts';

describe('durations', () => {
  const good: [string, number][] = [
    ['60s', 60_000],
    ['2h', 7_200_000],
    ['250ms', 250],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['90', 90_000],
    ['1.5h', 5_400_000],
    [' 5 min ', 300_000],
    ['2 days', 172_800_000],
  ];
  for (const [text, ms] of good) it(`'${text}' is ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  for (const text of ['', ' ', 's', '0s', '-1s', '1h30', '5x', '1s,', '1 2', 'NaN', '400d', '9e9s']) {
    it(`'${text}' is refused`, () => {
      assert.throws(() => parseDuration(text), { code: 'DURATION_INVALID', exitCode: 2 });
    });
  }
  it('what is formatted is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 365 * 86_400_000 }), (ms) => {
        assert.equal(parseDuration(formatDuration(ms)), ms);
      }),
    );
  });
});

describe('rates', () => {
  const good: [string, number | null][] = [
    ['5 MB/s', 5_000_000],
    ['5MB/s', 5_000_000],
    ['5m', 5_000_000],
    ['1.5 MiB/s', 1_572_864],
    ['800k', 800_000],
    ['2000', 2000],
    ['2000 B/s', 2000],
    ['20 Mbit/s', 2_500_000],
    ['20Mbps', 2_500_000],
    ['1 GB', 1_000_000_000],
    ['none', null],
    ['Unlimited', null],
  ];
  for (const [text, rate] of good) it(`'${text}' is ${rate}`, () => assert.equal(parseRate(text), rate));
  for (const text of ['', '0', '-5', '999', '5 XB/s', 'fast', '5 MB/h', '1e9', '99999 TB/s']) {
    it(`'${text}' is refused`, () => assert.throws(() => parseRate(text), { code: 'RATE_INVALID', exitCode: 2 }));
  }
  it('is shown in three digits', () => {
    const shown = [null, 5, 1234, 999_700, 5_000_000, 1_572_864, 2.5e12].map(formatRate);
    assert.deepEqual(shown, ['none', '5 B/s', '1.23 kB/s', '1 MB/s', '5 MB/s', '1.57 MB/s', '2.5 TB/s']);
  });
});
