/**
 * Fills the history: stands between the loops and the index and gives every commit its note. Who applies a plan says what was
 * decided and what was kept (apply-operations.ts); all the rest is known here: who announced a change, and which version of
 * the user's own former content there is. On volumes that share blocks it also has recorded files cloned, behind the commits.
 */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { messageOf } from '../base/problem.ts';
import { contentEqual, type FileEntry } from '../core/entry.ts';
import type { ChangeNote } from '../core/history.ts';
import type { DeviceId, Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { LocalRecord } from '../core/record.ts';
import type { VersionStore } from './past-ports.ts';
import type { FolderPeers, FolderStore, RecordChange } from './ports.ts';

/** Larger files are not cloned when they are recorded: what one edit of them leaves would fill the version store's share. */
const cloneBytesMax = 1024 * 1024 * 1024;
/** Files waiting to be cloned; more have no clone. */
const cloneQueueMax = 20_000;
const cloneBatchMax = 100;
/** Restored paths whose record is awaited. */
const restoredMax = 1000;

export interface NotesOptions {
  readonly store: FolderStore;
  readonly peers: Pick<FolderPeers, 'shared'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined: no versions of the user's own changes. */
  readonly versions: VersionStore | undefined;
}

type Clonable = Parameters<VersionStore['makeClones']>[0][number];

export class Notes {
  /** The index, with notes. */
  readonly store: FolderStore;
  readonly #options: NotesOptions;
  readonly #restored = new Map<RelativePath, ChangeNote>();
  readonly #toClone: Clonable[] = [];
  #cloning: Promise<void> | undefined;

  constructor(options: NotesOptions) {
    this.#options = options;
    const commit: FolderStore['commit'] = (changes, ended) => this.#commit(changes, ended);
    // Everything but commit goes straight to the index, whatever else its port has.
    this.store = new Proxy(options.store, {
      get(target, name) {
        if (name === 'commit') return commit;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** The next local record of `path` is what a restore has put there. */
  restored(path: RelativePath, note: ChangeNote): void {
    if (this.#restored.size >= restoredMax) this.#restored.clear();
    this.#restored.set(path, note);
  }

  /** Resolves when no clone is being made. */
  async idle(): Promise<void> {
    await this.#cloning;
  }

  async #commit(changes: readonly RecordChange[], ended: number | undefined): Promise<(LocalRecord | 'stale')[]> {
    const noted = await this.#withVia(await this.#withLocalNotes(changes));
    const results = await this.#options.store.commit(noted, ended);
    this.#clone(results);
    return results;
  }

  // -------------------------------------------------------------- local changes

  async #withLocalNotes(changes: readonly RecordChange[]): Promise<RecordChange[]> {
    const own = await this.#keepOwn(changes);
    const timeMs = this.#options.clock.now();
    return changes.map((change) => {
      const { path, write, note } = change;
      if (note !== undefined) return change;
      if (write !== 'local') return { ...change, note: { timeMs, cell: 'merge' } };
      const restored = this.#restored.get(path);
      this.#restored.delete(path);
      return { ...change, note: restored ?? { timeMs, cell: 'local', kept: own.get(path) } };
    });
  }

  /** What the user has replaced or deleted is still there as a clone, if the volume can clone. */
  async #keepOwn(changes: readonly RecordChange[]): Promise<Map<RelativePath, string>> {
    const kept = new Map<RelativePath, string>();
    const { versions, store } = this.#options;
    if (versions === undefined) return kept;
    const candidates = changes.filter(
      ({ path, write, note, basedOn }) =>
        write === 'local' && note === undefined && basedOn > 0 && !this.#restored.has(path),
    );
    if (candidates.length === 0) return kept;
    const records = await store.getMany(candidates.map(({ path }) => path));
    const former: { path: RelativePath; entry: FileEntry }[] = [];
    candidates.forEach(({ path, entry }, i) => {
      const before = records[i]?.entry;
      if (before?.kind === 'file' && before.size > 0 && !contentEqual(before, entry))
        former.push({ path, entry: before });
    });
    if (former.length === 0) return kept;
    const names = await versions.keepClones(former).catch((error: unknown) => this.#failed(error, former.length));
    former.forEach(({ path }, i) => {
      const name = names[i];
      if (name !== undefined) kept.set(path, name);
    });
    return kept;
  }

  #failed(error: unknown, count: number): undefined[] {
    this.#options.logger.warn({ error: messageOf(error) }, 'no versions of what was changed here could be made');
    return Array.from({ length: count });
  }

  // -------------------------------------------------------------- changes of others

  /** The maker itself where it announced the change, else the first who did. */
  async #withVia(changes: readonly RecordChange[]): Promise<RecordChange[]> {
    const theirs = changes.filter(({ write, note }) => write !== 'local' && note?.via === undefined);
    if (theirs.length === 0) return [...changes];
    const { store, peers } = this.#options;
    const via = new Map<RelativePath, DeviceId>();
    const paths = theirs.map(({ path }) => path);
    for (const device of peers.shared()) {
      const announced = await store.announced(device, paths);
      theirs.forEach(({ path, write }, i) => {
        const dot = announced[i]?.dot;
        if (write === 'local' || dot === undefined || via.has(path)) return;
        if (dot.replica === write.dot.replica && dot.counter === write.dot.counter) via.set(path, device);
      });
    }
    return changes.map((change) => {
      const { note, path } = change;
      const device = via.get(path);
      return note === undefined || device === undefined ? change : { ...change, note: { ...note, via: device } };
    });
  }

  // -------------------------------------------------------------- clones

  #clone(results: readonly (LocalRecord | 'stale')[]): void {
    if (this.#options.versions === undefined) return;
    for (const record of results) {
      if (record === 'stale' || record.entry.kind !== 'file' || record.stat === undefined) continue;
      const { contentHash, size } = record.entry;
      if (size === 0 || size > cloneBytesMax || this.#toClone.length >= cloneQueueMax) continue;
      this.#toClone.push({ path: record.path, contentHash, stat: record.stat });
    }
    if (this.#toClone.length === 0 || this.#cloning !== undefined) return;
    this.#cloning = this.#cloneAll(this.#options.versions)
      .catch((error: unknown) => {
        this.#toClone.length = 0;
        this.#options.logger.debug({ error: messageOf(error) }, 'recorded files could not be cloned');
      })
      .finally(() => (this.#cloning = undefined));
  }

  async #cloneAll(versions: VersionStore): Promise<void> {
    while (this.#toClone.length > 0) await versions.makeClones(this.#toClone.splice(0, cloneBatchMax));
  }

  /** Drops clones of content that no file here has any more. A clone for each file that has none is made when it is recorded. */
  async dropOrphans(): Promise<number> {
    const { versions, store } = this.#options;
    if (versions === undefined) return 0;
    let dropped = 0;
    for (let bucket = 0; bucket < 256; bucket++) {
      const orphans: Hash[] = [];
      for (const hash of await versions.clonesIn(bucket)) {
        if ((await store.pathsWithContent(hash, 1)).length === 0) orphans.push(hash);
      }
      await versions.dropClones(orphans);
      dropped += orphans.length;
    }
    return dropped;
  }
}
