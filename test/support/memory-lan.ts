/** Peers without a network: the same port, served by method calls. Links can be cut and joined; content can be counted. */
import { isOlderThan } from '../../src/core/epochs.ts';
import type { DeviceId } from '../../src/core/identifiers.ts';
import type { FolderPeers, FolderServer, IndexEvent, IndexSubscription } from '../../src/sync/ports.ts';

export class MemoryLan {
  readonly #servers = new Map<DeviceId, FolderServer>();
  readonly #members = new Set<DeviceId>();
  readonly #cut = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** Chunk bytes that crossed. */
  bytes = 0;
  /** True: indexes are exchanged, but nobody gives content. */
  withholdsContent = false;
  readonly #sharing = new Set<DeviceId>();

  /** The port as `device` sees it. */
  peersOf(device: DeviceId): FolderPeers {
    this.#members.add(device);
    const isUp = (other: DeviceId): boolean =>
      this.#sharing.has(device) &&
      this.#servers.has(device) &&
      this.#servers.has(other) &&
      !this.#cut.has(linkName(device, other));
    const serverOf = (other: DeviceId): FolderServer => {
      const server = this.#servers.get(other);
      if (server === undefined || !isUp(other)) throw new Error(`${other} is not connected`);
      return server;
    };
    return {
      connected: () => [...this.#members].filter((other) => other !== device && isUp(other)),
      shared: () => (this.#sharing.has(device) ? [...this.#members].filter((other) => other !== device) : []),
      onChange: (callback) => {
        this.#listeners.add(callback);
        return () => this.#listeners.delete(callback);
      },
      subscribe: async (other, from, signal) =>
        subscription(device, serverOf(other), from, signal, () => isUp(other), this.#listeners),
      fetchChunks: (other, requests) => this.#fetch(() => serverOf(other), requests),
      fetchManifest: async (other, path, contentHash) => serverOf(other).manifest(path, contentHash),
      serve: (server) => {
        this.#servers.set(device, server);
        this.#notify();
        return () => {
          this.#sharing.delete(device);
          this.#servers.delete(device);
          this.#notify();
        };
      },
    };
  }

  async *#fetch(
    server: () => FolderServer,
    requests: Parameters<FolderPeers['fetchChunks']>[1],
  ): AsyncGenerator<readonly (Uint8Array | undefined)[]> {
    if (this.withholdsContent) return;
    for (let start = 0; start < requests.length; start += 64) {
      const chunks = await server().chunks(requests.slice(start, start + 64));
      for (const chunk of chunks) this.bytes += chunk?.length ?? 0;
      yield chunks;
    }
  }

  /** From now on the folder is shared with the others; a daemon may say so only after its session has started. */
  share(device: DeviceId): void {
    this.#sharing.add(device);
    this.#notify();
  }

  /** What a device serves: its last sequence and its replica. */
  indexOf(device: DeviceId): readonly [number, FolderServer['replica']] {
    const server = this.#servers.get(device);
    if (server === undefined) throw new Error(`${device} serves nothing`);
    return [server.lastSequence(), server.replica];
  }

  link(a: DeviceId, b: DeviceId, up: boolean): void {
    if (up) this.#cut.delete(linkName(a, b));
    else this.#cut.add(linkName(a, b));
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function linkName(a: DeviceId, b: DeviceId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function subscription(
  self: DeviceId,
  server: FolderServer,
  from: Parameters<FolderPeers['subscribe']>[1],
  signal: AbortSignal,
  isUp: () => boolean,
  lanChanges: Set<() => void>,
): IndexSubscription {
  if (from.replica === server.replica && isOlderThan(server, { sequence: from.after, epoch: from.epoch })) {
    server.indexOlder(self);
    throw new Error('the device does not serve this folder now');
  }
  let after = from.replica === server.replica ? from.after : 0;
  let closed = false;
  let wake: (() => void) | undefined;
  const ring = (): void => wake?.();
  const unlisten = server.onChange(ring);
  lanChanges.add(ring);
  signal.addEventListener('abort', ring, { once: true });
  async function* events(): AsyncGenerator<IndexEvent> {
    yield { type: 'start', replica: server.replica, after };
    let lastState = '';
    while (!closed && !signal.aborted && isUp()) {
      const records = await server.since(after, 1000);
      const last = records.at(-1);
      if (last !== undefined) {
        after = last.sequence;
        yield {
          type: 'records',
          records,
          upTo: after,
          caughtUp: after >= server.lastSequence(),
          epoch: server.epochAt(after),
        };
        continue;
      }
      const state = server.state();
      if (JSON.stringify(state) !== lastState) {
        lastState = JSON.stringify(state);
        yield { type: 'state', state };
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (server.lastSequence() > after || JSON.stringify(server.state()) !== lastState || signal.aborted) resolve();
      });
    }
  }
  return {
    events: events(),
    acknowledge: async (sequence) => server.acknowledged(self, sequence),
    close: async () => {
      closed = true;
      unlisten();
      lanChanges.delete(ring);
      ring();
    },
  };
}
