/** The vocabulary between decisions and the disk: what was seen at a path, and what a plan asks to be done there. */
import type { FileEntry } from './entry.ts';
import type { RelativePath } from './path.ts';
import type { StatFingerprint } from './record.ts';

/** One thing found on disk by lstat. 'other' is a socket, device or FIFO: reported, never synchronised. */
export interface DiskItem {
  readonly path: RelativePath;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly stat: StatFingerprint;
  /** Link text, for symlinks alone. */
  readonly target?: string;
}

/** What must be true of a path at the very moment it is touched (I7). */
export type Expectation =
  | { readonly is: 'absent' }
  | { readonly is: 'present'; readonly kind: 'file' | 'directory' | 'symlink'; readonly stat: StatFingerprint };

/** One change of the user's tree. A plan is a list of these, applied in order. */
export type ApplyStep =
  | { readonly do: 'create-directory'; readonly path: RelativePath; readonly expect: Expectation }
  /** Replace or create a file by staged content; `expect` a file, a symlink or nothing. */
  | { readonly do: 'write-file'; readonly path: RelativePath; readonly entry: FileEntry; readonly expect: Expectation }
  | {
      readonly do: 'write-symlink';
      readonly path: RelativePath;
      readonly target: string;
      readonly mtimeUs: number;
      readonly expect: Expectation;
    }
  /** Set mtime and exec bit of a file (or the mtime of a symlink), content unchanged. */
  | {
      readonly do: 'set-metadata';
      readonly path: RelativePath;
      readonly mtimeUs: number;
      readonly executable: boolean;
      readonly expect: Expectation;
    }
  /** Never replaces: `to` must be absent. Files, symlinks and directories. */
  | { readonly do: 'rename'; readonly path: RelativePath; readonly to: RelativePath; readonly expect: Expectation }
  /** Files and symlinks: moved to the version store, not unlinked. */
  | { readonly do: 'remove'; readonly path: RelativePath; readonly expect: Expectation }
  | { readonly do: 'remove-directory'; readonly path: RelativePath; readonly expect: Expectation };
