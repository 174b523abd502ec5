/** Versions of the user's own changes, where the file system shares blocks between files. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEntry } from '../../src/core/history.ts';
import type { RelativePath } from '../../src/core/path.ts';
import type { Past } from '../../src/sync/past.ts';
import { eventually } from '../support/condition.ts';
import { mountLoopVolume, type LoopVolume } from '../support/loop-volume.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

const miB = 1024 * 1024;

for (const [name, make] of [
  ['xfs', ['mkfs.xfs', '-q', '-m', 'reflink=1']],
  ['btrfs', ['mkfs.btrfs', '-q']],
] as const) {
  describe(`own changes on ${name}`, function () {
    this.timeout(60_000);
    let volume: LoopVolume | undefined;
    let a: SessionDevice;
    let b: SessionDevice;
    const on = (path: string): string => join(a.path, path);

    before(function () {
      volume = mountLoopVolume(make as unknown as [string, ...string[]], 320 * miB);
      if (volume === undefined) this.skip();
    });
    after(() => volume?.unmount());

    beforeEach(async () => {
      const lan = new MemoryLan();
      const directory = mkdtempSync(join(volume?.path as string, 'test-'));
      a = new SessionDevice('A', directory, lan);
      b = new SessionDevice('B', directory, lan);
      await Promise.all([a.start(), b.start()]);
    });

    afterEach(async () => {
      await Promise.all([a.stop(), b.stop()]);
    });

    const past = (): Past => a.session.past as Past;
    const clones = (): number =>
      readdirSync(on('.p2psync/clones'), { recursive: true, encoding: 'utf8' }).filter((each) => each.length > 60)
        .length;

    async function recorded(count: number): Promise<void> {
      await a.session.rescan(undefined);
      await eventually(`${count} clones`, () => {
        try {
          return clones() === count;
        } catch {
          return false;
        }
      });
    }

    it('leave the former content as a version, which shares its blocks until then', async () => {
      const large = randomBytes(60 * miB);
      writeFileSync(on('large'), large);
      writeFileSync(on('notes.txt'), 'first');
      await recorded(2);
      const free = (): number => {
        const { bavail, bsize } = statfsSync(volume?.path as string);
        return bavail * bsize;
      };
      await allEqual([a, b]);
      const freeBefore = free();
      writeFileSync(on('notes.txt'), 'second');
      rmSync(on('large'));
      await recorded(3);
      assert.equal(freeBefore - free() < 30 * miB, true, 'the clone is no second copy');
      const { versions } = await past().versions(undefined);
      assert.deepEqual(versions.map(({ path, own }) => `${path} ${own}`).sort(), ['large true', 'notes.txt true']);
      await past().restore('large' as RelativePath, undefined);
      await past().restore('notes.txt' as RelativePath, undefined);
      assert.equal(readFileSync(on('large')).equals(large), true);
      assert.equal(readFileSync(on('notes.txt'), 'utf8'), 'first');
      const entries: HistoryEntry[] = [];
      for await (const batch of past().history({ under: 'large' as RelativePath })) entries.push(...batch);
      assert.deepEqual(
        entries.map(({ cell, kept }) => [cell, kept?.replace(/\d{8}-\d{6}/, 'T')]),
        [
          ['restore', undefined],
          ['local', 'large~T-own'],
          ['local', undefined],
        ],
      );
    });

    it('also of what came from another device, by rename or in place', async () => {
      writeFileSync(join(b.path, 'theirs'), 'from B');
      await allEqual([a, b]);
      await recorded(1);
      writeFileSync(on('new'), 'edited on A');
      renameSync(on('new'), on('theirs'));
      await recorded(2);
      const { versions } = await past().versions('theirs' as RelativePath);
      assert.deepEqual(
        versions.map(({ own }) => own),
        [true],
      );
      assert.equal(readFileSync(on(`.p2psync/versions/${versions[0]?.name}`), 'utf8'), 'from B');
    });

    it('clones of content that no file has any more go, the others stay', async () => {
      mkdirSync(on('d'));
      for (let i = 0; i < 20; i++) writeFileSync(on(`d/${i}`), `content ${i}`);
      await recorded(20);
      for (let i = 0; i < 5; i++) rmSync(on(`d/${i}`));
      renameSync(on('d/5'), on('moved'));
      await a.session.rescan(undefined);
      await a.session.tidy();
      assert.equal(clones(), 15);
      assert.equal((await past().versions(undefined)).versions.length, 6);
    });
  });
}

describe('own changes on a file system that shares no blocks', () => {
  it('leave no versions, and no clones', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'p2psync-own-'));
    const a = new SessionDevice('A', directory, new MemoryLan());
    try {
      await a.start();
      if (await a.reflinks()) return;
      writeFileSync(join(a.path, 'f'), 'first');
      await a.session.rescan(undefined);
      writeFileSync(join(a.path, 'f'), 'second one');
      await a.session.rescan(undefined);
      assert.deepEqual((await a.session.past?.versions(undefined))?.versions, []);
      assert.equal(readdirSync(join(a.path, '.p2psync')).includes('clones'), false);
    } finally {
      await a.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
