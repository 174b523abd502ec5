/**
 * Times, modes, links and names at the edges of what a file system holds: what arrives is what was there, what cannot be
 * synchronised is reported and never deleted.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { ext4Volume, volumesMissing } from '../support/faults.ts';
import { Linked } from '../support/linked.ts';

/** `touch`, which takes any time, also before 1970. */
function touch(path: string, time: string): void {
  execFileSync('touch', ['-h', '-d', time, path]);
}

describe('Metadata, links and names', function () {
  this.timeout(60_000);
  let pair: Linked;

  before(async () => {
    pair = await Linked.create('metadata', { rescanSeconds: 2 });
  });

  after(async () => {
    await pair?.close();
  });

  it('mtime 0, negative, 2106, and to the microsecond', async () => {
    const times = {
      zero: '1970-01-01T00:00:00Z',
      negative: '1961-04-12T06:07:00.123456Z',
      'half-before': '1969-12-31T23:59:59.5Z',
      'in-2038': '2038-01-19T03:14:08Z',
      'in-2106': '2106-02-07T06:28:16Z',
      fine: '2001-02-03T04:05:06.999999Z',
    };
    for (const [name, time] of Object.entries(times)) {
      writeFileSync(pair.at(0, name), name);
      touch(pair.at(0, name), time);
      symlinkSync(name, pair.at(0, `link-${name}`));
      touch(pair.at(0, `link-${name}`), time);
    }
    await pair.equal();
    for (const [name, time] of Object.entries(times)) {
      const there = lstatSync(pair.at(1, name), { bigint: true });
      const here = lstatSync(pair.at(0, name), { bigint: true });
      assert.equal(there.mtimeNs, here.mtimeNs, time);
    }
  });

  it('a time too far away to be told to others stops nobody', async () => {
    writeFileSync(pair.at(0, 'in-2400'), 'in 2400');
    touch(pair.at(0, 'in-2400'), '2400-01-01T00:00:00Z');
    writeFileSync(pair.at(0, 'beside-2400'), 'beside it');
    await pair.settled();
    assert.equal(readFileSync(pair.at(1, 'beside-2400'), 'utf8'), 'beside it');
    assert.equal(readFileSync(pair.at(1, 'in-2400'), 'utf8'), 'in 2400');
    for (const i of [0, 1]) await (await pair.api(i)).rescan(undefined, undefined);
    await pair.settled();
    assert.equal(lstatSync(pair.at(0, 'in-2400')).mtime.getUTCFullYear(), 2400);
    rmSync(pair.at(0, 'in-2400'));
    await pair.equal();
  });

  it('coarse clocks: a volume that keeps 128-byte inodes holds whole seconds, and the finer time stays elsewhere', async function () {
    const missing = volumesMissing();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    const volume = ext4Volume(32 * 1024 * 1024, 'defaults', ['-I', '128']);
    const coarse = await Linked.create('coarse', { trees: [undefined, volume.path], rescanSeconds: 1 });
    try {
      writeFileSync(coarse.at(0, 'fine'), 'fine');
      touch(coarse.at(0, 'fine'), '2001-02-03T04:05:06.999999Z');
      await coarse.settled();
      for (let i = 0; i < 3; i++) await (await coarse.api(1)).rescan(undefined, undefined);
      await coarse.settled();
      const here = lstatSync(coarse.at(0, 'fine'), { bigint: true }).mtimeNs;
      const there = lstatSync(coarse.at(1, 'fine'), { bigint: true }).mtimeNs;
      assert.equal(here % 1_000_000_000n, 999_999_000n, 'the coarse time did not come back');
      assert.equal(there / 1_000_000_000n, here / 1_000_000_000n);
      // An edit there travels back.
      writeFileSync(coarse.at(1, 'fine'), 'edited on the coarse volume');
      await coarse.settled();
      assert.equal(readFileSync(coarse.at(0, 'fine'), 'utf8'), 'edited on the coarse volume');
    } finally {
      await coarse.close();
      volume.remove();
    }
    return undefined;
  });

  it('exec bit kept both ways; setuid masked; temp files 0600', async () => {
    for (const [name, mode] of [
      ['run', 0o755],
      ['plain', 0o644],
      ['setuid', 0o6755],
      ['private', 0o600],
    ] as const) {
      writeFileSync(pair.at(0, name), name);
      chmodSync(pair.at(0, name), mode);
    }
    await pair.equal();
    const mode = (path: string): number => statSync(path).mode & 0o7777;
    assert.equal(mode(pair.at(1, 'run')) & 0o100, 0o100);
    assert.equal(mode(pair.at(1, 'plain')) & 0o111, 0);
    assert.equal(mode(pair.at(1, 'setuid')) & 0o7000, 0, 'setuid and setgid do not travel');
    chmodSync(pair.at(1, 'plain'), 0o755);
    chmodSync(pair.at(1, 'run'), 0o644);
    await pair.equal();
    assert.equal(mode(pair.at(0, 'plain')) & 0o100, 0o100);
    assert.equal(mode(pair.at(0, 'run')) & 0o111, 0);
    // Content on its way in is nobody else's to read.
    await (await pair.api(0)).limits({ up: 2_000_000 });
    const size = 8 * 1024 * 1024;
    writeFileSync(pair.at(0, 'slow.bin'), randomBytes(size));
    const staging = pair.at(1, '.p2psync/staging');
    const arriving = await eventually('a part of it to be staged', () =>
      readdirSync(staging)
        .map((name) => statSync(join(staging, name)))
        .find((stat) => stat.size > 0 && stat.size < size),
    );
    assert.equal(arriving.mode & 0o7777, 0o600);
    for (const path of ['.p2psync', '.p2psync/staging']) assert.equal(mode(pair.at(1, path)), 0o700);
    await (await pair.api(0)).limits({ up: null });
    await pair.equal();
  });

  it('Links: dangling, absolute and escaping links are kept as links and never followed', async () => {
    const outside = join(pair.directory, 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'secret'), 'not in the folder');
    const targets = {
      dangling: 'nowhere',
      absolute: outside,
      escaping: '../outside',
      'to-file': '../outside/secret',
      itself: 'itself',
      root: '/',
      own: '.p2psync',
      long: `x/${'y'.repeat(1000)}`,
    };
    for (const [name, target] of Object.entries(targets)) symlinkSync(target, pair.at(0, name));
    await pair.equal();
    for (const [name, target] of Object.entries(targets)) assert.equal(readlinkSync(pair.at(1, name)), target);
    assert.deepEqual(readdirSync(outside), ['secret']);
    for (const name of Object.keys(targets)) rmSync(pair.at(1, name));
    await pair.equal();
    assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'not in the folder');
  });

  it('a delete and a directory behind a user’s own link stay inside the root', async () => {
    const outside = join(pair.directory, 'behind');
    mkdirSync(pair.at(0, 'shared'));
    writeFileSync(pair.at(0, 'shared/file'), 'shared');
    await pair.equal();
    await pair.device(1).stop();
    // Moved out of the folder by its user, with a link in its place.
    renameSync(pair.at(1, 'shared'), outside);
    symlinkSync(outside, pair.at(1, 'shared'));
    rmSync(pair.at(0, 'shared'), { recursive: true });
    await pair.start(1);
    await pair.equal();
    assert.equal(readFileSync(join(outside, 'file'), 'utf8'), 'shared');
  });

  it('Names: newline, control characters, __proto__, -rf, spaces, dots', async () => {
    const names = [
      'line\nbreak',
      'bell\u0007 escape\u001b[31m',
      '__proto__',
      'constructor',
      'toString',
      '-rf',
      '--help',
      ' leading and trailing ',
      '...',
      'colon:name',
      'trailing.',
      'CON',
      'back\\slash',
      '"quotes" and \'these\'',
      '$(reboot)',
      '%00',
      'emoji 🦊',
      '\u202egnp.exe',
      'x'.repeat(255),
    ];
    for (const name of names) {
      writeFileSync(pair.at(0, name), name);
      mkdirSync(pair.at(0, `dir/${name}`), { recursive: true });
      writeFileSync(pair.at(0, `dir/${name}/inner`), name);
    }
    await pair.equal();
    for (const name of names) assert.equal(readFileSync(pair.at(1, name), 'utf8'), name);
    for (const name of names) rmSync(pair.at(1, name));
    await pair.equal();
    for (const name of names) assert.equal(existsSync(pair.at(0, name)), false, JSON.stringify(name));
  });

  it('Names: invalid UTF-8 is reported and never deleted', async function () {
    if (process.platform !== 'linux') return this.skip();
    const invalid = Buffer.concat([Buffer.from(`${pair.tree(0)}/bytes-`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(invalid, 'cannot be named in UTF-8');
    writeFileSync(pair.at(0, 'beside'), 'beside it');
    await pair.settled();
    await eventually('it to be reported', async () =>
      (await pair.folder(0)).errors.some(({ message }) => /not UTF-8/.test(message)),
    );
    assert.equal(readFileSync(pair.at(1, 'beside'), 'utf8'), 'beside it');
    // Inside a directory that is deleted elsewhere, it keeps that directory here.
    mkdirSync(pair.at(0, 'holds'));
    writeFileSync(pair.at(0, 'holds/ordinary'), 'ordinary');
    writeFileSync(Buffer.concat([Buffer.from(`${pair.tree(0)}/holds/`), Buffer.from([0xc3, 0x28])]), 'kept');
    await pair.settled();
    rmSync(pair.at(1, 'holds'), { recursive: true });
    await eventually('the ordinary file to go', () => !existsSync(pair.at(0, 'holds/ordinary')));
    await (await pair.api(0)).rescan(undefined, undefined);
    assert.equal(readdirSync(pair.at(0, 'holds')).length, 1);
    assert.equal(readFileSync(invalid, 'utf8'), 'cannot be named in UTF-8');
    rmSync(pair.at(0, 'holds'), { recursive: true });
    rmSync(invalid);
    await pair.equal();
    return undefined;
  });

  it('a conflict on a conflict copy with a 255-byte name', async () => {
    const name = `${'ü'.repeat(120)}.backup.tar.gz`;
    writeFileSync(pair.at(0, name), 'first');
    await pair.equal();
    for (let turn = 0; turn < 2; turn++) {
      const names = readdirSync(pair.tree(0)).filter((one) => one.endsWith('.tar.gz'));
      await pair.device(1).stop();
      for (const one of names) {
        writeFileSync(pair.at(0, one), `here ${turn} ${one.slice(-40)}`);
        writeFileSync(pair.at(1, one), `there ${turn} ${one.slice(-40)}`);
      }
      await (await pair.api(0)).rescan(undefined, undefined);
      await pair.start(1);
      await pair.equal();
      const now = readdirSync(pair.tree(0)).filter((one) => one.endsWith('.tar.gz'));
      assert.equal(now.length, 2 * names.length, now.join('\n'));
      for (const one of now) assert.ok(Buffer.byteLength(one) <= 255);
      const contents = now.map((one) => readFileSync(pair.at(0, one), 'utf8'));
      for (const one of names) {
        assert.ok(contents.includes(`here ${turn} ${one.slice(-40)}`));
        assert.ok(contents.includes(`there ${turn} ${one.slice(-40)}`));
      }
    }
  });
});
