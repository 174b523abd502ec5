import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { comparePaths, type RelativePath } from '../../../src/core/path.ts';
import type { LocalRecord } from '../../../src/core/record.ts';
import { ScanDiff } from '../../../src/core/scan-diff.ts';
import type { DiskItem } from '../../../src/core/step.ts';
import type { PathProblem } from '../../../src/disk/look.ts';
import { Root } from '../../../src/disk/root.ts';
import { scanTree, type ScanBatch } from '../../../src/disk/scan.ts';
import { runScan } from '../../../src/disk/worker-handlers.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = (text: string): RelativePath => text as RelativePath;

describe('scanTree', () => {
  const directory = temporaryDirectory();
  const at = (...names: string[]): string => join(directory(), ...names);

  function batches(start?: RelativePath, recursive = true): ScanBatch[] {
    const root = new Root(directory());
    try {
      return [...scanTree(root, start, recursive)];
    } finally {
      root.close();
    }
  }
  function scan(start?: RelativePath, recursive = true): { items: DiskItem[]; problems: PathProblem[] } {
    const all = batches(start, recursive);
    return { items: all.flatMap(({ items }) => items), problems: all.flatMap(({ problems }) => problems) };
  }
  const paths = (start?: RelativePath, recursive = true): string[] =>
    scan(start, recursive).items.map(({ path }) => path);
  const write = (name: string): void => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), name);
  };
  /** What the index would do with this scan: refuses it when it is out of order or reports a problem too late. */
  async function absences(all: readonly ScanBatch[], indexed: readonly string[]): Promise<string[]> {
    const records = indexed
      .toSorted(comparePaths)
      .map((name) => ({ path: name, entry: { kind: 'file' }, stat: {} }) as unknown as LocalRecord);
    // oxlint-disable-next-line typescript/require-await
    const diff = new ScanDiff(
      (async function* () {
        yield records;
      })(),
    );
    const absent: string[] = [];
    for (const batch of all) {
      for await (const findings of diff.push(batch)) absent.push(...findings.filter((f) => !f.item).map((f) => f.path));
    }
    for await (const findings of diff.end()) absent.push(...findings.map((f) => f.path));
    return absent;
  }

  it('tells files, directories, links and the rest apart, with their stat', () => {
    write('file');
    mkdirSync(at('directory'));
    symlinkSync('no/where', at('link'));
    execFileSync('mkfifo', [at('pipe')]);
    const { items, problems } = scan();
    assert.deepEqual(
      items.map(({ path, kind, target }) => [path, kind, target]),
      [
        ['directory', 'directory', undefined],
        ['file', 'file', undefined],
        ['link', 'symlink', 'no/where'],
        ['pipe', 'other', undefined],
      ],
    );
    assert.equal(items[1]?.stat.size, 4);
    assert.deepEqual(problems, []);
  });

  it('does not follow links to directories', () => {
    write('real/inside');
    symlinkSync('real', at('link'));
    symlinkSync('/', at('everything'));
    assert.deepEqual(paths(), ['everything', 'link', 'real', 'real/inside']);
  });

  it('leaves out what is ignored, with all below it', () => {
    for (const name of ['.p2psync/staging/x', 'a/.DS_Store', 'a/._b', 'a/.p2psync-tmp-1', 'a/kept', '.P2PSYNC/y'])
      write(name);
    assert.deepEqual(paths(), ['a', 'a/kept']);
    assert.deepEqual(paths(path('.p2psync')), []);
  });

  it('begins with the start, and stays at it when it does not recurse', () => {
    for (const name of ['a/b/c', 'a/d', 'e']) write(name);
    assert.deepEqual(paths(path('a')), ['a', 'a/b', 'a/b/c', 'a/d']);
    assert.deepEqual(paths(path('a'), false), ['a']);
    assert.deepEqual(paths(undefined, false), ['a', 'e']);
    assert.deepEqual(paths(path('e')), ['e']);
    for (const gone of ['x', 'x/y', 'e/y']) assert.deepEqual(scan(path(gone)), { items: [], problems: [] });
  });

  it('lists every tree in path order, across batches', () => {
    const name = fc.constantFrom(
      'a',
      'a.txt',
      'a b',
      'B',
      '-rf',
      '__proto__',
      'é',
      'e\u0301',
      '\u{1F600}',
      '\uFFFD',
      '~',
      '\n',
    );
    const tree = fc.uniqueArray(
      fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(tree, (names) => {
        rmSync(directory(), { recursive: true });
        mkdirSync(directory());
        const expected = new Set<string>();
        for (const each of names) {
          mkdirSync(at(each), { recursive: true });
          for (let parent = each; parent !== '.'; parent = dirname(parent)) expected.add(parent);
        }
        assert.deepEqual(paths(), [...expected].sort(comparePaths));
      }),
      { numRuns: 60 },
    );
  });

  it('yields bounded batches for a directory with many names, in order', async () => {
    const names = Array.from({ length: 4500 }, (_, i) => `many/${i}`);
    mkdirSync(at('many'));
    for (const each of names) writeFileSync(at(each), '');
    write('many/10/x'.replace('10', 'sub'));
    const all = batches();
    assert.ok(all.every(({ items }) => items.length <= 2000));
    assert.ok(all.length >= 3);
    assert.deepEqual(
      all.flatMap(({ items }) => items.map(({ path }) => path)),
      ['many', 'many/sub', 'many/sub/x', ...names].sort(comparePaths),
    );
    assert.deepEqual(await absences(all, ['many/5x', 'many/sub/y', 'zz']), ['many/5x', 'many/sub/y', 'zz']);
  });

  it('reports a name that is not UTF-8 and goes on around it', async () => {
    write('d/a');
    write('d/z');
    writeFileSync(Buffer.concat([Buffer.from(at('d/m')), Buffer.from([0xff, 0xfe])]), '');
    writeFileSync(Buffer.concat([Buffer.from(at('d/mé')), Buffer.from([0xc3])]), '');
    const all = batches();
    const { items, problems } = scan();
    assert.deepEqual(
      items.map(({ path }) => path),
      ['d', 'd/a', 'd/z'],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ['NAME_NOT_UTF8', 'd/mé\\xc3'],
        ['NAME_NOT_UTF8', 'd/m\\xff\\xfe'],
      ],
    );
    assert.equal(problems[1]?.message, '"m\\xff\\xfe" is left out: its name is not UTF-8; rename it');
    assert.deepEqual(await absences(all, ['d/gone']), ['d/gone'], 'its neighbours can still be deleted');
  });

  it('reports names that no path can hold without hiding their directory', async () => {
    // 255 bytes that become 765 when they are replaced.
    writeFileSync(Buffer.concat([Buffer.from(`${directory()}/`), Buffer.alloc(255, 0xff)]), '');
    write('kept');
    const { items, problems } = scan();
    assert.deepEqual(
      items.map(({ path }) => path),
      ['kept'],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['NAME_NOT_UTF8'],
    );
    assert.notEqual(problems[0]?.path, undefined);
    assert.deepEqual(await absences(batches(), ['gone']), ['gone']);
  });

  it('reports paths that are too long', () => {
    const long = 'x'.repeat(200);
    // By steps, and removed by rm(1): the whole path is longer than the system takes at once.
    const before = process.cwd();
    process.chdir(directory());
    try {
      for (let depth = 0; depth < 21; depth++) {
        mkdirSync(long);
        process.chdir(long);
      }
      const { items, problems } = scan();
      assert.equal(items.length, 20);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['PATH_TOO_LONG'],
      );
      const reported = problems[0]?.path ?? '';
      assert.equal(dirname(reported), items.at(-1)?.path, 'it is named as near as can be, and hides nothing else');
    } finally {
      process.chdir(before);
      execFileSync('rm', ['-rf', at(long)]);
    }
  });

  it('reports a directory that cannot be listed, and nothing below it counts as gone', async function () {
    if (process.getuid?.() !== 0) this.skip();
    for (const name of ['closed/in', 'open/in', 'zz']) write(name);
    chmodSync(at('closed'), 0o700);
    chmodSync(directory(), 0o755);
    const all = asNobody(() => batches());
    const problems = all.flatMap((batch) => batch.problems);
    assert.deepEqual(
      all.flatMap(({ items }) => items.map(({ path }) => path)),
      ['closed', 'open', 'open/in', 'zz'],
    );
    assert.deepEqual(
      problems.map(({ path, code }) => [path, code]),
      [['closed', 'EACCES']],
    );
    assert.deepEqual(await absences(all, ['closed/in', 'open/gone']), ['open/gone']);
  });

  it('reports names that may be listed but not looked at', async function () {
    if (process.getuid?.() !== 0) this.skip();
    for (const name of ['d/a', 'd/b', 'e']) write(name);
    chmodSync(at('d'), 0o744);
    chmodSync(directory(), 0o755);
    const all = asNobody(() => batches());
    assert.deepEqual(
      all.flatMap(({ problems }) => problems.map(({ path, code }) => [path, code])),
      [
        ['d/a', 'EACCES'],
        ['d/b', 'EACCES'],
      ],
    );
    assert.deepEqual(await absences(all, ['d/a', 'd/b', 'gone']), ['gone']);
  });

  it('reports an unreadable root', function () {
    if (process.getuid?.() !== 0) this.skip();
    const all = asNobody(() => batches());
    assert.deepEqual(
      all.flatMap(({ problems }) => problems.map(({ path, code }) => [path, code])),
      [[undefined, 'EACCES']],
    );
  });

  it('gives up on absences when there are too many problems', async () => {
    for (let i = 0; i < 1001; i++) {
      writeFileSync(Buffer.concat([Buffer.from(at(`f${i}`)), Buffer.from([0xff])]), '');
    }
    const { problems } = scan();
    assert.equal(problems.length, 1001);
    assert.deepEqual([problems.at(-1)?.code, problems.at(-1)?.path], ['TOO_MANY_PROBLEMS', undefined]);
    assert.deepEqual(await absences(batches(), ['gone']), []);
  });

  it('takes a directory that goes away while it is walked for gone, not for a problem', () => {
    for (let i = 0; i < 2500; i++) mkdirSync(at(`d${i}`));
    write('d0/x');
    const root = new Root(directory());
    const found: DiskItem[] = [];
    const problems: PathProblem[] = [];
    for (const batch of scanTree(root, undefined, true)) {
      if (found.length === 0) {
        rmSync(at('d999'), { recursive: true });
        renameSync(at('d998'), at('moved'));
        symlinkSync('/', at('d998'));
      }
      found.push(...batch.items);
      problems.push(...batch.problems);
    }
    root.close();
    assert.deepEqual(problems, []);
    assert.ok(!found.some(({ path }) => path.startsWith('d998/')));
  });

  it('never takes a root that is missing or replaced for an empty one', async () => {
    const root = new Root(directory());
    const identity = root.identity();
    root.close();
    const seen: unknown[] = [];
    const run = (): Promise<void> =>
      runScan(
        directory(),
        { start: undefined, recursive: true },
        () => false,
        async (batch) => void seen.push(batch),
        identity,
      );
    renameSync(directory(), `${directory()}.away`);
    try {
      await assert.rejects(run(), { code: 'ENOENT' });
      mkdirSync(directory());
      await assert.rejects(run(), { code: 'ROOT_REPLACED' });
      assert.deepEqual(seen, []);
      rmSync(directory(), { recursive: true });
      assert.deepEqual(
        scan().problems.map(({ path, code }) => [path, code]),
        [[undefined, 'ENOENT']],
      );
    } finally {
      renameSync(`${directory()}.away`, directory());
    }
  });

  it('stops between batches when it is told to', async () => {
    for (let i = 0; i < 4500; i++) writeFileSync(at(`${i}`), '');
    let batchesTaken = 0;
    const run = runScan(
      directory(),
      { start: undefined, recursive: true },
      () => batchesTaken > 0,
      async () => void batchesTaken++,
    );
    await assert.rejects(run, /stopped/);
    assert.equal(batchesTaken, 1);
  });
});
