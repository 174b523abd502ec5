/** A chunks stream whose far side is frozen, trickles, or keeps a low rate: the first two are given up, the last is not. */
import assert from 'node:assert/strict';
import { noise } from '@chainsafe/libp2p-noise';
import type { Connection, Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import '../../../src/base/runtime.ts';
import type { DeviceId, Hash } from '../../../src/core/identifiers.ts';
import { ByteBudget } from '../../../src/net/byte-budget.ts';
import { ChunkStream } from '../../../src/net/protocols/chunks/chunk-stream.ts';
import { serveChunks } from '../../../src/net/protocols/chunks/serve-chunks.ts';
import { protocolIds } from '../../../src/net/protocols/streams.ts';
import { RateLimiter } from '../../../src/net/rate-limiter.ts';
import { decodeChunks, encodeChunks } from '../../../src/wire/codec.ts';
import { readFrames } from '../../../src/wire/framing.ts';
import { collect, folderA, MemoryFolder } from '../../support/net.ts';

const never = new AbortController().signal;
const waits = { answerMsMax: 60_000, progressMsMax: 200, progressBytesMin: 1000 };
const makeNode = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  });

describe('net: a chunks stream', () => {
  let near: Awaited<ReturnType<typeof makeNode>>;
  let far: Awaited<ReturnType<typeof makeNode>>;
  let answer: (stream: Stream, connection: Connection) => Promise<void>;
  const served = new MemoryFolder();
  const content = new Uint8Array(8000).fill(7);
  const request = served.addContent(content);

  beforeEach(async () => {
    [near, far] = await Promise.all([makeNode(), makeNode()]);
    await far.handle(
      protocolIds.chunks,
      (stream, connection) => void answer(stream, connection).catch(() => undefined),
    );
  });
  afterEach(async () => {
    await Promise.all([near.stop(), far.stop()]);
  });

  const open = async (): Promise<ChunkStream> => {
    const connection = await near.dial(far.getMultiaddrs()[0] as never);
    const stream = await connection.newStream(protocolIds.chunks);
    return new ChunkStream(stream, new RateLimiter(() => performance.now()), waits);
  };
  const fetch = (stream: ChunkStream) => collect(stream.fetch(folderA, [request], never), () => false);
  /** One answer to the first request, as bytes of the stream. */
  const framed = async (stream: Stream): Promise<Uint8Array> => {
    const first = await readFrames(stream, { frameBytesMax: 65_536 }).next();
    const { id } = decodeChunks(first.value as Uint8Array);
    const bytes = encodeChunks({ type: 'chunk-response', id, chunks: [content] });
    return Buffer.concat([Buffer.from([(bytes.length % 128) | 128, bytes.length >> 7]), bytes]);
  };

  it('frozen-in-mid-chunk: is given up soon, though the connection lives', async () => {
    answer = async (stream) => void stream.send((await framed(stream)).subarray(0, 5000));
    const begin = performance.now();
    await assert.rejects(fetch(await open()), /bytes of an answer in 200 ms/);
    assert.ok(performance.now() - begin < 5000);
  });

  it('trickle: a few bytes now and then are no progress', async () => {
    answer = async (stream) => {
      for (const byte of await framed(stream)) {
        stream.send(Uint8Array.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await assert.rejects(fetch(await open()), /bytes of an answer in 200 ms/);
  });

  it('a chunk list that does not come is given up as well', async () => {
    answer = async () => {};
    const stream = await open();
    await assert.rejects(stream.manifest(folderA, 'x' as never, 'a'.repeat(64) as Hash, 10, never), /of an answer/);
  });

  it('an honest device that keeps a low rate is waited for: its answers come in small steps', async () => {
    const limiter = new RateLimiter(() => performance.now());
    limiter.set(100_000);
    const large = Array.from({ length: 3 }, (_, i) => served.addContent(new Uint8Array(60_000).fill(i)));
    answer = (stream) =>
      serveChunks({ stream, device: 'x' as DeviceId, signal: never } as Parameters<typeof serveChunks>[0], {
        lookup: () => ({ server: served, signal: never }),
        budget: new ByteBudget(1 << 20),
        limiter,
      });
    const begin = performance.now();
    const chunks = (await collect((await open()).fetch(folderA, large, never), () => false)).flat();
    assert.deepEqual(
      chunks.map((chunk) => chunk?.[59_999]),
      [0, 1, 2],
    );
    assert.ok(performance.now() - begin > 1000, 'the rate was not kept');
  });
});
