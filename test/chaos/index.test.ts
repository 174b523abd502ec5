/**
 * The index of a device is lost, damaged, or an older one comes back. The folder becomes the union of what all hold; where
 * contents differ both stay; nothing is deleted (I1, I4, I9).
 */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linked } from '../support/linked.ts';
import { filesIn } from './user.ts';

const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];

describe('Crash: index', function () {
  this.timeout(90_000);
  let pair: Linked;
  const victim = 1;

  beforeEach(async () => {
    pair = await Linked.create('index', { rescanSeconds: 2 });
    for (const name of ['same', 'edited-here', 'edited-there', 'edited-twice', 'deleted-here', 'deleted-there']) {
      writeFileSync(pair.at(0, name), `${name}, first`);
    }
    await pair.equal();
  });

  afterEach(async () => {
    await pair?.close();
  });

  const indexOf = (i: number): string => join(pair.device(i).home, 'index');

  /** What people do while the victim's daemon is off, on both sides. */
  function meanwhile(): void {
    writeFileSync(pair.at(victim, 'edited-here'), 'edited-here, second');
    writeFileSync(pair.at(victim, 'edited-twice'), 'edited-twice, second, here');
    writeFileSync(pair.at(victim, 'new-here'), 'new-here');
    rmSync(pair.at(victim, 'deleted-here'));
    writeFileSync(pair.at(0, 'edited-there'), 'edited-there, second');
    writeFileSync(pair.at(0, 'edited-twice'), 'edited-twice, second, there');
    writeFileSync(pair.at(0, 'new-there'), 'new-there');
    rmSync(pair.at(0, 'deleted-there'));
  }

  /** Both trees hold every content that stood in either before they met; the index knows of no delete. */
  function assertUnion(): void {
    const contents = filesIn(pair.tree(0)).map((path) => readFileSync(pair.at(0, path), 'utf8'));
    const wanted = [
      'same, first',
      'edited-here, second',
      'edited-there, second',
      'edited-twice, second, here',
      'edited-twice, second, there',
      'new-here',
      'new-there',
      // Deleted on one side, still there on the other, and nobody knows any more who is right: it stays.
      'deleted-here, first',
      'deleted-there, first',
    ];
    for (const content of wanted)
      assert.ok(contents.includes(content), `"${content}" is gone: ${contents.join(' | ')}`);
  }

  it('deleted: union plus conflict copies, and no deletes', async () => {
    await pair.device(victim).stop();
    meanwhile();
    rmSync(indexOf(victim), { recursive: true });
    await pair.start(victim);
    await pair.equal();
    assertUnion();
  });

  const damages: readonly (readonly [name: string, damage: (directory: string) => void])[] = [
    [
      'its log truncated to nothing but a piece of a record',
      (directory) => truncateSync(largest(directory, /\.log$/), 100),
    ],
    ['its log corrupted', (directory) => corrupt(largest(directory, /\.log$/))],
    ['its manifest truncated', (directory) => truncateSync(largest(directory, /^MANIFEST/), 10)],
    ['CURRENT deleted', (directory) => rmSync(join(directory, 'CURRENT'))],
  ];
  for (const [name, damage] of damages) {
    it(`${name}: refused, and once moved away, a union`, async () => {
      await pair.device(victim).stop();
      meanwhile();
      damage(indexOf(victim));
      const { code, stderr } = await pair.device(victim).run(['up', '--no-pair', ...quiet]);
      if (code === 0) {
        // A log cut at its end looks like a crash: what is missing is hashed again.
        await pair.device(victim).run(['stop']);
      } else {
        assert.match(stderr, /INDEX_CORRUPT/);
        assert.match(stderr, /move/);
        rmSync(indexOf(victim), { recursive: true });
      }
      await pair.start(victim);
      await pair.equal();
      assertUnion();
    });
  }

  it('replaced by an older copy: nothing written since is lost on either side', async () => {
    await pair.device(victim).stop();
    const older = join(pair.directory, 'older');
    cpSync(indexOf(victim), older, { recursive: true });
    await pair.start(victim);
    await pair.settled();
    writeFileSync(pair.at(victim, 'same'), 'same, second');
    writeFileSync(pair.at(victim, 'since-here'), 'since-here');
    writeFileSync(pair.at(0, 'since-there'), 'since-there');
    await pair.equal();
    await pair.device(victim).stop();
    meanwhile();
    rmSync(indexOf(victim), { recursive: true });
    cpSync(older, indexOf(victim), { recursive: true });
    await pair.start(victim);
    await pair.equal();
    const contents = filesIn(pair.tree(0)).map((path) => readFileSync(pair.at(0, path), 'utf8'));
    for (const content of [
      'same, second',
      'since-here',
      'since-there',
      'edited-here, second',
      'edited-there, second',
    ]) {
      assert.ok(contents.includes(content), `"${content}" is gone: ${contents.join(' | ')}`);
    }
    for (const content of ['edited-twice, second, here', 'edited-twice, second, there', 'new-here', 'new-there']) {
      assert.ok(contents.includes(content), `"${content}" is gone: ${contents.join(' | ')}`);
    }
  });

  it('replaced by an older copy: a write after it does not pass for one that others already have (I4)', async () => {
    await pair.device(victim).stop();
    const older = join(pair.directory, 'older');
    cpSync(indexOf(victim), older, { recursive: true });
    await pair.start(victim);
    await pair.settled();
    for (const turn of ['second', 'third', 'fourth']) {
      writeFileSync(pair.at(victim, 'same'), `same, ${turn}`);
      await pair.equal();
    }
    await pair.device(victim).stop();
    rmSync(indexOf(victim), { recursive: true });
    cpSync(older, indexOf(victim), { recursive: true });
    writeFileSync(pair.at(victim, 'same'), 'same, after the restore');
    writeFileSync(pair.at(victim, 'edited-here'), 'edited-here, after the restore');
    await pair.start(victim);
    await pair.equal();
    const contents = filesIn(pair.tree(0)).map((path) => readFileSync(pair.at(0, path), 'utf8'));
    for (const content of ['same, after the restore', 'edited-here, after the restore']) {
      assert.ok(contents.includes(content), `"${content}" is gone: ${contents.join(' | ')}`);
    }
    return undefined;
  });
});

function largest(directory: string, pattern: RegExp): string {
  const names = readdirSync(directory).filter((name) => pattern.test(name));
  const bySize = names.sort((a, b) => statSync(join(directory, b)).size - statSync(join(directory, a)).size);
  return join(directory, bySize[0] as string);
}

/** One bit in the middle. */
function corrupt(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
}
