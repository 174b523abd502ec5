/**
 * Bytes ↔ domain messages. The only place that knows the generated protobuf types. Decoding trusts nothing: shape.ts counts,
 * the generated decoder reads, and every field is checked against limits.ts before a domain value exists. All decode
 * functions throw ProtocolError and nothing else. Content of chunks, nonces, shares and tags are views into `bytes`.
 *
 * Encoding trusts its caller's types; it throws RangeError only for a message that is longer than a frame may be.
 */
import type { protobuf } from './protobuf-numbers.ts';
import './protobuf-numbers.ts';
import { pairing } from '#proto/pairing.js';
import { sync } from '#proto/sync.js';
import {
  asBuffer,
  asPlain,
  device,
  encodeEpoch,
  encodeHashes,
  encodeHex,
  encodeOfferedFolders,
  encodeText,
  epoch,
  exactBytes,
  folder,
  hash,
  hashesAndLengths,
  integer,
  offeredFolders,
  path,
  replica,
  text,
} from './fields.ts';
import { limits } from './limits.ts';
import { ProtocolError } from './messages.ts';
import type { ChunksMessage, HelloMessage, IndexMessage, PairingMessage } from './messages.ts';
import { decodeUpdate, encodeUpdate } from './record-codec.ts';
import { asProtocolError, checkShape } from './shape.ts';
import type { OneofMembers, RepeatedFields } from './shape.ts';

const none: RepeatedFields = new Map();

function finish(writer: protobuf.Writer, bytesMax: number): Uint8Array {
  const bytes = asPlain(writer.finish());
  if (bytes.length > bytesMax) {
    throw new RangeError(`a message of ${bytes.length} bytes does not fit into a frame of ${bytesMax}`);
  }
  return bytes;
}

function decode<T>(
  bytes: Uint8Array,
  label: string,
  bytesMax: number,
  members: OneofMembers,
  read: (buffer: Buffer) => T,
): T {
  if (bytes.length > bytesMax) throw new ProtocolError(label, `more than ${bytesMax} bytes`);
  const buffer = asBuffer(bytes);
  checkShape(buffer, label, members);
  try {
    return read(buffer);
  } catch (error) {
    throw asProtocolError(error, label);
  }
}

/** Both directions of a closed set of names: [name in the domain, value on the wire]. */
function enumCodec<Name extends string>(pairs: readonly (readonly [Name, number])[], field: string) {
  const values = new Map<Name, number>(pairs);
  const names = new Map<number, Name>(pairs.map(([name, value]) => [value, name]));
  return {
    encode: (name: Name): number => values.get(name) as number,
    decode: (value: number | null | undefined): Name => {
      const name = names.get(value ?? 0);
      if (name === undefined) throw new ProtocolError(field, `${value ?? 0} is not known`);
      return name;
    },
  };
}

// ---------------------------------------------------------------- hello

const helloMembers: OneofMembers = new Map([
  [1, { name: 'hello', repeated: new Map([[3, { name: 'folders', max: limits.foldersPerHelloMax }]]) }],
  [2, { name: 'ping', repeated: none }],
  [3, { name: 'pong', repeated: none }],
  [4, { name: 'goodbye', repeated: none }],
]);

const goodbyeReason = enumCodec(
  [
    ['shutdown', sync.Goodbye.Reason.REASON_SHUTDOWN],
    ['unlinked', sync.Goodbye.Reason.REASON_UNLINKED],
  ],
  'hello.goodbye.reason',
);

export function encodeHello(message: HelloMessage): Uint8Array {
  return finish(sync.HelloMessage.encode(helloProperties(message)), limits.frameBytesMax);
}

function helloProperties(message: HelloMessage): sync.HelloMessage.$Properties {
  switch (message.type) {
    case 'hello':
      return {
        hello: {
          deviceName: encodeText(message.deviceName),
          clientVersion: encodeText(message.clientVersion),
          folders: encodeOfferedFolders(message.folders),
        },
      };
    case 'ping':
      return { ping: { nonce: message.nonce } };
    case 'pong':
      return { pong: { nonce: message.nonce } };
    case 'goodbye':
      return { goodbye: { reason: goodbyeReason.encode(message.reason) } };
  }
}

export function decodeHello(bytes: Uint8Array): HelloMessage {
  return decode(bytes, 'hello', limits.frameBytesMax, helloMembers, (buffer): HelloMessage => {
    const { hello, ping, pong, goodbye } = sync.HelloMessage.decode(buffer) as sync.HelloMessage.$Properties;
    if (hello) {
      return {
        type: 'hello',
        deviceName: text(hello.deviceName, 'hello.device_name', limits.deviceNameBytesMax),
        clientVersion: text(hello.clientVersion, 'hello.client_version', limits.clientVersionBytesMax),
        folders: offeredFolders(hello.folders, 'hello.folders'),
      };
    }
    if (ping) return { type: 'ping', nonce: integer(ping.nonce, 'hello.ping.nonce', 0) };
    if (pong) return { type: 'pong', nonce: integer(pong.nonce, 'hello.pong.nonce', 0) };
    return { type: 'goodbye', reason: goodbyeReason.decode(goodbye?.reason) };
  });
}

// ---------------------------------------------------------------- index

const indexMembers: OneofMembers = new Map([
  [1, { name: 'request', repeated: none }],
  [2, { name: 'ack', repeated: none }],
  [3, { name: 'start', repeated: none }],
  [4, { name: 'update', repeated: new Map([[2, { name: 'records', max: limits.recordsPerUpdateMax }]]) }],
  [5, { name: 'state', repeated: none }],
  [6, { name: 'refused', repeated: none }],
]);

const folderState = enumCodec(
  [
    ['scanning', sync.IndexState.State.STATE_SCANNING],
    ['syncing', sync.IndexState.State.STATE_SYNCING],
    ['idle', sync.IndexState.State.STATE_IDLE],
    ['paused', sync.IndexState.State.STATE_PAUSED],
    ['error', sync.IndexState.State.STATE_ERROR],
  ],
  'index.state.state',
);

const indexRefusal = enumCodec(
  [
    ['unknown-folder', sync.IndexRefused.Reason.REASON_UNKNOWN_FOLDER],
    ['not-ready', sync.IndexRefused.Reason.REASON_NOT_READY],
  ],
  'index.refused.reason',
);

const digestBytes = 16;

export function encodeIndex(message: IndexMessage): Uint8Array {
  return finish(sync.IndexMessage.encode(indexProperties(message)), limits.frameBytesMax);
}

function indexProperties(message: IndexMessage): sync.IndexMessage.$Properties {
  switch (message.type) {
    case 'index-request':
      return {
        request: {
          folder: encodeText(message.folder),
          ...(message.replica === undefined ? {} : { replica: encodeHex(message.replica) }),
          after: message.after,
          ...encodeEpoch(message.epoch),
        },
      };
    case 'index-ack':
      return { ack: { sequence: message.sequence } };
    case 'index-start':
      return { start: { replica: encodeHex(message.replica), after: message.after } };
    case 'index-update':
      return { update: encodeUpdate(message) };
    case 'index-state':
      return {
        state: {
          sequence: message.sequence,
          digest: encodeHex(message.digest),
          state: folderState.encode(message.state),
          needFiles: message.needFiles,
          needBytes: message.needBytes,
        },
      };
    case 'index-refused':
      return { refused: { reason: indexRefusal.encode(message.reason) } };
  }
}

export function decodeIndex(bytes: Uint8Array): IndexMessage {
  return decode(bytes, 'index', limits.frameBytesMax, indexMembers, (buffer): IndexMessage => {
    const message = sync.IndexMessage.decode(buffer) as sync.IndexMessage.$Properties;
    const { request, ack, start, update, state, refused } = message;
    if (update) return decodeUpdate(update);
    if (ack) return { type: 'index-ack', sequence: integer(ack.sequence, 'index.ack.sequence', 0) };
    if (state) {
      return {
        type: 'index-state',
        sequence: integer(state.sequence, 'index.state.sequence', 0),
        digest: asBuffer(exactBytes(state.digest, 'index.state.digest', digestBytes)).toString('hex'),
        state: folderState.decode(state.state),
        needFiles: integer(state.needFiles, 'index.state.need_files', 0),
        needBytes: integer(state.needBytes, 'index.state.need_bytes', 0),
      };
    }
    if (request) {
      return {
        type: 'index-request',
        folder: folder(request.folder, 'index.request.folder'),
        replica: request.replica == null ? undefined : replica(request.replica, 'index.request.replica'),
        after: integer(request.after, 'index.request.after', 0),
        ...epoch(request.epoch, 'index.request.epoch'),
      };
    }
    if (start) {
      return {
        type: 'index-start',
        replica: replica(start.replica, 'index.start.replica'),
        after: integer(start.after, 'index.start.after', 0),
      };
    }
    return { type: 'index-refused', reason: indexRefusal.decode(refused?.reason) };
  });
}

// ---------------------------------------------------------------- chunks

const chunksMembers: OneofMembers = new Map([
  [1, { name: 'chunk_request', repeated: none }],
  [2, { name: 'chunk_response', repeated: new Map([[2, { name: 'chunks', max: limits.chunksPerRequestMax }]]) }],
  [3, { name: 'manifest_request', repeated: none }],
  [4, { name: 'manifest_response', repeated: none }],
]);

const idMax = 2 ** 32 - 1;

export function encodeChunks(message: ChunksMessage): Uint8Array {
  return finish(sync.ChunksMessage.encode(chunksProperties(message)), limits.frameBytesMax);
}

function chunksProperties(message: ChunksMessage): sync.ChunksMessage.$Properties {
  switch (message.type) {
    case 'chunk-request':
      return {
        chunkRequest: {
          id: message.id,
          folder: encodeText(message.folder),
          hashes: encodeHashes(message.chunks),
          lengths: message.chunks.map(({ length }) => length),
        },
      };
    case 'chunk-response':
      return {
        chunkResponse: {
          id: message.id,
          chunks: message.chunks.map((content) => (content === undefined ? {} : { content })),
        },
      };
    case 'manifest-request':
      return {
        manifestRequest: {
          id: message.id,
          folder: encodeText(message.folder),
          path: encodeText(message.path),
          contentHash: encodeHex(message.contentHash),
        },
      };
    case 'manifest-response':
      return {
        manifestResponse: {
          id: message.id,
          found: message.found,
          hashes: encodeHashes(message.chunks),
          lengths: message.chunks.map(({ length }) => length),
          last: message.last,
        },
      };
  }
}

export function decodeChunks(bytes: Uint8Array): ChunksMessage {
  return decode(bytes, 'chunks', limits.frameBytesMax, chunksMembers, (buffer): ChunksMessage => {
    const message = sync.ChunksMessage.decode(buffer) as sync.ChunksMessage.$Properties;
    const { chunkRequest, chunkResponse, manifestRequest, manifestResponse } = message;
    if (chunkResponse) return decodeChunkResponse(chunkResponse);
    if (chunkRequest) return decodeChunkRequest(chunkRequest);
    if (manifestRequest) {
      return {
        type: 'manifest-request',
        id: integer(manifestRequest.id, 'chunks.manifest_request.id', 0, idMax),
        folder: folder(manifestRequest.folder, 'chunks.manifest_request.folder'),
        path: path(manifestRequest.path, 'chunks.manifest_request.path'),
        contentHash: hash(manifestRequest.contentHash, 'chunks.manifest_request.content_hash'),
      };
    }
    return decodeManifestResponse(manifestResponse ?? {});
  });
}

function decodeChunkRequest(request: sync.ChunkRequest.$Properties): ChunksMessage {
  const label = 'chunks.chunk_request';
  const chunks = hashesAndLengths(request.hashes, request.lengths, label, limits.chunksPerRequestMax);
  if (chunks.length === 0) throw new ProtocolError(`${label}.hashes`, 'asks for nothing');
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  if (bytes > limits.chunkRequestBytesMax) {
    throw new ProtocolError(`${label}.lengths`, `${bytes} bytes, at most ${limits.chunkRequestBytesMax} are allowed`);
  }
  return {
    type: 'chunk-request',
    id: integer(request.id, `${label}.id`, 0, idMax),
    folder: folder(request.folder, `${label}.folder`),
    chunks,
  };
}

function decodeChunkResponse(response: sync.ChunkResponse.$Properties): ChunksMessage {
  const label = 'chunks.chunk_response';
  let bytes = 0;
  let present = 0;
  const chunks = (response.chunks ?? []).map(({ content }) => {
    if (content == null) return undefined;
    bytes += integer(content.length, `${label}.chunks.content`, 1, limits.chunkBytesMax);
    present++;
    return asPlain(content);
  });
  if (chunks.length === 0) throw new ProtocolError(`${label}.chunks`, 'answers nothing');
  if (bytes > limits.chunkResponseBytesMax && present > 1) {
    throw new ProtocolError(`${label}.chunks`, `${bytes} bytes, at most ${limits.chunkResponseBytesMax} are allowed`);
  }
  return { type: 'chunk-response', id: integer(response.id, `${label}.id`, 0, idMax), chunks };
}

function decodeManifestResponse(response: sync.ManifestResponse.$Properties): ChunksMessage {
  const label = 'chunks.manifest_response';
  const found = response.found === true;
  const last = response.last === true;
  const chunks = hashesAndLengths(response.hashes, response.lengths, label, limits.chunksPerManifestPageMax);
  if (!found && (chunks.length > 0 || !last)) {
    throw new ProtocolError(`${label}.found`, 'not found, and yet there are chunks or further pages');
  }
  // Else a producer could keep its consumer waiting forever, page by page.
  if (!last && chunks.length === 0) throw new ProtocolError(`${label}.last`, 'an empty page that is not the last');
  return { type: 'manifest-response', id: integer(response.id, `${label}.id`, 0, idMax), found, chunks, last };
}

// ---------------------------------------------------------------- pairing

const introductionRepeated: RepeatedFields = new Map([
  [3, { name: 'folders', max: limits.foldersPerHelloMax }],
  [4, { name: 'addresses', max: limits.addressesPerIntroductionMax }],
]);

const pairingMembers: OneofMembers = new Map([
  [1, { name: 'open', repeated: none }],
  [2, { name: 'challenge', repeated: none }],
  [3, { name: 'answer', repeated: none }],
  [4, { name: 'confirm', repeated: none }],
  [5, { name: 'introduction', repeated: introductionRepeated }],
  [6, { name: 'done', repeated: none }],
  [7, { name: 'refused', repeated: none }],
]);

const pairingRefusal = enumCodec(
  [
    ['no-such-code', pairing.Refused.Reason.REASON_NO_SUCH_CODE],
    ['wrong-code', pairing.Refused.Reason.REASON_WRONG_CODE],
    ['expired', pairing.Refused.Reason.REASON_EXPIRED],
    ['burnt', pairing.Refused.Reason.REASON_BURNT],
    ['busy', pairing.Refused.Reason.REASON_BUSY],
    ['version', pairing.Refused.Reason.REASON_VERSION],
    ['already-linked', pairing.Refused.Reason.REASON_ALREADY_LINKED],
  ],
  'pairing.refused.reason',
);

const nonceBytes = 32;
const shareBytes = 32;
const tagBytes = 64;

export function encodePairing(message: PairingMessage): Uint8Array {
  return finish(pairing.PairingMessage.encode(pairingProperties(message)), limits.pairingFrameBytesMax);
}

function pairingProperties(message: PairingMessage): pairing.PairingMessage.$Properties {
  switch (message.type) {
    case 'pairing-open': {
      const { version, nameplate, nonce } = message;
      return { open: { version, nameplate, nonce } };
    }
    case 'pairing-challenge':
      return { challenge: { nonce: message.nonce, share: message.share } };
    case 'pairing-answer':
      return { answer: { share: message.share, tag: message.tag } };
    case 'pairing-confirm':
      return { confirm: { tag: message.tag } };
    case 'pairing-introduction':
      return {
        introduction: {
          device: encodeText(message.device),
          deviceName: encodeText(message.deviceName),
          folders: encodeOfferedFolders(message.folders),
          addresses: message.addresses.map(encodeText),
        },
      };
    case 'pairing-done':
      return { done: {} };
    case 'pairing-refused':
      return { refused: { reason: pairingRefusal.encode(message.reason) } };
  }
}

export function decodePairing(bytes: Uint8Array): PairingMessage {
  return decode(bytes, 'pairing', limits.pairingFrameBytesMax, pairingMembers, (buffer): PairingMessage => {
    const message = pairing.PairingMessage.decode(buffer) as pairing.PairingMessage.$Properties;
    const { open, challenge, answer, confirm, introduction, done, refused } = message;
    if (open) {
      return {
        type: 'pairing-open',
        version: integer(open.version, 'pairing.open.version', 0, idMax),
        nameplate: integer(open.nameplate, 'pairing.open.nameplate', 1, limits.nameplateMax),
        nonce: exactBytes(open.nonce, 'pairing.open.nonce', nonceBytes),
      };
    }
    if (challenge) {
      return {
        type: 'pairing-challenge',
        nonce: exactBytes(challenge.nonce, 'pairing.challenge.nonce', nonceBytes),
        share: exactBytes(challenge.share, 'pairing.challenge.share', shareBytes),
      };
    }
    if (answer) {
      return {
        type: 'pairing-answer',
        share: exactBytes(answer.share, 'pairing.answer.share', shareBytes),
        tag: exactBytes(answer.tag, 'pairing.answer.tag', tagBytes),
      };
    }
    if (confirm) return { type: 'pairing-confirm', tag: exactBytes(confirm.tag, 'pairing.confirm.tag', tagBytes) };
    if (introduction) {
      return {
        type: 'pairing-introduction',
        device: device(introduction.device, 'pairing.introduction.device'),
        deviceName: text(introduction.deviceName, 'pairing.introduction.device_name', limits.deviceNameBytesMax),
        folders: offeredFolders(introduction.folders, 'pairing.introduction.folders'),
        addresses: (introduction.addresses ?? []).map((address) =>
          text(address, 'pairing.introduction.addresses', limits.addressBytesMax),
        ),
      };
    }
    if (done) return { type: 'pairing-done' };
    return { type: 'pairing-refused', reason: pairingRefusal.decode(refused?.reason) };
  });
}
