/**
 * A whole device goes back in time, index and files alike, and goes on: nothing on it can show it (as with a snapshot of a
 * virtual machine). Its peers can: by the epoch of what they hold.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

describe('a device that was restored from a snapshot', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  let c: SessionDevice;

  const write = async (device: SessionDevice, name: string, text: string): Promise<void> => {
    writeFileSync(join(device.path, name), text);
    await device.session.rescan(undefined);
  };
  const texts = (device: SessionDevice): string[] =>
    readdirSync(device.path)
      .filter((name) => !name.startsWith('.p2psync'))
      .map((name) => readFileSync(join(device.path, name), 'utf8'))
      .sort();

  /** A and B are linked, B and C; A never met C. A is restored to where it held 'one' and 'kept'. */
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-restored-'));
    lan = new MemoryLan();
    [a, b, c] = ['A', 'B', 'C'].map((letter) => new SessionDevice(letter, directory, lan)) as [
      SessionDevice,
      SessionDevice,
      SessionDevice,
    ];
    lan.link(a.id, c.id, false);
    writeFileSync(join(a.path, 'file'), 'one');
    writeFileSync(join(a.path, 'kept'), 'kept');
    for (const device of [a, b, c]) await device.start();
    await allEqual([b, c]);
    await eventually('A and B', () => a.session.notInSyncWith(b.id) === undefined);
    await a.stop();
    a.snapshot('backup');
    await a.start();
    await write(a, 'file', 'two, written after the snapshot');
    await write(a, 'later', 'made after the snapshot');
    rmSync(join(a.path, 'kept'));
    await a.session.rescan(undefined);
    await eventually('C to hear of it', () => texts(c).join() === texts(a).join());
    await eventually('B and C', () => c.session.notInSyncWith(b.id) === undefined);
    await a.stop();
    a.restore('backup');
  });

  afterEach(async () => {
    for (const device of [a, b, c]) await device.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const expected = ['kept', 'made after the snapshot', 'two, written after the snapshot', 'written after the restore'];

  async function wholeAgain(): Promise<void> {
    await eventually('A to begin anew', () => a.newLives > 0);
    await eventually('all to hold the union', () =>
      [a, b, c].every((device) => {
        const held = texts(device);
        return expected.every((text) => held.includes(text));
      }),
    );
  }

  it('gives up its index before anybody takes what it wrote since for news', async () => {
    lan.link(a.id, b.id, false);
    await a.start();
    // As many writes as were lost, and more: the numbers are all used again.
    for (let i = 0; i < 5; i++) await write(a, 'file', `again ${i}`);
    await write(a, 'file', 'written after the restore');
    lan.link(a.id, b.id, true);
    await wholeAgain();
    assert.equal(a.newLives, 1);
  });

  it('does so even when it has written over every path that was lost, so that its numbers are the higher ones', async () => {
    lan.link(a.id, b.id, false);
    await a.start();
    for (let i = 0; i < 5; i++) for (const name of ['file', 'later', 'kept']) await write(a, name, `${name} ${i}`);
    await write(a, 'file', 'written after the restore');
    await write(a, 'kept', 'kept');
    lan.link(a.id, b.id, true);
    await wholeAgain();
    await eventually('A’s own to be there as well', () => texts(c).includes('later 4'));
  });

  it('does so as well when it meets a device first that only heard of it', async () => {
    lan.link(a.id, b.id, false);
    await a.start();
    await write(a, 'other', 'written after the restore');
    lan.link(a.id, c.id, true);
    await wholeAgain();
    lan.link(a.id, b.id, true);
    await wholeAgain();
    assert.equal(a.newLives, 1);
  });
});
