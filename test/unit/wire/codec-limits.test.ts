/** Every maximum holds at its value and not one above; every malformed field is refused by name. */
import assert from 'node:assert/strict';
import '../../../src/wire/protobuf-numbers.ts';
import { pairing } from '#proto/pairing.js';
import { sync } from '#proto/sync.js';
import type { FolderId, Hash, ReplicaId } from '../../../src/core/identifiers.ts';
import { decodeChunks, decodeHello, decodeIndex, decodePairing, encodeIndex } from '../../../src/wire/codec.ts';
import { limits } from '../../../src/wire/limits.ts';
import { ProtocolError } from '../../../src/wire/messages.ts';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const folderId = 'abcdefghijklmnopqrstuvwxyz'.slice(0, 26) as FolderId;
const bytes = (n: number): Buffer => Buffer.alloc(n, 0x61);

function refuses(field: string, run: () => unknown): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ProtocolError, `a ${String(error)} instead of a ProtocolError`);
    assert.equal(error.field, field);
    return true;
  });
}

function hello(properties: sync.Hello.$Properties): () => unknown {
  return () => decodeHello(sync.HelloMessage.encode({ hello: properties }).finish());
}
function record(properties: sync.IndexRecord.$Properties, replicas = utf8('replica0replica1')): () => unknown {
  const valid: sync.IndexRecord.$Properties = {
    path: utf8('a/b'),
    kind: sync.IndexRecord.Kind.KIND_DELETED,
    sequence: 1,
    versionReplicas: [0],
    versionCounters: [5],
    dotReplica: 0,
    dotCounter: 5,
  };
  const update = { replicas, records: [{ ...valid, ...properties }], upTo: 1 };
  return () => decodeIndex(sync.IndexMessage.encode({ update }).finish());
}
function chunks(properties: sync.ChunksMessage.$Properties): () => unknown {
  return () => decodeChunks(sync.ChunksMessage.encode(properties).finish());
}
function pair(properties: pairing.PairingMessage.$Properties): () => unknown {
  return () => decodePairing(pairing.PairingMessage.encode(properties).finish());
}

describe('wire limits', () => {
  it('hello: names, version, number and uniqueness of folders', () => {
    hello({ deviceName: bytes(limits.deviceNameBytesMax) })();
    refuses('hello.device_name', hello({ deviceName: bytes(limits.deviceNameBytesMax + 1) }));
    hello({ clientVersion: bytes(limits.clientVersionBytesMax) })();
    refuses('hello.client_version', hello({ clientVersion: bytes(limits.clientVersionBytesMax + 1) }));
    hello({ folders: [{ id: utf8(folderId), label: bytes(limits.folderLabelBytesMax) }] })();
    refuses('hello.folders.label', hello({ folders: [{ id: utf8(folderId), label: bytes(257) }] }));
    const id = (i: number): Buffer =>
      utf8([i, i >> 5].map((n) => 'abcdefghijklmnopqrstuvwxyz234567'[n & 31]).join('') + folderId.slice(2));
    const folders = Array.from({ length: limits.foldersPerHelloMax + 1 }, (_, i) => ({ id: id(i) }));
    hello({ folders: folders.slice(1) })();
    refuses('hello.hello.folders', hello({ folders }));
    refuses('hello.folders', hello({ folders: [{ id: id(1) }, { id: id(1) }] }));
    refuses('hello.folders.id', hello({ folders: [{ id: utf8(folderId.slice(1)) }] }));
    refuses('hello.folders.id', hello({ folders: [{ id: utf8(folderId.toUpperCase()) }] }));
  });

  it('hello: nonces and reasons', () => {
    const ping =
      (nonce: number): (() => unknown) =>
      () =>
        decodeHello(sync.HelloMessage.encode({ ping: { nonce } }).finish());
    ping(Number.MAX_SAFE_INTEGER)();
    refuses('hello.ping.nonce', ping(Number.MAX_SAFE_INTEGER + 1));
    for (const reason of [0, 3, 150]) {
      refuses('hello.goodbye.reason', () => decodeHello(sync.HelloMessage.encode({ goodbye: { reason } }).finish()));
    }
  });

  it('exactly one message: none, two, and the same one twice are refused', () => {
    refuses('hello', () => decodeHello(new Uint8Array()));
    const ping = sync.HelloMessage.encode({ ping: { nonce: 1 } }).finish();
    const pong = sync.HelloMessage.encode({ pong: { nonce: 1 } }).finish();
    refuses('hello', () => decodeHello(Buffer.concat([ping, pong])));
    refuses('hello', () => decodeHello(Buffer.concat([ping, ping])));
  });

  it('unknown fields are passed over, so that a later version may add some', () => {
    const unknown = Buffer.from([0xa2, 0x06, 0x02, 0x68, 0x69]); // field 100, two bytes
    const ping = sync.HelloMessage.encode({ ping: { nonce: 1 } }).finish();
    assert.deepEqual(decodeHello(Buffer.concat([unknown, ping, unknown])), { type: 'ping', nonce: 1 });
    refuses('hello', () => decodeHello(unknown));
  });

  it('a message longer than a frame is refused, and never made', () => {
    refuses('hello', () => decodeHello(new Uint8Array(limits.frameBytesMax + 1)));
    refuses('pairing', () => decodePairing(new Uint8Array(limits.pairingFrameBytesMax + 1)));
    const records = Array.from({ length: 3000 }, (_, i) => ({
      path: `${i}${'/x'.repeat(1500)}` as never,
      entry: { kind: 'deleted' } as const,
      version: [['0000000000000000' as ReplicaId, 1]] as const,
      dot: { replica: '0000000000000000' as ReplicaId, counter: 1 },
      sequence: i + 1,
    }));
    assert.throws(() => encodeIndex({ type: 'index-update', records, upTo: 1, caughtUp: false }), RangeError);
  });

  it('records: paths', () => {
    record({ path: utf8('x'.repeat(255)) })();
    record({ path: utf8(Array.from({ length: 256 }, () => 'a').join('/')) })();
    const bad = ['', '.', '..', '/', '/a', 'a/', 'a//b', 'a/../b', './a', 'a\0', 'x'.repeat(256), 'é'.repeat(128)];
    for (const path of [...bad, `${'a/'.repeat(256)}a`])
      refuses('index.update.records.path', record({ path: utf8(path) }));
    for (const path of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x61, 0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]) {
      refuses('index.update.records.path', record({ path: Buffer.from(path) }));
    }
    refuses('index.update.records.path', record({ path: Buffer.concat([utf8('\uFFFD'), Buffer.from([0x80])]) }));
    record({ path: utf8('\uFFFD') })();
  });

  it('records: version vectors and dots', () => {
    const field = 'index.update.records';
    refuses(`${field}.version_counters`, record({ versionReplicas: [0, 1] }));
    refuses(`${field}.version_replicas`, record({ versionReplicas: [1, 0], versionCounters: [1, 1] }));
    refuses(`${field}.version_replicas`, record({ versionReplicas: [0, 0], versionCounters: [5, 6] }));
    refuses(`${field}.version_replicas`, record({ versionReplicas: [2] }));
    refuses(`${field}.version_replicas`, record({ versionCounters: [0] }));
    refuses(`${field}.version_replicas`, record({ versionCounters: [2 ** 53] }));
    refuses(`${field}.version_replicas`, record({ versionReplicas: [1] }, utf8('replica0')));
    refuses('index.update.replicas', record({}, utf8('replica0x')));
    refuses(`${field}.dot_counter`, record({ dotCounter: 6 }));
    refuses(`${field}.dot_counter`, record({ dotCounter: 0 }));
    refuses(`${field}.dot_counter`, record({ dotReplica: 1 }));
    refuses(`${field}.dot_replica`, record({ dotReplica: 9 }));
    refuses(`${field}.dot_counter`, record({ versionReplicas: [], versionCounters: [] }));
    const table = (n: number): Buffer =>
      Buffer.concat(Array.from({ length: n }, (_, i) => Buffer.from(i.toString(16).padStart(16, '0'), 'hex')));
    const many = (n: number): (() => unknown) =>
      record({ versionReplicas: Array.from({ length: n }, (_, i) => i), versionCounters: Array(n).fill(5) }, table(n));
    many(limits.versionEntriesMax)();
    refuses(`${field}.version_replicas`, many(limits.versionEntriesMax + 1));
  });

  it('records: kinds, sizes, times, hashes, link targets, sequences', () => {
    const field = 'index.update.records';
    const { KIND_FILE, KIND_SYMLINK } = sync.IndexRecord.Kind;
    const file = { kind: KIND_FILE, contentHash: bytes(32) };
    record({ ...file, size: Number.MAX_SAFE_INTEGER, mtimeUs: Number.MIN_SAFE_INTEGER })();
    refuses(`${field}.size`, record({ ...file, size: Number.MAX_SAFE_INTEGER + 1 }));
    refuses(`${field}.mtime_us`, record({ ...file, mtimeUs: Number.MIN_SAFE_INTEGER - 1 }));
    refuses(`${field}.mtime_us`, record({ ...file, mtimeUs: Number.MAX_SAFE_INTEGER + 1 }));
    for (const n of [0, 31, 33]) refuses(`${field}.content_hash`, record({ ...file, contentHash: bytes(n) }));
    for (const kind of [0, 5, -1, 100]) refuses(`${field}.kind`, record({ kind }));
    const link = (target: Buffer): (() => unknown) => record({ kind: KIND_SYMLINK, target });
    link(bytes(limits.symlinkTargetBytesMax))();
    refuses(`${field}.target`, link(bytes(limits.symlinkTargetBytesMax + 1)));
    refuses(`${field}.target`, link(utf8('')));
    refuses(`${field}.target`, link(utf8('a\0b')));
    refuses(`${field}.target`, link(Buffer.from([0xff])));
    refuses(`${field}.sequence`, record({ sequence: 0 }));
  });

  it('index: number of records, replicas, digests, states, reasons', () => {
    const index = (message: sync.IndexMessage.$Properties) => (): unknown =>
      decodeIndex(sync.IndexMessage.encode(message).finish());
    const empty = (n: number): (() => unknown) => index({ update: { records: Array.from({ length: n }, () => ({})) } });
    refuses('index.update.records', empty(limits.recordsPerUpdateMax + 1));
    refuses('index.update.records.dot_replica', empty(limits.recordsPerUpdateMax)); // counted, then read
    refuses('index.start.replica', index({ start: { replica: bytes(7) } }));
    refuses('index.request.replica', index({ request: { folder: utf8(folderId), replica: bytes(0) } }));
    refuses('index.request.folder', index({ request: { replica: bytes(8) } }));
    refuses('index.state.digest', index({ state: { digest: bytes(15), state: 1 } }));
    refuses('index.state.state', index({ state: { digest: bytes(16), state: 0 } }));
    refuses('index.state.state', index({ state: { digest: bytes(16), state: 6 as sync.IndexState.State } }));
    refuses('index.refused.reason', index({ refused: { reason: 0 } }));
    refuses('index.ack.sequence', index({ ack: { sequence: 2 ** 60 } }));
  });

  it('chunk requests: number, length and sum', () => {
    const ask = (lengths: number[], hashes = lengths.length * 32): (() => unknown) =>
      chunks({ chunkRequest: { id: 1, folder: utf8(folderId), hashes: bytes(hashes), lengths } });
    ask(Array(limits.chunksPerRequestMax).fill(1))();
    refuses('chunks.chunk_request.lengths', ask(Array(limits.chunksPerRequestMax + 1).fill(1)));
    ask([limits.chunkBytesMax])();
    refuses('chunks.chunk_request.lengths', ask([limits.chunkBytesMax + 1]));
    refuses('chunks.chunk_request.lengths', ask([0]));
    const four = Array<number>(limits.chunkRequestBytesMax / limits.chunkBytesMax).fill(limits.chunkBytesMax);
    ask(four)();
    refuses('chunks.chunk_request.lengths', ask([...four, 1]));
    refuses('chunks.chunk_request.hashes', ask([]));
    refuses('chunks.chunk_request.hashes', ask([1, 1], 63));
    refuses('chunks.chunk_request.folder', chunks({ chunkRequest: { hashes: bytes(32), lengths: [1] } }));
  });

  it('chunk responses: number, chunk size and sum', () => {
    const answer = (...contents: (Uint8Array | undefined)[]): (() => unknown) =>
      chunks({
        chunkResponse: { id: 1, chunks: contents.map((content) => (content === undefined ? {} : { content })) },
      });
    answer(bytes(limits.chunkBytesMax))();
    answer(undefined, bytes(limits.chunkBytesMax), undefined)();
    refuses('chunks.chunk_response.chunks.content', answer(bytes(limits.chunkBytesMax + 1)));
    refuses('chunks.chunk_response.chunks.content', answer(Buffer.alloc(0)));
    answer(bytes(limits.chunkResponseBytesMax - 1), bytes(1))();
    refuses('chunks.chunk_response.chunks', answer(bytes(limits.chunkResponseBytesMax), bytes(1)));
    answer(...Array<undefined>(limits.chunksPerRequestMax).fill(undefined))();
    refuses(
      'chunks.chunk_response.chunks',
      answer(...Array<undefined>(limits.chunksPerRequestMax + 1).fill(undefined)),
    );
    refuses('chunks.chunk_response.chunks', answer());
  });

  it('manifests: page size, hash of the file, pages that lead nowhere', () => {
    const page = (n: number, rest: sync.ManifestResponse.$Properties): (() => unknown) =>
      chunks({ manifestResponse: { id: 1, hashes: bytes(n * 32), lengths: Array(n).fill(1), ...rest } });
    page(limits.chunksPerManifestPageMax, { found: true })();
    refuses('chunks.manifest_response.lengths', page(limits.chunksPerManifestPageMax + 1, { found: true }));
    refuses('chunks.manifest_response.last', page(0, { found: true }));
    refuses('chunks.manifest_response.found', page(1, { last: true }));
    refuses('chunks.manifest_response.found', page(0, {}));
    const ask = { folder: utf8(folderId), path: utf8('a'), contentHash: bytes(32) };
    chunks({ manifestRequest: ask })();
    refuses('chunks.manifest_request.path', chunks({ manifestRequest: { ...ask, path: utf8('../a') } }));
    refuses('chunks.manifest_request.content_hash', chunks({ manifestRequest: { ...ask, contentHash: bytes(31) } }));
    refuses(
      'chunks.manifest_request.folder',
      chunks({ manifestRequest: { ...ask, folder: utf8('../../etc/passwd') } }),
    );
  });

  it('pairing: exact lengths, nameplate, device, addresses', () => {
    const open = { version: 1, nameplate: limits.nameplateMax, nonce: bytes(32) };
    pair({ open })();
    refuses('pairing.open.nameplate', pair({ open: { ...open, nameplate: limits.nameplateMax + 1 } }));
    refuses('pairing.open.nameplate', pair({ open: { ...open, nameplate: 0 } }));
    for (const n of [0, 31, 33]) {
      refuses('pairing.open.nonce', pair({ open: { ...open, nonce: bytes(n) } }));
      refuses('pairing.answer.share', pair({ answer: { share: bytes(n), tag: bytes(64) } }));
      refuses('pairing.challenge.nonce', pair({ challenge: { nonce: bytes(n), share: bytes(32) } }));
      refuses('pairing.challenge.share', pair({ challenge: { nonce: bytes(32), share: bytes(n) } }));
    }
    for (const n of [0, 63, 65]) {
      refuses('pairing.confirm.tag', pair({ confirm: { tag: bytes(n) } }));
      refuses('pairing.answer.tag', pair({ answer: { share: bytes(32), tag: bytes(n) } }));
    }
    const device = utf8(`12D3KooW${'1'.repeat(44)}`);
    pair({ introduction: { device, addresses: Array(64).fill(bytes(limits.addressBytesMax)) } })();
    refuses('pairing.introduction.device', pair({ introduction: { device: utf8('12D3KooW') } }));
    refuses('pairing.introduction.addresses', pair({ introduction: { device, addresses: [bytes(513)] } }));
    refuses('pairing.introduction.addresses', pair({ introduction: { device, addresses: Array(65).fill(bytes(1)) } }));
    for (const reason of [0, 8]) refuses('pairing.refused.reason', pair({ refused: { reason } }));
  });

  it('a hash typed in the domain is the hash on the wire', () => {
    const hash = Array.from({ length: 32 }, (_, i) => (i * 7).toString(16).padStart(2, '0')).join('') as Hash;
    const message = sync.ChunksMessage.encode({
      chunkRequest: { id: 1, folder: utf8(folderId), hashes: Buffer.from(hash, 'hex'), lengths: [1] },
    }).finish();
    const decoded = decodeChunks(message);
    assert.ok(decoded.type === 'chunk-request');
    assert.equal(decoded.chunks[0]?.hash, hash);
  });
});
