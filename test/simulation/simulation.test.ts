/**
 * Random histories of two to four devices over the real loops, core and index, with disk, network, clock and order of events
 * decided by a seed. P2PSYNC_SIM_RUNS says how many; see docs/TESTING.md.
 */
import assert from 'node:assert/strict';
import { makeHistory, type FaultName, type Sabotage } from './history.ts';
import { knownSeeds } from './known-seeds.ts';
import { run } from './world.ts';

const runs = Number(process.env['P2PSYNC_SIM_RUNS'] ?? 800);
/** Histories that a planted fault may survive. */
const sabotagedRunsMax = 400;
/** Runs in one test: a failure names its own seed anyway. */
const share = 200;
const firstSeed = 1;

async function succeeds(seed: number): Promise<void> {
  const { violation, trace } = await run(makeHistory(seed));
  if (violation === undefined) return;
  const last = trace.slice(-40).join('\n');
  assert.fail(`seed ${seed} (npm run simulate -- --shrink --trace ${seed}): ${violation.message}\n${last}`);
}

describe('simulated devices', function () {
  this.timeout(300_000);

  for (let first = firstSeed; first < firstSeed + runs; first += share) {
    const end = Math.min(first + share, firstSeed + runs);
    it(`lose nothing and become equal: histories ${first} to ${end - 1}`, async () => {
      for (let seed = first; seed < end; seed++) await succeeds(seed);
    });
  }

  for (const [seed, fault] of knownSeeds) it(`seed ${seed}: ${fault}`, () => succeeds(seed));

  it('the same seed gives the same trace (I16)', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const history = makeHistory(seed);
      const [one, two] = [await run(history), await run(history)];
      assert.deepEqual(two.trace, one.trace);
      assert.equal(two.events, one.events);
    }
  });

  it('another seed gives another trace', async () => {
    const history = makeHistory(3);
    const other = { ...history, seed: 4 };
    assert.notDeepEqual((await run(history)).trace, (await run(other)).trace);
  });
});

/** A suite that could not fail would prove nothing. */
describe('a fault planted in the simulated disk is found', function () {
  this.timeout(120_000);
  const planted: readonly (readonly [Sabotage, FaultName | undefined, RegExp])[] = [
    ['blind', undefined, /^I/],
    ['lazy', 'crash', /^I/],
    ['gullible', 'wrong-bytes', /^I3/],
    ['forgetful', 'unreadable', /^I6|^I1/],
  ];
  for (const [sabotage, needed, expected] of planted) {
    it(sabotage, async () => {
      for (let seed = 1; seed <= sabotagedRunsMax; seed++) {
        const history = makeHistory(seed);
        if (needed !== undefined && !history.faults.includes(needed)) continue;
        const { violation } = await run({ ...history, sabotage });
        if (violation === undefined) continue;
        assert.match(violation.message, expected);
        return;
      }
      assert.fail(`${sabotagedRunsMax} histories showed nothing`);
    });
  }
});
