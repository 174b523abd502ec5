/** A linked device that announces files and sends other bytes for them, or none: nothing wrong becomes visible, others still sync. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Hash } from '../../src/core/identifiers.ts';
import type { Manifest } from '../../src/core/record.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import { encodeChunks } from '../../src/wire/codec.ts';
import { limits } from '../../src/wire/limits.ts';
import type { ChunksMessage } from '../../src/wire/messages.ts';
import { eventually } from '../support/condition.ts';
import { HostileStage, honest, victim } from '../support/hostile-stage.ts';
import { message, packed } from '../support/protobuf-bytes.ts';
import type { RawStream, SpokenRecord, WireSpeaker } from '../support/wire-speaker.ts';

const chunkBytes = 64 * 1024;
const kiB = 1024;
/** Of a list of as many chunks as one file may have, in memory as a whole. */
const listBytesMax = 600 * 1024 * kiB;
type ManifestRequest = Extract<ChunksMessage, { type: 'manifest-request' }>;

/** A file that the speaker announces and would send honestly. */
function spoken(speaker: WireSpeaker, path: string, bytes = 512 * kiB): { record: SpokenRecord; content: Uint8Array } {
  const content = new Uint8Array(randomBytes(bytes));
  return { content, record: speaker.largeFile(path, content, chunkBytes) };
}

/** The speaker's list of a file, in pages. */
function pagesOf(manifest: Manifest, id: number): Uint8Array[] {
  const pages: Uint8Array[] = [];
  for (let at = 0; at < manifest.length; at += limits.chunksPerManifestPageMax) {
    const chunks = manifest.slice(at, at + limits.chunksPerManifestPageMax);
    const last = at + limits.chunksPerManifestPageMax >= manifest.length;
    pages.push(encodeChunks({ type: 'manifest-response', id, found: true, chunks, last }));
  }
  return pages;
}

function hashOf({ entry }: SpokenRecord): Hash {
  assert.equal(entry.kind, 'file');
  return entry.contentHash;
}

describe('hostile-linked-peer: chunks', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  before(async () => {
    stage = await HostileStage.create('chunks');
    await stage.write({ 'mine.txt': 'my own file' });
  });
  beforeEach(() => stage.begin());
  after(() => stage?.close());

  async function sayList(request: ManifestRequest, stream: RawStream): Promise<void> {
    for (const page of pagesOf(stage.speaker.manifests.get(request.contentHash) ?? [], request.id)) {
      stream.frame(page);
      await stream.drained();
    }
  }

  /** Announces one file, has each request answered by `answer`, and waits for what the daemon says of it. */
  async function neverHere(path: string, answer: WireSpeaker['onChunksRequest'], matching = /./): Promise<void> {
    const { speaker } = stage;
    const { record } = spoken(speaker, path);
    speaker.onChunksRequest = answer;
    speaker.announce(record);
    await eventually('to be asked', () => speaker.asked.length > 0);
    await stage.errorAt(path, matching);
    await stage.unharmed();
    assert.ok(!existsSync(stage.at(path)), `${path} stands in the tree`);
  }

  it('wrong bytes are never seen', async () => {
    const { speaker } = stage;
    await neverHere(
      'wrong.bin',
      (request, stream) => {
        if (request.type === 'manifest-request') return speaker.answer(request, stream);
        for (const { length } of request.chunks) {
          stream.frame(encodeChunks({ type: 'chunk-response', id: request.id, chunks: [randomBytes(length)] }));
        }
      },
      /could not give its content/,
    );
    assert.match(stage.log(), new RegExp(`${speaker.id}[^\n]*a peer sent wrong bytes`));
  });

  it('chunks in another order are never seen', async () => {
    const { speaker } = stage;
    await neverHere('swapped.bin', (request, stream) => {
      if (request.type === 'manifest-request') return speaker.answer(request, stream);
      const contents = request.chunks.map(({ hash }) => speaker.contents.get(hash)).toReversed();
      for (const content of contents) {
        stream.frame(encodeChunks({ type: 'chunk-response', id: request.id, chunks: [content] }));
      }
    });
  });

  it('a list in another order gives no file', async () => {
    const { speaker } = stage;
    await neverHere(
      'reordered.bin',
      (request, stream) => {
        if (request.type !== 'manifest-request') return speaker.answer(request, stream);
        const chunks = (speaker.manifests.get(request.contentHash) ?? []).toReversed();
        stream.frame(encodeChunks({ type: 'manifest-response', id: request.id, found: true, chunks, last: true }));
      },
      /did not match its hash/,
    );
  });

  for (const [what, bytes] of [
    ['longer than', chunkBytes + 1],
    ['shorter than', chunkBytes - 1],
  ] as const) {
    it(`chunks ${what} announced end the exchange`, async () => {
      const { speaker } = stage;
      await neverHere(`${what}.bin`, (request, stream) => {
        if (request.type === 'manifest-request') return speaker.answer(request, stream);
        stream.frame(encodeChunks({ type: 'chunk-response', id: request.id, chunks: [new Uint8Array(bytes)] }));
      });
    });
  }

  it('more chunks, and other answers, than were asked for end the exchange', async () => {
    const { speaker } = stage;
    let turn = 0;
    await neverHere('more.bin', (request, stream) => {
      if (request.type === 'manifest-request') return speaker.answer(request, stream);
      const { id, chunks } = request;
      const all = chunks.map(({ hash }) => speaker.contents.get(hash));
      const answers = [
        () => stream.frame(encodeChunks({ type: 'chunk-response', id: id + 1, chunks: all.slice(0, 1) })),
        () =>
          stream.frame(
            encodeChunks({ type: 'chunk-response', id, chunks: chunks.map(() => undefined).concat([undefined]) }),
          ),
        () => stream.frame(encodeChunks({ type: 'manifest-response', id, found: false, chunks: [], last: true })),
        () => stream.frame(encodeChunks({ type: 'chunk-request', id, folder: speaker.folder, chunks })),
        () => stream.frame(message([2, message([1, id])])),
        () => stream.reset(),
      ];
      answers[turn++ % answers.length]?.();
    });
  });

  it('lists that do not add up to the file give none', async () => {
    const { speaker } = stage;
    let turn = 0;
    await neverHere('sums.bin', (request, stream) => {
      if (request.type !== 'manifest-request') return speaker.answer(request, stream);
      const { id } = request;
      const chunks = speaker.manifests.get(request.contentHash) ?? [];
      const say = (of: typeof chunks, last: boolean) =>
        stream.frame(encodeChunks({ type: 'manifest-response', id, found: true, chunks: of, last }));
      const hashes = new Uint8Array(32 * 2);
      const raw = (lengths: readonly bigint[]) =>
        stream.frame(message([4, message([1, id], [2, 1], [3, hashes], [4, packed(lengths)], [5, 1])]));
      const answers = [
        () => say(chunks.slice(1), true),
        () => say([...chunks, ...chunks], true),
        () => say([], true),
        () => say([], false),
        () => raw([2n ** 64n - 1n, 1n]),
        () => raw([2n ** 32n - 1n, 1n]),
        () => raw([0n, 512n]),
        () =>
          say(
            Array.from({ length: 16_384 }, () => ({ hash: hashOf(spoken(speaker, 'x', 1).record), length: 1 })),
            false,
          ),
      ];
      answers[turn++ % answers.length]?.();
    });
  });

  it('a list that never ends is given up', async () => {
    const { speaker } = stage;
    let pages = 0;
    const endless = async (request: WireSpeaker['asked'][number], stream: RawStream): Promise<void> => {
      const { id } = request;
      const chunks = Array.from({ length: limits.chunksPerManifestPageMax }, () => ({
        hash: 'ab'.repeat(32) as Hash,
        length: 4096,
      }));
      const page = encodeChunks({ type: 'manifest-response', id, found: true, chunks, last: false });
      for (; !stream.isEnded && pages < 100_000; pages++) {
        stream.frame(page);
        await stream.drained();
      }
    };
    speaker.onChunksRequest = endless;
    speaker.announce({
      path: 'endless.bin',
      entry: { kind: 'file', size: 2 ** 40, mtimeUs: 0, executable: false, contentHash: 'cd'.repeat(32) as Hash },
    });
    await eventually('pages', () => pages > 3);
    await stage.errorAt('endless.bin', /what it is made of/);
    assert.ok(pages < 1000, `${pages} pages were read`);
    await stage.unharmed(listBytesMax);
  });

  it('a device frozen in mid-chunk does not hold up what another one has as well', async () => {
    const { speaker } = stage;
    const content = new Uint8Array(randomBytes(6 * 1024 * kiB));
    const record = speaker.largeFile('both.bin', content, 256 * kiB);
    let frozen = 0;
    speaker.onChunksRequest = (request, stream) => {
      if (request.type === 'manifest-request') return;
      // The beginning of an answer, and then nothing for ever.
      const [first] = request.chunks;
      const answer = encodeChunks({
        type: 'chunk-response',
        id: request.id,
        chunks: [speaker.contents.get(first?.hash as Hash)],
      });
      stream.raw(Uint8Array.of(0xff, 0xff, 0x7f));
      stream.raw(answer.subarray(0, 1000));
      frozen++;
    };
    speaker.announce(record);
    writeFileSync(stage.linked.at(honest, 'both.bin'), content);
    await eventually('the file of both', () => existsSync(stage.at('both.bin')), 8000);
    assert.ok(readFileSync(stage.at('both.bin')).equals(Buffer.from(content)));
    assert.ok(frozen > 0 || speaker.asked.length > 0, 'the frozen device was never asked');
    await stage.unharmed();
  });

  it('leaves nothing of it all in staging but what may still be wanted', () => {
    const staged = readdirSync(stage.at('.p2psync/staging'));
    let bytes = 0;
    for (const name of staged) bytes += statSync(stage.at(`.p2psync/staging/${name}`)).blocks * 512;
    assert.ok(bytes < 20 * 1024 * kiB, `${bytes} bytes in staging: ${staged.join()}`);
  });

  it('a file of one chunk ten times over arrives whole', async () => {
    const { speaker } = stage;
    const chunk = new Uint8Array(randomBytes(4 * 1024 * kiB));
    const content = new Uint8Array(Buffer.concat(Array.from({ length: 10 }, () => chunk)));
    speaker.announce(speaker.largeFile('ten times.bin', content, chunk.length));
    await eventually('it', () => existsSync(stage.at('ten times.bin')));
    assert.ok(readFileSync(stage.at('ten times.bin')).equals(Buffer.from(content)));
    await stage.unharmed(listBytesMax);
  });

  it('a list twice as long costs twice the work, also of a million chunks that nobody has', async () => {
    const { speaker } = stage;
    const pid = stage.linked.device(victim).pid as number;
    const worked: number[] = [];
    let asked = 0;
    speaker.onChunksRequest = (request, stream) => {
      if (request.type === 'manifest-request') return sayList(request, stream);
      asked += request.chunks.length;
      const chunks = request.chunks.map(() => undefined);
      stream.frame(encodeChunks({ type: 'chunk-response', id: request.id, chunks }));
    };
    for (const n of [250_000, 500_000, 1_000_000]) {
      const hashes = randomBytes(32 * n);
      const manifest = Array.from({ length: n }, (_, i) => ({
        hash: hashes.toString('hex', 32 * i, 32 * i + 32) as Hash,
        length: 4096,
      }));
      const path = `list of ${n}`;
      const contentHash = hashBytes(hashes.subarray(0, 32));
      speaker.manifests.set(contentHash, manifest);
      asked = 0;
      const before = cpuMs(pid);
      speaker.announce({ path, entry: { kind: 'file', size: n * 4096, mtimeUs: 0, executable: false, contentHash } });
      await stage.errorAt(path, /could not give its content/);
      worked.push(cpuMs(pid) - before);
      // No more is asked for once some of it cannot be had.
      assert.ok(asked < 50_000, `${asked} chunks were asked for`);
      speaker.announce({ path, entry: { kind: 'deleted' } });
    }
    const [, half, whole] = worked as [number, number, number];
    assert.ok(whole < 3 * half, `${worked.join(', ')} ms`);
    await stage.unharmed(listBytesMax);
  });

  it('a file of one chunk a quarter of a million times over holds nobody up, nor the end of the daemon', async () => {
    const { speaker, linked } = stage;
    const chunk = new Uint8Array(4 * 1024 * kiB);
    const hash = hashBytes(chunk);
    const contentHash = 'ef'.repeat(32) as Hash;
    const n = 2 ** 18;
    speaker.contents.set(hash, chunk);
    speaker.manifests.set(
      contentHash,
      Array.from({ length: n }, () => ({ hash, length: chunk.length })),
    );
    speaker.onChunksRequest = (request, stream) =>
      request.type === 'manifest-request' ? sayList(request, stream) : speaker.answer(request, stream);
    speaker.announce({
      path: 'zeros.bin',
      entry: { kind: 'file', size: n * chunk.length, mtimeUs: 0, executable: false, contentHash },
    });
    await eventually('to be asked for it', () => speaker.asked.some(({ type }) => type === 'chunk-request'));
    // A large one of the honest device, too.
    const large = randomBytes(20 * 1024 * kiB);
    writeFileSync(linked.at(honest, 'large.bin'), large);
    await eventually('the honest device’s large file', () => existsSync(stage.at('large.bin')), 10_000);
    assert.ok(readFileSync(stage.at('large.bin')).equals(large));
    await stage.unharmed(listBytesMax);
    const begin = performance.now();
    await linked.device(victim).stop();
    assert.ok(performance.now() - begin < 10_000, 'the daemon took long to stop');
  });
});

/** User and system time of a process with all its threads. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
