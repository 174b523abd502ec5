/** A device whose process dies between what it does to the disk and what it records of it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isConflictName } from '../../src/core/conflict.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

describe('a device that dies between disk and index', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-crash-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan);
    for (const name of ['x', 'y', 'z']) writeFileSync(join(a.path, name), `${name} first`);
    await a.start();
    await b.start();
    await allEqual([a, b]);
  });

  afterEach(async () => {
    await a.stop();
    await b.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const write = async (device: SessionDevice, name: string, text: string): Promise<void> => {
    writeFileSync(join(device.path, name), text);
    await device.session.rescan(undefined);
  };
  const read = (device: SessionDevice, name: string): string => readFileSync(join(device.path, name), 'utf8');
  const copies = (device: SessionDevice): string[] => readdirSync(device.path).filter((name) => isConflictName(name));
  const localChanges = (device: SessionDevice): unknown[] =>
    device.events.filter(({ type }) => type === 'local-change');

  it('leaves no group open when it lives', async () => {
    await write(a, 'x', 'x second');
    await allEqual([a, b]);
    assert.equal(read(b, 'x'), 'x second');
    assert.deepEqual(await b.store.openGroups(), []);
  });

  it('knows what it wrote for its own: no conflict with what came meanwhile, and no write in its name', async () => {
    b.diesAfter = 'before-commit';
    await write(a, 'x', 'x second');
    await eventually('B to die', () => b.isDead);
    await b.stop();
    assert.equal(read(b, 'x'), 'x second', 'the disk was changed');
    b.diesAfter = undefined;
    b.events.length = 0;
    await write(a, 'x', 'x third, while B was dead');
    lan.link(a.id, b.id, false);
    await b.start();
    await b.session.rescan(undefined);
    assert.deepEqual(localChanges(b), []);
    assert.deepEqual(await b.store.openGroups(), []);
    lan.link(a.id, b.id, true);
    await allEqual([a, b]);
    assert.equal(read(b, 'x'), 'x third, while B was dead');
    assert.deepEqual([...copies(a), ...copies(b)], []);
  });

  it('knows what it deleted for its own', async () => {
    b.diesAfter = 'before-commit';
    rmSync(join(a.path, 'y'));
    await a.session.rescan(undefined);
    await eventually('B to die', () => b.isDead);
    await b.stop();
    b.diesAfter = undefined;
    b.events.length = 0;
    lan.link(a.id, b.id, false);
    await b.start();
    await b.session.rescan(undefined);
    assert.deepEqual(localChanges(b), []);
    assert.equal((await b.store.get('y' as never))?.entry.kind, 'deleted');
  });

  it('that has set a conflict’s loser aside and no more, puts it back', async () => {
    lan.link(a.id, b.id, false);
    await write(b, 'z', 'z of B, which loses');
    const past = new Date(Date.now() - 100_000);
    utimesSync(join(b.path, 'z'), past, past);
    await b.session.rescan(undefined);
    await write(a, 'z', 'z of A, which is newer');
    b.diesAfter = 1;
    lan.link(a.id, b.id, true);
    await eventually('B to die', () => b.isDead);
    await b.stop();
    assert.equal(copies(b).length, 1, 'cut in the middle');
    b.diesAfter = undefined;
    b.events.length = 0;
    lan.link(a.id, b.id, false);
    await b.start();
    await b.session.rescan(undefined);
    assert.deepEqual(localChanges(b), []);
    assert.equal(read(b, 'z'), 'z of B, which loses');
    assert.deepEqual(copies(b), []);
    lan.link(a.id, b.id, true);
    await allEqual([a, b]);
    assert.equal(read(b, 'z'), 'z of A, which is newer');
    const [copy, ...more] = copies(a);
    assert.equal(read(a, copy as string), 'z of B, which loses');
    assert.deepEqual(more, []);
  });

  it('that wrote over the result before it came back, has its user’s write in the index', async () => {
    b.diesAfter = 'before-commit';
    await write(a, 'x', 'x second');
    await eventually('B to die', () => b.isDead);
    await b.stop();
    b.diesAfter = undefined;
    writeFileSync(join(b.path, 'x'), 'x of the user of B');
    await b.start();
    await allEqual([a, b]);
    const texts = [read(a, 'x'), ...copies(a).map((name) => read(a, name))];
    assert.ok(texts.includes('x of the user of B'));
    assert.ok(texts.includes('x second'));
  });
});

describe('a process that is killed between disk and index', () => {
  it('finds its own writes when it starts again, and none of its user', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'p2psync-killed-'));
    const script = fileURLToPath(new URL('./killed-child.ts', import.meta.url));
    const { signal, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, directory], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.equal(signal, 'SIGKILL', stderr);
    const b = new SessionDevice('B', directory, new MemoryLan());
    try {
      const changed = readdirSync(b.path).filter((name) => name === 'new' || /second/.test(textAt(b.path, name)));
      assert.ok(changed.length > 0, 'the disk was changed');
      await b.start();
      await b.session.rescan(undefined);
      assert.deepEqual(
        b.events.filter(({ type }) => type === 'local-change'),
        [],
      );
      assert.deepEqual(await b.store.openGroups(), []);
      assert.deepEqual(await b.store.verify(), []);
    } finally {
      await b.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

function textAt(directory: string, name: string): string {
  return name === '.p2psync' ? '' : readFileSync(join(directory, name), 'utf8');
}
