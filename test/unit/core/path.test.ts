import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  comparePaths,
  depthOf,
  isBelow,
  joinPath,
  nameBytesMax,
  nameOf,
  parentOf,
  parsePath,
  pathBytesMax,
} from '../../../src/core/path.ts';
import { anyPathArbitrary, path, pathArbitrary } from '../../support/core-arbitraries.ts';

const paths = fc.oneof(pathArbitrary, anyPathArbitrary);

describe('paths', () => {
  const long = `${'d'.repeat(255)}/`.repeat(15);
  const refused: readonly (readonly [why: string, text: string])[] = [
    ['nothing', ''],
    ['absolute', '/a'],
    ['the root itself', '/'],
    ['ends in a slash', 'a/'],
    ['an empty name', 'a//b'],
    ['.', '.'],
    ['..', '..'],
    ['.. in front', '../a'],
    ['.. inside', 'a/../b'],
    ['.. at the end', 'a/..'],
    ['. inside', 'a/./b'],
    ['NUL', 'a\0b'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone high surrogate before text', '\ud83da'],
    ['a lone low surrogate', '\ude00'],
    ['surrogates the wrong way round', '\ude00\ud83d'],
    ['a name of 256 bytes', 'x'.repeat(nameBytesMax + 1)],
    ['a name of 256 bytes in 128 characters', 'é'.repeat(128)],
    ['a long name below', `a/${'x'.repeat(nameBytesMax + 1)}/b`],
    ['a path of 4097 bytes', `${long}${'x'.repeat(255)}/y`.padEnd(pathBytesMax + 1, 'z')],
    ['a path of 4098 bytes in fewer characters', `${'é'.repeat(127)}/`.repeat(16) + 'é'.repeat(9)],
  ];
  for (const [why, text] of refused) it(`refuses ${why}`, () => assert.equal(parsePath(text), undefined));

  const accepted: readonly string[] = [
    'a',
    'a/b/c',
    '...',
    '..a',
    '.a',
    'a..',
    ' ',
    '-rf',
    '__proto__',
    'a\\b',
    'C:',
    'line\nbreak',
    '😀',
    'x'.repeat(nameBytesMax),
    `${'é'.repeat(127)}x`,
    `${long}${'x'.repeat(pathBytesMax - long.length - 1 - 100)}/${'y'.repeat(100)}`,
  ];
  for (const text of accepted) {
    it(`accepts ${JSON.stringify(text.slice(0, 20))} (${Buffer.byteLength(text)} bytes)`, () =>
      assert.equal(parsePath(text), text));
  }

  it('joins one legal name to a directory or to the root', () => {
    assert.equal(joinPath(undefined, 'a'), 'a');
    assert.equal(joinPath(path('a/b'), 'c'), 'a/b/c');
    for (const name of ['', '.', '..', 'b/c', '/', 'b\0', 'x'.repeat(256)])
      assert.equal(joinPath(path('a'), name), undefined);
  });

  it('takes paths apart as it joined them', () => {
    fc.assert(
      fc.property(paths, (text) => {
        const parent = parentOf(text);
        assert.equal(joinPath(parent, nameOf(text)), text);
        assert.equal(depthOf(text), (parent === undefined ? 0 : depthOf(parent)) + 1);
        assert.ok(isBelow(text, parent));
        assert.ok(!isBelow(text, text));
        assert.ok(isBelow(text, undefined));
      }),
    );
  });

  it('knows what lies below: by names, not by characters', () => {
    assert.ok(isBelow(path('a/b'), path('a')));
    assert.ok(!isBelow(path('ab'), path('a')));
    assert.ok(!isBelow(path('a'), path('a/b')));
  });

  it('orders paths as the bytes of their index keys: names joined by NUL, in UTF-8', () => {
    const key = (text: string): Buffer => Buffer.from(text.split('/').join('\0'));
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        assert.equal(Math.sign(comparePaths(a, b)), Buffer.compare(key(a), key(b)));
      }),
      { numRuns: 10_000 },
    );
    assert.ok(comparePaths('\uffee', '😀') < 0, 'beyond the basic plane comes last, although its code units do not');
    assert.ok(comparePaths('a/b', 'a!') < 0, 'a directory comes directly before what it contains');
    assert.ok(comparePaths('a/b', 'a\u0001') < 0);
    assert.ok(comparePaths('a', 'a/b') < 0);
  });
});
