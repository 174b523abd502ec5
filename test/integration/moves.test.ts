/** Moves between two real daemons: nothing of a moved file's content crosses the wire. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { Device } from '../support/device.ts';
import { treeDifferences } from '../support/trees.ts';

const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];

describe('moves between real daemons', function () {
  this.timeout(180_000);
  let directory: string;
  let one: Device;
  let two: Device;
  const tree = (i: number): string => join(directory, `tree-${i}`);

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-moves-'));
    [one, two] = [new Device('one', directory), new Device('two', directory)];
    for (const device of [one, two]) await device.start(['--name', device.name, ...quiet]);
    mkdirSync(tree(0));
  });

  afterEach(async () => {
    await one.stop();
    await two.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function join2(): Promise<void> {
    await one.ok(['up', tree(0), '--no-pair']);
    const { code } = await one.json<{ code: string }>(['pair', '--no-wait']);
    const [address] = (await one.status()).addresses;
    await two.ok(['pair', code, tree(1), '--address', address as string]);
    await equal();
  }

  async function equal(): Promise<void> {
    await eventually('both to be equal', () => treeDifferences(tree(0), tree(1)).length === 0, 120_000);
    await one.ok(['wait', '--timeout', '120s']);
  }

  const received = async (): Promise<number> => (await two.status()).peers[0]?.bytesIn ?? 0;

  it('a directory of 10,000 files is renamed without sending a file', async () => {
    const files = 10_000;
    const bytes = 4096;
    for (let d = 0; d < 10; d++) {
      mkdirSync(join(tree(0), 'old', `${d}`), { recursive: true });
      for (let i = 0; i < files / 10; i++) writeFileSync(join(tree(0), 'old', `${d}`, `${i}`), randomBytes(bytes));
    }
    await join2();
    const before = await received();
    const start = performance.now();
    renameSync(join(tree(0), 'old'), join(tree(0), 'new'));
    await equal();
    const took = Math.round(performance.now() - start);
    const sent = (await received()) - before;
    // The index says of each file that it went and that it came; of 41 MB of content nothing is sent.
    assert.ok(sent < 0.15 * files * bytes, `${sent} bytes in ${took} ms`);
    if (process.env['P2PSYNC_TEST_LOG'] !== undefined) console.log({ sent, took });
    assert.deepEqual(readdirSync(tree(1)).sort(), ['.p2psync', 'new']);
  });

  it('swaps, cycles and moves across directories send nothing', async () => {
    const size = 300_000;
    const at = (path: string): string => join(tree(0), path);
    mkdirSync(at('x/deep'), { recursive: true });
    mkdirSync(at('y'));
    for (const name of ['a', 'b', 'c', 'x/deep/f', 'x/g', 'y/h']) writeFileSync(at(name), randomBytes(size));
    await join2();
    const before = await received();
    // a and b swap with a third in the circle; the directories cross: y goes into x/deep, x goes away under a new name.
    renameSync(at('a'), at('t'));
    renameSync(at('b'), at('a'));
    renameSync(at('c'), at('b'));
    renameSync(at('t'), at('c'));
    renameSync(at('y'), at('x/deep/y'));
    renameSync(at('x'), at('z'));
    await equal();
    const sent = (await received()) - before;
    assert.ok(sent < size / 2, `${sent} bytes`);
  });
});
