import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FolderId, Hash } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import { hashBytes } from '../../../src/disk/blake3.ts';
import { createFolderDisk, type FolderDisk } from '../../../src/disk/folder-disk.ts';
import { writeMarker } from '../../../src/disk/marker.ts';
import { DiskPool } from '../../../src/disk/pool.ts';
import { Root } from '../../../src/disk/root.ts';
import type { Disk, ScanBatch, StagePiece } from '../../../src/sync/ports.ts';
import { inlinePool } from '../../support/inline-pool.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

// A drift between the port and what stands behind it is a compile error here.
const asPort = (disk: FolderDisk): Disk => disk;

const folder = 'a'.repeat(26) as FolderId;
const path = (text: string): RelativePath => text as RelativePath;
const workerFile = new URL('../../support/source-worker.mjs', import.meta.url);
const never = new AbortController().signal;

for (const kind of ['in this thread', 'in worker threads'] as const) {
  describe(`FolderDisk ${kind}`, () => {
    const directory = temporaryDirectory();
    const tree = (...names: string[]): string => join(directory(), 'tree', ...names);
    let workers: DiskPool | undefined;
    const open = (): Promise<FolderDisk> =>
      createFolderDisk({ pool: workers ?? inlinePool, path: tree(), folder, now: () => 1_700_000_000_000 });

    before(() => {
      if (kind === 'in worker threads') workers = new DiskPool(2, workerFile);
    });
    after(() => workers?.close());
    beforeEach(() => {
      mkdirSync(tree());
      const root = new Root(tree());
      writeMarker(root, folder);
      root.close();
    });

    async function scanned(disk: Disk): Promise<string[]> {
      const batches: ScanBatch[] = [];
      await disk.scan(undefined, true, async (batch) => void batches.push(batch), never);
      return batches.flatMap(({ items }) => items.map(({ path }) => path));
    }

    it('scans, looks, hashes and serves', async () => {
      const disk = asPort(await open());
      writeFileSync(tree('f'), 'content');
      mkdirSync(tree('d'));
      assert.deepEqual(await scanned(disk), ['d', 'f']);
      assert.deepEqual(
        (await disk.look([path('d'), path('x')])).map((item) => item && 'kind' in item && item.kind),
        ['directory', undefined],
      );
      const outcomes = await disk.hash(
        Array.from({ length: 100 }, () => path('f')),
        never,
      );
      assert.equal(outcomes.length, 100);
      const hash = hashBytes(Buffer.from('content'));
      assert.ok(outcomes.every((outcome) => outcome.ok && outcome.entry.contentHash === hash));
      const [bytes] = await disk.readChunks([{ hash, length: 7, place: { path: path('f'), offset: 0, length: 7 } }]);
      assert.equal(Buffer.from(bytes ?? []).toString(), 'content');
    });

    it('stages, verifies and applies, large files beside small ones, answers in order', async () => {
      const disk = asPort(await open());
      const large = randomBytes(17 * 1024 * 1024);
      const small = Buffer.from('small');
      const pieces = (bytes: Buffer): StagePiece[] => {
        const contentHash = hashBytes(bytes);
        const step = 4 * 1024 * 1024;
        return Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => {
          const piece = bytes.subarray(i * step, (i + 1) * step);
          const common = { contentHash, fileSize: bytes.length, offset: i * step, length: piece.length };
          return { ...common, hash: hashBytes(piece), from: { bytes: piece } };
        });
      };
      assert.deepEqual(new Set(await disk.stage([...pieces(large), ...pieces(small)])), new Set([true]));
      const file = (bytes: Buffer): { contentHash: Hash; fileSize: number } => ({
        contentHash: hashBytes(bytes),
        fileSize: bytes.length,
      });
      const missing = { contentHash: '0'.repeat(64) as Hash, fileSize: 3 };
      const missingLarge = { contentHash: '1'.repeat(64) as Hash, fileSize: 17 * 1024 * 1024 };
      const finished = await disk.finishStaged([
        missing,
        file(large),
        missingLarge,
        file(small),
        file(Buffer.alloc(0)),
      ]);
      assert.deepEqual(finished, [false, true, false, true, true]);
      const write = (name: string, bytes: Buffer) =>
        ({
          do: 'write-file',
          path: path(name),
          entry: {
            kind: 'file',
            size: bytes.length,
            mtimeUs: 1_600_000_000_000_000,
            executable: false,
            contentHash: hashBytes(bytes),
          },
          expect: { is: 'absent' },
        }) as const;
      const outcomes = await disk.apply([write('large', large), write('small', small)]);
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, true],
      );
      assert.ok(readFileSync(tree('large')).equals(large));
      assert.ok(readFileSync(tree('small')).equals(small));
    });

    it('rejects with the reason of its signal', async () => {
      const disk = asPort(await open());
      const aborted = AbortSignal.abort(new Error('enough'));
      if (workers === undefined) return;
      await assert.rejects(disk.hash([path('f')], aborted), /enough/);
      await assert.rejects(
        disk.scan(undefined, true, async () => undefined, aborted),
        /enough/,
      );
    });

    it('tells a missing, replaced, unmarked and wrongly marked root, and works on none of them', async () => {
      const disk = asPort(await open());
      writeFileSync(tree('f'), '');
      assert.deepEqual(await disk.checkRoot(), { ok: true });
      const codeOf = async (): Promise<string> => {
        const state = await disk.checkRoot();
        return state.ok ? 'ok' : state.code;
      };
      renameSync(tree(), join(directory(), 'away'));
      assert.equal(await codeOf(), 'ROOT_MISSING');
      await assert.rejects(scanned(disk), { code: 'ENOENT' });
      await assert.rejects(disk.look([path('f')]), { code: 'ENOENT' });
      await assert.rejects(disk.hash([path('f')], never), { code: 'ENOENT' });

      mkdirSync(tree());
      assert.equal(await codeOf(), 'ROOT_REPLACED');
      await assert.rejects(scanned(disk), { code: 'ROOT_REPLACED' });
      await assert.rejects(disk.look([path('f')]), { code: 'ROOT_REPLACED' });
      const step = { do: 'create-directory', path: path('d'), expect: { is: 'absent' } } as const;
      await assert.rejects(disk.apply([step]), { code: 'ROOT_REPLACED' });
      rmSync(tree(), { recursive: true });

      writeFileSync(tree(), 'a file');
      assert.equal(await codeOf(), 'ROOT_MISSING');
      rmSync(tree());

      symlinkSync('away', tree());
      assert.equal(await codeOf(), 'ok', 'a link to the same directory is the same root');
      rmSync(tree());

      renameSync(join(directory(), 'away'), tree());
      assert.equal(await codeOf(), 'ok');
      renameSync(tree('.p2psync'), tree('p2psync'));
      assert.equal(await codeOf(), 'MARKER_MISSING');
      const root = new Root(tree());
      writeMarker(root, 'b'.repeat(26) as FolderId);
      root.close();
      assert.equal(await codeOf(), 'MARKER_OF_OTHER_FOLDER');
      writeFileSync(tree('.p2psync/folder.json'), '{');
      assert.equal(await codeOf(), 'MARKER_UNREADABLE');
    });

    it('does not open a folder without its marker, and writes nothing there', async () => {
      rmSync(tree('.p2psync'), { recursive: true });
      await assert.rejects(open(), /does not hold this folder's marker/);
      const disk = new Root(tree());
      assert.throws(() => disk.withDirectory(path('.p2psync'), () => undefined), { code: 'NO_PARENT' });
      disk.close();
      rmSync(tree(), { recursive: true });
      await assert.rejects(open(), /is not there/);
    });
  });
}
