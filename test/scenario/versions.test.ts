/** Devices with real directories and indexes: what a sync replaced is listed, comes back, and one device's changes are taken back. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEntry } from '../../src/core/history.ts';
import type { RelativePath } from '../../src/core/path.ts';
import type { Past, UndoOutcome } from '../../src/sync/past.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';
import { readTree, treeDifferences } from '../support/trees.ts';

const signal = new AbortController().signal;

describe('the past of a folder', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  const on = (device: SessionDevice, path: string): string => join(device.path, path);
  const read = (device: SessionDevice, path: string): string => readFileSync(on(device, path), 'utf8');

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-past-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan);
    await Promise.all([a.start(), b.start()]);
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  function past(device: SessionDevice): Past {
    const { past: found } = device.session;
    if (found === undefined) throw new Error('the device has no version store');
    return found;
  }

  async function equal(): Promise<void> {
    await allEqual([a, b]);
    assert.deepEqual(treeDifferences(a.path, b.path), []);
  }

  async function history(device: SessionDevice, under?: string): Promise<HistoryEntry[]> {
    const all: HistoryEntry[] = [];
    for await (const batch of past(device).history({ under: under as RelativePath | undefined })) all.push(...batch);
    return all;
  }

  const shown = (outcome: UndoOutcome): unknown => ({
    undone: outcome.undone.map(({ path, action }) => `${action} ${path}`).sort(),
    left: outcome.left.map(({ path, reason }) => `${reason} ${path}`).sort(),
  });

  it('says of every change who made it, through whom it came, what was before, and where that is kept', async () => {
    writeFileSync(on(a, 'notes.txt'), 'one');
    await equal();
    writeFileSync(on(a, 'notes.txt'), 'two, edited on A');
    await equal();
    rmSync(on(b, 'notes.txt'));
    await equal();
    const [last, middle, first, ...none] = await history(b, 'notes.txt');
    assert.deepEqual(none, []);
    assert.deepEqual(
      [first, middle, last].map((entry) => [
        entry?.before?.kind,
        entry?.after.kind,
        entry?.device,
        entry?.via,
        entry?.cell,
      ]),
      [
        [undefined, 'file', a.id, a.id, 'C2-new'],
        ['file', 'file', a.id, a.id, 'C8-newer'],
        ['file', 'deleted', undefined, undefined, 'local'],
      ],
    );
    assert.equal(readFileSync(on(b, `.p2psync/versions/${middle?.kept}`), 'utf8'), 'one');
    const [onA] = await history(a, 'notes.txt');
    assert.deepEqual([onA?.after.kind, onA?.device], ['deleted', b.id]);
    assert.equal(readFileSync(on(a, `.p2psync/versions/${onA?.kept}`), 'utf8'), 'two, edited on A');
  });

  it('comes back by restore, which every device then has, and which keeps what it replaced', async () => {
    mkdirSync(on(a, 'docs'));
    writeFileSync(on(a, 'docs/notes.txt'), 'the good one');
    chmodSync(on(a, 'docs/notes.txt'), 0o755);
    utimesSync(on(a, 'docs/notes.txt'), 1_600_000_000, 1_600_000_000.123456);
    const large = randomBytes(1_000_000);
    writeFileSync(on(a, 'docs/large'), large);
    await equal();
    writeFileSync(on(a, 'docs/notes.txt'), 'ruined');
    writeFileSync(on(a, 'docs/large'), 'ruined');
    await equal();
    const { versions } = await past(b).versions('docs' as RelativePath);
    assert.deepEqual(versions.map(({ path, own }) => `${path} ${own}`).sort(), [
      'docs/large false',
      'docs/notes.txt false',
    ]);
    const restored = await past(b).restore('docs/notes.txt' as RelativePath, undefined);
    await past(b).restore('docs/large' as RelativePath, undefined);
    await equal();
    assert.equal(read(a, 'docs/notes.txt'), 'the good one');
    const { mode, mtimeMs } = statSync(on(a, 'docs/notes.txt'));
    assert.deepEqual([mode & 0o100, Math.floor(mtimeMs)], [0o100, 1_600_000_000_123]);
    assert.equal(readFileSync(on(a, 'docs/large')).equals(large), true);
    assert.equal(readFileSync(on(b, `.p2psync/versions/${restored.replaced}`), 'utf8'), 'ruined');
    const [entry] = await history(b, 'docs/notes.txt');
    assert.deepEqual([entry?.cell, entry?.kept], ['restore', restored.replaced]);
  });

  it('restores a deleted file into directories that are gone too, and a link as a link', async () => {
    mkdirSync(on(a, 'd/e'), { recursive: true });
    writeFileSync(on(a, 'd/e/f'), 'x');
    symlinkSync('nowhere', on(a, 'd/e/l'));
    await equal();
    rmSync(on(a, 'd'), { recursive: true });
    await equal();
    await past(b).restore('d/e/f' as RelativePath, undefined);
    await past(b).restore('d/e/l' as RelativePath, undefined);
    await equal();
    assert.equal(read(a, 'd/e/f'), 'x');
    assert.equal(readlinkSync(on(a, 'd/e/l')), 'nowhere');
  });

  it('refuses to restore what is not kept, what is damaged, and where a directory stands', async () => {
    const path = 'f' as RelativePath;
    await assert.rejects(past(b).restore(path, undefined), { code: 'VERSION_NOT_FOUND' });
    writeFileSync(on(a, 'f'), 'good');
    await equal();
    writeFileSync(on(a, 'f'), 'later');
    await equal();
    const [name] = readdirSync(on(b, '.p2psync/versions')) as [string];
    writeFileSync(on(b, `.p2psync/versions/${name}`), 'GOOD');
    await assert.rejects(past(b).restore(path, undefined), { code: 'VERSION_DAMAGED' });
    writeFileSync(on(b, `.p2psync/versions/${name}`), 'good');
    rmSync(on(a, 'f'));
    mkdirSync(on(a, 'f'));
    await equal();
    await assert.rejects(past(b).restore(path, undefined), { code: 'VERSION_IN_THE_WAY' });
    assert.equal(statSync(on(b, 'f')).isDirectory(), true);
  });

  it('keeps an edit that no scan has seen yet when a restore replaces it', async () => {
    writeFileSync(on(a, 'f'), 'one');
    await equal();
    writeFileSync(on(a, 'f'), 'two');
    await equal();
    writeFileSync(on(b, 'f'), 'not seen yet');
    const { replaced } = await past(b).restore('f' as RelativePath, undefined);
    assert.equal(read(b, 'f'), 'one');
    assert.equal(readFileSync(on(b, `.p2psync/versions/${replaced}`), 'utf8'), 'not seen yet');
  });

  it('one device’s changes are taken back: rewrites, deletes, renames, creations, links, times, type swaps', async () => {
    mkdirSync(on(b, 'd/sub'), { recursive: true });
    for (let i = 0; i < 5; i++) writeFileSync(on(b, `d/${i}`), `content ${i}`);
    writeFileSync(on(b, 'd/sub/deep'), randomBytes(300_000));
    writeFileSync(on(b, 'empty'), '');
    writeFileSync(on(b, 'becomes-directory'), 'was a file');
    mkdirSync(on(b, 'becomes-file'));
    writeFileSync(on(b, 'becomes-file/in'), 'inside');
    symlinkSync('target', on(b, 'link'));
    writeFileSync(on(b, 'moved'), randomBytes(200_000));
    writeFileSync(on(b, 'mine'), 'edited by both');
    await equal();
    const before = readTree(b.path);
    before.delete('mine');
    const since = Date.now();

    for (let i = 0; i < 4; i++) writeFileSync(on(a, `d/${i}`), `ENCRYPTED ${i}`);
    utimesSync(on(a, 'd/4'), 1_500_000_000, 1_500_000_000);
    rmSync(on(a, 'd/sub'), { recursive: true });
    writeFileSync(on(a, 'empty'), 'no more');
    rmSync(on(a, 'link'));
    symlinkSync('elsewhere', on(a, 'link'));
    renameSync(on(a, 'moved'), on(a, 'moved.locked'));
    mkdirSync(on(a, 'new/dir'), { recursive: true });
    writeFileSync(on(a, 'new/dir/ransom.txt'), 'pay');
    await equal();
    for (let i = 0; i < 4; i++) writeFileSync(on(a, `d/${i}`), `ENCRYPTED AGAIN ${i}`);
    rmSync(on(a, 'becomes-directory'));
    rmSync(on(a, 'becomes-file'), { recursive: true });
    await equal();
    mkdirSync(on(a, 'becomes-directory'));
    writeFileSync(on(a, 'becomes-directory/in'), 'inside');
    writeFileSync(on(a, 'becomes-file'), 'is a file');
    writeFileSync(on(a, 'mine'), 'by A');
    await equal();
    writeFileSync(on(b, 'mine'), 'by B, after A');
    await equal();

    const dry = await past(b).undo(a.id, since, true, signal);
    assert.deepEqual(readTree(b.path), readTree(a.path));
    const outcome = await past(b).undo(a.id, since, false, signal);
    assert.deepEqual(shown(outcome), shown(dry));
    assert.deepEqual(
      outcome.left.map(({ path, reason }) => [path, reason]),
      [['mine', 'changed-since']],
    );
    await equal();
    const after = readTree(b.path);
    assert.deepEqual(after.get('mine'), readTree(a.path).get('mine'));
    after.delete('mine');
    assert.deepEqual(after, before);
    assert.equal(read(a, 'mine'), 'by B, after A');
    // Nothing is lost by it: what it took away is kept.
    const { versions } = await past(b).versions(undefined);
    const kept = versions.map(({ name }) => readFileSyncOrLink(on(b, `.p2psync/versions/${name}`)));
    for (const text of ['pay', 'ENCRYPTED AGAIN 3', 'is a file', 'no more'])
      assert.equal(kept.includes(text), true, text);
    // Again: there is nothing left to take back.
    assert.deepEqual(shown(await past(b).undo(a.id, since, false, signal)), {
      undone: [],
      left: ['changed-since mine'],
    });
  });

  it('what is no longer kept is listed, and everything else is taken back', async () => {
    for (const name of ['x', 'y']) writeFileSync(on(b, name), `good ${name}`);
    await equal();
    const since = Date.now();
    for (const name of ['x', 'y']) writeFileSync(on(a, name), `bad ${name}`);
    await equal();
    const kept = readdirSync(on(b, '.p2psync/versions')).find((name) => name.startsWith('x~')) as string;
    rmSync(on(b, `.p2psync/versions/${kept}`));
    assert.deepEqual(shown(await past(b).undo(a.id, since, false, signal)), {
      undone: ['written y'],
      left: ['not-kept x'],
    });
    assert.deepEqual([read(b, 'x'), read(b, 'y')], ['bad x', 'good y']);
  });

  it('an undo looks first: an edit that no scan has seen is left alone', async () => {
    writeFileSync(on(b, 'f'), 'good');
    await equal();
    const since = Date.now();
    writeFileSync(on(a, 'f'), 'bad');
    await equal();
    writeFileSync(on(b, 'f'), 'my own, just now');
    assert.deepEqual(shown(await past(b).undo(a.id, since, false, signal)), { undone: [], left: ['changed-since f'] });
    assert.equal(read(b, 'f'), 'my own, just now');
  });

  it('changes before the moment, and those of others, stay', async () => {
    writeFileSync(on(a, 'early'), 'by A, early');
    await equal();
    const since = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(on(b, 'mine'), 'by B');
    writeFileSync(on(a, 'late'), 'by A, late');
    await equal();
    assert.deepEqual(shown(await past(b).undo(a.id, since, false, signal)), { undone: ['removed late'], left: [] });
    await equal();
    assert.deepEqual(
      [existsSync(on(a, 'early')), existsSync(on(a, 'mine')), existsSync(on(a, 'late'))],
      [true, true, false],
    );
  });
});

function readFileSyncOrLink(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return readlinkSync(path);
  }
}
