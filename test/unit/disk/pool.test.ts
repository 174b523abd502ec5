import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RelativePath } from '../../../src/core/path.ts';
import type { DiskItem } from '../../../src/core/step.ts';
import { hashBytes } from '../../../src/disk/blake3.ts';
import type { HashOutcome } from '../../../src/disk/hash.ts';
import { DiskPool, type CallOptions } from '../../../src/disk/pool.ts';
import { unpackBytes, type PackedBytes } from '../../../src/disk/protocol.ts';
import type { ScanBatch } from '../../../src/disk/scan.ts';
import { eventually } from '../../support/condition.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const workerFile = new URL('../../support/source-worker.mjs', import.meta.url);

describe('DiskPool with real worker threads', () => {
  const directory = temporaryDirectory();
  let pool: DiskPool;
  beforeEach(() => {
    pool = new DiskPool(2, workerFile);
  });
  afterEach(() => pool.close());

  const call = (options: Omit<CallOptions, 'root'>): Promise<unknown> => pool.call({ root: directory(), ...options });
  const look = (): Promise<unknown> => call({ lane: 'io', method: 'look', argument: ['f'] });
  /** Descriptors of this process (workers share them) that stand for something in the directory. */
  const openHere = (): number => {
    let count = 0;
    for (const fd of readdirSync('/proc/self/fd')) {
      try {
        if (readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory())) count++;
      } catch {
        // Closed meanwhile.
      }
    }
    return count;
  };

  it('answers calls in every lane', async () => {
    writeFileSync(join(directory(), 'f'), 'content');
    const [item] = (await look()) as DiskItem[];
    assert.equal(item?.stat.size, 7);
    const [outcome] = (await call({ lane: 'hash', method: 'hash', argument: ['f'] })) as HashOutcome[];
    assert.ok(outcome?.ok);
    assert.equal(outcome.entry.contentHash, hashBytes(Buffer.from('content')));
    const chunks = [
      { hash: outcome.entry.contentHash, length: 7, place: { path: 'f' as RelativePath, offset: 0, length: 7 } },
      { hash: '0'.repeat(64), length: 7, place: { path: 'f', offset: 0, length: 7 } },
    ];
    const packed = (await call({ lane: 'io', method: 'readChunks', argument: chunks })) as PackedBytes;
    const [bytes, wrong] = unpackBytes(packed);
    assert.equal(Buffer.from(bytes ?? []).toString(), 'content');
    assert.equal(wrong, undefined);
  });

  it('gives errors as values with their code', async () => {
    const root = join(directory(), 'gone');
    await assert.rejects(pool.call({ lane: 'io', root, method: 'look', argument: ['f'] }), { code: 'ENOENT' });
    await assert.rejects(call({ lane: 'io', method: 'nonsense', argument: undefined }), /no method nonsense/);
  });

  it('rejects what a dying worker was asked, and goes on with a new one', async () => {
    await assert.rejects(
      Promise.race([
        call({ lane: 'io', method: 'crash', argument: undefined }),
        look().then(() => new Promise(() => undefined)),
      ]),
      /crashed on purpose/,
    );
    const outcomes = await Promise.allSettled([call({ lane: 'io', method: 'crash', argument: undefined }), look()]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(await look(), [undefined]);
  });

  it('waits for each part to be taken before it sends the next', async () => {
    for (let i = 0; i < 4500; i++) writeFileSync(join(directory(), `${i}`), '');
    let running = 0;
    const sizes: number[] = [];
    const onPart = async (batch: unknown): Promise<void> => {
      assert.equal(++running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      sizes.push((batch as ScanBatch).items.length);
      running--;
    };
    await call({ lane: 'scan', method: 'scan', argument: { start: undefined, recursive: true }, onPart });
    assert.deepEqual(sizes, [2000, 2000, 500]);
  });

  it('lets a scan go whose parts are refused: the worker keeps nothing open', async function () {
    if (process.platform !== 'linux') this.skip();
    for (let i = 0; i < 4500; i++) writeFileSync(join(directory(), `${i}`), '');
    const scan = (onPart: () => Promise<void>, signal?: AbortSignal): Promise<unknown> =>
      call({
        lane: 'scan',
        method: 'scan',
        argument: { start: undefined, recursive: true },
        onPart,
        ...(signal === undefined ? {} : { signal }),
      });
    for (let i = 0; i < 3; i++) {
      let parts = 0;
      const refuse = (): Promise<void> => {
        parts++;
        return Promise.reject(new Error('no more'));
      };
      await assert.rejects(scan(refuse), /no more/);
      assert.equal(parts, 1);
      const controller = new AbortController();
      await assert.rejects(
        scan(async () => controller.abort(new Error('enough')), controller.signal),
        /enough/,
      );
    }
    await eventually('the worker to close its roots', () => openHere() === 0);
  });

  it('rejects an aborted call at once, and stops the hash of a large file', async () => {
    mkdirSync(join(directory(), 'd'));
    for (let i = 0; i < 20; i++) writeFileSync(join(directory(), `d/${i}`), Buffer.alloc(6 * 1024 * 1024, i));
    const paths = Array.from({ length: 20 }, (_, i) => `d/${i}`);
    const single = new DiskPool(1, workerFile);
    try {
      const hash = (paths: readonly string[], signal?: AbortSignal): Promise<unknown> =>
        single.call({
          lane: 'hash',
          root: directory(),
          method: 'hash',
          argument: paths,
          ...(signal === undefined ? {} : { signal }),
        });
      await hash(['d/0']);
      const start = performance.now();
      await hash(paths);
      const whole = performance.now() - start;
      const controller = new AbortController();
      const aborted = hash(paths, controller.signal);
      controller.abort(new Error('enough'));
      const again = performance.now();
      await assert.rejects(aborted, /enough/);
      await hash(['d/0']);
      const rest = performance.now() - again;
      assert.ok(rest < whole / 2, `the next call came after ${rest} ms; all files take ${whole} ms`);
      await assert.rejects(hash(paths, controller.signal), /enough/);
    } finally {
      await single.close();
    }
  });

  it('answers a look while the hash lane is at work', async () => {
    writeFileSync(join(directory(), 'f'), Buffer.alloc(64 * 1024 * 1024));
    await look();
    let hashed = false;
    const hash = call({ lane: 'hash', method: 'hash', argument: ['f'] }).then(() => (hashed = true));
    await look();
    assert.equal(hashed, false);
    await hash;
  });

  it('rejects everything once it is closed', async () => {
    await look();
    const outcome = assert.rejects(call({ lane: 'hash', method: 'hash', argument: ['f'] }), /ended|closed/);
    await pool.close();
    await outcome;
    await assert.rejects(look(), /closed/);
  });
});
