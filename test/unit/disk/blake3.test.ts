import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createHasher, hashBytes, nativeBlake3, wasmBlake3, type Blake3 } from '../../../src/disk/blake3.ts';

interface Vectors {
  readonly cases: readonly { readonly inputLength: number; readonly hash: string }[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../support/blake3-vectors.json', import.meta.url), 'utf8'),
) as Vectors;
const input = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);

/** In pieces of `step` bytes, each a view into a larger buffer. */
function stream(blake3: Pick<Blake3, 'createHasher'>, bytes: Uint8Array, step: number): string {
  const hasher = blake3.createHasher();
  for (let at = 0; at < bytes.length; at += step) hasher.update(bytes.subarray(at, at + step));
  return hasher.digest();
}

describe('BLAKE3 on the official test vectors', () => {
  it('has all 22 of them', () => {
    assert.equal(cases.length, 22);
    assert.equal(cases.at(-1)?.inputLength, 102_400);
  });

  for (const [name, load] of [
    ['native', nativeBlake3],
    ['wasm', wasmBlake3],
  ] as const) {
    describe(name, () => {
      const blake3 = load();
      it('says which it is', () => assert.equal(blake3.name, name));
      for (const { inputLength, hash } of cases) {
        it(`${inputLength} bytes, at once and in pieces`, () => {
          const bytes = input(inputLength);
          assert.equal(blake3.hash(bytes), hash);
          for (const step of [1024, 1000, 65_536]) assert.equal(stream(blake3, bytes, step), hash, `${step}`);
          if (inputLength <= 1025) assert.equal(stream(blake3, bytes, 1), hash);
        });
      }
      it('hashes a view, not the buffer behind it', () => {
        assert.equal(blake3.hash(input(2000).subarray(0, 1024)), cases.find((c) => c.inputLength === 1024)?.hash);
      });
      it('keeps hashers apart', () => {
        const [a, b] = [blake3.createHasher(), blake3.createHasher()];
        a.update(input(1024));
        b.update(input(1));
        assert.equal(b.digest(), cases.find((c) => c.inputLength === 1)?.hash);
        assert.equal(a.digest(), cases.find((c) => c.inputLength === 1024)?.hash);
      });
    });
  }

  it('is what the program uses', () => {
    const { inputLength, hash } = cases.at(-1) as Vectors['cases'][number];
    assert.equal(hashBytes(input(inputLength)), hash);
    assert.equal(stream({ createHasher }, input(inputLength), 4096), hash);
  });
});
