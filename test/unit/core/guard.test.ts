import assert from 'node:assert/strict';
import { defaultGuardLimits, judge } from '../../../src/core/guard.ts';

describe('mass-change guard', () => {
  const table: readonly (readonly [deletes: number, overwrites: number, files: number, reason: RegExp | undefined])[] =
    [
      [0, 0, 0, undefined],
      [0, 0, 1000, undefined],
      [24, 0, 24, undefined],
      [12, 12, 24, undefined],
      [25, 0, 25, /^This would delete all 25 files of the folder\.$/],
      [25, 0, 50, undefined],
      [26, 0, 50, /^This would delete 26 of the folder's 50 files \(52 %; up to 50 % at once needs no consent\)\.$/],
      [0, 26, 50, /overwrite 26 of the folder's 50 files/],
      [13, 13, 50, /delete 13 and overwrite 13 of the folder's 50 files/],
      [500, 0, 1000, undefined],
      [501, 0, 1000, /delete 501 of the folder's 1000 files \(50 %/],
      [1000, 5, 1000, /delete all 1000 files/],
      [30, 0, 0, /delete 30 of the folder's 0 files \(100 %/],
      [30, 30, 40, /\(100 %/],
    ];
  for (const [deletes, overwrites, files, reason] of table) {
    it(`${deletes} deletes and ${overwrites} overwrites of ${files} files: ${reason === undefined ? 'passes' : 'held'}`, () => {
      const judgement = judge({ deletes, overwrites }, { files }, { shareMax: 0.5, filesMin: 25 });
      assert.equal(judgement.ok, reason === undefined);
      if (!judgement.ok) assert.match(judgement.reason, reason!);
    });
  }

  it('holds an emptied folder also where every share is allowed', () => {
    const limits = { shareMax: 1, filesMin: 25 };
    assert.equal(judge({ deletes: 100, overwrites: 0 }, { files: 100 }, limits).ok, false);
    assert.equal(judge({ deletes: 99, overwrites: 0 }, { files: 100 }, limits).ok, true);
  });

  it('has half the folder, from 25 files on, as its limits', () => {
    assert.deepEqual(defaultGuardLimits, { shareMax: 0.5, filesMin: 25 });
    assert.equal(judge({ deletes: 26, overwrites: 0 }, { files: 50 }).ok, false);
  });
});
