/**
 * The main job on real input: two daemons in two network namespaces on one bridge, with and without a default route, found by
 * mDNS, linked by code. They keep this repository equal, .git and node_modules included, through edits from both sides, an
 * absence, and kill -9 in mid-transfer.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/condition.ts';
import { Device } from '../support/device.ts';
import { createLan, lanMissing, type Lan } from '../support/lan.ts';
import { treeDifferences } from '../support/trees.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', ['-C', directory, '-c', 'safe.directory=*', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

interface Pair {
  readonly a: Device;
  readonly b: Device;
  readonly treeA: string;
  readonly treeB: string;
  equal(timeout?: string): Promise<void>;
}

for (const defaultRoute of [true, false]) {
  describe(`two machines on one LAN ${defaultRoute ? 'with' : 'without'} a default route`, function () {
    this.timeout(240_000);
    let directory: string;
    let lan: Lan;
    let pair: Pair;

    before(async function () {
      const missing = lanMissing();
      if (missing !== undefined) {
        console.log(`    skipped: ${missing}`);
        return this.skip();
      }
      directory = mkdtempSync(join(tmpdir(), 'p2psync-lan-'));
      lan = createLan(2, { defaultRoute, tag: defaultRoute ? 'r' : 'n' });
      pair = await linkByCode(directory, lan);
      return undefined;
    });

    after(async () => {
      await pair?.a.stop();
      await pair?.b.stop();
      lan?.remove();
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    });

    it('keep a real tree equal: a repository with its .git and node_modules', async function () {
      const { treeA, treeB } = pair;
      const source = join(treeA, 'repository');
      copyRepository(source, defaultRoute);
      await pair.equal('120s');
      assert.ok(existsSync(join(treeB, 'repository/package.json')));
      assert.match(git(join(treeB, 'repository'), 'fsck', '--full', '--strict', '--no-dangling'), /^$/);
      assert.equal(git(join(treeB, 'repository'), 'status', '--porcelain'), git(source, 'status', '--porcelain'));
      const status = await pair.b.status();
      console.log(`    ${status.folders[0]?.files} files, ${status.peers[0]?.bytesIn} bytes in`);
    });

    it('carry edits from both sides while running', async () => {
      const { treeA, treeB } = pair;
      writeFileSync(join(treeA, 'from-a.txt'), 'written on A');
      await eventually('the file to arrive on B', () => existsSync(join(treeB, 'from-a.txt')), 10_000);
      writeFileSync(join(treeB, 'from-b.txt'), 'written on B');
      await eventually('the file to arrive on A', () => existsSync(join(treeA, 'from-b.txt')), 10_000);
      renameSync(join(treeB, 'repository'), join(treeB, 'renamed'));
      await pair.equal();
      assert.ok(existsSync(join(treeA, 'renamed/package.json')));
      rmSync(join(treeA, 'from-b.txt'));
      await pair.equal();
      assert.ok(!existsSync(join(treeB, 'from-b.txt')));
    });

    it('catch up after one was off for a while', async () => {
      const { a, b, treeA, treeB } = pair;
      await b.stop();
      writeFileSync(join(treeA, 'while-b-was-off.txt'), 'new');
      rmSync(join(treeA, 'from-a.txt'));
      // B's own disk changes too while its daemon is off.
      writeFileSync(join(treeB, 'while-b-was-off-on-b.txt'), 'new');
      await a.ok(['rescan']);
      await b.start();
      await pair.equal();
      assert.ok(existsSync(join(treeA, 'while-b-was-off-on-b.txt')));
      assert.ok(!existsSync(join(treeB, 'from-a.txt')));
    });

    it('keep both sides of a conflict made while the cable was out', async () => {
      const { a, b, treeA, treeB } = pair;
      lan.link(0, false);
      await eventually('B to notice', async () => (await b.status()).peers[0]?.connected === false, 30_000);
      writeFileSync(join(treeA, 'while-b-was-off.txt'), 'edited on A');
      writeFileSync(join(treeB, 'while-b-was-off.txt'), 'edited on B');
      await Promise.all([a.ok(['rescan']), b.ok(['rescan'])]);
      lan.link(0, true);
      await pair.equal('60s');
      const copies = readdirSync(treeA).filter((name) => name.startsWith('while-b-was-off'));
      const contents = copies.map((name) => readFileSync(join(treeA, name), 'utf8'));
      assert.ok(contents.includes('edited on A') && contents.includes('edited on B'), contents.join());
    });

    it('survive kill -9 in mid-transfer on either side', async () => {
      const { a, b, treeA, treeB } = pair;
      const large = randomBytes(64 * 1024 * 1024);
      for (const [victim, name] of [
        [b, 'killed-receiver'],
        [a, 'killed-sender'],
      ] as const) {
        mkdirSync(join(treeA, name));
        for (let i = 0; i < 4; i++)
          writeFileSync(join(treeA, name, `large-${i}`), Buffer.concat([Buffer.of(i), large]));
        for (let i = 0; i < 2000; i++) writeFileSync(join(treeA, name, `small-${i}`), `${name} ${i}`);
        await eventually('the transfer to begin', () => existsSync(join(treeB, name)), 30_000);
        await victim.kill();
        await victim.start();
        await pair.equal('90s');
        assert.equal(statSync(join(treeB, name, 'large-3')).size, large.length + 1);
      }
      const leftovers = readdirSync(treeB).filter((name) => name.startsWith('.p2psync-tmp'));
      assert.deepEqual(leftovers, []);
    });
  });
}

async function linkByCode(directory: string, lan: Lan): Promise<Pair> {
  const [treeA, treeB] = [join(directory, 'a'), join(directory, 'b')];
  mkdirSync(treeA);
  const a = new Device('alpha', directory, lan.hosts[0]);
  const b = new Device('beta', directory, lan.hosts[1]);
  await a.start(['--name', 'alpha']);
  await b.start(['--name', 'beta']);
  const { code } = await a.json<{ code: string }>(['up', treeA]);
  const linked = await b.json<{ device: { name: string }; fingerprint: string }>(['pair', code, treeB]);
  assert.equal(linked.device.name, 'alpha');
  return {
    ...{ a, b, treeA, treeB },
    equal: async (timeout = '30s') => {
      await Promise.all([a.ok(['rescan']), b.ok(['rescan'])]);
      await a.ok(['wait', '--timeout', timeout], { timeoutMs: 200_000 });
      await b.ok(['wait', '--timeout', timeout], { timeoutMs: 200_000 });
      assert.deepEqual(treeDifferences(treeA, treeB), []);
    },
  };
}

/** With its installed packages where the route is the usual one; without them once more where it is not, for the time it takes. */
function copyRepository(target: string, whole: boolean): void {
  git(repository, 'clone', '--quiet', '--no-hardlinks', repository, target);
  if (whole) {
    cpSync(join(repository, 'node_modules'), join(target, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    });
  }
}
