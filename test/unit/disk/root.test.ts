import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RelativePath } from '../../../src/core/path.ts';
import { PathError, Root } from '../../../src/disk/root.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = (text: string): RelativePath => text as RelativePath;
const isCode = (code: string) => (error: unknown) => error instanceof PathError && error.code === code;

describe('Root', () => {
  const directory = temporaryDirectory();
  const tree = (): string => join(directory(), 'tree');
  const outside = (): string => join(directory(), 'outside');
  let root: Root;

  beforeEach(() => {
    mkdirSync(tree());
    mkdirSync(outside());
    writeFileSync(join(outside(), 'secret'), 'secret');
    root = new Root(tree());
  });
  afterEach(() => root.close());

  const read = (parent: string, name: string): string =>
    root.withDirectory(path(parent), (prefix) => readFileSync(`${prefix}/${name}`, 'utf8'));

  it('reaches files in the root and below it', () => {
    mkdirSync(join(tree(), 'a/b'), { recursive: true });
    writeFileSync(join(tree(), 'top'), '1');
    writeFileSync(join(tree(), 'a/b/deep'), '2');
    assert.equal(
      root.withDirectory(undefined, (prefix) => readFileSync(`${prefix}/top`, 'utf8')),
      '1',
    );
    assert.equal(read('a/b', 'deep'), '2');
  });

  it('refuses a parent that is a symlink, at every depth, inside the tree or out of it', () => {
    mkdirSync(join(tree(), 'real/below'), { recursive: true });
    symlinkSync(outside(), join(tree(), 'out'));
    symlinkSync('real', join(tree(), 'in'));
    symlinkSync(outside(), join(tree(), 'real/out'));
    symlinkSync('nowhere', join(tree(), 'dangling'));
    for (const parent of ['out', 'in', 'real/out', 'in/below', 'dangling']) {
      assert.throws(() => read(parent, 'secret'), isCode('NOT_DIRECTORY'), parent);
    }
  });

  it('tells a missing parent from one that is a file', () => {
    writeFileSync(join(tree(), 'file'), '');
    assert.throws(() => read('missing', 'x'), isCode('NO_PARENT'));
    assert.throws(() => read('missing/deeper', 'x'), isCode('NO_PARENT'));
    assert.throws(() => read('file', 'x'), isCode('NOT_DIRECTORY'));
    assert.throws(() => read('file/deeper', 'x'), isCode('NOT_DIRECTORY'));
  });

  it('stays in a directory that is swapped for a symlink between opening and use', function () {
    if (process.platform !== 'linux') this.skip();
    mkdirSync(join(tree(), 'd'));
    root.withDirectory(path('d'), (prefix) => {
      renameSync(join(tree(), 'd'), join(tree(), 'moved'));
      symlinkSync(outside(), join(tree(), 'd'));
      writeFileSync(`${prefix}/written`, 'x');
      assert.throws(() => readFileSync(`${prefix}/secret`), { code: 'ENOENT' });
    });
    assert.deepEqual(readdirSync(outside()), ['secret']);
    assert.deepEqual(readdirSync(join(tree(), 'moved')), ['written']);
    assert.throws(() => read('d', 'secret'), isCode('NOT_DIRECTORY'));
  });

  it('moved-out: a directory moved out of the root within a batch is not used any more, nor what was open below it', function () {
    if (process.platform !== 'linux') this.skip();
    mkdirSync(join(tree(), 'd/deep'), { recursive: true });
    const write = (parent: string, name: string): void =>
      root.withDirectory(path(parent), (prefix) => writeFileSync(`${prefix}/${name}`, 'x'));
    root.batch(() => {
      write('d', 'first');
      write('d/deep', 'first');
      renameSync(join(tree(), 'd'), join(outside(), 'd'));
      assert.throws(() => write('d', 'second'), isCode('NO_PARENT'));
      assert.throws(() => write('d/deep', 'second'), isCode('NO_PARENT'));
      mkdirSync(join(tree(), 'd/deep'), { recursive: true });
      write('d/deep', 'third');
    });
    assert.deepEqual(readdirSync(join(outside(), 'd')).sort(), ['deep', 'first']);
    assert.deepEqual(readdirSync(join(outside(), 'd/deep')), ['first']);
    assert.deepEqual(readdirSync(join(tree(), 'd/deep')), ['third']);
  });

  it('a directory renamed within the root in a batch is found under its new name alone', function () {
    if (process.platform !== 'linux') this.skip();
    mkdirSync(join(tree(), 'd'));
    writeFileSync(join(tree(), 'd/x'), 'x');
    root.batch(() => {
      assert.equal(read('d', 'x'), 'x');
      renameSync(join(tree(), 'd'), join(tree(), 'e'));
      assert.throws(() => read('d', 'x'), isCode('NO_PARENT'));
      assert.equal(read('e', 'x'), 'x');
    });
  });

  it('goes on when the root itself is moved within a batch', function () {
    if (process.platform !== 'linux') this.skip();
    mkdirSync(join(tree(), 'd/deep'), { recursive: true });
    writeFileSync(join(tree(), 'd/deep/x'), 'x');
    root.batch(() => {
      assert.equal(read('d/deep', 'x'), 'x');
      renameSync(tree(), join(directory(), 'elsewhere'));
      assert.equal(read('d/deep', 'x'), 'x');
    });
  });

  it('reaches directories whose full path is longer than the kernel tells, and notices when one moves', function () {
    if (process.platform !== 'linux') this.skip();
    const names = Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(203, 'n'));
    const parents = names.map((_, i) => names.slice(0, i + 1).join('/'));
    for (const parent of parents) {
      root.withDirectory(
        path(parent).includes('/') ? path(parent.slice(0, parent.lastIndexOf('/'))) : undefined,
        (prefix) => mkdirSync(`${prefix}/${parent.slice(parent.lastIndexOf('/') + 1)}`),
      );
    }
    const deepest = parents.at(-1) as string;
    root.batch(() => {
      root.withDirectory(path(deepest), (prefix) => writeFileSync(`${prefix}/x`, 'x'));
      assert.equal(read(deepest, 'x'), 'x');
      renameSync(join(tree(), names[0] as string), join(outside(), 'd'));
      assert.throws(() => read(deepest, 'x'), isCode('NO_PARENT'));
    });
  });

  it('keeps an outer prefix good while an inner call opens more directories than are cached', () => {
    const [outer, inner] = ['a', 'b'].map((name) => Array.from({ length: 70 }, () => name).join('/')) as [
      string,
      string,
    ];
    for (const deep of [outer, inner]) {
      mkdirSync(join(tree(), deep), { recursive: true });
      writeFileSync(join(tree(), deep, 'file'), deep);
    }
    root.withDirectory(path(outer), (prefix) => {
      assert.equal(read(inner, 'file'), inner);
      assert.equal(readFileSync(`${prefix}/file`, 'utf8'), outer);
      root.forgetDirectories();
      assert.equal(read(inner, 'file'), inner);
      assert.equal(readFileSync(`${prefix}/file`, 'utf8'), outer);
    });
  });

  it('leaves no descriptor open, also after errors', function () {
    if (process.platform !== 'linux') this.skip();
    const open = (): number => readdirSync('/proc/self/fd').length;
    mkdirSync(join(tree(), 'a/b/c'), { recursive: true });
    const before = open();
    for (let i = 0; i < 50; i++) {
      const mine = new Root(tree());
      mine.batch(() => {
        mine.withDirectory(path('a/b/c'), () => mine.forgetDirectories());
        mine.withDirectory(path('a/b'), () => mine.withDirectory(path('a/b/c'), () => undefined));
        assert.throws(() =>
          mine.withDirectory(path('a/b'), () => {
            throw new Error('inside');
          }),
        );
        assert.throws(() => mine.withDirectory(path('a/x/y'), () => undefined), isCode('NO_PARENT'));
      });
      mine.close();
    }
    assert.equal(open(), before);
  });

  it('follows the renamed directory no longer once the batch is over', () => {
    mkdirSync(join(tree(), 'd'));
    writeFileSync(join(tree(), 'd/file'), 'old');
    root.batch(() => read('d', 'file'));
    renameSync(join(tree(), 'd'), join(tree(), 'e'));
    mkdirSync(join(tree(), 'd'));
    writeFileSync(join(tree(), 'd/file'), 'new');
    assert.equal(read('d', 'file'), 'new');
  });

  it('accepts a root that is itself named through a symlink', () => {
    writeFileSync(join(tree(), 'file'), '1');
    symlinkSync(tree(), join(directory(), 'link'));
    const linked = new Root(join(directory(), 'link'));
    assert.deepEqual(linked.identity(), root.identity());
    assert.equal(
      linked.withDirectory(undefined, (prefix) => readFileSync(`${prefix}/file`, 'utf8')),
      '1',
    );
    linked.close();
  });

  it('refuses another directory at the same path when it knows which one to expect', () => {
    const identity = root.identity();
    const same = new Root(tree(), identity);
    same.open();
    same.close();
    renameSync(tree(), join(directory(), 'away'));
    mkdirSync(tree());
    const replaced = new Root(tree(), identity);
    assert.throws(() => replaced.open(), isCode('ROOT_REPLACED'));
    assert.throws(() => replaced.withDirectory(undefined, () => undefined), isCode('ROOT_REPLACED'));
    replaced.close();
  });
});
