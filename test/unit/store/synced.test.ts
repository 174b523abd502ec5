/** What the store promises to be durable reaches LevelDB as a synced write, and what it does not promise as a cached one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { DeviceId, ReplicaId, EpochId } from '../../../src/core/identifiers.ts';
import { LevelFolderStore } from '../../../src/store/folder-store.ts';
import { Level } from '../../../src/store/level.ts';
import { path } from '../../support/core-arbitraries.ts';

const device = `12D3KooW${'B'.repeat(44)}` as DeviceId;
const replica = '0a'.repeat(8) as ReplicaId;

describe('what the store writes', () => {
  let directory: string;
  let db: ClassicLevel<Buffer, Buffer>;
  let store: LevelFolderStore;
  /** Of each batch that was written: was it synced? */
  const synced: boolean[] = [];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-synced-'));
    db = new ClassicLevel(join(directory, 'index'), { keyEncoding: 'buffer', valueEncoding: 'buffer' });
    await db.open();
    const batchOf = db.batch.bind(db) as () => ReturnType<typeof db.batch>;
    db.batch = ((): unknown => {
      const batch = batchOf();
      const write = batch.write.bind(batch) as (options?: { sync?: boolean }) => Promise<void>;
      batch.write = ((options?: { sync?: boolean }) => {
        synced.push(options?.sync === true);
        return write(options);
      }) as typeof batch.write;
      return batch;
    }) as typeof db.batch;
    const level = new Level(db);
    await level.write([LevelFolderStore.creation(1, replica)], 'synced');
    store = await LevelFolderStore.open(level, 1, '0e'.repeat(8) as EpochId);
    synced.length = 0;
  });

  afterEach(async () => {
    await db.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const commit = (): ReturnType<LevelFolderStore['commit']> =>
    store.commit([
      {
        ...{ path: path('a'), entry: { kind: 'directory' }, write: 'local', version: [], manifest: undefined },
        ...{ stat: { size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1, mode: 0 }, basedOn: 0 },
      },
    ]);

  it('is synced for a commit, once', async () => {
    await commit();
    assert.deepEqual(synced, [true]);
  });

  it('is synced for what a peer announced, before it is acknowledged, and for a new life of its index', async () => {
    await store.putAnnounced(device, [], 7);
    assert.deepEqual(synced, [true]);
    await store.resetPeer(device, replica);
    assert.deepEqual(synced, [true, true, true]);
  });

  it('is not synced for what the next scan or exchange would find out again', async () => {
    const [record] = await commit();
    assert.ok(record !== undefined && record !== 'stale');
    const { sequence } = record;
    await store.refreshStats([
      { path: path('a'), sequence, stat: { size: 2, mtimeMs: 1, ctimeMs: 1, inode: 2, mode: 0 } },
    ]);
    await store.setAcknowledged(device, 1);
    assert.deepEqual(synced, [true, false, false]);
  });
});
