/** Repositories that are worked on while they are synchronised: the far side never holds half of one. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultGuardLimits } from '../../src/core/guard.ts';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';
import { treeDifferences } from '../support/trees.ts';

const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];

function git(on: SessionDevice, ...args: string[]): string {
  return execFileSync('git', ['-C', join(on.path, 'repo'), ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

/** What is wrong with the repository, as git says; undefined: nothing, or there is none yet. */
function damage(on: SessionDevice): string | undefined {
  if (!existsSync(join(on.path, 'repo/.git/HEAD'))) return undefined;
  const { status, stdout, stderr } = spawnSync('git', ['-C', join(on.path, 'repo'), 'fsck', '--full', '--strict'], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

describe('a repository in a synchronised folder', function () {
  this.timeout(60_000);
  let directory: string;
  let lan: MemoryLan;
  let a: SessionDevice;
  let b: SessionDevice;

  before(function () {
    if (spawnSync('git', ['--version']).status !== 0) this.skip();
  });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'p2psync-groups-'));
    lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan, defaultGuardLimits);
    b = new SessionDevice('B', directory, lan, defaultGuardLimits);
    mkdirSync(join(a.path, 'repo'));
    git(a, 'init', '-q', '-b', 'main');
    for (let i = 0; i < 60; i++) commit(a, `first-${i % 20}`, `${i}`);
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  function commit(on: SessionDevice, name: string, text: string): void {
    writeFileSync(join(on.path, 'repo', name), `${text}\n`.repeat(50));
    git(on, 'add', '-A');
    git(on, 'commit', '-q', '-m', `${name} ${text}`);
  }

  async function bothEqual(): Promise<void> {
    await allEqual([a, b], 30_000);
    assert.deepEqual(treeDifferences(a.path, b.path), []);
  }

  it('passes fsck at the peer at every moment, while it is committed to and repacked', async () => {
    await a.start();
    await b.start();
    await bothEqual();
    const seen: string[] = [];
    let isDone = false;
    const watching = (async () => {
      let checks = 0;
      while (!isDone) {
        const wrong = damage(b);
        if (wrong !== undefined) seen.push(wrong);
        checks++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return checks;
    })();
    for (let i = 0; i < 40; i++) {
      commit(a, `work-${i % 7}`, `${i}`);
      if (i % 10 === 9) git(a, 'repack', '-a', '-d', '-q');
      if (i % 13 === 12) git(a, 'gc', '-q', '--prune=now');
      if (i % 8 === 7) git(a, 'checkout', '-q', '-b', `branch-${i}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    git(a, 'gc', '-q', '--prune=now');
    await bothEqual();
    isDone = true;
    assert.ok((await watching) > 5);
    assert.deepEqual(seen, []);
    assert.equal(
      git(b, 'log', '--oneline', 'HEAD').split('\n').length,
      git(a, 'log', '--oneline', 'HEAD').split('\n').length,
    );
    assert.equal(git(b, 'status', '--porcelain'), '');
  });

  it('keeps the objects that a commit here needs, when a repack elsewhere deletes them at the same time', async () => {
    await a.start();
    await b.start();
    await bothEqual();
    // An object that nobody refers to, on both sides.
    writeFileSync(join(a.path, 'repo/draft'), 'a draft\n'.repeat(100));
    const blob = git(a, 'hash-object', '-w', 'draft').trim();
    rmSync(join(a.path, 'repo/draft'));
    await bothEqual();
    lan.link(a.id, b.id, false);
    writeFileSync(join(b.path, 'repo/draft'), 'a draft\n'.repeat(100));
    git(b, 'add', 'draft');
    git(b, 'commit', '-q', '-m', 'the draft');
    git(a, 'gc', '-q', '--prune=now');
    await a.session.rescan(undefined);
    await b.session.rescan(undefined);
    lan.link(a.id, b.id, true);
    await bothEqual();
    assert.equal(damage(a), undefined);
    assert.equal(damage(b), undefined);
    assert.equal(git(a, 'cat-file', '-t', blob).trim(), 'blob');
    assert.ok(git(a, 'log', '--all', '--oneline').includes('the draft'));
  });

  it('loses no commit of either side, and stays whole, when both commit at once', async () => {
    await a.start();
    await b.start();
    await bothEqual();
    lan.link(a.id, b.id, false);
    commit(a, 'from-a', 'a');
    commit(b, 'from-b', 'b');
    const heads = [git(a, 'rev-parse', 'HEAD').trim(), git(b, 'rev-parse', 'HEAD').trim()];
    await a.session.rescan(undefined);
    await b.session.rescan(undefined);
    lan.link(a.id, b.id, true);
    await bothEqual();
    for (const on of [a, b]) {
      assert.equal(damage(on), undefined);
      for (const head of heads) assert.equal(git(on, 'cat-file', '-t', head).trim(), 'commit');
    }
    const refs = readdirSync(join(a.path, 'repo/.git/refs/heads'));
    assert.ok(
      refs.some((name) => name.startsWith('main.conflict-')),
      refs.join(' '),
    );
  });

  it('is not touched while a program is at work in it here, and says so', async () => {
    await a.start();
    await b.start();
    await bothEqual();
    writeFileSync(join(b.path, 'repo/.git/index.lock'), '');
    commit(a, 'more', 'more');
    await a.session.rescan(undefined);
    await eventually('B to say that it waits', () =>
      b.session.status().errors.some(({ message }) => message.includes('index.lock')),
    );
    assert.ok(!git(b, 'log', '--oneline').includes('more more'));
    rmSync(join(b.path, 'repo/.git/index.lock'));
    await bothEqual();
    assert.ok(git(b, 'log', '--oneline').includes('more more'));
    assert.deepEqual(b.session.status().errors, []);
  });
});
