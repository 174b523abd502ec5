/** From a look at the disk to what is committed: the values between core/observe and the index. */
import type { Observation, Seen } from '../core/observe.ts';
import type { RelativePath } from '../core/path.ts';
import type { LocalRecord, Manifest } from '../core/record.ts';
import type { DiskItem } from '../core/step.ts';
import type { RecordChange } from './ports.ts';

/** Undefined for what has to be read first, or is never synchronised. */
export function seenOf(item: DiskItem | undefined): Seen | undefined {
  if (item === undefined) return { is: 'absent' };
  switch (item.kind) {
    case 'directory':
      return { is: 'directory', stat: item.stat };
    case 'symlink':
      return { is: 'symlink', target: item.target ?? '', stat: item.stat };
    case 'file':
    case 'other':
      return undefined;
  }
}

export function changeOf(
  path: RelativePath,
  indexed: LocalRecord | undefined,
  observation: Observation,
): RecordChange[] {
  if (observation.do !== 'record') return [];
  return [
    {
      path,
      entry: observation.entry,
      write: 'local',
      version: observation.base,
      stat: observation.stat,
      manifest: observation.manifest,
      basedOn: indexed?.sequence ?? 0,
    },
  ];
}

/** The record as it is, now with what stands here for it. A commit, not a refresh: its content becomes known by chunks too. */
export function heldAgain(
  record: LocalRecord,
  stat: LocalRecord['stat'],
  manifest: Manifest | undefined,
): RecordChange {
  const { path, entry, dot, version, sequence } = record;
  return { path, entry, write: { dot }, version, stat, manifest, basedOn: sequence };
}
