/**
 * What must hold of the smaller decisions whatever they are given: names of conflicts upon conflicts, the guard, whole walks with
 * directories that cannot be read.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { conflictPath, originalName } from '../../src/core/conflict.ts';
import type { FileEntry, SymlinkEntry } from '../../src/core/entry.ts';
import { defaultGuardLimits, judge, LossTally, lossWindowMs, type Loss } from '../../src/core/guard.ts';
import {
  comparePaths,
  isBelow,
  nameBytesMax,
  nameOf,
  parentOf,
  parsePath,
  type RelativePath,
} from '../../src/core/path.ts';
import { plan } from '../../src/core/plan.ts';
import type { LocalRecord, StatFingerprint } from '../../src/core/record.ts';
import { ScanDiff, type Finding, type ScannedBatch } from '../../src/core/scan-diff.ts';
import type { DiskItem } from '../../src/core/step.ts';
import { compareVersions, joinVersions } from '../../src/core/version.ts';
import { anyHashArbitrary, hash, path, replicas, versionArbitrary } from '../support/core-arbitraries.ts';

const stat: StatFingerprint = { size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1, mode: 0o100644 };

describe('conflicts upon conflicts', () => {
  const times = fc.constantFrom(0, -1, 1_795_442_712_345_678, 4_294_967_295_000_000, -62_135_596_800_000_000);
  const losers: fc.Arbitrary<FileEntry | SymlinkEntry> = fc.oneof(
    fc
      .tuple(anyHashArbitrary, times)
      .map(([contentHash, mtimeUs]): FileEntry => ({ kind: 'file', size: 1, mtimeUs, executable: false, contentHash })),
    fc
      .tuple(fc.string({ minLength: 1 }), times)
      .map(([target, mtimeUs]): SymlinkEntry => ({ kind: 'symlink', target, mtimeUs })),
  );
  const names = fc.constantFrom(
    'report.docx',
    'archive.tar.gz',
    '.bashrc',
    '.config.json',
    '...',
    'ünïcode.txt',
    'e\u0301'.repeat(85),
    '👩‍👩‍👧‍👦'.repeat(10),
    '👍🏽.png',
    '\u202egnp.exe',
    'שלום עולם.txt',
    `${'x'.repeat(251)}.txt`,
    'é'.repeat(127),
    '😀'.repeat(63),
    `a.${'y'.repeat(253)}`,
    '-rf',
    '__proto__',
    'CON',
    ' ',
    'line\nbreak',
  );
  const directories = fc.constantFrom('', 'd/', `${'d'.repeat(255)}/`, `${'é'.repeat(127)}/`.repeat(14));

  it('stay legal, bounded, in their directory and traceable, however often a copy loses again', () => {
    fc.assert(
      fc.property(names, directories, fc.array(losers, { minLength: 1, maxLength: 12 }), (name, directory, lost) => {
        const given = path(`${directory}${name}`);
        let at = given;
        const seen: string[] = [];
        for (const loser of lost) {
          const next = conflictPath(at, loser);
          assert.notEqual(next, at);
          assert.equal(conflictPath(at, { ...loser }), next, 'the same on every device');
          assert.equal(parsePath(next), next);
          assert.ok(Buffer.byteLength(nameOf(next)) <= nameBytesMax);
          assert.equal(parentOf(next), parentOf(given));
          // The mark of the copy is replaced: what is left is the beginning of the name, whole characters.
          const original = originalName(nameOf(next));
          assert.ok(!original.includes('.conflict-'), original);
          seen.push(next);
          at = next;
        }
        const lengths = seen.map((one) => Buffer.byteLength(one));
        assert.ok(Math.max(...lengths) === lengths[0], 'names do not grow after the first');
      }),
      { numRuns: 2000 },
    );
  });

  it('of many losers at one path get as many names', () => {
    fc.assert(
      fc.property(names, fc.uniqueArray(anyHashArbitrary, { minLength: 2, maxLength: 20 }), (name, hashes) => {
        const digits = new Set(hashes.map((one) => one.slice(0, 8)));
        const made = hashes.map((contentHash) =>
          conflictPath(path(name), { kind: 'file', size: 1, mtimeUs: 1, executable: false, contentHash }),
        );
        assert.equal(new Set(made).size, digits.size);
      }),
    );
  });

  it('keep what the index knew of their name', () => {
    const [own, rb] = replicas as [LocalRecord['dot']['replica'], LocalRecord['dot']['replica']];
    const loser: FileEntry = { kind: 'file', size: 1, mtimeUs: 1, executable: false, contentHash: hash('1') };
    fc.assert(
      fc.property(versionArbitrary, (earlier) => {
        const local: LocalRecord = {
          ...{ path: path('a'), entry: loser, version: [[own, 9]], sequence: 9, stat },
          dot: { replica: own, counter: 9 },
        };
        const copy = conflictPath(local.path, loser);
        const tombstone: LocalRecord = {
          ...{ path: copy, entry: { kind: 'deleted' }, version: earlier, sequence: 3, stat: undefined },
          dot: { replica: rb, counter: 1 },
        };
        const winner: FileEntry = { ...loser, mtimeUs: 2, contentHash: hash('2') };
        const [operation] = plan(
          [
            {
              ...{ path: local.path, local },
              decision: {
                ...{ do: 'take', cell: 'C13-conflict-take', entry: winner, setAside: true, holders: [] },
                version: joinVersions(local.version, [[rb, 20]]),
                dot: { replica: rb, counter: 20 },
              },
            },
          ],
          { record: (at) => (at === copy ? tombstone : at === local.path ? local : undefined) },
        );
        const kept = operation?.records.find((record) => record.path === copy);
        assert.ok(kept !== undefined);
        // Our own version must not hide what stood there: it dominates the tombstone, and the loser's own version.
        for (const known of [earlier, local.version]) {
          assert.ok(['after', 'equal'].includes(compareVersions(kept.version, known)));
        }
      }),
    );
  });
});

describe('the mass-change guard', () => {
  const limits = fc.record({
    shareMax: fc.constantFrom(0, 0.25, 0.5, 1),
    filesMin: fc.constantFrom(1, 5, 25),
    rewritesMin: fc.constantFrom(1, 10, 100),
  });
  const counts = fc.nat({ max: 120 });

  it('never lets more pass than it held, and never holds what is few', () => {
    fc.assert(
      fc.property(counts, counts, counts, counts, limits, (deletes, overwrites, more, files, given) => {
        const { ok } = judge({ deletes, overwrites }, { files }, given);
        const worse = [
          judge({ deletes: deletes + more, overwrites }, { files }, given),
          judge({ deletes, overwrites: overwrites + more }, { files }, given),
        ];
        if (!ok) for (const one of worse) assert.ok(!one.ok);
        if (deletes + overwrites < given.filesMin) assert.ok(ok);
        if (deletes >= files && deletes >= given.filesMin && files >= given.filesMin) assert.ok(!ok);
      }),
      { numRuns: 5000 },
    );
  });

  it('judges a loss in many waves as it judges it at once, within its window', () => {
    const waves = fc.array(
      fc.tuple(
        fc.nat({ max: 60 }),
        fc.constantFrom<Loss>('delete', 'overwrite'),
        fc.nat({ max: Math.floor(lossWindowMs / 50) }),
      ),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(waves, fc.integer({ min: 60, max: 200 }), limits, (losses, filesBefore, given) => {
        const tally = new LossTally();
        const all = new Map<RelativePath, Loss>();
        let nowMs = 1;
        for (const [n, loss, waitMs] of losses) {
          nowMs += waitMs;
          tally.note(path(`f${n}`), loss, nowMs);
          all.set(path(`f${n}`), loss);
        }
        const deletes = [...all.values()].filter((loss) => loss === 'delete').length;
        assert.equal(tally.deletes(nowMs), deletes);
        const sum = { deletes, overwrites: all.size - deletes };
        const left = filesBefore - deletes;
        assert.equal(tally.judge(new Map(), left, nowMs, given).ok, judge(sum, { files: filesBefore }, given).ok);
        // An hour later nothing of it counts.
        assert.deepEqual(tally.judge(new Map(), left, nowMs + lossWindowMs, given), { ok: true });
        assert.equal(tally.deletes(nowMs + lossWindowMs), 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('has limits that hold a real disaster and let a day of work pass', () => {
    assert.ok(!judge({ deletes: 1000, overwrites: 0 }, { files: 1000 }).ok);
    assert.ok(!judge({ deletes: 0, overwrites: 900 }, { files: 1000 }).ok);
    assert.ok(judge({ deletes: 20, overwrites: 60 }, { files: 100 }).ok);
    assert.ok(defaultGuardLimits.filesMin > 1);
  });
});

describe('a walk with directories that cannot be read', () => {
  const names = ['a', 'b', 'a!', 'é', '😀', 'a.b'];
  const treeArbitrary = fc
    .array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }), { maxLength: 30, size: 'max' })
    .map((paths) => {
      const tree = new Set<RelativePath>();
      for (const parts of paths) for (let i = 1; i <= parts.length; i++) tree.add(path(parts.slice(0, i).join('/')));
      return [...tree].sort(comparePaths);
    });

  function recordOf(at: RelativePath): LocalRecord {
    const dot = { replica: replicas[0] as LocalRecord['dot']['replica'], counter: 1 };
    return { path: at, entry: { kind: 'directory' }, version: [[dot.replica, 1]], dot, sequence: 1, stat };
  }

  /** As the real scan walks: an unreadable directory is listed itself, with a problem, and nothing below it. */
  function* walk(
    tree: readonly RelativePath[],
    unreadable: ReadonlySet<RelativePath | undefined>,
    batchItems: number,
  ): Generator<ScannedBatch> {
    if (unreadable.has(undefined)) return yield { items: [], problems: [{ path: undefined }] };
    let items: DiskItem[] = [];
    let problems: { path: RelativePath }[] = [];
    const hidden = (at: RelativePath): boolean =>
      [...unreadable].some((directory) => directory !== undefined && isBelow(at, directory));
    for (const at of tree) {
      if (hidden(at)) continue;
      items.push({ path: at, kind: 'directory', stat });
      if (unreadable.has(at)) problems.push({ path: at });
      if (items.length < batchItems) continue;
      yield { items, problems };
      [items, problems] = [[], []];
    }
    return yield { items, problems };
  }

  it('finds no delete below them, and every one beside them', async () => {
    let hiddenTotal = 0;
    await fc.assert(
      fc.asyncProperty(
        treeArbitrary,
        treeArbitrary,
        fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 20 }),
        async (indexed, standing, unreadableAt, batchItems, rootDice) => {
          const unreadable = new Set<RelativePath | undefined>(
            unreadableAt.flatMap((n) => standing[n % Math.max(1, standing.length)] ?? []),
          );
          if (rootDice === 0) unreadable.add(undefined);
          async function* records(): AsyncGenerator<readonly LocalRecord[]> {
            for (let i = 0; i < indexed.length; i += 3) yield indexed.slice(i, i + 3).map(recordOf);
          }
          const diff = new ScanDiff(records());
          const findings: Finding[] = [];
          for (const batch of walk(standing, unreadable, batchItems)) {
            for await (const found of diff.push(batch)) findings.push(...found);
          }
          for await (const found of diff.end()) findings.push(...found);
          await diff.close();
          const absent = findings.filter(({ item }) => item === undefined).map(({ path: at }) => at);
          const covered = (at: RelativePath): boolean =>
            [...unreadable].some((directory) => directory === undefined || at === directory || isBelow(at, directory));
          const hidden = indexed.filter((at) => covered(at));
          hiddenTotal += hidden.length;
          assert.deepEqual(
            absent,
            indexed.filter((at) => !standing.includes(at) && !covered(at)),
          );
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(hiddenTotal > 500, `${hiddenTotal} records lay below something unreadable`);
  });
});
