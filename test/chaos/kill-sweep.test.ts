/**
 * SIGKILL at the Nth system call of a daemon, on the receiving and on the sending side, while a person does one of everything
 * on the other. After each: nothing half is visible, what the index says is on the disk, and a restart alone makes the trees
 * equal, with no conflict copy, since only one side wrote (I1, I2, I3, I8, I9, I10).
 *
 * A sample runs by default; P2PSYNC_SWEEP=N takes N kills of each call on each side.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FolderId } from '../../src/core/identifiers.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import { openDatabase } from '../../src/store/database.ts';
import { Linked } from '../support/linked.ts';
import { straceMissing, Tracer } from '../support/faults.ts';
import { readTree } from '../support/trees.ts';
import { filesIn, User } from './user.ts';

/** The calls of each kind under their names on every architecture. */
const kinds = {
  open: '?open,openat',
  write: 'write,pwrite64',
  sync: 'fsync,fdatasync,?syncfs',
  rename: '?rename,?renameat,renameat2',
  link: '?link,linkat',
  unlink: '?unlink,unlinkat,?rmdir',
  make: '?mkdir,mkdirat,?symlink,symlinkat',
  time: 'utimensat,?chmod,fchmodat',
} as const;
type Kind = keyof typeof kinds;

/** How far to count at most: about as many calls as one thread makes of the kind in one round. */
const countMax: Record<Kind, number> = {
  open: 200,
  write: 40,
  sync: 20,
  rename: 10,
  link: 12,
  unlink: 16,
  make: 10,
  time: 16,
};

interface Kill {
  readonly side: 'receiver' | 'sender';
  readonly kind: Kind;
  readonly when: number;
}

const full = Number(process.env['P2PSYNC_SWEEP'] ?? '0');

/** Spread over each kind's range. The sender makes few of most kinds: it reads, and writes its index. */
function kills(): Kill[] {
  const all: Kill[] = [];
  const add = (side: Kill['side'], kind: Kind, count: number, max = countMax[kind]): void => {
    const some = Math.min(max, count);
    for (let i = 0; i < some; i++) all.push({ side, kind, when: 1 + Math.floor((i * max) / some) });
  };
  if (full > 0) {
    for (const kind of Object.keys(kinds) as Kind[]) add('receiver', kind, full);
    for (const kind of ['open', 'write', 'sync'] as const) add('sender', kind, full);
    return all;
  }
  for (const kind of ['rename', 'link', 'unlink'] as const) add('receiver', kind, 2, 6);
  add('receiver', 'write', 2, 12);
  add('receiver', 'sync', 2, 10);
  add('receiver', 'open', 1);
  add('receiver', 'make', 1);
  add('sender', 'sync', 1);
  add('sender', 'write', 2, 8);
  add('sender', 'open', 3);
  return all;
}

describe('Crash: SIGKILL at the Nth open/write/fsync/rename/unlink on either side, N swept', function () {
  this.timeout(60_000);
  let linked: Linked;
  let user: User;
  let round = 0;
  let strikes = 0;

  before(async function () {
    const missing = straceMissing();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    linked = await Linked.create('sweep');
    user = new User(linked.tree(0));
    // Each round deletes and rewrites some ten files.
    user.ballast(50 + 25 * kills().length);
    user.everything(round++);
    await linked.equal();
    return undefined;
  });

  after(async () => {
    await linked?.close();
  });

  for (const { side, kind, when } of kills()) {
    it(`the ${side} at ${kind} number ${when}`, async () => {
      const victim = side === 'receiver' ? 1 : 0;
      const tracer = await Tracer.attach(linked.device(victim).pid as number, kinds[kind], [
        `${kinds[kind]}:signal=KILL:when=${when}`,
      ]);
      try {
        user.everything(round++);
        // It dies, or it is done: then there are fewer such calls.
        await linked.settledOrDead(victim);
        if (tracer.struck) strikes++;
      } finally {
        await tracer.detach();
      }
      const wanted = readTree(linked.tree(0));
      assert.deepEqual(user.halfFiles(linked.tree(1)), []);
      if (!linked.device(victim).running) {
        await linked.device(victim).stop();
        // The sender's tree is its user's: there the index may lag behind.
        if (side === 'receiver') assert.deepEqual(await notOnDisk(linked, victim), []);
        await linked.start(victim);
      }
      await linked.equal();
      assert.deepEqual(readTree(linked.tree(0)), wanted, 'the writer keeps exactly what was written');
      for (const i of [0, 1]) assert.equal((await linked.folder(i)).conflicts, 0);
    });
  }

  for (const edited of [false, true]) {
    const when = edited ? ', also when the other device has edited it again' : '';
    it(`a crash between rename and index commit (own content is recognised)${when}`, async function () {
      user.write('between.txt', 'first');
      await linked.equal();
      const tracer = await Tracer.attach(linked.device(1).pid as number, 'fdatasync', [
        // The first is for what was announced, the second for the journal, the third for what was put in place.
        'fdatasync:signal=KILL:when=3',
      ]);
      try {
        user.write('between.txt', 'second');
        await linked.settledOrDead(1);
      } finally {
        await tracer.detach();
      }
      assert.equal(linked.device(1).running, false);
      await linked.device(1).stop();
      assert.equal(readFileSync(linked.at(1, 'between.txt'), 'utf8'), 'second');
      if (edited) {
        user.write('between.txt', 'third');
        await (await linked.api(0)).rescan(undefined, undefined);
      }
      await linked.start(1);
      await linked.equal();
      assert.equal(readFileSync(linked.at(1, 'between.txt'), 'utf8'), edited ? 'third' : 'second');
      for (const i of [0, 1]) assert.equal((await linked.folder(i)).conflicts, 0);
    });
  }

  it('the kills did happen', () => {
    assert.ok(strikes >= kills().length / 2, `${strikes} of ${kills().length}`);
    console.log(`    ${strikes} of ${kills().length} kills`);
  });
});

/** Contents that a dead receiver's index says it holds, and that are nowhere on its disk: in the tree or kept (I1, I8). */
async function notOnDisk(linked: Linked, i: number): Promise<string[]> {
  const { id } = await linked.folder(1 - i);
  const here = new Set<string>();
  for (const prefix of ['', '.p2psync/versions']) {
    for (const path of filesIn(linked.tree(i), prefix)) here.add(hashBytes(readFileSync(linked.at(i, path))));
  }
  const database = await openDatabase(join(linked.device(i).home, 'index'), randomBytes);
  try {
    const missing: string[] = [];
    const store = await database.folder(id as FolderId);
    for await (const records of store.iterate(undefined)) {
      for (const { path, entry } of records) {
        if (entry.kind === 'file' && !here.has(entry.contentHash)) missing.push(path);
      }
    }
    assert.deepEqual(await store.verify(), []);
    return missing;
  } finally {
    await database.close();
  }
}
