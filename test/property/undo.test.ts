/** Undo against random histories: what the plan leads to is what stood there before, or it is left alone for a reason. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentEqual, entriesEqual, type Entry } from '../../src/core/entry.ts';
import { madeBy } from '../../src/core/history.ts';
import type { DeviceId, Hash } from '../../src/core/identifiers.ts';
import type { RelativePath } from '../../src/core/path.ts';
import { planUndo, type PathHistory } from '../../src/core/undo.ts';

const bad = 'bad' as DeviceId;
const devices = [bad, 'good' as DeviceId, undefined] as const;
const deleted: Entry = { kind: 'deleted' };

const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.constant(deleted),
  fc.constant<Entry>({ kind: 'directory' }),
  fc.record({ kind: fc.constant('symlink' as const), target: fc.constantFrom('x', 'y'), mtimeUs: fc.nat(2) }),
  fc.record({
    kind: fc.constant('file' as const),
    size: fc.constant(1),
    mtimeUs: fc.nat(2),
    executable: fc.boolean(),
    contentHash: fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(64) as Hash),
  }),
);

interface Made {
  readonly history: PathHistory;
  readonly start: Entry;
}

/** A line of changes of one path, each by somebody; content that is replaced is kept under a name of its own. */
const made: fc.Arbitrary<Made> = fc
  .tuple(entry, fc.array(fc.tuple(entry, fc.constantFrom(...devices)), { minLength: 1, maxLength: 6 }))
  .map(([start, steps]) => {
    const changes: PathHistory['changes'][number][] = [];
    let before = start;
    for (const [i, [after, device]] of steps.entries()) {
      if (entriesEqual(before, after)) continue;
      const kept =
        before.kind === 'file' && !contentEqual(before, after) ? `kept-${i}-${before.contentHash}` : undefined;
      changes.push({ before, after, device, via: undefined, kept });
      before = after;
    }
    return { history: { path: 'p' as RelativePath, changes, current: before }, start };
  })
  .filter(({ history }) => history.changes.length > 0);

const isTheirs = (change: PathHistory['changes'][number]): boolean => madeBy(change) === bad;

describe('undo', () => {
  it('brings back what stood before the first change, leaves alone what others changed since, and repeats to nothing', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(made, ({ history }) => {
        const first = history.changes.findIndex(isTheirs);
        const [step, ...none] = planUndo([history], isTheirs);
        assert.deepEqual(none, []);
        seen.set(step?.do ?? 'nothing', (seen.get(step?.do ?? 'nothing') ?? 0) + 1);
        const before = history.changes[first]?.before ?? deleted;
        const current = history.current ?? deleted;
        if (step === undefined) return assert.equal(first === -1 || entriesEqual(before, current), true);
        if (step.do === 'leave') return assert.equal(history.changes.slice(first).every(isTheirs), false);
        assert.equal(history.changes.slice(first).every(isTheirs), true);
        const after: Entry =
          step.do === 'remove' ? deleted : step.do === 'make-directory' ? { kind: 'directory' } : step.entry;
        assert.equal(entriesEqual(after, before), true);
        if (step.do === 'write') {
          assert.equal(step.kept.length > 0, true);
          for (const name of step.kept) assert.equal(name.endsWith(step.entry.contentHash), true);
        }
        if (step.do === 'set-metadata') assert.equal(contentEqual(step.entry, current), true);
        // Once it is done: its own record is the newest change, and nothing is left to take back.
        const undone = { before: current, after, device: undefined, via: undefined, kept: undefined };
        const again = { ...history, changes: [...history.changes, undone], current: after };
        return assert.deepEqual(planUndo([again], isTheirs), []);
      }),
      { numRuns: 2000 },
    );
    for (const kind of ['nothing', 'leave', 'write', 'remove', 'link', 'make-directory', 'set-metadata']) {
      assert.equal((seen.get(kind) ?? 0) > 5, true, `${kind} was hardly ever reached`);
    }
  });

  it('leaves a path alone whose index says other than its history', () => {
    const a: Entry = { kind: 'symlink', target: 'a', mtimeUs: 0 };
    const b: Entry = { kind: 'symlink', target: 'b', mtimeUs: 0 };
    const changes = [{ before: deleted, after: a, device: bad, via: bad, kept: undefined }];
    const steps = planUndo([{ path: 'p' as RelativePath, changes, current: b }], isTheirs);
    assert.deepEqual(steps, [{ do: 'leave', path: 'p', reason: 'changed-since' }]);
  });
});
