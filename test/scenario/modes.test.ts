/** Folders that only send, and folders that only receive: what is changed on the other side of the mode, deletes included. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';
import { treeDifferences } from '../support/trees.ts';

describe('folder modes', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  const on = (device: SessionDevice, path: string): string => join(device.path, path);
  const read = (device: SessionDevice, path: string): string => readFileSync(on(device, path), 'utf8');
  const names = (device: SessionDevice): string[] =>
    readdirSync(device.path)
      .filter((name) => name !== '.p2psync')
      .sort();

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-modes-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan);
    for (const name of ['edited', 'deleted', 'kept']) writeFileSync(on(a, name), `${name} by A`);
    mkdirSync(on(a, 'directory'));
    writeFileSync(on(a, 'directory/inside'), 'inside');
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  async function bothOn(): Promise<void> {
    await a.start();
    await b.start();
    await allEqual([a, b]);
  }

  function changeAll(device: SessionDevice): void {
    writeFileSync(on(device, 'edited'), 'edited by B');
    rmSync(on(device, 'deleted'));
    rmSync(on(device, 'directory'), { recursive: true });
    writeFileSync(on(device, 'new'), 'new by B');
    mkdirSync(on(device, 'new-directory'));
    writeFileSync(on(device, 'new-directory/new'), 'new by B');
  }

  const count = 6 + 1;

  it('receive-only: sends nothing of what was changed here, and says how much it is', async () => {
    b.mode = 'receive-only';
    await bothOn();
    changeAll(b);
    await b.session.rescan(undefined);
    await eventually('B to count its changes', () => b.session.status().localOnly === count);
    await a.session.rescan(undefined);
    assert.deepEqual(names(a), ['deleted', 'directory', 'edited', 'kept']);
    assert.equal(read(a, 'edited'), 'edited by A');
    await b.session.rescan(undefined);
    assert.equal(b.session.status().localOnly, count);
    await eventually('B to be at rest', () => b.session.status().state === 'idle');
  });

  it('receive-only: revert brings back what the others hold, and keeps what it takes away as versions', async () => {
    b.mode = 'receive-only';
    await bothOn();
    changeAll(b);
    assert.equal(await b.session.revert(), count);
    await allEqual([a, b]);
    assert.deepEqual(treeDifferences(a.path, b.path), []);
    assert.equal(b.session.status().localOnly, 0);
    const kept = readdirSync(on(b, '.p2psync/versions'), { recursive: true }).map(String);
    for (const name of ['edited~', 'new~', 'new-directory/new~']) {
      assert.ok(
        kept.some((path) => path.startsWith(name)),
        `${name} in ${kept.join(' ')}`,
      );
    }
  });

  it('receive-only: what arrives takes the place of what was changed here, which is kept as a version', async () => {
    b.mode = 'receive-only';
    await bothOn();
    writeFileSync(on(b, 'edited'), 'edited by B');
    writeFileSync(on(b, 'new'), 'new by B');
    rmSync(on(b, 'deleted'));
    await b.session.rescan(undefined);
    for (const name of ['edited', 'new', 'deleted']) writeFileSync(on(a, name), `${name} again by A`);
    await allEqual([a, b]);
    for (const name of ['edited', 'new', 'deleted']) assert.equal(read(b, name), `${name} again by A`);
    const kept = readdirSync(on(b, '.p2psync/versions')).map((name) => read(b, `.p2psync/versions/${name}`));
    assert.ok(kept.includes('edited by B') && kept.includes('new by B'), kept.join(' '));
  });

  it('receive-only: follows deletes of others; a change that was put back is none', async () => {
    b.mode = 'receive-only';
    await bothOn();
    rmSync(on(a, 'deleted'));
    await allEqual([a, b]);
    assert.ok(!existsSync(on(b, 'deleted')));
    writeFileSync(on(b, 'new'), 'x');
    await b.session.rescan(undefined);
    assert.equal(b.session.status().localOnly, 1);
    rmSync(on(b, 'new'));
    await b.session.rescan(undefined);
    assert.equal(b.session.status().localOnly, 0);
  });

  it('receive-only, then send-receive: what was changed meanwhile is sent', async () => {
    b.mode = 'receive-only';
    await bothOn();
    changeAll(b);
    await b.session.rescan(undefined);
    await b.stop();
    b.mode = 'send-receive';
    await b.start();
    await allEqual([a, b]);
    assert.deepEqual(names(a), ['edited', 'kept', 'new', 'new-directory']);
  });

  it('send-only: takes nothing, not even deletes, and says how much it is', async () => {
    a.mode = 'send-only';
    await bothOn();
    changeAll(b);
    await b.session.rescan(undefined);
    await eventually('A to count them', () => a.session.status().withheld === count);
    assert.deepEqual(names(a), ['deleted', 'directory', 'edited', 'kept']);
    assert.equal(read(a, 'edited'), 'edited by A');
    assert.equal(a.session.status().state, 'idle');
    writeFileSync(on(a, 'kept'), 'kept, edited by A');
    await eventually('B to have it', () => read(b, 'kept') === 'kept, edited by A');
  });

  it('send-only: override makes everything as it is here; what it takes away is kept there', async () => {
    a.mode = 'send-only';
    await bothOn();
    changeAll(b);
    await b.session.rescan(undefined);
    await eventually('A to count them', () => a.session.status().withheld === count);
    assert.equal(await a.session.override(), count);
    await allEqual([a, b]);
    assert.deepEqual(treeDifferences(a.path, b.path), []);
    assert.deepEqual(names(b), ['deleted', 'directory', 'edited', 'kept']);
    assert.equal(a.session.status().withheld, 0);
    const kept = readdirSync(on(b, '.p2psync/versions'));
    assert.ok(kept.some((name) => name.startsWith('edited~')) && kept.some((name) => name.startsWith('new~')));
  });

  it('send-only: a conflict leaves ours, and theirs stays theirs until it is overridden', async () => {
    a.mode = 'send-only';
    await bothOn();
    lan.link(a.id, b.id, false);
    writeFileSync(on(a, 'edited'), 'A');
    writeFileSync(on(b, 'edited'), 'B');
    await a.session.rescan(undefined);
    await b.session.rescan(undefined);
    lan.link(a.id, b.id, true);
    await eventually('A to hear of it or win', () => a.session.status().withheld > 0 || read(b, 'edited') === 'A');
    assert.equal(read(a, 'edited'), 'A');
  });
});
