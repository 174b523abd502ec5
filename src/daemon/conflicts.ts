/** What the local API can ask about conflicts: part of the daemon's Control. */
import { join } from 'node:path';
import type { ConflictInfo, ConflictSettled } from '../api/control.ts';
import { Problem } from '../base/problem.ts';
import type { Settings } from '../config/settings-types.ts';
import type { RelativePath } from '../core/path.ts';
import { conflictPairOf, type ConflictPair } from '../core/settle-conflict.ts';
import type { FolderSession } from '../sync/folder-session.ts';
import type { Folders } from './folders.ts';
import { locate } from './locate.ts';

export function listConflicts(folders: Pick<Folders, 'list'>): ConflictInfo[] {
  return folders.list().flatMap(({ settings, session }) =>
    (session?.conflicts() ?? []).flatMap((copy) => {
      const pair = conflictPairOf(copy);
      return pair === undefined ? [] : [{ folder: settings.label, original: pair.original, copy }];
    }),
  );
}

/** `text`: the original or its copy. */
export async function keepConflict(
  settings: Settings,
  sessionOf: (label: string) => FolderSession,
  text: string,
  kept: ConflictSettled['kept'],
): Promise<ConflictSettled> {
  const { folder, path } = locate(settings, text);
  const session = sessionOf(folder.label);
  const pair = pairAt(session.conflicts(), path, text);
  const { copy, replaced } = await session.settleConflict(pair, kept);
  return {
    folder: folder.label,
    original: pair.original,
    kept,
    copy: copy ?? null,
    replaced: replaced === undefined ? null : join(folder.path, '.p2psync', 'versions', replaced),
  };
}

function pairAt(copies: readonly RelativePath[], path: RelativePath | undefined, text: string): ConflictPair {
  const pairs = copies.flatMap((copy) => conflictPairOf(copy) ?? []);
  const found = pairs.filter(({ original, copy }) => copy === path || original === path);
  const [first] = found;
  if (first === undefined) {
    throw new Problem('CONFLICT_NOT_FOUND', `there is no conflict copy at or of ${text}; see p2psync conflict ls`);
  }
  if (found.length > 1) {
    const copies = found.map(({ copy }) => copy).join(', ');
    throw new Problem('CONFLICT_AMBIGUOUS', `there is more than one conflict copy of ${text}; name one of: ${copies}`);
  }
  return first;
}
