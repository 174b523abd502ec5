import assert from 'node:assert/strict';
import fc from 'fast-check';
import { safeJson, sanitise } from '../../../src/cli/sanitise.ts';

describe('sanitise', () => {
  const table: readonly [name: string, input: string, output: string][] = [
    ['plain text', 'holiday 2024.jpg', 'holiday 2024.jpg'],
    ['other scripts and emoji', 'Übung 写真 👩‍💻 نمونه', 'Übung 写真 👩‍💻 نمونه'],
    ['ANSI colour', '\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['OSC title change', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
    ['C1 CSI', '\u009b2J', '\\x9b2J'],
    ['newline and carriage return', 'a\r\nb', 'a\\x0d\\x0ab'],
    ['bidi override', 'photo\u202egpj.exe', 'photo\\u202egpj.exe'],
    ['bidi isolates and marks', '\u2066a\u2069\u200f\u061c', '\\u2066a\\u2069\\u200f\\u061c'],
    ['line separator', 'a\u2028b', 'a\\u2028b'],
    ['zero width space and BOM', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['tag characters', 'a\u{e0041}', 'a\\u{e0041}'],
    ['lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['delete', '\u007f', '\\x7f'],
  ];
  for (const [name, input, output] of table) {
    it(name, () => assert.equal(sanitise(input), output));
  }

  it('lets no control character through, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const character of sanitise(text)) {
          const point = character.codePointAt(0) ?? 0;
          assert.ok(point >= 0x20 && !(point >= 0x7f && point <= 0x9f) && !(point >= 0x202a && point <= 0x202e));
        }
      }),
    );
  });

  it('safeJson is one safe line that any parser reads back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = safeJson({ name: text });
        assert.deepEqual(JSON.parse(json), { name: text });
        assert.equal(sanitise(json), json);
      }),
    );
  });
});
