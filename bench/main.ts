/**
 * `npm run bench`: this build beside Syncthing, rsync and what the machine allows, in one run. Markdown goes to standard output,
 * progress to standard error, everything measured to a JSON file, plots beside it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseChoice, usage, type Choice } from './arguments.ts';
import { goals } from './goals.ts';
import { guards } from './guard.ts';
import { describeMachine, type Machine } from './report/machine.ts';
import { judge } from './report/judge.ts';
import { plotsOf } from './report/plots.ts';
import { costsTable, timesTable, verdictText } from './report/table.ts';
import { run, type Results } from './run.ts';
import { workloads } from './workloads/all.ts';

/** One Ctrl-C comes twice, from the terminal and from npm, as does one signal of timeout(1). */
const sameSignalMs = 1000;

const say = (text: string): void => console.error(text);

function report(choice: Choice, machine: Machine, results: Results): void {
  const { samples, versions, volume, failures } = results;
  const titles = Object.fromEntries(workloads.map(({ name, title }) => [name, title(choice.size)]));
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  console.log(
    `\`${command}\` at ${machine.commit ?? 'no commit'}, ${new Date().toISOString().slice(0, 10)}: ${choice.rounds} round(s),`,
  );
  console.log(
    `${machine.cores} × ${machine.cpu}, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.system}, Node ${machine.node},`,
  );
  console.log(`${volume}; load average before ${machine.loadAverage.join(', ')}.`);
  console.log(
    `${Object.entries(versions)
      .map(([name, version]) => `${name}: ${version}`)
      .join('; ')}.`,
  );
  for (const failure of failures) console.log(`**Failed**: ${failure.split('\n')[0]}`);
  const limits = workloads.filter(({ limit }) => limit !== undefined);
  console.log(`limit: ${limits.map(({ name, limit }) => `${name} ${limit?.what}`).join('; ')}.\n`);
  console.log(`${timesTable(samples, titles, choice.isGuard ? guards : choice.size === 'full' ? goals : [])}\n`);
  console.log(`${costsTable(samples, titles)}\n`);

  const stamp = new Date().toISOString().replaceAll(':', '').slice(0, 17);
  const json = choice.json ?? fileURLToPath(new URL(`results/${stamp}.json`, import.meta.url));
  const plots = choice.plots ?? join(dirname(json), stamp);
  mkdirSync(dirname(json), { recursive: true });
  mkdirSync(plots, { recursive: true });
  const { size, seed, rounds } = choice;
  const document = {
    time: new Date().toISOString(),
    command,
    size,
    seed,
    rounds,
    machine,
    titles,
    ...results,
  };
  writeFileSync(json, `${JSON.stringify(document, undefined, 2)}\n`);
  for (const [name, svg] of plotsOf(samples, titles)) writeFileSync(join(plots, name), svg);
  const shown = (path: string): string => relative(process.cwd(), path) || '.';
  say(`everything measured: ${shown(json)}; plots: ${shown(plots)}`);
}

/** Margins that were exceeded, and those that could not be judged: a guard that saw nothing guards nothing. */
function slipped({ samples }: Results): string[] {
  return guards.flatMap((guard) => {
    const verdict = judge(guard, samples);
    if (verdict === undefined) return [`${guard.workload} ${guard.part ?? ''}: ${guard.figure} was not measured`];
    return verdict.isMet ? [] : [`${guard.workload} ${verdict.part}: ${verdictText(verdict)}`];
  });
}

async function main(): Promise<number> {
  let choice: Choice;
  try {
    choice = parseChoice(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const aborting = new AbortController();
  let firstMs = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // Once: the step under way closes what it opened. Twice: cleanup.ts does, at once.
      if (aborting.signal.aborted) {
        if (performance.now() - firstMs > sameSignalMs) process.exit(1);
        return;
      }
      firstMs = performance.now();
      say(`bench: ${name}, closing what is open`);
      aborting.abort(new Error(name));
    });
  }
  try {
    const machine = describeMachine();
    const results = await run(choice, say, aborting.signal);
    if (results.samples.length > 0) report(choice, machine, results);
    const beyond = choice.isGuard ? slipped(results).map((line) => `slipped back: ${line}`) : [];
    const wrong = [...results.failures, ...beyond];
    for (const line of wrong) say(`bench: ${line}`);
    return wrong.length === 0 ? 0 : 1;
  } catch (error) {
    say(`bench: ${(error as Error).message}`);
    return 1;
  }
}

process.exitCode = await main();
