import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { snapshot } from '../../../bench/trees/snapshot.ts';
import { untilEqual, type Equal } from '../../../bench/trees/until-equal.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('comparing trees in the bench', () => {
  const directory = temporaryDirectory();
  const { signal } = new AbortController();
  let near: string;
  let far: string;

  beforeEach(() => {
    near = join(directory(), 'near');
    far = join(directory(), 'far');
    mkdirSync(join(near, 'sub'), { recursive: true });
    writeFileSync(join(near, 'file'), 'content');
    writeFileSync(join(near, 'sub/empty'), '');
    symlinkSync('file', join(near, 'link'));
    execFileSync('cp', ['-a', near, far]);
  });

  async function compare({ keepsTimes = true, timeoutMs = 0, onLooksEqual = () => {} } = {}): Promise<Equal> {
    const expected = await snapshot(near, signal);
    return untilEqual({ near, far, expected, gone: [], keepsTimes, timeoutMs }, onLooksEqual, signal);
  }

  const times = { keepsTimes: false };

  it('finds equal trees equal, and calls back before it reads all bytes', async () => {
    let calls = 0;
    await compare({ ...times, onLooksEqual: () => calls++ });
    assert.equal(calls, 1);
  });

  const breaks: readonly [string, () => void, RegExp][] = [
    ['other bytes of the same length', () => overwrite('CONTENT'), /file has other bytes/],
    ['another length', () => writeFileSync(join(far, 'file'), 'longer content'), /file has 14 bytes, not 7/],
    ['a missing file', () => rmSync(join(far, 'sub/empty')), /sub\/empty is missing/],
    ['a file too many', () => writeFileSync(join(far, 'sub/more'), ''), /sub\/more should not be there/],
    ['another exec bit', () => chmodSync(join(far, 'file'), 0o755), /file is executable/],
    ['a directory for a file', () => swapForDirectory('sub/empty'), /sub\/empty is a directory, not a file/],
    ['another target of the same length', () => relink('elif'), /link has another target/],
  ];
  for (const [what, change, message] of breaks) {
    it(`names the path with ${what}`, async () => {
      change();
      await assert.rejects(compare(times), message);
    });
  }

  it('compares modification times of files where the tool keeps them', async () => {
    await compare();
    utimesSync(join(far, 'file'), 1, 1);
    await assert.rejects(compare(), /file was modified at 1000\.000 ms/);
    await compare(times);
  });

  it('takes times that differ by less than a microsecond for equal, for whoever carries whole microseconds', async () => {
    execFileSync('touch', ['-d', '2026-11-23 13:04:06.255067999', join(near, 'file')]);
    execFileSync('touch', ['-d', '2026-11-23 13:04:06.255067000', join(far, 'file')]);
    await compare();
    execFileSync('touch', ['-d', '2026-11-23 13:04:06.255072000', join(far, 'file')]);
    await assert.rejects(compare(), /file was modified/);
  });

  it('notices when the tool has changed the tree that it should only read', async () => {
    const expected = await snapshot(near, signal);
    writeFileSync(join(near, 'file'), 'CONTENT!');
    const wanted = { near, far, expected, gone: [], keepsTimes: false, timeoutMs: 0 };
    await assert.rejects(
      untilEqual(wanted, () => {}, signal),
      /near: file has 8 bytes/,
    );
  });

  it('waits, and gives the moment of the last change rather than that of the look', async () => {
    renameSync(join(far, 'file'), join(directory(), 'aside'));
    const equal = compare({ ...times, timeoutMs: 10_000 });
    await delay(200);
    const before = Date.now();
    renameSync(join(directory(), 'aside'), join(far, 'file'));
    const after = Date.now();
    const { atMs } = await equal;
    // The kernel's clock for files may be some milliseconds behind.
    assert.ok(atMs >= before - 20 && atMs <= after + 1, `${atMs} is not in ${before} … ${after}`);
  });

  it('stops when told to', async () => {
    rmSync(join(far, 'file'));
    const abort = new AbortController();
    const expected = await snapshot(near, signal);
    const wanted = { near, far, expected, gone: [], keepsTimes: false, timeoutMs: 10_000 };
    const equal = untilEqual(wanted, () => {}, abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(equal, { name: 'AbortError' });
  });

  function overwrite(content: string): void {
    writeFileSync(join(far, 'file'), content);
  }

  function swapForDirectory(path: string): void {
    rmSync(join(far, path));
    mkdirSync(join(far, path));
  }

  function relink(target: string): void {
    rmSync(join(far, 'link'));
    symlinkSync(target, join(far, 'link'));
  }
});
