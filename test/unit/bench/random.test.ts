import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { Random } from '../../../bench/data/random.ts';

describe('randomness of the bench', () => {
  it('is the same for the same seed and purpose, on every machine', () => {
    assert.equal(new Random(1, 'W1').bytes(8).toString('hex'), new Random(1, 'W1').bytes(8).toString('hex'));
    assert.equal(new Random(1, 'W1').bytes(8).toString('hex'), '128d9ea8fc00c42f');
  });

  it('is another for another seed or another purpose', () => {
    const first = new Random(1, 'W1').bytes(32);
    assert.notDeepEqual(first, new Random(2, 'W1').bytes(32));
    assert.notDeepEqual(first, new Random(1, 'W2').bytes(32));
  });

  it('does not depend on how it is cut', () => {
    const whole = new Random(3, 'cut').bytes(200_000);
    const random = new Random(3, 'cut');
    const parts = [1, 65_535, 65_537, 68_927].map((length) => random.bytes(length));
    assert.deepEqual(Buffer.concat(parts), whole);
  });

  it('does not compress', () => {
    const bytes = new Random(4, 'large').bytes(2 ** 20);
    assert.ok(gzipSync(bytes).length >= bytes.length);
  });

  it('keeps within bounds and reaches both', () => {
    const random = new Random(5, 'bounds');
    const seen = new Set(Array.from({ length: 1000 }, () => random.between(3, 6)));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [3, 4, 5, 6],
    );
  });

  it('makes log-normal values with the mean asked for', () => {
    const random = new Random(6, 'sizes');
    const values = Array.from({ length: 200_000 }, () => random.logNormal(5000, 1));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean - 5000) < 150, `${mean}`);
    assert.ok(values.every((value) => value > 0));
  });
});
