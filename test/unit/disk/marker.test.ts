import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { FolderId } from '../../../src/core/identifiers.ts';
import { readMarker, writeMarker } from '../../../src/disk/marker.ts';
import { testFolder } from './writing-support.ts';

const id = 'abcdefghijklmnopqrstuvwxyz' as FolderId;
const other = '234567abcdefghijklmnopqrst' as FolderId;

describe('the marker', () => {
  const folder = testFolder();

  it('is absent from a directory that never was a folder', () => {
    assert.deepEqual(readMarker(folder().root), { is: 'absent' });
    mkdirSync(folder().at('.p2psync'));
    assert.deepEqual(readMarker(folder().root), { is: 'absent' });
    assert.deepEqual(readdirSync(folder().at('.p2psync')), []);
  });

  it('names its folder, for its owner alone, and leaves nothing else behind', () => {
    writeMarker(folder().root, id);
    assert.deepEqual(readMarker(folder().root), { is: 'folder', folder: id });
    const written = JSON.parse(readFileSync(folder().at('.p2psync/folder.json'), 'utf8')) as { format: number };
    assert.equal(written.format, 1);
    assert.equal(statSync(folder().at('.p2psync')).mode & 0o777, 0o700);
    assert.equal(statSync(folder().at('.p2psync/folder.json')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder().at('.p2psync')), ['folder.json']);
  });

  it('tells another folder’s', () => {
    writeMarker(folder().root, other);
    assert.deepEqual(readMarker(folder().root), { is: 'folder', folder: other });
    writeMarker(folder().root, id);
    assert.deepEqual(readMarker(folder().root), { is: 'folder', folder: id });
  });

  it('goes through no symlink left by a crash or anybody else', () => {
    folder().write('theirs', 'theirs');
    mkdirSync(folder().at('.p2psync'));
    symlinkSync('../theirs', folder().at('.p2psync/folder.json.new'));
    writeMarker(folder().root, id);
    assert.equal(readFileSync(folder().at('theirs'), 'utf8'), 'theirs');
    assert.deepEqual(readMarker(folder().root), { is: 'folder', folder: id });
  });

  const unreadable: Record<string, () => void> = {
    'not JSON': () => writeFileSync(folder().at('.p2psync/folder.json'), 'nonsense'),
    'cut off': () => writeFileSync(folder().at('.p2psync/folder.json'), '{"format":1,'),
    empty: () => writeFileSync(folder().at('.p2psync/folder.json'), ''),
    null: () => writeFileSync(folder().at('.p2psync/folder.json'), 'null'),
    'another format': () =>
      writeFileSync(folder().at('.p2psync/folder.json'), JSON.stringify({ format: 2, folder: id })),
    'no folder’s name': () =>
      writeFileSync(folder().at('.p2psync/folder.json'), JSON.stringify({ format: 1, folder: '../x' })),
    'far too long': () => writeFileSync(folder().at('.p2psync/folder.json'), ' '.repeat(1_000_000)),
    'a directory': () => {
      rmSync(folder().at('.p2psync/folder.json'));
      mkdirSync(folder().at('.p2psync/folder.json'));
    },
    'a symlink to a good one': () => {
      writeFileSync(folder().at('good'), readFileSync(folder().at('.p2psync/folder.json')));
      rmSync(folder().at('.p2psync/folder.json'));
      symlinkSync('../good', folder().at('.p2psync/folder.json'));
    },
  };
  for (const [name, spoil] of Object.entries(unreadable)) {
    it(`is unreadable, not absent, when it is ${name}`, () => {
      writeMarker(folder().root, id);
      spoil();
      assert.equal(readMarker(folder().root).is, 'unreadable');
    });
  }

  it('is unreadable when its directory is a file or a symlink', () => {
    writeFileSync(folder().at('.p2psync'), 'x');
    assert.equal(readMarker(folder().root).is, 'unreadable');
    rmSync(folder().at('.p2psync'));
    mkdirSync(folder().at('elsewhere'));
    symlinkSync('elsewhere', folder().at('.p2psync'));
    assert.equal(readMarker(folder().root).is, 'unreadable');
  });
});
