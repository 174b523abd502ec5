/** Mass changes, on the device where they happen and on the one that they come to. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultGuardLimits, type GuardLimits } from '../../src/core/guard.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

const unguarded: GuardLimits = { ...defaultGuardLimits, filesMin: Infinity, rewritesMin: Infinity };

describe('the mass-change guard', () => {
  let directory: string;
  let lan: MemoryLan;
  const started: SessionDevice[] = [];

  async function device(letter: string, guard: GuardLimits): Promise<SessionDevice> {
    const made = new SessionDevice(letter, directory, lan, guard);
    started.push(made);
    return made;
  }

  function fill(on: SessionDevice, count: number): void {
    for (let i = 0; i < count; i++) writeFileSync(join(on.path, `file-${i}`), `content ${i}`);
  }

  function names(on: SessionDevice): string[] {
    return readdirSync(on.path).filter((name) => name !== '.p2psync');
  }

  const held = (on: SessionDevice): boolean => on.session.status().held !== undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-guard-'));
    lan = new MemoryLan();
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()));
    rmSync(directory, { recursive: true, force: true });
  });

  it('holds here what was deleted here, until it is taken back', async () => {
    const [a, b] = [await device('A', defaultGuardLimits), await device('B', unguarded)];
    fill(a, 60);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    mkdirSync(join(directory, 'aside'));
    for (let i = 0; i < 40; i++) renameSync(join(a.path, `file-${i}`), join(directory, 'aside', `file-${i}`));
    await eventually('A to hold it', () => held(a));
    assert.match(a.session.status().errors[0]?.message ?? '', /delete 40 of the folder's 60 files.*resume/);
    assert.ok(names(b).length >= 60 - 24, `${names(b).length} left`);
    for (let i = 0; i < 40; i++) renameSync(join(directory, 'aside', `file-${i}`), join(a.path, `file-${i}`));
    await allEqual([a, b]);
    assert.equal(held(a), false);
    assert.equal(names(b).length, 60);
  });

  it('lets it through once a person accepts', async () => {
    const [a, b] = [await device('A', defaultGuardLimits), await device('B', unguarded)];
    fill(a, 60);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    for (let i = 0; i < 40; i++) rmSync(join(a.path, `file-${i}`));
    await eventually('A to hold it', () => held(a));
    a.session.accept();
    await allEqual([a, b]);
    assert.equal(names(b).length, 20);
  });

  it('holds files that are deleted elsewhere in small waves, and forgets them when they come back', async () => {
    const [a, b] = [await device('A', unguarded), await device('B', defaultGuardLimits)];
    fill(a, 100);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    for (let wave = 0; wave < 5; wave++) {
      for (let i = 0; i < 10; i++) rmSync(join(a.path, `file-${wave * 10 + i}`));
      await allEqual([a, b]);
    }
    rmSync(join(a.path, 'file-50'));
    await a.session.rescan(undefined);
    await eventually('B to hold it', () => held(b));
    assert.equal(names(b).length, 50);
    writeFileSync(join(a.path, 'file-50'), 'content 50');
    await a.session.rescan(undefined);
    await eventually('B to forget it', () => !held(b));
  });

  it('holds all of a mass delete elsewhere, though it comes a thousand at a time', async () => {
    const [a, b] = [await device('A', unguarded), await device('B', defaultGuardLimits)];
    fill(a, 2600);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    for (const name of names(a)) rmSync(join(a.path, name));
    await eventually('B to hold it', () => held(b));
    assert.equal(names(b).length, 2600);
    b.session.accept();
    await allEqual([a, b]);
    assert.deepEqual(names(b), []);
  });

  it('holds a rewrite of everything elsewhere: not one file is replaced', async () => {
    const [a, b] = [await device('A', unguarded), await device('B', defaultGuardLimits)];
    fill(a, 150);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    lan.link(a.id, b.id, false);
    for (let i = 0; i < 150; i++) writeFileSync(join(a.path, `file-${i}`), 'encrypted');
    await a.session.rescan(undefined);
    await eventually('A to have recorded it', () => a.session.status().state === 'idle');
    lan.link(a.id, b.id, true);
    await eventually('B to hold it', () => held(b));
    const replaced = names(b).filter((name) => readFileSync(join(b.path, name), 'utf8') === 'encrypted');
    assert.deepEqual(replaced, []);
    b.session.accept();
    await allEqual([a, b]);
    assert.equal(readFileSync(join(b.path, 'file-7'), 'utf8'), 'encrypted');
  });

  it('holds a rewrite of everything here', async () => {
    const [a, b] = [await device('A', defaultGuardLimits), await device('B', unguarded)];
    fill(a, 150);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    await a.stop();
    for (let i = 0; i < 150; i++) writeFileSync(join(a.path, `file-${i}`), 'encrypted');
    await a.start();
    await eventually('A to hold it', () => held(a));
    const replaced = names(b).filter((name) => readFileSync(join(b.path, name), 'utf8') === 'encrypted');
    assert.deepEqual(replaced, []);
  });

  it('holds a file that takes the place of a directory together with the deletes below it', async () => {
    const [a, b] = [await device('A', defaultGuardLimits), await device('B', unguarded)];
    mkdirSync(join(a.path, 'directory'));
    for (let i = 0; i < 60; i++) writeFileSync(join(a.path, 'directory', `${i}`), `content ${i}`);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    await a.stop();
    rmSync(join(a.path, 'directory'), { recursive: true });
    writeFileSync(join(a.path, 'directory'), 'a file');
    await a.start();
    await eventually('A to hold it', () => held(a));
    await b.session.rescan(undefined);
    assert.equal(readdirSync(join(b.path, 'directory')).length, 60);
    assert.deepEqual(names(b), ['directory']);
    a.session.accept();
    await allEqual([a, b]);
    assert.equal(readFileSync(join(b.path, 'directory'), 'utf8'), 'a file');
    assert.deepEqual(names(b), ['directory']);
  });

  it('lets moves of everything and touches of everything through', async () => {
    const [a, b] = [await device('A', defaultGuardLimits), await device('B', defaultGuardLimits)];
    mkdirSync(join(a.path, 'old'));
    for (let i = 0; i < 150; i++) writeFileSync(join(a.path, 'old', `${i}`), i % 10 === 0 ? '' : `content ${i}`);
    await a.start();
    await b.start();
    await allEqual([a, b]);
    renameSync(join(a.path, 'old'), join(a.path, 'new'));
    await allEqual([a, b]);
    for (let i = 0; i < 150; i++) utimesSync(join(a.path, 'new', `${i}`), 1, 1_600_000_000 + i);
    await allEqual([a, b]);
    assert.equal(readdirSync(join(b.path, 'new')).length, 150);
    assert.deepEqual([held(a), held(b)], [false, false]);
  });
});
