/**
 * Plants each bug of list.ts on a copy of the project, runs the tests that it names, and expects them to fail. First the same
 * tests run without any bug: a suite that fails anyway catches nothing.
 *
 *     npm run test:mutations                       all
 *     npm run test:mutations -- reconcile guard    those whose file or text contains one of the words
 *
 * The copies share node_modules with the project. Nothing outside of the temporary directory is written to.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantedBugs, type PlantedBug } from './list.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['src', 'test', 'proto', 'docs', 'package.json', 'tsconfig.json', 'tsconfig.test.json', '.mocharc.yml'];
/** Copies of the project, each running one bug at a time. */
const copiesMax = 3;
/** One test of a run. A bug that stalls a scenario is told by this. */
const testMsMax = 12_000;
/** One run as a whole. A bug that never ends is caught too. */
const runMsMax = 60_000;

type Verdict = 'failed' | 'passed' | 'hung' | 'broken';

interface Run {
  readonly verdict: Verdict;
  /** The first failing test, or what was printed. */
  readonly said: string;
}

/** 'broken': no test ran at all, so nothing was caught (a file that does not load, no test of that name). */
function runTests(copy: string, files: readonly string[], grep: string | undefined): Promise<Run> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const options = ['--bail', '--exit', '--timeout', String(testMsMax), '--reporter', 'json'];
  const only = grep === undefined ? [] : ['--grep', grep];
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [mocha, ...options, '--reporter-option', `output=${report}`, ...only, ...files],
      { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let printed = '';
    child.stdout.on('data', (data: Buffer) => {
      printed = (printed + data.toString()).slice(-2000);
    });
    child.stderr.on('data', (data: Buffer) => {
      printed = (printed + data.toString()).slice(-2000);
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, runMsMax);
    child.on('close', () => {
      clearTimeout(timer);
      if (hung) return resolve({ verdict: 'hung', said: `no end after ${runMsMax / 1000} s` });
      if (!existsSync(report)) return resolve({ verdict: 'broken', said: printed });
      const { stats, failures } = JSON.parse(readFileSync(report, 'utf8')) as {
        stats: { passes: number; failures: number };
        failures: { fullTitle: string }[];
      };
      if (stats.failures > 0) return resolve({ verdict: 'failed', said: failures[0]?.fullTitle ?? '' });
      if (stats.passes === 0) return resolve({ verdict: 'broken', said: `no test ran\n${printed}` });
      return resolve({ verdict: 'passed', said: '' });
    });
  });
}

function edited({ file, find, replace }: PlantedBug): { readonly text: string } | { readonly problem: string } {
  if (!existsSync(join(root, file))) return { problem: 'there is no such file' };
  const text = readFileSync(join(root, file), 'utf8');
  const times = text.split(find).length - 1;
  if (times !== 1) return { problem: `the text to find stands there ${times} times` };
  return { text: text.replace(find, () => replace) };
}

/** Undefined: caught. */
async function plant(copy: string, bug: PlantedBug): Promise<string | undefined> {
  const edit = edited(bug);
  if ('problem' in edit) return edit.problem;
  const missing = bug.caughtBy.find((file) => !existsSync(join(root, file)));
  if (missing !== undefined) return `there is no ${missing}`;
  writeFileSync(join(copy, bug.file), edit.text);
  try {
    const { verdict, said } = await runTests(copy, bug.caughtBy, bug.grep);
    if (verdict === 'passed') return 'NOT CAUGHT: the tests pass';
    return verdict === 'broken' ? `no test ran: ${said}` : undefined;
  } finally {
    cpSync(join(root, bug.file), join(copy, bug.file));
  }
}

async function inCopies<T>(
  copies: readonly string[],
  list: readonly T[],
  work: (copy: string, one: T) => Promise<void>,
) {
  const left = [...list];
  const take = async (copy: string): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(copy, one);
  };
  await Promise.all(copies.map(take));
}

async function main(words: readonly string[]): Promise<number> {
  const chosen = plantedBugs.filter(
    ({ file, breaks }) => words.length === 0 || words.some((word) => file.includes(word) || breaks.includes(word)),
  );
  const directory = mkdtempSync(join(tmpdir(), 'p2psync-mutations-'));
  const start = performance.now();
  const problems: string[] = [];
  try {
    const copies = Array.from({ length: Math.min(copiesMax, chosen.length) }, (_, i) => join(directory, String(i)));
    for (const copy of copies) {
      for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    }
    const files = [...new Set(chosen.flatMap(({ caughtBy }) => caughtBy))].filter((file) =>
      existsSync(join(root, file)),
    );
    await inCopies(copies, files, async (copy, file) => {
      const { verdict, said } = await runTests(copy, [file], undefined);
      if (verdict !== 'passed') problems.push(`${file} does not pass without a bug: ${said}`);
    });
    if (problems.length === 0) {
      await inCopies(copies, chosen, async (copy, bug) => {
        const begun = performance.now();
        const problem = await plant(copy, bug);
        const seconds = ((performance.now() - begun) / 1000).toFixed(1);
        console.log(`${problem === undefined ? 'caught' : 'MISSED'} ${seconds} s  ${bug.file}: ${bug.breaks}`);
        if (problem !== undefined) problems.push(`${bug.file}: ${bug.breaks}\n  ${bug.find}\n  ${problem}`);
      });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  for (const problem of problems) console.error(`\n${problem}`);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`\n${chosen.length - problems.length} of ${chosen.length} planted bugs are caught, in ${seconds} s`);
  return problems.length === 0 && chosen.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
