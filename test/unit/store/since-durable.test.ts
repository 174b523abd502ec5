import assert from 'node:assert/strict';
import type { ReplicaId, EpochId } from '../../../src/core/identifiers.ts';
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
      let isTold = false;
      const reading = store.since(0, 10).then((records) => {
        assert.ok(isTold, 'what is not durable is not announced');
        return records.map(({ path }) => path);
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      isTold = true;
      tell();
      assert.deepEqual(await reading, ['a', 'b']);
      await commit;
      assert.deepEqual(
        (await store.since(0, 10)).map(({ path }) => path),
        ['a', 'b'],
      );
    } finally {
      await level.close();
    }
  });
});
