import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparePaths, isBelow, type RelativePath } from '../../../src/core/path.ts';
import { sameStat, type LocalRecord, type StatFingerprint } from '../../../src/core/record.ts';
import {
  findingsPerBatchMax,
  problemsMax,
  ScanDiff,
  type Finding,
  type ScannedBatch,
} from '../../../src/core/scan-diff.ts';
import type { DiskItem } from '../../../src/core/step.ts';
import { indexArbitrary, path, pathArbitrary, replicas, statArbitrary } from '../../support/core-arbitraries.ts';

const stat: StatFingerprint = { size: 3, mtimeMs: 4, ctimeMs: 5, inode: 6, mode: 0o100644 };

function directoryRecord(at: string): LocalRecord {
  const dot = { replica: replicas[0]!, counter: 1 };
  return { path: path(at), entry: { kind: 'directory' }, version: [[dot.replica, 1]], dot, sequence: 1, stat };
}
function directoryItem(at: string): DiskItem {
  return { path: path(at), kind: 'directory', stat };
}

async function* iterate(batches: readonly (readonly LocalRecord[])[]): AsyncGenerator<readonly LocalRecord[]> {
  for (const batch of batches) yield batch;
}

async function run(records: readonly (readonly LocalRecord[])[], scanned: readonly ScannedBatch[]): Promise<Finding[]> {
  const diff = new ScanDiff(iterate(records));
  const all: Finding[] = [];
  const take = async (generator: AsyncGenerator<readonly Finding[]>): Promise<void> => {
    for await (const findings of generator) {
      assert.ok(findings.length > 0 && findings.length <= findingsPerBatchMax);
      all.push(...findings);
    }
  };
  for (const batch of scanned) await take(diff.push(batch));
  await take(diff.end());
  await diff.close();
  return all;
}

describe('ScanDiff, with rules that leave paths out', () => {
  it('takes nothing that is left out for absent, and names once what the index still holds of it', async () => {
    const records = ['a', 'b', 'b/c', 'd', 'e'].map(directoryRecord);
    const unheld = { ...directoryRecord('b/x'), stat: undefined };
    const isLeftOut = ({ path: at }: LocalRecord): boolean => at === 'b' || isBelow(at, path('b')) || at === 'e';
    const all = [...records.slice(0, 3), unheld, ...records.slice(3)];
    const diff = new ScanDiff(iterate([all]), isLeftOut);
    const found: Finding[] = [];
    // A problem hides what is absent, not what is left out.
    const batch = { items: [directoryItem('a')], problems: [{ path: path('b') }] };
    for await (const findings of diff.push(batch)) found.push(...findings);
    for await (const findings of diff.end()) found.push(...findings);
    assert.deepEqual(
      found.map(({ path: at, leftOut }) => [at, leftOut === true]),
      [
        ['b', true],
        ['b/c', true],
        ['d', false],
        ['e', true],
      ],
    );
  });
});

/** Findings as 'path +' (present) or 'path -' (absent). */
function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ path: at, item }) => `${at} ${item === undefined ? '-' : '+'}`);
}

/** The same by maps. */
function naive(
  records: readonly LocalRecord[],
  items: readonly DiskItem[],
  problems: readonly (string | undefined)[],
): string[] {
  const byPath = new Map<RelativePath, { record?: LocalRecord; item?: DiskItem }>();
  for (const record of records) byPath.set(record.path, { record });
  for (const item of items) byPath.set(item.path, { ...byPath.get(item.path), item });
  const found: string[] = [];
  for (const at of [...byPath.keys()].toSorted(comparePaths)) {
    const { record, item } = byPath.get(at)!;
    const covered = problems.some((problem) => problem === at || isBelow(at, problem as RelativePath | undefined));
    if (item === undefined) {
      if (record !== undefined && record.entry.kind !== 'deleted' && !covered) found.push(`${at} -`);
      continue;
    }
    const same =
      record?.stat !== undefined &&
      record.entry.kind === item.kind &&
      sameStat(record.stat, item.stat, item.kind) &&
      (record.entry.kind !== 'symlink' || record.entry.target === item.target);
    if (!same) found.push(`${at} +`);
  }
  return found;
}

function split<T>(list: readonly T[], sizes: Iterator<number>): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < list.length;) {
    const size = sizes.next().value as number;
    parts.push(list.slice(i, i + size));
    i += size;
  }
  return parts;
}

describe('scan diff', () => {
  const kindArbitrary = fc.constantFrom('file' as const, 'directory' as const, 'symlink' as const, 'other' as const);
  const itemArbitrary: fc.Arbitrary<DiskItem> = fc
    .tuple(pathArbitrary, kindArbitrary, statArbitrary, fc.constantFrom('a', '../b'))
    .map(([at, kind, itemStat, target]) => ({
      path: at,
      kind,
      stat: itemStat,
      ...(kind === 'symlink' ? { target } : {}),
    }));
  /** An index, and a disk that holds some of it unchanged and some other things. */
  const scene = fc
    .tuple(
      indexArbitrary,
      fc.array(itemArbitrary, { maxLength: 15 }),
      fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
    )
    .map(([records, others, kept]) => {
      const items = new Map<RelativePath, DiskItem>(others.map((item) => [item.path, item]));
      for (const [i, { path: at, entry, stat: itemStat }] of records.entries()) {
        if (entry.kind === 'deleted' || itemStat === undefined || !kept[i]) continue;
        items.set(at, {
          path: at,
          kind: entry.kind,
          stat: itemStat,
          ...(entry.kind === 'symlink' ? { target: entry.target } : {}),
        });
      }
      return { records, items: [...items.values()].toSorted((a, b) => comparePaths(a.path, b.path)) };
    });

  it('finds what maps find, however both sides are batched, with problems as late as allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        scene,
        fc.array(fc.option(pathArbitrary, { nil: undefined, freq: 20 }), { maxLength: 4 }),
        fc.infiniteStream(fc.nat({ max: 4 })),
        async ({ records, items }, problems, sizes) => {
          const pending = [...problems];
          const scanned = split(items, sizes).map((part): ScannedBatch => {
            const last = part.at(-1)?.path;
            const due = pending.filter((at) => at === undefined || (last !== undefined && comparePaths(last, at) > 0));
            for (const at of due) pending.splice(pending.indexOf(at), 1);
            return { items: part, problems: due.map((at) => ({ path: at })) };
          });
          scanned.push({ items: [], problems: pending.map((at) => ({ path: at })) });
          const found = await run(split(records, sizes), scanned);
          assert.deepEqual(brief(found), naive(records, items, problems));
          for (const finding of found) {
            assert.equal(
              finding.indexed,
              records.find((record) => record.path === finding.path),
            );
            assert.equal(
              finding.item,
              items.find((item) => item.path === finding.path),
            );
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('says nothing of an unreadable directory’s content, and all of what stands beside it', async () => {
    const records = ['a', 'a!', 'b', 'b/x', 'b/x/y', 'b!', 'c']
      .map(directoryRecord)
      .toSorted((a, b) => comparePaths(a.path, b.path));
    const found = await run([records], [{ items: [directoryItem('b')], problems: [{ path: path('b') }] }]);
    assert.deepEqual(brief(found), ['a -', 'a! -', 'b! -', 'c -']);
  });

  it('takes nothing for deleted once the root had a problem', async () => {
    const records = ['a', 'b', 'c', 'd'].map(directoryRecord);
    const found = await run(
      [records],
      [
        { items: [directoryItem('b')], problems: [] },
        { items: [], problems: [{ path: undefined }] },
      ],
    );
    assert.deepEqual(brief(found), ['a -']);
  });

  it('takes nothing for deleted after more problems than it can remember', async () => {
    const names = Array.from({ length: problemsMax + 1 }, (_, i) => `p${String(i).padStart(5, '0')}`);
    const records = [...names, 'z'].map(directoryRecord);
    const problems = names.map((name) => ({ path: path(name) }));
    assert.deepEqual(brief(await run([records], [{ items: [], problems: problems.slice(1) }])), ['p00000 -', 'z -']);
    assert.deepEqual(brief(await run([records], [{ items: [], problems }])), []);
    const repeated = [...problems.slice(1), ...problems.slice(1)];
    assert.deepEqual(brief(await run([records], [{ items: [], problems: repeated }])), ['p00000 -', 'z -']);
  });

  it('reports sockets and devices, indexed or not', async () => {
    const other: DiskItem = { path: path('a'), kind: 'other', stat };
    assert.deepEqual(brief(await run([[]], [{ items: [other], problems: [] }])), ['a +']);
    assert.deepEqual(brief(await run([[directoryRecord('a')]], [{ items: [other], problems: [] }])), ['a +']);
  });

  it('notices another link text under the same stat', async () => {
    const record: LocalRecord = { ...directoryRecord('a'), entry: { kind: 'symlink', target: 'x', mtimeUs: 4000 } };
    const link = (target: string): ScannedBatch => ({
      items: [{ path: path('a'), kind: 'symlink', stat, target }],
      problems: [],
    });
    assert.deepEqual(brief(await run([[record]], [link('x')])), []);
    assert.deepEqual(brief(await run([[record]], [link('y')])), ['a +']);
  });

  it('yields batches of bounded size, holding one batch of the index', async () => {
    let drawn = 0;
    async function* many(): AsyncGenerator<readonly LocalRecord[]> {
      for (; drawn < 50; drawn++)
        yield Array.from({ length: 100 }, (_, i) => directoryRecord(`d${String(drawn * 100 + i).padStart(6, '0')}`));
    }
    const diff = new ScanDiff(many());
    let total = 0;
    for await (const findings of diff.push({ items: [directoryItem('z')], problems: [] })) {
      if (total === 0) assert.equal(drawn, findingsPerBatchMax / 100 - 1);
      total += findings.length;
    }
    assert.equal(total, 50 * 100 + 1);
  });

  it('refuses items, index and problems out of order', async () => {
    const items = (...names: string[]): ScannedBatch => ({ items: names.map(directoryItem), problems: [] });
    await assert.rejects(run([[]], [items('b', 'a')]), /Scan out of order: "a" after "b"/);
    await assert.rejects(run([[]], [items('b'), items('b')]), /Scan out of order/);
    await assert.rejects(run([['b', 'a'].map(directoryRecord)], [items('c')]), /Index out of order: "a" after "b"/);
    await assert.rejects(run([[directoryRecord('b')], [directoryRecord('a')]], [items('c')]), /Index out of order/);
    await assert.rejects(
      run([[]], [items('b'), { items: [], problems: [{ path: path('a') }] }]),
      /problem at "a" too late/,
    );
  });

  it('closes the index’s iterator, also half-way and twice', async () => {
    let closed = 0;
    async function* records(): AsyncGenerator<readonly LocalRecord[]> {
      try {
        yield [directoryRecord('a')];
        yield [directoryRecord('b')];
      } finally {
        closed++;
      }
    }
    const diff = new ScanDiff(records());
    for await (const _ of diff.push({ items: [directoryItem('a!')], problems: [] }));
    await diff.close();
    await diff.close();
    assert.equal(closed, 1);
  });
});
