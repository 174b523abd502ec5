import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningDaemon, ensureDaemon, findDaemon, lastErrorLine } from '../../../src/cli/spawn-daemon.ts';
import { fakeControl } from './fake-control.ts';
import { startFakeApi } from './fake-daemon.ts';

const script = fileURLToPath(new URL('./fake-daemon.ts', import.meta.url));

describe('starting the background daemon', function () {
  this.timeout(60_000);
  const realScript = process.argv[1];
  const realRuntimeArguments = process.execArgv;
  let directory = '';
  let home = '';

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'p2psync-spawn-'));
    home = join(directory, 'deep', 'home');
    process.argv[1] = script;
    process.execArgv = ['--import', import.meta.resolve('tsx')];
  });

  afterEach(async () => {
    process.argv[1] = realScript ?? '';
    process.execArgv = realRuntimeArguments;
    delete process.env['FAKE_DAEMON'];
    await rm(directory, { recursive: true, force: true });
  });

  const start = (): Promise<RunningDaemon> =>
    ensureDaemon({ home, overrides: { name: 'desk', mdns: false }, signal: new AbortController().signal });

  it('starts one, finds it the second time, and undo leaves nothing', async () => {
    const first = await start();
    assert.equal(first.started, true);
    const second = await start();
    assert.equal(second.started, false);
    await second.undo();
    assert.ok((await findDaemon(home)) !== undefined);
    const log = await readFile(join(home, 'logs', 'daemon.log'), 'utf8');
    assert.match(log, /"args":\["daemon","--home=[^"]+","--name=desk","--no-mdns"\]/);
    await first.undo();
    assert.equal(await findDaemon(home), undefined);
    assert.ok(!existsSync(join(directory, 'deep')));
  });

  it('reports the last error line and exit code of one that dies, and leaves no home', async () => {
    process.env['FAKE_DAEMON'] = 'dies';
    await assert.rejects(start(), {
      code: 'PORT_IN_USE',
      exitCode: 2,
      message: 'port 4001 is in use; choose another with --listen',
    });
    assert.ok(!existsSync(join(directory, 'deep')));
  });

  it('names the log when one dies without a word, and keeps it', async () => {
    process.env['FAKE_DAEMON'] = 'silent-death';
    await assert.rejects(start(), { code: 'DAEMON_NOT_STARTED', exitCode: 1 });
    assert.ok(existsSync(join(home, 'logs', 'daemon.log')));
  });

  it('uses the daemon of somebody who was quicker', async () => {
    process.env['FAKE_DAEMON'] = 'locked';
    const starting = start();
    // The other daemon's API comes up only after ours has died on the lock.
    await untilLogged(join(home, 'logs', 'daemon.log'), 'DAEMON_RUNNING');
    const api = await startFakeApi(home, fakeControl());
    try {
      const daemon = await starting;
      assert.equal(daemon.started, false);
      await daemon.undo();
      assert.ok(existsSync(home));
    } finally {
      await api.close();
    }
  });

  it('finds the error line among log lines', () => {
    assert.deepEqual(
      lastErrorLine('{"msg":"x"}\np2psync: old [A]\np2psync: the config [x] is bad [CONFIG_INVALID]\nbye\n'),
      {
        message: 'the config [x] is bad',
        code: 'CONFIG_INVALID',
      },
    );
    assert.equal(lastErrorLine('{"msg":"p2psync: no [A]"}\n'), undefined);
  });
});

async function untilLogged(path: string, text: string): Promise<void> {
  for (;;) {
    const log = await readFile(path, 'utf8').catch(() => '');
    if (log.includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
