import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import type { ApplyStep } from '../../../src/core/step.ts';
import { keepCopy, moveAway } from '../../../src/disk/versions.ts';
import { asPath, now, testFolder, verdicts } from './writing-support.ts';

describe('kept versions', () => {
  const folder = testFolder();

  function away(path: string): void {
    moveAway(folder().root, folder().at(path), asPath(path), now);
  }

  it('keep every one of many versions of a path, in one moment', () => {
    for (let i = 0; i < 200; i++) {
      folder().write('a', `${i}`);
      away('a');
    }
    const contents = folder()
      .own('versions')
      .map((name) => Number(readFileSync(folder().at(`.p2psync/versions/${name}`), 'utf8')));
    assert.deepEqual(
      contents.sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, i) => i),
    );
  });

  for (const letter of ['x', 'ü', '😀']) {
    it(`have legal names, however long the original’s (${letter})`, () => {
      const name = letter.repeat(Math.floor(255 / Buffer.byteLength(letter)));
      for (let i = 0; i < 3; i++) {
        folder().write(name, `${i}`);
        away(name);
      }
      const kept = folder().own('versions');
      assert.equal(kept.length, 3);
      for (const version of kept) {
        assert.equal(Buffer.byteLength(version) <= 255, true);
        assert.match(version, /~20261123-140512(-[0-9a-f]{8})?$/);
        assert.equal(version.includes('�'), false);
      }
    });
  }

  it('a link of the original, gone again when it is undone', () => {
    folder().write('a', 'x');
    const kept = keepCopy(folder().root, folder().at('a'), asPath('a'), now);
    assert.equal(lstatSync(folder().at('a')).nlink, 2);
    kept.undo();
    assert.equal(lstatSync(folder().at('a')).nlink, 1);
    assert.deepEqual(folder().own('versions'), []);
  });

  it('tell which directories have to be synced: the new ones too', () => {
    mkdirSync(folder().at('d'));
    folder().write('d/a', '1');
    const first = moveAway(folder().root, folder().at('d/a'), asPath('d/a'), now);
    assert.deepEqual(first.directories, ['.p2psync', '.p2psync/versions', '.p2psync/versions/d']);
    folder().write('d/a', '2');
    const second = moveAway(folder().root, folder().at('d/a'), asPath('d/a'), now);
    assert.deepEqual(second.directories, ['.p2psync/versions/d']);
  });

  it('are kept even when a kept file has the name of a directory on the way', () => {
    folder().write('d', 'a file');
    away('d');
    mkdirSync(folder().at('d~20261123-140512'));
    folder().write('d~20261123-140512/a', 'x');
    away('d~20261123-140512/a');
    assert.deepEqual(folder().own('versions'), ['a~20261123-140512', 'd~20261123-140512']);
  });

  it('of a link are the link', () => {
    folder().write('target', 'x');
    symlinkSync('target', folder().at('l'));
    away('l');
    assert.equal(lstatSync(folder().at('.p2psync/versions/l~20261123-140512')).isSymbolicLink(), true);
    assert.equal(existsSync(folder().at('target')), true);
  });

  it('are not put where a symlink in the version store points', () => {
    mkdirSync(folder().at('outside'));
    mkdirSync(folder().at('.p2psync/versions'), { recursive: true });
    symlinkSync('../../outside', folder().at('.p2psync/versions/d'));
    mkdirSync(folder().at('d'));
    folder().write('d/a', 'x');
    const step: ApplyStep = { do: 'remove', path: asPath('d/a'), expect: folder().expect('d/a') };
    assert.deepEqual(verdicts(folder().apply([step])), ['ok']);
    assert.equal(existsSync(folder().at('outside/a~20261123-140512')), false);
    assert.equal(existsSync(folder().at('.p2psync/versions/a~20261123-140512')), true);
  });
});
