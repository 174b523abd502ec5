import assert from 'node:assert/strict';
import { lstat, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../../src/base/problem.ts';
import { SettingsFile } from '../../../src/config/settings-file.ts';
import type { Settings } from '../../../src/config/settings-types.ts';
import { eventually } from '../../support/condition.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { deviceA } from './examples.ts';

describe('SettingsFile', () => {
  const directory = temporaryDirectory();
  const path = (): string => join(directory(), 'config.toml');
  const open = async (): Promise<SettingsFile> => {
    const file = new SettingsFile(path(), { defaultName: 'host', pollMs: 15 });
    await file.load();
    return file;
  };
  const rename_ =
    (name: string) =>
    (settings: Settings): Settings => ({ ...settings, name });

  it('without a file: defaults, and nothing is written', async () => {
    const file = await open();
    assert.equal(file.current.name, 'host');
    assert.deepEqual(await readdir(directory()), []);
  });

  it('update writes what it returns, 0600, with nothing beside it', async () => {
    const file = await open();
    const after = await file.update(rename_('desk'));
    assert.equal(after.name, 'desk');
    assert.equal(file.current, after);
    assert.deepEqual(await (await open()).load(), after);
    assert.equal((await stat(path())).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(directory()), ['config.toml']);
    assert.match(await readFile(path(), 'utf8'), /^# Settings of p2psync.*\n(.*\n)*name = "desk"\n$/);
  });

  it('a hundred updates at once all count', async () => {
    const file = await open();
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        file.update((s) => ({ ...s, listen: [...s.listen, `/ip4/127.0.0.1/tcp/${n + 1}`] })),
      ),
    );
    assert.equal((await open()).current.listen.length, 101);
  });

  it('update starts from the text that is on disk now', async () => {
    const file = await open();
    await writeFile(path(), '# mine\nmdns = false\n');
    const after = await file.update(rename_('desk'));
    assert.equal(after.mdns, false);
    assert.equal(await readFile(path(), 'utf8'), '# mine\nmdns = false\nname = "desk"\n');
  });

  it('update does not overwrite an unfinished edit', async () => {
    await writeFile(path(), 'name = "a"\n');
    const file = await open();
    await writeFile(path(), 'name = "b\n');
    await assert.rejects(file.update(rename_('c')), { code: 'CONFIG_INVALID', line: 1 });
    assert.equal(await readFile(path(), 'utf8'), 'name = "b\n');
    assert.equal(file.current.name, 'a');
  });

  it('an update that is refused leaves everything as it was, and the next one works', async () => {
    await writeFile(path(), 'name = "a"\n');
    const file = await open();
    await assert.rejects(file.update(rename_('')), { code: 'SETTING_INVALID' });
    assert.equal(await readFile(path(), 'utf8'), 'name = "a"\n');
    assert.equal((await file.update(rename_('b'))).name, 'b');
  });

  it('a link to settings kept elsewhere stays a link', async () => {
    await writeFile(join(directory(), 'dotfile.toml'), '# elsewhere\n');
    await symlink('dotfile.toml', path());
    await (await open()).update(rename_('desk'));
    assert.ok((await lstat(path())).isSymbolicLink());
    assert.equal(await readFile(join(directory(), 'dotfile.toml'), 'utf8'), '# elsewhere\nname = "desk"\n');
  });

  it('load refuses a broken file, bytes that are no text, and a directory', async () => {
    await writeFile(path(), 'name = 5\n');
    await assert.rejects(open(), { code: 'CONFIG_INVALID', line: 1 });
    await writeFile(path(), Buffer.from([0x61, 0xff, 0xfe]));
    await assert.rejects(open(), { code: 'CONFIG_INVALID', message: /UTF-8/ });
    await rm(path());
    await assert.rejects(new SettingsFile(directory()).load(), { code: 'CONFIG_UNREADABLE' });
  });

  describe('watch', () => {
    const watched = async (): Promise<{ file: SettingsFile; seen: string[]; close: () => void }> => {
      const file = await open();
      const seen: string[] = [];
      const { close } = file.watch(
        (settings) => seen.push(`changed ${settings.name}`),
        (problem: Problem) => seen.push(`refused ${problem.message.replace(path(), 'config.toml')}`),
      );
      return { file, seen, close };
    };
    const until = (seen: string[], count: number): Promise<true> =>
      eventually(`${count} reports`, () => seen.length >= count || undefined);

    it('reports an edit, refuses a bad one once, and keeps the old settings in force', async () => {
      await writeFile(path(), 'name = "a"\n');
      const { file, seen, close } = await watched();
      try {
        await writeFile(path(), 'name = "b"\n');
        await until(seen, 1);
        await writeFile(path(), 'name = "b"\nnmae = "c"\n');
        await until(seen, 2);
        assert.equal(file.current.name, 'b');
        // As an editor saves: another file in its place.
        await writeFile(`${path()}~`, 'name = "d"\n');
        await rename(`${path()}~`, path());
        await until(seen, 3);
        assert.deepEqual(seen, [
          'changed b',
          'refused config.toml line 2: unknown key "nmae"; did you mean name?',
          'changed d',
        ]);
      } finally {
        close();
      }
    });

    it('does not take an absent file for a wish to have no folders', async () => {
      await writeFile(path(), `[[device]]\nid = "${deviceA}"\n`);
      const { file, seen, close } = await watched();
      try {
        await rm(path());
        await until(seen, 1);
        assert.match(seen[0] ?? '', /refused config\.toml: the file is gone/);
        assert.equal(file.current.devices.length, 1);
        await file.update(rename_('back'));
        assert.equal((await open()).current.devices.length, 1);
      } finally {
        close();
      }
    });

    it('does not report its own updates, but what the owner changed before them', async () => {
      await writeFile(path(), 'name = "a"\n');
      const { file, seen, close } = await watched();
      try {
        await file.update(rename_('b'));
        await writeFile(path(), 'name = "owner"\n');
        await file.update((settings) => ({ ...settings, mdns: false }));
        assert.deepEqual(seen, ['changed owner']);
        await writeFile(path(), 'name = "end"\n');
        await until(seen, 2);
        assert.deepEqual(seen, ['changed owner', 'changed end']);
      } finally {
        close();
      }
    });

    it('an edit of comments alone is no change', async () => {
      await writeFile(path(), 'name = "a"\n');
      const { file, seen, close } = await watched();
      try {
        await writeFile(path(), '# hm\nname = "a"\n');
        await file.update((settings) => ({ ...settings, mdns: false }));
        assert.deepEqual(seen, []);
        assert.match(await readFile(path(), 'utf8'), /^# hm\n/);
      } finally {
        close();
      }
    });
  });
});
