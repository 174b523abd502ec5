/**
 * `npm run bench`: this build beside Syncthing, rsync and cp, on one machine and in one run, system after system within each
 * round. Markdown goes to standard output, progress to standard error, everything measured to a JSON file.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openVolume } from './loop-volume.ts';
import { runStep, workloadNames, type Sample, type WorkloadName } from './steps.ts';
import { cp } from './systems/cp.ts';
import { p2psync } from './systems/p2psync.ts';
import { rsync } from './systems/rsync.ts';
import { syncthing } from './systems/syncthing.ts';
import type { System } from './systems/system.ts';
import { tableOf } from './table.ts';
import { fullScale, quickScale } from './workloads.ts';

const usage = `Usage: npm run bench -- [--quick] [--only NAME]... [--runs N] [--seed N] [--json FILE]
  --quick      one run of a smaller size, for "does it still work"; no figures to quote
  --only NAME  only this workload (${workloadNames.join(', ')}) or system (p2psync, syncthing, rsync, cp); repeatable
  --runs N     rounds, 3 unless told
  --seed N     of contents and moments, 1 unless told
  --json FILE  where to write everything measured, bench/results/TIME.json unless told`;

const defaultRuns = 3;
const mostRuns = 100;
const systems: readonly System[] = [p2psync, syncthing, rsync, cp];

interface Choice {
  readonly isQuick: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly json: string;
  readonly workloads: readonly WorkloadName[];
  readonly systems: readonly System[];
}

class UsageError extends Error {}

function choose(args: readonly string[]): Choice {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 1 : defaultRuns));
  const seed = Number(values.seed);
  if (!Number.isInteger(runs) || runs < 1 || runs > mostRuns) throw new UsageError(`--runs: 1 to ${mostRuns}`);
  if (!Number.isInteger(seed)) throw new UsageError('--seed: a whole number');
  const known = [...workloadNames, ...systems.map(({ name }) => name)];
  const unknown = values.only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: not one of ${known.join(', ')}`);
  const chosen = <T>(all: readonly T[], name: (one: T) => string): readonly T[] => {
    const some = all.filter((one) => values.only.includes(name(one)));
    return some.length > 0 ? some : all;
  };
  const stamp = new Date().toISOString().replaceAll(':', '').slice(0, 17);
  return {
    isQuick: values.quick,
    runs,
    seed,
    json: values.json ?? fileURLToPath(new URL(`results/${stamp}.json`, import.meta.url)),
    workloads: chosen(workloadNames, (name) => name),
    systems: chosen(systems, ({ name }) => name),
  };
}

const say = (text: string): void => console.error(text);

async function bench(choice: Choice, signal: AbortSignal) {
  const versions = new Map<string, string>();
  for (const system of choice.systems) {
    const found = system.version();
    if (found === undefined) say(`${system.name} is left out: it is not installed (or, for p2psync, not built)`);
    else versions.set(system.name, found);
  }
  const installed = choice.systems.filter(({ name }) => versions.has(name));
  const volume = openVolume();
  const samples: Sample[] = [];
  const scale = choice.isQuick ? quickScale : fullScale;
  try {
    say(`working on ${volume.description}`);
    for (let run = 0; run < choice.runs; run++) {
      for (const workload of choice.workloads) {
        const fit = installed.filter(({ isContinuous }) => isContinuous || workload !== 'latency');
        // Each round begins with another system, so that none is always the first.
        const turn = run % Math.max(1, fit.length);
        for (const system of [...fit.slice(turn), ...fit.slice(0, turn)]) {
          signal.throwIfAborted();
          const seed = choice.seed + run;
          const sample = await runStep({ workload, system, seed, scale, volume, signal }).catch((error: unknown) => {
            throw new Error(`run ${run + 1}, ${workload}, ${system.name}: ${(error as Error).message}`, {
              cause: error,
            });
          });
          samples.push(sample);
          const shown = sample.milliseconds.map((ms) => Math.round(ms)).join(' ');
          say(`run ${run + 1}/${choice.runs}  ${workload.padEnd(8)} ${system.name.padEnd(10)} ${shown} ms`);
        }
      }
    }
  } finally {
    volume.remove();
  }
  return { volume: volume.description, versions: Object.fromEntries(versions), scale, samples };
}

function report(choice: Choice, results: Awaited<ReturnType<typeof bench>>): void {
  const machine = {
    loadAverage: loadavg(),
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
  };
  const { scale, samples } = results;
  console.log(`${choice.runs} run(s), ${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${results.volume}.`);
  const versions = Object.entries(results.versions).map(([name, version]) => `${name}: ${version}`);
  console.log(`${versions.join('; ')}.`);
  console.log(
    `latency: ${scale.latencyWrites} writes; large: ${scale.largeBytes / 1e6} MB; small: ${scale.smallFiles} files.\n`,
  );
  for (const workload of choice.workloads) {
    if (samples.some((sample) => sample.workload === workload)) console.log(`${tableOf(workload, samples)}\n`);
  }
  mkdirSync(dirname(choice.json), { recursive: true });
  const document = { time: new Date().toISOString(), seed: choice.seed, runs: choice.runs, machine, ...results };
  writeFileSync(choice.json, `${JSON.stringify(document, undefined, 2)}\n`);
  say(`everything measured: ${relative(process.cwd(), choice.json) || join('.', choice.json)}`);
}

async function main(): Promise<number> {
  let choice: Choice;
  try {
    choice = choose(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const aborting = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // Once: the step under way closes what it opened. Twice: cleanup.ts does, at once.
      if (aborting.signal.aborted) process.exit(1);
      say(`bench: ${name}, closing what is open`);
      aborting.abort();
    });
  }
  try {
    report(choice, await bench(choice, aborting.signal));
    return 0;
  } catch (error) {
    say(`bench: ${(error as Error).message}`);
    return 1;
  }
}

process.exitCode = await main();
