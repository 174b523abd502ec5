/**
 * A device whose folder lies on exFAT, between two on an ordinary Linux volume: what it cannot hold stays safe on the others
 * and is said, and nothing is lost or changed on the way through it.
 */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultGuardLimits } from '../../src/core/guard.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';
import { exfatMissing, exfatVolume, type Volume } from '../support/volumes.ts';

describe('a folder on exFAT', function () {
  this.timeout(60_000);
  let directory: string;
  let volume: Volume | undefined;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  let c: SessionDevice;
  let all: SessionDevice[];
  const on = (device: SessionDevice, path: string): string => join(device.path, path);
  const read = (device: SessionDevice, path: string): string => readFileSync(on(device, path), 'utf8');
  const write = (device: SessionDevice, path: string, text = `content of ${path}`): void => {
    mkdirSync(join(on(device, path), '..'), { recursive: true });
    writeFileSync(on(device, path), text);
  };
  const names = (device: SessionDevice, path = ''): string[] =>
    readdirSync(on(device, path))
      .filter((name) => name !== '.p2psync')
      .sort();
  const codes = (device: SessionDevice): Map<string, string> => {
    const said = device.events.filter(({ type }) => type === 'path-error');
    return new Map(said.map((event) => [String(event['path']), String(event['code'])]));
  };
  const wrong = (device: SessionDevice): string[] =>
    device.session
      .status()
      .errors.map(({ path }) => path)
      .sort();

  before(function () {
    if (exfatMissing() !== undefined) this.skip();
  });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-exfat-'));
    volume = exfatVolume(join(directory, 'B', 'tree'));
    lan = new MemoryLan();
    all = ['A', 'B', 'C'].map((letter) => new SessionDevice(letter, directory, lan));
    [a, b, c] = all as [SessionDevice, SessionDevice, SessionDevice];
  });

  afterEach(async () => {
    for (const device of all ?? []) await device.stop();
    volume?.release();
    volume = undefined;
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    for (const device of all) await device.start();
  }

  async function equal(): Promise<void> {
    await allEqual(all);
  }

  /** When A and C do not meet. */
  async function equalInLine(): Promise<void> {
    await allEqual([a, b]);
    await allEqual([b, c]);
    await allEqual([a, b]);
  }

  it('brings exec bits and fine times through, and takes nothing there for a change', async () => {
    lan.link(a.id, c.id, false);
    write(a, 'run.sh', '#!/bin/sh\n');
    chmodSync(on(a, 'run.sh'), 0o755);
    write(a, 'd/plain.txt');
    utimesSync(on(a, 'run.sh'), 1_700_000_001.123_457, 1_700_000_001.123_457);
    utimesSync(on(a, 'd/plain.txt'), 1_600_000_001.000_999, 1_600_000_001.000_999);
    await start();
    await equalInLine();
    assert.ok((lstatSync(on(c, 'run.sh')).mode & 0o100) !== 0);
    assert.ok((lstatSync(on(c, 'd/plain.txt')).mode & 0o111) === 0);
    for (const path of ['run.sh', 'd/plain.txt']) {
      const times = [a, c].map((device) => lstatSync(on(device, path), { bigint: true }).mtimeNs / 1000n);
      assert.equal(times[0], times[1], path);
    }
    await b.session.rescan(undefined);
    await equalInLine();
    assert.deepEqual(
      [b, c].flatMap(({ events }) => events.filter(({ type }) => type === 'local-change')),
      [],
    );
    // The same after the disk was taken out: the driver gives all that is on it other inodes.
    await b.stop();
    volume?.remount();
    await b.start();
    await equalInLine();
    assert.deepEqual(
      [b, c].flatMap(({ events }) => events.filter(({ type }) => type === 'local-change')),
      [],
    );
    write(b, 'run.sh', '#!/bin/sh\necho edited on B\n');
    await equalInLine();
    assert.equal(read(a, 'run.sh'), '#!/bin/sh\necho edited on B\n');
    assert.ok((lstatSync(on(a, 'run.sh')).mode & 0o100) !== 0, 'an edit on exFAT keeps the exec bit');
    rmSync(on(a, 'd'), { recursive: true });
    await equalInLine();
    for (const device of all) assert.deepEqual(names(device), ['run.sh']);
  });

  it('leaves what it cannot name on the others, says so, and deletes nothing', async () => {
    const refused = ['a:b.txt', 'line\nbreak', 'what?', 'star*/inside/x', 'back\\slash', 'pipe|', '"quoted"', '<tag>'];
    const held = ['CON', 'nul.txt', 'dot.', 'space ', 'ümlaut', '日本'];
    for (const path of [...refused, ...held]) write(a, path);
    await start();
    await equal();
    assert.deepEqual(names(b), [...held].sort());
    for (const path of [...refused, ...held]) assert.equal(read(c, path), `content of ${path}`);
    for (const path of refused.filter((one) => !one.includes('/')))
      assert.equal(codes(b).get(path), 'NAME_CHARACTER', path);
    assert.equal(codes(b).get('star*'), 'NAME_CHARACTER');
    assert.equal(wrong(b).length, refused.length + 2);
    assert.deepEqual([...wrong(a), ...wrong(c)], []);
    await b.session.rescan(undefined);
    await equal();
    // Changes and deletes of what it does not hold go through it all the same.
    write(c, 'what?', 'edited on C');
    rmSync(on(a, 'a:b.txt'));
    renameSync(on(a, 'pipe|'), on(a, 'pipe'));
    await equal();
    assert.equal(read(a, 'what?'), 'edited on C');
    assert.ok(!existsSync(on(c, 'a:b.txt')));
    assert.equal(read(b, 'pipe'), 'content of pipe|');
    assert.ok(!wrong(b).includes('a:b.txt') && !wrong(b).includes('pipe|'), wrong(b).join());
  });

  it('leaves symbolic links on the others', async () => {
    write(a, 'file');
    symlinkSync('file', on(a, 'link'));
    await start();
    await equal();
    assert.equal(readlinkSync(on(c, 'link')), 'file');
    assert.deepEqual(names(b), ['file']);
    assert.equal(codes(b).get('link'), 'SYMLINKS_UNSUPPORTED');
    await b.session.rescan(undefined);
    await equal();
    assert.equal(readlinkSync(on(a, 'link')), 'file');
  });

  it('holds one of two names that are one there; the other comes in when it goes', async () => {
    write(a, 'a.txt', 'small');
    write(a, 'A.txt', 'capital');
    write(a, 'Dir/x', 'in Dir');
    write(a, 'dir/y', 'in dir');
    write(a, '\u00e9', 'composed');
    write(a, 'e\u0301', 'decomposed');
    await start();
    await equal();
    assert.deepEqual(names(b), ['A.txt', 'Dir', 'e\u0301', '\u00e9'].sort());
    assert.deepEqual([read(b, 'A.txt'), names(b, 'Dir')], ['capital', ['x']]);
    assert.equal(codes(b).get('a.txt'), 'NAME_COLLIDES');
    assert.deepEqual([read(c, 'a.txt'), read(c, 'A.txt'), read(c, 'dir/y')], ['small', 'capital', 'in dir']);
    assert.deepEqual([read(c, '\u00e9'), read(c, 'e\u0301')], ['composed', 'decomposed']);
    write(c, 'a.txt', 'small, edited');
    write(b, 'A.txt', 'capital, edited on B');
    await equal();
    assert.deepEqual([read(a, 'a.txt'), read(a, 'A.txt')], ['small, edited', 'capital, edited on B']);
    assert.equal(read(b, 'A.txt'), 'capital, edited on B');
    rmSync(on(b, 'A.txt'));
    await equal();
    await eventually('a.txt to come in', () => names(b).includes('a.txt'));
    await equal();
    assert.equal(read(b, 'a.txt'), 'small, edited');
    for (const device of [a, c])
      assert.deepEqual([existsSync(on(device, 'A.txt')), read(device, 'a.txt')], [false, 'small, edited']);
    assert.ok(!wrong(b).includes('a.txt'));
  });

  it('keeps what stands there when a twin arrives, whichever comes first in order', async () => {
    write(b, 'readme', 'from B');
    await start();
    await equal();
    write(a, 'README', 'from A');
    await equal();
    assert.deepEqual([names(b), read(b, 'readme')], [['readme'], 'from B']);
    for (const device of [a, c])
      assert.deepEqual([read(device, 'README'), read(device, 'readme')], ['from A', 'from B']);
    await b.stop();
    await b.start();
    await equal();
    assert.deepEqual(names(b), ['readme']);
    rmSync(on(a, 'readme'));
    await equal();
    await eventually('README to come in', () => names(b).includes('README'));
    assert.equal(read(b, 'README'), 'from A');
  });

  it('carries a rename that changes the case alone, both ways', async () => {
    write(a, 'File.txt', 'one file');
    write(a, 'Dir/x', 'in it');
    await start();
    await equal();
    const { bytes } = lan;
    renameSync(on(a, 'File.txt'), on(a, 'file.TXT'));
    await equal();
    await eventually('B to have the new name', () => names(b).includes('file.TXT'));
    await equal();
    for (const device of all)
      assert.deepEqual([names(device), read(device, 'file.TXT')], [['Dir', 'file.TXT'], 'one file']);
    renameSync(on(b, 'file.TXT'), on(b, 'FILE.txt'));
    await equal();
    for (const device of all)
      assert.deepEqual([names(device), read(device, 'FILE.txt')], [['Dir', 'FILE.txt'], 'one file']);
    assert.equal(lan.bytes, bytes, 'nothing was sent again');
    renameSync(on(b, 'Dir'), on(b, 'DIR'));
    await equal();
    for (const device of all) assert.deepEqual([names(device), read(device, 'DIR/x')], [['DIR', 'FILE.txt'], 'in it']);
    renameSync(on(a, 'DIR'), on(a, 'dir'));
    await equal();
    await eventually('B to have the directory', () => names(b).includes('dir') && names(b, 'dir').includes('x'));
    await equal();
    for (const device of all) assert.deepEqual([names(device), read(device, 'dir/x')], [['FILE.txt', 'dir'], 'in it']);
    assert.deepEqual(wrong(b), []);
  });

  it('takes a directory with many files under a new spelling for no mass delete', async () => {
    // Those under the new spelling are counted as files of the folder, too: the usual half is never reached.
    b = new SessionDevice('B', directory, lan, { ...defaultGuardLimits, shareMax: 0.3 });
    all = [a, b, c];
    for (let i = 0; i < 40; i++) write(a, `Photos/${i}.jpg`);
    await start();
    await equal();
    renameSync(on(a, 'Photos'), on(a, 'photos'));
    await equal();
    await eventually('B to have them all', () => names(b).join() === 'photos' && names(b, 'photos').length === 40);
    await equal();
    assert.equal(b.session.status().held, undefined);
    for (const device of all) assert.equal(read(device, 'photos/39.jpg'), 'content of Photos/39.jpg');
    // A real one is held as ever.
    rmSync(on(b, 'photos'), { recursive: true });
    await b.session.rescan(undefined);
    assert.notEqual(b.session.status().held, undefined);
    assert.equal(names(a, 'photos').length, 40);
  });

  it('brings in a rename of case with an edit', async () => {
    write(a, 'File.txt', 'before');
    await start();
    await equal();
    renameSync(on(a, 'File.txt'), on(a, 'file.txt'));
    write(a, 'file.txt', 'after');
    await equal();
    await eventually('B to have both', () => names(b).join() === 'file.txt');
    await equal();
    for (const device of all) assert.deepEqual([names(device), read(device, 'file.txt')], [['file.txt'], 'after']);
  });
});
