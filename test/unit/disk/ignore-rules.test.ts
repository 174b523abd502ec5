import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IgnoreRule } from '../../../src/core/ignore.ts';
import { ignoreFileBytesMax, ignoreRulesMax } from '../../../src/core/ignore.ts';
import { patternBytesMax } from '../../../src/core/ignore-pattern.ts';
import { FolderIgnores, ignoreSettleMs } from '../../../src/disk/folder-ignores.ts';
import { appendIgnoreRule, readIgnoreFile, type IgnoreFile } from '../../../src/disk/ignore-file.ts';
import { compileRules, matcherOf } from '../../../src/disk/ignore-rules.ts';
import { Root } from '../../../src/disk/root.ts';
import { scanTree } from '../../../src/disk/scan.ts';
import { path } from '../../support/core-arbitraries.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const by = (file: string, device: readonly string[], at: string, isDirectory = false): IgnoreRule | undefined =>
  compileRules({ file, device }).matcher(path(at), isDirectory);
const complaints = (file: string): string[] =>
  compileRules({ file, device: [] }).problems.map(({ line, message }) => `${line ?? '-'} ${message}`);

describe('compileRules', () => {
  it('tells the rule and its line; comments and empty lines count as lines', () => {
    const file = '# mine\r\n\r\n*.log\r\n!keep.log\r\nbuild/\r\n';
    assert.deepEqual(by(file, [], 'a/x.log'), { pattern: '*.log', source: 'file', line: 3 });
    assert.equal(by(file, [], 'keep.log'), undefined);
    assert.deepEqual(by(file, [], 'build', true)?.line, 5);
    assert.equal(by(file, [], 'build', false), undefined);
  });

  it('leaves out all below a directory that is left out, and takes nothing there back in', () => {
    const file = 'build/\n!build/keep\n';
    assert.equal(by(file, [], 'build/keep', false)?.line, 1);
    assert.equal(by(file, [], 'x/build/a/b', true)?.line, 1);
  });

  it('lets the device override the file', () => {
    assert.deepEqual(by('*.iso\n', ['/videos/'], 'videos/x', false)?.source, 'device');
    assert.equal(by('*.iso\n', ['!small.iso'], 'small.iso'), undefined);
    assert.equal(by('*.iso\n', ['!small.iso'], 'big.iso')?.source, 'file');
  });

  it('never leaves out the rules themselves, only a directory of that name elsewhere', () => {
    assert.equal(by('*\n.p2psyncignore\n', ['.*'], '.p2psyncignore'), undefined);
    assert.equal(by('*\n', [], 'a/.p2psyncignore')?.line, 1);
  });

  it('minds case, on every volume', () => assert.equal(by('*.LOG\n', [], 'a.log'), undefined));

  it('reads a file with a byte order mark', () => assert.equal(by('\uFEFF*.log\n', [], 'a.log')?.line, 1));

  const bad: [line: string, said: RegExp][] = [
    ['a[b', /'\[' without its '\]'/],
    ['a[]', /'\[' without its '\]'/],
    ['a\\', /escapes nothing/],
    ['../up', /'\.' or '\.\.'/],
    ['./here', /'\.' or '\.\.'/],
    ['a//b', /empty name/],
    ['/', /names nothing/],
    ['!', /names nothing/],
    ['**/a/**/b/**', /more than 2 '\*\*'/],
    ['a\0b', /no pattern can have/],
    ['x'.repeat(patternBytesMax + 1), /longer than 1024 bytes/],
  ];
  for (const [line, said] of bad) {
    it(`says what is wrong with ${JSON.stringify(line.slice(0, 20))}, and keeps to the others`, () => {
      const file = `one\n${line}\ntwo\n`;
      const [complaint, ...more] = complaints(file);
      assert.match(complaint ?? '', said);
      assert.match(complaint ?? '', /^2 /);
      assert.deepEqual(more, []);
      assert.equal(by(file, [], 'two')?.line, 3);
    });
  }
  const good = [
    'a[]]',
    '[!a]',
    '[[:alpha:]]x',
    'a\\[',
    'a\\\\',
    '\\#a',
    '\\!a',
    'a/**/b/**',
    'trailing ',
    '..a',
    'a..',
  ];
  for (const line of good) it(`takes ${JSON.stringify(line)}`, () => assert.deepEqual(complaints(`${line}\n`), []));

  it('stops at its maxima, says so, and uses what comes before', () => {
    const many = Array.from({ length: ignoreRulesMax + 5 }, (_, i) => `f${i}`).join('\n');
    assert.deepEqual(complaints(many), [`${ignoreRulesMax + 1} comes after 1000 rules; more do not count`]);
    assert.equal(by(many, [], `f${ignoreRulesMax - 1}`)?.line, ignoreRulesMax);
    assert.equal(by(many, [], `f${ignoreRulesMax}`), undefined);
    const large = `first\n${'# filler\n'.repeat(ignoreFileBytesMax / 8)}last\n`;
    assert.match(complaints(large).join(), /^- is larger than 262144 bytes/);
    assert.equal(by(large, [], 'first')?.line, 1);
    assert.equal(by(large, [], 'last'), undefined);
  });

  it('answers at once for the names that are worst for it', () => {
    const file = ['*a*a*a*a*a*b', '*aa*aa*aa*b', '*[ab]*[ab]*[ab]*c', '**/a/**/b', 'a/**/a/**/b'].join('\n');
    const names = ['a'.repeat(255), Array(255).fill('a').join('/'), 'ab'.repeat(100)];
    const start = performance.now();
    for (const name of names) by(file, [], name);
    assert.ok(performance.now() - start < 2000);
  });

  it('gives the same answers when it was asked for more paths than it remembers', () => {
    const { matcher } = compileRules({ file: 'x*/\n*7\n', device: [] });
    for (let i = 0; i < 45_000; i++) {
      assert.equal(matcher(path(`d/f${i}`), false) !== undefined, i % 10 === 7);
    }
    assert.ok(matcher(path('x1/a'), false));
  });
});

describe('.p2psyncignore', () => {
  const directory = temporaryDirectory();
  const file = (): string => join(directory(), '.p2psyncignore');
  const inRoot = <T>(work: (root: Root) => T): T => {
    const root = new Root(directory());
    try {
      return work(root);
    } finally {
      root.close();
    }
  };
  const readText = (): IgnoreFile => inRoot(readIgnoreFile);

  it('is read; without one there are no rules', () => {
    assert.deepEqual(readText(), { is: 'read', text: '', problem: undefined });
    writeFileSync(file(), 'ä\n');
    assert.deepEqual(readText(), { is: 'read', text: 'ä\n', problem: undefined });
    writeFileSync(file(), Buffer.from([0x61, 0xff, 0x0a]));
    assert.match(JSON.stringify(readText()), /not UTF-8/);
  });

  it('a directory or a link has no rules: a link could make rules of any file of this device', () => {
    mkdirSync(file());
    assert.match(JSON.stringify(readText()), /no regular file/);
    rmSync(file(), { recursive: true });
    symlinkSync('/etc/hostname', file());
    assert.match(JSON.stringify(readText()), /"text":"".*no regular file/);
    assert.throws(() => inRoot((root) => appendIgnoreRule(root, 'x')));
  });

  it('gets a line at its end, also after a line without an end', () => {
    inRoot((root) => appendIgnoreRule(root, '*.iso'));
    assert.equal(readFileSync(file(), 'utf8'), '*.iso\n');
    writeFileSync(file(), 'a\nb');
    inRoot((root) => appendIgnoreRule(root, 'c'));
    assert.equal(readFileSync(file(), 'utf8'), 'a\nb\nc\n');
  });

  it('what it leaves out is not walked: what is wrong in there is nobody’s concern', () => {
    mkdirSync(join(directory(), 'cache'));
    writeFileSync(Buffer.concat([Buffer.from(join(directory(), 'cache/')), Buffer.from([0xff])]), '');
    const problems = (file: string): number =>
      inRoot((root) => [...scanTree(root, undefined, true, matcherOf([{ file, device: [] }]))]).flatMap(
        (batch) => batch.problems,
      ).length;
    assert.deepEqual([problems('cache/\n'), problems('other/\n')], [0, 1]);
  });

  it('what it leaves out is in no scan, from wherever it starts', () => {
    for (const name of ['src/build', 'keep/build.txt', 'build'])
      mkdirSync(join(directory(), name), { recursive: true });
    writeFileSync(join(directory(), 'build/x'), '');
    writeFileSync(join(directory(), 'a.log'), '');
    const ignores = matcherOf([{ file: 'build/\n', device: ['*.log'] }]);
    const scan = (start: string | undefined): string[] =>
      inRoot((root) =>
        [...scanTree(root, start === undefined ? undefined : path(start), true, ignores)].flatMap(({ items }) =>
          items.map((item) => item.path),
        ),
      );
    assert.deepEqual(scan(undefined), ['keep', 'keep/build.txt', 'src']);
    assert.deepEqual(scan('build'), []);
    assert.deepEqual(scan('build/x'), []);
    assert.deepEqual(scan('src'), ['src']);
  });
});

describe('FolderIgnores', () => {
  let now: number;
  let file: IgnoreFile;
  const text = (content: string): IgnoreFile => ({ is: 'read', text: content, problem: undefined });
  const create = (device: readonly string[] = []): FolderIgnores =>
    new FolderIgnores({ read: async () => file, device, monotonic: () => now });
  beforeEach(() => {
    now = 1000;
    file = text('secret\n');
  });

  it('has new rules at once, and ends old ones only when the file has stayed as it is', async () => {
    const ignores = create(['mine']);
    const isOut = (name: string): boolean => ignores.matches(path(name), false) !== undefined;
    assert.equal((await ignores.reload()).changed, true);
    file = text('');
    assert.deepEqual(await ignores.reload(), { changed: true, settlesInMs: ignoreSettleMs, problems: [] });
    assert.ok(isOut('secret') && isOut('mine'));
    now += ignoreSettleMs - 1;
    file = text('other\n');
    assert.equal((await ignores.reload()).settlesInMs, ignoreSettleMs);
    assert.ok(isOut('secret') && isOut('other'));
    now += ignoreSettleMs - 1;
    assert.deepEqual(await ignores.reload(), { changed: false, settlesInMs: 1, problems: [] });
    now += 1;
    assert.deepEqual(await ignores.reload(), { changed: true, settlesInMs: undefined, problems: [] });
    assert.ok(!isOut('secret') && isOut('other') && isOut('mine') && isOut('.DS_Store'));
    assert.equal((await ignores.reload()).changed, false);
  });

  it('keeps its rules while the file cannot be read; the first time it refuses to go on without them', async () => {
    const ignores = create();
    await ignores.reload();
    file = { is: 'unreadable', message: 'EIO' };
    const { changed, problems } = await ignores.reload();
    assert.equal(changed, false);
    assert.equal(problems[0]?.code, 'IGNORE_FILE_UNREADABLE');
    assert.ok(ignores.matches(path('secret'), false));
    await assert.rejects(create().reload(), /cannot be read \(EIO\); make it readable/);
  });

  it('says in one line what is wrong, also with the device’s patterns', async () => {
    file = text('a[b\nok\n..\n');
    const { problems } = await create(['x[']).reload();
    assert.equal(problems.length, 1);
    assert.match(
      problems[0]?.message ?? '',
      /^line 1 has .*; line 3 has .*; pattern 1 of this device's settings has .* correct or remove them$/,
    );
  });
});
