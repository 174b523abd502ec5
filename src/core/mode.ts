/** Which way changes of a folder go on this device, and what becomes of a decision there. */
import type { Decided } from './reconcile.ts';

export type FolderMode = 'send-receive' | 'send-only' | 'receive-only';

/**
 * A send-only folder takes nothing: what other devices changed or deleted stays as it is here (cell M1), until its owner
 * overrides them. What needs no change of the disk is merged as ever. (receive-only is a matter of what is recorded.)
 */
export function inMode(decided: Decided, mode: FolderMode): Decided {
  if (mode !== 'send-only' || decided.decision.do !== 'take') return decided;
  return { ...decided, decision: { do: 'nothing', cell: 'M1-send-only' } };
}
