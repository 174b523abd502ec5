/**
 * What a device does with an entry that it knows and may not hold: a name its volume cannot take, a symlink on a volume
 * without links, a path that is left out here. The record is kept (so that all indexes stay equal, and others still get the
 * entry through this device), without a stat: *unheld*. Nothing about it is ever announced as deleted (I2). Stands between
 * reconcile and plan; the cells are in docs/RECONCILE.md.
 */
import { contentEqual, type LiveEntry } from './entry.ts';
import type { Announcement, Decided, Decision } from './reconcile.ts';
import { isHeld, isUnheld, type LocalRecord } from './record.ts';

/** Why a device does not hold an entry. */
export interface Unholdable {
  /** 'unrepresentable': it is said to people. 'left-out': by its owner's own rules, nothing to be said. */
  readonly because: 'unrepresentable' | 'left-out';
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
}

type Take = Extract<Decision, { do: 'take' }>;
type Merge = Extract<Decision, { do: 'merge' }>;

/**
 * The decision as this device can carry it out. `refusal`: why it does not hold an entry at this path; asked only for live
 * entries. `announcements`: those that the decision was made on.
 */
export function hold(
  { path, local, decision }: Decided,
  announcements: readonly Announcement[],
  refusal: (entry: LiveEntry) => Unholdable | undefined,
): Decided {
  return { path, local, decision: held(local, decision, announcements, refusal) };
}

function held(
  local: LocalRecord | undefined,
  decision: Decision,
  announcements: readonly Announcement[],
  refusal: (entry: LiveEntry) => Unholdable | undefined,
): Decision {
  const unheld = local !== undefined && isUnheld(local);
  switch (decision.do) {
    case 'nothing':
      if (!unheld || local.entry.kind === 'deleted' || refusal(local.entry) !== undefined) return decision;
      return materialise(local.entry, local, announcements);
    case 'merge':
      if (!unheld || decision.entry.kind === 'deleted' || refusal(decision.entry) !== undefined) return decision;
      return materialise(decision.entry, decision, announcements);
    case 'take':
      return taken(local, unheld, decision, refusal);
  }
}

function taken(
  local: LocalRecord | undefined,
  unheld: boolean,
  decision: Take,
  refusal: (entry: LiveEntry) => Unholdable | undefined,
): Decision {
  if (decision.setAside || decision.entry.kind === 'deleted') {
    // A rule leaves it out since a moment, and its record does not say so yet: its file is not to be touched any more. The local
    // loop makes the record unheld, and then it is decided anew.
    const leftOut = !unheld && local !== undefined && isLeftOut(local, refusal);
    if (leftOut && decision.setAside) return { do: 'nothing', cell: 'U5-conflict-elsewhere' };
    if (decision.entry.kind === 'deleted')
      return unheld || leftOut ? recordOnly('U3-unheld-deleted', decision) : decision;
  }
  // Were nothing done until the loser's holder has set it aside, two devices that meet through this one alone would never hear
  // of one another's entry. So the copy is recorded here, before the winner: the loser's holder takes it first.
  if (unheld && decision.setAside) {
    const cell = 'U5-conflict-elsewhere';
    return refusal(decision.entry) === undefined ? { ...decision, cell } : { ...decision, cell, unheld: true };
  }
  const why = refusal(decision.entry);
  if (why === undefined) return decision;
  const stands = local !== undefined && isHeld(local);
  // The very content stands here under this name: it can be held, and only its time or mode changes.
  if (stands && why.because === 'unrepresentable' && contentEqual(local.entry, decision.entry)) return decision;
  // What is left out by its owner is not touched; what cannot be held any more (a file became a link) goes to the versions.
  if (!stands || (why.because === 'left-out' && !decision.setAside)) return recordOnly('U1-unheld', decision);
  return { ...decision, cell: 'U2-withdrawn', unheld: true };
}

function isLeftOut({ entry }: LocalRecord, refusal: (entry: LiveEntry) => Unholdable | undefined): boolean {
  return entry.kind !== 'deleted' && refusal(entry)?.because === 'left-out';
}

function recordOnly(cell: Merge['cell'], { entry, version, dot }: Take): Merge {
  return { do: 'merge', cell, entry, version, dot, unheld: true };
}

/** It can be held by now (a rule was taken back, a name became free): it comes in under the version that is known already. */
function materialise(
  entry: LiveEntry,
  { version, dot }: Pick<LocalRecord, 'version' | 'dot'>,
  announcements: readonly Announcement[],
): Take {
  const holders =
    entry.kind === 'file'
      ? announcements.filter(({ record }) => contentEqual(record.entry, entry)).map(({ device }) => device)
      : [];
  return { do: 'take', cell: 'U4-materialised', entry, version, dot, setAside: false, holders };
}
