import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entry, FileEntry } from '../../../src/core/entry.ts';
import { comparePaths, isBelow, type RelativePath } from '../../../src/core/path.ts';
import type { LocalRecord } from '../../../src/core/record.ts';
import type { LevelFolderStore } from '../../../src/store/folder-store.ts';
import type { FolderStore } from '../../../src/sync/ports.ts';
import {
  anyPathArbitrary,
  entryArbitrary,
  hash,
  path,
  pathArbitrary,
  replicas,
  statArbitrary,
} from '../../support/core-arbitraries.ts';
import { all, change, changeOf, Sandbox, stat, write } from '../../support/store-fixtures.ts';

/** Fails to compile when the store no longer is what the loops need. */
export const fits: (store: LevelFolderStore) => FolderStore = (store) => store;

const file: FileEntry = { kind: 'file', size: 5, mtimeUs: 7, executable: false, contentHash: hash('a') };
const directory: Entry = { kind: 'directory' };
const deleted: Entry = { kind: 'deleted' };

describe('the index of a folder', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('gives local changes a sequence, a dot and a bumped version', async () => {
    const store = await sandbox.folder();
    const [first, second] = await write(store, change('d', directory), change('d/f', file));
    assert.deepEqual(first, {
      path: 'd',
      entry: directory,
      version: [[store.replica, 1]],
      dot: { replica: store.replica, counter: 1 },
      sequence: 1,
      stat,
    });
    assert.equal(second?.sequence, 2);
    const [third] = await write(store, changeOf(second as LocalRecord, { ...file, size: 6 }));
    assert.deepEqual(third?.version, [[store.replica, 3]]);
    assert.equal(store.lastSequence(), 3);
    assert.deepEqual(await store.getMany([path('d/f'), path('x'), path('d')]), [third, undefined, first]);
  });

  it('keeps version and dot of what is taken over from another device', async () => {
    const store = await sandbox.folder();
    const dot = { replica: replicas[0] as never, counter: 4 };
    const version = [[replicas[0] as never, 9]] as const;
    const [record] = await write(store, change('f', file, { write: { dot }, version }));
    assert.deepEqual(
      { dot: record?.dot, version: record?.version, sequence: record?.sequence },
      { dot, version, sequence: 1 },
    );
  });

  it('refuses a stale change alone and lets the others go on', async () => {
    const store = await sandbox.folder();
    const [old] = await write(store, change('a', file));
    await write(store, changeOf(old as LocalRecord, deleted));
    const results = await store.commit([
      changeOf(old as LocalRecord, { ...file, size: 9 }),
      change('b', file),
      change('a/new', file, { basedOn: 5 }),
    ]);
    assert.deepEqual(
      results.map((result) => (result === 'stale' ? result : result.path)),
      ['stale', 'b', 'stale'],
    );
    assert.equal((await store.get(path('a')))?.entry.kind, 'deleted');
    assert.equal(store.lastSequence(), 3, 'a stale change takes no sequence');
    assert.deepEqual(await store.verify(), []);
  });

  it('judges staleness in the order of the calls, also of calls made at once', async () => {
    const store = await sandbox.folder();
    const [base] = await write(store, change('a', file));
    const outcomes = await Promise.all(
      [1, 2, 3].map((size) => store.commit([changeOf(base as LocalRecord, { ...file, size })])),
    );
    assert.deepEqual(
      outcomes.map(([result]) => (result === 'stale' ? result : result?.sequence)),
      [2, 'stale', 'stale'],
    );
  });

  it('rejects a path that comes twice in one commit, and writes nothing of it', async () => {
    const store = await sandbox.folder();
    await assert.rejects(
      store.commit([change('a', file), change('b', file), change('a', directory)]),
      /"a" comes twice/,
    );
    assert.equal(store.lastSequence(), 0);
    assert.deepEqual(await all(store.iterate(undefined)), []);
  });

  it('lists what changed since a sequence: each path once, at its latest', async () => {
    const store = await sandbox.folder();
    const [a, b, c] = await write(store, change('a', file), change('b', file), change('c', file));
    const [again] = await write(store, changeOf(a as LocalRecord, deleted));
    assert.deepEqual(await store.since(0, 100), [b, c, again]);
    assert.deepEqual(await store.since(0, 2), [b, c]);
    assert.deepEqual(await store.since(3, 100), [again]);
    assert.deepEqual(await store.since(4, 100), []);
  });

  it('never leaves a gap in what changed, however busy it is', async () => {
    const store = await sandbox.folder();
    let records = await write(store, ...Array.from({ length: 50 }, (_, i) => change(`f${i}`, file)));
    const writing = (async () => {
      for (let round = 0; round < 10; round++) {
        records = await write(store, ...records.map((record) => changeOf(record, { ...file, size: round })));
      }
    })();
    let done = false;
    void writing.then(() => (done = true));
    let looks = 0;
    while (!done) {
      looks++;
      assert.equal((await store.since(0, 1000)).length, 50);
    }
    await writing;
    assert.ok(looks > 0);
  });

  it('walks a path and all below it, in path order, in batches of bounded size', async () => {
    const store = await sandbox.folder();
    const names = ['d', 'd!', 'd/a', 'd/a/b', 'd/ä', 'd/😀', 'd0', 'e'];
    await write(store, ...names.toReversed().map((name) => change(name, file)));
    const walked = async (start: string | undefined): Promise<string[]> =>
      (await all(store.iterate(start === undefined ? undefined : path(start)))).map((record) => record.path);
    assert.deepEqual(await walked('d'), ['d', 'd/a', 'd/a/b', 'd/ä', 'd/😀']);
    assert.deepEqual(await walked('d/a'), ['d/a', 'd/a/b']);
    assert.deepEqual(await walked('nothing'), []);
    assert.deepEqual(await walked(undefined), names.toSorted(comparePaths));

    await write(store, ...Array.from({ length: 2500 }, (_, i) => change(`many/${i}`, file)));
    const sizes: number[] = [];
    for await (const batch of store.iterate(path('many'))) sizes.push(batch.length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      2500,
    );
    assert.ok(Math.max(...sizes) <= 1000 && Math.min(...sizes) > 0, String(sizes));
  });

  it('walks the index as it was at the first step', async () => {
    const store = await sandbox.folder();
    const records = await write(store, ...Array.from({ length: 1500 }, (_, i) => change(`${i}`, file)));
    const walk = store.iterate(undefined);
    const first = await walk.next();
    await write(store, ...records.map((record) => changeOf(record, deleted)));
    const rest = await all(walk);
    assert.deepEqual(new Set([...(first.value ?? []), ...rest].map(({ entry }) => entry.kind)), new Set(['file']));
  });

  it('lets go of a walk that is not finished', async () => {
    const store = await sandbox.folder();
    await write(store, ...Array.from({ length: 1500 }, (_, i) => change(`${i}`, file)));
    for await (const batch of store.iterate(undefined)) {
      assert.ok(batch.length > 0);
      break;
    }
    await sandbox.close();
  });

  it('replaces a stat without a new sequence, and only of the record that was meant', async () => {
    const store = await sandbox.folder();
    const [a, b] = await write(store, change('a', file), change('b', file));
    const digest = store.digest();
    const [newer] = await write(store, changeOf(b as LocalRecord, file));
    const touched = { ...stat, inode: 99 };
    await store.refreshStats([
      { path: path('a'), sequence: 1, stat: touched },
      { path: path('b'), sequence: 2, stat: touched },
      { path: path('gone'), sequence: 1, stat: touched },
    ]);
    assert.deepEqual(await store.get(path('a')), { ...a, stat: touched });
    assert.deepEqual(await store.get(path('b')), newer);
    assert.equal(await store.get(path('gone')), undefined);
    assert.equal(store.lastSequence(), 3);
    assert.notEqual(store.digest(), digest, 'the other commit did change it');
    const reopened = await sandbox.reopened();
    assert.deepEqual(await reopened.get(path('a')), { ...a, stat: touched });
    assert.deepEqual(await reopened.verify(), []);
  });

  it('counts what is live', async () => {
    const store = await sandbox.folder();
    const [a] = await write(
      store,
      change('a', { ...file, size: 1000 }),
      change('b', { ...file, size: 2 ** 40 }),
      change('d', directory),
      change('l', { kind: 'symlink', target: 'a', mtimeUs: 1 }),
    );
    assert.deepEqual(store.totals(), { files: 2, directories: 1, symlinks: 1, bytes: 2 ** 40 + 1000 });
    await write(store, changeOf(a as LocalRecord, deleted));
    assert.deepEqual(store.totals(), { files: 1, directories: 1, symlinks: 1, bytes: 2 ** 40 });
  });

  it('has a digest that tells path, entry and version apart, and nothing else', async () => {
    const digests = new Set<string>();
    const dot = { replica: replicas[0] as never, counter: 1 };
    const version = [[replicas[0] as never, 1]] as const;
    const base = change('a', file, { write: { dot }, version });
    for (const one of [
      base,
      { ...base, path: path('b') },
      { ...base, entry: { ...file, executable: true } },
      { ...base, entry: deleted },
      { ...base, version: [[replicas[0] as never, 2]] as const },
    ]) {
      const store = await sandbox.folder();
      assert.equal(store.digest(), '0'.repeat(32));
      await write(store, one);
      assert.match(store.digest(), /^[0-9a-f]{32}$/);
      digests.add(store.digest());
      await sandbox.clean();
    }
    assert.equal(digests.size, 5);
    const store = await sandbox.folder();
    await write(store, base);
    const digest = store.digest();
    await store.commit([{ ...base, write: { dot: { ...dot, replica: replicas[1] as never } }, basedOn: 1 }]);
    await store.refreshStats([{ path: base.path, sequence: 2, stat: { ...stat, inode: 77 } }]);
    assert.equal((await store.get(base.path))?.stat?.inode, 77);
    assert.equal(store.digest(), digest, 'neither sequence nor dot nor stat');
  });

  it('has a digest that does not depend on order or on what was there in between', async () => {
    const dot = { replica: replicas[0] as never, counter: 1 };
    const version = [[replicas[0] as never, 1]] as const;
    const one = (name: string): ReturnType<typeof change> => change(name, file, { write: { dot }, version });
    const store = await sandbox.folder();
    await write(store, one('a'), one('b'), one('c'));
    const expected = store.digest();
    await sandbox.clean();

    const again = await sandbox.folder();
    await write(again, one('c'));
    const [detour] = await write(again, change('a', directory));
    await write(again, one('b'));
    await write(again, { ...one('a'), basedOn: (detour as LocalRecord).sequence });
    assert.equal(again.digest(), expected);
    assert.notEqual(again.lastSequence(), 3);
  });

  it('is the same after it was opened again', async () => {
    const store = await sandbox.folder();
    const [a] = await write(store, change('a', file), change('d', directory));
    await write(store, changeOf(a as LocalRecord, deleted));
    const before = {
      replica: store.replica,
      last: store.lastSequence(),
      digest: store.digest(),
      totals: store.totals(),
      records: await all(store.iterate(undefined)),
      since: await store.since(0, 10),
    };
    const again = await sandbox.reopened();
    assert.deepEqual(
      {
        replica: again.replica,
        last: again.lastSequence(),
        digest: again.digest(),
        totals: again.totals(),
        records: await all(again.iterate(undefined)),
        since: await again.since(0, 10),
      },
      before,
    );
  });

  it('behaves as a map of records does, through any run of commits and restarts', async () => {
    const pathAt = fc.oneof({ weight: 6, arbitrary: pathArbitrary }, { weight: 1, arbitrary: anyPathArbitrary });
    const step = fc.record({ path: pathAt, entry: entryArbitrary, stat: statArbitrary, fresh: fc.nat({ max: 5 }) });
    const round = fc.record({
      changes: fc.uniqueArray(step, { selector: ({ path }) => path, maxLength: 12 }),
      restart: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 5 }), pathArbitrary, async (rounds, start) => {
        try {
          let store = await sandbox.folder();
          const model = new Map<RelativePath, LocalRecord>();
          let last = 0;
          for (const { changes, restart } of rounds) {
            const results = await store.commit(
              // Copied: fast-check makes some objects without a prototype.
              changes.map(({ path, entry, stat, fresh }) => ({
                path,
                entry: { ...entry },
                write: 'local' as const,
                version: model.get(path)?.version ?? [],
                stat: entry.kind === 'deleted' ? undefined : { ...stat },
                manifest: undefined,
                // One in six is stale.
                basedOn: fresh === 0 ? last + 1 : (model.get(path)?.sequence ?? 0),
              })),
            );
            for (const [i, result] of results.entries()) {
              assert.equal(result === 'stale', changes[i]?.fresh === 0);
              if (result === 'stale') continue;
              assert.equal(result.sequence, ++last);
              model.set(result.path, result);
            }
            if (restart) store = await sandbox.reopened();
          }
          const expected = [...model.values()].sort((a, b) => comparePaths(a.path, b.path));
          assert.deepEqual(await all(store.iterate(undefined)), expected);
          assert.deepEqual(
            await all(store.iterate(start)),
            expected.filter(({ path }) => path === start || isBelow(path, start)),
          );
          assert.deepEqual(
            await store.since(0, 1000),
            expected.toSorted((a, b) => a.sequence - b.sequence),
          );
          assert.equal(store.lastSequence(), last);
          assert.deepEqual(await store.verify(), []);
        } finally {
          await sandbox.clean();
        }
      }),
      { numRuns: 40 },
    );
  });
});
