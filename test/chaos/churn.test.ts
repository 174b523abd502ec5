/**
 * Three daemons, and on each a person with programs that write, save as editors do, rename, delete and swap kinds at random, on
 * the same paths; one daemon is killed and comes back. Then quiet: all equal, nothing half, and every write that nobody has
 * superseded is in some tree or some version store (I1, I2, I3, I10).
 *
 * P2PSYNC_CHURN_SECONDS makes it longer, P2PSYNC_CHURN_SEED replays the choices (not their timing).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Linked } from '../support/linked.ts';
import { filesIn } from './user.ts';

const seconds = Number(process.env['P2PSYNC_CHURN_SECONDS'] ?? '12');
const seed = Number(process.env['P2PSYNC_CHURN_SEED'] ?? randomInt(2 ** 31));
/** So many that what is deleted and rewritten stays a small share of the folder. */
const ballastFiles = 300;
const paths = ['a', 'b', 'c', 'd/e', 'd/f', 'd/g/h', 'i/j', 'k.txt', 'l.tar.gz', 'm'].flatMap((path) => [
  path,
  `x/${path}`,
]);

/** mulberry32. */
function randomFrom(state: number): () => number {
  let s = state;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What all users wrote, and what they knowingly wrote over or deleted. */
class Ledger {
  readonly written = new Map<string, string>();
  readonly superseded = new Set<string>();

  write(content: string, by: string): void {
    this.written.set(hashOf(content), by);
  }

  supersede(full: string): void {
    try {
      const stat = lstatSync(full);
      if (stat.isFile()) this.superseded.add(hashOf(readFileSync(full)));
      else if (stat.isDirectory()) for (const path of filesIn(full)) this.supersede(join(full, path));
    } catch (error) {
      tolerate(error);
    }
  }
}

/** The daemons write here, too: what a program meets may be gone, or have become something else. */
function tolerate(error: unknown): void {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY', 'EINVAL', 'ELOOP'].includes(code)) throw error;
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

describe('Churn on three devices', function () {
  this.timeout((seconds + 150) * 1000);
  let trio: Linked;
  const ledger = new Ledger();
  const random = randomFrom(seed);
  let writes = 0;

  before(async () => {
    console.log(`    P2PSYNC_CHURN_SEED=${seed}`);
    trio = await Linked.create('churn', { count: 3, rescanSeconds: 5 });
    mkdirSync(trio.at(0, 'ballast'));
    for (let i = 0; i < ballastFiles; i++) writeFileSync(trio.at(0, `ballast/${i}`), note(`ballast ${i}`, 'ballast'));
    // An editor truncates before it writes.
    ledger.write('', 'nobody');
    await trio.equal(60_000);
  });

  after(async () => {
    await trio?.close();
  });

  function note(content: string, by: string): string {
    ledger.write(content, by);
    return content;
  }

  /** Not through a link, which may lead anywhere; noted only when it was written. */
  function put(full: string, content: string, by: string): void {
    const fd = openSync(full, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW);
    writeSync(fd, content);
    closeSync(fd);
    ledger.write(content, by);
  }

  function pick<T>(from: readonly T[]): T {
    return from[Math.floor(random() * from.length)] as T;
  }

  function act(i: number): void {
    const path = pick(paths);
    const full = trio.at(i, path);
    const content = `write ${writes++} by ${i} to ${path} ${'.'.repeat(Math.floor(random() * 2000))}`;
    const by = `write ${writes - 1} by ${i} to ${path}`;
    try {
      mkdirSync(dirname(full), { recursive: true });
      switch (Math.floor(random() * 9)) {
        case 0:
        case 1:
          ledger.supersede(full);
          return put(full, content, by);
        case 2:
        case 3:
          // As most editors save.
          ledger.supersede(`${full}.tmp~`);
          put(`${full}.tmp~`, content, by);
          ledger.supersede(full);
          return renameSync(`${full}.tmp~`, full);
        case 4:
          ledger.supersede(full);
          if (lstatSync(full).isFile()) truncateSync(full, 0);
          return put(full, content, by);
        case 5: {
          const to = trio.at(i, pick(paths));
          ledger.supersede(to);
          return renameSync(full, to);
        }
        case 6:
          ledger.supersede(full);
          return rmSync(full, { recursive: true, force: true });
        case 7:
          ledger.supersede(full);
          rmSync(full, { recursive: true, force: true });
          mkdirSync(full);
          return put(join(full, 'child'), content, by);
        default:
          ledger.supersede(full);
          rmSync(full, { recursive: true, force: true });
          return symlinkSync(`target ${writes}`, full);
      }
    } catch (error) {
      return tolerate(error);
    }
  }

  /** 50 saves a second of one file, half by rename, half in place. */
  async function editor(i: number, until: number): Promise<void> {
    const full = trio.at(i, `saved-by-${i}.txt`);
    for (let save = 0; performance.now() < until; save++) {
      const content = note(`save ${save} by ${i}`, `editor ${i}`);
      ledger.supersede(full);
      if (save % 2 === 0) writeFileSync(full, content);
      else {
        writeFileSync(`${full}~`, content);
        renameSync(`${full}~`, full);
      }
      await delay(20);
    }
  }

  function cloneRepository(): void {
    const origin = join(trio.directory, 'origin');
    const git = (cwd: string, ...args: string[]): void =>
      void execFileSync('git', ['-C', cwd, '-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { stdio: 'ignore' });
    mkdirSync(origin);
    git(origin, 'init', '-q');
    for (let i = 0; i < 5; i++) {
      writeFileSync(join(origin, `source-${i}.txt`), `source ${i}`);
      git(origin, 'add', '-A');
      git(origin, 'commit', '-q', '-m', `commit ${i}`);
    }
    git(trio.directory, 'clone', '-q', '--no-hardlinks', origin, trio.at(0, 'clone'));
    for (const path of filesIn(trio.at(0, 'clone')))
      ledger.write(readFileSync(trio.at(0, `clone/${path}`)) as never, 'git');
  }

  it(`${seconds} s of it, with a kill -9 in the middle, then quiet`, async () => {
    const end = performance.now() + seconds * 1000;
    const editors = [0, 2].map((i) => editor(i, end));
    cloneRepository();
    let killed = false;
    while (performance.now() < end) {
      for (const i of [0, 1, 2]) act(i);
      await delay(15);
      if (!killed && performance.now() > end - seconds * 500) {
        killed = true;
        await trio.device(1).kill();
        for (let k = 0; k < 20; k++) act(1);
        await trio.start(1);
      }
    }
    await Promise.all(editors);
    const start = performance.now();
    await trio.equal(120_000);
    const seconds_ = ((performance.now() - start) / 1000).toFixed(1);
    const statuses = await Promise.all([0, 1, 2].map((i) => trio.folder(i)));
    console.log(
      `    ${writes} actions, equal ${seconds_} s after the last, ${statuses[0]?.files} files, ${statuses[0]?.conflicts} conflict copies`,
    );
    for (const { errors } of statuses) assert.deepEqual(errors, []);

    const stored = new Set<string>();
    for (const i of [0, 1, 2]) {
      for (const path of filesIn(trio.tree(i))) {
        const hash = hashOf(readFileSync(trio.at(i, path)));
        stored.add(hash);
        assert.ok(ledger.written.has(hash), `nobody wrote what stands in ${path} on ${i}`);
      }
      for (const path of filesIn(trio.tree(i), '.p2psync/versions')) stored.add(hashOf(readFileSync(trio.at(i, path))));
    }
    const lost = [...ledger.written].filter(
      ([hash, by]) => by !== 'nobody' && !stored.has(hash) && !ledger.superseded.has(hash),
    );
    assert.deepEqual(
      lost.map(([, by]) => by),
      [],
    );
    for (const i of [0, 1, 2]) {
      const fsck = ['-C', trio.at(i, 'clone'), '-c', 'safe.directory=*', 'fsck', '--full', '--strict', '--no-dangling'];
      assert.equal(execFileSync('git', fsck, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }), '');
    }
    // Nothing more happens by itself: a second look changes nothing (I10).
    const before = statuses.map(({ conflicts, files }) => [conflicts, files]);
    for (const i of [0, 1, 2]) await (await trio.api(i)).rescan(undefined, undefined);
    await trio.equal();
    const after = (await Promise.all([0, 1, 2].map((i) => trio.folder(i)))).map(({ conflicts, files }) => [
      conflicts,
      files,
    ]);
    assert.deepEqual(after, before);
  });
});
