import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collisionKey, posixTraits, refusalOfName, windowsReservedCharacters } from '../../../src/core/names.ts';
import type { VolumeTraits } from '../../../src/core/observe.ts';
import type { RelativePath } from '../../../src/core/path.ts';

const ntfs: VolumeTraits = {
  ...posixTraits,
  execBits: false,
  caseSensitive: false,
  reservedCharacters: windowsReservedCharacters,
  controlCharacters: false,
  trailingDots: false,
  deviceNames: false,
};
const exfat: VolumeTraits = { ...ntfs, symlinks: false, trailingDots: true, deviceNames: true, hardLinks: false };
const apfs: VolumeTraits = { ...posixTraits, caseSensitive: false, normalisationSensitive: false };

describe('refusalOfName', () => {
  const windows: readonly (readonly [string, string | undefined])[] = [
    ['notes.txt', undefined],
    ['a b/c.d', undefined],
    ['.hidden', undefined],
    ['ü/日本', undefined],
    ['con', 'NAME_RESERVED'],
    ['CON.txt', 'NAME_RESERVED'],
    ['nul.tar.gz', 'NAME_RESERVED'],
    ['Aux .c', 'NAME_RESERVED'],
    ['COM1', 'NAME_RESERVED'],
    ['lpt9.log', 'NAME_RESERVED'],
    ['COM¹', 'NAME_RESERVED'],
    ['conin$', 'NAME_RESERVED'],
    ['COM0', undefined],
    ['COM10', undefined],
    ['console', undefined],
    ['my.con', undefined],
    ['d/nul/x', 'NAME_RESERVED'],
    ['dot.', 'NAME_TRAILING'],
    ['space ', 'NAME_TRAILING'],
    ['dot./x', 'NAME_TRAILING'],
    ['...', 'NAME_TRAILING'],
    ['a:b', 'NAME_CHARACTER'],
    ['x/what?/y', 'NAME_CHARACTER'],
    ['back\\slash', 'NAME_CHARACTER'],
    ['line\nbreak', 'NAME_CHARACTER'],
    ['tab\t', 'NAME_CHARACTER'],
  ];
  for (const [path, code] of windows) {
    it(`on NTFS: ${JSON.stringify(path)} → ${code ?? 'held'}`, () => {
      const refusal = refusalOfName(path as RelativePath, ntfs);
      assert.equal(refusal?.code, code);
      // eslint-disable-next-line no-control-regex -- a message is one line
      if (refusal !== undefined) assert.doesNotMatch(refusal.message, /[\u0000-\u001f]/);
    });
  }

  it('refuses on exFAT what its driver refused, and no more', () => {
    assert.equal(refusalOfName('CON' as RelativePath, exfat), undefined);
    assert.equal(refusalOfName('dot.' as RelativePath, exfat), undefined);
    assert.equal(refusalOfName('a|b' as RelativePath, exfat)?.code, 'NAME_CHARACTER');
  });

  it('refuses nothing where all names can be held', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        assert.equal(refusalOfName(name as RelativePath, posixTraits), undefined);
      }),
    );
  });

  it('refuses what lies below a name that it refuses', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (directory, name) => {
        const above = refusalOfName(directory as RelativePath, ntfs);
        if (above !== undefined)
          assert.equal(refusalOfName(`${directory}/${name}` as RelativePath, ntfs)?.code, above.code);
      }),
    );
  });
});

describe('collisionKey', () => {
  const same = (a: string, b: string, traits: VolumeTraits): boolean =>
    collisionKey(a as RelativePath, traits) === collisionKey(b as RelativePath, traits);

  it('folds as the volume does', () => {
    const table: readonly (readonly [string, string, boolean, boolean])[] = [
      // a, b, on exFAT and NTFS, on APFS
      ['File', 'fILE', true, true],
      ['Dir/x', 'dir/X', true, true],
      ['é', 'É', true, true],
      ['\u00e9', 'e\u0301', false, true],
      ['É', 'e\u0301', false, true],
      ['σ', 'ς', true, true],
      ['straße', 'STRASSE', false, true],
      ['ﬀ', 'FF', false, true],
      ['𐐀', '𐐨', false, true],
      ['a', 'b', false, false],
    ];
    for (const [a, b, onExfat, onApfs] of table) {
      assert.equal(same(a, b, exfat), onExfat, `${a} ${b} on exFAT`);
      assert.equal(same(a, b, apfs), onApfs, `${a} ${b} on APFS`);
      assert.equal(same(a, b, posixTraits), false);
    }
  });

  it('is the path where all names are apart, and a key of itself everywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const path = text as RelativePath;
        assert.equal(collisionKey(path, posixTraits), path);
        for (const traits of [ntfs, apfs]) {
          const key = collisionKey(path, traits);
          assert.equal(collisionKey(key as RelativePath, traits), key);
          assert.equal(key.split('/').length, path.split('/').length);
        }
      }),
    );
  });
});
