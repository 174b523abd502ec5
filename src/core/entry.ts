/**
 * What can stand at a path. Times are whole microseconds since the epoch (negative before 1970): the finest step that Node
 * can set exactly. Directory times are not synchronised: every change inside changes them.
 */
import type { Hash } from './identifiers.ts';

export interface FileEntry {
  readonly kind: 'file';
  /** Bytes. */
  readonly size: number;
  readonly mtimeUs: number;
  /** The owner's execute bit. */
  readonly executable: boolean;
  /** BLAKE3 of the whole content. */
  readonly contentHash: Hash;
}

export interface DirectoryEntry {
  readonly kind: 'directory';
}

export interface SymlinkEntry {
  readonly kind: 'symlink';
  /** The link's text, kept as it is and never followed. */
  readonly target: string;
  readonly mtimeUs: number;
}

/** A tombstone: something stood here and was deleted. */
export interface DeletedEntry {
  readonly kind: 'deleted';
}

export type LiveEntry = FileEntry | DirectoryEntry | SymlinkEntry;
export type Entry = LiveEntry | DeletedEntry;

/** Same kind, content and metadata. */
export function entriesEqual(a: Entry, b: Entry): boolean {
  if (!contentEqual(a, b)) return false;
  if (a.kind === 'file' && b.kind === 'file') return a.mtimeUs === b.mtimeUs && a.executable === b.executable;
  if (a.kind === 'symlink' && b.kind === 'symlink') return a.mtimeUs === b.mtimeUs;
  return true;
}

/** Same kind and same bytes (file content, link target); mtime and exec bit may differ. */
export function contentEqual(a: Entry, b: Entry): boolean {
  if (a.kind === 'file' && b.kind === 'file') return a.size === b.size && a.contentHash === b.contentHash;
  if (a.kind === 'symlink' && b.kind === 'symlink') return a.target === b.target;
  return a.kind === b.kind;
}

const kindRank = { directory: 3, file: 2, symlink: 1, deleted: 0 } as const;

/**
 * The total order that decides which of two concurrent entries stays at a path: the greater one. It depends on the entries
 * alone, so every device decides alike (I5): directory over file over symlink over deleted; then the later mtime; then the
 * exec bit; then size and hash or target. Zero only for equal entries.
 */
export function compareEntries(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return kindRank[a.kind] - kindRank[b.kind];
  if (a.kind === 'file' && b.kind === 'file') {
    return (
      a.mtimeUs - b.mtimeUs ||
      Number(a.executable) - Number(b.executable) ||
      a.size - b.size ||
      compareText(a.contentHash, b.contentHash)
    );
  }
  if (a.kind === 'symlink' && b.kind === 'symlink') return a.mtimeUs - b.mtimeUs || compareText(a.target, b.target);
  return 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
