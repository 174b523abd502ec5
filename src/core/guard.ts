/**
 * Holds a plan that would take away much of a folder at once: an emptied root, a script gone wrong, malware on another
 * device. Stands between reconcile and the first step of a plan; whoever owns the folder lets the change through by hand.
 */

/** What a plan would take away: files and symlinks that other devices deleted or replaced. */
export interface PlannedLoss {
  readonly deletes: number;
  readonly overwrites: number;
}

export interface GuardLimits {
  /** Share of the folder's files above which a loss is held, 0 to 1. */
  readonly shareMax: number;
  /** Losses of fewer files than this are never held. */
  readonly filesMin: number;
}

export const defaultGuardLimits: GuardLimits = { shareMax: 0.5, filesMin: 25 };

export type Judgement = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** `folder.files`: live files before the plan. The reason is one plain sentence with its numbers. */
export function judge(
  plan: PlannedLoss,
  folder: { readonly files: number },
  limits: GuardLimits = defaultGuardLimits,
): Judgement {
  const lost = plan.deletes + plan.overwrites;
  if (lost < limits.filesMin) return { ok: true };
  if (plan.deletes >= folder.files && folder.files >= limits.filesMin) {
    return { ok: false, reason: `This would delete all ${folder.files} files of the folder.` };
  }
  if (lost <= limits.shareMax * folder.files) return { ok: true };
  const share = folder.files === 0 ? 100 : Math.min(100, Math.floor((100 * lost) / folder.files));
  const limit = Math.round(100 * limits.shareMax);
  return {
    ok: false,
    reason: `This would ${describe(plan)} of the folder's ${folder.files} files (${share} %; up to ${limit} % at once needs no consent).`,
  };
}

function describe({ deletes, overwrites }: PlannedLoss): string {
  if (overwrites === 0) return `delete ${deletes}`;
  if (deletes === 0) return `overwrite ${overwrites}`;
  return `delete ${deletes} and overwrite ${overwrites}`;
}
