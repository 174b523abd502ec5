/** Operations cut at every point of every step, on a disk in memory: what recovery makes of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entry, LiveEntry } from '../../../src/core/entry.ts';
import { entriesEqual } from '../../../src/core/entry.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import { plan, type Operation } from '../../../src/core/plan.ts';
import { reconcile } from '../../../src/core/reconcile.ts';
import type { LocalRecord, StatFingerprint } from '../../../src/core/record.ts';
import { intentOf, recover, type Recovery, type Standing } from '../../../src/core/recovery.ts';
import type { ApplyStep } from '../../../src/core/step.ts';
import { devices, entryArbitrary, fileArbitrary, hash, path, replicas } from '../../support/core-arbitraries.ts';

const [own, other] = replicas as [LocalRecord['dot']['replica'], LocalRecord['dot']['replica']];
const traits = { execBits: true, mtimeResolutionUs: 1, symlinks: true };
const at = path('p');
const from = path('q');

interface Node {
  readonly entry: LiveEntry;
  readonly inode: number;
}

/** What stands where. Steps are cut into what the system does one after the other. */
class ModelDisk {
  readonly nodes = new Map<RelativePath, Node>();
  #inodes = 0;

  put(where: RelativePath, entry: LiveEntry): void {
    this.nodes.set(where, { entry, inode: ++this.#inodes });
  }

  statAt(where: RelativePath): StatFingerprint {
    const { entry, inode } = this.nodes.get(where) as Node;
    const mtimeUs = entry.kind === 'directory' ? 0 : entry.mtimeUs;
    return { size: entry.kind === 'file' ? entry.size : 0, mtimeMs: mtimeUs / 1000, ctimeMs: 0, inode, mode: 0 };
  }

  actsOf(step: ApplyStep): (() => void)[] {
    const { path: where } = step;
    switch (step.do) {
      case 'create-directory':
        return [() => this.put(where, { kind: 'directory' })];
      case 'write-file':
        return [() => this.put(where, step.entry)];
      case 'write-symlink':
        return [() => this.put(where, { kind: 'symlink', target: step.target, mtimeUs: step.mtimeUs })];
      case 'rename':
        return [() => this.nodes.set(step.to, this.nodes.get(where) as Node), () => void this.nodes.delete(where)];
      case 'remove':
      case 'remove-directory':
        return [() => void this.nodes.delete(where)];
      case 'set-metadata': {
        const set = (change: object): void => {
          const { entry, inode } = this.nodes.get(where) as Node;
          this.nodes.set(where, { entry: { ...entry, ...change } as LiveEntry, inode });
        };
        const isFile = this.nodes.get(where)?.entry.kind === 'file';
        return [() => isFile && set({ executable: step.executable }), () => set({ mtimeUs: step.mtimeUs })];
      }
    }
  }

  standing(where: RelativePath): Standing {
    const node = this.nodes.get(where);
    if (node === undefined) return { is: 'absent' };
    const stat = this.statAt(where);
    const { entry } = node;
    if (entry.kind === 'file') return { is: 'file', entry, stat, manifest: undefined };
    if (entry.kind === 'symlink') return { is: 'symlink', target: entry.target, stat };
    return { is: 'directory', stat };
  }

  tree(): string {
    const told = [...this.nodes].map(([where, { entry }]) => JSON.stringify([where, entry]));
    return told.toSorted((a, b) => (a < b ? -1 : 1)).join();
  }
}

interface Case {
  readonly disk: ModelDisk;
  readonly records: Map<RelativePath, LocalRecord>;
  readonly operations: readonly Operation[];
}

/** `ours` stands here and is indexed; `theirs` is announced, after it or beside it. */
function caseOf(ours: Entry, theirs: Entry, isConcurrent: boolean, isRename: boolean): Case {
  const disk = new ModelDisk();
  const records = new Map<RelativePath, LocalRecord>();
  const index = (where: RelativePath, entry: Entry): LocalRecord => {
    if (entry.kind !== 'deleted') disk.put(where, entry);
    const counter = records.size + 1;
    const stat = entry.kind === 'deleted' ? undefined : disk.statAt(where);
    const dot = { replica: own, counter };
    const record = { path: where, entry, version: [[own, counter]] as const, dot, sequence: counter, stat };
    records.set(where, record);
    return record;
  };
  const announced = (local: LocalRecord | undefined, where: RelativePath, entry: Entry, concurrent: boolean) => {
    const base = concurrent || local === undefined ? [] : local.version;
    const record = { path: where, entry, version: [...base, [other, 1] as const], dot: { replica: other, counter: 1 } };
    const decision = reconcile(local, [{ device: devices[0] as never, record: { ...record, sequence: 1 } }]);
    return { path: where, local, decision };
  };
  const batch = isRename
    ? [announced(index(from, ours), from, { kind: 'deleted' }, false), announced(undefined, at, ours, false)]
    : [announced(index(at, ours), at, theirs, isConcurrent)];
  return { disk, records, operations: plan(batch, { record: (where) => records.get(where) }) };
}

const caseArbitrary = fc
  .record({
    ours: fc.oneof({ arbitrary: fileArbitrary, weight: 3 }, { arbitrary: entryArbitrary, weight: 2 }),
    theirs: entryArbitrary,
    sameContent: fc.boolean(),
    isConcurrent: fc.boolean(),
    isRename: fc.boolean(),
  })
  .map(({ ours, theirs, sameContent, isConcurrent, isRename }) => {
    const mtimeUs = theirs.kind === 'file' ? theirs.mtimeUs : 7;
    const touched = sameContent && ours.kind === 'file' ? { ...ours, mtimeUs, executable: !ours.executable } : theirs;
    return { ours, theirs: touched, isConcurrent, isRename: isRename && ours.kind === 'file' };
  });

/** Cuts after so many acts. */
function cut({ disk }: Case, { steps }: Operation, count: number): number {
  let done = 0;
  for (const step of steps) {
    for (const act of disk.actsOf(step)) {
      if (done === count) return done;
      act();
      done++;
    }
  }
  return done;
}

/** As sync/recover.ts does. Returns the paths whose records were written. */
function ended(here: Case, operation: Operation): { recovery: Recovery; recorded: Set<RelativePath> } {
  const { disk, records } = here;
  const intent = intentOf(operation);
  const look = {
    indexed: (where: RelativePath) => records.get(where),
    standing: (where: RelativePath) => disk.standing(where),
    traits,
  };
  let recovery = recover(intent, look);
  const first = recovery;
  if (recovery.do === 'complete' || recovery.do === 'take-back') {
    for (const act of disk.actsOf(recovery.step)) act();
    if (recovery.do === 'complete') recovery = recover(intent, look);
  }
  const recorded = new Set<RelativePath>();
  if (recovery.do === 'record') {
    for (const { record, stat } of recovery.recovered) {
      recorded.add(record.path);
      const node = disk.nodes.get(record.path);
      if (record.entry.kind === 'deleted') assert.equal(node, undefined, 'a recorded delete is a fact');
      else assert.ok(node !== undefined && entriesEqual(node.entry, record.entry), 'a recorded entry stands');
      assert.equal(stat?.inode, node?.inode);
    }
  }
  return { recovery: first, recorded };
}

describe('recovery of an operation', () => {
  it('that was done records all of it, and one that was not begun nothing', () => {
    fc.assert(
      fc.property(caseArbitrary, ({ ours, theirs, isConcurrent, isRename }) => {
        for (const [count, expected] of [
          [Infinity, 'record'],
          [0, 'leave'],
        ] as const) {
          const here = caseOf(ours, theirs, isConcurrent, isRename);
          for (const operation of here.operations) {
            const before = here.disk.tree();
            cut(here, operation, count);
            const { recovery, recorded } = ended(here, operation);
            assert.equal(recovery.do, expected);
            if (count === 0) assert.equal(here.disk.tree(), before);
            else assert.deepEqual([...recorded].sort(), operation.records.map((record) => record.path).sort());
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('that was cut anywhere leaves nothing that would pass for a delete of the user', () => {
    const reached = new Map<string, number>();
    fc.assert(
      fc.property(caseArbitrary, fc.nat({ max: 4 }), ({ ours, theirs, isConcurrent, isRename }, count) => {
        const here = caseOf(ours, theirs, isConcurrent, isRename);
        const [operation] = here.operations;
        if (operation === undefined) return;
        cut(here, operation, count);
        const { recovery, recorded } = ended(here, operation);
        reached.set(recovery.do, (reached.get(recovery.do) ?? 0) + 1);
        for (const { path: where, entry } of here.records.values()) {
          if (entry.kind === 'deleted' || recorded.has(where)) continue;
          assert.ok(
            here.disk.nodes.has(where),
            `${where} is gone, and its record says that it stands (${recovery.do})`,
          );
        }
      }),
      { numRuns: 2000 },
    );
    for (const outcome of ['record', 'complete', 'take-back', 'leave']) assert.ok(reached.has(outcome), outcome);
  });

  it('leaves alone what the index has moved on from', () => {
    const here = caseOf({ kind: 'directory' }, { kind: 'deleted' }, false, false);
    const [operation] = here.operations as [Operation];
    cut(here, operation, Infinity);
    const before = here.records.get(at) as LocalRecord;
    here.records.set(at, { ...before, sequence: before.sequence + 1 });
    assert.equal(ended(here, operation).recovery.do, 'leave');
  });

  it('takes nothing for its result that its user has written since', () => {
    const theirs = { kind: 'file', size: 1, mtimeUs: 5, executable: false, contentHash: hash('a') } as const;
    const ours = { ...theirs, contentHash: hash('b') };
    for (const found of [
      { ...theirs, contentHash: hash('c') },
      { ...theirs, mtimeUs: 6 },
      { ...theirs, executable: true },
    ]) {
      const here = caseOf(ours, theirs, false, false);
      const [operation] = here.operations as [Operation];
      cut(here, operation, Infinity);
      here.disk.put(at, found);
      assert.equal(ended(here, operation).recovery.do, 'leave');
    }
  });
});
