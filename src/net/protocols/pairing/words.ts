/**
 * Pairing codes as people say and type them: `7-harbor-violin`. The number (nameplate) says which code is meant and is no
 * secret; the two words are: 2 x 10 bits, drawn independently of the number.
 */
import { Problem } from '../../../base/problem.ts';
import { limits } from '../../../wire/limits.ts';
import { wordList } from './word-list.ts';

/** Words in a code. */
export const wordsPerCode = 2;
/** Longest text that is looked at as a code, characters. */
const codeLengthMax = 200;
/** Most edits that a suggestion may be away from what was typed. */
const suggestionEditsMax = 2;
const suggestionsMax = 3;

export interface ParsedCode {
  /** 1 to 999. */
  readonly nameplate: number;
  /** The secret: the words, lower case, joined by '-'. */
  readonly secret: string;
}

/** `length` random bytes from a source fit for secrets. */
export type RandomBytes = (length: number) => Uint8Array;

export function formatCode(code: ParsedCode): string {
  return `${code.nameplate}-${code.secret}`;
}

export function createCode(random: RandomBytes): ParsedCode {
  return {
    nameplate: 1 + uniform(random, limits.nameplateMax),
    secret: Array.from({ length: wordsPerCode }, () => wordList[uniform(random, wordList.length)]).join('-'),
  };
}

/** Uniform in [0, bound), bound at most 65536, by rejection. */
function uniform(random: RandomBytes, bound: number): number {
  const limit = 65_536 - (65_536 % bound);
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const value = high * 256 + low;
    if (value < limit) return value % bound;
  }
}

const known = new Set(wordList);

/**
 * Reads a typed code. Case, blanks around it and blanks (or dots, commas, underscores, long dashes) for dashes do not matter.
 * Anything else is a Problem PAIR_CODE_MALFORMED (exit 2) that says what is wrong and, for a word that is not in the list,
 * which one may have been meant. A suggestion is never tried by itself: each try of a code counts.
 */
export function parseCode(typed: string): ParsedCode {
  const parts = typed.length > codeLengthMax ? [] : split(typed);
  const [number, ...words] = parts;
  if (number === undefined || words.length !== wordsPerCode || !/^\d{1,6}$/.test(number)) {
    throw malformed('a code is a number and two words, such as 7-harbor-violin; type it as the other device shows it');
  }
  const nameplate = Number(number);
  if (nameplate < 1 || nameplate > limits.nameplateMax) {
    throw malformed(
      `the number of a code is between 1 and ${limits.nameplateMax}, not ${number}; look at the code again`,
    );
  }
  const unknown = words.filter((word) => !known.has(word));
  if (unknown.length > 0) throw malformed(unknown.map(unknownWord).join('; '));
  return { nameplate, secret: words.join('-') };
}

function split(typed: string): string[] {
  return typed
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s\p{Pd}._,]+/u)
    .filter((part) => part !== '');
}

function malformed(message: string): Problem {
  return new Problem('PAIR_CODE_MALFORMED', message, { exitCode: 2 });
}

function unknownWord(word: string): string {
  const nearest = nearestWords(word);
  const shown = word.replace(/[^\p{L}\p{N}]/gu, '?').slice(0, 30);
  if (nearest.length === 0) return `"${shown}" is not a word of any code; look at the code again`;
  return `"${shown}" is not a word of any code; did you mean ${nearest.join(' or ')}?`;
}

/** The words of the list that are fewest edits away, if that is few enough. */
export function nearestWords(word: string): string[] {
  let best = suggestionEditsMax;
  let nearest: string[] = [];
  for (const candidate of wordList) {
    const edits = editDistance(word, candidate, best);
    if (edits < best) nearest = [];
    if (edits <= best) nearest.push(candidate);
    best = Math.min(best, edits);
  }
  return nearest.length > suggestionsMax ? [] : nearest;
}

/**
 * Optimal string alignment distance (Damerau, 1964): insertions, deletions, substitutions and swaps of neighbours. Anything
 * above `most` may come back as any number above `most`.
 */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] as number) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}
