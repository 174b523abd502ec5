/**
 * A device that does not keep the rules: a libp2p node with a key of its own that links with a daemon as an honest one would, and
 * then says byte by byte what a test has it say. Honest parts go through src/wire; whatever is to be wrong is made by hand
 * (protobuf-bytes.ts). It never reads what it is not asked to and gives up nothing by itself.
 */
import { randomBytes } from 'node:crypto';
import { generateKeyPair } from '@libp2p/crypto/keys';
import type { Connection, PrivateKey, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import type { ApiClient } from '../../src/api/client.ts';
import type { Entry } from '../../src/core/entry.ts';
import type { DeviceId, FolderId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import type { RelativePath } from '../../src/core/path.ts';
import type { AnnouncedRecord, Manifest } from '../../src/core/record.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import { createNode, startNode, type Node } from '../../src/net/node.ts';
import { pairingChannel } from '../../src/net/protocols/pairing/pairing-stream.ts';
import type { Introduction } from '../../src/net/protocols/pairing/introduction.ts';
import { runInitiator } from '../../src/net/protocols/pairing/session.ts';
import { parseCode } from '../../src/net/protocols/pairing/words.ts';
import { protocolIds } from '../../src/net/protocols/streams.ts';
import {
  decodeChunks,
  decodeHello,
  decodeIndex,
  encodeChunks,
  encodeHello,
  encodeIndex,
} from '../../src/wire/codec.ts';
import { readFrames } from '../../src/wire/framing.ts';
import { limits } from '../../src/wire/limits.ts';
import type { ChunksMessage, IndexMessage, OfferedFolder } from '../../src/wire/messages.ts';
import { joined, message, varint, type FieldValue } from './protobuf-bytes.ts';

export type Protocol = keyof typeof protocolIds;
type ChunksRequest = Extract<ChunksMessage, { type: 'chunk-request' | 'manifest-request' }>;

/** A stream on which anything can be said. */
export class RawStream {
  readonly #stream: Stream;
  readonly #frames: AsyncGenerator<Uint8Array, void, undefined>;
  /** Resolves when the stream is closed, reset or aborted. */
  readonly ended: Promise<void>;
  #isEnded = false;

  constructor(stream: Stream) {
    this.#stream = stream;
    this.#frames = readFrames(stream, { frameBytesMax: 2 * limits.frameBytesMax });
    this.ended = new Promise((resolve) => {
      stream.addEventListener('close', () => {
        this.#isEnded = true;
        resolve();
      });
    });
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#stream.status !== 'open';
  }

  /** Bytes as they are. False when the stream takes no more for now, or is gone. */
  raw(bytes: Uint8Array): boolean {
    if (this.isEnded) return false;
    try {
      return this.#stream.send(bytes);
    } catch {
      // Reset by the daemon in the meantime: just what some tests are after.
      return false;
    }
  }

  /** One message, with its length before it. */
  frame(bytes: Uint8Array): boolean {
    return this.raw(joined([varint(bytes.length), bytes]));
  }

  /** Takes nothing any more: what the daemon sends stays with it once the window is full. */
  pause(): void {
    this.#stream.pause();
  }

  /** The next message; undefined when the stream ends first. */
  async next(): Promise<Uint8Array | undefined> {
    try {
      const next = await this.#frames.next();
      return next.done === true ? undefined : next.value;
    } catch {
      this.#isEnded = true;
      return undefined;
    }
  }

  /** Until it takes more, or is gone. */
  async drained(): Promise<void> {
    if (this.isEnded || !this.#stream.writableNeedsDrain) return;
    await Promise.race([
      this.ended,
      new Promise((resolve) => this.#stream.addEventListener('drain', resolve, { once: true })),
    ]);
  }

  /** Our end, in good order: a message that was begun stays cut off. */
  async close(): Promise<void> {
    await this.#stream.close({ signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  }

  reset(): void {
    this.#stream.abort(new Error('reset by the test'));
  }
}

export class WireSpeaker {
  readonly id: DeviceId;
  /** What it offers content by; a test replaces these at will. */
  readonly contents = new Map<Hash, Uint8Array>();
  readonly manifests = new Map<Hash, Manifest>();
  /** Chunks and lists that it was asked for. */
  readonly asked: ChunksRequest[] = [];
  /** Answers a request of the chunks protocol in place of the honest answer. */
  onChunksRequest: ((request: ChunksRequest, stream: RawStream) => Promise<void> | void) | undefined;
  /** The daemon's own replica in the folder of which the index was read last. */
  daemonReplica: ReplicaId | undefined;
  /** Acknowledged by the daemon, of the index as it is now. */
  acknowledged = 0;
  /** Index requests that the daemon made, in order. */
  readonly subscriptions: Extract<IndexMessage, { type: 'index-request' }>[] = [];
  replica = randomReplica();
  readonly #node: Node;
  #connection: Connection | undefined;
  #daemon: { readonly id: DeviceId; readonly address: string } | undefined;
  #hello: RawStream | undefined;
  #offers: readonly OfferedFolder[] = [];
  #sequence = 0;
  /** All that was announced of this index, as updates of one record each. */
  #records: { readonly sequence: number; readonly update: Uint8Array }[] = [];
  readonly #subscribers = new Map<RawStream, FolderId>();

  private constructor(node: Node) {
    this.#node = node;
    this.id = node.libp2p.peerId.toString() as DeviceId;
  }

  static async start(options: { readonly key?: PrivateKey } = {}): Promise<WireSpeaker> {
    const privateKey = options.key ?? (await generateKeyPair('Ed25519'));
    const node = await createNode({ privateKey, listen: ['/ip4/127.0.0.1/tcp/0'], gater: {} });
    const speaker = new WireSpeaker(node);
    await speaker.#handle('hello', (stream) => speaker.#answerPings(stream));
    await speaker.#handle('index', (stream) => speaker.#serveIndex(stream));
    await speaker.#handle('chunks', (stream) => speaker.#serveChunks(stream));
    await startNode(node);
    return speaker;
  }

  async #handle(protocol: Protocol, answer: (stream: RawStream) => Promise<void>): Promise<void> {
    await this.#node.libp2p.handle(
      protocolIds[protocol],
      (stream) => void answer(new RawStream(stream)).catch(() => undefined),
      { maxInboundStreams: 256 },
    );
  }

  async stop(): Promise<void> {
    await this.#node.libp2p.stop();
  }

  get addresses(): string[] {
    return this.#node.listening().map((address) => `${address.toString()}/p2p/${this.id}`);
  }

  // -------------------------------------------------------------- connecting

  /** Called with each connection that the daemon opens. */
  onDialled(callback: (connection: Connection) => void): void {
    this.#node.libp2p.addEventListener('connection:open', ({ detail }) => {
      if (detail.direction === 'inbound') callback(detail);
    });
  }

  /** One more connection to this address; what is open stays. */
  dial(address: string): Promise<Connection> {
    return this.#node.dial(multiaddr(address), AbortSignal.timeout(10_000));
  }

  /** Links as an honest device: a code from there, typed here. The folders of the daemon that it is offered are `offers`. */
  async link(daemon: ApiClient): Promise<void> {
    const { code } = await daemon.createCode();
    await this.pair(daemon, code);
  }

  /** Tries a code there; rejects as an honest device would. `introduction`: what it says of itself once the code was right. */
  async pair(
    daemon: ApiClient,
    code: string,
    introduction: Partial<Pick<Introduction, 'deviceName' | 'addresses'>> = {},
  ): Promise<void> {
    const { addresses, device } = await daemon.status();
    const address = addresses[0] as string;
    this.#daemon = { id: device.id as DeviceId, address };
    this.#connection = await this.dial(address);
    const stream = await this.#connection.newStream(protocolIds.pairing);
    const signal = AbortSignal.timeout(10_000);
    const outcome = await runInitiator(
      pairingChannel(stream, signal),
      {
        ...{ self: this.id, remote: device.id as DeviceId, deviceName: 'speaker', folders: [], addresses: [] },
        ...introduction,
        code: parseCode(code),
        onVerified: async () => {},
      },
      signal,
    );
    this.#offers = outcome.offers;
    await stream.close({ signal }).catch(() => undefined);
  }

  /** The first folder that the daemon offered. */
  get folder(): FolderId {
    const [first] = this.#offers;
    if (first === undefined) throw new Error('the daemon offered no folder');
    return first.id;
  }

  get offers(): readonly OfferedFolder[] {
    return this.#offers;
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('the speaker is not connected');
    return this.#connection;
  }

  get isConnected(): boolean {
    return this.#connection?.status === 'open';
  }

  /** Connects again where it was cut off, and says hello. */
  async reconnect(): Promise<void> {
    if (!this.isConnected) {
      this.#connection = await this.dial((this.#daemon as { address: string }).address);
      // That of the connection before may not know yet that it has ended.
      this.#hello = undefined;
    }
    await this.hello();
  }

  hangUp(): void {
    this.#connection?.abort(new Error('hung up by the test'));
  }

  async open(protocol: Protocol, connection: Connection = this.connection): Promise<RawStream> {
    return new RawStream(
      await connection.newStream(protocolIds[protocol], {
        signal: AbortSignal.timeout(5000),
        maxOutboundStreams: 100_000,
      }),
    );
  }

  // -------------------------------------------------------------- hello

  /** Says hello as a device that shares `folders`. What the daemon says of itself is not read. */
  async hello(folders: readonly OfferedFolder[] = this.#offers): Promise<void> {
    if (this.#hello === undefined || this.#hello.isEnded) this.#hello = await this.open('hello');
    this.greet(this.#hello, folders);
  }

  greet(stream: RawStream, folders: readonly OfferedFolder[]): void {
    stream.frame(encodeHello({ type: 'hello', deviceName: 'speaker', clientVersion: '0.1.0', folders }));
  }

  async #answerPings(stream: RawStream): Promise<void> {
    for (;;) {
      const frame = await stream.next();
      if (frame === undefined) return;
      const heard = decodeHello(frame);
      if (heard.type === 'ping') stream.frame(encodeHello({ type: 'pong', nonce: heard.nonce }));
      if (heard.type === 'hello' && heard.folders.length > 0) this.#offers = heard.folders;
    }
  }

  // -------------------------------------------------------------- index

  /** Another index from now on, with nothing in it: what was announced before is no more. */
  beginIndex(replica: ReplicaId = randomReplica()): void {
    this.replica = replica;
    this.#sequence = 0;
    this.#records = [];
    this.acknowledged = 0;
    this.contents.clear();
    this.manifests.clear();
    this.asked.length = 0;
    this.onChunksRequest = undefined;
    for (const stream of this.#subscribers.keys()) stream.reset();
  }

  get sequence(): number {
    return this.#sequence;
  }

  get subscribers(): readonly RawStream[] {
    return [...this.#subscribers.keys()].filter((stream) => !stream.isEnded);
  }

  /** A live update as an honest device sends it, of whatever entry, version and path; several are one commit. */
  announce(...records: readonly SpokenRecord[]): AnnouncedRecord[] {
    const made = records.map(({ path, entry, version, dot }): AnnouncedRecord => {
      const sequence = ++this.#sequence;
      const write = dot ?? { replica: this.replica, counter: sequence };
      const knows = new Map(version ?? []);
      knows.set(write.replica, Math.max(knows.get(write.replica) ?? 0, write.counter));
      return {
        ...{ path: path as RelativePath, entry, dot: write, sequence },
        version: [...knows].sort(([a], [b]) => (a < b ? -1 : 1)),
      };
    });
    for (let at = 0; at < made.length; at += 1000) {
      const batch = made.slice(at, at + 1000);
      this.#send(
        encodeIndex({
          ...{ type: 'index-update', records: batch, caughtUp: at + 1000 >= made.length },
          upTo: batch.at(-1)?.sequence ?? this.#sequence,
        }),
      );
    }
    this.#sendState();
    return made;
  }

  /** A record made by hand: fields of IndexRecord by their numbers, laid over honest ones. */
  announceRaw(fields: Readonly<Record<number, FieldValue | undefined>>): void {
    const sequence = ++this.#sequence;
    this.#send(rawUpdate(this.replica, sequence, fields));
    this.#sendState();
  }

  /** A regular file with this content, which the speaker gives to who asks. */
  file(path: string, content: string | Uint8Array, more: Partial<SpokenRecord> = {}): SpokenRecord {
    const bytes = typeof content === 'string' ? new Uint8Array(Buffer.from(content)) : content;
    const contentHash = hashBytes(bytes);
    this.contents.set(contentHash, bytes);
    const entry: Entry = {
      ...{ kind: 'file', size: bytes.length, executable: false, contentHash },
      mtimeUs: Date.now() * 1000,
    };
    return { path, entry, ...more };
  }

  /** As `file`, of many chunks of this length. */
  largeFile(path: string, content: Uint8Array, chunkBytes: number): SpokenRecord {
    const spoken = this.file(path, content);
    const manifest: { hash: Hash; length: number }[] = [];
    for (let at = 0; at < content.length; at += chunkBytes) {
      const piece = content.subarray(at, at + chunkBytes);
      const hash = hashBytes(piece);
      this.contents.set(hash, piece);
      manifest.push({ hash, length: piece.length });
    }
    if (spoken.entry.kind === 'file') this.manifests.set(spoken.entry.contentHash, manifest);
    return spoken;
  }

  #send(update: Uint8Array): void {
    this.#records.push({ sequence: this.#sequence, update });
    for (const stream of this.#subscribers.keys()) stream.frame(update);
  }

  #sendState(): void {
    for (const stream of this.#subscribers.keys()) stream.frame(this.#state());
  }

  #state(): Uint8Array {
    return encodeIndex({
      ...{ type: 'index-state', sequence: this.#sequence, digest: '0'.repeat(32), state: 'idle' },
      ...{ needFiles: 0, needBytes: 0 },
    });
  }

  async #serveIndex(stream: RawStream): Promise<void> {
    const first = await stream.next();
    if (first === undefined) return;
    const request = decodeIndex(first);
    if (request.type !== 'index-request') return;
    this.subscriptions.push(request);
    const after = request.replica === this.replica ? request.after : 0;
    stream.frame(encodeIndex({ type: 'index-start', replica: this.replica, after }));
    for (const { sequence, update } of this.#records) if (sequence > after) stream.frame(update);
    stream.frame(this.#state());
    this.#subscribers.set(stream, request.folder);
    void stream.ended.then(() => this.#subscribers.delete(stream));
    for (;;) {
      const frame = await stream.next();
      if (frame === undefined) return;
      const heard = decodeIndex(frame);
      if (heard.type === 'index-ack') this.acknowledged = heard.sequence;
    }
  }

  /** The whole index of the daemon's folder, as it announces it to this device; undefined when it refuses. */
  async readIndex(folder: FolderId = this.folder): Promise<Map<string, AnnouncedRecord> | undefined> {
    const stream = await this.open('index');
    stream.frame(encodeIndex({ type: 'index-request', folder, replica: undefined, after: 0 }));
    const records = new Map<string, AnnouncedRecord>();
    try {
      for (;;) {
        const frame = await stream.next();
        if (frame === undefined) return undefined;
        const heard = decodeIndex(frame);
        if (heard.type === 'index-refused') return undefined;
        if (heard.type === 'index-start') this.daemonReplica = heard.replica;
        if (heard.type === 'index-state' && heard.sequence === 0) return records;
        if (heard.type !== 'index-update') continue;
        for (const record of heard.records) records.set(record.path, record);
        if (heard.caughtUp) return records;
      }
    } finally {
      stream.reset();
    }
  }

  // -------------------------------------------------------------- chunks

  async #serveChunks(stream: RawStream): Promise<void> {
    for (;;) {
      const frame = await stream.next();
      if (frame === undefined) return;
      const request = decodeChunks(frame);
      if (request.type !== 'chunk-request' && request.type !== 'manifest-request') return;
      this.asked.push(request);
      if (this.onChunksRequest === undefined) this.answer(request, stream);
      else await this.onChunksRequest(request, stream);
      await stream.drained();
    }
  }

  /** As an honest device would. */
  answer(request: ChunksRequest, stream: RawStream): void {
    if (request.type === 'manifest-request') {
      const chunks = this.manifests.get(request.contentHash);
      stream.frame(
        encodeChunks({
          ...{ type: 'manifest-response', id: request.id, found: chunks !== undefined },
          ...{ chunks: chunks ?? [], last: true },
        }),
      );
      return;
    }
    for (const { hash } of request.chunks) {
      stream.frame(encodeChunks({ type: 'chunk-response', id: request.id, chunks: [this.contents.get(hash)] }));
    }
  }
}

export interface SpokenRecord {
  /** Not checked. */
  readonly path: string;
  readonly entry: Entry;
  /** What the write knows of; its own dot is added. */
  readonly version?: AnnouncedRecord['version'];
  /** Default: the next write of the speaker's own replica. */
  readonly dot?: AnnouncedRecord['dot'];
}

export function randomReplica(): ReplicaId {
  return randomBytes(8).toString('hex') as ReplicaId;
}

/** Fields of an honest IndexRecord of a directory, by number, that a test lays its own over; undefined leaves one out. */
export function rawUpdate(
  replica: ReplicaId,
  sequence: number,
  fields: Readonly<Record<number, FieldValue | undefined>>,
): Uint8Array {
  const record = {
    1: 'raw',
    2: 2,
    3: sequence,
    4: Uint8Array.of(0),
    5: varint(sequence),
    6: 0,
    7: sequence,
    ...fields,
  };
  const pairs = Object.entries(record).flatMap(([number, value]) =>
    value === undefined ? [] : [[Number(number), value] as const],
  );
  return message([4, message([1, Buffer.from(replica, 'hex')], [2, message(...pairs)], [3, sequence], [4, 1])]);
}
