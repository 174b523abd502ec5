/** Real daemons whose index or whole disk comes from another time: a union, conflict copies, and nothing is deleted. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { Device } from '../support/device.ts';

/** Why no file system of our own can be mounted here; undefined when it can. */
function imagesMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounting needs root on Linux';
  try {
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    execFileSync('losetup', ['-f'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'mkfs.ext4 or a loop device is missing';
  }
}

describe('a device that comes back from another time', function () {
  this.timeout(180_000);
  let directory: string;
  let devices: Device[];
  /** Where a device listened first: it is found again there. */
  let listens: Map<Device, string>;
  let one: Device;
  let two: Device;
  let three: Device;
  const tree = (i: number): string => (i === 0 ? join(directory, 'disk', 'tree') : join(directory, `tree-${i}`));
  const at = (i: number, name: string): string => join(tree(i), name);

  /** In a line: three hears of one through two alone. One's home and tree are both below `disk`. */
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-restored-'));
    mkdirSync(join(directory, 'disk'));
    one = new Device('one', join(directory, 'disk'));
    two = new Device('two', directory);
    three = new Device('three', directory);
    devices = [one, two, three];
    listens = new Map();
  });

  afterEach(async () => {
    for (const device of devices) await device.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function on(device: Device): Promise<void> {
    const listen = listens.get(device) ?? '/ip4/127.0.0.1/tcp/0';
    await device.start(['--name', device.name, '--no-mdns', '--listen', listen]);
    const [address] = (await device.status()).addresses;
    listens.set(device, (address as string).replace(/\/p2p\/.*/, ''));
  }

  async function pair(giver: Device, who: Device, path: string): Promise<void> {
    const { code } = await giver.json<{ code: string }>(['pair', '--no-wait']);
    const [address] = (await giver.status()).addresses;
    await who.ok(['pair', code, path, '--address', address as string]);
  }

  async function joined(): Promise<void> {
    for (const device of devices) await on(device);
    mkdirSync(tree(0), { recursive: true });
    writeFileSync(at(0, 'edited'), 'first');
    writeFileSync(at(0, 'deleted'), 'deleted later');
    writeFileSync(at(0, 'same'), 'same');
    await one.ok(['up', tree(0), '--no-pair']);
    await pair(one, two, tree(1));
    await pair(two, three, tree(2));
    await eventually('all to be equal', () => texts(2).length === 3 && texts(1).length === 3);
  }

  async function goneOn(): Promise<void> {
    writeFileSync(at(0, 'edited'), 'second, which the backup does not have');
    writeFileSync(at(0, 'new'), 'new, which the backup does not have');
    rmSync(at(0, 'deleted'));
    // After a restart of one, two calls it again after a backoff that grew while it was off.
    await eventually('three to hear of it', () => texts(2).join() === texts(0).join() && texts(2).length === 3, 60_000);
  }

  const texts = (i: number): string[] =>
    readdirSync(tree(i))
      .filter((name) => name !== '.p2psync')
      .map((name) => readFileSync(at(i, name), 'utf8'))
      .sort();

  async function holding(what: readonly string[]): Promise<void> {
    const expected = [...what].sort();
    try {
      await eventually(
        'all to hold the union',
        () => [0, 1, 2].every((i) => texts(i).join('|') === expected.join('|')),
        60_000,
      );
    } catch (error) {
      const told = `${JSON.stringify([0, 1, 2].map(texts))} instead of ${JSON.stringify(expected)}`;
      throw new Error(told, { cause: error });
    }
  }

  async function union(more: readonly string[] = []): Promise<void> {
    const expected = [
      'deleted later',
      'first',
      'new, which the backup does not have',
      'same',
      'second, which the backup does not have',
      ...more,
    ];
    await holding(expected);
    for (const i of [0, 1, 2]) {
      assert.equal(readFileSync(at(i, 'edited'), 'utf8'), 'second, which the backup does not have');
    }
  }

  async function reasonOf(device: Device): Promise<string> {
    const { folders } = await device.status();
    const [notice] = folders.flatMap(({ errors }) => errors).filter(({ path }) => path === '.');
    const events = await device.json<{ type: string }[]>(['events']);
    assert.ok(events.some(({ type }) => type === 'index-restarted'));
    return notice?.message ?? '';
  }

  it('restored from copies of home and folder: its index begins anew at start, and says why', async () => {
    await joined();
    await one.stop();
    cpSync(join(directory, 'disk'), join(directory, 'backup'), { recursive: true, preserveTimestamps: true });
    await on(one);
    await goneOn();
    await one.stop();
    rmSync(join(directory, 'disk'), { recursive: true });
    cpSync(join(directory, 'backup'), join(directory, 'disk'), { recursive: true, preserveTimestamps: true });
    await on(one);
    assert.match(await reasonOf(one), /began anew: .*put back from a backup/);
    await union();
    // It is over: the next start goes on.
    await one.stop();
    await on(one);
    assert.deepEqual((await one.status()).folders[0]?.errors, []);
  });

  it('with a folder restored from a copy, or an index alone: the same', async () => {
    await joined();
    await one.stop();
    for (const part of ['tree', 'home-one/index']) {
      const name = part.replace('/', '-');
      cpSync(join(directory, 'disk', part), join(directory, name), { recursive: true, preserveTimestamps: true });
    }
    await on(one);
    await goneOn();
    await one.stop();
    rmSync(tree(0), { recursive: true });
    cpSync(join(directory, 'tree'), tree(0), { recursive: true, preserveTimestamps: true });
    await on(one);
    assert.match(await reasonOf(one), /the directory was copied, or put back from a backup/);
    await union();
    await one.stop();
    const index = join(one.home, 'index');
    rmSync(index, { recursive: true });
    cpSync(join(directory, 'home-one-index'), index, { recursive: true, preserveTimestamps: true });
    await on(one);
    assert.match(await reasonOf(one), /began anew/);
    await union();
  });

  for (const [what, damage, reason] of [
    ['deleted', (index: string) => rmSync(index, { recursive: true }), /the index was not there any more/],
    [
      'cut off',
      (index: string) => {
        for (const name of readdirSync(index)) if (name.startsWith('MANIFEST')) truncateSync(join(index, name), 20);
      },
      /the index was damaged \(it is kept as index\.damaged-/,
    ],
    [
      'overwritten',
      (index: string) => {
        for (const name of readdirSync(index))
          if (/\.(ldb|log)$/.test(name)) writeFileSync(join(index, name), 'x'.repeat(99));
      },
      // LevelDB takes what it cannot read at the end of a log for a write that a crash cut off.
      /the index was damaged|the index was not there any more/,
    ],
  ] as const) {
    it(`with an index that was ${what}: the daemon starts, its links and folders are as they were`, async () => {
      await joined();
      await goneOn();
      await one.stop();
      writeFileSync(at(0, 'offline'), 'made while it was off');
      rmSync(at(0, 'same'));
      damage(join(one.home, 'index'));
      await on(one);
      assert.match(await reasonOf(one), reason);
      if (what === 'cut off') assert.ok(readdirSync(one.home).some((name) => name.startsWith('index.damaged-')));
      const expected = [...new Set([...texts(0), 'same'])];
      await holding(expected);
      assert.equal(existsSync(at(0, 'same')), true, 'what was deleted meanwhile comes back');
      assert.equal((await one.status()).peers.length, 1);
    });
  }

  describe('on a disk that goes back as a whole, as with a virtual machine', () => {
    let mounted = false;
    const image = (): string => join(directory, 'disk.img');
    const mount = (): void => {
      execFileSync('mount', ['-o', 'loop', image(), join(directory, 'disk')]);
      mounted = true;
    };
    const unmount = (): void => {
      if (mounted) execFileSync('umount', [join(directory, 'disk')]);
      mounted = false;
    };

    before(function () {
      const missing = imagesMissing();
      if (missing !== undefined) {
        console.log(`      skipped: ${missing}`);
        this.skip();
      }
    });
    beforeEach(() => {
      execFileSync('truncate', ['-s', '64M', image()]);
      execFileSync('mkfs.ext4', ['-q', '-F', image()]);
      mount();
    });
    afterEach(async () => {
      for (const device of devices) await device.stop();
      unmount();
    });

    it('nothing here shows it; the peer does, and nobody takes what was written since for newer', async () => {
      await joined();
      await one.stop();
      unmount();
      cpSync(image(), join(directory, 'snapshot.img'));
      mount();
      await on(one);
      await goneOn();
      await one.stop();
      unmount();
      renameSync(join(directory, 'snapshot.img'), image());
      mount();
      await two.stop();
      await on(one);
      // The numbers that were lost are given again, and more.
      for (let i = 0; i < 3; i++) {
        writeFileSync(at(0, 'again'), `again ${i}`);
        await one.ok(['rescan']);
      }
      assert.deepEqual((await one.status()).folders[0]?.errors, [], 'nothing is noticed yet');
      await on(two);
      await union(['again 2']);
      assert.match(await reasonOf(one), /holds changes made here that the index did not know/);
    });
  });
});
