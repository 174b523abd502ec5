/**
 * How a person settles a conflict: which steps leave the one that was chosen under the original name. Pure; what is taken away
 * goes to the version store like anything else, and the local loop records the outcome as the user's own change.
 */
import { isConflictName, originalName } from './conflict.ts';
import { joinPath, nameOf, parentOf, type RelativePath } from './path.ts';
import type { ApplyStep, DiskItem, Expectation } from './step.ts';

export type ConflictChoice = 'mine' | 'theirs' | 'both';

export interface ConflictPair {
  /** Where the copy was made from; its name may have lost its end. */
  readonly original: RelativePath;
  readonly copy: RelativePath;
}

/** The pair that a conflict copy belongs to; undefined for any other name. */
export function conflictPairOf(copy: RelativePath): ConflictPair | undefined {
  const name = nameOf(copy);
  if (!isConflictName(name)) return undefined;
  const original = joinPath(parentOf(copy), originalName(name));
  return original === undefined ? undefined : { original, copy };
}

/** `report.docx` → `report 2.docx`, `report 3.docx`, …: names a copy may get when both are kept. */
export function plainNames(original: RelativePath, count: number): RelativePath[] {
  const name = nameOf(original);
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const names: RelativePath[] = [];
  for (let i = 2; i < count + 2; i++) {
    const path = joinPath(parentOf(original), `${stem} ${i}${extension}`);
    if (path !== undefined) names.push(path);
  }
  return names;
}

/** `stays`: which of the two gets the original name. `there`: what stands at the original name now; `copy`: the copy. */
export function stepsToKeep(
  pair: ConflictPair,
  stays: 'original' | 'copy',
  there: DiskItem | undefined,
  copy: DiskItem,
): ApplyStep[] {
  if (stays === 'original') return [{ do: 'remove', path: pair.copy, expect: expected(copy) }];
  const rename: ApplyStep = { do: 'rename', path: pair.copy, to: pair.original, expect: expected(copy) };
  return there === undefined ? [rename] : [{ do: 'remove', path: pair.original, expect: expected(there) }, rename];
}

export function expected({ kind, stat }: DiskItem): Expectation {
  return kind === 'other' ? { is: 'absent' } : { is: 'present', kind, stat };
}
