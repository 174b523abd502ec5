/** A linked device that sends numbers, lengths and messages that nobody honest sends: each ends its own stream, and no more. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Hash } from '../../src/core/identifiers.ts';
import { encodeHello, encodeIndex } from '../../src/wire/codec.ts';
import { eventually } from '../support/condition.ts';
import { HostileStage } from '../support/hostile-stage.ts';
import { joined, message, packed, varint, zigzag } from '../support/protobuf-bytes.ts';
import { rawUpdate, type Protocol, type RawStream } from '../support/wire-speaker.ts';

const beyond = [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

describe('hostile-linked-peer: frames', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  before(async () => {
    stage = await HostileStage.create('frames');
    await stage.write({ 'mine.txt': 'my own file' });
  });
  beforeEach(() => stage.begin());
  after(() => stage?.close());

  /** Sends on the exchange that the daemon began, and waits until it has given it up. */
  async function endsExchange(what: string, say: (stream: RawStream) => void): Promise<void> {
    const stream = await stage.follows();
    say(stream);
    await eventually(`the end of the exchange with ${what}`, () => stream.isEnded, 5000);
    // On the same connection the daemon would wait longer from time to time.
    stage.speaker.hangUp();
    await stage.speaker.reconnect();
  }

  it('takes no number that is out of range', async () => {
    const { speaker } = stage;
    const { replica } = speaker;
    const file = { 1: 'number', 2: 1, 8: 5, 9: 0, 11: randomBytes(32) };
    for (const n of beyond) {
      for (const [what, update] of [
        ['a sequence', rawUpdate(replica, 1, { 3: n })],
        ['a counter', rawUpdate(replica, 1, { 5: varint(n) })],
        ['a dot', rawUpdate(replica, 1, { 7: n })],
        ['a size', rawUpdate(replica, 1, { ...file, 8: n })],
        ['a time', rawUpdate(replica, 1, { ...file, 9: zigzag(n === 2n ** 53n ? n : -(2n ** 63n)) })],
        ['what it is complete up to', message([4, message([3, n])])],
      ] as const) {
        await endsExchange(`${what} of ${n}`, (stream) => stream.frame(update));
      }
    }
    for (const [what, fields] of [
      ['sequence 0', { 3: 0 }],
      ['counter 0', { 5: varint(0), 7: 0 }],
      ['a dot beyond its vector', { 7: 2 }],
      ['a replica that is not in the table', { 6: 1 }],
      ['a replica far out of the table', { 4: packed([2n ** 32n - 1n]) }],
      ['more counters than replicas', { 5: packed([1, 1]) }],
      ['a doubled replica', { 4: packed([0, 0]), 5: packed([1, 1]) }],
      ['a kind that is none', { 2: 99 }],
      ['no kind', { 2: undefined }],
      ['a hash of 31 bytes', { ...file, 11: randomBytes(31) }],
    ] as const) {
      await endsExchange(what, (stream) => stream.frame(rawUpdate(replica, 1, fields)));
    }
    await stage.unharmed();
  });

  it('holds the greatest numbers that are allowed', async () => {
    const { speaker } = stage;
    const most = Number.MAX_SAFE_INTEGER;
    const { contentHash } = speaker.file('x', 'far').entry as { contentHash: Hash };
    const hash = Buffer.from(contentHash, 'hex');
    const endless = { kind: 'file', mtimeUs: 0, executable: false, contentHash: '77'.repeat(32) as Hash } as const;
    const times = { later: BigInt(most), earlier: -BigInt(most) };
    for (const [name, time] of Object.entries(times)) {
      speaker.announceRaw({ 1: name, 2: 1, 8: 3, 9: zigzag(time), 11: hash });
    }
    speaker.announceRaw({ 1: 'endless', 2: 1, 8: most, 9: 0, 11: randomBytes(32) });
    for (let i = 0; i < 10_000; i += 1000) {
      const records = Array.from({ length: 1000 }, (_, n) => `large ${i + n}`);
      speaker.announce(...records.map((path) => ({ path, entry: { ...endless, size: 2 ** 40 } })));
    }
    speaker.announceRaw({ 1: 'last word', 2: 1, 5: varint(most), 7: most, 8: 3, 9: 0, 11: hash });
    await eventually('the file of the last counter', () => existsSync(stage.at('last word')));
    const said = await stage.errorAt('endless', /more than/);
    assert.ok(said.includes(speaker.id), said);
    await eventually('the others', async () => (await stage.folder()).needFiles >= 10_000);
    await stage.unharmed();
  });

  it('takes no frame of a length that is none', async () => {
    const { speaker } = stage;
    const lengths: [string, Uint8Array][] = [
      ['-1', varint(-1)],
      ['2^31', varint(2 ** 31)],
      ['2^32 - 1', varint(2 ** 32 - 1)],
      ['8 MiB and one', varint(8 * 1024 * 1024 + 1)],
      ['ten bytes that never end', new Uint8Array(64).fill(0x80)],
    ];
    for (const [what, bytes] of lengths) {
      for (const protocol of ['hello', 'index', 'chunks'] as const satisfies Protocol[]) {
        const stream = await speaker.open(protocol);
        stream.raw(bytes);
        await eventually(`the end of ${protocol} with a length of ${what}`, () => stream.isEnded, 5000);
      }
      await endsExchange(what, (stream) => stream.raw(bytes));
    }
    for (const protocol of ['hello', 'index', 'chunks'] as const) {
      const empty = await speaker.open(protocol);
      empty.frame(new Uint8Array(0));
      await eventually(`the end of ${protocol} with an empty message`, () => empty.isEnded, 5000);
      const cut = await speaker.open(protocol);
      cut.raw(joined([varint(1000), new Uint8Array(10)]));
      await cut.close();
      await eventually(`the end of ${protocol}, cut off`, () => cut.isEnded, 5000);
    }
    await stage.unharmed();
  });

  it('takes no message that is unknown, doubled, or out of its turn', async () => {
    const { speaker } = stage;
    const wrong: [string, Uint8Array][] = [
      ['an unknown message', message([77, 'x'])],
      ['a group that never ends', Uint8Array.of(0x0b)],
      ['groups, 100,000 deep', new Uint8Array(100_000).fill(0x0b)],
      ['two messages in one', joined([encodeIndex({ type: 'index-ack', sequence: 1 }), message([2, message([1, 1])])])],
      ['random bytes', randomBytes(1000)],
    ];
    for (const [what, bytes] of wrong) {
      for (const protocol of ['hello', 'index', 'chunks'] as const) {
        const stream = await speaker.open(protocol);
        stream.frame(bytes);
        await eventually(`the end of ${protocol} with ${what}`, () => stream.isEnded, 5000);
      }
      await endsExchange(what, (stream) => stream.frame(bytes));
    }
    const hello = await speaker.open('hello');
    hello.frame(encodeHello({ type: 'ping', nonce: 1 }));
    await eventually('the end of a hello without a hello', () => hello.isEnded, 5000);
    const index = await speaker.open('index');
    index.frame(encodeIndex({ type: 'index-request', folder: speaker.folder, replica: undefined, after: 0 }));
    index.frame(encodeIndex({ type: 'index-ack', sequence: 10 ** 9 }));
    await eventually('the end of an ack of what was never announced', () => index.isEnded, 5000);
    await stage.unharmed();
  });

  it('takes no lists of more elements than are allowed', async () => {
    const { speaker } = stage;
    // An empty record is two bytes, and an object of hundreds in memory.
    const empties = new Uint8Array(8 * 1000 * 1000).map((_, i) => (i % 2 === 0 ? 0x12 : 0));
    const updates = message([4, empties]);
    await endsExchange('four million records', (stream) => stream.frame(updates));
    const replicas = new Uint8Array(8 * 500_000);
    await endsExchange('a version of half a million replicas', (stream) =>
      stream.frame(
        message([
          4,
          message(
            [1, replicas],
            [
              2,
              message(
                [1, 'x'],
                [2, 2],
                [3, 1],
                [4, new Uint8Array(500_000)],
                [5, new Uint8Array(500_000).fill(1)],
                [7, 1],
              ),
            ],
          ),
        ]),
      ),
    );
    const folders = new Uint8Array(8 * 1000 * 1000).map((_, i) => (i % 2 === 0 ? 0x1a : 0));
    const hello = await speaker.open('hello');
    hello.frame(message([1, folders]));
    await eventually('the end of a hello of millions of folders', () => hello.isEnded, 5000);
    const chunks = await speaker.open('chunks');
    chunks.frame(
      message([1, message([2, speaker.folder], [3, new Uint8Array(32 * 1025)], [4, new Uint8Array(1025).fill(1)])]),
    );
    await eventually('the end of a request of 1025 chunks', () => chunks.isEnded, 5000);
    await stage.unharmed();
  });

  it('is held up by no byte that dribbles', async () => {
    const { speaker } = stage;
    const streams = await Promise.all(Array.from({ length: 20 }, () => speaker.open('chunks')));
    const dribbling = new AbortController();
    const dribble = (async () => {
      // A message of 8 MiB begins on each; the daemon's own exchange with this device too.
      const exchange = await stage.follows();
      exchange.raw(varint(8 * 1024 * 1024));
      for (const stream of streams) stream.raw(varint(60_000));
      while (!dribbling.signal.aborted) {
        for (const stream of [...streams, exchange]) stream.raw(Uint8Array.of(0));
        await delay(50);
      }
    })();
    try {
      await delay(500);
      await stage.unharmed();
      assert.ok(speaker.isConnected);
    } finally {
      dribbling.abort();
      await dribble;
    }
    for (const stream of streams) stream.reset();
  });
});
