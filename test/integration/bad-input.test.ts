/** Wrong input, each to a real daemon: one clear line, the right exit code, nothing half-created, nothing lost. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Device } from '../support/device.ts';

const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];

describe('bad input', function () {
  this.timeout(60_000);
  let directory: string;
  let device: Device;
  const at = (name: string): string => join(directory, name);

  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'p2psync-bad-')));
    device = new Device('one', directory);
    mkdirSync(at('tree/inner'), { recursive: true });
    writeFileSync(at('tree/keep.txt'), 'keep');
    writeFileSync(at('file'), 'a file');
  });

  afterEach(async () => {
    await device.run(['stop']);
    await device.stop();
    assert.equal(readFileSync(at('tree/keep.txt'), 'utf8'), 'keep');
    rmSync(directory, { recursive: true, force: true });
  });

  /** One line on standard error, nothing on standard output. */
  async function refused(args: readonly string[], code: string, exit = 1, who = device): Promise<string> {
    const { code: status, stdout, stderr } = await who.run(args);
    assert.equal(status, exit, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, new RegExp(`^p2psync: [^\\n]+ \\[${code}\\]\\n$`));
    return stderr;
  }

  it('a path whose parent is missing, or that is a file: no home is made, no daemon started', async () => {
    await refused(['up', at('no/such/place'), ...quiet], 'FOLDER_NOT_FOUND');
    await refused(['up', at('file'), ...quiet], 'FOLDER_NOT_DIRECTORY');
    assert.equal(existsSync(device.home), false);
    assert.deepEqual(readdirSync(directory).sort(), ['file', 'tree']);
  });

  it('a folder inside another, around another, and the directory of another daemon', async () => {
    await device.start(quiet);
    await device.ok(['up', at('tree'), '--no-pair']);
    await refused(['up', at('tree/inner'), '--no-pair'], 'FOLDER_OVERLAPS');
    const second = new Device('two', join(directory, 'elsewhere'));
    await second.start(quiet);
    try {
      assert.match(await refused(['up', at('tree'), '--no-pair'], 'FOLDER_IN_USE', 1, second), /pid \d+/);
      await device.stop();
      await second.ok(['up', at('tree'), '--no-pair']);
    } finally {
      await second.stop();
    }
    assert.deepEqual(readdirSync(at('tree/inner')), []);
  });

  it('a second daemon, an unknown label, device and command, a broken option', async () => {
    await device.start(quiet);
    assert.match(await refused(['daemon', ...quiet], 'DAEMON_RUNNING'), new RegExp(`pid ${device.pid}`));
    await refused(['folder', 'rm', 'nope'], 'LABEL_UNKNOWN');
    await refused(['device', 'remove', 'nope'], 'DEVICE_UNKNOWN');
    await refused(['statsu'], 'USAGE', 2);
    await refused(['wait', '--timeout', 'soon'], 'USAGE', 2);
  });

  it('a malformed code, a wrong one, and one that was used', async () => {
    const other = new Device('two', directory);
    await device.start(quiet);
    await other.start(quiet);
    try {
      const { code } = await device.json<{ code: string }>(['up', at('tree')]);
      const [address] = (await device.status()).addresses;
      const pair = (text: string): string[] => ['pair', text, '--address', address as string];
      await refused(pair('7-harbour'), 'PAIR_CODE_MALFORMED', 2, other);
      const [plate, ...words] = code.split('-');
      await refused(pair([plate, ...words.reverse()].join('-')), 'PAIR_WRONG_CODE', 1, other);
      await other.ok(pair(code));
      const third = new Device('three', directory);
      await third.start(quiet);
      const late = await third.run(pair(code));
      await third.stop();
      assert.equal(late.code, 1, late.stderr);
      assert.match(late.stderr, /^p2psync: [^\n]+\n$/);
      assert.equal((await device.status()).peers.length, 1);
    } finally {
      await other.stop();
    }
  });

  it('three wrong codes burn it, counted across a restart', async () => {
    const other = new Device('two', directory);
    await device.start(quiet);
    await other.start(quiet);
    try {
      const { code } = await device.json<{ code: string }>(['pair', '--no-wait']);
      const [plate, ...words] = code.split('-');
      const wrong = [plate, ...words.reverse()].join('-');
      const pair = async (text: string): Promise<string[]> => [
        'pair',
        text,
        '--address',
        (await device.status()).addresses[0] as string,
      ];
      await refused(await pair(wrong), 'PAIR_WRONG_CODE', 1, other);
      await refused(await pair(wrong), 'PAIR_WRONG_CODE', 1, other);
      await device.kill();
      await device.start(quiet);
      const last = await other.run(await pair(wrong));
      assert.equal(last.code, 1, last.stderr);
      const right = await other.run(await pair(code));
      assert.equal(right.code, 1, 'the code was right, but burnt');
      assert.equal((await device.status()).peers.length, 0);
    } finally {
      await other.stop();
    }
  });

  it('a broken config, a corrupt or exposed identity: refused at start, nothing replaced; a damaged index: kept aside', async () => {
    await device.start(quiet);
    await device.ok(['up', at('tree'), '--no-pair']);
    await device.stop();
    const home = (name: string): string => join(device.home, name);
    const config = readFileSync(home('config.toml'), 'utf8');
    writeFileSync(home('config.toml'), `${config}\nname = "unfinished\n`);
    assert.match(await refused(['up', at('tree'), '--no-pair'], 'CONFIG_INVALID'), /line \d+/);
    writeFileSync(home('config.toml'), config);

    const key = readFileSync(home('identity.key'));
    writeFileSync(home('identity.key'), 'garbage');
    await refused(['up', at('tree'), '--no-pair'], 'IDENTITY_CORRUPT');
    assert.equal(readFileSync(home('identity.key'), 'utf8'), 'garbage');
    writeFileSync(home('identity.key'), key);
    chmodSync(home('identity.key'), 0o644);
    await refused(['up', at('tree'), '--no-pair'], 'IDENTITY_PERMISSIONS');
    chmodSync(home('identity.key'), 0o600);

    writeFileSync(home('index/CURRENT'), 'garbage');
    // It starts anew by itself, the damaged one is kept, and the files stay.
    await device.ok(['up', at('tree'), '--no-pair', ...quiet]);
    await device.ok(['wait', '--timeout', '20s']);
    assert.equal((await device.status()).folders[0]?.files, 1);
    assert.ok(readdirSync(device.home).some((name) => name.startsWith('index.damaged-')));
  });

  it('a port in use, no daemon, and a wait that runs out', async () => {
    await refused(['status'], 'NO_DAEMON', 4);
    await device.start(['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns']);
    const port = /tcp\/(\d+)/.exec((await device.status()).addresses[0] as string)?.[1];
    const other = new Device('two', directory);
    await refused(
      ['up', at('tree'), '--no-pair', '--listen', `/ip4/127.0.0.1/tcp/${port}`, '--no-mdns'],
      'PORT_IN_USE',
      1,
      other,
    );
    assert.equal(existsSync(other.home), false);
  });

  it('a marker that goes while it runs: said, and nothing is taken for deleted', async () => {
    await device.start(quiet);
    await device.ok(['up', at('tree'), '--no-pair']);
    await device.ok(['wait', '--timeout', '20s']);
    rmSync(at('tree/.p2psync/folder.json'));
    await device.ok(['rescan']);
    const [folder] = (await device.status()).folders;
    assert.equal(folder?.state, 'error');
    assert.match(folder?.errors[0]?.message ?? '', /marker/);
    assert.equal(folder?.files, 1);
  });
});
