import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { Problem } from '../../../src/base/problem.ts';
import type { FolderId } from '../../../src/core/identifiers.ts';
import { isReplicaId } from '../../../src/core/identifiers.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { Level } from '../../../src/store/level.ts';
import { keyOf, ownNumber, table } from '../../../src/store/keys.ts';
import { devices, path, replicas } from '../../support/core-arbitraries.ts';
import { all, change, folderId, otherFolderId, Sandbox, write } from '../../support/store-fixtures.ts';

function problem(code: string, ...texts: string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, code, error.message);
    for (const text of texts) assert.ok(error.message.includes(text), `${text} is not in: ${error.message}`);
    assert.ok(!error.message.includes('\n'));
    return true;
  };
}

const directory = { kind: 'directory' } as const;

describe('the database of a home', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  /** The bare database, for tests that write what the room itself never would. */
  async function bare(work: (level: Level) => Promise<void>): Promise<void> {
    const db = new ClassicLevel<Buffer, Buffer>(await sandbox.directory(), {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
    });
    await db.open();
    const level = new Level(db);
    try {
      await work(level);
    } finally {
      await level.close();
    }
  }

  it('gives each folder an index and a replica of its own, the same object each time', async () => {
    const database = await sandbox.database();
    // At once: the numbers they get must differ.
    const [one, other, again] = await Promise.all([
      database.folder(folderId),
      database.folder(otherFolderId),
      database.folder(folderId),
    ]);
    assert.equal(one, again);
    assert.notEqual(one.replica, other.replica);
    assert.ok(isReplicaId(one.replica));
    await write(one, change('a', directory));
    assert.equal(other.lastSequence(), 0);
    assert.deepEqual(await all(other.iterate(undefined)), []);
    await one.close();
    assert.equal(await database.folder(folderId), one, 'closing a folder only waits for its writes');
    await write(one, change('b', directory));
  });

  it('remembers replicas and folders over restarts', async () => {
    const before = await sandbox.database();
    const { replica } = await before.folder(folderId);
    const other = await before.folder(otherFolderId);
    await write(other, change('a', directory));
    await sandbox.close();
    const after = await sandbox.database();
    assert.equal((await after.folder(folderId)).replica, replica);
    assert.equal((await after.folder(otherFolderId)).lastSequence(), 1);
  });

  it('drops a folder with all that was known of it, and no other', async () => {
    const database = await sandbox.database();
    const store = await database.folder(folderId);
    const other = await database.folder(otherFolderId);
    await write(store, change('a', directory));
    await write(other, change('b', directory));
    await store.putAnnounced(devices[0] as never, [], 4);
    await database.dropFolder(folderId);
    await assert.rejects(store.commit([change('c', directory)]), problem('INDEX_CLOSED'));
    const fresh = await database.folder(folderId);
    assert.notEqual(fresh.replica, store.replica);
    assert.equal(fresh.lastSequence(), 0);
    assert.equal((await fresh.peerProgress(devices[0] as never)).received, 0);
    assert.deepEqual(await all(fresh.iterate(undefined)), []);
    await database.dropFolder('neverheardofthisoneatallxyz'.slice(0, 26) as FolderId);
    assert.equal((await other.get(path('b')))?.sequence, 1);
    const reopened = await sandbox.reopened();
    assert.equal(reopened.replica, fresh.replica);
  });

  it('ends a drop that was cut short', async () => {
    const store = await sandbox.folder();
    await write(store, change('a', directory));
    await sandbox.close();
    let rows = 0;
    const count = async (level: Level): Promise<void> => {
      rows = 0;
      for await (const entries of level.range({ gte: Buffer.of(0, 0, 0, 1), lt: Buffer.of(0, 0, 0, 2) })) {
        rows += entries.length;
      }
    };
    await bare(async (level) => {
      await count(level);
      assert.ok(rows > 0);
      const system = (name: string): Buffer => keyOf(ownNumber, table.system, Buffer.from(name));
      await level.write(
        [
          { type: 'del', key: system(`folder ${folderId}`) },
          { type: 'put', key: system('dropped 1'), value: Buffer.from('1') },
        ],
        'synced',
      );
    });
    await sandbox.database();
    await sandbox.close();
    await bare(count);
    assert.equal(rows, 0);
  });

  it('ends the reset of a peer that was cut short', async () => {
    const store = await sandbox.folder();
    const device = devices[0] as never;
    const replica = replicas[0] as never;
    const record = { path: path('a'), entry: directory, version: [], dot: { replica, counter: 1 }, sequence: 1 };
    await store.resetPeer(device, replica);
    await store.putAnnounced(device, [record], 1);
    await sandbox.close();
    await bare(async (level) => {
      for await (const entries of level.range({
        gte: keyOf(1, table.progress),
        lt: keyOf(1, table.progress, Buffer.alloc(17, 255)),
      })) {
        for (const [key, value] of entries) {
          const { replica: _gone, ...rest } = JSON.parse(value.toString()) as Record<string, unknown>;
          await level.write([{ type: 'put', key, value: Buffer.from(JSON.stringify(rest)) }], 'synced');
        }
      }
    });
    const reopened = await sandbox.folder();
    assert.deepEqual(await all(reopened.iterateAnnounced(device)), []);
  });

  it('keeps small values for the daemon, apart from its own', async () => {
    const { kv } = await sandbox.database();
    assert.equal(await kv.get('schema'), undefined);
    await kv.put('schema', 'not a number');
    await kv.put('pause/ä', '{"until":"…"}');
    await kv.put('gone', 'x');
    await kv.delete('gone');
    await kv.delete('never there');
    await sandbox.close();
    const again = (await sandbox.database()).kv;
    assert.equal(await again.get('schema'), 'not a number');
    assert.equal(await again.get('pause/ä'), '{"until":"…"}');
    assert.equal(await again.get('gone'), undefined);
    await assert.rejects(again.put('x'.repeat(257), ''), RangeError);
    await assert.rejects(again.put('x', 'x'.repeat(1024 * 1024 + 1)), RangeError);
    await assert.rejects(again.get(''), RangeError);
  });

  it('finishes what is being written before it closes, and refuses what comes later', async () => {
    const database = await sandbox.database();
    const store = await database.folder(folderId);
    const writing = Array.from({ length: 20 }, (_, i) => store.commit([change(`${i}`, directory)]));
    await Promise.all([database.close(), database.close()]);
    await Promise.all(writing);
    await assert.rejects(store.commit([change('late', directory)]), problem('INDEX_CLOSED'));
    await assert.rejects(store.get(path('0')), problem('INDEX_CLOSED'));
    await assert.rejects(all(store.iterate(undefined)), problem('INDEX_CLOSED'));
    await assert.rejects(store.since(0, 1), problem('INDEX_CLOSED'));
    await assert.rejects(database.kv.get('a'), problem('INDEX_CLOSED'));
    await assert.rejects(database.folder(otherFolderId), problem('INDEX_CLOSED'));
    const again = await sandbox.reopened();
    assert.equal(again.lastSequence(), 20);
    assert.equal(await again.get(path('late')), undefined);
  });

  it('is refused a second time while it is open, and says by whom it is used', async () => {
    await sandbox.database();
    const directory = await sandbox.directory();
    await assert.rejects(
      openDatabase(directory, randomBytes),
      problem('INDEX_LOCKED', 'Another p2psync is running on this home', directory),
    );
  });

  it('of a later schema is refused untouched', async () => {
    await sandbox.database();
    await sandbox.close();
    const schema = keyOf(ownNumber, table.system, Buffer.from('schema'));
    await bare((level) => level.write([{ type: 'put', key: schema, value: Buffer.from('999') }], 'synced'));
    await assert.rejects(sandbox.database(), problem('INDEX_TOO_NEW', 'schema 999'));
    await bare(async (level) => assert.equal(String(await level.get(schema)), '999'));
  });

  it('with records but no schema, or with one that makes no sense, is damaged', async () => {
    const schema = keyOf(ownNumber, table.system, Buffer.from('schema'));
    await sandbox.folder();
    await sandbox.close();
    await bare((level) => level.write([{ type: 'put', key: schema, value: Buffer.from('1.5') }], 'synced'));
    await assert.rejects(sandbox.database(), problem('INDEX_CORRUPT', 'schema'));
    await bare((level) => level.write([{ type: 'del', key: schema }], 'synced'));
    await assert.rejects(sandbox.database(), problem('INDEX_CORRUPT', 'schema version is missing'));
  });

  it('that cannot be made says what is in the way, and leaves nothing behind', async () => {
    const where = await sandbox.directory();
    await writeFile(where, 'a file');
    await assert.rejects(openDatabase(where, randomBytes), problem('INDEX_UNREADABLE', where));
    await assert.rejects(openDatabase(`${where}/below`, randomBytes), problem('INDEX_UNREADABLE'));
  });

  it('that may not be read is not called damaged', async function () {
    if (process.getuid?.() === 0) this.skip();
    const where = await sandbox.directory();
    await mkdir(where, { mode: 0 });
    try {
      await assert.rejects(openDatabase(where, randomBytes), problem('INDEX_UNREADABLE', where));
    } finally {
      await chmod(where, 0o700);
    }
    assert.deepEqual(await readdir(where), []);
  });
});
