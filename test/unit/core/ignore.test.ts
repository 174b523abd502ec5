import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isIgnored } from '../../../src/core/ignore.ts';
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
});
