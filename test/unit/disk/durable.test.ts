import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ApplyOutcome } from '../../../src/disk/apply.ts';
import { makeDurable } from '../../../src/disk/durable.ts';
import { errnoOf } from '../../../src/disk/root.ts';
import { testFolder, verdicts } from './writing-support.ts';

const child = fileURLToPath(new URL('./apply-child.ts', import.meta.url));
const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

interface Run {
  readonly outcomes: ApplyOutcome[];
  /** Calls of the apply alone, in order: name, then the rest of the line. */
  readonly calls: string[];
}

describe('durability of a group', () => {
  const folder = testFolder();

  /** Applies `files` new files in a process under strace. */
  function traced(files: number, options: readonly string[] = []): Run {
    const log = `${folder().path}.strace`;
    const calls = 'trace=fsync,fdatasync,syncfs,link,linkat,rename,renameat,renameat2,access,faccessat';
    // -y: descriptors with their paths. One thread of libuv, so that calls are counted in order.
    const strace = ['-f', '-y', '-qq', '-o', log, '-e', calls, ...options];
    const { stdout, stderr } = spawnSync(
      'strace',
      [...strace, process.execPath, '--import', 'tsx', child, folder().path, String(files)],
      { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
    );
    assert.notEqual(stdout, '', stderr);
    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\d+ +/, ''));
    spawnSync('rm', [log]);
    const begin = lines.findIndex((line) => line.includes('/begin-apply'));
    assert.notEqual(begin, -1);
    const wanted = /^(fsync|fdatasync|syncfs|link|linkat|rename|renameat|renameat2)\(/;
    return {
      outcomes: JSON.parse(stdout) as ApplyOutcome[],
      calls: lines.slice(begin).filter((line) => wanted.test(line)),
    };
  }

  const isSync = (call: string): boolean => /^(fsync|fdatasync|syncfs)\(/.test(call);

  it('few files: data, then names, then the directory', function () {
    if (!hasStrace) return this.skip();
    this.timeout(30_000);
    const { outcomes, calls } = traced(2);
    assert.deepEqual(verdicts(outcomes), ['ok', 'ok']);
    const kinds = calls.map((call) => {
      if (/^fsync\(.*\/staging\//.test(call)) return 'data';
      if (call.startsWith('fsync(') && call.includes(`<${folder().path}>`)) return 'directory';
      return /^(link|rename)/.test(call) ? 'name' : call;
    });
    assert.deepEqual(kinds, ['data', 'data', 'name', 'name', 'directory']);
    return undefined;
  });

  it('a replaced file: its kept version is synced before its directory', function () {
    if (!hasStrace) return this.skip();
    this.timeout(30_000);
    folder().write('old', 'old');
    const { outcomes, calls } = traced(0);
    assert.deepEqual(verdicts(outcomes), ['ok']);
    const order = calls.map((call) => {
      if (/^fsync\(.*\/staging\//.test(call)) return 'data';
      if (call.startsWith('link')) return 'keep';
      if (call.startsWith('rename')) return 'replace';
      return /^fsync\(.*\.p2psync(\/versions)?>/.test(call) ? 'versions' : 'directory';
    });
    assert.deepEqual(order, ['data', 'keep', 'replace', 'versions', 'versions', 'directory']);
    return undefined;
  });

  it('many files: one syncfs before all names, and their one directory after', function () {
    if (!hasStrace) return this.skip();
    this.timeout(30_000);
    const { outcomes, calls } = traced(20);
    assert.equal(
      outcomes.every(({ ok }) => ok),
      true,
    );
    const first = calls.findIndex((call) => !isSync(call));
    assert.match(calls[0] as string, /^syncfs\(/);
    assert.equal(first, 1);
    assert.equal(calls.slice(1, 21).filter(isSync).length, 0);
    assert.equal(calls.slice(21).length > 0 && calls.slice(21).every(isSync), true);
    return undefined;
  });

  it('data that cannot be synced is never put in place', function () {
    if (!hasStrace) return this.skip();
    this.timeout(30_000);
    const { outcomes } = traced(2, ['-e', 'inject=fsync:error=EIO']);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.ok ? 'ok' : `${outcome.reason} ${outcome.code}`)),
      ['failed EIO', 'failed EIO'],
    );
    assert.equal(existsSync(folder().at('file0')), false);
    return undefined;
  });

  it('names that cannot be synced are never reported as done', function () {
    if (!hasStrace) return this.skip();
    this.timeout(30_000);
    // The two fsyncs of data succeed, the directory's fails.
    const { outcomes } = traced(2, ['-e', 'inject=fsync:error=EIO:when=3+']);
    assert.deepEqual(verdicts(outcomes), ['failed', 'failed']);
    return undefined;
  });

  it('when syncfs fails, every file is synced by itself', function () {
    if (!hasStrace) return this.skip();
    this.timeout(30_000);
    const { outcomes, calls } = traced(20, ['-e', 'inject=syncfs:error=EIO']);
    assert.equal(
      outcomes.every(({ ok }) => ok),
      true,
    );
    assert.equal(calls.filter((call) => /^fsync\(.*\/staging\//.test(call)).length, 20);
    return undefined;
  });

  for (const count of [2, 20]) {
    it(`of ${count} written things, only the one that cannot be synced fails`, () => {
      const paths = Array.from({ length: count }, (_, i) => {
        folder().write(`f${i}`, 'x');
        return folder().at(i === 1 ? 'missing' : `f${i}`);
      });
      const errors = makeDurable(
        folder().root,
        paths.map((path) => ({ kind: 'file', withPath: (work) => work(path) })),
      );
      assert.deepEqual(
        errors.map((error) => (error === undefined ? undefined : errnoOf(error))),
        paths.map((_, i) => (i === 1 ? 'ENOENT' : undefined)),
      );
    });
  }
});
