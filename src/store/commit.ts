/** What a commit writes: for changes and the records they meet, all rows of one batch and the state behind them. No I/O. */
import type { Entry } from '../core/entry.ts';
import type { ChangeNote } from '../core/history.ts';
import type { RelativePath } from '../core/path.ts';
import type { LocalRecord, Manifest, StatFingerprint } from '../core/record.ts';
import { bumpVersion, type Dot, type VersionVector } from '../core/version.ts';
import { contentWrites, type Content } from './chunk-places.ts';
import { draftOf, encodeState, putIn, takeOut, type FolderState } from './folder-state.ts';
import { historyWrites } from './history.ts';
import { keyOf, pathBytes, pathKey, sequenceKey, table } from './keys.ts';
import type { Write } from './level.ts';
import { encodeManifest, encodeRecord } from './record-codec.ts';

/** A record to be written. The store gives it the next sequence n. */
export interface RecordChange {
  readonly path: RelativePath;
  readonly entry: Entry;
  /** 'local': `version` is bumped by the dot (this replica, n). Otherwise version and dot stay as given. */
  readonly write: 'local' | { readonly dot: Dot };
  readonly version: VersionVector;
  readonly stat: StatFingerprint | undefined;
  /** For files of more than one chunk. Undefined keeps the stored manifest when the content hash is unchanged. */
  readonly manifest: Manifest | undefined;
  /** Sequence of the record this change was decided on; 0 for none. On a mismatch the change is refused as 'stale'. */
  readonly basedOn: number;
  /** For the history: who changed it, and how. */
  readonly note?: ChangeNote;
}

/** A change and what is stored at its path. */
export interface Meeting {
  readonly change: RecordChange;
  readonly before: LocalRecord | undefined;
  /** Of `before`; read only where touchesContent. */
  readonly manifest: Manifest | undefined;
}

export interface PlannedCommit {
  readonly results: (LocalRecord | 'stale')[];
  /** Empty when everything was stale. */
  readonly writes: Write[];
  /** In force once the writes are durable. */
  readonly state: FolderState;
  /** Entries for the history among the writes. */
  readonly noted: number;
}

/** Why a list of changes is no commit at all: a mistake of the caller. */
export function assertDistinct(changes: readonly RecordChange[]): void {
  const paths = new Set<RelativePath>();
  for (const { path } of changes) {
    if (paths.has(path)) throw new Error(`${JSON.stringify(path)} comes twice in one commit`);
    paths.add(path);
  }
}

export function isStale({ basedOn }: RecordChange, before: LocalRecord | undefined): boolean {
  return (before?.sequence ?? 0) !== basedOn;
}

/** True when the stored chunk list of `before` has to be known to carry out the change. */
export function touchesContent(change: RecordChange, before: LocalRecord | undefined): boolean {
  return hasContent(before) && !(keepsContent(change, before) && change.manifest === undefined);
}

export function planCommit(folder: number, state: FolderState, meetings: readonly Meeting[]): PlannedCommit {
  const draft = draftOf(state);
  const writes: Write[] = [];
  let noted = 0;
  const results = meetings.map((meeting): LocalRecord | 'stale' => {
    const { change, before } = meeting;
    if (isStale(change, before)) return 'stale';
    const record = recordOf(change, draft.lastSequence + 1, state);
    if (before !== undefined) {
      takeOut(draft, before);
      writes.push({ type: 'del', key: sequenceKey(folder, before.sequence) });
    }
    putIn(draft, record);
    writes.push(
      { type: 'put', key: pathKey(folder, table.record, record.path), value: encodeRecord(record) },
      { type: 'put', key: sequenceKey(folder, record.sequence), value: pathBytes(record.path) },
    );
    writes.push(...contentAndManifestWrites(folder, meeting));
    const history = change.note === undefined ? [] : historyWrites(folder, change.note, before?.entry, record);
    writes.push(...history);
    if (history.length > 0) noted++;
    return record;
  });
  if (writes.length > 0) writes.push({ type: 'put', key: keyOf(folder, table.state), value: encodeState(draft) });
  return { results, writes, state: draft, noted };
}

function recordOf(change: RecordChange, sequence: number, { replica }: FolderState): LocalRecord {
  const { path, entry, stat } = change;
  if (change.write !== 'local') return { path, entry, version: change.version, dot: change.write.dot, sequence, stat };
  const dot = { replica, counter: sequence };
  return { path, entry, version: bumpVersion(change.version, dot), dot, sequence, stat };
}

function contentAndManifestWrites(folder: number, { change, before, manifest }: Meeting): Write[] {
  const { path, entry } = change;
  if (keepsContent(change, before) && change.manifest === undefined) return [];
  const old: Content | undefined =
    before?.entry.kind === 'file' && hasContent(before) ? { entry: before.entry, manifest } : undefined;
  const next: Content | undefined =
    entry.kind === 'file' && hasContent(change) ? { entry, manifest: severalChunks(change.manifest) } : undefined;
  const writes = contentWrites(folder, path, old, next);
  const key = pathKey(folder, table.manifest, path);
  if (next?.manifest !== undefined) {
    writes.push({ type: 'put', key, value: encodeManifest(next.entry.contentHash, next.manifest) });
  } else if (old?.manifest !== undefined) writes.push({ type: 'del', key });
  return writes;
}

/** A list of one chunk (or none) says no more than the content hash does. */
function severalChunks(manifest: Manifest | undefined): Manifest | undefined {
  return manifest !== undefined && manifest.length > 1 ? manifest : undefined;
}

/** A file that stands on this disk: one that is merely known (unheld) has no bytes here to point to. */
function hasContent(record: Pick<LocalRecord, 'entry' | 'stat'> | undefined): boolean {
  return record?.entry.kind === 'file' && record.stat !== undefined;
}

function keepsContent(change: RecordChange, before: LocalRecord | undefined): boolean {
  if (!hasContent(change) || !hasContent(before)) return hasContent(change) === hasContent(before);
  const { entry } = change;
  if (entry.kind !== 'file' || before?.entry.kind !== 'file') return false;
  return before.entry.contentHash === entry.contentHash && before.entry.size === entry.size;
}
