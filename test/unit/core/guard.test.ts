import assert from 'node:assert/strict';
import { defaultGuardLimits, judge, LossTally, lossWindowMs, type Loss } from '../../../src/core/guard.ts';
import type { RelativePath } from '../../../src/core/path.ts';

describe('mass-change guard', () => {
  const table: readonly (readonly [deletes: number, overwrites: number, files: number, reason: RegExp | undefined])[] =
    [
      [0, 0, 0, undefined],
      [0, 0, 1000, undefined],
      [24, 0, 24, undefined],
      [12, 12, 24, undefined],
      [0, 99, 99, undefined],
      [13, 13, 50, undefined],
      [25, 0, 25, /^This would delete all 25 files of the folder\.$/],
      [25, 0, 50, undefined],
      [26, 0, 50, /^This would delete 26 of the folder's 50 files \(52 %; up to 50 % at once needs no consent\)\.$/],
      [0, 101, 200, /overwrite 101 of the folder's 200 files/],
      [60, 60, 200, /delete 60 and overwrite 60 of the folder's 200 files/],
      [26, 10, 50, /delete 26 of the folder's 50 files/],
      [500, 0, 1000, undefined],
      [501, 0, 1000, /delete 501 of the folder's 1000 files \(50 %/],
      [1000, 5, 1000, /delete all 1000 files/],
      [30, 0, 0, /delete 30 of the folder's 0 files \(100 %/],
      [130, 30, 140, /\(100 %/],
    ];
  for (const [deletes, overwrites, files, reason] of table) {
    it(`${deletes} deletes and ${overwrites} overwrites of ${files} files: ${reason === undefined ? 'passes' : 'held'}`, () => {
      const judgement = judge({ deletes, overwrites }, { files }, { shareMax: 0.5, filesMin: 25, rewritesMin: 100 });
      assert.equal(judgement.ok, reason === undefined);
      if (!judgement.ok) assert.match(judgement.reason, reason!);
    });
  }

  it('holds an emptied folder also where every share is allowed', () => {
    const limits = { shareMax: 1, filesMin: 25, rewritesMin: 100 };
    assert.equal(judge({ deletes: 100, overwrites: 0 }, { files: 100 }, limits).ok, false);
    assert.equal(judge({ deletes: 99, overwrites: 0 }, { files: 100 }, limits).ok, true);
  });

  it('has half the folder, from 25 files on, as its limits', () => {
    assert.deepEqual(defaultGuardLimits, { shareMax: 0.5, filesMin: 25, rewritesMin: 100 });
    assert.equal(judge({ deletes: 26, overwrites: 0 }, { files: 50 }).ok, false);
  });

  const losses = (count: number, loss: Loss, from = 0): Map<RelativePath, Loss> =>
    new Map(Array.from({ length: count }, (_, i) => [`f${from + i}` as RelativePath, loss]));

  it('adds up small waves of deletes, whatever their size', () => {
    const tally = new LossTally();
    let files = 100;
    let at = 0;
    for (; at < 50; at += 10) {
      const wave = losses(10, 'delete', at);
      assert.equal(tally.judge(wave, files, at, defaultGuardLimits).ok, true, `wave ${at}`);
      for (const path of wave.keys()) tally.note(path, 'delete', at);
      files -= 10;
    }
    assert.equal(tally.judge(losses(1, 'delete', at), files, at, defaultGuardLimits).ok, false);
  });

  it('forgets what was lost more than an hour ago, and everything once a person has seen it', () => {
    const tally = new LossTally();
    for (const path of losses(50, 'delete').keys()) tally.note(path, 'delete', 0);
    const more = losses(5, 'delete', 50);
    assert.equal(tally.judge(more, 50, lossWindowMs - 1, defaultGuardLimits).ok, false);
    assert.equal(tally.judge(more, 50, lossWindowMs, defaultGuardLimits).ok, true);
    for (const path of losses(50, 'delete').keys()) tally.note(path, 'delete', lossWindowMs);
    tally.clear();
    assert.equal(tally.judge(more, 50, lossWindowMs, defaultGuardLimits).ok, true);
  });

  it('counts a file that is rewritten again and again once', () => {
    const tally = new LossTally();
    for (let round = 0; round < 10; round++) {
      const wave = losses(30, 'overwrite');
      assert.equal(tally.judge(wave, 100, round, defaultGuardLimits).ok, true);
      for (const path of wave.keys()) tally.note(path, 'overwrite', round);
    }
  });
});
