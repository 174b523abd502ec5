/** The command line of the bench, checked. Pure. */
import { parseArgs } from 'node:util';
import { systemNames, workloadNames, type SystemName, type WorkloadName } from './measures/sample.ts';
import type { Size } from './workloads/workload.ts';

export const usage = `Usage: npm run bench -- [options]
  --quick          smaller sizes, one round, W1,W2,W4,W5,W8: "does it still work", under 2 minutes; no figures to quote
  --guard          exit code 1 when a ratio is beyond the margins in bench/guard.ts; implies --quick
  --full           W13 (a million files) as well
  --only W2,W3     only these workloads (${workloadNames.join(', ')}); repeatable
  --systems A,B    only these (${systemNames.join(', ')}); repeatable
  --rounds N       3 unless told
  --seed N         of contents and moments, 1 unless told
  --json FILE      where everything measured goes, bench/results/TIME.json unless told
  --plots DIR      where plots (SVG) go, beside the JSON file unless told`;

export interface Choice {
  readonly size: Size;
  readonly isGuard: boolean;
  readonly rounds: number;
  readonly seed: number;
  readonly workloads: readonly WorkloadName[];
  readonly systems: readonly SystemName[];
  readonly json: string | undefined;
  readonly plots: string | undefined;
}

const usualRounds = { full: 3, quick: 1 };
const roundsMax = 100;
const quickWorkloads: readonly WorkloadName[] = ['W1', 'W2', 'W4', 'W5', 'W8'];
const onRequest: readonly WorkloadName[] = ['W13'];

/** Throws with one line for people. */
export function parseChoice(args: readonly string[]): Choice {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      guard: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      systems: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      plots: { type: 'string' },
    },
  });
  if (values.full && (values.quick || values.guard)) throw new Error('--full and --quick exclude each other');
  const size: Size = values.quick || values.guard ? 'quick' : 'full';
  const rounds = Number(values.rounds ?? usualRounds[size]);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > roundsMax) throw new Error(`--rounds: 1 to ${roundsMax}`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error('--seed: a whole number');
  const usual =
    size === 'quick' ? quickWorkloads : workloadNames.filter((name) => values.full || !onRequest.includes(name));
  return {
    size,
    isGuard: values.guard,
    rounds,
    seed,
    workloads: listed('--only', values.only, workloadNames) ?? usual,
    systems: listed('--systems', values.systems, systemNames) ?? systemNames,
    json: values.json,
    plots: values.plots,
  };
}

/** In the order of `known`; undefined: none was named. */
function listed<T extends string>(option: string, values: readonly string[], known: readonly T[]): T[] | undefined {
  const named = values.flatMap((value) => value.split(',')).map((name) => name.trim().toLowerCase());
  const strange = named.find((name) => !known.some((each) => each.toLowerCase() === name));
  if (strange !== undefined) throw new Error(`${option} ${strange}: not one of ${known.join(', ')}`);
  return named.length === 0 ? undefined : known.filter((each) => named.includes(each.toLowerCase()));
}
