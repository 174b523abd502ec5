/** What explain and plan say, in the states that people ask about. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultGuardLimits } from '../../src/core/guard.ts';
import type { RelativePath } from '../../src/core/path.ts';
import type { Explanation } from '../../src/sync/explain.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

describe('explain and plan', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-explain-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan, { ...defaultGuardLimits, filesMin: 3 });
    await a.start();
    await b.start();
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const explain = (on: SessionDevice, path: string): Promise<Explanation> => on.session.explain(path as RelativePath);
  const never = new AbortController().signal;

  it('say that a file is in sync, and by which decision it came', async () => {
    writeFileSync(join(a.path, 'file'), 'content');
    await allEqual([a, b]);
    const here = await explain(b, 'file');
    assert.equal(here.summary, 'It is in sync with every device.');
    assert.equal(here.cell, 'C4-same');
    assert.equal(here.last?.cell, 'C2-new');
    assert.match(here.here.disk ?? '', /^file, 7 bytes/);
    assert.deepEqual(
      here.devices.map(({ connected, same }) => [connected, same]),
      [[true, true]],
    );
    assert.deepEqual(here.next, []);
    assert.deepEqual(await b.session.plan(never), { operations: [], merges: 0, count: 0, bytes: 0 });
  });

  it('say of a conflict copy what it is', async () => {
    await Promise.all([a.stop(), b.stop()]);
    for (const on of [a, b]) writeFileSync(join(on.path, 'notes.txt'), on.id);
    await Promise.all([a.start(), b.start()]);
    await allEqual([a, b]);
    const copy = readdirSync(a.path).find((name) => name.includes('conflict')) as string;
    assert.match((await explain(a, copy)).summary, /set aside of notes\.txt; p2psync conflict keep/);
  });

  it('say why a file is not here yet, and what will be done', async () => {
    await allEqual([a, b]);
    lan.withholdsContent = true;
    writeFileSync(join(a.path, 'file'), 'content');
    await a.session.rescan(undefined);
    await eventually('B to have tried', () => b.session.status().errors.length > 0);
    const missing = await explain(b, 'file');
    assert.match(missing.summary, /^It is not in sync: the devices that announced it could not give its content/);
    assert.equal(missing.here.disk, null);
    assert.deepEqual(missing.next, ['write file (7 bytes)']);
    const { operations, count, bytes } = await b.session.plan(never);
    assert.deepEqual([count, bytes], [1, 7]);
    assert.deepEqual(operations, [{ path: 'file', cell: 'C2-new', steps: ['write file (7 bytes)'] }]);
    const there = await explain(a, 'file');
    assert.match(there.summary, /1 of 1 devices are still fetching it/);
  });

  it('say that a change waits for consent, that a path is never synchronised, and that nobody knows a name', async () => {
    for (let i = 0; i < 6; i++) writeFileSync(join(a.path, `f${i}`), `${i}`);
    await allEqual([a, b]);
    for (let i = 0; i < 6; i++) rmSync(join(a.path, `f${i}`));
    await a.session.rescan(undefined);
    await eventually('B to hold it', () => b.session.status().held !== undefined);
    const held = await explain(b, 'f1');
    assert.match(held.summary, /^It waits for your consent: This would delete all 6 files/);
    assert.deepEqual(held.next, ['delete f1; it is kept as a version']);
    assert.equal((await b.session.plan(never)).count, 6);
    assert.match((await explain(b, '.p2psync/folder.json')).summary, /never synchronised/);
    assert.match((await explain(b, 'no-such')).summary, /^Nothing of that name/);
  });
});
