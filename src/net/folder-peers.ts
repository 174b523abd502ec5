/** The linked devices as one folder sees them: the network's side of the sync room's FolderPeers port. */
import { sleep } from '../base/abort.ts';
import { Problem } from '../base/problem.ts';
import type { DeviceId, EpochId, FolderId, Hash, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { Manifest } from '../core/record.ts';
import type { Connections } from './connections.ts';
import type { ChunkRequest, FolderServer, IndexSubscription, ServerLookup } from './folder-types.ts';
import { netLimits } from './net-limits.ts';
import type { ChunkStreams } from './protocols/chunks/chunk-streams.ts';
import { subscribeIndex } from './protocols/index/subscribe-index.ts';
import { protocolIds } from './protocols/streams.ts';

export interface FolderPeersOptions {
  readonly folder: FolderId;
  readonly connections: Connections;
  readonly chunkStreams: ChunkStreams;
}

export class FolderPeers {
  readonly #options: FolderPeersOptions;
  readonly #listeners = new Set<() => void>();
  #devices: readonly DeviceId[] = [];
  #serving: { readonly server: FolderServer; readonly abort: AbortController } | undefined;

  constructor(options: FolderPeersOptions) {
    this.#options = options;
  }

  /** For the network: the devices that the folder is shared with. */
  setDevices(devices: readonly DeviceId[]): void {
    this.#devices = [...devices];
  }

  /** For the network: something about the devices changed. */
  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  lookup(device: DeviceId): ServerLookup {
    if (!this.#devices.includes(device)) return 'unknown-folder';
    if (this.#serving === undefined) return 'not-ready';
    return { server: this.#serving.server, signal: this.#serving.abort.signal };
  }

  shared(): readonly DeviceId[] {
    return this.#devices;
  }

  connected(): readonly DeviceId[] {
    const { connections, folder } = this.#options;
    return this.#devices.filter((device) => connections.offered(device).some(({ id }) => id === folder));
  }

  onChange(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  /**
   * While the device is not ready (its folder is paused or still starting) this waits: it says Hello again when it is. Rejects
   * with Problem PEER_NOT_CONNECTED or INDEX_REFUSED, or with what broke the stream.
   */
  async subscribe(
    device: DeviceId,
    from: {
      readonly replica: ReplicaId | undefined;
      readonly after: number;
      readonly epoch?: EpochId | undefined;
    },
    signal: AbortSignal,
  ): Promise<IndexSubscription> {
    const { connections, folder } = this.#options;
    for (;;) {
      // Listening before asking: the Hello that says "ready now" may come right behind the "not ready".
      const changed = new AbortController();
      const unlisten = this.onChange(() => changed.abort());
      try {
        const stream = await connections.openStream(device, protocolIds.index, signal);
        try {
          return await subscribeIndex(stream, { folder, ...from, epoch: from.epoch }, signal);
        } catch (error) {
          if (!(error instanceof Problem && error.code === 'INDEX_NOT_READY')) throw error;
          await waitForChange(changed, signal);
        }
      } finally {
        unlisten();
      }
    }
  }

  async *fetchChunks(
    device: DeviceId,
    requests: readonly ChunkRequest[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Uint8Array | undefined)[], void, undefined> {
    const { connections, chunkStreams, folder } = this.#options;
    const connection = connections.connection(device);
    const stream = await chunkStreams.take(connection, signal);
    try {
      yield* stream.fetch(folder, requests, signal);
    } finally {
      chunkStreams.giveBack(connection, stream);
    }
  }

  async fetchManifest(
    device: DeviceId,
    path: RelativePath,
    contentHash: Hash,
    size: number,
    signal: AbortSignal,
  ): Promise<Manifest | undefined> {
    const { connections, chunkStreams, folder } = this.#options;
    const connection = connections.connection(device);
    const stream = await chunkStreams.take(connection, signal);
    try {
      return await stream.manifest(folder, path, contentHash, size, signal);
    } finally {
      chunkStreams.giveBack(connection, stream);
    }
  }

  /** Offers the folder until the returned function is called. Who was told 'not-ready' learns of it by a new Hello. */
  serve(server: FolderServer): () => void {
    this.#serving?.abort.abort(new Error('the folder is served anew'));
    const serving = { server, abort: new AbortController() };
    this.#serving = serving;
    for (const device of this.#devices) this.#options.connections.announce(device);
    return () => {
      serving.abort.abort(new Error('the folder is not served any more'));
      if (this.#serving === serving) this.#serving = undefined;
    };
  }
}

/** Until `changed` aborts, at most askAgainMsMax and not less than askAgainMsMin. */
async function waitForChange(changed: AbortController, signal: AbortSignal): Promise<void> {
  await sleep(netLimits.askAgainMsMin, signal);
  const onAbort = (): void => changed.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  await sleep(netLimits.askAgainMsMax, changed.signal).catch(() => undefined);
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
}
