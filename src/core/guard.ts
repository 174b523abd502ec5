/**
 * Holds a change that would take away much of a folder at once: an emptied root, a script gone wrong, malware here or on
 * another device. Stands between reconcile and the first step of a plan, and before local losses are recorded. What was lost
 * within the last hour counts along, so that many small waves are one. Whoever owns the folder lets the change through by hand.
 */
import { contentEqual } from './entry.ts';
import { groupOf } from './group-path.ts';
import type { RelativePath } from './path.ts';
import type { Decided } from './reconcile.ts';
import { isHeld } from './record.ts';

/** What a plan would take away: files that were deleted, and files whose content was replaced. */
export interface PlannedLoss {
  readonly deletes: number;
  readonly overwrites: number;
}

export interface GuardLimits {
  /** Share of the folder's files above which a loss is held, 0 to 1. */
  readonly shareMax: number;
  /** Losses of fewer files than this are never held. */
  readonly filesMin: number;
  /** Replaced files count from this many losses on: who works replaces some of a small folder's files every day. */
  readonly rewritesMin: number;
}

export const defaultGuardLimits: GuardLimits = { shareMax: 0.5, filesMin: 25, rewritesMin: 100 };

/** Losses within this time count as one. */
export const lossWindowMs = 3_600_000;
/** Losses remembered; beyond them the oldest are forgotten. */
export const lossPathsMax = 200_000;

export type Judgement = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** `folder.files`: live files before the loss. The reason is one plain sentence with its numbers. */
export function judge(
  plan: PlannedLoss,
  folder: { readonly files: number },
  limits: GuardLimits = defaultGuardLimits,
): Judgement {
  const { deletes } = plan;
  const both = deletes + plan.overwrites;
  const counted = both >= limits.rewritesMin ? plan : { deletes, overwrites: 0 };
  const lost = counted.deletes + counted.overwrites;
  if (lost < limits.filesMin) return { ok: true };
  if (deletes >= folder.files && folder.files >= limits.filesMin) {
    return { ok: false, reason: `This would delete all ${folder.files} files of the folder.` };
  }
  if (lost <= limits.shareMax * folder.files) return { ok: true };
  const share = folder.files === 0 ? 100 : Math.min(100, Math.floor((100 * lost) / folder.files));
  const limit = Math.round(100 * limits.shareMax);
  return {
    ok: false,
    reason: `This would ${describe(counted)} of the folder's ${folder.files} files (${share} %; up to ${limit} % at once needs no consent).`,
  };
}

function describe({ deletes, overwrites }: PlannedLoss): string {
  if (overwrites === 0) return `delete ${deletes}`;
  if (deletes === 0) return `overwrite ${overwrites}`;
  return `delete ${deletes} and overwrite ${overwrites}`;
}

export type Loss = 'delete' | 'overwrite';

/** What a decision takes away that nobody would see again but in the version store: the content of a file. */
export function lossOf({ path, local, decision }: Decided): Loss | undefined {
  // A repack deletes and rewrites most of a repository's files, and loses nothing.
  if (groupOf(path) !== undefined) return undefined;
  if (decision.do !== 'take' || local?.entry.kind !== 'file' || !isHeld(local) || decision.setAside) return undefined;
  if (decision.entry.kind === 'deleted' || decision.unheld === true) return 'delete';
  return contentEqual(local.entry, decision.entry) ? undefined : 'overwrite';
}

/** The files lost within the last hour, each once. Times are the caller's clock, in milliseconds. */
export class LossTally {
  readonly #lost = new Map<RelativePath, { readonly loss: Loss; readonly atMs: number }>();

  note(path: RelativePath, loss: Loss, nowMs: number): void {
    this.#lost.delete(path);
    this.#lost.set(path, { loss, atMs: nowMs });
    if (this.#lost.size > lossPathsMax) this.#forget(this.#lost.keys().next().value);
  }

  /** A person has seen it, or what was lost is back. */
  clear(): void {
    this.#lost.clear();
  }

  /** Files deleted within the window. */
  deletes(nowMs: number): number {
    this.#forgetBefore(nowMs - lossWindowMs);
    let deletes = 0;
    for (const { loss } of this.#lost.values()) if (loss === 'delete') deletes++;
    return deletes;
  }

  /** `planned` and what the window holds, none counted twice. `files`: how many there are now. */
  judge(planned: ReadonlyMap<RelativePath, Loss>, files: number, nowMs: number, limits: GuardLimits): Judgement {
    this.#forgetBefore(nowMs - lossWindowMs);
    let gone = 0;
    const sum = { deletes: 0, overwrites: 0 };
    const count = (loss: Loss): void => {
      if (loss === 'delete') sum.deletes++;
      else sum.overwrites++;
    };
    for (const [path, { loss }] of this.#lost) {
      if (loss === 'delete') gone++;
      if (!planned.has(path)) count(loss);
    }
    for (const loss of planned.values()) count(loss);
    return judge(sum, { files: files + gone }, limits);
  }

  #forgetBefore(ms: number): void {
    for (const [path, { atMs }] of this.#lost) {
      if (atMs > ms) return;
      this.#lost.delete(path);
    }
  }

  #forget(path: RelativePath | undefined): void {
    if (path !== undefined) this.#lost.delete(path);
  }
}
