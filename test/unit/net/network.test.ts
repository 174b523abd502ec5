/** Two and three real networks over TCP on 127.0.0.1: what linked devices get, and what others do not. */
import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { generateKeyPair } from '@libp2p/crypto/keys';
import { noise } from '@chainsafe/libp2p-noise';
import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { systemClock, type Clock } from '../../../src/base/clock.ts';
import { Problem } from '../../../src/base/problem.ts';
import type { DeviceId, EpochId, Hash, ReplicaId } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import type { FolderPeers as NetFolderPeers } from '../../../src/net/folder-peers.ts';
import type { FolderServer as NetFolderServer, IndexEvent } from '../../../src/net/folder-types.ts';
import type { Network } from '../../../src/net/network.ts';
import { netLimits } from '../../../src/net/net-limits.ts';
import type { PairingChannel } from '../../../src/net/protocols/pairing/pairing-stream.ts';
import type { MessageChannel } from '../../../src/net/protocols/pairing/session.ts';
import { protocolIds } from '../../../src/net/protocols/streams.ts';
import type { FolderPeers, FolderServer } from '../../../src/sync/ports.ts';
import { decodeIndex, encodeChunks, encodeHello, encodeIndex, encodePairing } from '../../../src/wire/codec.ts';
import { readFrames, writeFrame } from '../../../src/wire/framing.ts';
import {
  collect,
  folderA,
  folderB,
  isConnected,
  link,
  linkTo,
  MemoryFolder,
  startNetwork,
  until,
} from '../../support/net.ts';

// What the rooms promise each other; drift is a compile error.
const _peers: (peers: NetFolderPeers) => FolderPeers = (peers) => peers;
const _server: (server: FolderServer) => NetFolderServer = (server) => server;
const _channel: (channel: PairingChannel) => MessageChannel = (channel) => channel;
void [_peers, _server, _channel];

const never = new AbortController().signal;
const started: { stop(): Promise<void> }[] = [];

async function network(options: Parameters<typeof startNetwork>[0] = {}) {
  const made = await startNetwork(options);
  started.push(made);
  return made;
}

/** Two networks that are linked and connected, and share folder A both ways. */
async function pair(): Promise<{ a: Network; b: Network; served: MemoryFolder }> {
  const a = await network({ deviceName: 'Anna' });
  const b = await network({ deviceName: 'Bert' });
  a.setShares(folderA, 'photos', [b.self]);
  b.setShares(folderA, 'photos', [a.self]);
  const served = new MemoryFolder();
  a.folder(folderA).serve(served);
  link(a, b);
  await until(() => b.folder(folderA).connected().includes(a.self), 'the folder to be connected');
  await until(() => a.folder(folderA).connected().includes(b.self), 'the folder to be connected');
  return { a, b, served };
}

/** A bare libp2p node that speaks what it is told to, linked or not. */
async function speaker(key?: Parameters<typeof createLibp2p>[0]): Promise<Libp2p> {
  const node = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false },
    ...key,
  });
  started.push(node as unknown as { stop(): Promise<void> });
  return node;
}

function connectTo(node: Libp2p, to: Network): Promise<Connection> {
  return node.dial(multiaddr(to.addresses()[0] ?? ''));
}

/** libp2p's dialler does not wait for the last word of the handshake: a refusal may look like a loss right after it. */
async function refused(node: Libp2p, by: Network): Promise<void> {
  try {
    const connection = await connectTo(node, by);
    await until(() => connection.status !== 'open', 'the connection to be refused', 1000);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('waited')) throw error;
  }
}

interface TcpLine {
  readonly address: string;
  /** Connections that were accepted, ever. */
  readonly waiting: number;
  /** Connections that go through it now. */
  readonly open: number;
  freeze(frozen: boolean): void;
}

/** A proxy in front of a network; what it accepts goes through once `gate` says so. */
async function tcpLine(to: Network, gate: () => boolean): Promise<TcpLine> {
  const port = Number(/tcp\/(\d+)/.exec(to.addresses()[0] ?? '')?.[1]);
  const sockets = new Set<Socket>();
  const state = { waiting: 0, open: 0, frozen: false };
  const server = createServer({ pauseOnConnect: true }, (near) => {
    state.waiting++;
    void until(gate, 'the gate').then(() => {
      const far = connect(port, '127.0.0.1');
      state.open++;
      near.once('close', () => state.open--);
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('data', (data) => {
          if (!state.frozen) into.write(data);
        });
        from.on('error', () => {});
        from.once('close', () => into.destroy());
      }
      near.resume();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.push({
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return Object.assign(state, {
    address: `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`,
    freeze: (frozen: boolean) => {
      state.frozen = frozen;
    },
  });
}

/** All that comes over a stream until it ends or breaks. */
async function allFrames(stream: Stream): Promise<number> {
  let frames = 0;
  try {
    for await (const _ of readFrames(stream, { frameBytesMax: 1 << 20 })) frames++;
  } catch {
    // Reset: the end as well.
  }
  return frames;
}

describe('net: network', () => {
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()));
  });

  it('connects linked devices; each learns what the other shares with it', async () => {
    const { a, b } = await pair();
    const [peer] = a.peers();
    assert.equal(peer?.id, b.self);
    assert.equal(peer?.connected, true);
    assert.equal(peer?.route, 'lan');
    assert.match(peer?.address ?? '', /^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/);
    assert.equal(peer?.deviceName, 'Bert');
    assert.equal(b.peers()[0]?.deviceName, 'Anna');
    await until(() => a.peers()[0]?.rttMs !== null, 'a pong');

    b.setShares(folderB, 'music', [a.self]);
    await until(() => a.offers().length > 0, 'the offer');
    assert.deepEqual(a.offers(), [{ folder: folderB, label: 'music', device: b.self }]);
    assert.deepEqual(a.folder(folderB).connected(), []);
    a.setShares(folderB, 'music', [b.self]);
    assert.deepEqual(a.offers(), []);
    assert.deepEqual(a.folder(folderB).connected(), [b.self]);
    await until(() => b.folder(folderB).connected().includes(a.self), 'the other side to know');
    a.removeShares(folderB);
    await until(() => b.folder(folderB).connected().length === 0, 'the share to end');
  });

  it('streams the index: all of it first, then what is new, and resumes by sequence', async () => {
    const { a, b, served } = await pair();
    served.write(2500);
    const peers = b.folder(folderA);
    const first = await peers.subscribe(a.self, { replica: undefined, after: 0 }, never);
    const events = first.events[Symbol.asyncIterator]();
    const seen: IndexEvent[] = [];
    let sequences: number[] = [];
    const readUpTo = async (upTo: number): Promise<void> => {
      for (;;) {
        const { value, done } = await events.next();
        if (done === true) throw new Error('the subscription ended');
        seen.push(value);
        if (value.type !== 'records') continue;
        assert.ok(value.records.length <= netLimits.indexBatchRecordsMax);
        sequences.push(...value.records.map(({ sequence }) => sequence));
        if (value.upTo >= upTo) return;
      }
    };
    await readUpTo(2500);
    assert.deepEqual(seen[0], { type: 'start', replica: served.replica, after: 0 });
    assert.deepEqual(
      sequences,
      served.records.map(({ sequence }) => sequence),
    );
    const updates = seen.filter((event) => event.type === 'records');
    assert.deepEqual(
      updates.map(({ caughtUp }) => caughtUp),
      updates.map(({ upTo }) => upTo === 2500),
      'only the last of the pages says that there is no more',
    );
    await first.acknowledge(2500);
    await until(() => served.acks.length > 0, 'the acknowledgement');
    assert.deepEqual(served.acks, [{ device: b.self, sequence: 2500 }]);

    sequences = [];
    served.write(3);
    await readUpTo(2503);
    assert.deepEqual(sequences, [2501, 2502, 2503]);
    const { value: state } = await events.next();
    assert.equal((state as IndexEvent).type, 'state');
    await first.close();

    const resumed = await peers.subscribe(a.self, { replica: served.replica, after: 2501 }, never);
    const again = await collect(resumed.events, (event) => event.type === 'records' && event.upTo === 2503);
    assert.deepEqual(again[0], { type: 'start', replica: served.replica, after: 2501 });
    const records = again.flatMap((event) => (event.type === 'records' ? event.records : []));
    assert.deepEqual(
      records.map(({ sequence }) => sequence),
      [2502, 2503],
    );

    const pages = await peers.subscribe(a.self, { replica: served.replica, after: 503 }, never);
    const full = await collect(pages.events, (event) => event.type === 'records' && event.upTo === 2503);
    assert.equal(
      full.some((event) => event.type === 'records' && event.caughtUp),
      true,
      'also of a full last page',
    );

    const anew = await peers.subscribe(a.self, { replica: '9'.repeat(16) as ReplicaId, after: 2501 }, never);
    const [start] = await collect(anew.events, () => true);
    assert.deepEqual(start, { type: 'start', replica: served.replica, after: 0 });
  });

  it('restored-index: tells nothing to a device that holds what it never told, and says so', async () => {
    const { a, b, served } = await pair();
    served.write(10);
    const peers = b.folder(folderA);
    const first = await peers.subscribe(a.self, { replica: undefined, after: 0 }, never);
    const told = (await collect(first.events, (event) => event.type === 'records')).at(-1);
    assert.ok(told?.type === 'records');
    assert.equal(told.epoch, served.epochAt(10));
    const ask = async (after: number, epoch: EpochId | undefined): Promise<'served' | 'refused'> => {
      const abort = new AbortController();
      const claims = served.claims.length;
      const subscribed = peers
        .subscribe(a.self, { replica: served.replica, after, epoch }, abort.signal)
        .then(() => 'served' as const);
      const refused = until(() => served.claims.length > claims, 'the claim').then(() => 'refused' as const);
      const outcome = await Promise.race([subscribed, refused]);
      abort.abort(new Error('enough'));
      await Promise.allSettled([subscribed, outcome === 'refused' ? refused : undefined]);
      return outcome;
    };
    assert.equal(await ask(10, told.epoch), 'served');
    assert.equal(await ask(10, undefined), 'served', 'of a device that was never told');
    assert.equal(await ask(11, told.epoch), 'refused', 'above the last sequence');
    // Restored to 7, and then gone on.
    served.epochs = [...served.epochs, { id: 'f'.repeat(16) as EpochId, begins: 8 }];
    assert.equal(await ask(10, told.epoch), 'refused');
    assert.equal(await ask(7, told.epoch), 'served');
    assert.deepEqual([...new Set(served.claims)], [b.self]);
  });

  it('says the state again when it changes, not more often than promised', async () => {
    const { a, b, served } = await pair();
    const subscription = await b.folder(folderA).subscribe(a.self, { replica: undefined, after: 0 }, never);
    const begin = performance.now();
    const timer = setInterval(() => {
      served.needFiles++;
      served.changed();
      if (served.needFiles === 100) clearInterval(timer);
    }, 2);
    let states = 0;
    for await (const event of subscription.events) {
      if (event.type !== 'state') continue;
      states++;
      if (event.state.needFiles === 100) break;
    }
    const most = (performance.now() - begin) / netLimits.indexStateEveryMs + 3;
    assert.ok(states >= 2 && states <= most, `${states} states`);
  });

  it('hears "ready now" also right behind the "not ready"', async () => {
    const { a, b } = await pair();
    const abort = new AbortController();
    const start = performance.now();
    const waiting = a.folder(folderA).subscribe(b.self, { replica: undefined, after: 0 }, abort.signal);
    // Within askAgainMsMin: the question was answered, the next is not asked yet.
    await new Promise((resolve) => setTimeout(resolve, netLimits.askAgainMsMin / 2));
    b.folder(folderA).serve(new MemoryFolder());
    const subscription = await waiting;
    await subscription.close();
    assert.ok(performance.now() - start < netLimits.askAgainMsMax / 2, `${performance.now() - start} ms`);
  });

  it('does not serve a folder that is not running, nor one that is not shared', async () => {
    const { a, b } = await pair();
    const refused = { code: 'INDEX_REFUSED' };
    const abort = new AbortController();
    const waiting = a.folder(folderA).subscribe(b.self, { replica: undefined, after: 0 }, abort.signal);
    const late = new MemoryFolder('2'.repeat(16) as ReplicaId);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const begin = performance.now();
    b.folder(folderA).serve(late);
    const [start] = await collect((await waiting).events, () => true);
    assert.deepEqual(start, { type: 'start', replica: late.replica, after: 0 });
    assert.ok(performance.now() - begin < 1000);

    const served = new MemoryFolder();
    const content = served.addContent(new Uint8Array(10).fill(1));
    a.folder(folderB).serve(served);
    await assert.rejects(b.folder(folderB).subscribe(a.self, { replica: undefined, after: 0 }, never), refused);
    const answers = await collect(b.folder(folderB).fetchChunks(a.self, [content], never), () => true);
    assert.deepEqual(answers, [[undefined]]);
    assert.equal(served.bytesRead, 0);
  });

  it('ends a subscription when the folder is served no more', async () => {
    const { a, b } = await pair();
    const served = new MemoryFolder();
    const stopServing = a.folder(folderA).serve(served);
    const subscription = await b.folder(folderA).subscribe(a.self, { replica: undefined, after: 0 }, never);
    const all = collect(subscription.events, () => false);
    await b.folder(folderA).subscribe(a.self, { replica: undefined, after: 0 }, never);
    stopServing();
    assert.ok((await all).length >= 1);
  });

  it('fetches chunks in order, with gaps where there are none, and manifests', async () => {
    const { a, b, served } = await pair();
    const requests = Array.from({ length: 3000 }, (_, i) => served.addContent(new Uint8Array(1 + (i % 700)).fill(i)));
    requests.push(
      served.addContent(new Uint8Array(4 << 20).fill(7)),
      served.addContent(new Uint8Array(3 << 20).fill(8)),
    );
    requests.splice(5, 0, { hash: 'f'.repeat(64) as Hash, length: 5 });
    const got: (Uint8Array | undefined)[] = [];
    for await (const answers of b.folder(folderA).fetchChunks(a.self, requests, never)) got.push(...answers);
    assert.equal(got.length, requests.length);
    for (const [i, { hash }] of requests.entries()) {
      assert.deepEqual(got[i], served.contents.get(hash), `chunk ${i}`);
    }
    const contentHash = 'e'.repeat(64) as Hash;
    const manifest = Array.from({ length: 40_000 }, (_, i) => ({
      hash: (requests[0] as { hash: Hash }).hash,
      length: i + 1,
    }));
    served.manifests.set(contentHash, manifest);
    const size = manifest.reduce((sum, { length }) => sum + length, 0);
    const path = 'big' as RelativePath;
    assert.deepEqual(await b.folder(folderA).fetchManifest(a.self, path, contentHash, size, never), manifest);
    assert.equal(await b.folder(folderA).fetchManifest(a.self, path, 'd'.repeat(64) as Hash, 5, never), undefined);
    await assert.rejects(b.folder(folderA).fetchManifest(a.self, path, contentHash, size - 1, never), /bytes/);
    await assert.rejects(b.folder(folderA).fetchManifest(a.self, path, contentHash, size + 1, never), /bytes/);
  });

  it('hostile-linked-peer: a chunk list of tiny chunks is refused before it fills the memory', async () => {
    const { a, b, served } = await pair();
    const size = 200_000;
    const contentHash = 'ab'.repeat(32) as Hash;
    const path = 'tiny' as RelativePath;
    served.manifests.set(
      contentHash,
      Array.from({ length: size }, () => ({ hash: contentHash, length: 1 })),
    );
    await assert.rejects(b.folder(folderA).fetchManifest(a.self, path, contentHash, size, never), /too many chunks/);
  });

  it('a fetch ends with its signal, and others go on', async () => {
    const { a, b, served } = await pair();
    const requests = Array.from({ length: 64 }, () => served.addContent(new Uint8Array(1 << 20)));
    const abort = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(async () => {
      for await (const _ of b.folder(folderA).fetchChunks(a.self, requests, abort.signal)) abort.abort(reason);
    }, reason);
    const [answers] = await collect(b.folder(folderA).fetchChunks(a.self, requests.slice(0, 1), never), () => true);
    assert.equal(answers?.[0]?.length, 1 << 20);
  });

  it('holds a bounded part of 64 MiB in memory while the reader is slow', async () => {
    const { a, b, served } = await pair();
    const requests = Array.from({ length: 64 }, () => served.addContent(new Uint8Array(1 << 20)));
    let received = 0;
    let aheadMax = 0;
    for await (const answers of b.folder(folderA).fetchChunks(a.self, requests, never)) {
      for (const content of answers) received += content?.length ?? 0;
      // Slower than loopback by far: the sender runs into its limits.
      await new Promise((resolve) => setTimeout(resolve, 10));
      aheadMax = Math.max(aheadMax, served.bytesRead - received);
    }
    assert.equal(received, 64 << 20);
    // In flight are: what may be asked for ahead, and not more than the budget.
    assert.ok(aheadMax <= netLimits.servingBytesMax, `${aheadMax} bytes ahead`);
  });

  it('keeps to the rates', async () => {
    const { a, b, served } = await pair();
    const requests = Array.from({ length: 12 }, () => served.addContent(new Uint8Array(100_000)));
    for (const [limited, direction] of [
      [a, 'up'],
      [b, 'down'],
    ] as const) {
      limited.setLimits({ up: undefined, down: undefined, [direction]: 2_000_000 });
      const begin = performance.now();
      await collect(b.folder(folderA).fetchChunks(a.self, requests, never), () => false);
      await collect(b.folder(folderA).fetchChunks(a.self, requests.slice(0, 1), never), () => false);
      const seconds = (performance.now() - begin) / 1000;
      limited.setLimits({ up: undefined, down: undefined });
      assert.ok(seconds > 0.3 && seconds < 3, `${direction}: 1.3 MB at 2 MB/s took ${seconds} s`);
    }
  });

  it('counts what the sockets carried, and totals survive a reconnect', async () => {
    const { a, b, served } = await pair();
    const requests = Array.from({ length: 16 }, () => served.addContent(new Uint8Array(1 << 20)));
    await collect(b.folder(folderA).fetchChunks(a.self, requests, never), () => false);
    const payload = 16 << 20;
    const [peerOfA] = a.peers();
    const [peerOfB] = b.peers();
    assert.ok(peerOfB !== undefined && peerOfA !== undefined);
    assert.ok(peerOfB.bytesIn > payload && peerOfB.bytesIn < payload * 1.02, `${peerOfB.bytesIn} in`);
    assert.ok(peerOfB.bytesOut > 500 && peerOfB.bytesOut < payload / 50, `${peerOfB.bytesOut} out`);
    assert.ok(Math.abs(peerOfA.bytesOut - peerOfB.bytesIn) < 10_000);
    assert.ok(Math.abs(peerOfA.bytesIn - peerOfB.bytesOut) < 10_000);

    const before = peerOfB.bytesIn;
    a.setLinks([{ ...linkTo(b), paused: true }]);
    await until(() => !isConnected(b, a.self), 'the pause');
    assert.ok((b.peers()[0]?.bytesIn ?? 0) >= before);
    a.setLinks([linkTo(b)]);
    await until(() => isConnected(b, a.self), 'the reconnect');
    assert.ok((b.peers()[0]?.bytesIn ?? 0) > before);
  });

  it('unlinked-peer: opens every protocol and learns nothing', async () => {
    const { a } = await pair();
    const stranger = await speaker();
    await refused(stranger, a);

    a.setPairingOpen(true);
    let asked = 0;
    a.onPairing(async (channel) => {
      await channel.receive();
      asked++;
      await channel.send({ type: 'pairing-refused', reason: 'no-such-code' });
    });
    const connection = await connectTo(stranger, a);
    const say: [string, Uint8Array][] = [
      [
        protocolIds.hello,
        encodeHello({ type: 'hello', deviceName: 'x', clientVersion: 'x', folders: [{ id: folderA, label: 'x' }] }),
      ],
      [protocolIds.index, encodeIndex({ type: 'index-request', folder: folderA, replica: undefined, after: 0 })],
      [
        protocolIds.chunks,
        encodeChunks({
          type: 'chunk-request',
          id: 1,
          folder: folderA,
          chunks: [{ hash: 'a'.repeat(64) as Hash, length: 1 }],
        }),
      ],
    ];
    for (const [protocol, bytes] of say) {
      const stream = await connection.newStream(protocol);
      await writeFrame(stream, bytes, never).catch(() => undefined);
      assert.equal(await allFrames(stream), 0, protocol);
    }
    assert.equal(asked, 0);
    const pairing = await connection.newStream(protocolIds.pairing);
    await writeFrame(
      pairing,
      encodePairing({ type: 'pairing-open', version: 1, nameplate: 7, nonce: new Uint8Array(32) }),
      never,
    );
    assert.equal(await allFrames(pairing), 1);
    assert.equal(asked, 1);
    // Its run is over, and it is not linked.
    await until(() => connection.status !== 'open', 'the stranger to be dismissed');
    assert.ok(!a.peers().some(({ id }) => id === (stranger.peerId.toString() as DeviceId)));
  });

  it('unlinked-peer: at most so many at a time; closing the code cuts them off; linked devices get in all the while', async () => {
    const a = await network();
    a.onPairing(async () => {});
    a.setPairingOpen(true);
    const connections: Connection[] = [];
    for (let i = 0; i < netLimits.strangerConnectionsMax; i++) connections.push(await connectTo(await speaker(), a));
    // The next one is let in, since it may have the code, and the oldest that only sits there gives way.
    connections.push(await connectTo(await speaker(), a));
    await until(() => connections[0]?.status !== 'open', 'the oldest idle stranger to give way');
    const open = (): number => connections.filter(({ status }) => status === 'open').length;
    assert.equal(open(), netLimits.strangerConnectionsMax);
    const b = await network();
    link(b, a);
    await until(() => isConnected(a, b.self), 'the linked device');
    a.setPairingOpen(false);
    await until(() => connections.every(({ status }) => status !== 'open'), 'the strangers to be cut off');
    assert.ok(isConnected(a, b.self));
  });

  it('revoked-while-connected: unlink says so and cuts the device off at once, in mid-transfer', async () => {
    const { a, b, served } = await pair();
    const told: DeviceId[] = [];
    b.onUnlinked((device) => told.push(device));
    const requests = Array.from({ length: 64 }, () => served.addContent(new Uint8Array(1 << 20)));
    const fetching = (async () => {
      for await (const _ of b.folder(folderA).fetchChunks(a.self, requests, never)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const failed = assert.rejects(fetching);
    await until(() => served.bytesRead > 0, 'the transfer to begin');
    await a.unlink(b.self);
    await failed;
    await until(() => !isConnected(b, a.self), 'the far side to notice');
    assert.deepEqual(told, [a.self]);
    assert.deepEqual(a.peers(), []);
    const read = served.bytesRead;
    await assert.rejects(collect(b.folder(folderA).fetchChunks(a.self, requests.slice(0, 1), never), () => true));
    assert.equal(served.bytesRead, read);

    // Linked again on that side: it comes back, though the other one had stopped calling.
    a.setLinks([linkTo(b)]);
    await until(() => isConnected(b, a.self), 'contact again');
  });

  it('revoked-while-connected: dropping the link closes the connection without a word', async () => {
    const { a, b } = await pair();
    a.setLinks([]);
    await until(() => !isConnected(b, a.self), 'the far side to notice', 1000);
  });

  it('malformed frames close their stream, and the node lives', async () => {
    const a = await network();
    const key = await generateKeyPair('Ed25519');
    const hostile = await speaker({ privateKey: key });
    a.setShares(folderA, 'photos', [hostile.peerId.toString() as DeviceId]);
    a.folder(folderA).serve(new MemoryFolder());
    a.setLinks([{ id: hostile.peerId.toString() as DeviceId, name: 'hostile', addresses: [], paused: false }]);
    const connection = await connectTo(hostile, a);
    const bad = [
      new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x07]),
      new Uint8Array([3, 1, 2, 3]),
      new Uint8Array([0]),
    ];
    for (const protocol of [protocolIds.hello, protocolIds.index, protocolIds.chunks]) {
      for (const bytes of bad) {
        const stream = await connection.newStream(protocol);
        stream.send(bytes);
        assert.equal(await allFrames(stream), 0);
        assert.notEqual(stream.status, 'open');
      }
    }
    const wrongType = await connection.newStream(protocolIds.hello);
    await writeFrame(wrongType, encodeHello({ type: 'pong', nonce: 1 }), never);
    assert.equal(await allFrames(wrongType), 0);
    const ack = await connection.newStream(protocolIds.index);
    await writeFrame(ack, encodeIndex({ type: 'index-request', folder: folderA, replica: undefined, after: 0 }), never);
    await writeFrame(ack, encodeIndex({ type: 'index-ack', sequence: 5 }), never);
    assert.ok((await allFrames(ack)) <= 2);

    assert.equal(connection.status, 'open');
    const good = await connection.newStream(protocolIds.index);
    await writeFrame(
      good,
      encodeIndex({ type: 'index-request', folder: folderA, replica: undefined, after: 0 }),
      never,
    );
    const { value } = await readFrames(good, { frameBytesMax: 1 << 20 }).next();
    assert.equal(decodeIndex(value as Uint8Array).type, 'index-start');
  });

  it('reconnects within 3 s of the other coming back on the same port', async () => {
    const a = await network();
    const b = await network();
    const [address] = b.addresses();
    link(a, b);
    await until(() => isConnected(a, b.self), 'contact');
    await b.stop();
    await until(() => !isConnected(a, b.self), 'the loss');
    assert.notEqual(a.peers()[0]?.lastSeenMs, undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const again = await network({ key: b.key, listen: [(address ?? '').replace(/\/p2p\/.*/, '')] });
    again.setLinks([linkTo(a, [])]);
    await until(() => isConnected(a, b.self), 'the reconnect', 3000);
  });

  it('simultaneous dials end with one connection and working streams, and no flapping', async () => {
    const [a, b] = [await network(), await network()];
    a.setShares(folderA, 'x', [b.self]);
    b.setShares(folderA, 'x', [a.self]);
    const served = new MemoryFolder();
    a.folder(folderA).serve(served);
    const content = served.addContent(new Uint8Array(1000));
    // Each dial is let through when both have begun.
    const lines: TcpLine[] = [];
    const both = (): boolean => lines.every((line) => line.waiting > 0);
    for (const to of [a, b]) lines.push(await tcpLine(to, both));
    b.setLinks([linkTo(a, [lines[0]?.address ?? ''])]);
    a.setLinks([linkTo(b, [lines[1]?.address ?? ''])]);
    await until(() => isConnected(a, b.self) && isConnected(b, a.self), 'contact');
    await until(() => lines.every((line) => line.open === 1), 'two connections');
    let losses = 0;
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      one.onChange(() => {
        if (!isConnected(one, other.self)) losses++;
      });
    }
    const fetchOne = async (): Promise<void> => {
      const [answers] = await collect(b.folder(folderA).fetchChunks(a.self, [content], never), () => true);
      assert.equal(answers?.[0]?.length, 1000);
    };
    await fetchOne();
    const open = (): number => lines.reduce((sum, line) => sum + line.open, 0);
    await until(() => open() === 1, 'one of them to be closed');
    const end = performance.now() + 1000;
    while (performance.now() < end) {
      await fetchOne();
      assert.equal(open(), 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(losses, 0);
    // The one that the device with the smaller id dialled.
    assert.equal(lines[a.self < b.self ? 1 : 0]?.open, 1);
  });

  it('a peer frozen: its connection is given up after silence, and made anew when it answers again', async () => {
    const clock: Clock = { ...systemClock, monotonic: () => performance.now() * 2 };
    const a = await network({ clock });
    const b = await network({ clock });
    const line = await tcpLine(b, () => true);
    b.setLinks([linkTo(a, [])]);
    a.setLinks([linkTo(b, [line.address])]);
    await until(() => isConnected(a, b.self) && isConnected(b, a.self), 'contact');
    line.freeze(true);
    const ms = await until(() => !isConnected(a, b.self) && !isConnected(b, a.self), 'both to give up');
    assert.ok(ms * 2 > netLimits.silenceMsMax - netLimits.pingEveryMs, `${ms}`);
    assert.ok(ms * 2 < netLimits.silenceMsMax + 20_000, `${ms}`);
    line.freeze(false);
    await until(() => isConnected(a, b.self), 'contact again');
  });

  it('port in use: one clear line that names the address', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await assert.rejects(startNetwork({ listen: [`/ip4/127.0.0.1/tcp/${port}`] }), (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'PORT_IN_USE');
        assert.match(error.message, new RegExp(`/ip4/127\\.0\\.0\\.1/tcp/${port}`));
        assert.ok(!error.message.includes('\n'));
        return true;
      });
    } finally {
      server.close();
    }
    await assert.rejects(startNetwork({ listen: ['/ip4/192.0.2.77/tcp/0'] }), { code: 'LISTEN_FAILED' });
    for (const listen of ['22022', '/ip4/1.2.3.4', '/dns4/example.org/tcp/1', '/ip4/127.0.0.1/udp/4/quic-v1']) {
      await assert.rejects(startNetwork({ listen: [listen] }), { code: 'LISTEN_ADDRESS_INVALID' });
    }
  });

  it('pairing: a channel between two devices that are not linked, until it is closed', async () => {
    const [a, b] = [await network(), await network()];
    const place = a.addresses()[0] ?? '';
    await assert.rejects(b.openPairing(place, never), 'no code is live');
    let remote: DeviceId | undefined;
    a.onPairing(async (channel, device) => {
      remote = device;
      await channel.send(await channel.receive());
      await channel.send({ type: 'pairing-done' });
    });
    a.setPairingOpen(true);
    for (const address of [place, place.replace(/\/p2p\/.*/, '')]) {
      await using session = await b.openPairing(address, never);
      assert.equal(session.remote, a.self);
      const open = { type: 'pairing-open', version: 1, nameplate: 7, nonce: new Uint8Array(32).fill(5) } as const;
      await session.channel.send(open);
      assert.deepEqual(await session.channel.receive(), open);
      // The code is used up in mid-run: the run goes on.
      a.setPairingOpen(false);
      assert.deepEqual(await session.channel.receive(), { type: 'pairing-done' });
      await assert.rejects(session.channel.receive());
      assert.equal(remote, b.self);
      a.setPairingOpen(true);
    }
    await assert.rejects(b.openPairing('nonsense', never), { code: 'ADDRESS_INVALID' });
    await assert.rejects(b.openPairing('/ip4/127.0.0.1/tcp/1', never), { code: 'PEER_UNREACHABLE' });
    await assert.rejects(b.openPairing(a.self, never), { code: 'PEER_UNREACHABLE' });
  });

  it('pairing: the connection stays when both link in the run', async () => {
    const [a, b] = [await network(), await network()];
    a.onPairing(async (channel) => {
      await channel.receive();
      a.setLinks([linkTo(b, [])]);
      await channel.send({ type: 'pairing-done' });
      await channel.receive();
    });
    a.setPairingOpen(true);
    const session = await b.openPairing(a.addresses()[0] ?? '', never);
    await session.channel.send({ type: 'pairing-done' });
    await session.channel.receive();
    b.setLinks([linkTo(a, [])]);
    await session.channel.send({ type: 'pairing-done' });
    await session.close();
    await until(() => isConnected(a, b.self) && isConnected(b, a.self), 'contact over the same connection');
    assert.ok((a.peers()[0]?.bytesIn ?? 0) > 500, 'its bytes count from the beginning');
  });
});
