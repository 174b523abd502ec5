/**
 * On a volume that takes two spellings for one name (case, Unicode form): which of them stands. An entry whose name is taken by
 * another path is known and not held, until that path leaves the disk. What stands stays; of two that arrive together, the
 * first in path order comes in. Filled from the index at start, and kept up to date by the commits that pass through.
 */
import { contentEqual, entriesEqual, type LiveEntry } from '../core/entry.ts';
import type { Unholdable } from '../core/hold.ts';
import { collisionKey } from '../core/names.ts';
import type { VolumeTraits } from '../core/observe.ts';
import { comparePaths, type RelativePath } from '../core/path.ts';
import type { Decided } from '../core/reconcile.ts';
import { isHeld, isUnheld, type LocalRecord } from '../core/record.ts';
import type { FolderStore } from './ports.ts';

/** Nearly always one path, so it stands for itself: there may be a million of them. */
type Paths = RelativePath | Set<RelativePath>;

/** With more spellings of one name than this, none counts as another's new one. */
const twinsMax = 8;

export class Collisions {
  readonly #traits: VolumeTraits;
  readonly #held = new Map<string, Paths>();
  /** Those that may come in once a name is free. */
  readonly #unheld = new Map<string, Paths>();

  /** Of a volume whose traits fold. */
  constructor(traits: VolumeTraits) {
    this.#traits = traits;
  }

  /** Takes in what the index says now. Returns paths that are not held and whose name nothing stands in the way of any more. */
  note(record: LocalRecord): readonly RelativePath[] {
    const key = this.keyOf(record.path);
    const wasHeld = has(this.#held, key, record.path);
    set(this.#held, key, record.path, isHeld(record));
    set(this.#unheld, key, record.path, isUnheld(record));
    if (this.#held.has(key)) return [];
    if (wasHeld) return all(this.#unheld.get(key));
    // Decided while something stood there that has left since.
    return isUnheld(record) ? [record.path] : [];
  }

  /** The index, whose commits are noted; `onFree` hears of what may come in now. */
  watching<T extends FolderStore>(store: T, onFree: (paths: readonly RelativePath[]) => void): T {
    const commit: FolderStore['commit'] = async (...given) => {
      const results = await store.commit(...given);
      const free = results.flatMap((record) => (record === 'stale' ? [] : this.note(record)));
      if (free.length > 0) onFree(free);
      return results;
    };
    return new Proxy(store, {
      get(target, name) {
        if (name === 'commit') return commit;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Other paths that stand under the name of `path`; none when it stands itself. */
  holders(path: RelativePath): readonly RelativePath[] {
    const holders = all(this.#held.get(this.keyOf(path)));
    return holders.includes(path) ? [] : holders;
  }

  /**
   * Of files that are to be deleted, those that only change their spelling: the same content is known under another one, and
   * comes in once this one is gone. That is no loss.
   */
  async respelt(store: Pick<FolderStore, 'getMany'>, decided: readonly Decided[]): Promise<Set<RelativePath>> {
    const pairs = decided.flatMap(({ path, local, decision }) => {
      const goes = decision.do === 'take' && decision.entry.kind === 'deleted' && local?.entry.kind === 'file';
      if (!goes) return [];
      return all(this.#unheld.get(this.keyOf(path)), twinsMax).map((twin) => ({ path, entry: local.entry, twin }));
    });
    const twins = await store.getMany(pairs.map(({ twin }) => twin));
    return new Set(
      pairs
        .filter(({ entry }, i) => {
          const twin = twins[i];
          return twin !== undefined && isUnheld(twin) && contentEqual(twin.entry, entry);
        })
        .map(({ path }) => path),
    );
  }

  keyOf(path: RelativePath): string {
    return collisionKey(path, this.#traits);
  }
}

/** What is decided together: what comes in takes its name, and a file that only changes its spelling has a free one. */
export class Arrivals {
  readonly #collisions: Collisions;
  readonly #arriving = new Map<string, RelativePath>();
  readonly #leaving = new Map<RelativePath, LocalRecord>();

  constructor(collisions: Collisions, decided: Iterable<Decided>) {
    this.#collisions = collisions;
    for (const { path, local, decision } of decided) {
      const leaves = decision.do === 'take' && decision.entry.kind === 'deleted';
      if (leaves && local !== undefined && isHeld(local)) this.#leaving.set(path, local);
    }
  }

  add(path: RelativePath): void {
    this.#arriving.set(this.#collisions.keyOf(path), path);
  }

  refusal(path: RelativePath, entry: LiveEntry): Unholdable | undefined {
    const arriving = this.#arriving.get(this.#collisions.keyOf(path));
    if (arriving !== undefined && arriving !== path) return collides(path, arriving);
    const inTheWay = this.#collisions.holders(path).find((holder) => !this.#becomes(holder, entry));
    return inTheWay === undefined ? undefined : collides(path, inTheWay);
  }

  /** Then the two are one rename, which the disk carries out as such. */
  #becomes(holder: RelativePath, entry: LiveEntry): boolean {
    const leaving = this.#leaving.get(holder);
    return leaving?.entry.kind === 'file' && entriesEqual(leaving.entry, entry);
  }
}

function collides(path: RelativePath, other: RelativePath): Unholdable {
  const message = `${path} and ${other} are one name on the file system of this folder, which holds ${other}; it stays on the other devices. Rename one of them there`;
  return { because: 'unrepresentable', code: 'NAME_COLLIDES', message };
}

function all(paths: Paths | undefined, max = Infinity): readonly RelativePath[] {
  if (paths === undefined) return [];
  if (typeof paths === 'string') return [paths];
  return paths.size > max ? [] : [...paths].sort(comparePaths);
}

function has(map: ReadonlyMap<string, Paths>, key: string, path: RelativePath): boolean {
  const paths = map.get(key);
  return typeof paths === 'object' ? paths.has(path) : paths === path;
}

function set(map: Map<string, Paths>, key: string, path: RelativePath, isIn: boolean): void {
  const paths = map.get(key);
  if (typeof paths === 'object') {
    if (isIn) paths.add(path);
    else paths.delete(path);
    if (paths.size === 0) map.delete(key);
  } else if (isIn && paths === undefined) map.set(key, path);
  else if (isIn && paths !== undefined && paths !== path) map.set(key, new Set([paths, path]));
  else if (!isIn && paths === path) map.delete(key);
}
