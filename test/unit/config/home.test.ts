import assert from 'node:assert/strict';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareHome, resolveHome } from '../../../src/config/home.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('resolveHome', () => {
  const cases: [string, string | undefined, Record<string, string>, NodeJS.Platform, string, string][] = [
    ['the flag wins', '/a/b', { P2PSYNC_HOME: '/c' }, 'linux', '/home/u', '/a/b'],
    ['the variable is next', undefined, { P2PSYNC_HOME: '/c', XDG_CONFIG_HOME: '/x' }, 'linux', '/home/u', '/c'],
    ['an empty variable is none', undefined, { P2PSYNC_HOME: '' }, 'linux', '/home/u', '/home/u/.config/p2psync'],
    ['XDG on Linux', undefined, { XDG_CONFIG_HOME: '/x' }, 'linux', '/home/u', '/x/p2psync'],
    ['a relative XDG is ignored', undefined, { XDG_CONFIG_HOME: 'x' }, 'linux', '/home/u', '/home/u/.config/p2psync'],
    ['Library on macOS', undefined, {}, 'darwin', '/Users/u', '/Users/u/Library/Application Support/p2psync'],
    ['AppData on Windows', undefined, { APPDATA: 'C:\\R' }, 'win32', 'C:\\Users\\u', 'C:\\R\\p2psync'],
    ['Windows without it', undefined, {}, 'win32', 'C:\\Users\\u', 'C:\\Users\\u\\AppData\\Roaming\\p2psync'],
  ];
  for (const [name, flag, environment, platform, homedir, expected] of cases) {
    it(name, () => assert.equal(resolveHome(flag, environment, platform, homedir), expected));
  }

  it('makes a relative flag absolute and refuses an empty one', () => {
    assert.equal(resolveHome('here', {}, 'linux', '/home/u'), join(process.cwd(), 'here'));
    assert.throws(() => resolveHome('', {}), { code: 'HOME_INVALID', exitCode: 2 });
  });
});

describe('prepareHome', () => {
  const directory = temporaryDirectory();

  it('makes it, with what leads there, for this user alone', async () => {
    const home = join(directory(), 'a', 'b');
    await prepareHome(home);
    assert.equal((await stat(home)).mode & 0o777, 0o700);
    await prepareHome(home);
  });

  it('refuses a file in its place, or on the way', async () => {
    await writeFile(join(directory(), 'file'), '');
    await assert.rejects(prepareHome(join(directory(), 'file')), { code: 'HOME_NOT_DIRECTORY' });
    await assert.rejects(prepareHome(join(directory(), 'file', 'below')), { code: 'HOME_NOT_DIRECTORY' });
  });

  it('refuses one that every user can write to', async () => {
    const home = join(directory(), 'open');
    await prepareHome(home);
    await chmod(home, 0o777);
    await assert.rejects(prepareHome(home), { code: 'HOME_PERMISSIONS', message: /chmod 700/ });
  });
});
