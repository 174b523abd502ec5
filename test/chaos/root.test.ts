/**
 * The folder's root goes away, is emptied, or is another one, under a running daemon and before its start: the other device
 * keeps everything (I6), the state says what is wrong, and when the right root is back the two become equal.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../support/condition.ts';
import { ext4Volume, volumesMissing, type Volume } from '../support/faults.ts';
import { Linked } from '../support/linked.ts';
import { readTree } from '../support/trees.ts';

const files = 40;
/** From this many deletes on they are held (core/guard.ts), with the directory that goes along. */
const fewerThanHeld = 25;

describe('Deletes: the root', function () {
  this.timeout(90_000);
  let pair: Linked;
  let volume: Volume | undefined;

  afterEach(async () => {
    await pair?.close();
    volume?.remove();
    volume = undefined;
  });

  async function create(tag: string, tree?: string): Promise<ReturnType<typeof readTree>> {
    pair = await Linked.create(tag, { trees: [undefined, tree], rescanSeconds: 1 });
    for (let i = 0; i < files; i++) writeFileSync(pair.at(0, `file-${i}`), `content ${i}`);
    mkdirSync(pair.at(0, 'directory'));
    writeFileSync(pair.at(0, 'directory/inner'), 'inner');
    await pair.equal();
    return readTree(pair.tree(0));
  }

  /**
   * The second device notices, scans as often as it likes, and the first one keeps all. `lostMax`: a root that is emptied while
   * it is watched loses its first files one by one, as if each were deleted for itself, until they are enough to be held.
   */
  async function heldBack(says: RegExp, wanted: ReturnType<typeof readTree>, lostMax = 0): Promise<void> {
    await eventually(`device 1 to say ${says}`, async () => {
      const { state, errors } = await pair.folder(1);
      return state === 'error' && errors.some(({ message }) => says.test(message));
    });
    await (await pair.api(1)).rescan(undefined, undefined).catch(() => undefined);
    const here = readTree(pair.tree(0));
    const lost = [...wanted].filter(([path, item]) => !isDeepStrictEqual(here.get(path), item));
    assert.ok(lost.length <= lostMax, `${lost.length} are gone: ${lost.map(([path]) => path).join(' ')}`);
  }

  function empty(tree: string): void {
    for (const name of readdirSync(tree)) if (name !== '.p2psync') rmSync(join(tree, name), { recursive: true });
  }

  it('root suddenly empty with the marker there (halt and ask), let through by a person', async () => {
    const wanted = await create('empty');
    empty(pair.tree(1));
    await heldBack(/delete/, wanted, fewerThanHeld);
    // A restart forgets neither the question nor the answer that is still open.
    await pair.device(1).stop();
    await pair.start(1);
    await heldBack(/delete/, wanted, fewerThanHeld);
    await (await pair.api(1)).resume(undefined, true);
    // The other device asks its own person once more.
    const isGone = (): boolean => readdirSync(pair.tree(0)).every((name) => name === '.p2psync');
    await eventually('the delete to arrive', async () => isGone() || (await pair.folder(0)).state === 'error', 30_000);
    await (await pair.api(0)).resume(undefined, true);
    await eventually('the delete to be done', isGone, 30_000);
    // Not gone: kept as versions where they were deleted for somebody else's sake.
    const kept = readdirSync(join(pair.tree(0), '.p2psync/versions'), { recursive: true });
    assert.equal(kept.filter((name) => String(name).includes('file-')).length, files);
  });

  it('root suddenly empty, also at start, and filled again: nothing was deleted', async () => {
    const wanted = await create('refill');
    await pair.device(1).stop();
    const aside = join(pair.directory, 'aside');
    cpSync(pair.tree(1), aside, { recursive: true, preserveTimestamps: true });
    empty(pair.tree(1));
    await pair.start(1);
    await heldBack(/delete all 41 files/, wanted);
    for (const name of readdirSync(aside)) {
      if (name !== '.p2psync') renameSync(join(aside, name), pair.at(1, name));
    }
    await pair.equal();
    assert.deepEqual([...readTree(pair.tree(0)).keys()], [...wanted.keys()]);
    assert.equal((await pair.folder(0)).conflicts, 0);
  });

  it('marker gone, and put back', async () => {
    const wanted = await create('marker');
    const marker = pair.at(1, '.p2psync/folder.json');
    const text = readFileSync(marker);
    rmSync(marker);
    empty(pair.tree(1));
    await heldBack(/marker/, wanted);
    writeFileSync(marker, text);
    // Now it is an emptied root.
    await heldBack(/delete/, wanted, fewerThanHeld);
  });

  it('root replaced by another directory, with a copy of the marker in it', async () => {
    const wanted = await create('replaced');
    const aside = join(pair.directory, 'aside');
    renameSync(pair.tree(1), aside);
    mkdirSync(pair.at(1, '.p2psync'), { recursive: true });
    cpSync(join(aside, '.p2psync/folder.json'), pair.at(1, '.p2psync/folder.json'));
    await heldBack(/another directory/, wanted);
    rmSync(pair.tree(1), { recursive: true });
    await heldBack(/is not there/, wanted);
    renameSync(aside, pair.tree(1));
    await pair.equal();
    assert.deepEqual(readTree(pair.tree(0)), wanted);
  });

  it('root replaced while the daemon was off: its content is joined, nothing is deleted', async () => {
    const wanted = await create('restored');
    await pair.device(1).stop();
    const aside = join(pair.directory, 'aside');
    renameSync(pair.tree(1), aside);
    mkdirSync(pair.at(1, '.p2psync'), { recursive: true });
    cpSync(join(aside, '.p2psync/folder.json'), pair.at(1, '.p2psync/folder.json'));
    writeFileSync(pair.at(1, 'file-of-the-new-root'), 'new root');
    await pair.start(1);
    await eventually('what the new root holds', () => existsSync(pair.at(0, 'file-of-the-new-root')));
    await pair.equal();
    const joined = readTree(pair.tree(1));
    assert.equal(joined.delete('file-of-the-new-root'), true);
    assert.deepEqual(joined, wanted);
  });

  it('root unmounted under the daemon, and mounted again', async function () {
    const missing = volumesMissing();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    volume = ext4Volume(32 * 1024 * 1024);
    const wanted = await create('unmounted', volume.path);
    volume.detach();
    await heldBack(/not there|marker|another directory/, wanted);
    assert.deepEqual(readdirSync(volume.path), [], 'nothing is written into the empty mount point');
    writeFileSync(pair.at(0, 'file-1'), 'edited meanwhile');
    const edited = readTree(pair.tree(0));
    volume.attach();
    await (await pair.api(1)).rescan(undefined, undefined);
    if ((await pair.folder(1)).errors.some(({ message }) => message.includes('another directory'))) {
      // Another loop device this time, so another root as far as anybody can tell: its person says that it is right.
      await pair.device(1).stop();
      await pair.start(1);
    }
    await pair.equal();
    assert.deepEqual(readTree(pair.tree(0)), edited);
    return undefined;
  });

  it('root unmounted at start, and mounted later', async function () {
    const missing = volumesMissing();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    volume = ext4Volume(32 * 1024 * 1024);
    const wanted = await create('at-start', volume.path);
    await pair.device(1).stop();
    volume.detach();
    await pair.start(1);
    await heldBack(/marker/, wanted);
    assert.deepEqual(readdirSync(volume.path), [], 'nothing is written into the empty mount point');
    volume.attach();
    await pair.equal(60_000);
    assert.deepEqual(readTree(pair.tree(0)), wanted);
    return undefined;
  });
});
