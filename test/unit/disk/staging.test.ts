import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { Hash } from '../../../src/core/identifiers.ts';
import type { Manifest } from '../../../src/core/record.ts';
import { hashBytes } from '../../../src/disk/blake3.ts';
import {
  finishFollowed,
  finishStaged,
  pruneStaging,
  stagedChunks,
  stagePieces,
  type StagePiece,
} from '../../../src/disk/staging.ts';
import type * as ports from '../../../src/sync/ports.ts';
import { asPath, bytesOf, hashOf, pieceOf, testFolder, TestFolder } from './writing-support.ts';

const matchesPort: (piece: ports.StagePiece) => StagePiece = (piece) => piece;
void matchesPort;

/** A file of three chunks, and the pieces it comes in. */
const chunks = ['first chunk, ', 'second chunk, ', 'third'];
const whole = chunks.join('');
const contentHash = hashOf(whole);
const fileSize = whole.length;
const manifest: Manifest = chunks.map((text) => ({ hash: hashOf(text), length: text.length }));

function chunkPiece(i: number): StagePiece {
  const offset = chunks.slice(0, i).join('').length;
  const text = chunks[i] as string;
  return {
    contentHash,
    fileSize,
    offset,
    length: text.length,
    hash: hashOf(text),
    from: { bytes: bytesOf(text) },
  };
}

describe('staging', () => {
  const folder = testFolder();

  function staged(hash: Hash = contentHash): string {
    return folder().at(`.p2psync/staging/${hash}`);
  }

  function finish(): boolean | undefined {
    return finishStaged(folder().root, [{ contentHash, fileSize }])[0];
  }

  it('takes the pieces of a file in any order and verifies the whole', () => {
    assert.deepEqual(stagePieces(folder().root, [chunkPiece(2), chunkPiece(0)]), [true, true]);
    assert.equal(finish(), false);
    assert.deepEqual(stagePieces(folder().root, [chunkPiece(1), chunkPiece(2), chunkPiece(0)]), [true, true, true]);
    assert.equal(finish(), true);
    assert.equal(readFileSync(staged(), 'utf8'), whole);
    assert.equal(statSync(staged()).mode & 0o777, 0o600);
    assert.equal(statSync(folder().at('.p2psync')).mode & 0o777, 0o700);
  });

  describe('a file that was hashed on its way', () => {
    const followed = (): boolean | undefined => finishFollowed(folder().root, [{ contentHash, fileSize }])[0];
    const inOrder = (): void => void stagePieces(folder().root, [chunkPiece(0), chunkPiece(1), chunkPiece(2)]);

    it('is good without another look at its content', () => {
      inOrder();
      assert.equal(followed(), true);
      assert.equal(followed(), undefined, 'once');
    });

    it('in several calls, and with its end before its middle', () => {
      stagePieces(folder().root, [chunkPiece(0)]);
      stagePieces(folder().root, [chunkPiece(2)]);
      stagePieces(folder().root, [chunkPiece(1)]);
      assert.equal(followed(), true);
    });

    it('is not known when nobody saw its beginning', () => {
      stagePieces(folder().root, [chunkPiece(1), chunkPiece(2)]);
      assert.equal(followed(), undefined);
      stagePieces(folder().root, [chunkPiece(0)]);
      assert.equal(followed(), true);
    });

    it('of other pieces than its hash says is refused', () => {
      const other = 'other chunk, ';
      const piece = { ...chunkPiece(0), hash: hashOf(other), from: { bytes: bytesOf(other) } };
      stagePieces(folder().root, [piece, chunkPiece(1), chunkPiece(2)]);
      assert.equal(followed(), false);
      assert.equal(existsSync(staged()), false);
    });

    it('begins anew when its beginning is written again', () => {
      const other = 'other chunk, ';
      const piece = { ...chunkPiece(0), hash: hashOf(other), from: { bytes: bytesOf(other) } };
      stagePieces(folder().root, [piece, chunkPiece(1)]);
      inOrder();
      assert.equal(followed(), true);
    });

    for (const between of [true, false]) {
      it(`is read again when somebody touched it ${between ? 'between its pieces' : 'at the end'}`, () => {
        stagePieces(folder().root, [chunkPiece(0), chunkPiece(1)]);
        if (!between) stagePieces(folder().root, [chunkPiece(2)]);
        const bytes = readFileSync(staged());
        bytes[2] = 0x21;
        writeFileSync(staged(), bytes);
        if (between) stagePieces(folder().root, [chunkPiece(2)]);
        assert.equal(followed(), undefined);
        assert.equal(finish(), false);
      });
    }
  });

  it('copies what the folder already holds, verified', () => {
    folder().write('here', `----${chunks[0]}`);
    const from = { place: { path: asPath('here'), offset: 4, length: (chunks[0] as string).length } };
    const wrong = { place: { ...from.place, offset: 3 } };
    assert.deepEqual(
      stagePieces(folder().root, [
        { ...chunkPiece(0), from },
        { ...chunkPiece(0), from: wrong },
      ]),
      [true, false],
    );
  });

  it('zeros become holes, in any order of the pieces, and are written over what is not zero', () => {
    const length = 64 * 1024;
    const parts = [Buffer.alloc(length), randomBytes(length), Buffer.alloc(length), Buffer.alloc(length)];
    const bytes = Buffer.concat(parts);
    const file = { contentHash: hashBytes(bytes), fileSize: bytes.length };
    const piece = (i: number, content = parts[i] as Buffer): StagePiece => ({
      ...file,
      offset: i * length,
      length,
      hash: hashBytes(content),
      from: { bytes: content },
    });
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ]) {
      // An earlier life, or another chunk list, left something where zeros belong.
      stagePieces(folder().root, [piece(2, randomBytes(length))]);
      assert.deepEqual(
        stagePieces(
          folder().root,
          order.map((i) => piece(i)),
        ),
        [true, true, true, true],
      );
      const path = folder().at(`.p2psync/staging/${file.contentHash}`);
      assert.deepEqual(readFileSync(path), bytes);
      assert.deepEqual(finishStaged(folder().root, [file]), [true]);
      pruneStaging(folder().root, []);
    }
    stagePieces(
      folder().root,
      [0, 1, 2, 3].map((i) => piece(i)),
    );
    const { blocks } = lstatSync(folder().at(`.p2psync/staging/${file.contentHash}`));
    // Elsewhere files are as long on the disk as they say.
    if (process.platform === 'linux') assert.ok(blocks * 512 < 2 * length, `${blocks * 512} bytes on the disk`);
  });

  it('a place that is a symlink, gone, or too short is no source', () => {
    writeFileSync(folder().at('outside'), whole);
    symlinkSync('outside', folder().at('link'));
    mkdirSync(folder().at('d'));
    symlinkSync('..', folder().at('d/up'));
    const length = (chunks[0] as string).length;
    const places = ['link', 'd/up/outside', 'gone', 'd'].map((path) => ({ path: asPath(path), offset: 0, length }));
    places.push({ path: asPath('outside'), offset: whole.length - 2, length });
    const pieces = places.map((place) => ({ ...chunkPiece(0), from: { place } }));
    assert.deepEqual(
      stagePieces(folder().root, pieces),
      places.map(() => false),
    );
  });

  const bad: Record<string, Partial<StagePiece>> = {
    'bytes of another hash': { from: { bytes: bytesOf('FIRST CHUNK, ') } },
    'fewer bytes than said': { from: { bytes: bytesOf('first') } },
    'beyond the end of the file': { offset: fileSize - 1 },
    'a negative offset': { offset: -1 },
    'no bytes': { length: 0, hash: hashOf(''), from: { bytes: bytesOf('') } },
  };
  for (const [name, over] of Object.entries(bad)) {
    it(`refuses a piece with ${name}, and takes its neighbours`, () => {
      const pieces = [chunkPiece(1), { ...chunkPiece(0), ...over }, chunkPiece(2)];
      assert.deepEqual(stagePieces(folder().root, pieces), [true, false, true]);
    });
  }

  it('a chunk list of one chunk with another hash than the content does not pass for it', () => {
    const evil = bytesOf('x'.repeat(fileSize));
    const piece = { contentHash, fileSize, offset: 0, length: fileSize, hash: hashBytes(evil), from: { bytes: evil } };
    assert.deepEqual(stagePieces(folder().root, [piece]), [true]);
    assert.equal(finish(), false);
    assert.equal(existsSync(staged()), false);
  });

  describe('content that was damaged after it was staged is refused', () => {
    for (const single of [true, false]) {
      const kind = single ? 'one piece' : 'three pieces';
      const stageIt = (): void => {
        stagePieces(folder().root, single ? [pieceOf(whole)] : [0, 1, 2].map(chunkPiece));
      };
      it(`a bit flipped, in ${kind}`, () => {
        stageIt();
        writeFileSync(staged(), whole.replace('second', 'sedond'));
        assert.equal(finish(), false);
        assert.equal(existsSync(staged()), false);
      });
      it(`truncated, in ${kind}`, () => {
        stageIt();
        truncateSync(staged(), fileSize - 1);
        assert.equal(finish(), false);
      });
      it(`appended to, in ${kind}`, () => {
        stageIt();
        appendFileSync(staged(), 'x');
        assert.equal(finish(), false);
      });
    }
  });

  it('an empty file needs no pieces; an empty file with another content’s hash is refused', () => {
    const empty = hashOf('');
    assert.deepEqual(
      finishStaged(folder().root, [
        { contentHash: empty, fileSize: 0 },
        { contentHash, fileSize: 0 },
      ]),
      [true, false],
    );
    assert.equal(statSync(staged(empty)).size, 0);
    assert.equal(existsSync(staged()), false);
  });

  describe('resumes what an earlier life left', () => {
    it('tells which chunks are good', () => {
      assert.deepEqual(stagedChunks(folder().root, contentHash, fileSize, manifest), [false, false, false]);
      stagePieces(folder().root, [chunkPiece(0), chunkPiece(2)]);
      assert.deepEqual(stagedChunks(folder().root, contentHash, fileSize, manifest), [true, false, true]);
      assert.deepEqual(stagePieces(folder().root, [chunkPiece(1)]), [true]);
      assert.equal(finish(), true);
    });

    it('does not trust a file of the right size', () => {
      stagePieces(folder().root, [chunkPiece(0)]);
      writeFileSync(staged(), 'x'.repeat(fileSize));
      assert.deepEqual(stagedChunks(folder().root, contentHash, fileSize, manifest), [false, false, false]);
    });

    it('bears a chunk list of many thousands', () => {
      stagePieces(folder().root, [chunkPiece(0)]);
      const chunk = { hash: hashOf('a'), length: 1 };
      const long: Manifest = Array.from({ length: 300_000 }, () => chunk);
      assert.equal(stagedChunks(folder().root, contentHash, 300_000, long).includes(true), false);
      assert.deepEqual(stagedChunks(folder().root, contentHash, 0, []), []);
    });
  });

  describe('a staged file that is the user’s by now, since a crash came between its two names', () => {
    const edited = 'THE USER WENT ON';

    function crash(text: string): void {
      folder().stage(text);
      linkSync(staged(hashOf(text)), folder().at('theirs'));
      writeFileSync(folder().at('theirs'), edited);
    }

    it('is not written to', () => {
      crash(whole);
      assert.deepEqual(stagePieces(folder().root, [0, 1, 2].map(chunkPiece)), [true, true, true]);
      assert.equal(finish(), true);
      assert.equal(readFileSync(folder().at('theirs'), 'utf8'), edited);
      assert.equal(lstatSync(folder().at('theirs')).nlink, 1);
    });

    it('is not truncated when an empty file arrives', () => {
      crash('');
      assert.deepEqual(finishStaged(folder().root, [{ contentHash: hashOf(''), fileSize: 0 }]), [true]);
      assert.equal(readFileSync(folder().at('theirs'), 'utf8'), edited);
    });

    it('is not resumed from', () => {
      crash(whole);
      writeFileSync(folder().at('theirs'), whole);
      assert.deepEqual(stagedChunks(folder().root, contentHash, fileSize, manifest), [false, false, false]);
      assert.equal(finish(), false);
      assert.equal(readFileSync(folder().at('theirs'), 'utf8'), whole);
    });
  });

  it('a symlink in the place of a staged file is replaced, not followed', () => {
    folder().stage('something else');
    folder().write('theirs', 'theirs');
    symlinkSync('../../theirs', staged());
    assert.deepEqual(stagedChunks(folder().root, contentHash, fileSize, manifest), [false, false, false]);
    symlinkSync('../../theirs', staged());
    assert.deepEqual(stagePieces(folder().root, [pieceOf(whole)]), [true]);
    assert.equal(readFileSync(folder().at('theirs'), 'utf8'), 'theirs');
    assert.equal(finish(), true);
  });

  it('prunes all but what is still wanted', () => {
    const keep = folder().stage('keep');
    folder().stage('drop');
    pruneStaging(folder().root, [keep]);
    assert.deepEqual(folder().own('staging'), [keep]);
    pruneStaging(folder().root, [], Date.now() - 60_000);
    assert.deepEqual(folder().own('staging'), [keep], 'it is not that old');
    pruneStaging(folder().root, [], Date.now() + 60_000);
    assert.deepEqual(folder().own('staging'), []);
  });

  it('a full disk is an error of the whole call, and what was there stays', function () {
    const disk = folder().at('disk');
    mkdirSync(disk);
    if (process.getuid?.() !== 0) return this.skip();
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status !== 0) return this.skip();
    const small = new TestFolder(disk);
    try {
      const kept = small.write('theirs', 'theirs');
      const large = 'x'.repeat(2 * 1024 * 1024);
      assert.throws(() => stagePieces(small.root, [pieceOf(large)]), { code: 'DISK_FULL', message: /is full/ });
      assert.deepEqual(finishStaged(small.root, [{ contentHash: hashOf(large), fileSize: large.length }]), [false]);
      assert.deepEqual(small.expect('theirs'), kept);
      assert.deepEqual(stagePieces(small.root, [pieceOf(whole)]), [true]);
    } finally {
      small.root.close();
      assert.equal(spawnSync('umount', [disk]).status, 0);
    }
    return undefined;
  });

  it('a staging directory that cannot be made is an error of the whole call', () => {
    writeFileSync(folder().at('.p2psync'), 'a file');
    assert.throws(() => stagePieces(folder().root, [pieceOf(whole)]), { code: 'NOT_DIRECTORY' });
    chmodSync(folder().at('.p2psync'), 0o600);
  });
});
