import assert from 'node:assert/strict';
import type { ReplicaId } from '../../../src/core/identifiers.ts';
import { LevelFolderStore } from '../../../src/store/folder-store.ts';
import { rangeOf, table } from '../../../src/store/keys.ts';
import type { Level } from '../../../src/store/level.ts';
import { openLevel } from '../../../src/store/open-level.ts';
import { change, Sandbox } from '../../support/store-fixtures.ts';

const folder = 1;

/** Rows of the sequence that a read sees now. */
async function readable(level: Level): Promise<number> {
  let rows = 0;
  for await (const entries of level.range(rangeOf(folder, table.sequence))) rows += entries.length;
  return rows;
}

describe('what is announced while a commit is under way', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('waits for what the database already shows, but has not told to be durable', async () => {
    const level = await openLevel(await sandbox.directory());
    try {
      await level.write([LevelFolderStore.creation(folder, '0a'.repeat(8) as ReplicaId)], 'synced');
      const store = await LevelFolderStore.open(level, folder);
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
      let isTold = false;
      const announced = store.since(0, 10).then((records) => {
        assert.equal(isTold, true);
        assert.equal(store.lastSequence(), 2);
        return records.map(({ path }) => path);
      });
      assert.deepEqual(await readable(level), 2);
      isTold = true;
      tell();
      await commit;
      assert.deepEqual(await announced, ['a', 'b']);
    } finally {
      await level.close();
    }
  });
});
