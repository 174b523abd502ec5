import assert from 'node:assert/strict';
import type { EpochId, ReplicaId } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import { LevelFolderStore } from '../../../src/store/folder-store.ts';
import { openLevel } from '../../../src/store/open-level.ts';
import { change, Sandbox } from '../../support/store-fixtures.ts';

const folder = 1;

describe('what is announced while a commit is under way', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('waits for what the database already shows, but has not told to be durable', async () => {
    const level = await openLevel(await sandbox.directory());
    try {
      await level.write([LevelFolderStore.creation(folder, '0a'.repeat(8) as ReplicaId)], 'synced');
      const store = await LevelFolderStore.open(level, folder, '0e'.repeat(8) as EpochId);
      await store.commit([change('a', { kind: 'directory' })]);
      const write = level.write.bind(level);
      let tell = (): void => {};
      const told = new Promise<void>((resolve) => (tell = resolve));
      const written = new Promise<void>((resolve) => {
        level.write = async (writes, durability) => {
          await write(writes, durability);
          resolve();
          await told;
        };
      });
      const commit = store.commit([change('b', { kind: 'directory' })]);
      await written;
      assert.equal(store.lastSequence(), 1);
      let isAnswered = false;
      const since = store.since(0, 10).finally(() => (isAnswered = true));
      // What it would need is read long before this is.
      await store.get('a' as RelativePath);
      assert.equal(isAnswered, false);
      tell();
      await commit;
      assert.deepEqual(
        (await since).map(({ path }) => path),
        ['a', 'b'],
      );
    } finally {
      await level.close();
    }
  });
});
