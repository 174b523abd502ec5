/** Decoders under fire: whatever the bytes, they return a message or throw ProtocolError, and bombs take no memory. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeChunks,
  decodeHello,
  decodeIndex,
  decodePairing,
  encodeChunks,
  encodeHello,
  encodeIndex,
  encodePairing,
} from '../../../src/wire/codec.ts';
import { limits } from '../../../src/wire/limits.ts';
import { ProtocolError } from '../../../src/wire/messages.ts';
import {
  chunksMessageArbitrary,
  helloMessageArbitrary,
  indexMessageArbitrary,
  pairingMessageArbitrary,
} from '../../support/arbitraries.ts';

const decoders = { hello: decodeHello, index: decodeIndex, chunks: decodeChunks, pairing: decodePairing };

function holds(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): 'message' | 'refused' {
  try {
    decode(bytes);
    return 'message';
  } catch (error) {
    assert.ok(error instanceof ProtocolError, `threw ${String(error)}`);
    return 'refused';
  }
}

const validBytes = fc.oneof(
  helloMessageArbitrary.map(encodeHello),
  indexMessageArbitrary.map(encodeIndex),
  chunksMessageArbitrary.map(encodeChunks),
  pairingMessageArbitrary.map(encodePairing),
);

/** One edit of a byte string: set, insert, remove, cut off, or repeat a part. */
const edit = fc.tuple(fc.constantFrom('set', 'insert', 'remove', 'cut', 'repeat'), fc.nat(), fc.nat(255), fc.nat(8));

function apply(bytes: Uint8Array, [kind, where, byte, count]: readonly [string, number, number, number]): Uint8Array {
  const at = where % (bytes.length + 1);
  const head = bytes.subarray(0, at);
  const tail = bytes.subarray(at);
  switch (kind) {
    case 'set':
      return Buffer.concat([head, Buffer.from([byte]), tail.subarray(1)]);
    case 'insert':
      return Buffer.concat([head, Buffer.alloc(count, byte), tail]);
    case 'remove':
      return Buffer.concat([head, tail.subarray(count)]);
    case 'cut':
      return head;
    default:
      return Buffer.concat([head, tail.subarray(0, count), tail]);
  }
}

describe('wire decoders under fuzzing', () => {
  for (const [name, decode] of Object.entries(decoders)) {
    it(`${name}: random bytes`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void holds(decode, bytes)),
        { numRuns: 2000 },
      );
    });

    it(`${name}: valid messages with edits, also of the other protocols`, () => {
      let refused = 0;
      fc.assert(
        fc.property(validBytes, fc.array(edit, { minLength: 0, maxLength: 4 }), (bytes, edits) => {
          if (holds(decode, edits.reduce(apply, bytes)) === 'refused') refused++;
        }),
        { numRuns: 2000 },
      );
      assert.ok(refused > 0);
    });
  }

  /** An outer message whose field `outer` holds `element` again and again, as long as a frame may be. */
  function bomb(outer: number, element: Uint8Array, bytesMax: number): Uint8Array {
    const content = Buffer.alloc(Math.floor((bytesMax - 6) / element.length) * element.length, element);
    const length: number[] = [];
    for (let rest = content.length; rest > 0; rest = Math.floor(rest / 128))
      length.push((rest % 128) | (rest >= 128 ? 128 : 0));
    return Buffer.concat([Buffer.from([(outer << 3) | 2, ...length]), content]);
  }

  const bombs: [string, keyof typeof decoders, Uint8Array][] = [
    ['folders in a hello', 'hello', bomb(1, Buffer.from([0x1a, 0]), limits.frameBytesMax)],
    ['records in an update', 'index', bomb(4, Buffer.from([0x12, 0]), limits.frameBytesMax)],
    ['chunks in a response', 'chunks', bomb(2, Buffer.from([0x12, 0]), limits.frameBytesMax)],
    ['folders in an introduction', 'pairing', bomb(5, Buffer.from([0x1a, 0]), limits.pairingFrameBytesMax)],
    ['unknown fields', 'index', bomb(4, Buffer.from([0xa2, 0x06, 0]), limits.frameBytesMax)],
    ['empty messages', 'hello', Buffer.alloc(limits.frameBytesMax, Buffer.from([0x12, 0]))],
    ['nested groups', 'hello', Buffer.alloc(limits.frameBytesMax, 0xa3)],
    ['lengths in a request', 'chunks', bomb(1, Buffer.from([0x20, 1]), limits.frameBytesMax)],
  ];
  for (const [what, protocol, bytes] of bombs) {
    it(`a bomb of ${what} is defused in little time and memory`, () => {
      const before = process.memoryUsage().heapUsed;
      const start = performance.now();
      const outcome = holds(decoders[protocol], bytes);
      assert.ok(performance.now() - start < 2000, `took ${performance.now() - start} ms`);
      const taken = process.memoryUsage().heapUsed - before;
      assert.ok(taken < 16 * limits.frameBytesMax, `took ${taken} bytes`);
      if (what !== 'unknown fields') assert.equal(outcome, 'refused');
    });
  }
});
