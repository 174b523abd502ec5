/** A linked device that asks for what is not its own: other folders, files that are not indexed, content it merely knows. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FolderId, Hash } from '../../src/core/identifiers.ts';
import type { RelativePath } from '../../src/core/path.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import { decodeChunks, encodeChunks, encodeIndex } from '../../src/wire/codec.ts';
import { eventually } from '../support/condition.ts';
import { HostileStage, honest, victim } from '../support/hostile-stage.ts';
import { message, packed } from '../support/protobuf-bytes.ts';
import { WireSpeaker, type RawStream } from '../support/wire-speaker.ts';

const hashOf = (content: string): Hash => hashBytes(new Uint8Array(Buffer.from(content)));

/** What one chunk request brings; 'ended' when the daemon ends the stream instead. */
async function chunk(stream: RawStream, folder: FolderId, hash: Hash, length: number): Promise<string | undefined> {
  stream.frame(encodeChunks({ type: 'chunk-request', id: 1, folder, chunks: [{ hash, length }] }));
  const frame = await stream.next();
  if (frame === undefined) return 'ended';
  const answer = decodeChunks(frame);
  assert.equal(answer.type, 'chunk-response');
  const [content] = answer.chunks;
  return content === undefined ? undefined : Buffer.from(content).toString();
}

async function hasList(stream: RawStream, folder: FolderId, path: string, contentHash: Hash): Promise<boolean> {
  stream.frame(encodeChunks({ type: 'manifest-request', id: 1, folder, path: path as RelativePath, contentHash }));
  const frame = await stream.next();
  assert.ok(frame !== undefined, 'the stream ended');
  const answer = decodeChunks(frame);
  assert.equal(answer.type, 'manifest-response');
  return answer.found;
}

describe('hostile-linked-peer: requests', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  let privateFolder: FolderId;
  const shared = 'content of the shared folder';
  const secret = 'content of the folder that is shared with nobody';
  const ignored = 'content that a rule leaves out';
  const elsewhere = 'content outside';

  before(async () => {
    stage = await HostileStage.create('requests');
    await stage.write({ 'shared.txt': shared });
    const other = join(stage.linked.directory, 'tree-private');
    mkdirSync(other);
    writeFileSync(join(other, 'secret.txt'), secret);
    writeFileSync(join(stage.outside, 'elsewhere.txt'), elsewhere);
    const api = await stage.api();
    privateFolder = (await api.addFolder(other, { label: 'Private' })).id as FolderId;
    await eventually('the private file', async () => (await api.status()).folders[1]?.files === 1);
    await stage.write({ '.p2psyncignore': '*.log\n' });
    writeFileSync(stage.at('left-out.log'), ignored);
    await api.rescan('Sync', undefined);
    // Sharing nothing with the speaker is what an owner does by hand.
    assert.deepEqual((await api.status()).folders[1]?.devices.includes(stage.speaker.id), false);
  });
  beforeEach(() => stage.begin());
  after(() => stage?.close());

  it('gives content of the folder that is shared, and no other', async () => {
    const { speaker } = stage;
    const stream = await speaker.open('chunks');
    assert.equal(await chunk(stream, speaker.folder, hashOf(shared), shared.length), shared);
    for (const [folder, content] of [
      [privateFolder, secret],
      [privateFolder, shared],
      // Known by its hash, in the folder that is shared.
      [speaker.folder, secret],
      [speaker.folder, ignored],
      [speaker.folder, elsewhere],
      ['z'.repeat(26) as FolderId, shared],
    ] as const) {
      assert.equal(await chunk(stream, folder, hashOf(content), content.length), undefined, content);
    }
    const marker = readFileSync(stage.at('.p2psync/folder.json'), 'utf8');
    assert.equal(await chunk(stream, speaker.folder, hashOf(marker), marker.length), undefined);
    await stage.unharmed();
  });

  it('gives chunk lists of indexed files alone', async () => {
    const { speaker } = stage;
    const stream = await speaker.open('chunks');
    assert.equal(await hasList(stream, speaker.folder, 'shared.txt', hashOf(shared)), true);
    for (const [path, content] of [
      ['left-out.log', ignored],
      ['.p2psync/folder.json', readFileSync(stage.at('.p2psync/folder.json'), 'utf8')],
      ['nowhere', elsewhere],
      ['shared.txt', secret],
    ] as const) {
      assert.equal(await hasList(stream, speaker.folder, path, hashOf(content)), false, path);
    }
    assert.equal(await hasList(stream, privateFolder, 'secret.txt', hashOf(secret)), false);
    await stage.unharmed();
  });

  it('tells no index of a folder that is not shared, and not whether there is one', async () => {
    const { speaker } = stage;
    const answers: Uint8Array[] = [];
    for (const folder of [privateFolder, 'z'.repeat(26) as FolderId]) {
      const stream = await speaker.open('index');
      stream.frame(encodeIndex({ type: 'index-request', folder, replica: undefined, after: 0 }));
      answers.push((await stream.next()) as Uint8Array);
    }
    assert.deepEqual(answers[0], answers[1]);
    const index = await speaker.readIndex();
    assert.ok(index !== undefined && !index.has('left-out.log') && index.has('shared.txt'));
    await stage.unharmed();
  });

  it('gives nothing that is longer or shorter than the chunk is, and takes no length that is none', async () => {
    const { speaker } = stage;
    const stream = await speaker.open('chunks');
    for (const length of [1, shared.length - 1, shared.length + 1, 4 * 1024 * 1024]) {
      assert.equal(await chunk(stream, speaker.folder, hashOf(shared), length), undefined);
    }
    const hashes = Buffer.from(hashOf(shared), 'hex');
    for (const length of [0n, -1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n, 4n * 1024n * 1024n + 1n]) {
      const bad = await speaker.open('chunks');
      bad.frame(message([1, message([1, 1], [2, speaker.folder], [3, hashes], [4, packed([length])])]));
      assert.equal(await bad.next(), undefined, String(length));
    }
    await stage.unharmed();
  });

  it('holds back who asks without reading the answers', async () => {
    const { speaker } = stage;
    const big = 'x'.repeat(120_000);
    await stage.write({ 'big.txt': big });
    const chunks = Array.from({ length: 100 }, () => ({ hash: hashOf(big), length: big.length }));
    const request = encodeChunks({ type: 'chunk-request', id: 1, folder: speaker.folder, chunks });
    const streams = await Promise.all(Array.from({ length: 60 }, () => speaker.open('chunks')));
    // 12 MB an answer, 60 streams, 50 questions on each: 36 GB if it were all read ahead.
    for (const stream of streams) stream.pause();
    for (const stream of streams) for (let i = 0; i < 50; i++) stream.frame(request);
    // Each has time to fill what it may.
    await delay(1000);
    await stage.unharmed();
    for (const stream of streams) stream.reset();
  });

  it('gives nothing to a device that was unlinked meanwhile', async () => {
    const { linked } = stage;
    const api = await stage.api();
    const former = await WireSpeaker.start();
    try {
      await former.link(api);
      await former.hello();
      const [chunks, index] = [await former.open('chunks'), await former.open('index')];
      index.frame(encodeIndex({ type: 'index-request', folder: former.folder, replica: undefined, after: 0 }));
      assert.equal(await chunk(chunks, former.folder, hashOf(shared), shared.length), shared);
      await api.removeDevice(former.id);
      await eventually('the end of the connection', () => !former.isConnected);
      assert.equal(await chunk(chunks, former.folder, hashOf(shared), shared.length), 'ended');
      writeFileSync(linked.at(victim, 'after.txt'), 'written after the unlinking');
      for (let i = 0; i < 3; i++) {
        const told = await former
          .dial((await api.status()).addresses[0] as string)
          .then((connection) => former.open('chunks', connection))
          .then((stream) => chunk(stream, former.folder, hashOf(shared), shared.length))
          .catch(() => 'ended');
        assert.equal(told, 'ended');
      }
      await eventually('it on the honest device', () => readFileSync(linked.at(honest, 'after.txt')).length > 0);
    } finally {
      await former.stop();
    }
    await stage.unharmed();
  });
});
