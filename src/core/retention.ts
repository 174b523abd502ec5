/**
 * Which kept versions go. Pure: src/disk/prune-versions.ts walks the store and deletes what is chosen here.
 *
 * Too old goes always. Beyond that the oldest go first, while the store takes more than its share of the volume or leaves
 * less free than the volume should have. The newest version of a path is spared for a day even then: whatever a sync gone
 * wrong has overwritten can be brought back, unless the disk is about to be full.
 */
export interface RetentionLimits {
  /** Milliseconds. */
  readonly keptMsMax: number;
  /** Of the whole volume, 0 to 1. */
  readonly keptShareMax: number;
  /** Share of the volume that versions leave free. */
  readonly freeShareMin: number;
  /** Below this share the disk counts as nearly full: nothing is spared any more. */
  readonly freeShareUrgent: number;
  /** Milliseconds for which the newest version of a path is spared. */
  readonly sparedMs: number;
}

const dayMs = 24 * 3_600_000;
export const defaultRetention: RetentionLimits = {
  keptMsMax: 30 * dayMs,
  keptShareMax: 0.1,
  freeShareMin: 0.05,
  freeShareUrgent: 0.02,
  sparedMs: dayMs,
};

/** Bytes. */
export interface Space {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface KeptItem {
  /** When it was put away, milliseconds since the epoch. */
  readonly keptMs: number;
  readonly bytes: number;
  /** No later version of the same path is kept. */
  readonly isNewest: boolean;
}

export function isExpired({ keptMs }: Pick<KeptItem, 'keptMs'>, now: number, limits: RetentionLimits): boolean {
  return keptMs < now - limits.keptMsMax;
}

/** Bytes that the store must give back; 0 when it is within its share and enough is free. */
export function excessBytes(keptBytes: number, space: Space, limits: RetentionLimits): number {
  const overShare = keptBytes - limits.keptShareMax * space.totalBytes;
  const missing = limits.freeShareMin * space.totalBytes - space.freeBytes;
  return Math.max(0, overShare, missing);
}

/**
 * Of `items` (none expired; the store's oldest) those that go, the oldest first. `keptBytes`: of the whole store, `space`: as
 * things are now; dropping an item is taken to free its bytes.
 */
export function chooseDrops<Item extends KeptItem>(
  items: readonly Item[],
  keptBytes: number,
  space: Space,
  now: number,
  limits: RetentionLimits,
): Item[] {
  const oldestFirst = items.toSorted((a, b) => a.keptMs - b.keptMs);
  const isSpared = ({ isNewest, keptMs }: Item): boolean => isNewest && keptMs >= now - limits.sparedMs;
  const dropped: Item[] = [];
  let excess = excessBytes(keptBytes, space, limits);
  for (const item of oldestFirst) {
    if (excess <= 0) return dropped;
    if (isSpared(item)) continue;
    dropped.push(item);
    excess -= item.bytes;
  }
  let urgent = limits.freeShareUrgent * space.totalBytes - space.freeBytes;
  for (const { bytes } of dropped) urgent -= bytes;
  for (const item of oldestFirst) {
    if (urgent <= 0) return dropped;
    if (!isSpared(item)) continue;
    dropped.push(item);
    urgent -= item.bytes;
  }
  return dropped;
}
