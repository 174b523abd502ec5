import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFolderPath, isSamePlace, type CheckedFolderPath } from '../../../src/config/folder-paths.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('checkFolderPath', () => {
  const directory = temporaryDirectory();
  const at = (...names: string[]): string => join(directory(), ...names);
  const check = (path: string, folders: string[] = [], create = false): Promise<CheckedFolderPath> =>
    checkFolderPath(
      path,
      folders.map((folder, n) => ({ label: `F${n}`, path: folder })),
      { home: at('home'), create },
    );

  beforeEach(async () => {
    await mkdir(at('home', 'index'), { recursive: true });
    await mkdir(at('docs', 'deep'), { recursive: true });
    await writeFile(at('file'), '');
  });
  /** Whatever is refused leaves nothing behind. */
  const tree = async (): Promise<string[]> => (await readdir(directory(), { recursive: true })).sort();
  const refused = async (promise: () => Promise<unknown>, code: string, message = /./): Promise<void> => {
    const before = await tree();
    await assert.rejects(promise(), { code, message });
    assert.deepEqual(await tree(), before);
  };

  it('takes a directory, and leaves nothing in it', async () => {
    assert.deepEqual(await check(at('docs')), { path: at('docs'), created: false });
    assert.deepEqual(await readdir(at('docs')), ['deep']);
  });

  it('gives the real path behind links', async () => {
    await symlink('docs', at('link'));
    assert.equal((await check(at('link', 'deep'))).path, at('docs', 'deep'));
  });

  it('makes the leaf when asked to', async () => {
    assert.deepEqual(await check(at('docs', 'new'), [], true), { path: at('docs', 'new'), created: true });
    assert.deepEqual(await readdir(at('docs', 'new')), []);
  });

  it('refuses what is not there', async () => {
    await refused(() => check(at('docs', 'new')), 'FOLDER_NOT_FOUND', /create it or check the spelling/);
    await refused(() => check(at('no', 'new'), [], true), 'FOLDER_NOT_FOUND', /no directory .*\/no;/);
    await symlink('nowhere', at('dangling'));
    await refused(() => check(at('dangling'), [], true), 'FOLDER_NOT_FOUND', /leads nowhere/);
  });

  it('refuses files, also on the way', async () => {
    await refused(() => check(at('file')), 'FOLDER_NOT_DIRECTORY');
    await refused(() => check(at('file', 'x'), [], true), 'FOLDER_NOT_DIRECTORY');
  });

  it('refuses relative and empty paths', async () => {
    for (const path of ['', 'docs', 'a\0b']) await refused(() => check(path), 'FOLDER_NOT_ABSOLUTE');
  });

  it('refuses p2psync’s home, what is in it and what it is in, through links too', async () => {
    await symlink('home', at('alias'));
    for (const path of [at('home'), at('home', 'index'), directory(), at('alias'), at('alias', 'index'), '/'])
      await refused(() => check(path), 'FOLDER_IS_HOME');
    await refused(() => check(at('home', 'new'), [], true), 'FOLDER_IS_HOME');
  });

  it('refuses folders in each other, through links too', async () => {
    await symlink('docs', at('alias'));
    await refused(() => check(at('docs'), [at('docs')]), 'FOLDER_OVERLAPS', /already, as folder 'F0'/);
    await refused(() => check(at('docs', 'deep'), [at('docs')]), 'FOLDER_OVERLAPS', /lies inside .*'F0'/);
    await refused(() => check(at('docs'), ['/elsewhere', at('docs', 'deep')]), 'FOLDER_OVERLAPS', /contains .*'F1'/);
    await refused(() => check(at('alias', 'deep'), [at('docs')]), 'FOLDER_OVERLAPS');
    await refused(() => check(at('docs', 'deep'), [at('alias')]), 'FOLDER_OVERLAPS');
    await refused(() => check(at('docs', 'new'), [at('docs')], true), 'FOLDER_OVERLAPS');
  });

  it('takes the very place of a folder where that is allowed, and says it as the folder does', async () => {
    await symlink('docs', at('alias'));
    const existing = [{ label: 'D', path: at('alias') }];
    const options = { home: at('home'), create: true, allowSame: true };
    assert.deepEqual(await checkFolderPath(at('docs'), existing, options), { path: at('alias'), created: false });
    await refused(() => checkFolderPath(at('docs', 'deep'), existing, options), 'FOLDER_OVERLAPS');
    await refused(
      () => checkFolderPath(directory(), [existing[0]!], { ...options, home: '/nowhere' }),
      'FOLDER_OVERLAPS',
    );
  });

  it('refuses to come around or into a folder that is missing at the moment', async () => {
    await refused(() => check(at('docs'), [at('docs', 'stick', 'photos')]), 'FOLDER_OVERLAPS', /contains/);
    await refused(() => check(at('docs', 'stick'), [at('docs', 'stick')], true), 'FOLDER_OVERLAPS');
  });

  it('takes neighbours whose names begin alike', async () => {
    await mkdir(at('docs2'));
    assert.equal((await check(at('docs2'), [at('docs')])).path, at('docs2'));
    assert.equal((await check(at('docs-new'), [at('docs'), at('doc')], true)).path, at('docs-new'));
  });

  it('refuses where no file can be created, and takes back a directory it made', async function () {
    const { getuid } = process;
    if (getuid === undefined) return this.skip();
    // /proc takes no files, whatever the mode says, not even from root.
    if (process.platform === 'linux')
      await refused(() => check('/proc/self'), 'FOLDER_NOT_WRITABLE', /change its permissions/);
    execFileSync('chmod', ['555', at('docs', 'deep')]);
    if (getuid.call(process) !== 0) await refused(() => check(at('docs', 'deep')), 'FOLDER_NOT_WRITABLE');
  });

  it('isSamePlace looks at the place, not at the words', async () => {
    await symlink('docs', at('alias'));
    assert.equal(await isSamePlace(at('docs', 'deep'), at('alias', 'deep')), true);
    assert.equal(await isSamePlace(at('docs', '..', 'docs'), at('docs')), true);
    assert.equal(await isSamePlace(at('docs'), at('docs', 'deep')), false);
    assert.equal(await isSamePlace(at('gone'), at('gone')), true);
  });
});
