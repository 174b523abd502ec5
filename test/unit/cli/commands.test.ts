import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeControl, fakeControl, folderStatus, laptop } from './fake-control.ts';
import { startFakeApi } from './fake-daemon.ts';
import { type Outcome, type RunOptions, runCli, spawnCli } from './run-cli.ts';

const errorLine = /^p2psync: [^\n]+ \[[A-Z][A-Z0-9_]*\]\n$/;

describe('commands over the real local API', function () {
  this.timeout(60_000);
  const origin = process.cwd();
  let directory = '';
  let home = '';
  let api: { close(): Promise<void> };
  let control: FakeControl;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'p2psync-cli-')));
    home = join(directory, 'home');
    await mkdir(home);
    process.chdir(directory);
    control = fakeControl();
    control.status_.folders.push(folderStatus('photos', join(directory, 'photos')));
    api = await startFakeApi(home, control);
  });

  afterEach(async () => {
    await api.close();
    process.chdir(origin);
    await rm(directory, { recursive: true, force: true });
  });

  const run = (argv: string): Promise<Outcome> => runCli([...argv.split(' '), '--home', home]);
  const spawned = (argv: string, onStart?: RunOptions['onStart']): Promise<Outcome> =>
    spawnCli([...argv.split(' '), '--home', home], onStart === undefined ? {} : { onStart });

  /** Standard output of a --json call: exactly one document. */
  async function json(argv: string): Promise<unknown> {
    const { code, stdout, stderr } = await run(`${argv} --json`);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.split('\n').length, 2, stdout);
    return JSON.parse(stdout);
  }

  async function fails(argv: string, code: number, pattern: RegExp): Promise<void> {
    const outcome = await run(argv);
    assert.equal(outcome.code, code, outcome.stderr);
    assert.equal(outcome.stdout, '');
    assert.match(outcome.stderr, errorLine);
    assert.match(outcome.stderr, pattern);
  }

  it('as a process, every command prints one document and nothing else', async () => {
    await mkdir(join(directory, 'new'));
    const commands = [
      ...[
        'status',
        'device ls',
        'device rename laptop x',
        'device remove x',
        'folder add new',
        'folder ls',
        'folder set photos a=b',
      ],
      ...[
        'folder share photos x',
        'folder move photos y',
        'folder rm photos',
        'wait',
        'rescan',
        'pause',
        'resume',
        'ignore ls',
        'ignore add *.iso --folder photos',
        'ignore test photos/build/x',
        'limit',
        'events',
      ],
      ...['pair --no-wait', 'pair 7-harbor-violin', 'up', 'completion bash'],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = await spawned(`${command} --json`);
      assert.deepEqual([code, stderr], [0, ''], command);
      assert.equal(stdout.trimEnd().split('\n').length, 1, command);
      assert.equal(typeof JSON.parse(stdout), 'object', command);
    }
  });

  it('status', async () => {
    assert.deepEqual(await json('status'), control.status_);
    const { code, stdout, stderr } = await run('status');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /photos: in sync with laptop/);
    assert.ok(!stdout.includes('\u001b'));
  });

  it('status --watch --json: one document per line until it is interrupted, exit code 0', async () => {
    const outcome = await spawned('status --watch --json', (child) =>
      child.stdout?.once('data', () => child.kill('SIGINT')),
    );
    assert.equal(outcome.code, 0);
    for (const line of outcome.stdout.trim().split('\n'))
      assert.equal((JSON.parse(line) as { device: { name: string } }).device.name, 'desk');
  });

  it('device ls, rename, remove', async () => {
    assert.deepEqual(await json('device ls'), control.status_.peers);
    assert.match((await run('device ls')).stdout, /^NAME .*\nlaptop  connected \(lan\)  now/);
    assert.deepEqual(await json('device rename laptop office'), { device: 'laptop', name: 'office' });
    assert.deepEqual(await json('device remove office'), { removed: 'office' });
    assert.deepEqual(control.calls, [
      ['renameDevice', 'laptop', 'office'],
      ['removeDevice', 'office'],
    ]);
  });

  it('folder add, set, share, move, ls, rm', async () => {
    await mkdir(join(directory, 'new'));
    assert.equal(((await json('folder add new --label notes --mode send-only')) as { label: string }).label, 'notes');
    await json('folder set photos mode=receive-only');
    await json('folder share photos laptop');
    await json('folder move photos ./elsewhere');
    assert.equal(((await json('folder ls')) as unknown[]).length, 2);
    assert.deepEqual(await json('folder rm photos'), { removed: 'photos' });
    assert.deepEqual(control.calls, [
      ['addFolder', join(directory, 'new'), 'notes', 'send-only'],
      ['setFolder', 'photos', 'mode', 'receive-only'],
      ['shareFolder', 'photos', 'laptop'],
      ['moveFolder', 'photos', join(directory, 'elsewhere')],
      ['removeFolder', 'photos'],
    ]);
  });

  it('folder revert and override, explain and plan', async () => {
    assert.deepEqual(await json('folder revert photos'), { reverted: 3 });
    assert.match((await run('folder override photos')).stdout, /^Overrode 1 change of other devices in photos\./);
    assert.equal(((await json('explain photos/a/b')) as { cell: string }).cell, 'C4-same');
    const { stdout } = await run('explain photos/a/b');
    assert.match(stdout, /^a\/b in Docs\n {2}It is in sync with every device\.\n/);
    assert.match(stdout, /\n {2}now +C4-same: it is the same here and there\n/);
    assert.match(stdout, /\n {2}next +make the directory a\/b\n/);
    assert.match(
      (await run('plan')).stdout,
      /^Docs: 1 change to bring in, 5 B\.\n {2}make the directory a\/b {2}\[C2-new\]/,
    );
    assert.deepEqual(control.calls.slice(0, 3), [
      ['revertFolder', 'photos'],
      ['overrideFolder', 'photos'],
      ['explain', join(directory, 'photos/a/b')],
    ]);
  });

  it('folder add refuses what is not there, is a file, or holds the home', async () => {
    await writeFile(join(directory, 'file'), '');
    await fails('folder add missing', 1, /FOLDER_NOT_FOUND/);
    await fails('folder add file', 1, /FOLDER_NOT_DIRECTORY/);
    await fails('folder add .', 1, /FOLDER_IS_HOME/);
    await fails('folder add home', 1, /FOLDER_IS_HOME/);
    assert.deepEqual(control.calls, []);
  });

  it('folder join makes the directory, and takes it away again when the daemon refuses', async () => {
    control.status_.folders = [];
    await json('folder join photos here');
    assert.ok(existsSync(join(directory, 'here')));
    await fails('folder join nonsense there', 1, /FOLDER_UNKNOWN/);
    assert.ok(!existsSync(join(directory, 'there')));
  });

  it('wait: 0 in sync, 3 with the reason when the time is up', async () => {
    assert.deepEqual(await json('wait'), { inSync: true, folders: [{ label: 'photos', inSync: true, reason: null }] });
    control.inSync = false;
    const { stdout, ...rest } = await run('wait --folder photos --timeout 2s --json');
    assert.equal(rest.code, 3);
    assert.equal((JSON.parse(stdout) as { inSync: boolean }).inSync, false);
    assert.match(rest.stderr, /not in sync after 2 s \(photos: laptop lacks 3 files\)/);
    assert.match(rest.stderr, errorLine);
  });

  it('rescan takes paths relative to the folder and absolute ones', async () => {
    assert.deepEqual(await json('rescan'), { folder: null, path: null });
    assert.deepEqual(await json('rescan photos ./2024/summer/'), { folder: 'photos', path: '2024/summer' });
    await json(`rescan photos ${join(directory, 'photos', 'x')}`);
    await fails(`rescan photos ${directory}`, 1, /PATH_OUTSIDE_FOLDER/);
    assert.deepEqual(control.calls.at(-1), ['rescan', 'photos', 'x']);
  });

  it('ignore ls lists the rules, where they stand, and lines without effect', async () => {
    const { stdout } = await run('ignore ls photos');
    assert.match(stdout, /photos +\.p2psyncignore:3 +build\//);
    assert.match(stdout, /photos +this device, exclude 1 +\*\.raw/);
    assert.match(stdout, /photos: \.p2psyncignore, line 7 has a '\[' without its '\]'; it has no effect/);
    assert.match(stdout, /Always left out: \.DS_Store/);
    assert.equal(((await json('ignore ls')) as { rules: unknown[] }[])[0]?.rules.length, 2);
    assert.deepEqual(control.calls, [
      ['ignores', 'photos'],
      ['ignores', undefined],
    ]);
  });

  it('ignore add takes the folder that it is in, the only one, or the one named', async () => {
    assert.match((await run('ignore add *.iso')).stdout, /\*\.iso is left out of photos on all devices; .* stay/);
    control.status_.folders.push(folderStatus('code', join(directory, 'code')));
    await fails('ignore add *.iso', 2, /--folder: photos, code/);
    await mkdir(join(directory, 'code', 'src'), { recursive: true });
    process.chdir(join(directory, 'code', 'src'));
    await run('ignore add build/ --here');
    await run('ignore add build/ --folder photos --here');
    assert.deepEqual(control.calls, [
      ['addIgnore', 'photos', '*.iso', false],
      ['addIgnore', 'code', 'build/', true],
      ['addIgnore', 'photos', 'build/', true],
    ]);
  });

  it('ignore test finds the folder of a path, and says which rule, or that it is synchronised', async () => {
    assert.equal(
      (await run('ignore test photos/build/x')).stdout,
      'build/x is left out with its directory build, by build/ (.p2psyncignore:3).\n',
    );
    assert.match((await run('ignore test a/b/ --folder photos')).stdout, /^a\/b\/ is synchronised in photos: no rule/);
    await fails('ignore test /elsewhere', 1, /does not lie in a folder/);
    await fails('ignore test photos', 2, /the folder itself/);
    await fails('ignore test ../x --folder photos', 1, /does not lie/);
    assert.deepEqual(control.calls, [
      ['testIgnore', 'photos', 'build/x'],
      ['testIgnore', 'photos', 'a/b/'],
    ]);
  });

  it('pause and resume', async () => {
    const paused = (await json('pause photos --for 2h')) as { paused: string; until: string };
    assert.equal(paused.paused, 'photos');
    assert.ok(Math.abs(Date.parse(paused.until) - Date.now() - 7_200_000) < 60_000);
    assert.deepEqual(await json('pause'), { paused: null, until: null });
    assert.deepEqual(await json('resume photos --accept'), { resumed: 'photos', accepted: true });
    assert.deepEqual(control.calls[0], ['pause', 'photos', 7_200_000]);
    assert.deepEqual(control.calls[2], ['resume', 'photos', true]);
  });

  it('limit sets and takes away', async () => {
    assert.deepEqual(await json('limit --down none'), { up: null, down: null });
    const { up } = (await json('limit --up 2M')) as { up: number };
    assert.ok(up >= 2e6 && up <= 2 * 1024 ** 2);
    assert.match((await run('limit')).stdout, /^Sending: no limit; receiving: no limit\.\n$/);
  });

  it('events: an array; with --follow a line each until the reader or Ctrl-C ends it', async () => {
    assert.deepEqual(
      ((await json('events --since 1')) as { id: number }[]).map((event) => event.id),
      [2, 3],
    );
    assert.match((await run('events')).stdout, /file-received {2}f1\n.*file-received {2}f2\n/);
    const whenFour = (child: ChildProcess, act: () => void): void => {
      let seen = '';
      child.stdout?.on('data', (text: string) => {
        seen += text;
        if (seen.includes('"id":4')) act();
      });
    };
    const interrupted = await spawned('events --follow --json', (child) => whenFour(child, () => child.kill('SIGINT')));
    assert.equal(interrupted.code, 0, interrupted.stderr);
    assert.equal(interrupted.stdout.trim().split('\n').length, 4);
  });

  it('a reader that leaves ends a watching command quietly', async () => {
    const { code, stderr } = await spawned('status --watch --json', (child) =>
      child.stdout?.once('data', () => child.stdout?.destroy()),
    );
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('pair without a code: used 0, expired 3, burnt 1, replaced 1', async () => {
    const { code, stdout } = await run('pair --json');
    assert.equal(code, 0);
    const [first, second, ...rest] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    assert.equal((first as { code: string }).code, '7-harbor-violin');
    assert.equal((second as { state: string }).state, 'used');
    assert.deepEqual(rest, []);
    const people = await run('pair');
    assert.match(people.stdout, /Linked with laptop, fingerprint 🐙 🌵 🚲 🍋/);
    for (const [state, exit] of [
      ['expired', 3],
      ['burnt', 1],
      ['none', 1],
    ] as const) {
      control.state = { state, wrongTries: 3, result: null };
      const outcome = await run('pair');
      assert.equal(outcome.code, exit, state);
      assert.match(outcome.stderr, errorLine);
    }
  });

  it('pair --no-wait returns at once', async () => {
    control.state = { state: 'waiting', wrongTries: 0, result: null };
    const document = (await json('pair --no-wait')) as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), ['code', 'expires', 'folders']);
  });

  it('pair, interrupted while it waits: exit code 130 and silence', async () => {
    control.state = { state: 'waiting', wrongTries: 0, result: null };
    const { code, stderr } = await spawned('pair', (child) => child.stdout?.once('data', () => child.kill('SIGINT')));
    assert.deepEqual([code, stderr], [130, '']);
  });

  it('pair CODE PATH links and joins, and can be repeated', async () => {
    control.status_.folders = [];
    const document = (await json('pair 7-harbor-violin mine')) as Record<string, unknown>;
    assert.deepEqual(document['device'], laptop);
    assert.equal(document['fingerprint'], '🐙 🌵 🚲 🍋');
    assert.deepEqual(
      (document['folders'] as { path: string }[]).map((folder) => folder.path),
      [join(directory, 'mine')],
    );
    const again = (await json('pair 7-harbor-violin mine')) as Record<string, unknown>;
    assert.deepEqual(again['folders'], document['folders']);
    assert.deepEqual(
      control.calls.map(([method]) => method),
      ['pairWith', 'joinFolder'],
    );
  });

  it('pair CODE without PATH says what is offered and how to join it', async () => {
    control.status_.folders = [];
    const { code, stdout } = await run('pair 7-harbor-violin --address /ip4/127.0.0.1/tcp/4002');
    assert.equal(code, 0);
    assert.match(stdout, /laptop offers: photos\nJoin one with 'p2psync folder join LABEL PATH'/);
    assert.deepEqual(control.calls, [['pairWith', '7-harbor-violin', ['/ip4/127.0.0.1/tcp/4002']]]);
  });

  it('pair CODE PATH with several offers keeps the link and names them; --folder chooses', async () => {
    control.status_.folders = [];
    control.status_.offers = [{ folder: 'f-notes', label: 'notes', device: laptop.id, deviceName: laptop.name }];
    const { code, stderr } = await run('pair 7-harbor-violin mine');
    assert.equal(code, 1);
    assert.match(stderr, /several folders \(photos, notes\)/);
    assert.match(stderr, errorLine);
    assert.ok(!existsSync(join(directory, 'mine')));
    const chosen = (await json('pair 7-harbor-violin --folder photos=mine')) as { offers: { label: string }[] };
    assert.deepEqual(
      chosen.offers.map((offer) => offer.label),
      ['notes'],
    );
    assert.deepEqual(
      control.calls.map(([method]) => method),
      ['pairWith', 'joinFolder'],
    );
  });

  it('a wrong code, and paths that will not do, leave nothing behind', async () => {
    await writeFile(join(directory, 'file'), '');
    await fails('pair 7-wrong-code mine', 1, /CODE_WRONG/);
    await fails('pair 7-harbor-violin file', 1, /FOLDER_NOT_DIRECTORY/);
    await fails('pair 7-harbor-violin no/such/place', 1, /FOLDER_NOT_FOUND/);
    assert.deepEqual((await readdir(directory)).sort(), ['file', 'home']);
    assert.deepEqual(
      control.calls.map(([method]) => method),
      ['pairWith'],
    );
  });

  it('up with a daemon that runs: one document, folder made, returns at once', async () => {
    control.state = { state: 'waiting', wrongTries: 0, result: null };
    const document = (await json('up')) as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), ['device', 'folder', 'code', 'expires']);
    assert.deepEqual(document['device'], { id: 'p-self', name: 'desk' });
    assert.equal((document['folder'] as { path: string }).path, join(directory, 'Sync'));
    assert.equal(document['code'], '7-harbor-violin');
    assert.ok(existsSync(join(directory, 'Sync')));
    const quiet = (await json('up --no-pair')) as Record<string, unknown>;
    assert.deepEqual([quiet['code'], quiet['expires']], [null, null]);
    assert.match((await run('up')).stdout, /p2psync pair 7-harbor-violin ~\/Sync/);
  });

  it('up takes away the directory that it made when the daemon refuses the folder', async () => {
    await fails('up refused', 1, /FOLDER_OVERLAPS/);
    assert.ok(!existsSync(join(directory, 'refused')));
  });

  it('up --foreground refuses when a daemon runs', async () => {
    await fails('up --foreground', 1, /DAEMON_RUNNING/);
    assert.deepEqual(await readdir(directory), ['home']);
  });

  it('stop waits until the daemon is gone', async () => {
    // The answer leaves first, as with the daemon.
    void control.stopped.then(() => setTimeout(() => void api.close(), 100));
    assert.deepEqual(await json('stop'), { stopped: true });
    await fails('stop', 4, /NO_DAEMON/);
    api = { close: async () => {} };
  });

  it('an error of the daemon is one line; the stack only with --verbose', async () => {
    await fails('folder rm nonsense', 1, /there is no folder nonsense.* \[FOLDER_UNKNOWN\]/);
    const { stderr, stdout, code } = await run('folder rm nonsense --verbose --json');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /\n {4}at /);
  });
});

describe('commands without a daemon', () => {
  const origin = process.cwd();
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'p2psync-cli-'));
    process.chdir(directory);
  });
  after(async () => {
    process.chdir(origin);
    await rm(directory, { recursive: true, force: true });
  });

  const withoutDaemon = [
    'status',
    'device ls',
    'folder ls',
    'wait',
    'rescan',
    'pause',
    'resume',
    'limit',
    'events',
    'stop',
  ];
  for (const argv of withoutDaemon) {
    it(`${argv}: exit code 4, one line, no home made`, async () => {
      const home = join(directory, 'none');
      const { code, stdout, stderr } = await runCli([...argv.split(' '), '--json'], { P2PSYNC_HOME: home });
      assert.deepEqual([code, stdout], [4, '']);
      assert.match(stderr, errorLine);
      assert.match(stderr, /\[NO_DAEMON\]/);
      assert.ok(!existsSync(home));
    });
  }

  const wrongUsage: readonly [argv: string, pattern: RegExp][] = [
    ['stauts', /unknown command 'stauts' \(Did you mean status\?\)/],
    ['folder lss', /unknown command 'lss' \(Did you mean ls\?\)/],
    ['status extra', /too many arguments/],
    ['status --colour', /unknown option/],
    ['folder add', /missing required argument 'path'/],
    ['folder add x --mode both', /Allowed choices are/],
    ['folder set photos mode', /KEY=VALUE/],
    ['wait --timeout soon', /--timeout/],
    ['limit --up fast', /--up/],
    ['events --since -1', /--since/],
    ['up --listen 1.2.3.4:5', /multiaddr/],
    ['daemon --ui here', /127\.0\.0\.1:8090/],
    ['pair 1-a-b --folder photos', /LABEL=PATH/],
    ['pair --address /ip4/1.2.3.4/tcp/1', /go with a code/],
    ['completion powershell', /Allowed choices are bash, zsh, fish/],
  ];
  for (const [argv, pattern] of wrongUsage) {
    it(`${argv}: exit code 2`, async () => {
      const { code, stdout, stderr } = await runCli(argv.split(' '));
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, errorLine);
      assert.match(stderr, pattern);
    });
  }

  it('up with a path that will not do starts nothing and makes nothing', async () => {
    await writeFile(join(directory, 'file'), '');
    const home = join(directory, 'none');
    for (const path of ['file', 'file/below', 'no/such/place', 'none/inside', '.']) {
      const { code, stdout, stderr } = await runCli(['up', path, '--home', home]);
      assert.deepEqual([code, stdout], [1, ''], path);
      assert.match(stderr, errorLine);
    }
    assert.deepEqual(await readdir(directory), ['file']);
  });
});
