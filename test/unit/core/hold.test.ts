import assert from 'node:assert/strict';
import type { Entry, LiveEntry } from '../../../src/core/entry.ts';
import { hold, type Unholdable } from '../../../src/core/hold.ts';
import type { DeviceId, Hash, ReplicaId } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import { plan } from '../../../src/core/plan.ts';
import { reconcile, type Announcement, type Decided } from '../../../src/core/reconcile.ts';
import type { LocalRecord, StatFingerprint } from '../../../src/core/record.ts';
import type { VersionVector } from '../../../src/core/version.ts';

const path = 'a:b' as RelativePath;
const replicaA = 'aa'.repeat(8) as ReplicaId;
const replicaB = 'bb'.repeat(8) as ReplicaId;
const device = 'B' as DeviceId;
const stat: StatFingerprint = { size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1, mode: 0 };
const file = (digit: string, mtimeUs = 1): Entry => ({
  kind: 'file',
  size: 1,
  mtimeUs,
  executable: false,
  contentHash: digit.repeat(64) as Hash,
});
const deleted: Entry = { kind: 'deleted' };
const unrepresentable: Unholdable = { because: 'unrepresentable', code: 'NAME', message: 'no' };
const leftOut: Unholdable = { because: 'left-out', code: 'LEFT_OUT', message: 'no' };

function local(entry: Entry, version: VersionVector, held: boolean): LocalRecord {
  const [replica, counter] = version[0] as (typeof version)[number];
  return { path, entry, version, dot: { replica, counter }, sequence: 7, stat: held ? stat : undefined };
}

function announced(entry: Entry, version: VersionVector): Announcement {
  const [replica, counter] = version.at(-1) as (typeof version)[number];
  return { device, record: { path, entry, version, dot: { replica, counter }, sequence: 3 } };
}

function decide(
  ours: LocalRecord | undefined,
  announcements: readonly Announcement[],
  why: Unholdable | undefined,
): Decided {
  const raw: Decided = { path, local: ours, decision: reconcile(ours, announcements) };
  return hold(raw, announcements, (_entry: LiveEntry) => why);
}

describe('what a device does not hold', () => {
  const v1: VersionVector = [[replicaB, 1]];
  const v2: VersionVector = [[replicaB, 2]];
  const other: VersionVector = [[replicaA, 5]];

  it('U1: is recorded, without a stat and without a step', () => {
    const { decision } = decide(undefined, [announced(file('1'), v1)], unrepresentable);
    assert.equal(decision.cell, 'U1-unheld');
    assert.ok(decision.do === 'merge' && decision.unheld === true);
    assert.deepEqual(decision.version, v1);
  });

  it('U3, U5: nor takes away what a rule leaves out since a moment, though its record says that it stands here', () => {
    const gone = decide(local(file('1'), v1, true), [announced(deleted, v2)], leftOut).decision;
    assert.equal(gone.cell, 'U3-unheld-deleted');
    assert.equal(gone.do, 'merge');
    const conflict = decide(local(file('1'), other, true), [announced(file('2', 9), v2)], leftOut).decision;
    assert.deepEqual(conflict, { do: 'nothing', cell: 'U5-conflict-elsewhere' });
  });

  it('U1: keeps hands off what its owner leaves out, though it stands here', () => {
    const { decision } = decide(local(file('1'), v1, true), [announced(file('2'), v2)], leftOut);
    assert.equal(decision.cell, 'U1-unheld');
  });

  it('U2: what stood here goes to the versions when its successor cannot be held', () => {
    const decided = decide(local(file('1'), v1, true), [announced(file('2'), v2)], unrepresentable);
    assert.equal(decided.decision.cell, 'U2-withdrawn');
    const [operation] = plan([decided], { record: () => decided.local });
    assert.deepEqual(
      operation?.steps.map((step) => step.do),
      ['remove'],
    );
    assert.deepEqual(operation?.records[0]?.entry, file('2'));
    assert.equal(operation?.records[0]?.statOf, undefined);
    assert.equal(operation?.content, undefined);
    assert.equal(operation?.loss, 'delete');
  });

  it('holds on to the very content that stands here, when its time or mode alone is new', () => {
    // Found by the walk of all pairings: it would have gone to the versions, although it stands here evidently.
    const { decision } = decide(local(file('1', 1), v1, true), [announced(file('1', 2), v2)], unrepresentable);
    assert.equal(decision.cell, 'C8-newer');
    assert.ok(decision.do === 'take' && decision.unheld !== true);
  });

  it('U3: its delete is recorded and touches nothing', () => {
    const { decision } = decide(local(file('1'), v1, false), [announced(deleted, v2)], undefined);
    assert.equal(decision.cell, 'U3-unheld-deleted');
    assert.equal(decision.do, 'merge');
  });

  it('U4: comes in once it can be held, under the version that is known', () => {
    const ours = local(file('1'), v1, false);
    const decided = decide(ours, [announced(file('1'), v1)], undefined);
    assert.equal(decided.decision.cell, 'U4-materialised');
    const [operation] = plan([decided], { record: () => ours });
    assert.deepEqual(
      operation?.steps.map((step) => [step.do, step.expect]),
      [['write-file', { is: 'absent' }]],
    );
    assert.deepEqual(operation?.records[0]?.version, v1);
    assert.deepEqual(operation?.content?.holders, [device]);
    assert.equal(decide(ours, [announced(file('1'), v1)], unrepresentable).decision.cell, 'C4-same');
  });

  it('U4: also where the version alone is new', () => {
    const { decision } = decide(local(file('1'), v1, false), [announced(file('1'), v2)], undefined);
    assert.equal(decision.cell, 'U4-materialised');
    assert.ok(decision.do === 'take');
    assert.deepEqual(decision.version, v2);
  });

  for (const why of [undefined, unrepresentable]) {
    it(`U5: the loser of a conflict that is not here is set aside in the index, before a winner that ${why === undefined ? 'comes' : 'cannot come either'}`, () => {
      // Found by random histories: to wait for its holder stalls two devices that meet through this one alone.
      const ours = local(file('1', 1), other, false);
      const decided = decide(ours, [announced(file('2', 9), v1)], why);
      assert.equal(decided.decision.cell, 'U5-conflict-elsewhere');
      const [operation] = plan([decided], { record: (at) => (at === path ? ours : undefined) });
      assert.deepEqual(
        operation?.steps.map((step) => [step.do, step.path]),
        why === undefined ? [['write-file', path]] : [],
      );
      const [copy, winner] = operation?.records ?? [];
      assert.equal(copy?.path, operation?.conflictCopy);
      assert.deepEqual([copy?.entry, copy?.version, copy?.statOf], [file('1', 1), other, undefined]);
      assert.deepEqual([winner?.path, winner?.statOf], [path, why === undefined ? 0 : undefined]);
      assert.deepEqual(winner?.version, [...other, ...v1]);
    });
  }

  it('changes nothing for what is held', () => {
    const ours = local(file('1'), v1, true);
    for (const entry of [file('1'), file('2'), deleted]) {
      const raw = reconcile(ours, [announced(entry, v2)]);
      assert.deepEqual(decide(ours, [announced(entry, v2)], undefined).decision, raw);
    }
  });
});
