import assert from 'node:assert/strict';
import type { EpochId } from '../../../src/core/identifiers.ts';
import { claimsPerDayMax, grantClaim, whyNewLife, type Traces, type Witness } from '../../../src/core/lives.ts';
import { replicas } from '../../support/core-arbitraries.ts';

const [replica, another] = replicas as [Traces['index']['replica'], Traces['index']['replica']];
const epoch = 'e'.repeat(16) as EpochId;
const witness: Witness = { id: 'a', inode: 1, ctimeMs: 2, owner: '33152 0 0 1', isStable: true };
const note = { replica, sequence: 7, epoch };
const whole: Traces = {
  index: { replica, lastSequence: () => 9, epochAt: (sequence) => (sequence > 0 ? epoch : undefined) },
  recorded: witness,
  found: witness,
  noted: note,
  note,
};

describe('an index and its folder', () => {
  for (const [what, traces] of [
    ['lived together', whole],
    ['have a note that is newer than the index remembers', { ...whole, noted: { ...note, sequence: 5 } }],
    ['have no traces yet', { ...whole, recorded: undefined, noted: undefined, note: undefined }],
    [
      'changed hands: chmod, chown or a hard link',
      { ...whole, found: { ...witness, ctimeMs: 3, owner: '33152 0 0 2' } },
    ],
    [
      'are on a file system whose inodes mean nothing',
      { ...whole, found: { ...witness, inode: 8, ctimeMs: 9, isStable: false } },
    ],
  ] as const) {
    it(`go on when they ${what}`, () => assert.equal(whyNewLife(traces), undefined));
  }

  for (const [what, traces, why] of [
    ['its witness is a copy', { ...whole, found: { ...witness, inode: 8 } }, /copied/],
    ['its witness was written over', { ...whole, found: { ...witness, ctimeMs: 8 } }, /copied/],
    ['its witness is another', { ...whole, found: { ...witness, id: 'b', isStable: false } }, /copied/],
    ['its witness is gone', { ...whole, found: undefined }, /copied/],
    ['another index was here', { ...whole, note: { ...note, replica: another } }, /another index/],
    ['the note is above it', { ...whole, note: { ...note, sequence: 10 } }, /index is older/],
    [
      'the note is of another epoch',
      { ...whole, note: { ...note, epoch: 'f'.repeat(16) as EpochId } },
      /index is older/,
    ],
    ['the note went back', { ...whole, note: { ...note, sequence: 6 } }, /directory is older/],
    ['the note is gone', { ...whole, note: undefined }, /directory is older/],
  ] as const) {
    it(`part when ${what}`, () => assert.match(whyNewLife(traces) ?? '', why));
  }

  it('begin anew at a peer’s word only so often a day', () => {
    let granted: readonly number[] | undefined = [];
    for (let i = 0; i < claimsPerDayMax; i++) granted = grantClaim(granted ?? [], i * 1000);
    assert.equal(granted?.length, claimsPerDayMax);
    assert.equal(grantClaim(granted, 5000), undefined);
    assert.deepEqual(grantClaim(granted, 2 * 24 * 3600 * 1000), [2 * 24 * 3600 * 1000]);
  });
});
