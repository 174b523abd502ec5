/** Three real daemons: a third device joins through the second one's code, and later links with the first as well. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { Device } from '../support/device.ts';
import { treeDifferences } from '../support/trees.ts';

const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];

describe('three devices', function () {
  this.timeout(60_000);
  let directory: string;
  let devices: Device[];
  const tree = (i: number): string => join(directory, `tree-${i}`);

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-three-'));
    devices = ['one', 'two', 'three'].map((name) => new Device(name, directory));
    for (const device of devices) await device.start(['--name', device.name, ...quiet]);
    mkdirSync(tree(0));
    writeFileSync(join(tree(0), 'first.txt'), 'first');
  });

  afterEach(async () => {
    for (const device of devices) await device.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** `who` types a code that `giver` gives. */
  async function pair(giver: Device, who: Device, path: string): Promise<void> {
    const { code } = await giver.json<{ code: string }>(['pair', '--no-wait']);
    const [address] = (await giver.status()).addresses;
    await who.ok(['pair', code, path, '--address', address as string]);
  }

  it('stay equal along a line, and in a triangle once the ends link for the folder they both have', async () => {
    const [one, two, three] = devices as [Device, Device, Device];
    await one.ok(['up', tree(0), '--no-pair']);
    await pair(one, two, tree(1));
    await pair(two, three, tree(2));
    writeFileSync(join(tree(2), 'from-three.txt'), 'three');
    await eventually('all three to be equal', () => {
      return treeDifferences(tree(0), tree(1)).length === 0 && treeDifferences(tree(0), tree(2)).length === 0;
    });
    await pair(one, three, tree(2));
    await two.stop();
    writeFileSync(join(tree(0), 'without-two.txt'), 'direct');
    await eventually('the ends to be equal without the middle', () => treeDifferences(tree(0), tree(2)).length === 0);
    assert.equal((await three.status()).folders.length, 1);
  });
});
