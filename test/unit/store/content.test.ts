import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FileEntry } from '../../../src/core/entry.ts';
import type { Hash } from '../../../src/core/identifiers.ts';
import { comparePaths, type RelativePath } from '../../../src/core/path.ts';
import type { ChunkPlace, LocalRecord, Manifest } from '../../../src/core/record.ts';
import { hash, path } from '../../support/core-arbitraries.ts';
import { change, changeOf, Sandbox, write } from '../../support/store-fixtures.ts';

function file(contentHash: Hash, size: number): FileEntry {
  return { kind: 'file', size, mtimeUs: 0, executable: false, contentHash };
}

const list: Manifest = [
  { hash: hash('1'), length: 10 },
  { hash: hash('2'), length: 20 },
  { hash: hash('1'), length: 10 },
];
const large = file(hash('f'), 40);

describe('where content stands', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('is known of a file of one chunk by its content hash', async () => {
    const store = await sandbox.folder();
    const size = 2 ** 33;
    await write(store, change('d/small', file(hash('a'), size)));
    assert.deepEqual(await store.places([hash('a'), hash('b')], 5), [
      [{ path: 'd/small', offset: 0, length: size }],
      [],
    ]);
    assert.deepEqual(await store.pathsWithContent(hash('a'), 5), ['d/small']);
    assert.equal(await store.manifest(path('d/small'), hash('a')), undefined);
  });

  it('is known of a file of several chunks by each of them, and of the whole by its content hash', async () => {
    const store = await sandbox.folder();
    await write(store, change('large', large, { manifest: list }));
    const [ones, twos, whole] = await store.places([hash('1'), hash('2'), hash('f')], 5);
    assert.deepEqual(ones, [
      { path: 'large', offset: 0, length: 10 },
      { path: 'large', offset: 30, length: 10 },
    ]);
    assert.deepEqual(twos, [{ path: 'large', offset: 10, length: 20 }]);
    assert.deepEqual(whole, [], 'no chunk has that hash');
    assert.deepEqual(await store.pathsWithContent(hash('f'), 5), ['large']);
    assert.deepEqual(await store.pathsWithContent(hash('1'), 5), [], 'no file is that chunk');
    assert.deepEqual(await store.manifest(path('large'), hash('f')), list);
    assert.equal(await store.manifest(path('large'), hash('a')), undefined, 'of other content');
  });

  it('takes a list of one chunk for none', async () => {
    const store = await sandbox.folder();
    await write(store, change('a', file(hash('a'), 5), { manifest: [{ hash: hash('a'), length: 5 }] }));
    assert.equal(await store.manifest(path('a'), hash('a')), undefined);
    assert.deepEqual(await store.places([hash('a')], 5), [[{ path: 'a', offset: 0, length: 5 }]]);
  });

  it('is nowhere for empty files', async () => {
    const store = await sandbox.folder();
    await write(store, change('empty', file(hash('0'), 0), { manifest: [] }));
    assert.deepEqual(await store.places([hash('0')], 5), [[]]);
    assert.deepEqual(await store.pathsWithContent(hash('0'), 5), []);
    assert.deepEqual(await store.verify(), []);
  });

  it('keeps to the limit, over files of one chunk and pieces together', async () => {
    const store = await sandbox.folder();
    await write(
      store,
      change('a', large, { manifest: list }),
      change('b', file(hash('1'), 10)),
      change('c', file(hash('1'), 10)),
    );
    for (const limit of [0, 1, 2, 3, 4, 5]) {
      const [places] = await store.places([hash('1')], limit);
      assert.equal(places?.length, Math.min(limit, 4));
      assert.equal((await store.pathsWithContent(hash('1'), limit)).length, Math.min(limit, 2));
    }
  });

  it('keeps the list through changes that keep the content', async () => {
    const store = await sandbox.folder();
    const [first] = await write(store, change('large', large, { manifest: list }));
    const [second] = await write(store, changeOf(first as LocalRecord, { ...large, executable: true }));
    assert.deepEqual(await store.manifest(path('large'), hash('f')), list);
    assert.deepEqual(await store.verify(), []);
    const better = [
      { hash: hash('3'), length: 15 },
      { hash: hash('4'), length: 25 },
    ];
    await write(store, changeOf(second as LocalRecord, large, { manifest: better }));
    assert.deepEqual(await store.manifest(path('large'), hash('f')), better, 'a new list replaces it');
    assert.deepEqual(await store.places([hash('1'), hash('3')], 5), [[], [{ path: 'large', offset: 0, length: 15 }]]);
    assert.deepEqual(await store.verify(), []);
  });

  it('learns the list of a file that was indexed without one', async () => {
    const store = await sandbox.folder();
    const [first] = await write(store, change('large', large));
    assert.deepEqual(await store.places([hash('f')], 5), [[{ path: 'large', offset: 0, length: 40 }]]);
    await write(store, changeOf(first as LocalRecord, large, { manifest: list }));
    assert.deepEqual(await store.manifest(path('large'), hash('f')), list);
    assert.deepEqual(await store.places([hash('f')], 5), [[]]);
    assert.deepEqual(await store.verify(), []);
  });

  it('forgets with the content', async () => {
    const store = await sandbox.folder();
    for (const next of [
      { kind: 'deleted' as const },
      { kind: 'directory' as const },
      file(hash('f'), 0),
      file(hash('a'), 40),
    ]) {
      const [first] = await write(
        store,
        change(`over ${next.kind} ${'size' in next ? next.contentHash : ''}`, large, { manifest: list }),
      );
      await write(store, changeOf(first as LocalRecord, next));
      assert.deepEqual(await store.places([hash('1'), hash('2')], 5), [[], []]);
      assert.deepEqual(await store.pathsWithContent(hash('f'), 5), []);
      assert.equal(await store.manifest((first as LocalRecord).path, hash('f')), undefined);
      assert.deepEqual(await store.verify(), []);
    }
  });

  it('is left alone by a stale change', async () => {
    const store = await sandbox.folder();
    await write(store, change('large', large, { manifest: list }));
    assert.deepEqual(await store.commit([change('large', file(hash('a'), 1))]), ['stale']);
    assert.deepEqual(await store.manifest(path('large'), hash('f')), list);
    assert.deepEqual(await store.verify(), []);
  });

  it('is what the live files say, through any run of changes', async () => {
    const chunk = fc.record({
      hash: fc.constantFrom(...['1', '2', '3'].map(hash)),
      length: fc.integer({ min: 1, max: 3 }),
    });
    const content = fc.oneof(
      fc.constant(undefined),
      fc.record({
        contentHash: fc.constantFrom(...['1', '2', 'e', 'f'].map(hash)),
        chunks: fc.array(chunk, { maxLength: 4 }),
      }),
    );
    const names = ['a', 'a/b', 'a!', 'c'].map(path);
    const steps = fc.array(fc.tuple(fc.constantFrom(...names), content), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(steps, async (changes) => {
        try {
          const store = await sandbox.folder();
          const model = new Map<RelativePath, { contentHash: Hash; size: number; chunks: Manifest } | undefined>();
          for (const [at, next] of changes) {
            const record = await store.get(at);
            const base = { version: record?.version ?? [], basedOn: record?.sequence ?? 0 };
            if (next === undefined) {
              await write(store, change(at, { kind: 'deleted' }, base));
              model.set(at, undefined);
              continue;
            }
            const { contentHash, chunks } = next;
            const size = chunks.reduce((sum, { length }) => sum + length, 0);
            await write(store, change(at, file(contentHash, size), { ...base, manifest: chunks }));
            model.set(at, { contentHash, size, chunks });
          }
          assert.deepEqual(await store.verify(), []);
          for (const wanted of ['1', '2', '3', 'e', 'f'].map(hash)) {
            const places: ChunkPlace[] = [];
            const holders: RelativePath[] = [];
            for (const [at, held] of model) {
              if (held === undefined || held.size === 0) continue;
              if (held.contentHash === wanted) holders.push(at);
              if (held.chunks.length === 1) {
                if (held.contentHash === wanted) places.push({ path: at, offset: 0, length: held.size });
                continue;
              }
              let offset = 0;
              for (const { hash, length } of held.chunks) {
                if (hash === wanted) places.push({ path: at, offset, length });
                offset += length;
              }
            }
            const byPlace = (a: ChunkPlace, b: ChunkPlace): number =>
              comparePaths(a.path, b.path) || a.offset - b.offset;
            const [found] = await store.places([wanted], 1000);
            assert.deepEqual(found?.toSorted(byPlace), places.toSorted(byPlace));
            assert.deepEqual(
              (await store.pathsWithContent(wanted, 1000)).toSorted(comparePaths),
              holders.toSorted(comparePaths),
            );
          }
        } finally {
          await sandbox.clean();
        }
      }),
      { numRuns: 40 },
    );
  });
});
