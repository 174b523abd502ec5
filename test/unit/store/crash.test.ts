import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { Problem } from '../../../src/base/problem.ts';
import { Sandbox } from '../../support/store-fixtures.ts';
import { changesPerRound, roundOf } from './writer-process.ts';

const writer = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

interface Line {
  readonly opened?: number;
  readonly last?: number;
  readonly failed?: string;
  readonly message?: string;
  readonly unchanged?: boolean;
  readonly again?: string;
}

describe('an index whose process dies', () => {
  const sandbox = new Sandbox();
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = undefined;
    await sandbox.clean();
  });

  async function started(command = process.execPath, before: readonly string[] = []): Promise<AsyncIterator<Line>> {
    const args = [...before, '--import', 'tsx', writer, await sandbox.directory()];
    child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    async function* lines(stdout: NodeJS.ReadableStream): AsyncGenerator<Line> {
      for await (const line of createInterface({ input: stdout })) yield JSON.parse(line) as Line;
    }
    return lines(child.stdout as NodeJS.ReadableStream);
  }

  async function next(lines: AsyncIterator<Line>): Promise<Line | undefined> {
    const step = await lines.next();
    return step.done === true ? undefined : step.value;
  }

  it('keeps every commit that had resolved, whole, and the sequence never runs back', async () => {
    let durable = 0;
    for (let life = 1; life <= 3; life++) {
      const lines = await started();
      const { opened } = (await next(lines)) as Line;
      assert.ok((opened as number) >= durable);
      // Killed while it writes, at another point each time.
      for (let i = 0; i < life * 5; i++) durable = ((await next(lines)) as Line).last as number;
      (child as ChildProcess).kill('SIGKILL');
      for (let line = await next(lines); line !== undefined; line = await next(lines)) durable = line.last ?? durable;
      assert.equal((child as ChildProcess).signalCode ?? (await once(child as ChildProcess, 'exit'))[1], 'SIGKILL');

      // The lock went with the process.
      const store = await sandbox.folder();
      assert.ok(store.lastSequence() >= durable, `${store.lastSequence()} after ${durable} was durable`);
      assert.equal(store.lastSequence() % changesPerRound, 0, 'no commit is there in part');
      assert.deepEqual(await store.verify(), []);
      durable = store.lastSequence();
      const [record] = await store.commit((await roundOf(store, 0)).slice(0, 1));
      assert.equal((record as { sequence: number }).sequence, durable + 1);
      // So that the next life's sequences come in whole rounds again.
      await store.commit((await roundOf(store, 0)).slice(1));
      durable = store.lastSequence();
      await sandbox.close();
    }
  });

  it('is locked for all others until then', async () => {
    const lines = await started();
    await next(lines);
    await assert.rejects(sandbox.database(), (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.code, 'INDEX_LOCKED');
      assert.match(error.message, /Another p2psync is running on this home/);
      return true;
    });
    assert.ok(((await next(lines)) as Line).last !== undefined, 'the first goes on undisturbed');
  });

  it('whose disk takes no more shows nothing of the failed commit, and refuses to go on', async function () {
    if (process.platform === 'win32') this.skip();
    // A limit on file sizes stands for a full disk; ignored, its signal becomes the error EFBIG.
    const lines = await started('/bin/sh', ['-c', 'trap "" XFSZ; ulimit -S -f 600; exec "$0" "$@"', process.execPath]);
    let durable = 0;
    let failure: Line | undefined;
    for (let line = await next(lines); line !== undefined; line = await next(lines)) {
      durable = line.last ?? durable;
      if (line.failed !== undefined) failure = line;
    }
    assert.ok(durable > 0);
    assert.equal(failure?.failed, 'INDEX_WRITE_FAILED');
    assert.match(failure.message as string, /cannot be written.*restart p2psync/);
    assert.equal(failure.unchanged, true);
    // There is room again by then; what is appended behind half a record could still be lost.
    assert.equal(failure.again, 'INDEX_WRITE_FAILED');

    const store = await sandbox.folder();
    assert.equal(store.lastSequence(), durable);
    assert.deepEqual(await store.verify(), []);
  });
});
