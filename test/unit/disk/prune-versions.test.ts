import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { defaultRetention, type Space } from '../../../src/core/retention.ts';
import { listVersions } from '../../../src/disk/list-versions.ts';
import { isVersionOf, nameOfKept, parseKeptName } from '../../../src/disk/kept-names.ts';
import { pruneVersions, spaceOf } from '../../../src/disk/prune-versions.ts';
import { moveAway } from '../../../src/disk/versions.ts';
import { asPath, now, testFolder } from './writing-support.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const roomy: Space = { totalBytes: 1e12, freeBytes: 9e11 };

describe('the version store', () => {
  const folder = testFolder();

  /** A version of `path` that was put away `agoMs` before now. */
  function away(path: string, agoMs: number, text = 'x'.repeat(5000)): void {
    folder().write(path, text);
    moveAway(folder().root, folder().at(path), asPath(path), now - agoMs);
  }

  const prune = (space: Space = roomy): number => pruneVersions(folder().root, now, defaultRetention, space).dropped;
  const names = (path?: string, recursive = true): string[] =>
    listVersions(folder().root, path === undefined ? undefined : asPath(path), recursive).versions.map(
      ({ path: of, keptMs }) => `${of} ${(now - keptMs) / hourMs}`,
    );

  it('lists the versions of a path, of a directory and all below it, and of everything, the newest first', () => {
    mkdirSync(folder().at('d/e'), { recursive: true });
    away('d/a', 2 * hourMs);
    away('d/a', hourMs);
    away('d/a2', hourMs);
    away('d/e/b', 3 * hourMs);
    rmSync(folder().at('d'), { recursive: true });
    away('d', 5 * hourMs, 'd was a file once');
    assert.deepEqual(names('d/a', false), ['d/a 1', 'd/a 2']);
    assert.deepEqual(names('d/e'), ['d/e/b 3']);
    assert.deepEqual(names().sort(), ['d 5', 'd/a 1', 'd/a 2', 'd/a2 1', 'd/e/b 3']);
    assert.deepEqual(names('nothing'), []);
  });

  it('drops what is too old, with the directories it leaves empty', () => {
    mkdirSync(folder().at('d/e'), { recursive: true });
    away('d/e/a', 31 * dayMs);
    away('b', 29 * dayMs);
    assert.equal(prune(), 1);
    assert.deepEqual(names(), [`b ${29 * 24}`]);
    assert.equal(existsSync(folder().at('.p2psync/versions/d')), false);
    assert.equal(existsSync(folder().at('.p2psync/versions')), true);
  });

  it('drops the oldest when it takes more than its share, and spares the newest of each path for a day', () => {
    away('a', 3 * dayMs);
    away('a', 2 * hourMs);
    away('a', hourMs);
    away('b', 2 * dayMs);
    away('c', hourMs);
    // Each takes 8 KiB: the share is 16 KiB, two of the five.
    assert.equal(prune({ totalBytes: 160 * 1024, freeBytes: 100 * 1024 }), 3);
    assert.deepEqual(names().sort(), ['a 1', 'c 1']);
    assert.equal(prune({ totalBytes: 16 * 1024, freeBytes: 10 * 1024 }), 0);
    assert.equal(
      prune({ totalBytes: 1024 * 1024, freeBytes: 16 * 1024 }),
      1,
      'nearly full: only as much as that takes',
    );
    assert.equal(names().length, 1);
  });

  it('drops versions when the volume has too little left', () => {
    away('a', 3 * dayMs);
    away('b', 2 * dayMs);
    assert.equal(prune({ totalBytes: 1e9, freeBytes: 0.05e9 - 1 }), 1);
    assert.deepEqual(names(), ['b 48']);
  });

  it('knows its volume, and has nothing to do where nothing was ever kept', () => {
    const { totalBytes, freeBytes } = spaceOf(folder().root);
    assert.equal(totalBytes > freeBytes && freeBytes > 0, true);
    assert.deepEqual(pruneVersions(folder().root, now, defaultRetention, roomy), {
      dropped: 0,
      keptBytes: 0,
      keptFiles: 0,
      space: roomy,
    });
    assert.deepEqual(names(), []);
  });

  it('goes through no symlink', () => {
    mkdirSync(folder().at('.p2psync'), { recursive: true });
    mkdirSync(folder().at('outside'));
    folder().write('outside/a~20200101-000000', 'the user’s');
    symlink('../outside', '.p2psync/versions');
    assert.equal(prune(), 0);
    assert.deepEqual(names(), []);
    assert.equal(existsSync(folder().at('outside/a~20200101-000000')), true);
  });

  function symlink(target: string, path: string): void {
    symlinkSync(target, folder().at(path));
  }
});

describe('names of kept versions', () => {
  for (const name of ['a', 'a~20261123-140512', 'with\nnewline', '~', 'ü'.repeat(127), 'x'.repeat(255)]) {
    for (const own of [false, true]) {
      it(`${JSON.stringify(name.slice(0, 20))}${own ? ', own' : ''}: are found again`, () => {
        for (const attempt of [0, 1]) {
          const kept = nameOfKept(name, now, own, attempt);
          const parsed = parseKeptName(kept);
          assert.deepEqual([parsed?.keptMs, parsed?.own], [now, own]);
          assert.equal(isVersionOf(kept, name), true);
          assert.equal(isVersionOf(kept, `${name}x`.slice(-255)) && Buffer.byteLength(name) < 200, false);
        }
      });
    }
  }

  it('are told from others', () => {
    for (const name of ['a', 'a~', 'a~20261123', '~20261123-140512', 'a~20261123-1405123']) {
      assert.equal(parseKeptName(name), undefined, name);
    }
  });
});
