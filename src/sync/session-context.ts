/** What the parts of one folder's session share. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Mutex } from '../base/mutex.ts';
import type { LiveEntry } from '../core/entry.ts';
import type { Unholdable } from '../core/hold.ts';
import type { FolderMode } from '../core/mode.ts';
import type { IgnoreMatcher } from '../core/ignore.ts';
import type { VolumeTraits } from '../core/observe.ts';
import type { RelativePath } from '../core/path.ts';
import type { Collisions } from './collisions.ts';
import type { PathErrors } from './path-errors.ts';
import type { Disk, FolderPeers, FolderStore } from './ports.ts';

/** Something that people may want to know of; the daemon gives it an id and a time. */
export interface SessionEvent {
  readonly type:
    | 'folder-state'
    | 'file-received'
    | 'file-deleted'
    | 'file-renamed'
    | 'local-change'
    | 'local-only'
    | 'local-only-reverted'
    | 'conflict'
    | 'path-error'
    | 'held';
  readonly [field: string]: unknown;
}

export interface SessionContext {
  readonly disk: Disk;
  readonly store: FolderStore;
  readonly peers: FolderPeers;
  readonly traits: VolumeTraits;
  readonly mode: FolderMode;
  /** The atomic group that a path is, or lies in. */
  readonly groupOf: (path: RelativePath) => RelativePath | undefined;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly errors: PathErrors;
  /** Which rule leaves a path out here; undefined: it is synchronised. */
  readonly ignores: IgnoreMatcher;
  /** Why this device does not hold an entry at a path; undefined: it does. */
  readonly refusal: (path: RelativePath, entry: LiveEntry) => Unholdable | undefined;
  /** Of a volume that takes two spellings for one name: what stands under which. */
  readonly collisions?: Collisions | undefined;
  /**
   * Held while the disk and the index are brought from one agreed state to the next: by the local loop from its last look to
   * its commit, by the resolver from its look to its commit. Hashing and fetching happen outside.
   */
  readonly agreement: Mutex;
  readonly emit: (event: SessionEvent) => void;
  /** Called after every commit and every change of state. */
  readonly changed: () => void;
}
