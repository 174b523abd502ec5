/**
 * The lives of the indexes of one home. An index that does not belong to the time of its folder, or that a peer shows to be an
 * older copy of itself, begins anew with another replica: the scan and the peers then make a union, with conflict copies
 * where contents differ, and nothing is deleted (core/lives.ts, docs/decisions/0010). Stands between the database and a
 * folder's session.
 */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { messageOf } from '../base/problem.ts';
import type { FolderId } from '../core/identifiers.ts';
import { grantClaim, isSameWitness, whyNewLife, type FolderNote, type Witness } from '../core/lives.ts';
import type { RelativePath } from '../core/path.ts';
import type { FolderDisk } from '../disk/folder-disk.ts';
import { Root } from '../disk/root.ts';
import { makeWitness, readWitness } from '../disk/witness.ts';
import type { Database } from '../store/database.ts';
import type { LevelFolderStore } from '../store/folder-store.ts';
import type { EventLog } from './event-log.ts';

/** How far a folder's note may lag behind its index. */
const noteEveryMs = 60_000;
const homeWitness = 'index.witness' as RelativePath;

export interface IndexLivesOptions {
  readonly database: Database;
  readonly home: string;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly logger: Logger;
}

/** An index at work. */
export interface IndexLife {
  readonly store: LevelFolderStore;
  /** That it began anew, and why, for people; undefined: it went on. */
  readonly notice: string | undefined;
  /** Leaves the last note in the folder. */
  close(): Promise<void>;
}

/** Values of the database, one each for a folder, JSON. */
const keys = {
  witness: (folder: FolderId) => `witness/${folder}`,
  noted: (folder: FolderId) => `noted/${folder}`,
  claims: (folder: FolderId) => `claims/${folder}`,
  /** Why the index was dropped, until somebody was told. */
  restarted: (folder: FolderId) => `restarted/${folder}`,
};
const homeKey = 'witness';

export class IndexLives {
  readonly #options: IndexLivesOptions;

  constructor(options: IndexLivesOptions) {
    this.#options = options;
  }

  /** Looks at the home, before any folder is opened. `lost`: why there is no old index to speak of. */
  async begin(folders: readonly FolderId[], lost: string | undefined): Promise<void> {
    const { database, home } = this.#options;
    const root = new Root(home);
    try {
      const recorded = await this.#get<Witness>(homeKey);
      const found = readWitness(root, homeWitness);
      const isCopy = recorded !== undefined && (found === undefined || !isSameWitness(recorded, found));
      // An index that does not know the witness beside it is not the one that made it: that one is lost.
      const why =
        lost ?? (recorded === undefined && found !== undefined ? 'the index was not there any more' : undefined);
      if (why !== undefined) await this.#restartAll(folders, why);
      else if (isCopy)
        await this.#restartAll(await database.folders(), 'the home was copied, or put back from a backup');
      // Last: should this not come to pass, the next start sees the same.
      await this.#put(homeKey, found ?? makeWitness(root, homeWitness));
    } finally {
      root.close();
    }
  }

  async #restartAll(folders: readonly FolderId[], why: string): Promise<void> {
    for (const folder of folders) await this.restart(folder, why);
  }

  /** The folder's index, its old one or a new one. `disk` is the folder's; nobody else works on either. */
  async open(
    folder: FolderId,
    label: string,
    disk: Pick<FolderDisk, 'traces' | 'makeWitness' | 'writeNote'>,
  ): Promise<IndexLife> {
    const { database } = this.#options;
    const { witness, note } = await disk.traces();
    let store = await database.folder(folder);
    if (store.lastSequence() > 0) {
      const recorded = await this.#get<Witness>(keys.witness(folder));
      const noted = await this.#get<FolderNote>(keys.noted(folder));
      const why = whyNewLife({ index: store, recorded, found: witness, noted, note });
      if (why !== undefined) {
        await this.restart(folder, why);
        store = await database.folder(folder);
      }
    }
    const reason = await this.#get<string>(keys.restarted(folder));
    const notice = reason === undefined ? undefined : this.#announce(label, reason);
    await this.#put(keys.witness(folder), witness ?? (await disk.makeWitness()));
    await this.#note(folder, store, disk);
    if (reason !== undefined) await database.kv.delete(keys.restarted(folder));
    return { store, notice, close: this.#keepNoting(folder, store, disk) };
  }

  #announce(label: string, reason: string): string {
    const { events, logger } = this.#options;
    const notice = `The index of this folder began anew: ${reason}. All files were kept; what differed from the other devices is here under its conflict name, and what was deleted meanwhile may have come back.`;
    logger.warn({ folder: label, reason }, 'the index of the folder begins anew');
    events.add('index-restarted', { folder: label, reason });
    return notice;
  }

  /** Forgets the folder's index: the next open gives a new one, and says why. Nobody may be at work on it. */
  async restart(folder: FolderId, why: string): Promise<void> {
    const { database } = this.#options;
    await this.#put(keys.restarted(folder), why);
    await database.kv.delete(keys.noted(folder));
    await database.dropFolder(folder);
  }

  /** A peer's claim that the index is an older copy: true when it may begin anew because of it. */
  async grant(folder: FolderId): Promise<boolean> {
    const granted = grantClaim((await this.#get<number[]>(keys.claims(folder))) ?? [], this.#options.clock.now());
    if (granted === undefined) return false;
    await this.#put(keys.claims(folder), granted);
    return true;
  }

  /** The folder is no longer one of this home. */
  async forget(folder: FolderId): Promise<void> {
    const { database } = this.#options;
    await database.dropFolder(folder);
    for (const key of Object.values(keys)) await database.kv.delete(key(folder));
  }

  /** The folder first: a note that the index does not remember does no harm, the other way round it would look older. */
  async #note(folder: FolderId, store: LevelFolderStore, disk: Pick<FolderDisk, 'writeNote'>): Promise<void> {
    const sequence = store.lastSequence();
    const note: FolderNote = { replica: store.replica, sequence, epoch: store.epochAt(sequence) };
    await disk.writeNote(note);
    await this.#put(keys.noted(folder), note);
  }

  #keepNoting(folder: FolderId, store: LevelFolderStore, disk: Pick<FolderDisk, 'writeNote'>): () => Promise<void> {
    let noted = store.lastSequence();
    let writing: Promise<void> = Promise.resolve();
    const note = async (): Promise<void> => {
      const sequence = store.lastSequence();
      if (sequence === noted) return;
      try {
        await this.#note(folder, store, disk);
        noted = sequence;
      } catch (error) {
        // The folder's disk is gone or full, which its session says; a note that lags behind is only less sharp.
        this.#options.logger.debug({ folder, error: messageOf(error) }, 'the note of the index could not be written');
      }
    };
    const timer = setInterval(() => {
      writing = writing.then(note);
    }, noteEveryMs);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await writing.then(note);
    };
  }

  /** Undefined when there is none. */
  async #get<T>(key: string): Promise<T | undefined> {
    const text = await this.#options.database.kv.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  async #put(key: string, value: unknown): Promise<void> {
    await this.#options.database.kv.put(key, JSON.stringify(value));
  }
}
