/** What this folder offers to its peers: its records by sequence, its state, and bytes for the hashes its index names. */
import type { DeviceId, Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, Manifest } from '../core/record.ts';
import type { FolderServer, FolderStore, Disk, ReadChunk, RemoteFolderState } from './ports.ts';

/** Places tried for one chunk before it counts as not here. */
const placesMax = 4;

export class Announcer implements FolderServer {
  readonly #disk: Pick<Disk, 'readChunks'>;
  readonly #store: FolderStore;
  readonly #stateOf: () => RemoteFolderState;
  readonly #onStaleChunk: (path: RelativePath) => void;
  readonly #onIndexOlder: (device: DeviceId) => void;
  readonly #listeners = new Set<() => void>();
  readonly #acknowledged = new Map<DeviceId, number>();
  #isWriting = false;

  /**
   * `onStaleChunk`: a file no longer holds what the index says; somebody should look. `onIndexOlder`: a device holds what this
   * index never told.
   */
  constructor(
    disk: Pick<Disk, 'readChunks'>,
    store: FolderStore,
    stateOf: () => RemoteFolderState,
    onStaleChunk: (path: RelativePath) => void,
    onIndexOlder: (device: DeviceId) => void,
  ) {
    this.#disk = disk;
    this.#store = store;
    this.#stateOf = stateOf;
    this.#onStaleChunk = onStaleChunk;
    this.#onIndexOlder = onIndexOlder;
  }

  get replica(): FolderServer['replica'] {
    return this.#store.replica;
  }

  lastSequence(): number {
    return this.#store.lastSequence();
  }

  epochAt(sequence: number): ReturnType<FolderServer['epochAt']> {
    return this.#store.epochAt(sequence);
  }

  indexOlder(device: DeviceId): void {
    this.#onIndexOlder(device);
  }

  since(after: number, limit: number): Promise<readonly AnnouncedRecord[]> {
    return this.#store.since(after, limit);
  }

  state(): RemoteFolderState {
    return this.#stateOf();
  }

  onChange(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  /** Something was committed, or the state changed. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Only the highest counts, and one write at a time: a peer may send as many as it likes. */
  acknowledged(device: DeviceId, sequence: number): void {
    if (sequence > (this.#acknowledged.get(device) ?? 0)) this.#acknowledged.set(device, sequence);
    if (!this.#isWriting) void this.#writeAcknowledged();
  }

  async #writeAcknowledged(): Promise<void> {
    this.#isWriting = true;
    while (this.#acknowledged.size > 0) {
      const pending = [...this.#acknowledged];
      this.#acknowledged.clear();
      for (const [device, sequence] of pending) {
        const known = Math.min(sequence, this.#store.lastSequence());
        // A failed index stops the folder through its own writes; a lost acknowledgement harms nobody.
        await this.#store.setAcknowledged(device, known).catch(() => undefined);
      }
    }
    this.#isWriting = false;
  }

  async manifest(path: RelativePath, contentHash: Hash): Promise<Manifest | undefined> {
    const stored = await this.#store.manifest(path, contentHash);
    if (stored !== undefined) return stored;
    const record = await this.#store.get(path);
    if (record?.entry.kind === 'file' && record.entry.contentHash === contentHash && record.entry.size > 0) {
      return [{ hash: contentHash, length: record.entry.size }];
    }
    for (const other of await this.#store.pathsWithContent(contentHash, 1)) {
      if (other !== path) return this.manifest(other, contentHash);
    }
    return undefined;
  }

  async chunks(
    requests: readonly { readonly hash: Hash; readonly length: number }[],
  ): Promise<(Uint8Array | undefined)[]> {
    const places = await this.#store.places(
      requests.map(({ hash }) => hash),
      placesMax,
    );
    const answers: (Uint8Array | undefined)[] = requests.map(() => undefined);
    for (let turn = 0; turn < placesMax; turn++) {
      const reads: ReadChunk[] = [];
      const indexes: number[] = [];
      requests.forEach(({ hash, length }, i) => {
        const place = places[i]?.[turn];
        if (answers[i] !== undefined || place === undefined || place.length !== length) return;
        reads.push({ hash, length, place });
        indexes.push(i);
      });
      if (reads.length === 0) break;
      const bytes = await this.#disk.readChunks(reads);
      bytes.forEach((chunk, r) => {
        if (chunk === undefined) this.#onStaleChunk((reads[r] as ReadChunk).place.path);
        else answers[indexes[r] as number] = chunk;
      });
    }
    return answers;
  }
}
