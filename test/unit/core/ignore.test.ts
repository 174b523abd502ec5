import assert from 'node:assert/strict';
import fc from 'fast-check';
import { builtInPatterns, builtInRule, isIgnored, withBuiltIn } from '../../../src/core/ignore.ts';
import { path, pathArbitrary } from '../../support/core-arbitraries.ts';

describe('built-in ignores', () => {
  const ignored = [
    '.p2psync',
    '.p2psync/staging/x',
    '.DS_Store',
    'a/b/.DS_Store',
    'Thumbs.db',
    'photos/Thumbs.db',
    'desktop.ini',
    '._report.doc',
    'a/._b/c',
    '.p2psync-tmp-0123',
    'a/.p2psync-tmp-0123',
    '.Trashes/501/x',
    '.Spotlight-V100/Store',
    '.fseventsd',
    '.TemporaryItems',
    'DESKTOP.INI',
    'a/thumbs.db',
    'ehthumbs.db',
    '$Recycle.Bin/S-1-5/x',
    'System Volume Information/tracking.log',
    '.nfs00000000024a0f1c00000003',
    '.fuse_hidden0000012300000001',
    '.Trash-1000/files/x',
    'docs/.~lock.report.odt#',
    'docs/~$report.docx',
    '~$Budget.XLSX',
    '~$talk.pptx',
  ];
  const kept = [
    'a',
    'p2psync',
    'a/.p2psync',
    '.p2psync2',
    '.p2psync-notes',
    'x.p2psync',
    '.DS_Store2',
    'thumbs.database',
    '.bashrc',
    '_.a',
    '..a',
    '.git/config',
    'p2psyn~x',
    'a/p2psyn~1',
    '.P2P',
    // Might be somebody's work.
    'film.part',
    'setup.exe.crdownload',
    '.notes.txt.swp',
    'report.tmp',
    '~$notes',
    '~$notes.txt',
    '.nfs',
    '.nfs-shares',
    '.Trash-can',
    '.~lock.x',
    'lost+found/#12',
    'trashes',
    '.DS_store2',
  ];
  for (const text of ignored) it(`ignores ${text}`, () => assert.equal(isIgnored(path(text)), true));
  for (const text of kept) it(`keeps ${text}`, () => assert.equal(isIgnored(path(text)), false));

  // Each of these opens our own directory on some file system.
  const disguises = [
    '.P2PSYNC',
    '.P2pSync/marker',
    '.p2p\u017fync',
    '.p2p\u200csync',
    '.p2psync\ufeff',
    '.p2psync.',
    '.p2psync. .',
    '.p2psync::$INDEX_ALLOCATION',
    'P2PSYN~1/marker',
    '\uff0ep2psync',
  ];
  for (const text of disguises) {
    it(`ignores our own directory disguised as ${JSON.stringify(text)}`, () =>
      assert.equal(isIgnored(path(text)), true));
  }

  it('ignores all below what it ignores', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ignored, ...disguises, ...kept), pathArbitrary, (text, below) => {
        if (isIgnored(path(text))) assert.equal(isIgnored(path(`${text}/${below}`)), true);
        else assert.equal(isIgnored(path(`${text}/${below}`)), false);
      }),
    );
  });

  it('tells by which pattern, one of those that are listed', () => {
    for (const text of [...ignored, ...disguises]) {
      const rule = builtInRule(path(text));
      assert.equal(rule?.source, 'built-in');
      assert.ok(builtInPatterns.includes(rule.pattern), rule.pattern);
    }
    assert.equal(builtInRule(path('a/._b/c'))?.pattern, '._*');
  });

  it('holds before other rules, of which the first counts', () => {
    const only =
      (text: string, line: number): ReturnType<typeof withBuiltIn> =>
      (at) =>
        at === text ? { pattern: text, source: 'file', line } : undefined;
    const matcher = withBuiltIn(only('a', 1), only('a', 2), only('b', 3));
    assert.equal(matcher(path('a'), false)?.line, 1);
    assert.equal(matcher(path('b'), true)?.line, 3);
    assert.equal(matcher(path('.DS_Store'), false)?.source, 'built-in');
    assert.equal(matcher(path('c'), false), undefined);
  });
});
