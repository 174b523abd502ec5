import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { mtimeUsOf } from '../../../src/core/file-time.ts';
import type { ApplyStep, Expectation } from '../../../src/core/step.ts';
import type { ApplyOutcome } from '../../../src/disk/apply.ts';
import type * as ports from '../../../src/sync/ports.ts';
import { absent, asPath, entryOf, testFolder, verdicts, writeFileStep } from './writing-support.ts';

// Drift between the disk's outcome and what the loops take is a compile error here.
const matchesPort: (outcome: ApplyOutcome) => ports.ApplyOutcome = (outcome) => outcome;
void matchesPort;

const when = 1_600_000_000_000_001;

describe('applying steps', () => {
  const folder = testFolder();

  describe('carries out each kind', () => {
    it('write-file where nothing stands: content, mtime, the usual mode, and the stat that a later look gives', () => {
      folder().stage('hello');
      const [outcome] = folder().apply([writeFileStep('a.txt', 'hello', absent)]);
      assert.deepEqual(outcome, { ok: true, stat: folder().stat('a.txt') });
      assert.equal(readFileSync(folder().at('a.txt'), 'utf8'), 'hello');
      assert.equal(folder().stat('a.txt').mode & 0o7777, 0o666 & ~process.umask());
      assert.equal(mtimeUsOf(folder().stat('a.txt')), entryOf('hello').mtimeUs);
      assert.equal(lstatSync(folder().at('a.txt')).nlink, 1);
      assert.deepEqual(folder().own('staging'), []);
      assert.deepEqual(folder().own('versions'), []);
    });

    it('write-file over a file: the old one is kept, and nothing else has a second name', () => {
      const expect = folder().write('a.txt', 'old');
      folder().stage('new');
      const [outcome] = folder().apply([writeFileStep('a.txt', 'new', expect)]);
      assert.deepEqual(outcome, { ok: true, stat: folder().stat('a.txt'), kept: 'a.txt~20261123-140512' });
      assert.equal(readFileSync(folder().at('a.txt'), 'utf8'), 'new');
      assert.deepEqual(folder().own('versions'), ['a.txt~20261123-140512']);
      assert.equal(readFileSync(folder().at('.p2psync/versions/a.txt~20261123-140512'), 'utf8'), 'old');
      assert.equal(lstatSync(folder().at('a.txt')).nlink, 1);
    });

    it('write-file over a symlink: the link is replaced and kept, its target untouched', () => {
      folder().write('target', 'target');
      symlinkSync('target', folder().at('a'));
      folder().stage('new');
      assert.deepEqual(verdicts(folder().apply([writeFileStep('a', 'new', folder().expect('a'))])), ['ok']);
      assert.equal(readFileSync(folder().at('target'), 'utf8'), 'target');
      assert.equal(lstatSync(folder().at('a')).isFile(), true);
      assert.equal(readlinkSync(folder().at('.p2psync/versions/a~20261123-140512')), 'target');
    });

    it('write-file of 0 bytes', () => {
      folder().stage('');
      assert.deepEqual(verdicts(folder().apply([writeFileStep('empty', '', absent)])), ['ok']);
      assert.equal(folder().stat('empty').size, 0);
    });

    for (const target of ['nowhere', '/etc/passwd', '../../..', 'a b\nc', 'ü'.repeat(100)]) {
      it(`write-symlink to ${JSON.stringify(target.slice(0, 20))}: verbatim, never followed`, () => {
        const step: ApplyStep = { do: 'write-symlink', path: asPath('l'), target, mtimeUs: when, expect: absent };
        const [outcome] = folder().apply([step]);
        assert.deepEqual(outcome, { ok: true, stat: folder().stat('l') });
        assert.equal(readlinkSync(folder().at('l')), target);
        assert.equal(mtimeUsOf(folder().stat('l')), when);
        assert.deepEqual(folder().own('staging'), []);
      });
    }

    it('write-symlink over a file keeps the file', () => {
      const expect = folder().write('a', 'old');
      const step: ApplyStep = { do: 'write-symlink', path: asPath('a'), target: 'x', mtimeUs: when, expect };
      assert.deepEqual(verdicts(folder().apply([step])), ['ok']);
      assert.equal(readFileSync(folder().at('.p2psync/versions/a~20261123-140512'), 'utf8'), 'old');
    });

    it('set-metadata of a file: mtime and exec bits, content untouched', () => {
      folder().write('a', 'same');
      chmodSync(folder().at('a'), 0o640);
      const expect = folder().expect('a');
      const step: ApplyStep = { do: 'set-metadata', path: asPath('a'), mtimeUs: when, executable: true, expect };
      const [outcome] = folder().apply([step]);
      assert.deepEqual(outcome, { ok: true, stat: folder().stat('a') });
      assert.equal(folder().stat('a').mode & 0o7777, 0o750);
      assert.equal(mtimeUsOf(folder().stat('a')), when);
      assert.equal(readFileSync(folder().at('a'), 'utf8'), 'same');
    });

    it('set-metadata of a symlink: its own time, not its target’s', () => {
      folder().write('target', 'x');
      const before = folder().stat('target');
      symlinkSync('target', folder().at('l'));
      const expect = folder().expect('l');
      const step: ApplyStep = { do: 'set-metadata', path: asPath('l'), mtimeUs: when, executable: false, expect };
      const [outcome] = folder().apply([step]);
      assert.deepEqual(outcome, { ok: true, stat: folder().stat('l') });
      assert.equal(mtimeUsOf(folder().stat('l')), when);
      assert.deepEqual(folder().stat('target'), before);
    });

    it('rename of a file, a symlink and a directory', () => {
      folder().write('f', 'f');
      symlinkSync('gone', folder().at('l'));
      mkdirSync(folder().at('d/sub'), { recursive: true });
      const steps = ['f', 'l', 'd'].map((name): ApplyStep => ({
        do: 'rename',
        path: asPath(name),
        to: asPath(`${name}2`),
        expect: folder().expect(name),
      }));
      const outcomes = folder().apply(steps);
      assert.deepEqual(
        outcomes,
        ['f2', 'l2', 'd2'].map((name) => ({ ok: true, stat: folder().stat(name) })),
      );
      assert.deepEqual(readdirSync(folder().path).sort(), ['d2', 'f2', 'l2']);
      assert.equal(lstatSync(folder().at('f2')).nlink, 1);
    });

    it('remove moves files and links to the version store', () => {
      mkdirSync(folder().at('d'));
      folder().write('d/f', 'f');
      symlinkSync('gone', folder().at('l'));
      const outcomes = folder().apply(
        ['d/f', 'l'].map((name): ApplyStep => ({ do: 'remove', path: asPath(name), expect: folder().expect(name) })),
      );
      assert.deepEqual(outcomes, [
        { ok: true, stat: undefined, kept: 'd/f~20261123-140512' },
        { ok: true, stat: undefined, kept: 'l~20261123-140512' },
      ]);
      assert.deepEqual(readdirSync(folder().at('d')), []);
      assert.deepEqual(folder().own('versions'), ['d/f~20261123-140512', 'l~20261123-140512']);
    });

    it('create-directory, then write inside it, in one group', () => {
      folder().stage('x');
      const outcomes = folder().apply([
        { do: 'create-directory', path: asPath('d'), expect: absent },
        writeFileStep('d/x', 'x', absent),
      ]);
      assert.deepEqual(verdicts(outcomes), ['ok', 'ok']);
      assert.deepEqual(folder().expect('d'), { is: 'present', kind: 'directory', stat: folder().stat('d') });
      assert.equal(folder().stat('d').mode & 0o777, 0o777 & ~process.umask());
    });

    it('remove-directory only when it is empty', () => {
      mkdirSync(folder().at('empty'));
      mkdirSync(folder().at('full'));
      folder().write('full/unknown', 'the user’s');
      const outcomes = folder().apply(
        ['empty', 'full'].map((name): ApplyStep => ({
          do: 'remove-directory',
          path: asPath(name),
          expect: folder().expect(name),
        })),
      );
      assert.deepEqual(verdicts(outcomes), ['ok', 'not-empty']);
      assert.equal(existsSync(folder().at('empty')), false);
      assert.equal(readFileSync(folder().at('full/unknown'), 'utf8'), 'the user’s');
    });

    it('remove-directory with nothing but system droppings: those are kept as versions', () => {
      mkdirSync(folder().at('d'));
      folder().write('d/.DS_Store', 'finder');
      const step: ApplyStep = { do: 'remove-directory', path: asPath('d'), expect: folder().expect('d') };
      assert.deepEqual(verdicts(folder().apply([step])), ['ok']);
      assert.deepEqual(folder().own('versions'), ['d/.DS_Store~20261123-140512']);
    });

    it('a file into a directory renamed in the same group', () => {
      mkdirSync(folder().at('old'));
      folder().stage('x');
      folder().stage('y');
      const outcomes = folder().apply([
        writeFileStep('old/x', 'x', absent),
        { do: 'rename', path: asPath('old'), to: asPath('new'), expect: folder().expect('old') },
        writeFileStep('new/y', 'y', absent),
      ]);
      assert.deepEqual(verdicts(outcomes), ['ok', 'ok', 'ok']);
      assert.deepEqual(readdirSync(folder().at('new')).sort(), ['x', 'y']);
    });

    it('below more directories than descriptors are kept open', () => {
      const deep = Array.from({ length: 90 }, (_, i) => `d${i}`).join('/');
      mkdirSync(folder().at(deep), { recursive: true });
      const expect = folder().write(`${deep}/a`, 'old');
      folder().stage('new');
      assert.deepEqual(verdicts(folder().apply([writeFileStep(`${deep}/a`, 'new', expect)])), ['ok']);
      assert.equal(readFileSync(folder().at(`${deep}/a`), 'utf8'), 'new');
      assert.deepEqual(folder().own('versions'), [`${deep}/a~20261123-140512`]);
    });
  });

  describe('looks first: what is not as expected is left alone', () => {
    const stepsAt = (path: string, expect: Expectation): ApplyStep[] => [
      writeFileStep(path, 'new', expect),
      { do: 'write-symlink', path: asPath(path), target: 'x', mtimeUs: when, expect },
      { do: 'set-metadata', path: asPath(path), mtimeUs: when, executable: true, expect },
      { do: 'rename', path: asPath(path), to: asPath('elsewhere'), expect },
      { do: 'remove', path: asPath(path), expect },
    ];

    const edits: Record<string, () => void> = {
      'another size': () => writeFileSync(folder().at('a'), 'longer than before'),
      'same size, another time': () => writeFileSync(folder().at('a'), 'OLD'),
      'same size and mtime put back': () => {
        const { mtime } = lstatSync(folder().at('a'));
        writeFileSync(folder().at('a'), 'OLD');
        utimesSync(folder().at('a'), mtime, mtime);
      },
      'another mode': () => chmodSync(folder().at('a'), 0o600),
      'another file by rename': () => {
        folder().write('b', 'old');
        renameSync(folder().at('b'), folder().at('a'));
      },
      'a symlink': () => {
        rmSync(folder().at('a'));
        symlinkSync('b', folder().at('a'));
      },
      'a directory': () => {
        rmSync(folder().at('a'));
        mkdirSync(folder().at('a'));
      },
      nothing: () => rmSync(folder().at('a')),
    };

    for (const [name, edit] of Object.entries(edits)) {
      for (const kind of [0, 1, 2, 3, 4]) {
        const title = stepsAt('a', absent)[kind]?.do;
        it(`${title} of a file that became ${name}`, async () => {
          const expect = folder().write('a', 'old');
          utimesSync(folder().at('a'), 1, 1);
          const aged = folder().expect('a');
          assert.notDeepEqual(aged, expect);
          await coarseTick();
          folder().stage('new');
          const step = stepsAt('a', aged)[kind] as ApplyStep;
          let edited: Expectation | undefined;
          const [outcome] = folder().apply([step], {
            beforeCommit: () => {
              edit();
              edited = folder().expect('a');
            },
          });
          assert.deepEqual(verdicts([outcome as ApplyOutcome]), ['changed']);
          assert.deepEqual(folder().expect('a'), edited);
          assert.equal(existsSync(folder().at('elsewhere')), false);
          assert.deepEqual(folder().own('versions'), []);
        });
      }
    }

    it('something stands where nothing was expected, be it what would be made', () => {
      mkdirSync(folder().at('d'));
      const link: Expectation = folder().write('f', 'new');
      symlinkSync('x', folder().at('l'));
      folder().stage('new');
      const outcomes = folder().apply([
        { do: 'create-directory', path: asPath('d'), expect: absent },
        writeFileStep('f', 'new', absent),
        { do: 'write-symlink', path: asPath('l'), target: 'x', mtimeUs: when, expect: absent },
      ]);
      assert.deepEqual(verdicts(outcomes), ['changed', 'changed', 'changed']);
      assert.deepEqual(folder().expect('f'), link);
    });

    it('rename never replaces a file, a link or a directory', () => {
      const expect = folder().write('a', 'a');
      folder().write('f', 'f');
      symlinkSync('gone', folder().at('l'));
      mkdirSync(folder().at('d'));
      mkdirSync(folder().at('from'));
      const outcomes = folder().apply([
        ...['f', 'l', 'd'].map((to): ApplyStep => ({ do: 'rename', path: asPath('a'), to: asPath(to), expect })),
        { do: 'rename', path: asPath('from'), to: asPath('d'), expect: folder().expect('from') },
      ]);
      assert.deepEqual(verdicts(outcomes), ['changed', 'changed', 'changed', 'changed']);
      assert.deepEqual(folder().expect('a'), expect);
    });

    it('a directory is never removed or replaced as if it were a file', () => {
      mkdirSync(folder().at('d'));
      folder().write('d/inside', 'the user’s');
      const expect = folder().expect('d');
      folder().stage('new');
      const outcomes = folder().apply([{ do: 'remove', path: asPath('d'), expect }, writeFileStep('d', 'new', expect)]);
      assert.deepEqual(verdicts(outcomes), ['failed', 'failed']);
      assert.equal(readFileSync(folder().at('d/inside'), 'utf8'), 'the user’s');
    });

    it('a step that cannot be carried out does not stop the others', () => {
      folder().stage('1');
      folder().stage('2');
      const outcomes = folder().apply([
        writeFileStep('one', '1', absent),
        writeFileStep('gone/x', '1', absent),
        writeFileStep('three', 'never staged', absent),
        writeFileStep('two', '2', absent),
      ]);
      assert.deepEqual(verdicts(outcomes), ['ok', 'no-parent', 'unstaged', 'ok']);
    });

    it('an edit while the group is being synced is not recorded as ours', () => {
      folder().stage('ours');
      const [outcome] = folder().apply([writeFileStep('a', 'ours', absent)], {
        afterCommit: () => writeFileSync(folder().at('a'), 'USER'),
      });
      assert.deepEqual(verdicts([outcome as ApplyOutcome]), ['ok']);
      assert.notDeepEqual(outcome, { ok: true, stat: folder().stat('a') });
      assert.equal(readFileSync(folder().at('a'), 'utf8'), 'USER');
    });
  });

  describe('stays inside the folder', () => {
    it('a parent that is a symlink, before or after preparing, is not followed', () => {
      mkdirSync(folder().at('outside'));
      mkdirSync(folder().at('swapped'));
      symlinkSync('outside', folder().at('link'));
      folder().stage('1');
      folder().stage('2');
      const outcomes = folder().apply(
        [
          writeFileStep('link/x', '1', absent),
          writeFileStep('swapped/x', '2', absent),
          { do: 'create-directory', path: asPath('link/d'), expect: absent },
        ],
        {
          beforeCommit: () => {
            rmSync(folder().at('swapped'), { recursive: true });
            symlinkSync('outside', folder().at('swapped'));
          },
        },
      );
      assert.deepEqual(verdicts(outcomes), ['no-parent', 'no-parent', 'no-parent']);
      assert.deepEqual(readdirSync(folder().at('outside')), []);
    });

    it('a staging directory that is a symlink is refused', () => {
      mkdirSync(folder().at('outside'));
      mkdirSync(folder().at('.p2psync'));
      symlinkSync('../outside', folder().at('.p2psync/staging'));
      const step: ApplyStep = { do: 'write-symlink', path: asPath('l'), target: 'x', mtimeUs: when, expect: absent };
      assert.equal(folder().apply([step])[0]?.ok, false);
      assert.deepEqual(readdirSync(folder().at('outside')), []);
    });
  });

  describe('modes', () => {
    for (const [mode, executable, wanted] of [
      [0o600, true, 0o700],
      [0o644, true, 0o755],
      [0o755, false, 0o644],
      [0o444, true, 0o555],
      [0o4755, true, 0o755],
      [0o2640, false, 0o640],
    ] as const) {
      it(`a replaced file of ${mode.toString(8)} that is ${executable ? '' : 'not '}executable gets ${wanted.toString(8)}`, () => {
        folder().write('a', 'old');
        chmodSync(folder().at('a'), mode);
        folder().stage('new');
        const step = writeFileStep('a', 'new', folder().expect('a'), { executable });
        assert.deepEqual(verdicts(folder().apply([step])), ['ok']);
        assert.equal(folder().stat('a').mode & 0o7777, wanted);
      });
    }

    it('a new executable is executable by whom the umask lets read', () => {
      folder().stage('x');
      folder().apply([writeFileStep('x', 'x', absent, { executable: true })]);
      const readable = 0o666 & ~process.umask();
      assert.equal(folder().stat('x').mode & 0o7777, readable | ((readable & 0o444) >> 2));
    });
  });

  it('sets mtime to the microsecond, from 1936 to 2106', () => {
    folder().stage('x');
    folder().apply([writeFileStep('x', 'x', absent)]);
    const time = fc.integer({ min: Date.UTC(1936, 0) * 1000, max: Date.UTC(2106, 0) * 1000 });
    const steps = fc.array(fc.oneof(time, fc.constantFrom(0, -1, 1, 999_999, -999_999)), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(steps, (times) => {
        for (const mtimeUs of times) {
          const expect = folder().expect('x');
          const [outcome] = folder().apply([
            { do: 'set-metadata', path: asPath('x'), mtimeUs, executable: false, expect },
          ]);
          assert.equal(mtimeUsOf(folder().stat('x')), mtimeUs);
          assert.deepEqual(outcome, { ok: true, stat: folder().stat('x') });
        }
      }),
      { numRuns: 100 },
    );
  });

  describe('the same content twice', () => {
    it('goes to both places, as two files', () => {
      folder().stage('same');
      const outcomes = folder().apply(['a', 'b', 'c'].map((name) => writeFileStep(name, 'same', absent)));
      assert.deepEqual(
        outcomes,
        ['a', 'b', 'c'].map((name) => ({ ok: true, stat: folder().stat(name) })),
      );
      assert.equal(new Set(['a', 'b', 'c'].map((name) => folder().stat(name).inode)).size, 3);
      assert.deepEqual(folder().own('staging'), []);
    });

    it('leaves no copies in staging when a place was taken', () => {
      folder().write('a', 'the user’s');
      folder().stage('same');
      const outcomes = folder().apply([writeFileStep('a', 'same', absent), writeFileStep('b', 'same', absent)]);
      assert.deepEqual(verdicts(outcomes), ['changed', 'ok']);
      assert.deepEqual(folder().own('staging'), []);
    });

    it('staged content that stands in the tree already, left by a crash, is not given away a second time', () => {
      folder().stage('same');
      linkSync(folder().at(`.p2psync/staging/${entryOf('same').contentHash}`), folder().at('a'));
      const before = folder().expect('a');
      assert.deepEqual(verdicts(folder().apply([writeFileStep('b', 'same', absent)])), ['unstaged']);
      assert.deepEqual(folder().expect('a'), before);
    });
  });

  it('crosses into a mount below the root and out of it: whole, kept, and with no temporary names left', function () {
    const other = folder().at('other');
    mkdirSync(other);
    if (process.getuid?.() !== 0) return this.skip();
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', other]).status !== 0) return this.skip();
    try {
      folder().write('other/old', 'old');
      folder().write('other/gone', 'gone');
      symlinkSync('nowhere', folder().at('other/link'));
      folder().write('out', 'out');
      folder().stage('new');
      folder().stage('over');
      const outcomes = folder().apply([
        writeFileStep('other/new', 'new', absent),
        writeFileStep('other/old', 'over', folder().expect('other/old')),
        { do: 'write-symlink', path: asPath('other/l'), target: 'x', mtimeUs: when, expect: absent },
        { do: 'remove', path: asPath('other/gone'), expect: folder().expect('other/gone') },
        { do: 'remove', path: asPath('other/link'), expect: folder().expect('other/link') },
        { do: 'rename', path: asPath('out'), to: asPath('other/in'), expect: folder().expect('out') },
        writeFileStep('other/old', 'never staged', absent),
      ]);
      assert.deepEqual(verdicts(outcomes), ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'unstaged']);
      assert.deepEqual(outcomes[0], { ok: true, stat: folder().stat('other/new') });
      assert.deepEqual(readdirSync(other).sort(), ['in', 'l', 'new', 'old']);
      assert.equal(readFileSync(folder().at('other/old'), 'utf8'), 'over');
      assert.equal(readFileSync(folder().at('other/in'), 'utf8'), 'out');
      assert.equal(existsSync(folder().at('out')), false);
      assert.equal(mtimeUsOf(folder().stat('other/new')), entryOf('new').mtimeUs);
      const kept = ['gone', 'link', 'old'].map((name) => `other/${name}~20261123-140512`);
      assert.deepEqual(folder().own('versions'), kept);
      assert.equal(readlinkSync(folder().at(`.p2psync/versions/${kept[1]}`)), 'nowhere');
      assert.deepEqual(folder().own('staging'), []);
    } finally {
      folder().root.close();
      assert.equal(spawnSync('umount', [other]).status, 0);
    }
    return undefined;
  });

  it('a replaced file whose step fails keeps no second name', () => {
    const expect = folder().write('a', 'old');
    folder().stage('new');
    const staged = folder().at(`.p2psync/staging/${entryOf('new').contentHash}`);
    const outcomes = folder().apply([writeFileStep('a', 'new', expect)], { beforeCommit: () => rmSync(staged) });
    assert.equal(outcomes[0]?.ok, false);
    assert.equal(readFileSync(folder().at('a'), 'utf8'), 'old');
    assert.equal(lstatSync(folder().at('a')).nlink, 1);
    assert.deepEqual(folder().own('versions'), []);
  });

  it('a group of hundreds is applied like a single step', () => {
    const names = Array.from({ length: 300 }, (_, i) => `f${i}`);
    for (const name of names) folder().stage(name);
    const outcomes = folder().apply(names.map((name) => writeFileStep(name, name, absent)));
    assert.deepEqual(
      outcomes,
      names.map((name) => ({ ok: true, stat: folder().stat(name) })),
    );
    for (const name of names) assert.equal(readFileSync(folder().at(name), 'utf8'), name);
  });
});

/** Past the step of the kernel's clock for ctime (at most 10 ms), so that a change shows in it. */
async function coarseTick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 11));
}
