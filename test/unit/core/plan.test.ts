/** Plans: which steps each kind of decision becomes, in which order, and what is recorded afterwards. */
import assert from 'node:assert/strict';
import type { Entry, FileEntry } from '../../../src/core/entry.ts';
import { conflictPathsOf, plan, reviveDirectory, type Operation } from '../../../src/core/plan.ts';
import type { Decided, Decision } from '../../../src/core/reconcile.ts';
import type { LocalRecord, StatFingerprint } from '../../../src/core/record.ts';
import { counterOf, type Dot, type VersionVector } from '../../../src/core/version.ts';
import { devices, hash, path, replicas } from '../../support/core-arbitraries.ts';

const dot = (replica: number, counter: number): Dot => ({ replica: replicas[replica] as Dot['replica'], counter });
const version = (replica: number, counter: number): VersionVector[number] => [
  replicas[replica] as Dot['replica'],
  counter,
];
const stat: StatFingerprint = { size: 1, mtimeMs: 1, ctimeMs: 1, inode: 7, mode: 0o100644 };
const file = (digits: string): FileEntry => ({
  kind: 'file',
  size: 1,
  mtimeUs: 1,
  executable: false,
  contentHash: hash(digits),
});
const directory: Entry = { kind: 'directory' };
const deleted: Entry = { kind: 'deleted' };

function here(at: string, entry: Entry, sequence = 5): LocalRecord {
  const known = entry.kind === 'deleted' ? undefined : stat;
  return {
    path: path(at),
    entry,
    version: [[replicas[0] as Dot['replica'], sequence]],
    dot: dot(0, sequence),
    sequence,
    stat: known,
  };
}

function take(at: string, local: LocalRecord | undefined, entry: Entry, setAside = false): Decided {
  const decision: Decision = {
    ...{ do: 'take', cell: 'C8-newer', entry, setAside },
    version: [[replicas[1] as Dot['replica'], 9]],
    dot: dot(1, 9),
    holders: [devices[1] as (typeof devices)[number]],
  };
  return { path: path(at), local, decision };
}

function planned(decided: readonly Decided[], records: readonly LocalRecord[] = []): Operation[] {
  const known = new Map(records.map((record) => [record.path, record]));
  for (const { path: at, local } of decided) if (local !== undefined) known.set(at, local);
  return plan(decided, { record: (at) => known.get(at) });
}

const steps = (operations: readonly Operation[]): string[] =>
  operations.flatMap((operation) =>
    operation.steps.map((step) => `${step.do} ${step.path}${step.do === 'rename' ? ` ${step.to}` : ''}`),
  );

describe('plan', () => {
  it('creates parents before children and deletes children before parents, deletes last', () => {
    const operations = planned([
      take('old/x', here('old/x', file('1')), deleted),
      take('old', here('old', directory), deleted),
      take('new/sub/file', undefined, file('2')),
      take('new/sub', undefined, directory),
      take('new', undefined, directory),
    ]);
    assert.deepEqual(steps(operations), [
      'create-directory new',
      'create-directory new/sub',
      'write-file new/sub/file',
      'remove old/x',
      'remove-directory old',
    ]);
  });

  it('makes a rename of a delete and a new file with the same content', () => {
    const operations = planned([take('a', here('a', file('1')), deleted), take('b', undefined, file('1'))]);
    assert.deepEqual(steps(operations), ['rename a b']);
    assert.deepEqual(
      operations[0]?.records.map((record) => [record.path, record.entry.kind]),
      [
        ['b', 'file'],
        ['a', 'deleted'],
      ],
    );
    assert.equal(operations[0]?.content, undefined);
  });

  it('makes no rename when the metadata differs, and none of two targets out of one source', () => {
    const touched = { ...file('1'), mtimeUs: 2 };
    assert.deepEqual(steps(planned([take('a', here('a', file('1')), deleted), take('b', undefined, touched)])), [
      'write-file b',
      'remove a',
    ]);
    const two = planned([
      take('a', here('a', file('1')), deleted),
      take('b', undefined, file('1')),
      take('c', undefined, file('1')),
    ]);
    assert.deepEqual(steps(two), ['rename a b', 'write-file c']);
  });

  it('only sets metadata when the content is the same', () => {
    const local = here('a', file('1'));
    assert.deepEqual(steps(planned([take('a', local, { ...file('1'), executable: true })])), ['set-metadata a']);
  });

  it('sets a conflict loser aside under its own version and dot before the winner comes', () => {
    const local = here('a', file('1'));
    const [operation] = planned([take('a', local, file('2'), true)]);
    const [copy] = conflictPathsOf(path('a'), file('1'));
    assert.deepEqual(steps([operation as Operation]), [`rename a ${copy}`, 'write-file a']);
    assert.deepEqual(operation?.steps[1]?.expect, { is: 'absent' });
    const kept = operation?.records[0];
    assert.deepEqual([kept?.path, kept?.version, kept?.write], [copy, local.version, { dot: local.dot }]);
  });

  it('does not make a conflict copy again that its user deleted or edited', () => {
    const local = here('a', file('1'));
    const [copy] = conflictPathsOf(path('a'), file('1'));
    for (const there of [deleted, file('3')]) {
      const known = { ...here(copy as string, there, 8), dot: dot(1, 3), version: [...local.version, version(1, 3)] };
      const operations = planned([take('a', local, file('2'), true)], [known]);
      assert.deepEqual(steps(operations), ['write-file a']);
    }
  });

  it('sets a copy that was moved back to its old name and lost again aside again, above the tombstone it left', () => {
    // Both halves of the move are writes of one device; the tombstone came later, so its version covers the new loser's dot.
    const local = here('a', file('1'), 5);
    const [copy] = conflictPathsOf(path('a'), file('1'));
    const tombstone = here(copy as string, deleted, 6);
    const [operation] = planned([take('a', local, file('2'), true)], [tombstone]);
    assert.deepEqual(steps([operation as Operation]), [`rename a ${copy}`, 'write-file a']);
    assert.deepEqual(operation?.records[0]?.write, 'local');
    assert.deepEqual(operation?.records[0]?.version, tombstone.version);
  });

  it('makes no second copy beside an equal one, but relies on it and raises it above a delete made elsewhere', () => {
    const local = here('a', file('1'), 5);
    const [copy] = conflictPathsOf(path('a'), file('1'));
    const standing = here(copy as string, file('1'), 4);
    const [operation] = planned([take('a', local, file('2'), true)], [standing]);
    assert.deepEqual(steps([operation as Operation]), ['write-file a']);
    assert.equal(operation?.reliesOn, standing);
    const raised = operation?.records[0];
    assert.deepEqual([raised?.path, raised?.write, raised?.statOf, raised?.basedOn], [copy, 'local', 'kept', 4]);
  });

  it('gives the second name to a loser whose usual name another one took', () => {
    const local = here('a', file('1'));
    const [usual, second] = conflictPathsOf(path('a'), file('1'));
    const stranger = { ...here(usual as string, file('9'), 8), version: [], dot: dot(2, 1) };
    const operations = planned([take('a', local, file('2'), true)], [stranger]);
    assert.deepEqual(steps(operations), [`rename a ${second}`, 'write-file a']);
  });

  it('clears the way for another kind: a file for a directory at once, a directory for a file at the end', () => {
    const operations = planned([
      take('x', here('x', file('1')), directory),
      take('x/in', undefined, file('2')),
      take('y', here('y', directory), file('3')),
      take('y/old', here('y/old', file('4')), deleted),
    ]);
    assert.deepEqual(steps(operations), [
      'remove x',
      'create-directory x',
      'write-file x/in',
      'remove y/old',
      'remove-directory y',
      'write-file y',
    ]);
  });

  it('revives the directory that something arrives in, above its tombstone', () => {
    const tombstone = here('d', deleted);
    const operations = planned([take('d/e/f', undefined, file('1'))], [tombstone]);
    assert.deepEqual(steps(operations), ['create-directory d', 'create-directory d/e', 'write-file d/e/f']);
    const [revived] = operations[0]?.records ?? [];
    assert.deepEqual([revived?.write, revived?.version, revived?.basedOn], ['local', tombstone.version, 5]);
  });

  it('keeps a directory that holds something live, and first what was to replace it', () => {
    const local = here('d', directory);
    const [replaced] = planned([take('d', local, file('1'))]);
    const revival = reviveDirectory(local, replaced as Operation, { record: () => undefined });
    const [copy] = conflictPathsOf(path('d'), file('1'));
    assert.deepEqual(steps([revival as Operation]), [`write-file ${copy}`]);
    assert.deepEqual(
      revival?.records.map((record) => [record.path, record.entry.kind, record.write === 'local']),
      [
        [copy, 'file', false],
        ['d', 'directory', true],
      ],
    );
    // Else whoever has deleted or replaced it would do so again.
    const stays = revival?.records.find((record) => record.path === 'd');
    for (const known of [
      local.version,
      (replaced as Operation).records.find((record) => record.path === 'd')?.version,
    ]) {
      assert.ok(
        known !== undefined && known.every(([replica, counter]) => counterOf(stays?.version ?? [], replica) >= counter),
      );
    }
    const moved = reviveDirectory({ ...local, sequence: 6 }, replaced as Operation, { record: () => undefined });
    assert.equal(moved, undefined);
  });

  it('keeps a directory over what this device cannot hold, and only records the copy of that', () => {
    const local = here('d', directory);
    const decided = take('d', local, { kind: 'symlink', target: 'x', mtimeUs: 1 });
    const [replaced] = planned([{ ...decided, decision: { ...decided.decision, unheld: true } as Decision }]);
    const revival = reviveDirectory(local, replaced as Operation, { record: () => undefined });
    assert.deepEqual(revival?.steps, []);
    assert.deepEqual(
      revival?.records.map((record) => [record.entry.kind, record.statOf]),
      [
        ['symlink', undefined],
        ['directory', 'kept'],
      ],
    );
  });
});
