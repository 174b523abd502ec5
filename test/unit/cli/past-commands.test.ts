import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeControl, fakeControl, folderStatus, version } from './fake-control.ts';
import { startFakeApi } from './fake-daemon.ts';
import { type Outcome, runCli } from './run-cli.ts';

describe('commands about the past', () => {
  const origin = process.cwd();
  let directory = '';
  let api: { close(): Promise<void> };
  let control: FakeControl;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'p2psync-cli-')));
    await mkdir(join(directory, 'home'));
    await mkdir(join(directory, 'photos/2024'), { recursive: true });
    await symlink('photos', join(directory, 'shortcut'));
    process.chdir(directory);
    control = fakeControl();
    control.status_.folders.push(folderStatus('photos', join(directory, 'photos')));
    control.status_.folders.push(folderStatus('docs', '/srv/docs'));
    api = await startFakeApi(join(directory, 'home'), control);
  });

  afterEach(async () => {
    await api.close();
    process.chdir(origin);
    await rm(directory, { recursive: true, force: true });
  });

  const run = (...argv: string[]): Promise<Outcome> => runCli([...argv, '--home', join(directory, 'home')]);

  async function asked(...argv: string[]): Promise<unknown[]> {
    const { code, stderr } = await run(...argv);
    assert.deepEqual([code, stderr], [0, '']);
    return control.calls.at(-1) as unknown[];
  }

  it('take a path from where they run, through links, of things that are gone, or by label', async () => {
    const at = (path: string): unknown[] => ['versions', join(directory, path)];
    assert.deepEqual(await asked('version', 'ls', 'photos/a.txt'), at('photos/a.txt'));
    assert.deepEqual(await asked('version', 'ls', join(directory, 'photos')), at('photos'));
    assert.deepEqual(await asked('version', 'ls', './shortcut/2024/x'), at('photos/2024/x'));
    assert.deepEqual(await asked('version', 'ls', 'shortcut/gone/also/x'), at('photos/gone/also/x'));
    assert.deepEqual(await asked('version', 'ls', 'docs/x'), ['versions', 'docs/x']);
    process.chdir(join(directory, 'photos/2024'));
    assert.deepEqual(await asked('version', 'ls', '../b'), at('photos/b'));
    assert.deepEqual(await asked('version', 'ls', 'docs/x'), at('photos/2024/docs/x'));
  });

  it('version ls shows a table, or the document', async () => {
    const { stdout } = await run('version', 'ls', 'photos');
    assert.match(stdout, /2026-11-23T12:00:00\.000Z .* 1\.5 kB +sync +photos\/a\.txt\n$/);
    const json = await run('version', 'ls', 'photos', '--json');
    assert.deepEqual(JSON.parse(json.stdout), { versions: [version], truncated: false });
  });

  it('version restore takes a moment', async () => {
    const [, path, atMs] = await asked('version', 'restore', 'photos/a.txt', '--at', '2026-11-20T10:00:00Z');
    assert.deepEqual([path, atMs], [join(directory, 'photos/a.txt'), Date.UTC(2026, 10, 20, 10)]);
    assert.deepEqual((await asked('version', 'restore', 'photos/a.txt'))[2], undefined);
    const { stdout } = await run('version', 'restore', 'photos/a.txt');
    assert.match(
      stdout,
      /^Restored photos\/a\.txt as it was until 2026-11-23T12:00:00\.000Z; what stood there is kept as /,
    );
    const wrong = await run('version', 'restore', 'photos/a.txt', '--at', 'tomorrow');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /'tomorrow' is not a moment/);
  });

  it('log filters by path, device and time', async () => {
    assert.deepEqual(await asked('log'), ['history', undefined, undefined, undefined, 1000]);
    const moment = Date.UTC(2026, 10, 20);
    const call = await asked('log', 'docs/a', '--device', 'laptop', '--since', '2026-11-20T00:00Z', '--limit', '5');
    assert.deepEqual(call, ['history', 'docs/a', 'laptop', moment, 5]);
    assert.match((await run('log')).stdout, /2026-11-23T12:00:00\.000Z +laptop +edited +1\.5 kB +photos\/a\.txt\n$/);
    assert.equal((await run('log', '--limit', '0')).code, 2);
  });

  it('conflict ls and keep', async () => {
    assert.match((await run('conflict', 'ls')).stdout, /photos +a\.txt +a\.conflict-20261123-120000-0a1b2c3d\.txt\n$/);
    const call = await asked('conflict', 'keep', 'mine', 'docs/a.txt');
    assert.deepEqual(call, ['keepConflict', 'docs/a.txt', 'mine']);
    const both = await run('conflict', 'keep', 'both', 'docs/a.txt');
    assert.equal(both.stdout, 'Settled photos/a.txt; the other is a 2.txt now.\n');
    assert.equal((await run('conflict', 'keep', 'yours', 'docs/a.txt')).code, 2);
  });

  it('undo says what it did, and fails with exit code 1 when something was left', async () => {
    const call = await asked('undo', 'laptop', '--since', '2026-11-20T00:00Z', '--dry-run');
    assert.deepEqual(call, ['undo', 'laptop', Date.UTC(2026, 10, 20), true]);
    const done = await run('undo', 'laptop', '--since', '2h');
    assert.equal(done.stdout, 'written   photos/a.txt\nTook back 1 change of laptop.\n');
    control.undoLeft = [{ folder: 'photos', path: 'b', reason: 'not-kept', message: 'it is no longer kept' }];
    const partly = await run('undo', 'laptop', '--since', '2h', '--json');
    assert.equal(partly.code, 1);
    assert.equal((JSON.parse(partly.stdout) as { left: unknown[] }).left.length, 1);
    assert.equal(
      partly.stderr,
      'p2psync: 1 path was not taken back (photos/b: it is no longer kept) [UNDO_INCOMPLETE]\n',
    );
    assert.equal((await run('undo', 'laptop')).code, 2);
  });
});
