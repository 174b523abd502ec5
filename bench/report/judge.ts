/** Holds goals against what was measured. Pure. */
import type { Goal } from '../goals.ts';
import { median } from '../measures/statistics.ts';
import type { FigureName, Sample, SystemName } from '../measures/sample.ts';

export interface Verdict {
  readonly goal: Goal;
  readonly part: string;
  /** Of `atMost`: our median. Of `faster`: so many times less than the other's. */
  readonly value: number;
  readonly isMet: boolean;
}

export function figuresOf(
  samples: readonly Sample[],
  of: { readonly workload: string; readonly part: string; readonly system: SystemName; readonly figure: FigureName },
): number[] {
  return samples
    .filter((sample) => sample.workload === of.workload && sample.part === of.part && sample.system === of.system)
    .flatMap(({ figures }) => figures[of.figure] ?? []);
}

/** Undefined: not measured, on our side or the other's. */
export function judge(goal: Goal, samples: readonly Sample[]): Verdict | undefined {
  const { workload, figure, bound } = goal;
  const part = partNamed(samples, workload, goal.part);
  const system: SystemName = 'p2psync';
  if (part === undefined) return undefined;
  const own = median(figuresOf(samples, { workload, part, system, figure }));
  if (Number.isNaN(own)) return undefined;
  if ('atMost' in bound) return { goal, part, value: own, isMet: own <= bound.atMost };
  const other =
    'than' in bound
      ? { workload, part, system: bound.than, figure }
      : { workload, part: partNamed(samples, workload, bound.thanPart) ?? '', system, figure };
  const value = median(figuresOf(samples, other)) / own;
  return Number.isNaN(value) ? undefined : { goal, part, value, isMet: value >= bound.faster };
}

function partNamed(samples: readonly Sample[], workload: string, beginning: string | undefined): string | undefined {
  return samples.find(
    (sample) =>
      sample.workload === workload &&
      (beginning === undefined ? sample.part === '' : sample.part.startsWith(beginning)),
  )?.part;
}
