/** docs/TESTING.md says which test holds which case: the files it names are there, and have a test of that title. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Claim {
  readonly line: string;
  /** Below test/, without its ending. */
  readonly file: string;
  /** Words of a title; undefined: the file as a whole. */
  readonly title: string | undefined;
}

/** Of the rows of the table of cases: '| 3 | case | file: title; file; open: why |'. */
function claimsIn(page: string): Claim[] {
  return [...page.matchAll(/^\| (\d+) +\| (.+?) +\| (.+?) +\|$/gm)].flatMap(([line, , , tests]) =>
    (tests as string).split('; ').flatMap((claim) => {
      if (claim.startsWith('open: ')) return [];
      const [, file, title] = /^([\w/-]+)(?:: (.+)| counts .+)?$/.exec(claim) ?? [];
      assert.ok(file !== undefined, `not a test: ${claim}`);
      return [{ line, file, title }];
    }),
  );
}

/** Titles made in a loop are only found by what their text has in common. */
function words(text: string): string {
  return text.replaceAll('\\', '').replaceAll("'", '’');
}

describe('docs/TESTING.md', () => {
  const page = readFileSync(join(root, 'docs/TESTING.md'), 'utf8');
  const claims = claimsIn(page);

  it('numbers its cases without a gap, each with a test or a reason', () => {
    const numbers = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, number]) => Number(number));
    assert.ok(numbers.length >= 60);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i + 1),
    );
  });

  it('names files that exist, and titles of tests in them', () => {
    const wrong = claims.flatMap(({ file, title }) => {
      const path = join(root, 'test', `${file}.test.ts`);
      if (!existsSync(path)) return [`there is no test/${file}.test.ts`];
      const text = words(readFileSync(path, 'utf8'));
      return title === undefined || text.includes(words(title)) ? [] : [`test/${file}.test.ts has no “${title}”`];
    });
    assert.deepEqual(wrong, []);
  });

  it('finds what is not there', () => {
    const [claim] = claimsIn('| 1 | x | unit/core/nothing: at all; open: why |\n');
    assert.deepEqual([claim?.file, claim?.title], ['unit/core/nothing', 'at all']);
  });
});
