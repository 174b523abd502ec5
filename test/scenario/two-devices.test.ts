/** Two and three devices with real directories and real indexes: what people do to files, and what the others then hold. */
import assert from 'node:assert/strict';
import {
  existsSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelativePath } from '../../src/core/path.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';
import { treeDifferences } from '../support/trees.ts';

describe('devices that share a folder', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;
  const on = (device: SessionDevice, path: string): string => join(device.path, path);
  const read = (device: SessionDevice, path: string): string => readFileSync(on(device, path), 'utf8');

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-scenario-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan);
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  async function bothOn(): Promise<void> {
    await Promise.all([a.start(), b.start()]);
  }

  async function equal(...devices: SessionDevice[]): Promise<void> {
    const all = devices.length === 0 ? [a, b] : devices;
    await allEqual(all);
    for (const device of all.slice(1)) {
      assert.deepEqual(treeDifferences((all[0] as SessionDevice).path, device.path), []);
    }
  }

  it('bring a tree over: files, empty ones, directories, links, exec bits, times', async () => {
    mkdirSync(on(a, 'docs/deep/er'), { recursive: true });
    mkdirSync(on(a, 'empty-directory'));
    writeFileSync(on(a, 'docs/notes.txt'), 'hello');
    writeFileSync(on(a, 'docs/deep/er/empty'), '');
    writeFileSync(on(a, 'run.sh'), '#!/bin/sh\n');
    chmodSync(on(a, 'run.sh'), 0o755);
    utimesSync(on(a, 'docs/notes.txt'), 1_600_000_000, 1_600_000_000.123456);
    symlinkSync('docs/notes.txt', on(a, 'link'));
    symlinkSync('/nowhere/at/all', on(a, 'dangling'));
    writeFileSync(on(a, 'large.bin'), randomBytes(3_000_000));
    await bothOn();
    await equal();
    assert.equal(read(b, 'docs/notes.txt'), 'hello');
  });

  it('follow edits, deletes and renames both ways while running', async () => {
    writeFileSync(on(a, 'one'), '1');
    await bothOn();
    await equal();
    writeFileSync(on(b, 'one'), '1, edited on B');
    writeFileSync(on(b, 'two'), '2');
    await equal();
    assert.equal(read(a, 'one'), '1, edited on B');
    renameSync(on(a, 'two'), on(a, 'three'));
    await equal();
    assert.deepEqual(readdirSync(b.path).sort(), ['.p2psync', 'one', 'three']);
    rmSync(on(a, 'one'));
    await equal();
    assert.deepEqual(readdirSync(b.path).sort(), ['.p2psync', 'three']);
  });

  it('send nothing for a rename, not of a large file nor of a directory', async () => {
    mkdirSync(on(a, 'old'));
    for (let i = 0; i < 50; i++) writeFileSync(on(a, `old/${i}`), randomBytes(1000));
    writeFileSync(on(a, 'old/large'), randomBytes(1_000_000));
    await bothOn();
    await equal();
    const before = lan.bytes;
    renameSync(on(a, 'old'), on(a, 'new'));
    await equal();
    assert.deepEqual(readdirSync(b.path).sort(), ['.p2psync', 'new']);
    assert.equal(lan.bytes - before, 0);
  });

  it('send only what changed of a large file', async () => {
    const content = randomBytes(8_000_000);
    writeFileSync(on(a, 'large'), content);
    await bothOn();
    await equal();
    const before = lan.bytes;
    content.fill(7, 4_000_000, 4_000_100);
    writeFileSync(on(a, 'large'), content);
    await equal();
    assert.ok(lan.bytes - before < 600_000, `${lan.bytes - before} bytes for a change of 100`);
  });

  it('keep both sides of a conflict, under the same name everywhere', async () => {
    writeFileSync(on(a, 'plan.txt'), 'start');
    await bothOn();
    await equal();
    lan.link(a.id, b.id, false);
    writeFileSync(on(a, 'plan.txt'), 'from A');
    utimesSync(on(a, 'plan.txt'), 1_700_000_000, 1_700_000_000);
    writeFileSync(on(b, 'plan.txt'), 'from B');
    utimesSync(on(b, 'plan.txt'), 1_700_000_100, 1_700_000_100);
    await Promise.all([a.session.rescan(undefined), b.session.rescan(undefined)]);
    lan.link(a.id, b.id, true);
    await equal();
    assert.equal(read(a, 'plan.txt'), 'from B');
    const [copy] = readdirSync(a.path).filter((name) => name.startsWith('plan.conflict-'));
    assert.equal(read(b, copy as string), 'from A');
    assert.equal(a.session.status().conflicts, 1);
    assert.equal(b.session.status().conflicts, 1);
  });

  it('hold what both created alike without a conflict', async () => {
    for (const device of [a, b]) writeFileSync(on(device, 'same'), 'same bytes');
    await bothOn();
    await equal();
    assert.deepEqual(readdirSync(a.path).sort(), ['.p2psync', 'same']);
  });

  it('let an edit live that meets a delete', async () => {
    mkdirSync(on(a, 'd'));
    writeFileSync(on(a, 'd/file'), 'start');
    await bothOn();
    await equal();
    lan.link(a.id, b.id, false);
    rmSync(on(a, 'd'), { recursive: true });
    writeFileSync(on(b, 'd/file'), 'edited');
    await Promise.all([a.session.rescan(undefined), b.session.rescan(undefined)]);
    lan.link(a.id, b.id, true);
    await equal();
    assert.equal(read(a, 'd/file'), 'edited');
  });

  it('keep a new file in a directory that the other deletes', async () => {
    mkdirSync(on(a, 'd'));
    writeFileSync(on(a, 'd/old'), 'old');
    await bothOn();
    await equal();
    lan.link(a.id, b.id, false);
    rmSync(on(a, 'd'), { recursive: true });
    writeFileSync(on(b, 'd/new'), 'new');
    await Promise.all([a.session.rescan(undefined), b.session.rescan(undefined)]);
    lan.link(a.id, b.id, true);
    await equal();
    assert.deepEqual(readdirSync(on(a, 'd')), ['new']);
  });

  it('swap a file, a directory and a link', async () => {
    mkdirSync(on(a, 'x'));
    writeFileSync(on(a, 'x/inside'), '1');
    writeFileSync(on(a, 'y'), '2');
    await bothOn();
    await equal();
    rmSync(on(a, 'x'), { recursive: true });
    writeFileSync(on(a, 'x'), 'now a file');
    rmSync(on(a, 'y'));
    mkdirSync(on(a, 'y'));
    symlinkSync('elsewhere', on(a, 'y/link'));
    await equal();
    assert.equal(read(b, 'x'), 'now a file');
  });

  it('announce what was in a directory as deleted before the directory, however many commits that takes', async () => {
    for (let i = 0; i < 1500; i++) {
      if (i % 100 === 0) mkdirSync(on(a, `gone/${Math.floor(i / 500)}/${i / 100}`), { recursive: true });
      writeFileSync(on(a, `gone/${Math.floor(i / 500)}/${Math.floor(i / 100)}/${i}`), '');
    }
    mkdirSync(on(a, 'stays'));
    for (let i = 0; i < 1600; i++) writeFileSync(on(a, `stays/${i}`), '');
    await bothOn();
    await equal();
    await a.stop();
    rmSync(on(a, 'gone'), { recursive: true });
    await a.start();
    await equal();
    assert.deepEqual(readdirSync(b.path).sort(), ['.p2psync', 'stays']);
    const last = new Map<string, number>();
    for await (const records of a.store.iterate('gone' as RelativePath)) {
      for (const { path, sequence } of records) {
        const above = last.get(path.slice(0, path.lastIndexOf('/')));
        assert.ok(above === undefined || above > sequence, `${path} was deleted after its directory`);
        last.set(path, sequence);
      }
    }
  });

  it('announce what was in a directory as deleted before what took its place: a crash in between makes no conflict', async () => {
    for (const name of ['link', 'file']) {
      mkdirSync(on(a, name));
      writeFileSync(on(a, `${name}/child`), name);
    }
    await bothOn();
    await equal();
    await a.stop();
    for (const name of ['link', 'file']) rmSync(on(a, name), { recursive: true });
    symlinkSync('elsewhere', on(a, 'link'));
    writeFileSync(on(a, 'file'), 'no longer a directory');
    // So many that they do not go in one commit with it.
    mkdirSync(on(a, 'new'));
    for (let i = 0; i < 1200; i++) writeFileSync(on(a, `new/${i}`), '');
    await a.start();
    await equal();
    for (const name of ['link', 'file']) {
      const [child, taker] = await a.store.getMany([`${name}/child`, name] as RelativePath[]);
      assert.ok(child !== undefined && taker !== undefined && child.sequence < taker.sequence, name);
    }
    assert.equal(b.session.status().conflicts, 0);
  });

  it('catch up after one was off, and write nothing on a restart that finds nothing new', async () => {
    writeFileSync(on(a, 'one'), '1');
    await bothOn();
    await equal();
    await b.stop();
    writeFileSync(on(a, 'two'), '2');
    rmSync(on(a, 'one'));
    mkdirSync(on(a, 'three'));
    await a.session.rescan(undefined);
    await b.start();
    await equal();
    assert.deepEqual(readdirSync(b.path).sort(), ['.p2psync', 'three', 'two']);
    await Promise.all([a.stop(), b.stop()]);
    a.events.length = 0;
    b.events.length = 0;
    await bothOn();
    await equal();
    const writes = [...a.events, ...b.events].filter(({ type }) => type !== 'folder-state');
    assert.deepEqual(writes, []);
  });

  it('bring in after a restart what was announced before it', async () => {
    await bothOn();
    await equal();
    lan.withholdsContent = true;
    writeFileSync(on(a, 'late'), 'content that comes later');
    await a.session.rescan(undefined);
    await eventually('B to hear of it', () => b.session.status().needFiles === 1);
    await b.stop();
    lan.withholdsContent = false;
    await b.start();
    await equal();
    assert.equal(read(b, 'late'), 'content that comes later');
  });

  it('come to rest when what was needed is deleted before it came', async () => {
    await bothOn();
    await equal();
    lan.withholdsContent = true;
    writeFileSync(on(a, 'short-lived'), 'never needed');
    await a.session.rescan(undefined);
    await eventually('B to hear of it', () => b.session.status().needFiles === 1);
    rmSync(on(a, 'short-lived'));
    await equal();
    assert.equal(b.session.status().needFiles, 0);
  });

  it('clear away what an earlier life staged and nobody needs', async () => {
    await bothOn();
    await equal();
    await b.stop();
    mkdirSync(on(b, '.p2psync/staging'), { recursive: true });
    writeFileSync(on(b, `.p2psync/staging/${'0'.repeat(64)}`), 'left over');
    await b.start();
    await eventually('staging to be empty', () => readdirSync(on(b, '.p2psync/staging')).length === 0);
  });

  it('keep what was staged until every device has said what it has, also after a loss of the index', async () => {
    const staged = on(b, `.p2psync/staging/${'0'.repeat(64)}`);
    await bothOn();
    await equal();
    await b.stop();
    lan.link(a.id, b.id, false);
    mkdirSync(on(b, '.p2psync/staging'), { recursive: true });
    writeFileSync(staged, 'half of something');
    writeFileSync(on(b, 'news'), 'gives the resolver something to look at');
    await b.start();
    await b.session.rescan(undefined);
    await eventually('B to be at rest', () => b.session.status().state === 'idle');
    assert.ok(existsSync(staged));
    lan.link(a.id, b.id, true);
    await eventually('staging to be empty', () => !existsSync(staged));
  });
  it('take nothing from a device that claims writes of ours that we never made', async () => {
    await a.start();
    writeFileSync(on(a, 'mine'), 'mine');
    await a.session.rescan(undefined);
    const [, replica] = lan.indexOf(a.id);
    const liar = `12D3KooW${'L'.repeat(44)}` as SessionDevice['id'];
    const other = 'ff'.repeat(8) as typeof replica;
    const version = [
      [replica, 1_000_000],
      [other, 1],
    ] as const;
    const record = {
      path: 'mine' as RelativePath,
      entry: { kind: 'deleted' },
      version,
      dot: { replica: other, counter: 1 },
      sequence: 1,
    } as const;
    lan.peersOf(liar).serve({
      replica: other,
      lastSequence: () => 1,
      epochAt: () => undefined,
      indexOlder: () => {},
      since: async (after) => (after < 1 ? [record] : []),
      state: () => ({ sequence: 1, digest: '', state: 'idle', needFiles: 0, needBytes: 0 }),
      onChange: () => () => {},
      acknowledged: () => {},
      manifest: async () => undefined,
      chunks: async () => [],
    });
    lan.share(liar);
    // It may be right: then our index is an older copy. As a new replica we keep what we have, whatever it claims.
    await eventually('the index to begin anew', () => lan.indexOf(a.id)[1] !== replica);
    await eventually('A to be done', () => a.session.status().state === 'idle');
    assert.equal(read(a, 'mine'), 'mine');
  });

  it('hold a change that would empty the folder, say how to let it through, and do so', async () => {
    for (let i = 0; i < 30; i++) writeFileSync(on(a, `file-${i}`), `${i}`);
    await bothOn();
    await equal();
    lan.link(a.id, b.id, false);
    for (let i = 0; i < 30; i++) rmSync(on(a, `file-${i}`));
    a.session.accept();
    await eventually('A to record the deletes', async () => {
      await a.session.rescan(undefined);
      a.session.accept();
      return a.session.status().files === 0;
    });
    lan.link(a.id, b.id, true);
    await eventually('B to hold them', () => b.session.status().held !== undefined);
    assert.match(b.session.status().errors[0]?.message ?? '', /all 30 files.*p2psync resume tree --accept/);
    assert.equal(readdirSync(b.path).length, 31);
    b.session.accept();
    await equal();
    assert.deepEqual(readdirSync(b.path), ['.p2psync']);
  });

  it('pass things along a line in which the ends never meet', async () => {
    const c = new SessionDevice('C', directory, lan);
    lan.link(a.id, c.id, false);
    writeFileSync(on(a, 'from-a'), 'a');
    await bothOn();
    await c.start();
    try {
      await equal(a, b);
      writeFileSync(on(c, 'from-c'), 'c');
      await equal(b, c);
      await equal(a, b);
      assert.deepEqual(treeDifferences(a.path, c.path), []);
      assert.equal(read(a, 'from-c'), 'c');
    } finally {
      await c.stop();
    }
  });

  it('resolve a conflict of three alike', async () => {
    const c = new SessionDevice('C', directory, lan);
    for (const device of [a, b, c]) writeFileSync(on(device, 'file'), `from ${device.id.at(-1)}`);
    await bothOn();
    await c.start();
    try {
      await equal(a, b, c);
      const contents = readdirSync(a.path)
        .filter((name) => name !== '.p2psync')
        .map((name) => read(a, name));
      assert.deepEqual(contents.sort(), ['from A', 'from B', 'from C']);
    } finally {
      await c.stop();
    }
  });

  it('never overwrite a file that the index does not know yet', async () => {
    await bothOn();
    await equal();
    lan.link(a.id, b.id, false);
    writeFileSync(on(a, 'f'), 'from A');
    utimesSync(on(a, 'f'), 1_800_000_000, 1_800_000_000);
    await a.session.rescan(undefined);
    // Written at the very moment in which A's version arrives: B's watcher has not seen it.
    writeFileSync(on(b, 'f'), 'from B');
    lan.link(a.id, b.id, true);
    await equal();
    const contents = readdirSync(a.path)
      .filter((name) => name !== '.p2psync')
      .map((name) => read(a, name));
    assert.deepEqual(contents.sort(), ['from A', 'from B']);
  });
});
