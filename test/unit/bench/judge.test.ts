import assert from 'node:assert/strict';
import { goals } from '../../../bench/goals.ts';
import { guards } from '../../../bench/guard.ts';
import type { Figures, Sample, SystemName } from '../../../bench/measures/sample.ts';
import { judge } from '../../../bench/report/judge.ts';

function sample(system: SystemName, figures: Figures, part = '', workload: Sample['workload'] = 'W2'): Sample {
  return { workload, part, system, round: 1, figures };
}

describe('goals of the bench', () => {
  const faster = { workload: 'W2', figure: 'seconds', bound: { faster: 12, than: 'syncthing' } } as const;

  it('are met from just the bound on, by medians', () => {
    const syncthing = [24, 20, 100].map((seconds) => sample('syncthing', { seconds }));
    const verdict = judge(faster, [...syncthing, sample('p2psync', { seconds: 2 })]);
    assert.equal(verdict?.value, 12);
    assert.equal(verdict.isMet, true);
    assert.equal(judge(faster, [...syncthing, sample('p2psync', { seconds: 2.01 })])?.isMet, false);
  });

  it('allow more than the other takes when they say so', () => {
    const goal = { workload: 'W2', figure: 'seconds', bound: { faster: 1 / 2, than: 'rsync' } } as const;
    const rsync = sample('rsync', { seconds: 1 });
    assert.equal(judge(goal, [rsync, sample('p2psync', { seconds: 2 })])?.isMet, true);
    assert.equal(judge(goal, [rsync, sample('p2psync', { seconds: 2.1 })])?.isMet, false);
  });

  it('hold one part against another of our own', () => {
    const goal = {
      workload: 'W12',
      part: 'from two',
      figure: 'seconds',
      bound: { faster: 1.5, thanPart: 'from one' },
    } as const;
    const from = (part: string, seconds: number): Sample => sample('p2psync', { seconds }, part, 'W12');
    const samples = [from('from one source', 3), from('from two sources', 2), sample('syncthing', { seconds: 9 })];
    const verdict = judge(goal, samples);
    assert.deepEqual([verdict?.value, verdict?.isMet, verdict?.part], [1.5, true, 'from two sources']);
  });

  it('hold bytes and memory against a plain bound', () => {
    const goal = { workload: 'W2', figure: 'wireBytes', bound: { atMost: 100 } } as const;
    assert.equal(judge(goal, [sample('p2psync', { wireBytes: 100 })])?.isMet, true);
    assert.equal(judge(goal, [sample('p2psync', { wireBytes: 101 })])?.isMet, false);
  });

  it('are not judged, rather than met, when something was not measured', () => {
    assert.equal(judge(faster, []), undefined);
    assert.equal(judge(faster, [sample('p2psync', { seconds: 1 })]), undefined);
    assert.equal(judge(faster, [sample('syncthing', { seconds: 1 })]), undefined);
    assert.equal(judge(faster, [sample('p2psync', {}), sample('syncthing', { seconds: 1 })]), undefined);
  });

  it('of the guard are wider than the goals themselves', () => {
    for (const guard of guards) {
      const goal = goals.find(
        (each) => each.workload === guard.workload && each.part === guard.part && each.figure === guard.figure,
      );
      if (goal === undefined) continue;
      if ('atMost' in guard.bound && 'atMost' in goal.bound) assert.ok(guard.bound.atMost > goal.bound.atMost);
      if ('than' in guard.bound && 'than' in goal.bound && guard.bound.than === goal.bound.than) {
        assert.ok(guard.bound.faster < goal.bound.faster);
      }
    }
  });
});
