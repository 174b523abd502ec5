import assert from 'node:assert/strict';
import fc from 'fast-check';
import { entriesEqual, type Entry, type FileEntry, type SymlinkEntry } from '../../../src/core/entry.ts';
import { posixTraits } from '../../../src/core/names.ts';
import { needsHash, observe, type Observation, type Seen, type VolumeTraits } from '../../../src/core/observe.ts';
import type { LocalRecord, Manifest, StatFingerprint } from '../../../src/core/record.ts';
import type { VersionVector } from '../../../src/core/version.ts';
import {
  fileArbitrary,
  hash,
  localRecordArbitrary,
  path,
  replicas,
  statArbitrary,
} from '../../support/core-arbitraries.ts';

const ext4: VolumeTraits = posixTraits;
const exfat: VolumeTraits = { ...posixTraits, execBits: false, mtimeResolutionUs: 2_000_000, symlinks: false };

const mtimeUs = 1_795_442_712_345_678;
const stat: StatFingerprint = { size: 3, mtimeMs: 1_795_442_712_345.678, ctimeMs: 1, inode: 7, mode: 0o100644 };
const otherStat: StatFingerprint = { ...stat, ctimeMs: 2 };
const file: FileEntry = { kind: 'file', size: 3, mtimeUs, executable: false, contentHash: hash('a') };
const symlink: SymlinkEntry = { kind: 'symlink', target: 'there', mtimeUs };
const manifest: Manifest = [
  { hash: hash('b'), length: 1 },
  { hash: hash('c'), length: 2 },
];

function record(
  entry: Entry,
  at: StatFingerprint | undefined = entry.kind === 'deleted' ? undefined : stat,
): LocalRecord {
  const dot = { replica: replicas[0]!, counter: 1 };
  return { path: path('a'), entry, version: [[dot.replica, 1]], dot, sequence: 1, stat: at };
}
/** Known here, not held here. */
function unheld(entry: Entry): LocalRecord {
  return { ...record(entry), stat: undefined };
}
function seenFile(entry: FileEntry, at: StatFingerprint = otherStat): Seen {
  return { is: 'file', entry, stat: at, manifest };
}
function recorded(
  entry: Entry,
  at: StatFingerprint | undefined,
  chunks: Manifest | undefined,
  base: VersionVector = [[replicas[0]!, 1]],
): Observation {
  return { do: 'record', entry, stat: at, manifest: chunks, base };
}

describe('observe', () => {
  const nothing: Observation = { do: 'nothing' };
  const refresh: Observation = { do: 'refresh-stat', stat: otherStat };
  const gone = recorded({ kind: 'deleted' }, undefined, undefined);
  const table: readonly {
    name: string;
    indexed: LocalRecord | undefined;
    seen: Seen;
    traits?: VolumeTraits;
    expected: Observation;
  }[] = [
    { name: 'absent, never indexed', indexed: undefined, seen: { is: 'absent' }, expected: nothing },
    { name: 'absent, a tombstone', indexed: record({ kind: 'deleted' }), seen: { is: 'absent' }, expected: nothing },
    { name: 'a file deleted', indexed: record(file), seen: { is: 'absent' }, expected: gone },
    { name: 'a directory deleted', indexed: record({ kind: 'directory' }), seen: { is: 'absent' }, expected: gone },
    { name: 'a link deleted', indexed: record(symlink), seen: { is: 'absent' }, expected: gone },
    {
      name: 'a link absent from a volume that holds none',
      indexed: record(symlink),
      seen: { is: 'absent' },
      traits: exfat,
      expected: nothing,
    },
    { name: 'a file deleted from exFAT', indexed: record(file), seen: { is: 'absent' }, traits: exfat, expected: gone },

    { name: 'a new file', indexed: undefined, seen: seenFile(file), expected: recorded(file, otherStat, manifest, []) },
    {
      name: 'a file back over a tombstone',
      indexed: record({ kind: 'deleted' }),
      seen: seenFile(file),
      expected: recorded(file, otherStat, manifest),
    },
    { name: 'the same file, same stat', indexed: record(file), seen: seenFile(file, stat), expected: nothing },
    { name: 'the same file, touched in ctime', indexed: record(file), seen: seenFile(file), expected: refresh },

    { name: 'an unheld file is absent', indexed: unheld(file), seen: { is: 'absent' }, expected: nothing },
    {
      name: 'an unheld directory is absent',
      indexed: unheld({ kind: 'directory' }),
      seen: { is: 'absent' },
      expected: nothing,
    },
    { name: 'an unheld link is absent', indexed: unheld(symlink), seen: { is: 'absent' }, expected: nothing },
    {
      name: 'an unheld file stands here as it is known',
      indexed: unheld(file),
      seen: seenFile(file),
      expected: refresh,
    },
    {
      name: 'an unheld directory stands here',
      indexed: unheld({ kind: 'directory' }),
      seen: { is: 'directory', stat: otherStat },
      expected: refresh,
    },
    {
      name: 'an unheld link stands here as it is known',
      indexed: unheld(symlink),
      seen: { is: 'symlink', target: 'there', stat: otherStat },
      expected: refresh,
    },
    {
      name: 'an unheld file stands here with other content, made without knowing it',
      indexed: unheld(file),
      seen: seenFile({ ...file, contentHash: hash('d') }),
      expected: recorded({ ...file, contentHash: hash('d') }, otherStat, manifest, []),
    },
    {
      name: 'a directory stands where an unheld file is known',
      indexed: unheld(file),
      seen: { is: 'directory', stat },
      expected: recorded({ kind: 'directory' }, stat, undefined, []),
    },
    {
      name: 'a link stands where an unheld directory is known',
      indexed: unheld({ kind: 'directory' }),
      seen: { is: 'symlink', target: 'there', stat },
      expected: recorded(symlink, stat, undefined, []),
    },
    {
      name: 'other content under the same size and time',
      indexed: record(file),
      seen: seenFile({ ...file, contentHash: hash('d') }),
      expected: recorded({ ...file, contentHash: hash('d') }, otherStat, manifest),
    },
    {
      name: 'another mtime by one microsecond',
      indexed: record(file),
      seen: seenFile({ ...file, mtimeUs: mtimeUs + 1 }),
      expected: recorded({ ...file, mtimeUs: mtimeUs + 1 }, otherStat, manifest),
    },
    {
      name: 'the exec bit set',
      indexed: record(file),
      seen: seenFile({ ...file, executable: true }),
      expected: recorded({ ...file, executable: true }, otherStat, manifest),
    },
    {
      name: 'exec bit gone from a volume that has none',
      indexed: record({ ...file, executable: true }),
      seen: seenFile(file),
      traits: exfat,
      expected: refresh,
    },
    {
      name: 'every file executable, as exFAT is mounted: a new one is not',
      indexed: undefined,
      seen: seenFile({ ...file, executable: true }),
      traits: exfat,
      expected: recorded(file, otherStat, manifest, []),
    },
    {
      name: 'edited on a volume without exec bits: the bit stays',
      indexed: record({ ...file, executable: true }),
      seen: seenFile({ ...file, contentHash: hash('d') }),
      traits: exfat,
      expected: recorded({ ...file, executable: true, contentHash: hash('d') }, otherStat, manifest),
    },
    {
      name: 'a time cut to 2 seconds: the finer one stays',
      indexed: record(file),
      seen: seenFile({ ...file, mtimeUs: 1_795_442_712_000_000 }),
      traits: exfat,
      expected: refresh,
    },
    {
      name: 'a time 2 seconds off, on a volume of 2 seconds',
      indexed: record(file),
      seen: seenFile({ ...file, mtimeUs: mtimeUs + 2_000_000 }),
      traits: exfat,
      expected: recorded({ ...file, mtimeUs: mtimeUs + 2_000_000 }, otherStat, manifest),
    },
    {
      name: 'other content within the volume’s time step: the time seen',
      indexed: record(file),
      seen: seenFile({ ...file, contentHash: hash('d'), mtimeUs: mtimeUs + 7 }),
      traits: exfat,
      expected: recorded({ ...file, contentHash: hash('d'), mtimeUs: mtimeUs + 7 }, otherStat, manifest),
    },
    {
      name: 'exec bit set within the volume’s time step: the finer time stays',
      indexed: record(file),
      seen: seenFile({ ...file, executable: true, mtimeUs: 1_795_442_712_000_000 }),
      traits: { ...ext4, mtimeResolutionUs: 1_000_000 },
      expected: recorded({ ...file, executable: true }, otherStat, manifest),
    },

    {
      name: 'a new directory',
      indexed: undefined,
      seen: { is: 'directory', stat },
      expected: recorded({ kind: 'directory' }, stat, undefined, []),
    },
    {
      name: 'the same directory with other content',
      indexed: record({ kind: 'directory' }),
      seen: { is: 'directory', stat: { ...stat, mtimeMs: 5, size: 9, mode: 0o40700 } },
      expected: nothing,
    },
    {
      name: 'a directory in its place',
      indexed: record({ kind: 'directory' }),
      seen: { is: 'directory', stat: { ...stat, inode: 8 } },
      expected: { do: 'refresh-stat', stat: { ...stat, inode: 8 } },
    },
    {
      name: 'a directory where a file was',
      indexed: record(file),
      seen: { is: 'directory', stat },
      expected: recorded({ kind: 'directory' }, stat, undefined),
    },
    {
      name: 'a file where a directory was',
      indexed: record({ kind: 'directory' }),
      seen: seenFile(file),
      expected: recorded(file, otherStat, manifest),
    },

    {
      name: 'a new link',
      indexed: undefined,
      seen: { is: 'symlink', target: 'there', stat },
      expected: recorded(symlink, stat, undefined, []),
    },
    {
      name: 'the same link',
      indexed: record(symlink),
      seen: { is: 'symlink', target: 'there', stat },
      expected: nothing,
    },
    {
      name: 'the same link, other ctime',
      indexed: record(symlink),
      seen: { is: 'symlink', target: 'there', stat: otherStat },
      expected: refresh,
    },
    {
      name: 'a link elsewhere',
      indexed: record(symlink),
      seen: { is: 'symlink', target: 'here', stat },
      expected: recorded({ ...symlink, target: 'here' }, stat, undefined),
    },
    {
      name: 'a link with another time',
      indexed: record(symlink),
      seen: { is: 'symlink', target: 'there', stat: { ...stat, mtimeMs: 4000 } },
      expected: recorded({ ...symlink, mtimeUs: 4_000_000 }, { ...stat, mtimeMs: 4000 }, undefined),
    },
    {
      name: 'a link where a file was',
      indexed: record(file),
      seen: { is: 'symlink', target: 'there', stat },
      expected: recorded(symlink, stat, undefined),
    },
    {
      name: 'a file where a link was, without exec bits',
      indexed: record(symlink),
      seen: seenFile({ ...file, executable: true }),
      traits: exfat,
      expected: recorded(file, otherStat, manifest),
    },
  ];
  for (const { name, indexed, seen, traits, expected } of table) {
    it(`${name} → ${expected.do}`, () => {
      assert.deepEqual(observe(indexed, seen, traits ?? ext4), expected);
    });
  }

  const traitsArbitrary: fc.Arbitrary<VolumeTraits> = fc
    .record({
      execBits: fc.boolean(),
      mtimeResolutionUs: fc.constantFrom(1, 10_000, 2_000_000),
      symlinks: fc.boolean(),
    })
    .map((some) => ({ ...posixTraits, ...some }));
  const seenArbitrary: fc.Arbitrary<Seen> = fc.oneof(
    fc.constant<Seen>({ is: 'absent' }),
    fc.tuple(fileArbitrary, statArbitrary).map(([entry, at]): Seen => seenFile(entry, at)),
    statArbitrary.map((at): Seen => ({ is: 'directory', stat: at })),
    fc
      .tuple(fc.constantFrom('a', '../b'), statArbitrary)
      .map(([target, at]): Seen => ({ is: 'symlink', target, stat: at })),
  );

  it('never takes an unheld entry for deleted, nor a file made without it for its successor', () => {
    fc.assert(
      fc.property(localRecordArbitrary, seenArbitrary, traitsArbitrary, (indexed, seen, traits) => {
        fc.pre(indexed.entry.kind !== 'deleted');
        const observation = observe({ ...indexed, stat: undefined }, seen, traits);
        if (seen.is === 'absent') assert.deepEqual(observation, nothing);
        else if (observation.do === 'record') assert.deepEqual(observation.base, []);
        else assert.equal(observation.do, 'refresh-stat');
      }),
      { numRuns: 2000 },
    );
  });

  it('is at rest after one look: what it recorded is no news the next time', () => {
    fc.assert(
      fc.property(
        fc.option(localRecordArbitrary, { nil: undefined }),
        seenArbitrary,
        traitsArbitrary,
        (indexed, seen, traits) => {
          const first = observe(indexed, seen, traits);
          const base = indexed ?? record({ kind: 'deleted' });
          const after: LocalRecord | undefined =
            first.do === 'nothing'
              ? indexed
              : first.do === 'refresh-stat'
                ? { ...base, stat: first.stat }
                : { ...base, entry: first.entry, stat: first.stat };
          assert.deepEqual(observe(after, seen, traits), nothing);
          if (first.do === 'record' && indexed !== undefined) assert.ok(!entriesEqual(first.entry, indexed.entry));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('needsHash', () => {
  const item = { path: path('a'), kind: 'file', stat } as const;
  it('asks for files that are new, were something else, or have another stat', () => {
    assert.equal(needsHash(undefined, item), true);
    assert.equal(needsHash(record({ kind: 'deleted' }), item), true);
    assert.equal(needsHash(record({ kind: 'directory' }), item), true);
    assert.equal(needsHash(record(symlink), item), true);
    assert.equal(needsHash({ ...record(file), stat: undefined }, item), true);
    assert.equal(needsHash(record(file), { ...item, stat: otherStat }), true);
  });
  it('does not ask for a file as indexed, nor for anything that is no file', () => {
    assert.equal(needsHash(record(file), item), false);
    for (const kind of ['directory', 'symlink', 'other'] as const) {
      assert.equal(needsHash(undefined, { ...item, kind }), false);
      assert.equal(needsHash(record(file), { ...item, kind, stat: otherStat }), false);
    }
  });
});
