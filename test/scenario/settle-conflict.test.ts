/** A person settles conflicts on real devices: what stays, where the other goes, and that all devices agree. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conflictPairOf, plainNames, type ConflictPair } from '../../src/core/settle-conflict.ts';
import type { RelativePath } from '../../src/core/path.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';
import { treeDifferences } from '../support/trees.ts';

describe('settling a conflict', () => {
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;

  /** A and B edit `report.txt` at once; B, the later one, wins. */
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-settle-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan);
    await Promise.all([a.start(), b.start()]);
    writeFileSync(join(a.path, 'report.txt'), 'base');
    await equal();
    lan.link(a.id, b.id, false);
    writeFileSync(join(a.path, 'report.txt'), 'by A');
    await a.session.rescan(undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(b.path, 'report.txt'), 'by B, later');
    await b.session.rescan(undefined);
    lan.link(a.id, b.id, true);
    await equal();
    assert.equal(a.session.conflicts().length, 1);
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  async function equal(): Promise<void> {
    await allEqual([a, b]);
    assert.deepEqual(treeDifferences(a.path, b.path), []);
  }

  const pair = (): ConflictPair => conflictPairOf(a.session.conflicts()[0] as RelativePath) as ConflictPair;
  const tree = (device: SessionDevice): Record<string, string> =>
    Object.fromEntries(
      readdirSync(device.path)
        .filter((name) => name !== '.p2psync')
        .map((name) => [name, readFileSync(join(device.path, name), 'utf8')]),
    );

  for (const [who, choice, stays, goes] of [
    ['A', 'mine', 'by A', 'by B, later'],
    ['A', 'theirs', 'by B, later', 'by A'],
    ['B', 'mine', 'by B, later', 'by A'],
    ['B', 'theirs', 'by A', 'by B, later'],
  ] as const) {
    it(`${choice} on ${who}: "${stays}" stays everywhere, the other is kept as a version`, async () => {
      const device = who === 'A' ? a : b;
      const { copy, replaced } = await device.session.settleConflict(pair(), choice);
      assert.equal(copy, undefined);
      assert.equal(readFileSync(join(device.path, '.p2psync/versions', replaced as string), 'utf8'), goes);
      await equal();
      assert.deepEqual(tree(a), { 'report.txt': stays });
      assert.deepEqual([a.session.conflicts(), b.session.conflicts()], [[], []]);
    });
  }

  it('both: the copy gets a plain name that is free', async () => {
    writeFileSync(join(a.path, 'report 2.txt'), 'taken');
    await a.session.settleConflict(pair(), 'both');
    await equal();
    assert.deepEqual(tree(b), { 'report.txt': 'by B, later', 'report 2.txt': 'taken', 'report 3.txt': 'by A' });
    assert.deepEqual([a.session.conflicts(), b.session.conflicts()], [[], []]);
  });

  it('is refused once the copy is gone, and says so', async () => {
    const settled = pair();
    rmSync(join(a.path, settled.copy));
    await assert.rejects(a.session.settleConflict(settled, 'mine'), { code: 'CONFLICT_NOT_FOUND' });
    assert.deepEqual(tree(a), { 'report.txt': 'by B, later' });
  });

  it('mine and theirs are refused when both were written here', async () => {
    const settled = pair();
    writeFileSync(join(a.path, 'report.txt'), 'A again');
    await a.session.rescan(undefined);
    const before = tree(a);
    await assert.rejects(a.session.settleConflict(settled, 'theirs'), { code: 'CONFLICT_OF_OTHERS' });
    assert.deepEqual(tree(a), before);
  });

  it('plain names keep extensions, and dots in front', () => {
    const names = (path: string): string[] => plainNames(path as RelativePath, 2);
    assert.deepEqual(names('d/report.docx'), ['d/report 2.docx', 'd/report 3.docx']);
    assert.deepEqual(names('.bashrc'), ['.bashrc 2', '.bashrc 3']);
    assert.equal(conflictPairOf('report.txt' as RelativePath), undefined);
  });
});
