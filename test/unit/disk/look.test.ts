import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RelativePath } from '../../../src/core/path.ts';
import { lookAtAll } from '../../../src/disk/look.ts';
import { Root } from '../../../src/disk/root.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('lookAtAll', () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory(), name);
  const look = (...paths: string[]): ReturnType<typeof lookAtAll> => {
    const root = new Root(directory());
    try {
      return lookAtAll(root, paths as RelativePath[]);
    } finally {
      root.close();
    }
  };
  const kinds = (found: ReturnType<typeof lookAtAll>): unknown[] =>
    found.map((item) => (item === undefined ? undefined : 'kind' in item ? item.kind : item.code));

  it('answers each path in order, absent ones with undefined', () => {
    mkdirSync(at('d'));
    writeFileSync(at('d/f'), 'abc');
    symlinkSync('d', at('l'));
    const found = look('d', 'd/f', 'l', 'gone', 'gone/x', 'd/f/x');
    assert.deepEqual(kinds(found), ['directory', 'file', 'symlink', undefined, undefined, undefined]);
    assert.ok(found[1] !== undefined && 'stat' in found[1] && found[1].stat.size === 3);
    assert.ok(found[2] !== undefined && 'target' in found[2] && found[2].target === 'd');
  });

  it('sees nothing through a symlink on the way', () => {
    mkdirSync(at('d'));
    writeFileSync(at('d/f'), 'abc');
    symlinkSync('d', at('l'));
    symlinkSync('/etc', at('etc'));
    assert.deepEqual(kinds(look('l/f', 'etc/passwd')), [undefined, undefined]);
  });

  it('reports a link target that is not UTF-8', () => {
    symlinkSync(Buffer.from([0x61, 0xff]), at('l'));
    assert.deepEqual(kinds(look('l')), ['TARGET_NOT_UTF8']);
  });

  it('reports what it may not look at, instead of taking it for absent', function () {
    if (process.getuid?.() !== 0) this.skip();
    mkdirSync(at('closed'), { mode: 0o700 });
    writeFileSync(at('closed/f'), '');
    chmodSync(directory(), 0o755);
    assert.deepEqual(kinds(asNobody(() => look('closed', 'closed/f'))), ['directory', 'EACCES']);
  });

  it('reports a missing root, instead of taking everything for absent', () => {
    const root = new Root(at('gone'));
    assert.deepEqual(kinds(lookAtAll(root, ['a' as RelativePath])), ['ENOENT']);
  });
});
