/** Framing over real libp2p connections (TCP, Noise, yamux on loopback): order, back-pressure both ways, ends and abuse. */
import assert from 'node:assert/strict';
import '../../../src/base/runtime.ts';
import { noise } from '@chainsafe/libp2p-noise';
import type { Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { decode, encode } from 'it-length-prefixed';
import { pipe } from 'it-pipe';
import { createLibp2p } from 'libp2p';
import { readFrames, readQueueBytesMax, writeFrame } from '../../../src/wire/framing.ts';
import type { FrameStream } from '../../../src/wire/framing.ts';
import { limits } from '../../../src/wire/limits.ts';
import { ProtocolError } from '../../../src/wire/messages.ts';

/** Drift of libp2p's Stream is a compile error here. */
const asFrameStream = (stream: Stream): FrameStream => stream;

const protocol = '/framing-test/1';
const never = new AbortController().signal;
const options = { frameBytesMax: limits.frameBytesMax };

function createNode() {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  });
}

async function collect(frames: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

/** Resolves when `condition` holds; looks at every turn of the event loop that comes after some milliseconds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('wire framing over libp2p', () => {
  let near: Awaited<ReturnType<typeof createNode>>;
  let far: Awaited<ReturnType<typeof createNode>>;
  let accept: (stream: Stream) => void;

  before(async () => {
    [near, far] = await Promise.all([createNode(), createNode()]);
    await far.handle(protocol, (stream) => accept(stream));
  });
  after(async () => {
    await Promise.all([near.stop(), far.stop()]);
  });

  /** Both ends of a new stream: [opener's, acceptor's]. */
  async function streamPair(): Promise<[Stream, Stream]> {
    const accepted = new Promise<Stream>((resolve) => {
      accept = resolve;
    });
    const opened = await near.dialProtocol(far.getMultiaddrs(), protocol);
    // The acceptor sees a stream only when something is sent on it or the protocol was negotiated.
    return [opened, await accepted];
  }

  it('carries messages whole and in order, both ways, from nothing to the longest', async () => {
    const [a, b] = await streamPair();
    const sizes = [0, 1, 127, 128, 16_384, 65_519, 65_520, 300_000, limits.frameBytesMax];
    const messages = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
    const send = async (stream: Stream): Promise<void> => {
      for (const message of messages) await writeFrame(asFrameStream(stream), message, never);
      await stream.close();
    };
    const [fromA, fromB] = await Promise.all([
      collect(readFrames(b, options)),
      collect(readFrames(a, options)),
      send(a),
      send(b),
    ]);
    for (const got of [fromA, fromB]) {
      assert.deepEqual(
        got.map((frame) => frame.length),
        sizes,
      );
      got.forEach((frame, i) => assert.equal(Buffer.compare(frame, messages[i] as Uint8Array), 0));
    }
  });

  it('concurrent writers do not mix their messages', async () => {
    const [a, b] = await streamPair();
    const received = collect(readFrames(b, options));
    await Promise.all(Array.from({ length: 5 }, (_, i) => writeFrame(a, new Uint8Array(500_000).fill(i), never)));
    await a.close();
    await b.close();
    const frames = await received;
    assert.deepEqual(
      frames.map((frame) => frame[0] ?? -1).sort((x, y) => x - y),
      [0, 1, 2, 3, 4],
    );
    for (const frame of frames) assert.ok(frame.every((byte) => byte === frame[0]));
  });

  it('a reader that does not read holds the writer back, and nothing is lost when it goes on', async () => {
    const [a, b] = await streamPair();
    const frame = new Uint8Array(256 * 1024);
    const count = 400; // 100 MiB
    let written = 0;
    const writer = (async () => {
      for (let i = 0; i < count; i++) {
        frame[0] = i & 0xff;
        await writeFrame(a, frame.slice(), never);
        written++;
      }
      await a.close();
    })();
    const frames = readFrames(b, options);
    const first = await frames.next();
    assert.equal(first.value?.[0], 0);
    // The writer must come to a stop although the reader has not.
    let last = -1;
    while (written !== last) {
      last = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(written < count);
    assert.ok(a.writableNeedsDrain);
    const inFlight = written * frame.length;
    // What was read ahead, yamux's greatest window, and a frame at either end.
    assert.ok(inFlight <= readQueueBytesMax + 16 * 1024 * 1024 + 4 * frame.length, `${inFlight} bytes under way`);
    assert.ok(a.writeBufferLength <= 2 * frame.length, `${a.writeBufferLength} bytes unsent`);
    let i = 1;
    for await (const got of frames) {
      assert.equal(got[0], i & 0xff);
      assert.equal(got.length, frame.length);
      i++;
    }
    assert.equal(i, count);
    await writer;
  });

  it('what was still buffered when the far side closed arrives', async () => {
    const [a, b] = await streamPair();
    const frames = readFrames(b, options);
    const message = new Uint8Array(700_000);
    const sent = (async () => {
      for (let i = 0; i < 6; i++) await writeFrame(a, message.fill(i).slice(), never);
      await a.close();
    })();
    assert.equal((await frames.next()).value?.length, message.length);
    await until(() => b.remoteWriteStatus === 'closed' || b.readStatus === 'paused');
    let count = 1;
    for await (const frame of frames) assert.equal(frame[0], count++);
    assert.equal(count, 6);
    await sent;
  });

  it('a write held back ends with its signal, or with the stream', async () => {
    const [a, b] = await streamPair();
    const frames = readFrames(b, options);
    const stuck = async (signal: AbortSignal): Promise<void> => {
      for (;;) await writeFrame(a, new Uint8Array(1024 * 1024), signal);
    };
    const controller = new AbortController();
    const first = stuck(controller.signal);
    await frames.next();
    await until(() => a.writableNeedsDrain);
    controller.abort(new Error('called off'));
    await assert.rejects(first, /called off/);
    await assert.rejects(writeFrame(a, new Uint8Array(1), controller.signal), /called off/);
    const second = stuck(never);
    const broken = assert.rejects(second);
    a.abort(new Error('pulled the plug'));
    await broken;
    await assert.rejects(async () => {
      for await (const _ of frames);
    });
  });

  it('a reader that waits ends with the abort of its own stream', async () => {
    const [a, b] = await streamPair();
    const next = readFrames(b, options).next();
    b.abort(new Error('enough'));
    await assert.rejects(next, /enough/);
    a.abort(new Error('test over'));
  });

  it('refuses a length above the maximum before any content comes', async () => {
    for (const prefix of [
      [0x81, 0x80, 0x80, 0x04],
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ]) {
      const [a, b] = await streamPair();
      a.send(Uint8Array.from(prefix));
      await assert.rejects(readFrames(b, options).next(), (error) => error instanceof ProtocolError);
      a.abort(new Error('test over'));
      b.abort(new Error('test over'));
    }
  });

  it('a message that is cut off is refused, not handed on', async () => {
    for (const bytes of [[0x80], [5], [5, 1, 2]]) {
      const [a, b] = await streamPair();
      a.send(Uint8Array.from(bytes));
      await a.close();
      await assert.rejects(collect(readFrames(b, options)), (error) => error instanceof ProtocolError);
      await b.close();
    }
  });

  it('a message that dribbles in byte by byte arrives, in memory of its own size', async () => {
    const [a, b] = await streamPair();
    const message = Uint8Array.from({ length: 3000 }, (_, i) => i & 0xff);
    const bytes = encode.single(message).subarray();
    const received = collect(readFrames(b, options));
    for (const byte of bytes) {
      a.send(Uint8Array.of(byte));
      if (a.writableNeedsDrain) await a.onDrain();
    }
    await a.close();
    assert.deepEqual(Buffer.concat(await received), Buffer.from(message));
    await b.close();
  });

  it('speaks the same as it-length-prefixed, the usual framing of libp2p', async () => {
    const [a, b] = await streamPair();
    const messages = [new Uint8Array(3).fill(1), new Uint8Array(70_000).fill(2)];
    const received = collect(readFrames(b, options));
    const read = pipe(a, (source) => decode(source), collectLists);
    for (const part of encode(messages)) a.send(part);
    for (const message of messages) await writeFrame(b, message, never);
    await Promise.all([a.close(), b.close()]);
    for (const got of [await received, await read]) {
      assert.deepEqual(
        got.map((frame) => Buffer.from(frame)),
        messages.map((message) => Buffer.from(message)),
      );
    }
  });
});

async function collectLists(lists: AsyncIterable<{ subarray(): Uint8Array }>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const list of lists) all.push(list.subarray());
  return all;
}
