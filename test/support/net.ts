/** Real networks on 127.0.0.1 for tests, and a small folder to serve. */
import { randomBytes } from 'node:crypto';
import { generateKeyPair } from '@libp2p/crypto/keys';
import type { Ed25519PrivateKey } from '@libp2p/interface';
import { silentLogger, type Logger } from '../../src/base/log.ts';
import { epochAt, type Epoch } from '../../src/core/epochs.ts';
import type { DeviceId, EpochId, FolderId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import type { RelativePath } from '../../src/core/path.ts';
import type { AnnouncedRecord, Manifest } from '../../src/core/record.ts';
import type { FolderServer, RemoteFolderState } from '../../src/net/folder-types.ts';
import { createNetwork, type Network, type NetworkOptions } from '../../src/net/network.ts';

export const folderA = 'a'.repeat(26) as FolderId;
export const folderB = 'b'.repeat(26) as FolderId;
export const replicaOne = '1'.repeat(16) as ReplicaId;

/** P2PSYNC_TEST_LOG=1 shows what the networks say. */
export const testLogger: Logger =
  process.env['P2PSYNC_TEST_LOG'] === undefined
    ? silentLogger
    : {
        debug: (fields, message) => console.error('debug', message, fields),
        info: (fields, message) => console.error('info', message, fields),
        warn: (fields, message) => console.error('warn', message, fields),
        error: (fields, message) => console.error('error', message, fields),
        child: () => testLogger,
      };

export type TestNetwork = Network & { readonly key: Ed25519PrivateKey };

export async function startNetwork(
  options: Partial<NetworkOptions> & { readonly key?: Ed25519PrivateKey } = {},
): Promise<TestNetwork> {
  const key = options.key ?? (await generateKeyPair('Ed25519'));
  const network = await createNetwork({
    privateKey: key,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    logger: testLogger,
    deviceName: 'device',
    clientVersion: '0.1.0',
    ...options,
  });
  await network.start();
  return Object.assign(network, { key });
}

export function linkTo(network: Network, addresses: readonly string[] = network.addresses()) {
  return { id: network.self, name: `name of ${network.self.slice(-4)}`, addresses, paused: false };
}

/** Links both ways. Only the first knows the other's address, unless `both`. */
export function link(a: Network, b: Network, both = false): void {
  b.setLinks([linkTo(a, both ? a.addresses() : [])]);
  a.setLinks([linkTo(b)]);
}

/** Resolves when the condition holds; checks after each change and now and then. */
export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<number> {
  const begin = performance.now();
  while (!condition()) {
    if (performance.now() - begin > timeoutMs) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - begin;
}

export function isConnected(network: Network, to: DeviceId): boolean {
  return network.peers().some(({ id, connected }) => id === to && connected);
}

/** Reads until the first event for which `done` says so (included). */
export async function collect<T>(events: AsyncIterable<T>, done: (event: T) => boolean): Promise<T[]> {
  const collected: T[] = [];
  for await (const event of events) {
    collected.push(event);
    if (done(event)) break;
  }
  return collected;
}

/** An index in memory; contents by hash. */
export class MemoryFolder implements FolderServer {
  readonly replica: ReplicaId;
  readonly records: AnnouncedRecord[] = [];
  readonly contents = new Map<Hash, Uint8Array>();
  readonly manifests = new Map<Hash, Manifest>();
  readonly acks: { device: DeviceId; sequence: number }[] = [];
  /** Devices that hold what this index never told. */
  readonly claims: DeviceId[] = [];
  epochs: Epoch[] = [{ id: 'e'.repeat(16) as EpochId, begins: 1 }];
  readonly #listeners = new Set<() => void>();
  /** Content bytes handed to the network so far. */
  bytesRead = 0;
  needFiles = 0;

  constructor(replica: ReplicaId = replicaOne) {
    this.replica = replica;
  }

  epochAt(sequence: number): EpochId | undefined {
    return epochAt(this.epochs, sequence);
  }

  indexOlder(device: DeviceId): void {
    this.claims.push(device);
  }

  /** Adds `count` records, in one commit. */
  write(count: number): void {
    for (let i = 0; i < count; i++) {
      const sequence = this.records.length + 1;
      this.records.push({
        path: `file ${sequence}` as RelativePath,
        entry: { kind: 'directory' },
        version: [[this.replica, sequence]],
        dot: { replica: this.replica, counter: sequence },
        sequence,
      });
    }
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  addContent(bytes: Uint8Array): { hash: Hash; length: number } {
    const hash = randomBytes(32).toString('hex') as Hash;
    this.contents.set(hash, bytes);
    return { hash, length: bytes.length };
  }

  lastSequence(): number {
    return this.records.length;
  }

  async since(after: number, limit: number): Promise<readonly AnnouncedRecord[]> {
    return this.records.slice(after, after + limit);
  }

  state(): RemoteFolderState {
    const digest = this.records.length.toString(16).padStart(32, '0');
    return { sequence: this.records.length, digest, state: 'idle', needFiles: this.needFiles, needBytes: 0 };
  }

  onChange(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  acknowledged(device: DeviceId, sequence: number): void {
    this.acks.push({ device, sequence });
  }

  async manifest(_path: RelativePath, contentHash: Hash): Promise<Manifest | undefined> {
    return this.manifests.get(contentHash);
  }

  async chunks(requests: readonly { hash: Hash; length: number }[]): Promise<(Uint8Array | undefined)[]> {
    return requests.map(({ hash }) => {
      const content = this.contents.get(hash);
      this.bytesRead += content?.length ?? 0;
      return content;
    });
  }
}
