/**
 * Plans from any tree to any other: carried out step by step on a tree in memory, each step finds what it expects, no path is
 * touched twice against the order, and at the end the wished tree stands. Moves, swaps and cycles of files and directories
 * (also into one another) come of themselves, since the trees share names and content.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { entriesEqual, type LiveEntry } from '../../src/core/entry.ts';
import type { ReplicaId } from '../../src/core/identifiers.ts';
import { comparePaths, isBelow, parentOf, type RelativePath } from '../../src/core/path.ts';
import { plan, type Operation } from '../../src/core/plan.ts';
import type { Decided } from '../../src/core/reconcile.ts';
import type { LocalRecord, StatFingerprint } from '../../src/core/record.ts';
import type { ApplyStep } from '../../src/core/step.ts';
import { devices, hash, path, replicas } from '../support/core-arbitraries.ts';

type Tree = ReadonlyMap<RelativePath, LiveEntry>;

const [ours, theirs] = replicas as [ReplicaId, ReplicaId];
const names = ['a', 'b', 'c'] as const;
const entry: fc.Arbitrary<LiveEntry> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<LiveEntry>({ kind: 'directory' }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom(1, 1, 2), fc.constantFrom(false, false, true))
      .map(([digits, mtimeUs, executable]): LiveEntry => ({
        ...{ kind: 'file', size: 1, mtimeUs, executable },
        contentHash: hash(digits),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x', 'y').map((target): LiveEntry => ({ kind: 'symlink', target, mtimeUs: 1 })),
  },
);
/** Up to three levels of three names. */
const treeArbitrary: fc.Arbitrary<Tree> = fc
  .array(fc.tuple(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), entry), {
    maxLength: 14,
    size: 'max',
  })
  .map((items) => {
    const tree = new Map<RelativePath, LiveEntry>();
    for (const [parts, what] of items) put(tree, path(parts.join('/')), what);
    return tree;
  });

/** With the directories on the way; what was there before makes room. */
function put(tree: Map<RelativePath, LiveEntry>, at: RelativePath, what: LiveEntry): void {
  for (let parent = parentOf(at); parent !== undefined; parent = parentOf(parent)) {
    if (tree.get(parent)?.kind !== 'directory') tree.set(parent, { kind: 'directory' });
  }
  for (const other of tree.keys()) if (isBelow(other, at)) tree.delete(other);
  tree.set(at, what);
}

/** A user's moves: each name takes another's place, subtrees and all. */
function permuted(tree: Tree, order: readonly number[]): Tree {
  const moved = new Map<RelativePath, LiveEntry>();
  for (const [at, what] of tree) {
    const [top, ...rest] = at.split('/') as [string, ...string[]];
    const target = names[order[names.indexOf(top as (typeof names)[number])] as number] as string;
    moved.set(path([target, ...rest].join('/')), what);
  }
  return moved;
}

/** Top-level `from` goes into top-level `into`, as its child. */
function nested(tree: Tree, from: string, into: string): Tree {
  const moved = new Map<RelativePath, LiveEntry>();
  for (const [at, what] of tree) if (at !== from && !isBelow(at, path(from))) moved.set(at, what);
  for (const [at, what] of [...tree].sort(([x], [y]) => comparePaths(x, y))) {
    if (at === from || isBelow(at, path(from))) put(moved, path(`${into}/${at}`), what);
  }
  return moved;
}

interface Disk {
  readonly entries: Map<RelativePath, { readonly entry: LiveEntry; readonly stat: StatFingerprint }>;
  inode: number;
}

function stand(disk: Disk, at: RelativePath, what: LiveEntry): void {
  const n = ++disk.inode;
  disk.entries.set(at, { entry: what, stat: { size: 1, mtimeMs: n, ctimeMs: n, inode: n, mode: 0 } });
}

/** The real disk's rules (src/disk/apply.ts): look first, parents must stand, directories go empty. */
function carryOut(disk: Disk, step: ApplyStep): void {
  const there = disk.entries.get(step.path);
  const said = JSON.stringify(step);
  if (step.expect.is === 'absent') assert.equal(there, undefined, `something stands in the way of ${said}`);
  else {
    assert.ok(there !== undefined, `nothing stands where ${said}`);
    assert.equal(there.entry.kind, step.expect.kind, said);
    assert.equal(there.stat.inode, step.expect.stat.inode, said);
  }
  const target = step.do === 'rename' ? step.to : step.path;
  const parent = parentOf(target);
  if (parent !== undefined) assert.equal(disk.entries.get(parent)?.entry.kind, 'directory', `no parent for ${said}`);
  switch (step.do) {
    case 'create-directory':
      return stand(disk, target, { kind: 'directory' });
    case 'write-file':
      assert.notEqual(there?.entry.kind, 'directory', said);
      return stand(disk, target, step.entry);
    case 'write-symlink':
      assert.notEqual(there?.entry.kind, 'directory', said);
      return stand(disk, target, { kind: 'symlink', target: step.target, mtimeUs: step.mtimeUs });
    case 'set-metadata': {
      const before = (there as { entry: LiveEntry }).entry;
      const { mtimeUs, executable } = step;
      if (before.kind === 'file') return stand(disk, target, { ...before, mtimeUs, executable });
      if (before.kind === 'symlink') return stand(disk, target, { ...before, mtimeUs });
      throw new Error(said);
    }
    case 'rename': {
      assert.equal(disk.entries.get(target), undefined, `something stands at the end of ${said}`);
      const { entry: moved } = there as { entry: LiveEntry };
      disk.entries.delete(step.path);
      return stand(disk, target, moved);
    }
    case 'remove':
      assert.notEqual(there?.entry.kind, 'directory', said);
      disk.entries.delete(target);
      return undefined;
    case 'remove-directory':
      assert.deepEqual(
        [...disk.entries.keys()].filter((other) => isBelow(other, target)),
        [],
        said,
      );
      disk.entries.delete(target);
      return undefined;
  }
}

function reach(from: Tree, to: Tree): Operation[] {
  const disk: Disk = { entries: new Map(), inode: 0 };
  for (const [at, what] of from) stand(disk, at, what);
  const records = new Map<RelativePath, LocalRecord>();
  let sequence = 0;
  for (const [at, what] of from) {
    const dot = { replica: ours, counter: ++sequence };
    const { stat } = disk.entries.get(at) as { stat: StatFingerprint };
    records.set(at, { path: at, entry: what, version: [[ours, sequence]], dot, sequence, stat });
  }
  const decided: Decided[] = [];
  for (const at of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(at), to.get(at)];
    if (before !== undefined && after !== undefined && entriesEqual(before, after)) continue;
    const local = records.get(at);
    decided.push({
      path: at,
      local,
      decision: {
        ...{ do: 'take', cell: local === undefined ? 'C2-new' : 'C8-newer', setAside: false },
        entry: after ?? { kind: 'deleted' },
        version: [...(local?.version ?? []), [theirs, 1]],
        dot: { replica: theirs, counter: 1 },
        holders: [devices[1] as (typeof devices)[number]],
      },
    });
  }
  const operations = plan(decided, { record: (at) => records.get(at) });
  for (const operation of operations) for (const step of operation.steps) carryOut(disk, step);

  const stands = [...disk.entries].map(([at, { entry: what }]) => [at, what] as const);
  const byPath = (a: readonly [string, unknown], b: readonly [string, unknown]): number => comparePaths(a[0], b[0]);
  assert.deepEqual(stands.sort(byPath), [...to].sort(byPath));
  checkShape(operations, from, to);
  return operations;
}

function checkShape(operations: readonly Operation[], from: Tree, to: Tree): void {
  const recorded = operations.flatMap(({ records }) => records.map(({ path: at }) => at));
  assert.equal(new Set(recorded).size, recorded.length, 'a path is recorded twice');
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter((at) => {
    const [before, after] = [from.get(at), to.get(at)];
    return before === undefined || after === undefined || !entriesEqual(before, after);
  });
  assert.deepEqual([...recorded].sort(), changed.sort());
  // Late ones come last, children first; early ones parents first.
  const late = operations.findIndex((operation) => operation.late);
  if (late !== -1) assert.ok(operations.slice(late).every((operation) => operation.late));
  for (const [i, a] of operations.entries()) {
    for (const b of operations.slice(i + 1)) {
      if (a.late !== b.late) continue;
      assert.ok(a.late ? comparePaths(a.path, b.path) > 0 : comparePaths(a.path, b.path) < 0);
    }
  }
  for (const { records, steps, content } of operations) {
    for (const record of records) {
      if (record.entry.kind !== 'deleted') assert.equal(typeof record.statOf, 'number');
      if (typeof record.statOf === 'number') assert.ok(record.statOf < steps.length);
    }
    const written = steps.find((step) => step.do === 'write-file');
    assert.equal(content !== undefined, written !== undefined, 'content is asked for exactly where it is written');
  }
}

describe('plans between any two trees', () => {
  it('reach the wished tree, each step finding what it expects', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(treeArbitrary, treeArbitrary, (from, to) => {
        for (const { steps, late, cell } of reach(from, to)) {
          for (const step of steps) seen.add(`${step.do}${late ? ' late' : ''}`);
          seen.add(cell);
        }
      }),
      { numRuns: 4000 },
    );
    for (const what of ['rename', 'set-metadata', 'write-file late', 'write-symlink late', 'remove', 'P2-rename']) {
      assert.ok(seen.has(what), `${what} was never planned: ${[...seen].sort().join(', ')}`);
    }
  });

  it('reach swaps, 3-cycles and moves into one another of whole trees', () => {
    const orders = [
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    fc.assert(
      fc.property(treeArbitrary, fc.constantFrom(...orders), fc.boolean(), (from, order, deeper) => {
        const turned = permuted(from, order);
        const to = deeper ? nested(nested(turned, 'a', 'b'), 'b', 'c') : turned;
        reach(from, to);
        reach(to, from);
      }),
      { numRuns: 1500 },
    );
  });

  it('reach crossed moves: a/b becomes b/a', () => {
    const from = new Map<RelativePath, LiveEntry>();
    const file: LiveEntry = { kind: 'file', size: 1, mtimeUs: 1, executable: false, contentHash: hash('1') };
    put(from, path('a/b/f'), file);
    const to = new Map<RelativePath, LiveEntry>();
    put(to, path('b/a/f'), file);
    const operations = reach(from, to);
    assert.deepEqual(
      operations.filter(({ cell }) => cell === 'P2-rename').map(({ path: at }) => at),
      ['b/a/f'],
    );
    assert.ok(operations.every(({ content }) => content === undefined));
  });
});
