import assert from 'node:assert/strict';
import { median, quantile, spreadOf } from '../../../bench/measures/statistics.ts';

describe('statistics of the bench', () => {
  it('takes the middle, or the mean of the middle two', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
  });

  it('sorts by size, not by text, and leaves its argument alone', () => {
    const values = [100, 20, 3];
    assert.equal(median(values), 20);
    assert.deepEqual(values, [100, 20, 3]);
  });

  it('takes quantiles by nearest rank', () => {
    const values = Array.from({ length: 30 }, (_, index) => 30 - index);
    assert.equal(quantile(values, 0.95), 29);
    assert.equal(quantile(values, 0), 1);
    assert.equal(quantile(values, 1), 30);
  });

  it('has no number for nothing', () => {
    assert.ok(Number.isNaN(median([])));
    assert.ok(Number.isNaN(quantile([], 0.5)));
    assert.equal(spreadOf([]), undefined);
  });

  it('gives the spread around the median', () => {
    assert.deepEqual(spreadOf([5, 1, 3]), { median: 3, least: 1, most: 5 });
  });
});
