import assert from 'node:assert/strict';
import { parseChoice } from '../../../bench/arguments.ts';

describe('command line of the bench', () => {
  it('runs all but the million files, three rounds, unless told', () => {
    const { size, rounds, seed, workloads, systems, isGuard } = parseChoice([]);
    assert.deepEqual({ size, rounds, seed, isGuard }, { size: 'full', rounds: 3, seed: 1, isGuard: false });
    assert.equal(workloads.length, 12);
    assert.ok(!workloads.includes('W13'));
    assert.deepEqual(systems, ['p2psync', 'syncthing', 'rsync', 'limit']);
  });

  it('adds the million files with --full, and runs them when they are named', () => {
    assert.ok(parseChoice(['--full']).workloads.includes('W13'));
    assert.deepEqual(parseChoice(['--only', 'W13']).workloads, ['W13']);
  });

  it('is small and short with --quick, and with --guard', () => {
    for (const option of ['--quick', '--guard']) {
      const { size, rounds, workloads } = parseChoice([option]);
      assert.deepEqual({ size, rounds }, { size: 'quick', rounds: 1 });
      assert.deepEqual(workloads, ['W1', 'W2', 'W4', 'W5', 'W8']);
    }
    assert.equal(parseChoice(['--guard']).isGuard, true);
    assert.equal(parseChoice(['--quick']).isGuard, false);
  });

  it('takes lists by comma or repeated, in any case, and keeps the usual order', () => {
    assert.deepEqual(parseChoice(['--only', 'w10,W2', '--only', 'w2']).workloads, ['W2', 'W10']);
    assert.deepEqual(parseChoice(['--systems', 'rsync, p2psync']).systems, ['p2psync', 'rsync']);
  });

  it('refuses what it does not know', () => {
    assert.throws(() => parseChoice(['--only', 'W14']), /--only w14/);
    assert.throws(() => parseChoice(['--only', '']), /--only/);
    assert.throws(() => parseChoice(['--systems', 'unison']), /--systems unison/);
    for (const rounds of ['0', '1.5', 'x', '101']) assert.throws(() => parseChoice(['--rounds', rounds]), /--rounds/);
    assert.throws(() => parseChoice(['--seed', 'x']), /--seed/);
    assert.throws(() => parseChoice(['--full', '--quick']), /exclude/);
    assert.throws(() => parseChoice(['--fast']));
  });
});
