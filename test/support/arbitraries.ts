/** fast-check arbitraries of domain values and wire messages: always valid, with the nasty corners made likely. */
import fc from 'fast-check';
import type { Entry } from '../../src/core/entry.ts';
import type { DeviceId, EpochId, FolderId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import { parsePath } from '../../src/core/path.ts';
import type { RelativePath } from '../../src/core/path.ts';
import type { AnnouncedRecord } from '../../src/core/record.ts';
import type { VersionVector } from '../../src/core/version.ts';
import type {
  ChunksMessage,
  HelloMessage,
  IndexMessage,
  OfferedFolder,
  PairingMessage,
} from '../../src/wire/messages.ts';

/** Plain objects, as the program makes them (fast-check would mix in ones without a prototype). */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T, keyof T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** Fields that are there or not. */
function withEpoch<T extends object>(model: fc.Arbitrary<T>): fc.Arbitrary<T & { epoch?: EpochId }> {
  return fc
    .tuple(model, fc.option(characters(hexDigits, 16), { nil: undefined }))
    .map(([message, epoch]) => (epoch === undefined ? message : { ...message, epoch: epoch as EpochId }));
}

function characters(alphabet: string, length: number): fc.Arbitrary<string> {
  return fc
    .array(fc.nat(alphabet.length - 1), { minLength: length, maxLength: length })
    .map((at) => at.map((i) => alphabet[i]).join(''));
}

const hexDigits = '0123456789abcdef';
const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export const hashArbitrary = characters(hexDigits, 64) as fc.Arbitrary<Hash>;
/** Few different ones, so that vectors share replicas. */
export const replicaArbitrary = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('0000000000000000', '00000000000000ff', 'a1b2c3d4e5f60718', 'ffffffffffffffff'),
  },
  { weight: 1, arbitrary: characters(hexDigits, 16) },
) as fc.Arbitrary<ReplicaId>;
export const folderIdArbitrary = characters('abcdefghijklmnopqrstuvwxyz234567', 26) as fc.Arbitrary<FolderId>;
export const deviceIdArbitrary = characters(base58, 44).map((rest) => `12D3KooW${rest}` as DeviceId);

/** Text without lone surrogates of at most `bytesMax` UTF-8 bytes, with U+FFFD and astral characters now and then. */
export function textArbitrary(bytesMax: number, minLength = 0): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'binary', minLength, maxLength: Math.min(40, Math.floor(bytesMax / 4)) })
    .chain((text) =>
      fc.constantFrom(text, text, `${[...text].slice(0, 4).join('')}\uFFFD`, `\uFEFF${[...text].slice(0, 4).join('')}`),
    )
    .filter((text) => Buffer.byteLength(text) <= bytesMax);
}

export const pathArbitrary: fc.Arbitrary<RelativePath> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        'b',
        'Ä',
        'A\u0308',
        '-rf',
        '__proto__',
        'CON',
        'x:y',
        '\n',
        '日本',
        '🙂',
        '\uFFFD',
        'long'.repeat(63),
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((names) => parsePath(names.join('/')))
  .filter((path) => path !== undefined);

const mtimeArbitrary = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
const counterArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 1000 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
);

export const entryArbitrary: fc.Arbitrary<Entry> = fc.oneof(
  record({
    kind: fc.constant('file' as const),
    size: fc.maxSafeNat(),
    mtimeUs: mtimeArbitrary,
    executable: fc.boolean(),
    contentHash: hashArbitrary,
  }),
  record({ kind: fc.constant('directory' as const) }),
  record({
    kind: fc.constant('symlink' as const),
    target: textArbitrary(4096, 1).filter((target) => target !== '' && !target.includes('\0')),
    mtimeUs: mtimeArbitrary,
  }),
  record({ kind: fc.constant('deleted' as const) }),
);

/** Not empty, so that a dot can be covered. */
export const versionArbitrary: fc.Arbitrary<VersionVector> = fc
  .uniqueArray(fc.tuple(replicaArbitrary, counterArbitrary), {
    selector: ([replica]) => replica,
    minLength: 1,
    maxLength: 6,
  })
  .map((pairs) => pairs.sort(([a], [b]) => (a < b ? -1 : 1)));

export const recordArbitrary: fc.Arbitrary<AnnouncedRecord> = record({
  path: pathArbitrary,
  entry: entryArbitrary,
  version: versionArbitrary,
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  pick: fc.nat(),
  back: fc.nat(),
}).map(({ path, entry, version, sequence, pick, back }) => {
  const [replica, counter] = version[pick % version.length] as readonly [ReplicaId, number];
  return { path, entry, version, dot: { replica, counter: Math.max(1, counter - (back % 3)) }, sequence };
});

const foldersArbitrary: fc.Arbitrary<OfferedFolder[]> = fc.uniqueArray(
  record({ id: folderIdArbitrary, label: textArbitrary(256) }),
  { selector: ({ id }) => id, maxLength: 5 },
);

export const helloMessageArbitrary: fc.Arbitrary<HelloMessage> = fc.oneof(
  record({
    type: fc.constant('hello' as const),
    deviceName: textArbitrary(256),
    clientVersion: textArbitrary(64),
    folders: foldersArbitrary,
  }),
  record({ type: fc.constant('ping' as const), nonce: fc.maxSafeNat() }),
  record({ type: fc.constant('pong' as const), nonce: fc.maxSafeNat() }),
  record({ type: fc.constant('goodbye' as const), reason: fc.constantFrom('shutdown' as const, 'unlinked' as const) }),
);

export const indexMessageArbitrary: fc.Arbitrary<IndexMessage> = fc.oneof(
  withEpoch(
    record({
      type: fc.constant('index-request' as const),
      folder: folderIdArbitrary,
      replica: fc.option(replicaArbitrary, { nil: undefined }),
      after: fc.maxSafeNat(),
    }),
  ),
  record({ type: fc.constant('index-ack' as const), sequence: fc.maxSafeNat() }),
  record({ type: fc.constant('index-start' as const), replica: replicaArbitrary, after: fc.maxSafeNat() }),
  withEpoch(
    record({
      type: fc.constant('index-update' as const),
      records: fc.array(recordArbitrary, { maxLength: 8 }),
      upTo: fc.maxSafeNat(),
      caughtUp: fc.boolean(),
    }),
  ),
  record({
    type: fc.constant('index-state' as const),
    sequence: fc.maxSafeNat(),
    digest: characters(hexDigits, 32),
    state: fc.constantFrom(
      'scanning' as const,
      'syncing' as const,
      'idle' as const,
      'paused' as const,
      'error' as const,
    ),
    needFiles: fc.maxSafeNat(),
    needBytes: fc.maxSafeNat(),
  }),
  record({
    type: fc.constant('index-refused' as const),
    reason: fc.constantFrom('unknown-folder' as const, 'not-ready' as const),
  }),
);

const requestIdArbitrary = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const chunkArbitrary = record({ hash: hashArbitrary, length: fc.integer({ min: 1, max: 4 * 1024 * 1024 }) });

export const chunksMessageArbitrary: fc.Arbitrary<ChunksMessage> = fc.oneof(
  record({
    type: fc.constant('chunk-request' as const),
    id: requestIdArbitrary,
    folder: folderIdArbitrary,
    chunks: fc.array(chunkArbitrary, { minLength: 1, maxLength: 4 }),
  }),
  record({
    type: fc.constant('chunk-response' as const),
    id: requestIdArbitrary,
    chunks: fc.array(fc.option(fc.uint8Array({ minLength: 1, maxLength: 200 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 6,
    }),
  }),
  record({
    type: fc.constant('manifest-request' as const),
    id: requestIdArbitrary,
    folder: folderIdArbitrary,
    path: pathArbitrary,
    contentHash: hashArbitrary,
  }),
  record({
    type: fc.constant('manifest-response' as const),
    id: requestIdArbitrary,
    found: fc.constant(true),
    chunks: fc.array(chunkArbitrary, { minLength: 1, maxLength: 6 }),
    last: fc.boolean(),
  }),
  record({
    type: fc.constant('manifest-response' as const),
    id: requestIdArbitrary,
    found: fc.constant(false),
    chunks: fc.constant([]),
    last: fc.constant(true),
  }),
);

function exactly(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

export const pairingMessageArbitrary: fc.Arbitrary<PairingMessage> = fc.oneof(
  record({
    type: fc.constant('pairing-open' as const),
    version: fc.nat(),
    nameplate: fc.integer({ min: 1, max: 999 }),
    nonce: exactly(32),
  }),
  record({ type: fc.constant('pairing-answer' as const), share: exactly(32), tag: exactly(64) }),
  record({ type: fc.constant('pairing-challenge' as const), nonce: exactly(32), share: exactly(32) }),
  record({ type: fc.constant('pairing-confirm' as const), tag: exactly(64) }),
  record({
    type: fc.constant('pairing-introduction' as const),
    device: deviceIdArbitrary,
    deviceName: textArbitrary(256),
    folders: foldersArbitrary,
    addresses: fc.array(textArbitrary(512), { maxLength: 4 }),
  }),
  record({ type: fc.constant('pairing-done' as const) }),
  record({
    type: fc.constant('pairing-refused' as const),
    reason: fc.constantFrom(
      'no-such-code' as const,
      'wrong-code' as const,
      'expired' as const,
      'burnt' as const,
      'busy' as const,
      'version' as const,
      'already-linked' as const,
    ),
  }),
);
