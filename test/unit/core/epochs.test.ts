import assert from 'node:assert/strict';
import fc from 'fast-check';
import { epochAt, epochsMax, isOlderThan, withEpoch, type Epoch } from '../../../src/core/epochs.ts';
import type { EpochId } from '../../../src/core/identifiers.ts';

let given = 0;
const newId = (): EpochId => (++given).toString(16).padStart(16, '0') as EpochId;

/** An index as far as epochs know it: opened, written to, copied. */
class Index {
  epochs: readonly Epoch[];
  last: number;

  constructor(epochs: readonly Epoch[] = [], last = 0) {
    this.epochs = epochs;
    this.last = last;
  }

  open(): this {
    this.epochs = withEpoch(this.epochs, newId(), this.last);
    return this;
  }

  write(count: number): this {
    this.last += count;
    return this;
  }

  copy(): Index {
    return new Index(this.epochs, this.last);
  }

  lastSequence(): number {
    return this.last;
  }

  epochAt(sequence: number): EpochId | undefined {
    return epochAt(this.epochs, Math.min(sequence, this.last));
  }

  told(sequence: number): { sequence: number; epoch: EpochId | undefined } {
    return { sequence, epoch: this.epochAt(sequence) };
  }
}

/** Openings with that many writes each. */
const lives = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 });
const run = (index: Index, writes: readonly number[]): Index => {
  for (const count of writes) index.open().write(count);
  return index;
};

describe('epochs of an index', () => {
  it('are ascending and bounded, and one that gave nothing is not kept', () => {
    fc.assert(
      fc.property(lives, (writes) => {
        const { epochs, last } = run(new Index(), writes).open();
        for (const [i, { begins }] of epochs.entries()) assert.ok(begins > (epochs[i - 1]?.begins ?? 0));
        assert.equal(epochs.at(-1)?.begins, last + 1);
      }),
    );
    const index = run(new Index(), Array<number>(epochsMax + 50).fill(1));
    assert.equal(index.epochs.length, epochsMax);
    assert.equal(index.epochAt(1), undefined, 'too long ago');
    assert.equal(isOlderThan(index, { sequence: 1, epoch: newId() }), false, 'which cannot be judged');
  });

  it('never speak against an index that only went on', () => {
    fc.assert(
      fc.property(lives, lives, fc.nat({ max: 40 }), (before, after, at) => {
        const index = run(new Index(), before);
        const held = index.told(Math.min(at, index.last));
        assert.equal(isOlderThan(run(index, after), held), false);
      }),
    );
  });

  it('show an older copy, for all that was told after it was made, however much the copy has written since', () => {
    fc.assert(
      fc.property(lives, lives, lives, fc.nat({ max: 40 }), (before, lost, since, at) => {
        const index = run(new Index(), before);
        const older = index.copy();
        // Copied in the middle of a life as well: it goes on without being opened.
        index.write(1);
        run(index, lost);
        const held = index.told(older.last + 1 + (at % (index.last - older.last)));
        assert.equal(isOlderThan(run(older, since), held), true);
      }),
    );
  });
});
