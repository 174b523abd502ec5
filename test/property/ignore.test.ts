/** The matcher against git itself: the same rules over the same paths, for random patterns of gitignore's syntax. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { RelativePath } from '../../src/core/path.ts';
import { patternProblem } from '../../src/core/ignore-pattern.ts';
import { compileRules } from '../../src/disk/ignore-rules.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

/** Files of the tree; their directories are asked about too. */
const files: readonly string[] = [
  'a',
  'b.log',
  'A.log',
  '.hidden',
  'foo/a',
  'foo/b.log',
  'foo/bar/a',
  'foo/bar/foo/x.log',
  'foo/bar/ab',
  'build/out/foo',
  'build/a b',
  'build/a[b]',
  'build/!x',
  'build/#y',
  'build/z ',
  'x/foo/build/deep',
  'x/ab/abc',
  'x/ä.log',
  'x/*',
  'x/q\\r',
];

function withParents(): { path: string; isDirectory: boolean }[] {
  const directories = new Set<string>();
  for (const file of files) for (let at = dirname(file); at !== '.'; at = dirname(at)) directories.add(at);
  return [
    ...[...directories].map((path) => ({ path, isDirectory: true })),
    ...files.map((path) => ({ path, isDirectory: false })),
  ];
}

const nameArbitrary = fc.oneof(
  fc.constantFrom('a', 'foo', 'bar', 'build', 'x', 'ab', 'b.log', '.hidden', 'out', 'ä.log', 'z\\ ', 'a b', 'deep'),
  fc.constantFrom(
    '*',
    '*.log',
    'a*',
    '?',
    '??',
    '[ab]',
    '[!a]*',
    '[^b]',
    '[a-c]b',
    '*b*',
    'f*o',
    '\\*',
    '\\#y',
    'a\\[b]',
    '[]]',
    '[[:alpha:]]',
    'q\\\\r',
  ),
);
const patternArbitrary = fc
  .record({
    negated: fc.constantFrom('', '', '', '!'),
    anchor: fc.constantFrom('', '', '/', '**/'),
    names: fc.array(fc.oneof({ weight: 6, arbitrary: nameArbitrary }, { weight: 1, arbitrary: fc.constant('**') }), {
      minLength: 1,
      maxLength: 3,
    }),
    end: fc.constantFrom('', '', '/', '/**', '/*', ' '),
  })
  .map(({ negated, anchor, names, end }) => `${negated}${anchor}${names.join('/')}${end}`)
  .filter((pattern) => patternProblem(pattern) === undefined);

describe('rules that leave paths out', function () {
  let directory: string;
  /** Cases in which some paths are left out, and not all. */
  let telling = 0;

  before(function () {
    if (!hasGit) return this.skip();
    directory = mkdtempSync(join(tmpdir(), 'p2psync-check-ignore-'));
    const git = spawnSync('git', ['init', '--quiet', directory]);
    assert.equal(git.status, 0, String(git.stderr));
    for (const file of files) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), '');
    }
  });

  after(() => {
    if (hasGit) rmSync(directory, { recursive: true, force: true });
  });

  /** Paths that git leaves out. */
  function byGit(rules: string, paths: readonly string[]): Set<string> {
    writeFileSync(join(directory, '.gitignore'), rules);
    const { stdout, stderr, status } = spawnSync(
      'git',
      ['-c', 'core.ignoreCase=false', '-c', 'core.excludesFile=', 'check-ignore', '--no-index', '-z', '--stdin'],
      { cwd: directory, input: paths.join('\0') },
    );
    assert.ok(status === 0 || status === 1, String(stderr));
    return new Set(
      String(stdout)
        .split('\0')
        .filter((path) => path !== ''),
    );
  }

  function compare(lines: readonly string[]): void {
    const all = withParents();
    const theirs = byGit(
      `${lines.join('\n')}\n`,
      all.map(({ path }) => path),
    );
    const { matcher, problems } = compileRules({ file: `${lines.join('\n')}\n`, device: [] });
    assert.deepEqual(problems, []);
    if (theirs.size > 0 && theirs.size < all.length) telling++;
    const ours = all.filter(({ path, isDirectory }) => matcher(path as RelativePath, isDirectory) !== undefined);
    assert.deepEqual(ours.map(({ path }) => path).sort(), [...theirs].sort());
  }

  it('leave out what git would', function () {
    this.timeout(60_000);
    const numRuns = 400;
    fc.assert(fc.property(fc.array(patternArbitrary, { minLength: 1, maxLength: 5 }), compare), { numRuns });
    assert.ok(telling > numRuns / 4, `only ${telling} of ${numRuns} cases left out something and not everything`);
  });
});
