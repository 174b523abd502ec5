/**
 * Atomic groups: directories whose files make sense together alone, a repository's `.git` above all. A group is announced from
 * one quiet moment and applied all or nothing, in an order in which the repository is whole after every single step.
 */
import { compareVersions, joinVersions } from './version.ts';
import { comparePaths, nameOf, type RelativePath } from './path.ts';
import type { Operation } from './plan.ts';
import type { Decided } from './reconcile.ts';
import { isHeld, type IndexRecord, type LocalRecord } from './record.ts';

/**
 * The order in which a repository is whole at every step: what is referred to comes before what refers to it, and what is no
 * longer referred to goes last. Objects, then pack indexes (git finds a pack by its index), then everything else, then refs,
 * HEAD and the index; deletes of refs, then of the rest, children first.
 */
export function inGroupOrder(operations: readonly Operation[], group: RelativePath): Operation[] {
  return operations.toSorted((a, b) => {
    const byRank = rankOf(a, group) - rankOf(b, group);
    if (byRank !== 0) return byRank;
    return isRemoval(a) ? comparePaths(b.path, a.path) : comparePaths(a.path, b.path);
  });
}

function isRemoval({ steps }: Operation): boolean {
  const last = steps.at(-1);
  return last?.do === 'remove' || last?.do === 'remove-directory';
}

function rankOf(operation: Operation, group: RelativePath): number {
  const below = operation.path.slice(group.length + 1);
  const isObject = below.startsWith('objects/') || below.includes('/objects/');
  if (isRemoval(operation)) {
    if (operation.steps.at(-1)?.do === 'remove-directory') return 9;
    // A pack's index goes before the pack: git must not find the one without the other.
    if (isObject) return below.endsWith('.idx') ? 7 : 8;
    return 6;
  }
  if (operation.steps.some((step) => step.do === 'create-directory')) return 0;
  if (isObject) return below.endsWith('.idx') ? 2 : 1;
  const name = nameOf(operation.path);
  if (name === 'HEAD' || name === 'index') return 5;
  if (below.startsWith('refs/') || name === 'packed-refs' || name.endsWith('_HEAD')) return 4;
  return 3;
}

/**
 * True when this device holds something in the group that `theirs` (what one device announced of the same paths) was written
 * without knowing: then what they deleted may be what ours refers to.
 */
export function isConcurrent(
  ours: readonly (LocalRecord | undefined)[],
  theirs: readonly (IndexRecord | undefined)[],
): boolean {
  return ours.some((local, i) => {
    if (local === undefined) return false;
    const announced = theirs[i];
    if (announced === undefined) return isHeld(local);
    const causality = compareVersions(local.version, announced.version);
    return causality === 'after' || causality === 'concurrent';
  });
}

export interface Kept {
  readonly path: RelativePath;
  readonly local: LocalRecord;
  /** To be bumped by a write of our own, which dominates the delete. */
  readonly version: LocalRecord['version'];
}

/**
 * Cell G1-group-keeps: in a group that both sides wrote to, deletes are not taken; what they would delete stays, under a version
 * that dominates them. (A repack there deletes objects that a commit made here at the same time may need.)
 */
export function splitDeletes(takes: readonly Decided[]): { readonly kept: Kept[]; readonly rest: Decided[] } {
  const kept: Kept[] = [];
  const rest: Decided[] = [];
  for (const decided of takes) {
    const { path, local, decision } = decided;
    if (decision.do === 'take' && decision.entry.kind === 'deleted' && local !== undefined && isHeld(local)) {
      kept.push({ path, local, version: joinVersions(local.version, decision.version) });
    } else rest.push(decided);
  }
  return { kept, rest };
}
