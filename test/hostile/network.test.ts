/** Two real daemons over a line of 1 Mbit/s that stalls and is cut all the time: they become equal. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadLine } from '../support/bad-line.ts';
import { Linked } from '../support/linked.ts';

/** A generator of its own (mulberry32), so that a line that failed is cut at the same places again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('hostile: a bad line', function () {
  this.timeout(120_000);
  let linked: Linked | undefined;
  let line: BadLine | undefined;
  afterEach(async () => {
    await line?.close();
    await linked?.close();
  });

  it('of 1 Mbit/s with stalls, cut at random, two devices become equal over it', async () => {
    linked = await Linked.create('line', { count: 2, rescanSeconds: 3600 });
    const [address] = (await (await linked.api(0)).status()).addresses;
    const port = Number(/\/tcp\/(\d+)/.exec(address as string)?.[1]);
    const seed = Math.floor(Math.random() * 1e9);
    line = await BadLine.start(port, {
      ...{ bytesPerSecond: 125_000, delayMs: 20, cutAfterBytes: 170_000, stallMs: 800 },
      random: seeded(seed),
    });
    // From now on the one knows the other behind the line alone.
    await linked.device(1).stop();
    const config = join(linked.device(1).home, 'config.toml');
    const direct = readFileSync(config, 'utf8');
    const indirect = direct.replaceAll(`/tcp/${port}`, `/tcp/${line.port}`);
    assert.notEqual(direct, indirect);
    writeFileSync(config, indirect);
    mkdirSync(linked.at(0, 'many'));
    for (let i = 0; i < 40; i++) writeFileSync(linked.at(0, `many/${i}.txt`), `content ${i} `.repeat(50));
    const large = randomBytes(230_000);
    writeFileSync(linked.at(0, 'large.bin'), large);
    writeFileSync(linked.at(1, 'from the other side.bin'), randomBytes(30_000));
    await linked.start(1);
    await linked.equal(90_000).catch((error: unknown) => {
      throw new Error(`seed ${seed}, ${line?.cuts} cuts`, { cause: error });
    });
    assert.ok(line.cuts >= 1, `${line.cuts} cuts`);
    renameSync(linked.at(0, 'large.bin'), linked.at(0, 'moved.bin'));
    writeFileSync(linked.at(0, 'last.txt'), 'the last');
    await linked.equal(60_000);
  });
});
