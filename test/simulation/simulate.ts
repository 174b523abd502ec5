/**
 * Runs many histories: `npm run simulate -- --runs 1000000 --seed 1`. Prints each failing seed with its smallest history;
 * `--trace SEED` prints all that happened in one.
 */
import { parseArgs } from 'node:util';
import { makeHistory } from './history.ts';
import { smallest } from './shrink.ts';
import { run } from './world.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    failures: { type: 'string', default: '10' },
    trace: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    'older-index': { type: 'boolean', default: false },
  },
});

const progressEvery = 10_000;
const without = values['older-index'] ? [] : (['older-index'] as const);

async function trace(seed: number): Promise<void> {
  const whole = makeHistory(seed, without);
  const history = values.shrink ? await smallest(whole) : whole;
  const { violation, trace: lines, events } = await run(history);
  console.log(`seed ${seed}: ${history.devices} devices, faults ${history.faults.join(', ') || 'none'}`);
  for (const line of lines) console.log(line);
  console.log(`${events} events; ${violation === undefined ? 'well' : (violation.stack ?? String(violation))}`);
}

async function many(first: number, runs: number): Promise<void> {
  const failuresMax = Number(values.failures);
  let failures = 0;
  let events = 0;
  let slowest = 0;
  const kinds = new Map<string, number>();
  const startMs = performance.now();
  for (let seed = first; seed < first + runs && failures < failuresMax; seed++) {
    const outcome = await run(makeHistory(seed, without));
    events += outcome.events;
    slowest = Math.max(slowest, outcome.convergedMs);
    if ((seed + 1 - first) % progressEvery === 0) console.error(`${seed + 1 - first} runs, ${failures} failures`);
    if (outcome.violation === undefined) continue;
    failures++;
    const text = outcome.violation.message;
    kinds.set(text.slice(0, 3), (kinds.get(text.slice(0, 3)) ?? 0) + 1);
    console.log(`seed ${seed}: ${text.slice(0, 300)}`);
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `${runs} runs from seed ${first} in ${seconds.toFixed(1)} s (${Math.round(events / seconds)} events/s), ${failures} failures, slowest to rest ${slowest} virtual ms`,
  );
  if (failures > 0) {
    console.log(JSON.stringify(Object.fromEntries(kinds)));
    process.exitCode = 1;
  }
}

await (values.trace === undefined ? many(Number(values.seed), Number(values.runs)) : trace(Number(values.trace)));
