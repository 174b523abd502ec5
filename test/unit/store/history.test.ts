import assert from 'node:assert/strict';
import type { Entry, FileEntry } from '../../../src/core/entry.ts';
import type { ChangeNote, HistoryEntry } from '../../../src/core/history.ts';
import type { DeviceId, ReplicaId } from '../../../src/core/identifiers.ts';
import type { LocalRecord } from '../../../src/core/record.ts';
import type { LevelFolderStore } from '../../../src/store/folder-store.ts';
import { hash, path } from '../../support/core-arbitraries.ts';
import { all, change, changeOf, Sandbox, write } from '../../support/store-fixtures.ts';

const file: FileEntry = { kind: 'file', size: 5, mtimeUs: 7, executable: false, contentHash: hash('a') };
const other: FileEntry = { ...file, contentHash: hash('b') };
const deleted: Entry = { kind: 'deleted' };
const device = `12D3KooW${'B'.repeat(44)}` as DeviceId;
const replica = '00112233445566aa' as ReplicaId;

describe('the history of a folder', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  const note = (timeMs: number, more: Partial<ChangeNote> = {}): { note: ChangeNote } => ({
    note: { timeMs, cell: 'local', ...more },
  });
  const read = (
    store: LevelFolderStore,
    query: Parameters<LevelFolderStore['history']>[0] = {},
  ): Promise<HistoryEntry[]> => all(store.history(query));
  const paths = (entries: readonly HistoryEntry[]): string[] => entries.map((entry) => entry.path);

  it('has what was before and after, newest first, over a restart, and leaves out what changed nothing', async () => {
    let store = await sandbox.folder();
    const [first] = await write(store, change('d/f', file, note(10)));
    const theirs = { write: { dot: { replica, counter: 3 } }, version: [[replica, 3]] as const };
    const more = { ...theirs, ...note(20, { cell: 'C8-newer', via: device, kept: 'd/f~20261123-140512' }) };
    const [second] = await write(store, changeOf(first as LocalRecord, other, more));
    const [third] = await write(store, changeOf(second as LocalRecord, other, note(30)));
    await write(
      store,
      changeOf(third as LocalRecord, deleted, note(40)),
      change('gone', deleted, note(40)),
      change('unnoted', file),
    );
    await store.resetPeer(device, replica);
    store = await sandbox.reopened();
    const entry = { path: 'd/f', via: undefined, kept: undefined, device: undefined, cell: 'local' };
    assert.deepEqual(await read(store), [
      { ...entry, id: 4, timeMs: 40, replica: store.replica, before: other, after: deleted },
      {
        ...entry,
        ...{ id: 2, timeMs: 20, cell: 'C8-newer', replica, device, via: device, kept: 'd/f~20261123-140512' },
        ...{ before: file, after: other },
      },
      { ...entry, id: 1, timeMs: 10, replica: store.replica, before: undefined, after: file },
    ]);
    assert.deepEqual(await store.verify(), []);
  });

  it('is read by path with all below it, and since a moment, however clocks jump', async () => {
    const store = await sandbox.folder();
    const times = { a: 50, 'a b': 60, 'a/x': 10, 'a/x/y': 70, ab: 80, b: 20 };
    for (const [at, timeMs] of Object.entries(times)) await write(store, change(at, file, note(timeMs)));
    assert.deepEqual(paths(await read(store, { under: path('a') })), ['a/x/y', 'a/x', 'a']);
    assert.deepEqual(paths(await read(store, { under: path('a/x') })), ['a/x/y', 'a/x']);
    assert.deepEqual(paths(await read(store, { sinceMs: 60 })), ['ab', 'a/x/y', 'a b']);
    assert.deepEqual(paths(await read(store, { under: path('a'), sinceMs: 20 })), ['a/x/y', 'a']);
    assert.deepEqual(paths(await read(store, { under: path('nothing') })), []);
  });

  it('remembers every life of a device’s index', async () => {
    const store = await sandbox.folder();
    const lives = ['00000000000000a1', '00000000000000a2'] as ReplicaId[];
    for (const life of lives) await store.resetPeer(device, life);
    for (const [i, life] of lives.entries()) {
      const theirs = { write: { dot: { replica: life, counter: 1 } }, version: [[life, 1]] as const };
      await write(store, change(`f${i}`, file, { ...theirs, ...note(i) }));
    }
    assert.deepEqual(
      (await read(store)).map((entry) => entry.device),
      [device, device],
    );
  });

  it('forgets what is too old, and the oldest of too many; paths with it', async () => {
    const store = await sandbox.folder();
    for (let i = 0; i < 30; i++) await write(store, change(`f${i}`, file, note(i)));
    assert.equal(await store.pruneHistory(5), 5);
    assert.equal((await read(store)).length, 25);
    assert.equal(await store.pruneHistory(0, 10), 15);
    assert.deepEqual(paths(await read(store)).at(-1), 'f20');
    assert.deepEqual(await read(store, { under: path('f3') }), []);
    for (let i = 30; i < 35; i++) await write(store, change(`f${i}`, file, note(i)));
    assert.equal(await store.pruneHistory(0, 10), 5);
    assert.equal(await store.pruneHistory(0, 10), 0);
    assert.equal((await read(store)).length, 10);
  });

  it('has no entry of a change that was refused as stale', async () => {
    const store = await sandbox.folder();
    await write(store, change('f', file, note(1)));
    assert.deepEqual(await store.commit([change('f', other, note(2))]), ['stale']);
    assert.equal((await read(store)).length, 1);
  });
});
