/** What the disk does where two spellings are one name, on a real exFAT volume. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Root } from '../../../src/disk/root.ts';
import { lookAtAll } from '../../../src/disk/look.ts';
import { probeVolume } from '../../../src/disk/volume.ts';
import { exfatMissing, exfatVolume, type Volume } from '../../support/volumes.ts';
import { absent, asPath, TestFolder, verdicts, writeFileStep } from './writing-support.ts';

describe('on a volume that folds names', () => {
  let directory: string;
  let volume: Volume;
  let folder: TestFolder;

  before(function () {
    if (exfatMissing() !== undefined) this.skip();
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-spelling-'));
    volume = exfatVolume(join(directory, 'volume'));
    const root = new Root(volume.path);
    const identity = { ...root.identity(), folds: true };
    root.close();
    folder = new TestFolder(volume.path, identity);
  });

  afterEach(() => {
    folder?.root.close();
    volume?.release();
    // After the volume is gone from below it.
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  const names = (path = ''): string[] =>
    readdirSync(folder.at(path))
      .filter((name) => name !== '.p2psync')
      .sort();
  const found = (...paths: string[]): boolean[] =>
    lookAtAll(folder.root, paths.map(asPath)).map((item) => item !== undefined);

  it('the probe finds out what it lacks', () => {
    const { freeBytes, totalBytes, ...traits } = probeVolume(folder.root);
    assert.deepEqual(traits, {
      execBits: false,
      mtimeResolutionUs: traits.mtimeResolutionUs,
      symlinks: false,
      caseSensitive: false,
      normalisationSensitive: true,
      reservedCharacters: '<>:"|?*\\',
      controlCharacters: false,
      trailingDots: true,
      deviceNames: true,
      hardLinks: false,
    });
    assert.ok(traits.mtimeResolutionUs > 1 && freeBytes > 0 && totalBytes >= freeBytes);
  });

  it('a look finds a name only as it is spelt, directories on the way too', () => {
    mkdirSync(folder.at('Dir'));
    folder.write('Dir/File', 'text');
    assert.deepEqual(found('Dir', 'dir', 'Dir/File', 'Dir/file', 'dir/File', 'DIR/FILE'), [
      ...[true, false, true, false, false, false],
    ]);
    renameSync(folder.at('Dir/File'), folder.at('Dir/fILE'));
    assert.deepEqual(found('Dir/File', 'Dir/fILE'), [false, true]);
  });

  it('a write replaces nothing that is spelt otherwise', () => {
    const expect = folder.write('File', 'the user’s');
    folder.stage('theirs');
    const steps = [writeFileStep('file', 'theirs', absent), writeFileStep('file', 'theirs', expect)];
    for (const step of steps) assert.deepEqual(verdicts(folder.apply([step])), ['changed']);
    assert.deepEqual(verdicts(folder.apply([{ do: 'remove', path: asPath('file'), expect }])), ['changed']);
    assert.deepEqual([names(), readFileSync(folder.at('File'), 'utf8')], [['File'], 'the user’s']);
  });

  it('a step goes through no directory that is spelt otherwise', () => {
    mkdirSync(folder.at('Dir'));
    folder.stage('theirs');
    assert.deepEqual(verdicts(folder.apply([writeFileStep('dir/x', 'theirs', absent)])), ['no-parent']);
    assert.deepEqual(names('Dir'), []);
  });

  it('a rename changes the spelling of files and directories, and replaces no other', () => {
    const file = folder.write('File', 'one');
    mkdirSync(folder.at('Dir'));
    const dir = folder.expect('Dir');
    const other = folder.write('other', 'two');
    const outcomes = folder.apply([
      { do: 'rename', path: asPath('File'), to: asPath('fILE'), expect: file },
      { do: 'rename', path: asPath('Dir'), to: asPath('dIR'), expect: dir },
      { do: 'rename', path: asPath('other'), to: asPath('FILE'), expect: other },
      { do: 'rename', path: asPath('other'), to: asPath('DIR'), expect: other },
    ]);
    assert.deepEqual(verdicts(outcomes), ['ok', 'ok', 'changed', 'changed']);
    assert.deepEqual(names(), ['dIR', 'fILE', 'other']);
    assert.equal(readFileSync(folder.at('fILE'), 'utf8'), 'one');
  });

  it('later steps of one group know the names that earlier ones made', () => {
    folder.stage('a');
    const outcomes = folder.apply([
      { do: 'create-directory', path: asPath('New'), expect: absent },
      writeFileStep('New/A', 'a', absent),
      writeFileStep('new/B', 'a', absent),
    ]);
    assert.deepEqual(verdicts(outcomes), ['ok', 'ok', 'no-parent']);
  });
});
