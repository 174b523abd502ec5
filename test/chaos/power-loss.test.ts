/**
 * Power loss: kill -9 leaves the page cache whole, this does not. Home and tree of a receiver stand on an ext4 of their own that
 * commits its journal by request alone; at some moment the daemon is stopped in its tracks and the image behind the volume,
 * which holds what has really reached the "disk", is copied and mounted elsewhere. There: nothing half is visible, everything
 * that the index says is there, the index knows all that its peer was told, and a restart makes the trees equal (I3, I8, I9).
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FolderId, DeviceId } from '../../src/core/identifiers.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { LevelFolderStore } from '../../src/store/folder-store.ts';
import { ext4Volume, volumeAfterPowerLoss, volumesMissing, type Volume } from '../support/faults.ts';
import { Linked } from '../support/linked.ts';
import { readTree } from '../support/trees.ts';
import { filesIn, User } from './user.ts';

const miB = 1024 * 1024;
/** Moments after the first write at which the power goes, milliseconds. */
const moments = [60, 120, 200, 300, 450, 700];

describe('Crash: power loss, with the loss of data not yet synced', function () {
  this.timeout(60_000);
  let pair: Linked;
  let volume: Volume | undefined;
  let user: User;
  let folder: FolderId;
  let receiver: DeviceId;
  let round = 0;

  before(async function () {
    const missing = volumesMissing();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    volume = ext4Volume(192 * miB, 'commit=600');
    pair = await Linked.create('power', { places: [undefined, volume.path], rescanSeconds: 600 });
    folder = (await pair.folder(0)).id as FolderId;
    receiver = (await (await pair.api(1)).status()).device.id as DeviceId;
    user = new User(pair.tree(0));
    user.ballast(300);
    user.everything(round++);
    await pair.equal();
    return undefined;
  });

  after(async () => {
    await pair?.close();
    volume?.remove();
  });

  for (const moment of moments) {
    it(`${moment} ms into a round of changes`, async () => {
      const on = volume as Volume;
      user.everything(round++);
      for (let i = 0; i < 60; i++) user.write(`many-${round}/${i}`, `${round} ${i}`);
      await delay(moment);
      const heard = join(pair.directory, `heard-${moment}`);
      const lost = stopped(() => {
        cpSync(join(pair.device(0).home, 'index'), heard, { recursive: true });
        return volumeAfterPowerLoss(on);
      });
      try {
        assert.deepEqual(user.halfFiles(join(lost.path, 'tree-1')), []);
        await assertDurable(lost.path, heard);
      } finally {
        lost.remove();
      }
      await pair.equal();
      assert.equal((await pair.folder(0)).conflicts, 0);
    });
  }

  it('and the daemon goes on from there', async () => {
    const on = volume as Volume;
    user.everything(round++);
    for (let i = 0; i < 60; i++) user.write(`many-${round}/${i}`, `${round} ${i}`);
    await delay(250);
    await pair.device(1).kill();
    on.losePower();
    const wanted = readTree(pair.tree(0));
    await pair.start(1);
    await pair.equal();
    assert.deepEqual(readTree(pair.tree(0)), wanted);
    for (const i of [0, 1]) assert.equal((await pair.folder(i)).conflicts, 0);
  });

  /** Neither daemon does anything meanwhile. */
  function stopped<T>(work: () => T): T {
    const pids = pair.devices.map(({ pid }) => pid as number);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      return work();
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
  }

  async function withStore<T>(directory: string, work: (store: LevelFolderStore) => Promise<T>): Promise<T> {
    const database = await openDatabase(directory, randomBytes);
    try {
      return await work(await database.folder(folder));
    } finally {
      await database.close();
    }
  }

  /** `place`: what is left of the receiver. `heard`: its peer's index, which says how far it was told. */
  async function assertDurable(place: string, heard: string): Promise<void> {
    const tree = join(place, 'tree-1');
    const here = new Set<string>();
    for (const prefix of ['', '.p2psync/versions']) {
      for (const path of filesIn(tree, prefix)) here.add(hashBytes(readFileSync(join(tree, path))));
    }
    const told = await withStore(heard, (store) => store.peerProgress(receiver));
    await withStore(join(place, `home-${pair.device(1).name}`, 'index'), async (store) => {
      assert.deepEqual(await store.verify(), []);
      assert.ok(told.received <= store.lastSequence(), `told ${told.received}, knows ${store.lastSequence()}`);
      for await (const records of store.iterate(undefined)) {
        for (const { path, entry } of records) {
          if (entry.kind === 'file')
            assert.ok(here.has(entry.contentHash), `${path} is in the index and not on the disk`);
        }
      }
    });
  }
});
