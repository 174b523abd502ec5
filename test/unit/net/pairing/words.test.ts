/** Codes as people type them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Problem } from '../../../../src/base/problem.ts';
import { fingerprint, fingerprintEmoji } from '../../../../src/net/protocols/pairing/fingerprint.ts';
import { wordList } from '../../../../src/net/protocols/pairing/word-list.ts';
import {
  createCode,
  formatCode,
  nearestWords,
  parseCode,
  wordsPerCode,
} from '../../../../src/net/protocols/pairing/words.ts';

function refuses(typed: string, message: RegExp): void {
  assert.throws(
    () => parseCode(typed),
    (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.code, 'PAIR_CODE_MALFORMED');
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      assert.ok(!error.message.includes('\n'));
      return true;
    },
  );
}

describe('pairing words', () => {
  it('the list: 1024 words of 3 to 8 letters, at least 20 bits a code', () => {
    assert.equal(wordList.length, 1024);
    assert.equal(new Set(wordList).size, 1024);
    assert.ok(wordsPerCode * Math.log2(wordList.length) >= 20);
    for (const word of wordList) assert.match(word, /^[a-z]{3,8}$/);
    assert.ok(wordList.includes('harbor') && wordList.includes('violin'));
  });

  it('no word is a single slip away from another: one typing error never makes another code', () => {
    const all = new Set(wordList);
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    for (const word of wordList) {
      for (let i = 0; i <= word.length; i++) {
        const slips = [word.slice(0, i) + word.slice(i + 1)];
        if (i + 1 < word.length) slips.push(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2));
        for (const letter of letters) {
          slips.push(word.slice(0, i) + letter + word.slice(i), word.slice(0, i) + letter + word.slice(i + 1));
        }
        for (const slip of slips) assert.ok(slip === word || !all.has(slip), `${word} and ${slip}`);
      }
    }
  });

  it('made codes are read back, however they are typed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('-', ' ', '  ', ' - ', '_', '.', ', ', '\u2013', '\t'),
        fc.boolean(),
        (dash, upper) => {
          const code = createCode(randomBytes);
          const text = formatCode(code).replaceAll('-', dash);
          assert.deepEqual(parseCode(` ${upper ? text.toUpperCase() : text}\n`), code);
        },
      ),
    );
    assert.deepEqual(parseCode('7-harbor-violin'), { nameplate: 7, secret: 'harbor-violin' });
    assert.deepEqual(parseCode('007 Harbor Violin'), { nameplate: 7, secret: 'harbor-violin' });
  });

  it('number and words are drawn independently and evenly', () => {
    const numbers = new Set<number>();
    const words = new Map<string, number>();
    for (let i = 0; i < 5000; i++) {
      const { nameplate, secret } = createCode(randomBytes);
      assert.ok(nameplate >= 1 && nameplate <= 999);
      numbers.add(nameplate);
      for (const word of secret.split('-')) words.set(word, (words.get(word) ?? 0) + 1);
    }
    assert.ok(numbers.size > 950, `${numbers.size}`);
    assert.ok(words.size > 1000, `${words.size}`);
    // Same bytes for the words, other bytes for the number: the words stay.
    const fixed = (first: number) => {
      const queue = [Uint8Array.of(0, first), Uint8Array.of(1, 1), Uint8Array.of(2, 2)];
      return createCode(() => queue.shift() as Uint8Array);
    };
    assert.equal(fixed(1).secret, fixed(2).secret);
    assert.notEqual(fixed(1).nameplate, fixed(2).nameplate);
  });

  it('says what is wrong', () => {
    refuses('', /a number and two words/);
    refuses('harbor-violin', /a number and two words/);
    refuses('7-harbor', /a number and two words/);
    refuses('7-harbor-violin-violin', /a number and two words/);
    refuses('x'.repeat(5000), /a number and two words/);
    refuses('0-harbor-violin', /between 1 and 999/);
    refuses('1000-harbor-violin', /between 1 and 999/);
    refuses('-7-harbor-viol!n', /"viol\?n" is not a word of any code; did you mean violin\?/);
    refuses('7-harbour-violin', /"harbour" is not a word of any code; did you mean harbor\?/);
    refuses('7-harbor-voilin', /did you mean violin\?/);
    refuses('7-qqqqqq-violin', /"qqqqqq" is not a word of any code; look at the code again/);
  });

  it('suggestions are the nearest words, at most two edits away', () => {
    assert.deepEqual(nearestWords('violln'), ['violin']);
    assert.deepEqual(nearestWords('xylophone'), []);
    assert.deepEqual(nearestWords('vioiln'), ['violin']);
    assert.deepEqual(nearestWords('hrabor'), ['harbor']);
  });

  it('fingerprints: 64 different emoji, four of them, by the first bytes', () => {
    assert.equal(fingerprintEmoji.length, 64);
    assert.equal(new Set(fingerprintEmoji).size, 64);
    assert.equal(fingerprint(Uint8Array.of(0, 1, 64, 63, 9)).split(' ').length, 4);
    assert.equal(fingerprint(Uint8Array.of(0, 1, 2, 3)), fingerprint(Uint8Array.of(64, 65, 66, 67)));
    assert.notEqual(fingerprint(Uint8Array.of(0, 1, 2, 3)), fingerprint(Uint8Array.of(0, 1, 2, 4)));
  });
});
