/** Directories that a person names as atomic: what changed in them comes at once, or not at all. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultGuardLimits } from '../../src/core/guard.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

describe('a directory that a rule names as atomic', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  const inAlbum = (on: SessionDevice, name = ''): string => join(on.path, 'deep/summer.album', name);
  const contents = (on: SessionDevice): Record<string, string> =>
    Object.fromEntries(readdirSync(inAlbum(on)).map((name) => [name, readFileSync(inAlbum(on, name), 'utf8')]));

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-atomic-'));
    lan = new MemoryLan();
    [a, b] = [
      new SessionDevice('A', directory, lan),
      new SessionDevice('B', directory, lan, { ...defaultGuardLimits }),
    ];
    for (const on of [a, b]) on.atomic = ['*.album'];
    mkdirSync(inAlbum(a), { recursive: true });
    for (const name of ['index', 'old', 'moves']) writeFileSync(inAlbum(a, name), `${name} as it was`);
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  async function changed(): Promise<void> {
    await Promise.all([a.start(), b.start()]);
    await allEqual([a, b]);
    lan.withholdsContent = true;
    rmSync(inAlbum(a, 'old'));
    renameSync(inAlbum(a, 'moves'), inAlbum(a, 'moved'));
    writeFileSync(inAlbum(a, 'index'), 'an index of what is there now');
    await a.session.rescan(undefined);
  }

  it('stays as it was until all that changed can be put in place', async () => {
    await changed();
    await eventually('B to say what it waits for', () =>
      b.session
        .status()
        .errors.find(({ path, message }) => path === 'deep/summer.album' && message.includes('waits for')),
    );
    assert.deepEqual(contents(b), { index: 'index as it was', old: 'old as it was', moves: 'moves as it was' });
    assert.match((await b.session.explain('deep/summer.album/old' as never)).summary, /brought in/);
    lan.withholdsContent = false;
    await allEqual([a, b]);
    assert.deepEqual(contents(b), { index: 'an index of what is there now', moved: 'moves as it was' });
  });

  it('goes file by file where no rule names it', async () => {
    for (const on of [a, b]) on.atomic = [];
    await changed();
    await eventually('the delete and the move', () => Object.keys(contents(b)).sort().join() === 'index,moved');
    assert.equal(contents(b)['index'], 'index as it was');
  });

  it('is held as a whole when too much would be deleted', async () => {
    for (let i = 0; i < 60; i++) writeFileSync(inAlbum(a, `${i}`), `picture ${i}`);
    await Promise.all([a.start(), b.start()]);
    await allEqual([a, b]);
    for (let i = 0; i < 60; i++) rmSync(inAlbum(a, `${i}`));
    await eventually('B to hold it', () => b.session.status().held !== undefined);
    assert.equal(Object.keys(contents(b)).length, 63);
    b.session.accept();
    await allEqual([a, b]);
    assert.equal(Object.keys(contents(b)).length, 3);
  });
});
