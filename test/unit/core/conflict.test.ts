import assert from 'node:assert/strict';
import fc from 'fast-check';
import { conflictPath, isConflictName, originalName } from '../../../src/core/conflict.ts';
import type { FileEntry, SymlinkEntry } from '../../../src/core/entry.ts';
import type { Hash } from '../../../src/core/identifiers.ts';
import { nameBytesMax, nameOf, parentOf, parsePath, pathBytesMax } from '../../../src/core/path.ts';
import { anyHashArbitrary, anyPathArbitrary, hash, path, pathArbitrary } from '../../support/core-arbitraries.ts';

/** 2026-11-23 14:05:12 UTC and some microseconds. */
const mtimeUs = 1_795_442_712_000_000 + 345_678;
const loser: FileEntry = { kind: 'file', size: 3, mtimeUs, executable: false, contentHash: hash('3f9ab04c') };
const link: SymlinkEntry = { kind: 'symlink', target: '../elsewhere', mtimeUs };
const mark = '.conflict-20261123-140512-3f9ab04c';

const mtimes = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, mtimeUs, Number.NaN, Infinity));
const files: fc.Arbitrary<FileEntry> = fc
  .tuple(anyHashArbitrary, mtimes)
  .map(([contentHash, at]) => ({ ...loser, contentHash, mtimeUs: at }));
const losers = fc.oneof(
  files,
  fc.tuple(fc.string({ unit: 'binary' }), mtimes).map(([target, at]) => ({ ...link, target, mtimeUs: at })),
);
/** Names that are long, marked already, or both. */
const awkwardPaths = fc
  .tuple(
    fc.constantFrom('', 'd/', `${'x'.repeat(255)}/`),
    fc.constantFrom('a', 'é', '😀', '.', 'ab.', '..a'),
    fc.nat({ max: 255 }),
    fc.constantFrom('', mark, `${mark}${mark}`, '.conflict-'),
    fc.constantFrom('', '.txt', '.tar.gz', '.', `.${'x'.repeat(16)}`),
  )
  .map(([directory, unit, times, marked, extension]) => `${directory}${unit.repeat(times)}${marked}${extension}`)
  .filter((text) => parsePath(text) !== undefined)
  .map(path);
const paths = fc.oneof(pathArbitrary, anyPathArbitrary, awkwardPaths);

describe('conflict names', () => {
  const cases: readonly (readonly [given: string, expected: string])[] = [
    ['report.docx', `report${mark}.docx`],
    ['a/b/report.docx', `a/b/report${mark}.docx`],
    ['Makefile', `Makefile${mark}`],
    ['.bashrc', `.bashrc${mark}`],
    ['.config.json', `.config${mark}.json`],
    ['backup.tar.gz', `backup${mark}.tar.gz`],
    ['BACKUP.TAR.BZ2', `BACKUP${mark}.TAR.BZ2`],
    ['.tar.gz', `.tar${mark}.gz`],
    ['a.tar', `a${mark}.tar`],
    ['v1.2.3', `v1.2${mark}.3`],
    ['ends in dots..', `ends in dots..${mark}`],
    ['...', `...${mark}`],
    ['..a', `..a${mark}`],
    ['Mr. Smith goes home', `Mr. Smith goes home${mark}`],
    ['x.averyveryverylongextension', `x.averyveryverylongextension${mark}`],
    ['foto.jpég', `foto${mark}.jpég`],
    ['-rf', `-rf${mark}`],
    ['__proto__', `__proto__${mark}`],
    ['line\nbreak.txt', `line\nbreak${mark}.txt`],
  ];
  for (const [given, expected] of cases) {
    it(`${JSON.stringify(given)} → ${JSON.stringify(expected)}`, () => {
      assert.equal(conflictPath(path(given), loser), expected);
      assert.ok(isConflictName(nameOf(path(expected))));
      assert.equal(originalName(nameOf(path(expected))), nameOf(path(given)));
    });
  }

  it('replaces the mark of an earlier conflict instead of adding one', () => {
    const newer: FileEntry = { ...loser, mtimeUs: 0, contentHash: hash('01234567') };
    const once = conflictPath(path('a/report.docx'), loser);
    assert.equal(conflictPath(once, newer), 'a/report.conflict-19700101-000000-01234567.docx');
    assert.equal(
      conflictPath(path(`report${mark}${mark}.docx`), newer),
      'report.conflict-19700101-000000-01234567.docx',
    );
  });

  it('gives a copy that loses a conflict unchanged another name than its own', () => {
    const odd: FileEntry = { ...loser, contentHash: `${'a'.repeat(8)}${'b'.repeat(56)}` as Hash };
    const once = conflictPath(path('r.txt'), odd);
    const twice = conflictPath(once, odd);
    assert.equal(once, 'r.conflict-20261123-140512-aaaaaaaa.txt');
    assert.equal(twice, 'r.conflict-20261123-140512-bbbbbbbb.txt');
  });

  const times: readonly (readonly [us: number, text: string])[] = [
    [0, '19700101-000000'],
    [-1, '19691231-235959'],
    [951_782_400e6, '20000229-000000'],
    [951_868_800e6 - 1, '20000229-235959'],
    [4_107_542_400e6, '21000301-000000'],
    [4_294_967_296e6, '21060207-062816'],
    [-2_203_891_200e6, '19000301-000000'],
    [Number.MAX_SAFE_INTEGER, '22550605-234734'],
    [Number.MIN_SAFE_INTEGER, '16840728-001225'],
    [253_402_300_799e6, '99991231-235959'],
    [253_402_300_800e6, '00000000-000000'],
    [-62_167_219_201e6, '00000000-000000'],
    [Number.NaN, '00000000-000000'],
    [-Infinity, '00000000-000000'],
  ];
  for (const [us, text] of times) {
    it(`writes ${us} us as ${text}`, () => {
      const made = conflictPath(path('a'), { ...loser, mtimeUs: us });
      assert.equal(made, `a.conflict-${text}-3f9ab04c`);
      assert.equal(originalName(made), 'a');
    });
  }

  it('writes the same date as the calendar of the runtime', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (us) => {
        const iso = new Date(Math.floor(us / 1000)).toISOString();
        const expected = `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19).replaceAll(':', '')}`;
        assert.equal(conflictPath(path('a'), { ...loser, mtimeUs: us }), `a.conflict-${expected}-3f9ab04c`);
      }),
      { numRuns: 2000 },
    );
  });

  it('names links by their target, with FNV-1a', () => {
    // 0xe40c292c is the published FNV-1a of 'a'.
    assert.equal(conflictPath(path('l'), { ...link, target: 'a' }), 'l.conflict-20261123-140512-e40c292c');
    assert.notEqual(conflictPath(path('l'), link), conflictPath(path('l'), { ...link, target: '../elsewhere/' }));
  });

  it('shortens the stem on a character boundary, keeping mark and extension', () => {
    const name = `${'é'.repeat(125)}.txt`;
    const made = conflictPath(path(name), loser);
    assert.equal(made, `${'é'.repeat(108)}${mark}.txt`);
    assert.equal(Buffer.byteLength(made), 254);
    assert.equal(conflictPath(path('😀'.repeat(63)), loser), `${'😀'.repeat(55)}${mark}`);
    assert.equal(Buffer.byteLength(conflictPath(path('x'.repeat(255)), loser)), nameBytesMax);
    assert.equal(Buffer.byteLength(conflictPath(path(`${'x'.repeat(251)}${mark.slice(0, 4)}`), loser)), nameBytesMax);
  });

  it('stays legal where the directory leaves little room', () => {
    const hashes = [hash('3f9ab04c'), hash('0'), hash('10')];
    for (let room = 1; room <= 255; room++) {
      const directoryBytes = pathBytesMax - 1 - room;
      const directory = 'd'.repeat(directoryBytes).replaceAll(/.{250}(?=.)/g, (run) => `${run.slice(1)}/`);
      for (const contentHash of hashes) {
        for (const name of ['0', '1', '3', contentHash.slice(0, room), contentHash.slice(8, 8 + Math.min(8, room))]) {
          const given = path(`${directory}/${name}`);
          const made = conflictPath(given, { ...loser, contentHash });
          assert.equal(parsePath(made), made);
          assert.equal(parentOf(made), parentOf(given));
          assert.notEqual(made, given);
        }
      }
    }
  });

  for (const name of [
    'report.docx',
    'report.conflict-2026-11-23.docx',
    mark,
    `${mark}.txt`,
    `.${mark}`,
    `..${mark}`,
    `a.conflict-20261123-140512-3f9ab04`,
    `a${mark}.two words`,
    '',
  ]) {
    it(`takes ${JSON.stringify(name)} for no conflict copy`, () => {
      assert.equal(isConflictName(name), false);
      assert.equal(originalName(name), name);
    });
  }

  it('always makes a legal path in the same directory, another than the given, and always the same', () => {
    fc.assert(
      fc.property(paths, losers, (given, entry) => {
        const made = conflictPath(given, entry);
        assert.equal(parsePath(made), made);
        assert.equal(parentOf(made), parentOf(given));
        assert.ok(Buffer.byteLength(nameOf(made)) <= nameBytesMax);
        assert.notEqual(made, given);
        assert.equal(conflictPath(given, { ...entry }), made);
        assert.ok(isConflictName(nameOf(made)));
      }),
      { numRuns: 3000 },
    );
  });

  it('makes different names for different content', () => {
    fc.assert(
      fc.property(paths, files, anyHashArbitrary, (given, a, contentHash) => {
        const b = { ...a, contentHash };
        fc.pre(a.contentHash.slice(0, 8) !== contentHash.slice(0, 8));
        assert.notEqual(conflictPath(given, a), conflictPath(given, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('never grows: after the first mark, names get no longer', () => {
    fc.assert(
      fc.property(paths, losers, losers, (given, a, b) => {
        const once = conflictPath(given, a);
        const twice = conflictPath(once, b);
        assert.ok(Buffer.byteLength(twice) <= Buffer.byteLength(once));
        assert.equal(isConflictName(originalName(nameOf(twice))), false);
      }),
      { numRuns: 2000 },
    );
  });
});
