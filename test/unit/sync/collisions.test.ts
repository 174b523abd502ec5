import assert from 'node:assert/strict';
import type { FileEntry } from '../../../src/core/entry.ts';
import type { Hash, ReplicaId } from '../../../src/core/identifiers.ts';
import { posixTraits } from '../../../src/core/names.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import type { Decided } from '../../../src/core/reconcile.ts';
import type { LocalRecord } from '../../../src/core/record.ts';
import { Arrivals, Collisions } from '../../../src/sync/collisions.ts';
import type { FolderStore } from '../../../src/sync/ports.ts';

describe('Collisions', () => {
  const replica = '0'.repeat(16) as ReplicaId;
  const dot = { replica, counter: 1 };
  const stat = { size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1, mode: 0o100_644 };
  const entry = (mtimeUs = 1): FileEntry => ({
    kind: 'file',
    size: 1,
    mtimeUs,
    executable: false,
    contentHash: 'a'.repeat(64) as Hash,
  });
  const record = (path: string, is: 'held' | 'unheld' | 'deleted'): LocalRecord => ({
    path: path as RelativePath,
    entry: is === 'deleted' ? { kind: 'deleted' } : entry(),
    version: [[replica, 1]],
    dot,
    sequence: 1,
    stat: is === 'held' ? stat : undefined,
  });
  const take = (
    path: string,
    local: LocalRecord | undefined,
    taken: Decided['decision'] & { do: 'take' },
  ): Decided => ({
    path: path as RelativePath,
    local,
    decision: taken,
  });
  const decision = (of: FileEntry | { kind: 'deleted' }): Decided['decision'] & { do: 'take' } => ({
    do: 'take',
    cell: 'R5-remote-newer' as never,
    entry: of,
    version: [[replica, 1]],
    dot,
    setAside: false,
    holders: [],
  });
  const refused = (arrivals: Arrivals, path: string): string | undefined =>
    arrivals.refusal(path as RelativePath, entry())?.code;
  let collisions: Collisions;

  beforeEach(() => {
    collisions = new Collisions({ ...posixTraits, caseSensitive: false });
  });

  it('refuses another spelling of what stands, and never what stands itself', () => {
    collisions.note(record('File', 'held'));
    const arrivals = new Arrivals(collisions, []);
    assert.deepEqual(
      ['file', 'File', 'other'].map((path) => refused(arrivals, path)),
      ['NAME_COLLIDES', undefined, undefined],
    );
    // Made here, where the volume knows better than we do.
    collisions.note(record('FILE', 'held'));
    assert.deepEqual(
      ['file', 'File', 'FILE'].map((path) => refused(arrivals, path)),
      ['NAME_COLLIDES', undefined, undefined],
    );
  });

  it('lets in one of two that arrive together', () => {
    const arrivals = new Arrivals(collisions, []);
    assert.equal(refused(arrivals, 'A'), undefined);
    arrivals.add('A' as RelativePath);
    assert.deepEqual([refused(arrivals, 'a'), refused(arrivals, 'A')], ['NAME_COLLIDES', undefined]);
  });

  it('lets a spelling in when the other leaves with it as the very same file', () => {
    const standing = record('File', 'held');
    collisions.note(standing);
    const same = new Arrivals(collisions, [take('File', standing, decision({ kind: 'deleted' }))]);
    assert.equal(refused(same, 'file'), undefined);
    assert.equal(same.refusal('file' as RelativePath, entry(2))?.code, 'NAME_COLLIDES', 'another time: no rename');
    const stays = new Arrivals(collisions, [take('File', standing, decision(entry(3)))]);
    assert.equal(refused(stays, 'file'), 'NAME_COLLIDES');
  });

  it('says what may come in once nothing stands in its way', () => {
    collisions.note(record('File', 'held'));
    assert.deepEqual(collisions.note(record('file', 'unheld')), []);
    assert.deepEqual(collisions.note(record('FILE', 'unheld')), []);
    assert.deepEqual(collisions.note(record('File', 'deleted')), ['FILE', 'file']);
    assert.deepEqual(collisions.note(record('fILE', 'unheld')), ['fILE'], 'what stood there left meanwhile');
    assert.deepEqual(collisions.note(record('file', 'held')), []);
    assert.deepEqual(collisions.note(record('file', 'unheld')), ['FILE', 'fILE', 'file']);
  });

  it('takes in a hundred thousand spellings of one name in little time', () => {
    for (let i = 0; i < 100_000; i++) {
      const path = [...'abcdefghijklmnopq'].map((c, bit) => ((i >> bit) & 1 ? c.toUpperCase() : c)).join('');
      assert.ok(collisions.note(record(path, 'unheld')).length <= 1);
    }
  }).timeout(5000);

  it('passes commits on as they are, and hears of what they free', async () => {
    const given: unknown[][] = [];
    const store = {
      commit: (...all: unknown[]) => {
        given.push(all);
        return Promise.resolve([record('File', 'deleted'), 'stale']);
      },
      get: () => Promise.resolve('the index itself'),
    } as unknown as FolderStore;
    collisions.note(record('File', 'held'));
    collisions.note(record('file', 'unheld'));
    const free: RelativePath[] = [];
    const watched = collisions.watching(store, (paths) => free.push(...paths));
    const results = await watched.commit([], 7);
    assert.deepEqual([given, results.length, free], [[[[], 7]], 2, ['file']]);
    assert.equal(await watched.get('x' as RelativePath), 'the index itself');
  });
});
