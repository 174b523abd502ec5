import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBelow, type RelativePath } from '../../../src/core/path.ts';
import type { WatchHint } from '../../../src/disk/settle.ts';
import { watchTree, type Watch } from '../../../src/disk/watch.ts';
import { eventually } from '../../support/condition.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = (text: string): RelativePath => text as RelativePath;

describe('watchTree', () => {
  let watch: Watch | undefined;
  // Before the directory goes, which is done in the hook of the next line.
  afterEach(async () => {
    await watch?.close();
    watch = undefined;
    assert.deepEqual(errors, []);
  });
  const directory = temporaryDirectory();
  const tree = (...names: string[]): string => join(directory(), 'tree', ...names);
  let hints: WatchHint[];
  let errors: Error[];

  beforeEach(() => {
    hints = [];
    errors = [];
    mkdirSync(tree());
  });

  async function start(root = tree()): Promise<void> {
    watch = await watchTree(
      root,
      (hint) => hints.push(hint),
      (error) => errors.push(error),
    );
  }
  const covers = (hint: WatchHint, at: string): boolean =>
    hint.path === at || (hint.subtree && isBelow(path(at), hint.path));
  const hinted = (at: string): Promise<unknown> =>
    eventually(`a hint for ${at}`, () => hints.some((h) => covers(h, at)), 5000);
  const named = (at: string): Promise<unknown> =>
    eventually(`a hint that names ${at}`, () => hints.some((h) => h.path === at), 5000);
  /** Writes there again and again, since a directory is watched only some time after it appeared. */
  const becomesNamed = (at: string): Promise<unknown> => {
    let writes = 0;
    return eventually(
      `a write to ${at} to be named`,
      () => {
        if (writes++ % 10 === 0) writeFileSync(tree(at), `${writes}`);
        return hints.some((h) => h.path === at);
      },
      5000,
    );
  };

  it('hints at what is created, changed and deleted', async () => {
    writeFileSync(tree('old'), '1');
    await start();
    for (const act of [
      () => writeFileSync(tree('new'), '1'),
      () => writeFileSync(tree('new'), '22'),
      () => rmSync(tree('new')),
    ]) {
      hints = [];
      act();
      await named('new');
    }
    assert.ok(hints.every((h) => !h.subtree));
  });

  it('hints at the subtree of a directory that appears, and watches it', async () => {
    await start();
    mkdirSync(tree('a/b/c'), { recursive: true });
    await hinted('a/b/c');
    await becomesNamed('a/b/c/f');
    assert.ok(
      hints.every((h) => h.path !== undefined),
      'nothing asks for a scan of everything',
    );
  });

  it('goes on to report writes inside a renamed directory, again and again, under its new name', async () => {
    mkdirSync(tree('d0/sub'), { recursive: true });
    writeFileSync(tree('d0/f'), '');
    await start();
    for (let i = 0; i < 4; i++) {
      hints = [];
      renameSync(tree(`d${i}`), tree(`d${i + 1}`));
      await named(`d${i}`);
      await hinted(`d${i + 1}/sub/g`);
      await becomesNamed(`d${i + 1}/f`);
      await becomesNamed(`d${i + 1}/sub/g`);
    }
  });

  it('survives directories that are deleted soon after they were renamed', async () => {
    await start();
    for (let i = 0; i < 3; i++) {
      mkdirSync(tree(`d${i}/sub/deeper`), { recursive: true });
      await becomesNamed(`d${i}/sub/f`);
      renameSync(tree(`d${i}`), tree(`e${i}`));
      await named(`e${i}`);
      rmSync(tree(`e${i}`), { recursive: true });
      await eventually('the deletion to be hinted at', () => hints.filter((h) => h.path === `e${i}`).length >= 2);
    }
    mkdirSync(tree('last/sub'), { recursive: true });
    await becomesNamed('last/sub/f');
  });

  it('survives directories that come and go while it renews itself', async () => {
    await start();
    for (let i = 0; i < 300; i++) {
      mkdirSync(tree(`d${i}/sub`), { recursive: true });
      if (i >= 3) rmSync(tree(`d${i - 3}`), { recursive: true });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    mkdirSync(tree('last/sub'), { recursive: true });
    await becomesNamed('last/sub/f');
  });

  it('misses nothing beside a directory whose renewal goes on', async () => {
    mkdirSync(tree('kept'));
    await start();
    for (let i = 0; i < 30; i++) {
      mkdirSync(tree(`d${i}`));
      writeFileSync(tree(`kept/${i}`), '');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (let i = 0; i < 30; i++) await named(`kept/${i}`);
  });

  it('covers 5,000 files written into new directories', async () => {
    await start();
    const files = Array.from({ length: 5000 }, (_, i) => `new/${i % 50}/${i}`);
    for (let i = 0; i < 50; i++) mkdirSync(tree(`new/${i}`), { recursive: true });
    for (const file of files) writeFileSync(tree(file), '');
    const left = new Set(files);
    await eventually('every file to be covered', () => {
      for (const file of left) if (hints.some((h) => covers(h, file))) left.delete(file);
      return left.size === 0;
    });
  });

  it('asks for everything after a burst that may have run over the queue', async () => {
    mkdirSync(tree('d'));
    for (let i = 0; i < 12_000; i++) writeFileSync(tree(`d/${i}`), '');
    await start();
    for (let i = 0; i < 12_000; i++) writeFileSync(tree(`d/${i}`), 'x');
    await eventually('a hint for the root', () => hints.some((h) => h.path === undefined && h.subtree), 10_000);
  });

  it('keeps silent about our own directory and other ignored names', async () => {
    mkdirSync(tree('.p2psync/staging'), { recursive: true });
    await start();
    writeFileSync(tree('.p2psync/staging/x'), '');
    writeFileSync(tree('.p2psync-tmp-1'), '');
    writeFileSync(tree('.DS_Store'), '');
    writeFileSync(tree('last'), '');
    await named('last');
    assert.deepEqual([...new Set(hints.map((h) => h.path))], ['last']);
  });

  it('maps paths of a root that is named through a symlink', async () => {
    symlinkSync(tree(), join(directory(), 'link'));
    await start(join(directory(), 'link'));
    mkdirSync(tree('d'));
    await becomesNamed('d/f');
  });

  it('rejects a root that is not there', async () => {
    await assert.rejects(start(tree('missing')), { code: 'ENOENT' });
  });

  it('says nothing after close, also when a renewal is due', async () => {
    await start();
    mkdirSync(tree('d'));
    await named('d');
    await watch?.close();
    hints = [];
    writeFileSync(tree('d/f'), '');
    const second = await watchTree(
      tree(),
      () => undefined,
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await second.close();
    assert.deepEqual(hints, []);
  });
});
