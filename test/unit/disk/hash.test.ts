import assert from 'node:assert/strict';
import fs from 'node:fs';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { chunkSizesFor, Cutter, singleChunkBytesMax } from '../../../src/core/cut-points.ts';
import type { Hash } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import { hashBytes } from '../../../src/disk/blake3.ts';
import { hashFiles, type HashOutcome } from '../../../src/disk/hash.ts';
import { readChunks } from '../../../src/disk/read-chunk.ts';
import { Root } from '../../../src/disk/root.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = (text: string): RelativePath => text as RelativePath;
const miB = 1024 * 1024;

describe('hashFiles', () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory(), name);
  function hash(names: readonly string[], isStopped = (): boolean => false): HashOutcome[] {
    const root = new Root(directory());
    try {
      return hashFiles(root, names.map(path), isStopped);
    } finally {
      root.close();
    }
  }
  function hashOne(name: string): HashOutcome {
    const [outcome] = hash([name]);
    assert.ok(outcome);
    return outcome;
  }
  function reasonOf(outcome: HashOutcome | undefined): string | undefined {
    return outcome?.ok === false ? outcome.reason : undefined;
  }
  /** Lets `change` happen once, right after `reads` reads of files: from within, as another process would. */
  function whileReading<T>(reads: number, change: () => void, work: () => T): T {
    const original = fs.readSync;
    let left = reads;
    fs.readSync = ((...args: Parameters<typeof fs.readSync>) => {
      const read = original(...args);
      if (--left === 0) change();
      return read;
    }) as typeof fs.readSync;
    syncBuiltinESMExports();
    try {
      return work();
    } finally {
      fs.readSync = original;
      syncBuiltinESMExports();
      assert.ok(left <= 0, 'the change happened');
    }
  }

  it('tells content, size, time and exec bit; a small file is one chunk', () => {
    writeFileSync(at('f'), 'content');
    utimesSync(at('f'), 1_700_000_000.5, 1_700_000_000.5);
    chmodSync(at('f'), 0o755);
    const outcome = hashOne('f');
    assert.ok(outcome.ok);
    assert.deepEqual(outcome.entry, {
      kind: 'file',
      size: 7,
      mtimeUs: 1_700_000_000_500_000,
      executable: true,
      contentHash: hashBytes(Buffer.from('content')),
    });
    assert.equal(outcome.manifest, undefined);
    assert.equal(outcome.stat.size, 7);
  });

  for (const size of [
    0,
    1,
    singleChunkBytesMax - 1,
    singleChunkBytesMax,
    singleChunkBytesMax + 1,
    8 * miB - 1,
    8 * miB,
    8 * miB + 1,
    20 * miB,
  ]) {
    it(`hashes ${size} bytes whole and in chunks that add up`, () => {
      const bytes = randomBytes(size);
      writeFileSync(at('f'), bytes);
      const outcome = hashOne('f');
      assert.ok(outcome.ok);
      assert.equal(outcome.entry.contentHash, hashBytes(bytes));
      if (size <= singleChunkBytesMax) return assert.equal(outcome.manifest, undefined);
      const chunks = outcome.manifest ?? [{ hash: outcome.entry.contentHash, length: size }];
      const { min, max } = chunkSizesFor(size);
      let offset = 0;
      chunks.forEach(({ hash, length }, i) => {
        assert.equal(hashBytes(bytes.subarray(offset, offset + length)), hash);
        assert.ok(length <= max && (length >= min || i === chunks.length - 1));
        offset += length;
      });
      assert.equal(offset, size);
    });
  }

  it('cuts alike wherever the reads end', () => {
    const bytes = randomBytes(9 * miB);
    writeFileSync(at('f'), bytes);
    const whole = hashOne('f');
    const original = fs.readSync;
    fc.assert(
      fc.property(fc.integer({ min: 100_000, max: 3 * miB }), (most) => {
        fs.readSync = ((fd: number, buffer: Buffer, offset: number, length: number, position: number) =>
          original(fd, buffer, offset, Math.min(length, most), position)) as typeof fs.readSync;
        syncBuiltinESMExports();
        try {
          assert.deepEqual(hashOne('f'), whole);
        } finally {
          fs.readSync = original;
          syncBuiltinESMExports();
        }
      }),
      { numRuns: 5 },
    );
  });

  it('refuses a file that grows, shrinks, is rewritten or replaced while it is read', () => {
    for (const size of [1000, 20 * miB]) {
      const changes: Record<string, () => void> = {
        grow: () => fs.appendFileSync(at('f'), 'x'),
        shrink: () => truncateSync(at('f'), size >> 1),
        empty: () => truncateSync(at('f'), 0),
        rewrite: () => {
          const fd = fs.openSync(at('f'), 'r+');
          fs.writeSync(fd, 'other', 0);
          fs.closeSync(fd);
        },
        replace: () => {
          writeFileSync(at('g'), randomBytes(size));
          fs.renameSync(at('g'), at('f'));
        },
        chmod: () => chmodSync(at('f'), 0o700),
      };
      for (const [name, change] of Object.entries(changes)) {
        writeFileSync(at('f'), randomBytes(size), { mode: 0o600 });
        chmodSync(at('f'), 0o600);
        assert.equal(reasonOf(whileReading(1, change, () => hashOne('f'))), 'changing', `${name} ${size}`);
      }
      assert.ok(hashOne('f').ok);
    }
  });

  it('cuts runs of zeros where the cutter itself would, wherever they begin and end', () => {
    const sizes = chunkSizesFor(miB);
    const run = (bytes: number): Buffer => Buffer.alloc(bytes);
    const contents = [
      run(3 * miB),
      Buffer.concat([randomBytes(100_001), run(miB + 7), randomBytes(99_999), run(sizes.max - 1), randomBytes(50_000)]),
      Buffer.concat([run(sizes.max), randomBytes(sizes.min), run(2 * sizes.max + 1)]),
      Buffer.concat([run(9 * miB), Buffer.from([1]), run(sizes.max)]),
    ];
    contents.forEach((content, i) => writeFileSync(at(`f${i}`), content));
    const outcomes = hash(contents.map((_, i) => `f${i}`));
    for (const [i, content] of contents.entries()) {
      const cutter = new Cutter(chunkSizesFor(content.length));
      const wanted: { hash: Hash; length: number }[] = [];
      for (let start = 0; start < content.length;) {
        const cut = cutter.next(content, start, content.length, true);
        wanted.push({ hash: hashBytes(content.subarray(start, cut)), length: cut - start });
        start = cut;
      }
      const outcome = outcomes[i];
      assert.ok(outcome?.ok);
      assert.equal(outcome.entry.contentHash, hashBytes(content));
      assert.deepEqual(outcome.manifest, wanted);
    }
  });

  it('says gone when the file is removed or its place taken while it is read', () => {
    writeFileSync(at('f'), 'x');
    assert.equal(
      reasonOf(
        whileReading(
          1,
          () => fs.rmSync(at('f')),
          () => hashOne('f'),
        ),
      ),
      'gone',
    );
  });

  it('never gives a rewrite right after it the same stat', () => {
    for (let i = 0; i < 30; i++) {
      writeFileSync(at('f'), `version ${i % 10}`);
      const before = hashOne('f');
      writeFileSync(at('f'), `VERSION ${i % 10}`);
      const { mtimeMs, ctimeMs } = fs.lstatSync(at('f'));
      assert.ok(before.ok);
      assert.notDeepEqual({ mtimeMs, ctimeMs }, { mtimeMs: before.stat.mtimeMs, ctimeMs: before.stat.ctimeMs });
    }
  });

  it('is gone for what is no regular file, and never waits on a pipe or follows a link', () => {
    mkdirSync(at('d'));
    writeFileSync(at('d/f'), '');
    symlinkSync('d/f', at('link'));
    symlinkSync('d', at('dirlink'));
    execFileSync('mkfifo', [at('pipe')]);
    const names = ['d', 'link', 'dirlink/f', 'pipe', 'missing', 'missing/f', 'd/f/x'];
    assert.deepEqual(
      hash(names).map(reasonOf),
      names.map(() => 'gone'),
    );
  });

  it('is unreadable, not gone, without permission; the others are hashed all the same', function () {
    if (process.getuid?.() !== 0) this.skip();
    writeFileSync(at('secret'), 'x', { mode: 0o600 });
    writeFileSync(at('open'), 'x');
    chmodSync(directory(), 0o755);
    const [secret, open] = asNobody(() => hash(['secret', 'open']));
    assert.equal(reasonOf(secret), 'unreadable');
    assert.ok(open?.ok);
  });

  it('stops between files and between reads', () => {
    writeFileSync(at('big'), Buffer.alloc(20 * miB));
    let asked = 0;
    assert.throws(() => hash(['big', 'big'], () => ++asked > 2), /stopped/);
    assert.ok(asked <= 4, 'it does not read on');
  });

  describe('readChunks', () => {
    const read = (chunks: Parameters<typeof readChunks>[1]): (string | undefined)[] => {
      const root = new Root(directory());
      try {
        return readChunks(root, chunks).map((bytes) => bytes && Buffer.from(bytes).toString());
      } finally {
        root.close();
      }
    };
    const chunk = (name: string, offset: number, text: string): Parameters<typeof readChunks>[1][number] => ({
      hash: hashBytes(Buffer.from(text)),
      length: text.length,
      place: { path: path(name), offset, length: text.length },
    });

    it('gives each chunk its own bytes, good ones between bad ones', () => {
      writeFileSync(at('f'), 'onetwothree');
      const wrong = { ...chunk('f', 0, 'one'), hash: '0'.repeat(64) as Hash };
      assert.deepEqual(read([chunk('f', 0, 'one'), wrong, chunk('f', 6, 'three'), chunk('f', 3, 'two')]), [
        'one',
        undefined,
        'three',
        'two',
      ]);
    });

    it('refuses changed bytes, a shorter file, a missing one and a link', () => {
      writeFileSync(at('f'), 'onetwothree');
      symlinkSync('f', at('link'));
      mkdirSync(at('d'));
      const wanted = ['f', 'link', 'missing', 'd', 'missing/f'].map((name) => chunk(name, 6, 'three'));
      assert.deepEqual(read(wanted), ['three', undefined, undefined, undefined, undefined]);
      writeFileSync(at('f'), 'onetwotHree');
      assert.deepEqual(read(wanted.slice(0, 1)), [undefined]);
      truncateSync(at('f'), 8);
      assert.deepEqual(read(wanted.slice(0, 1)), [undefined]);
    });
  });
});
