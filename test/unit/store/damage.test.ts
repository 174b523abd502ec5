import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { Problem } from '../../../src/base/problem.ts';
import type { Entry } from '../../../src/core/entry.ts';
import type { LocalRecord } from '../../../src/core/record.ts';
import { keyOf, pathKey, rangeOf, sequenceKey, table } from '../../../src/store/keys.ts';
import { Level, type Write } from '../../../src/store/level.ts';
import { hash, path } from '../../support/core-arbitraries.ts';
import { all, change, changeOf, folderId, Sandbox, write } from '../../support/store-fixtures.ts';

const file = (i: number): Entry => ({
  kind: 'file',
  size: 100,
  mtimeUs: i,
  executable: false,
  contentHash: hash(i.toString(16).padStart(8, '0')),
});

function isCorrupt(error: unknown): error is Problem {
  assert.ok(error instanceof Problem, String(error));
  assert.equal(error.code, 'INDEX_CORRUPT', error.message);
  assert.match(error.message, /move that directory away and start again: files stay/);
  assert.ok(!error.message.includes('\n'));
  return true;
}

/** The number of the first folder of a database. */
const number = 1;

describe('a damaged index', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  async function filled(): Promise<string> {
    const store = await sandbox.folder();
    for (let round = 0; round < 4; round++) {
      await write(store, ...Array.from({ length: 100 }, (_, i) => change(`d${round}/${i}`, file(round * 100 + i))));
    }
    await sandbox.close();
    return sandbox.directory();
  }

  /** Opens everything there is to open, and reads it. */
  async function readAll(): Promise<LocalRecord[]> {
    return all((await sandbox.folder()).iterate(undefined));
  }

  async function bare(work: (level: Level) => Promise<void>): Promise<void> {
    const options = { keyEncoding: 'buffer', valueEncoding: 'buffer' };
    const db = new ClassicLevel<Buffer, Buffer>(await sandbox.directory(), options);
    await db.open();
    const level = new Level(db);
    try {
      await work(level);
    } finally {
      await level.close();
    }
  }

  /** So that records stand in table files rather than in the log. */
  async function compacted(): Promise<string[]> {
    const directory = await filled();
    const db = new ClassicLevel(directory);
    await db.open();
    await db.compactRange('\x00', '\xff');
    await db.close();
    const tables = (await readdir(directory)).filter((name) => name.endsWith('.ldb'));
    assert.ok(tables.length > 0);
    return tables.map((name) => join(directory, name));
  }

  async function namesOf(pattern: RegExp): Promise<string[]> {
    const directory = await sandbox.directory();
    return (await readdir(directory)).filter((name) => pattern.test(name)).map((name) => join(directory, name));
  }

  it('is told from a good one, in its log and in tables', async () => {
    await filled();
    assert.equal((await readAll()).length, 400);
    await sandbox.clean();
    await compacted();
    assert.equal((await readAll()).length, 400);
  });

  it('without CURRENT is left as it is: no new one is begun among its files', async () => {
    const tables = await compacted();
    await rm(join(await sandbox.directory(), 'CURRENT'));
    await assert.rejects(readAll(), isCorrupt);
    assert.deepEqual(await namesOf(/\.ldb$/), tables);
  });

  for (const [what, pattern] of [
    ['CURRENT', /^CURRENT$/],
    ['its manifest', /^MANIFEST-/],
    ['its log', /^\d+\.log$/],
  ] as const) {
    it(`without ${what} is refused, again and again`, async () => {
      await filled();
      const gone = await namesOf(pattern);
      assert.equal(gone.length, 1);
      await rm(gone[0] as string);
      await assert.rejects(readAll(), isCorrupt);
      await sandbox.close();
      await assert.rejects(readAll(), isCorrupt);
    });
  }

  it('without one of its tables is refused', async () => {
    const [first] = await compacted();
    await rm(first as string);
    await assert.rejects(readAll(), isCorrupt);
    await assert.rejects(readAll(), isCorrupt);
  });

  it('with a CURRENT or manifest of something else is refused', async () => {
    const directory = await filled();
    const current = await readFile(join(directory, 'CURRENT'));
    for (const text of ['', 'nonsense\n', 'MANIFEST-999999\n']) {
      await writeFile(join(directory, 'CURRENT'), text);
      await assert.rejects(readAll(), isCorrupt);
    }
    await writeFile(join(directory, 'CURRENT'), current);
    assert.equal((await readAll()).length, 400);
    await sandbox.close();
    const [manifest] = await namesOf(/^MANIFEST-/);
    await flip(manifest as string, 30);
    await assert.rejects(readAll(), isCorrupt);
  });

  it('with a bit flipped anywhere in its tables is refused, or has lost nothing', async () => {
    const [table] = await compacted();
    const bytes = await readFile(table as string);
    let refused = 0;
    const directory = await sandbox.directory();
    const whole = `${directory}.whole`;
    await cp(directory, whole, { recursive: true });
    const expected = await readAll();
    await sandbox.close();
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let at = 3; at < bytes.length; at += step) {
      // Every opening writes (an epoch), and after some LevelDB merges the tables.
      await rm(directory, { recursive: true });
      await cp(whole, directory, { recursive: true });
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0x10;
      await writeFile(table as string, damaged);
      try {
        assert.deepEqual(await readAll(), expected);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        isCorrupt(error);
        refused++;
      }
      await sandbox.close();
    }
    // Flips in filters and unused bytes do no harm; those in data blocks must be seen.
    assert.ok(refused > 20, `${refused} flips seen`);
  });

  it('with a bit flipped in its log is refused, also the next time', async () => {
    await filled();
    const [log] = await namesOf(/^\d+\.log$/);
    const { length } = await readFile(log as string);
    await flip(log as string, Math.floor(length / 2));
    await assert.rejects(readAll(), isCorrupt);
    await sandbox.close();
    await assert.rejects(readAll(), isCorrupt);
    await assert.rejects(readAll(), isCorrupt);
  });

  it('whose log ends early, as a crash leaves it, is whole up to there', async () => {
    await filled();
    const [log] = await namesOf(/^\d+\.log$/);
    const { length } = await readFile(log as string);
    await truncate(log as string, length - 20);
    const store = await sandbox.folder();
    assert.equal(store.lastSequence(), 300, 'the last batch is gone as a whole');
    assert.deepEqual(await store.verify(), []);
  });

  it('that was moved away is begun anew, with another replica', async () => {
    const { replica } = await sandbox.folder();
    await sandbox.close();
    await rm(await sandbox.directory(), { recursive: true });
    assert.notEqual((await sandbox.folder()).replica, replica);
  });

  /** Damage that LevelDB cannot know of: rows that are whole and wrong. */
  const wrongs: readonly (readonly [string, RegExp, () => Write[]])[] = [
    [
      'a lost record',
      /records: 400 kept, 399 counted/,
      () => [{ type: 'del', key: pathKey(number, table.record, path('d1/5')) }],
    ],
    [
      'a lost entry of the sequence',
      /399 entries of the sequence for 400 records/,
      () => [{ type: 'del', key: sequenceKey(number, 7) }],
    ],
    ['a lost state', /state of a folder/, () => [{ type: 'del', key: keyOf(number, table.state) }]],
    [
      'a record that does not decode',
      /the record of \\?"d1\/5\\?" does not decode/,
      () => [{ type: 'put', key: pathKey(number, table.record, path('d1/5')), value: Buffer.from('nonsense') }],
    ],
  ];
  for (const [what, message, writes] of wrongs) {
    it(`with ${what} is refused`, async () => {
      await filled();
      await bare((level) => level.write(writes(), 'synced'));
      await assert.rejects(readAll(), (error) => isCorrupt(error) && message.test(error.message));
    });
  }

  it('with a record of an earlier commit is refused', async () => {
    const store = await sandbox.folder();
    const [old] = await write(store, change('a', file(1)));
    await sandbox.close();
    let before: Buffer | undefined;
    const key = pathKey(number, table.record, path('a'));
    await bare(async (level) => {
      before = Buffer.from((await level.get(key)) as Buffer);
    });
    await write(await sandbox.folder(), changeOf(old as LocalRecord, file(2)));
    await sandbox.close();
    await bare((level) => level.write([{ type: 'put', key, value: before as Buffer }], 'synced'));
    await assert.rejects(readAll(), (error) => isCorrupt(error) && /sequenceSum/.test(error.message));
  });

  it('names the path of a record that fails its checksum', async () => {
    await filled();
    const db = new ClassicLevel<Buffer, Buffer>(await sandbox.directory(), {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
    });
    await db.put(pathKey(number, table.record, path('d1/5')), Buffer.from('without a checksum'));
    await db.close();
    await assert.rejects(readAll(), (error) => isCorrupt(error) && error.message.includes('"d1/5" fails its checksum'));
  });

  it('is taken for good by verify only if every row has its counterpart', async () => {
    const manifest = [
      { hash: hash('1'), length: 40 },
      { hash: hash('2'), length: 60 },
    ];
    const rows: Write[] = [];
    const store = await sandbox.folder();
    await write(store, change('a', file(1), { manifest }), change('b', file(2)), change('c', { kind: 'directory' }));
    assert.deepEqual(await store.verify(), []);
    await sandbox.close();
    await bare(async (level) => {
      for (const letter of [table.manifest, table.content]) {
        for await (const entries of level.range(rangeOf(number, letter))) {
          for (const [key, value] of entries)
            rows.push({ type: 'put', key: Buffer.from(key), value: Buffer.from(value) });
        }
      }
    });
    assert.equal(rows.length, 1 + 4);
    for (const row of rows) {
      const changes: Write[] = [
        { type: 'del', key: row.key },
        { type: 'put', key: Buffer.concat([row.key, Buffer.from('x')]), value: (row as { value: Buffer }).value },
      ];
      for (const wrong of changes) {
        await bare((level) => level.write([wrong], 'synced'));
        const complaints = await (await sandbox.folder()).verify();
        assert.ok(complaints.length > 0, `${wrong.type} of ${row.key.toString('latin1')} goes unseen`);
        await sandbox.close();
        await bare((level) => level.write([{ type: 'del', key: wrong.key }, row], 'synced'));
      }
    }
    assert.deepEqual(await (await sandbox.folder()).verify(), []);
  });

  it('of one folder does not keep the others from opening', async () => {
    const database = await sandbox.database();
    await write(await database.folder(folderId), change('a', file(1)));
    await sandbox.close();
    await bare((level) => level.write([{ type: 'del', key: pathKey(number, table.record, path('a')) }], 'synced'));
    const again = await sandbox.database();
    await assert.rejects(again.folder(folderId), isCorrupt);
    await assert.rejects(again.folder(folderId), isCorrupt);
    assert.equal((await again.folder('another' as never)).lastSequence(), 0);
  });
});

async function flip(name: string, at: number): Promise<void> {
  const bytes = await readFile(name);
  bytes[at] = (bytes[at] as number) ^ 0x01;
  await writeFile(name, bytes);
}
