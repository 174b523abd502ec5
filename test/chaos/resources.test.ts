/**
 * Machines that have run out of something, or whose disk says no: the receiver says so in its status, shows nothing half,
 * announces no delete, loses nothing, and goes on by itself once there is room again (I1, I3, I6, I9).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, existsSync, closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/condition.ts';
import { asOrdinaryUser, ext4Volume, tmpfsVolume, volumesMissing, type Volume } from '../support/faults.ts';
import { Linked } from '../support/linked.ts';
import { readTree } from '../support/trees.ts';
import { User } from './user.ts';

const miB = 1024 * 1024;

/** Takes all the room that is left on the volume at `path`; returns what gives it back. */
function fill(path: string): () => void {
  const filler = join(path, '.p2psync-tmp-filler');
  const fd = openSync(filler, 'w');
  for (const size of [miB, 4096, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(size, 1));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
  closeSync(fd);
  return () => rmSync(filler);
}

describe('Resources', function () {
  this.timeout(90_000);
  let linked: Linked | undefined;
  let volume: Volume | undefined;

  afterEach(async () => {
    await linked?.close();
    linked = undefined;
    volume?.remove();
    volume = undefined;
  });

  /** Two devices, the second one's tree on `volume`, with something in it. */
  async function onVolume(tag: string): Promise<{ it: Linked; user: User }> {
    const it = await Linked.create(tag, {
      trees: [undefined, join((volume as Volume).path, 'tree')],
      rescanSeconds: 1,
    });
    linked = it;
    const user = new User(it.tree(0));
    user.everything(0);
    await it.equal();
    return { it, user };
  }

  async function says(it: Linked, pattern: RegExp): Promise<void> {
    await eventually(`device 1 to say ${pattern}`, async () => {
      const { state, errors } = await it.folder(1);
      return (state !== 'idle' || errors.length > 0) && errors.some(({ message }) => pattern.test(message));
    });
  }

  function needs(missing: string | undefined, context: Mocha.Context): void {
    if (missing === undefined) return;
    console.log(`    skipped: ${missing}`);
    context.skip();
  }

  it('data disk full', async function () {
    needs(volumesMissing(), this);
    volume = ext4Volume(24 * miB);
    const { it, user } = await onVolume('full');
    const free = fill(volume.path);
    user.write('large.bin', randomBytes(3 * miB));
    user.write('edited.txt', 'edited while there was no room');
    rmSync(user.at('saved.txt'));
    const wanted = readTree(it.tree(0));
    await says(it, /full; free some space/);
    assert.deepEqual(user.halfFiles(it.tree(1)), []);
    free();
    await it.equal(40_000);
    assert.deepEqual(readTree(it.tree(0)), wanted);
    assert.equal((await it.folder(1)).conflicts, 0);
  });

  it('out of inodes', async function () {
    needs(volumesMissing(), this);
    volume = tmpfsVolume('size=64m,nr_inodes=120');
    const { it, user } = await onVolume('inodes');
    for (let i = 0; i < 150; i++) user.write(`many/${i}`, `${i}`);
    const wanted = readTree(it.tree(0));
    await says(it, /full|ENOSPC|no space/);
    assert.deepEqual(user.halfFiles(it.tree(1)), []);
    volume.remount('nr_inodes=10000');
    await it.equal(40_000);
    assert.deepEqual(readTree(it.tree(0)), wanted);
    assert.equal((await it.folder(1)).conflicts, 0);
  });

  it('index disk full', async function () {
    needs(volumesMissing(), this);
    volume = ext4Volume(40 * miB);
    const it = await Linked.create('index', { places: [undefined, volume.path], rescanSeconds: 1 });
    linked = it;
    const user = new User(it.tree(0));
    user.everything(0);
    await it.equal();
    // The tree is elsewhere than the index then: only the index has no room.
    const free = fill(volume.path);
    for (let i = 0; i < 300; i++) user.write(`many/${'x'.repeat(100)}${i}`, `${i}`);
    const wanted = readTree(it.tree(0));
    await eventually('device 1 to be in trouble', async () => {
      if (!it.device(1).running) return true;
      const { state, errors } = await it.folder(1);
      return state === 'error' && errors.length > 0;
    });
    assert.deepEqual(user.halfFiles(it.tree(1)), []);
    free();
    await it.device(1).stop();
    await it.start(1);
    await it.equal(40_000);
    assert.deepEqual(readTree(it.tree(0)), wanted);
    assert.equal((await it.folder(1)).conflicts, 0);
  });

  it('EMFILE: no open file is left for the daemon', async function () {
    needs(process.platform === 'linux' ? undefined : 'prlimit on a running process needs Linux', this);
    linked = await Linked.create('emfile', { rescanSeconds: 1 });
    const it = linked;
    const user = new User(it.tree(0));
    user.everything(0);
    for (let i = 0; i < 30; i++) user.write(`deep/${i}/file`, `${i}`);
    await it.equal();
    const wantedHere = readTree(it.tree(1));
    const pid = String(it.device(1).pid);
    const prlimit = (...args: string[]): string =>
      execFileSync('prlimit', ['--pid', pid, ...args], { encoding: 'utf8' });
    const usual = prlimit('--nofile', '--noheadings', '--raw', '--output', 'SOFT').trim();
    const limit = (files: number | string): void => void prlimit(`--nofile=${files}:`);
    const used = readdirSync(`/proc/${pid}/fd`).length;
    // With few left the root can be opened, and what is deep in it cannot.
    for (const left of [4, 3, 2, 1, 0]) {
      limit(used + left);
      // It cannot be asked now: it is given the time of a rescan.
      await delay(1100);
    }
    assert.deepEqual(readTree(it.tree(0)), wantedHere, 'what cannot be listed is not deleted');
    assert.match(readFileSync(join(it.device(1).home, 'logs/p2psync.log'), 'utf8'), /EMFILE|too many open files/);
    for (let i = 0; i < 30; i++) user.write(`deep/${i}/new`, `new ${i}`);
    await delay(1000);
    assert.deepEqual(user.halfFiles(it.tree(1)), []);
    const wanted = readTree(it.tree(0));
    limit(usual);
    await it.equal(40_000);
    assert.deepEqual(readTree(it.tree(0)), wanted);
    assert.equal((await it.folder(1)).conflicts, 0);
  });

  it('EROFS (not a delete): a file system that turns read-only under a running daemon', async function () {
    needs(volumesMissing(), this);
    volume = ext4Volume(32 * miB);
    const { it, user } = await onVolume('erofs');
    volume.remount('ro');
    user.write('edited.txt', 'edited meanwhile');
    user.write('new.txt', 'new meanwhile');
    rmSync(user.at('saved.txt'));
    const wanted = readTree(it.tree(0));
    await says(it, /read-only|EROFS/i);
    await (await it.api(1)).rescan(undefined, undefined);
    assert.deepEqual(readTree(it.tree(0)), wanted, 'nothing is announced as deleted');
    volume.remount('rw');
    await it.equal(40_000);
    assert.deepEqual(readTree(it.tree(0)), wanted);
    assert.equal((await it.folder(1)).conflicts, 0);
  });

  it('read-only target; directories and files that an ordinary user may not read', async function () {
    const under = asOrdinaryUser();
    needs(
      under === undefined ? 'needs root, and a checkout that other users may read, to become another user' : undefined,
      this,
    );
    linked = await Linked.create('denied', { under: [[], under as readonly string[]], rescanSeconds: 1 });
    const it = linked;
    const user = new User(it.tree(0));
    user.everything(0);
    user.write('closed/inside.txt', 'in a directory that closes');
    user.write('closed.txt', 'a file that closes');
    user.write('fixed/there.txt', 'in a directory where nothing can be written');
    await it.equal();
    for (const [path, mode] of [
      ['closed', 0],
      ['closed.txt', 0],
      ['fixed', 0o555],
    ] as const) {
      chmodSync(it.at(1, path), mode);
    }
    // Somebody else's, so that its owner's rights do not count.
    for (const path of ['closed', 'closed.txt', 'fixed']) execFileSync('chown', ['0:0', it.at(1, path)]);
    const before = readTree(it.tree(0));
    await (await it.api(1)).rescan(undefined, undefined);
    await says(it, /closed|EACCES|permission/i);
    assert.deepEqual(readTree(it.tree(0)), before, 'what cannot be read is not deleted');
    user.write('fixed/new.txt', 'cannot be written there');
    user.write('closed/new.txt', 'nor there');
    user.write('elsewhere.txt', 'goes on');
    rmSync(user.at('fixed/there.txt'));
    await eventually('the rest to go on', () => existsSync(it.at(1, 'elsewhere.txt')));
    await says(it, /EACCES|permission/i);
    const wanted = readTree(it.tree(0));
    for (const [path, mode] of [
      ['closed', 0o755],
      ['closed.txt', 0o644],
      ['fixed', 0o755],
    ] as const) {
      execFileSync('chown', ['65534:65534', it.at(1, path)]);
      chmodSync(it.at(1, path), mode);
    }
    await (await it.api(1)).resume(undefined, false);
    await it.equal(80_000);
    assert.deepEqual(readTree(it.tree(0)), wanted);
    assert.equal((await it.folder(1)).conflicts, 0);
  });
});
