/** One identity on two machines: a home that was copied, and both go on. Nobody can tell them apart; nothing may be lost by it. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { Device } from '../support/device.ts';
import { Linked } from '../support/linked.ts';

describe('hostile: one identity on two machines', function () {
  this.timeout(180_000);
  let linked: Linked;
  let copy: Device | undefined;
  after(async () => {
    await copy?.stop();
    await linked?.close();
  });

  it('loses nothing that either wrote, ends no daemon, and each alone hears the others', async () => {
    linked = await Linked.create('twin', { count: 2, rescanSeconds: 3600 });
    writeFileSync(linked.at(0, 'before.txt'), 'before the copy');
    await linked.equal();
    // The machine as a whole, as a backup that was put back on another one: home, index and tree.
    await linked.device(1).stop();
    copy = new Device('copy', linked.directory);
    const tree = join(linked.directory, 'tree-copy');
    cpSync(linked.device(1).home, copy.home, { recursive: true, preserveTimestamps: true });
    cpSync(linked.tree(1), tree, { recursive: true, preserveTimestamps: true });
    const config = join(copy.home, 'config.toml');
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll(linked.tree(1), tree));
    mkdirSync(tree, { recursive: true });
    const places = [linked.tree(0), linked.tree(1), tree];
    const write = (i: number): void => {
      writeFileSync(join(places[i] as string, `of-${i}.txt`), `written on ${i}`);
      writeFileSync(join(places[i] as string, 'before.txt'), `changed on ${i}`);
    };
    const has = (i: number, content: string): Promise<unknown> =>
      eventually(`“${content}” on ${i}`, () => contentsIn(places[i] as string).has(content), 60_000);
    const startCopy = (): Promise<void> => (copy as Device).start(['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns']);
    // One after the other, neither knowing of what the other wrote under their common name.
    await startCopy();
    write(2);
    await has(0, 'changed on 2');
    await copy.stop();
    write(1);
    await linked.start(1);
    await has(0, 'changed on 1');
    await has(0, 'written on 1');
    // Both at once: each hears the third device, which can follow but one of them at a time.
    await startCopy();
    writeFileSync(linked.at(0, 'of-0.txt'), 'written on 0');
    await eventually('“written on 0” on one of them', () =>
      [1, 2].some((i) => contentsIn(places[i] as string).has('written on 0')),
    );
    for (const device of [...linked.devices, copy]) assert.ok(device.running, device.log());
    // Each alone again.
    await copy.stop();
    await has(1, 'written on 0');
    await linked.device(1).stop();
    await startCopy();
    await has(2, 'written on 0');
    for (const device of [linked.device(0), copy]) assert.ok(device.running, device.log());
    for (const content of ['changed on 1', 'changed on 2', 'written on 1', 'written on 2']) {
      assert.ok(contentsIn(linked.tree(0)).has(content), `${content} is lost`);
    }
  });
});

function contentsIn(directory: string): Set<string> {
  const contents = new Set<string>();
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const full = join(at, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (entry.isFile()) contents.add(readFileSync(full, 'utf8'));
    }
  };
  walk(directory);
  return contents;
}
