/** What rules leave out: of the folder (.p2psyncignore) and of one device (selective sync), with what happens to deletes. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelativePath } from '../../src/core/path.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

describe('rules that leave paths out', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  let c: SessionDevice;
  const started = new Set<SessionDevice>();
  const on = (device: SessionDevice, path: string): string => join(device.path, path);
  const read = (device: SessionDevice, path: string): string => readFileSync(on(device, path), 'utf8');
  const write = (device: SessionDevice, path: string, text: string | Buffer = path): void => {
    mkdirSync(join(on(device, path), '..'), { recursive: true });
    writeFileSync(on(device, path), text);
  };
  const names = (device: SessionDevice, path = ''): string[] =>
    readdirSync(on(device, path))
      .filter((name) => name !== '.p2psync')
      .sort();
  const errors = (device: SessionDevice): string => JSON.stringify(device.session.status().errors);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-ignore-'));
    lan = new MemoryLan();
    [a, b, c] = ['A', 'B', 'C'].map((letter) => new SessionDevice(letter, directory, lan)) as [
      SessionDevice,
      SessionDevice,
      SessionDevice,
    ];
  });

  afterEach(async () => {
    await Promise.all([...started].map((device) => device.stop()));
    started.clear();
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(...devices: SessionDevice[]): Promise<void> {
    for (const device of devices) started.add(device);
    await Promise.all(devices.map((device) => device.start()));
  }

  /** The device's own rules become others. */
  async function exclude(device: SessionDevice, ...patterns: string[]): Promise<void> {
    await device.stop();
    device.exclude = patterns;
    await device.start();
  }

  describe('of the folder', () => {
    it('reach all devices; what they leave out is neither announced nor looked at', async () => {
      write(a, '.p2psyncignore', '*.log\nbuild/\n!keep.log\n');
      write(a, 'notes.txt');
      write(a, 'x.log');
      write(a, 'keep.log');
      write(a, 'build/deep/out.o');
      await start(a, b);
      await allEqual([a, b]);
      assert.deepEqual(names(b), ['.p2psyncignore', 'keep.log', 'notes.txt']);
      write(b, 'src/build/out.o');
      write(b, 'src/main.c');
      write(b, 'y.log');
      await allEqual([a, b]);
      assert.deepEqual(names(a, 'src'), ['main.c']);
      assert.deepEqual(names(a), ['.p2psyncignore', 'build', 'keep.log', 'notes.txt', 'src', 'x.log']);
      const index = a.session.status();
      assert.deepEqual([index.files, index.directories], [4, 1]);
    });

    it('when one is added: files that were synchronised stay everywhere, and nobody deletes them', async () => {
      write(a, 'big/movie', randomBytes(300_000));
      write(a, 'notes.txt');
      await start(a, b);
      await allEqual([a, b]);
      write(b, '.p2psyncignore', 'big/\n');
      await allEqual([a, b]);
      await eventually('the rule to hold on A', () => existsSync(on(a, '.p2psyncignore')));
      await allEqual([a, b]);
      write(a, 'big/movie', 'edited on A alone');
      rmSync(on(b, 'big'), { recursive: true });
      write(a, 'notes.txt', 'news');
      await allEqual([a, b]);
      assert.equal(read(b, 'notes.txt'), 'news');
      assert.equal(read(a, 'big/movie'), 'edited on A alone');
      assert.equal(existsSync(on(b, 'big')), false);
    });

    it('when one is removed: equal files are held again without a conflict, absent ones are fetched, none is deleted', async () => {
      const movie = randomBytes(300_000);
      write(a, 'big/movie', movie);
      write(a, 'big/gone-on-b', 'x');
      await start(a, b);
      await allEqual([a, b]);
      write(a, '.p2psyncignore', '/big\n');
      await eventually('the rule to hold on B', () => existsSync(on(b, '.p2psyncignore')));
      await allEqual([a, b]);
      rmSync(on(b, 'big/gone-on-b'));
      await allEqual([a, b]);
      rmSync(on(b, '.p2psyncignore'));
      await eventually('it to come back', () => existsSync(on(b, 'big/gone-on-b')));
      await allEqual([a, b]);
      for (const device of [a, b]) {
        assert.deepEqual(names(device, 'big'), ['gone-on-b', 'movie']);
        assert.deepEqual(readFileSync(on(device, 'big/movie')), movie);
        assert.equal(device.session.status().conflicts, 0);
      }
      assert.ok(lan.bytes < 2 * movie.length, 'the movie crossed once');
    });

    it('when one is removed and both sides were edited meanwhile: both are kept', async () => {
      write(a, 'plan.txt', 'common');
      await start(a, b);
      await allEqual([a, b]);
      write(a, '.p2psyncignore', 'plan.txt\n');
      await eventually('the rule to hold on B', () => existsSync(on(b, '.p2psyncignore')));
      await allEqual([a, b]);
      write(a, 'plan.txt', "A's plan");
      write(b, 'plan.txt', "B's plan");
      await allEqual([a, b]);
      rmSync(on(a, '.p2psyncignore'));
      const all = (device: SessionDevice): string[] =>
        names(device)
          .map((name) => read(device, name))
          .sort();
      for (const device of [a, b]) {
        await eventually('both plans to be there', () => all(device).length === 2);
        assert.deepEqual(all(device), ["A's plan", "B's plan"]);
      }
      await allEqual([a, b]);
    });

    it('hold on while the file is being saved: nothing slips out when it is empty for a moment', async () => {
      write(a, '.p2psyncignore', 'secret\n');
      write(a, 'secret', 'not for others');
      await start(a, b);
      await allEqual([a, b]);
      write(a, '.p2psyncignore', '');
      await a.session.rescan(undefined);
      write(a, '.p2psyncignore', 'secret\nmore\n');
      await a.session.rescan(undefined);
      await allEqual([a, b]);
      await eventually('the new rules to be in force', () => read(b, '.p2psyncignore').includes('more'));
      await allEqual([a, b]);
      assert.equal(existsSync(on(b, 'secret')), false);
      assert.equal(
        a.events.some(({ path }) => path === 'secret'),
        false,
      );
    });

    it('that cannot work are said, with their lines; the others hold', async () => {
      write(a, '.p2psyncignore', 'fine\nbr[oken\n../up\n');
      write(a, 'fine');
      await start(a, b);
      await allEqual([a, b]);
      assert.equal(existsSync(on(b, 'fine')), false);
      for (const device of [a, b]) {
        assert.match(errors(device), /line 2 has a '\[' without its '\]'; line 3 has '\.' or '\.\.'/);
      }
      write(a, '.p2psyncignore', 'fine\n');
      await allEqual([a, b]);
      for (const device of [a, b]) await eventually('the error to go', () => errors(device) === '[]');
    });
  });

  describe('of one device', () => {
    it('leave out what others have; it is known, announced on, and fetched when the rule goes', async () => {
      write(a, 'movies/big', randomBytes(300_000));
      write(a, 'notes.txt');
      b.exclude = ['/movies/'];
      lan.link(a.id, c.id, false);
      await start(a, b, c);
      await allEqual([b, a]);
      assert.deepEqual(names(b), ['notes.txt']);
      assert.ok(lan.bytes < 100_000);
      await exclude(b);
      await eventually('the movie to come', () => existsSync(on(b, 'movies/big')));
      await eventually('the movie to come to C through B', () => existsSync(on(c, 'movies/big')));
      await allEqual([a, b]);
      await allEqual([b, c]);
    });

    it('deletes that arrive change the record alone: files here stay, and come to nobody', async () => {
      write(a, 'photos/one.raw', 'pixels');
      write(a, 'photos/one.jpg', 'small');
      await start(a, b);
      await allEqual([a, b]);
      await exclude(b, '*.raw');
      await allEqual([a, b]);
      rmSync(on(a, 'photos/one.raw'));
      await allEqual([a, b]);
      assert.equal(read(b, 'photos/one.raw'), 'pixels');
      assert.deepEqual(names(a, 'photos'), ['one.jpg']);
    });

    it('what stands here as it is known is not fetched when the rule goes, whatever comes first', async () => {
      for (let i = 0; i < 3; i++) write(a, `media/${i}/film`, randomBytes(12_000_000));
      await start(a, b);
      await allEqual([a, b]);
      await exclude(b, 'media/');
      await allEqual([a, b]);
      const before = lan.bytes;
      await exclude(b);
      await allEqual([a, b]);
      assert.equal(lan.bytes, before);
      assert.equal(b.session.status().conflicts, 0);
    });

    it('edits that arrive do not touch the file here', async () => {
      write(a, 'state.db', 'one');
      await start(a, b);
      await allEqual([a, b]);
      await exclude(b, 'state.db');
      write(b, 'state.db', "B's own");
      write(a, 'state.db', 'two');
      await allEqual([a, b]);
      assert.equal(read(b, 'state.db'), "B's own");
      assert.equal(read(a, 'state.db'), 'two');
    });

    it('a directory deleted elsewhere that holds something left out stays here, and it is said what is in the way', async () => {
      write(a, 'project/code.c');
      await start(a, b);
      await allEqual([a, b]);
      await exclude(b, '*.cache');
      write(b, 'project/my.cache', 'precious');
      await allEqual([a, b]);
      rmSync(on(a, 'project'), { recursive: true });
      await eventually('B to say so', () => errors(b).includes('my.cache'));
      assert.deepEqual(names(b, 'project'), ['my.cache']);
      assert.equal(read(b, 'project/my.cache'), 'precious');
      await a.session.rescan(undefined);
      assert.equal(existsSync(on(a, 'project')), false);
      rmSync(on(b, 'project/my.cache'));
      b.session.retry();
      await eventually('it to go when nothing is in the way', () => !existsSync(on(b, 'project')));
      await allEqual([a, b]);
    });

    it('a file that was left out and meets one from elsewhere when the rule goes: both are kept', async () => {
      b.exclude = ['todo'];
      write(b, 'todo', "B's");
      await start(a, b);
      write(a, 'todo', "A's");
      await allEqual([a, b]);
      assert.equal(read(b, 'todo'), "B's");
      await exclude(b);
      const all = (device: SessionDevice): string[] =>
        names(device)
          .map((name) => read(device, name))
          .sort();
      for (const device of [a, b]) {
        await eventually('both to be there', () => all(device).length === 2);
        assert.deepEqual(all(device), ["A's", "B's"]);
      }
      await allEqual([a, b]);
    });

    it('also leave out what belongs together: a .git directory stays on the device that has it', async () => {
      const git = (device: SessionDevice): string[] =>
        existsSync(on(device, 'repo/.git')) ? names(device, 'repo/.git') : [];
      write(a, 'repo/.git/HEAD', 'ref: refs/heads/main');
      write(a, 'repo/.git/objects/1', 'one');
      write(a, 'repo/main.c');
      b.exclude = ['.git/'];
      await start(a, b);
      await allEqual([a, b]);
      assert.deepEqual(names(b, 'repo'), ['main.c']);
      await exclude(b);
      await eventually('the group to come', () => git(b).length === 2);
      await allEqual([a, b]);
      await exclude(b, '.git/');
      await allEqual([a, b]);
      rmSync(on(b, 'repo/.git/HEAD'));
      await b.session.rescan('repo/.git' as RelativePath);
      rmSync(on(a, 'repo/.git/objects/1'));
      await allEqual([a, b]);
      assert.deepEqual([git(a), git(b)], [['HEAD', 'objects'], ['objects']]);
      assert.equal(read(b, 'repo/.git/objects/1'), 'one');
    });

    it('a file replaced by a directory that is left out is deleted elsewhere; the directory stays here', async () => {
      write(a, 'out', 'a file');
      b.exclude = ['out/'];
      await start(a, b);
      await allEqual([a, b]);
      assert.equal(read(b, 'out'), 'a file');
      rmSync(on(b, 'out'));
      write(b, 'out/inside');
      await eventually('A to follow', () => !existsSync(on(a, 'out')));
      await allEqual([a, b]);
      assert.equal(read(b, 'out/inside'), 'out/inside');
    });
  });
});
