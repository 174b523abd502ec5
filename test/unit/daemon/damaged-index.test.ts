import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOrReplaceIndex } from '../../../src/daemon/damaged-index.ts';
import { change, folderId, write } from '../../support/store-fixtures.ts';

describe('a damaged index', () => {
  let home: string;
  let now = Date.UTC(2026, 10, 23);
  const open = () => openOrReplaceIndex(home, [folderId], { randomBytes, now: () => (now += 1000) });

  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'p2psync-home-'))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is put aside and replaced, the last two are kept, and a whole one is left alone', async () => {
    for (let turn = 0; turn < 4; turn++) {
      const { database, lost } = await open();
      assert.equal(lost === undefined, turn === 0);
      const store = await database.folder(folderId);
      assert.equal(store.lastSequence(), 0);
      await write(store, change('a', { kind: 'directory' }));
      await database.close();
      const again = await open();
      assert.equal(again.lost, undefined);
      assert.equal((await again.database.folder(folderId)).lastSequence(), 1);
      await again.database.close();
      const index = join(home, 'index');
      for (const name of readdirSync(index)) if (name.startsWith('MANIFEST')) truncateSync(join(index, name), 20);
    }
    const { database, lost } = await open();
    assert.match(lost ?? '', /the index was damaged \(it is kept as index\.damaged-2026-11-23T/);
    await database.close();
    assert.equal(readdirSync(home).filter((name) => name.startsWith('index.damaged-')).length, 2);
  });

  it('is not put aside while another daemon has it', async () => {
    const { database } = await open();
    await assert.rejects(open(), /Another p2psync is running/);
    assert.deepEqual(readdirSync(home), ['index']);
    await database.close();
  });
});
