/**
 * fast-check arbitraries for the values of src/core. Alphabets are small on purpose: generated paths, entries and versions
 * meet often, which is where decisions are made.
 */
import fc from 'fast-check';
import type { DeletedEntry, DirectoryEntry, Entry, FileEntry, LiveEntry, SymlinkEntry } from '../../src/core/entry.ts';
import type { DeviceId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import { comparePaths, parsePath, type RelativePath } from '../../src/core/path.ts';
import type { AnnouncedRecord, LocalRecord, StatFingerprint } from '../../src/core/record.ts';
import { joinVersions, type Dot, type VersionVector } from '../../src/core/version.ts';

/** Three devices, their ids in ascending order. */
export const devices: readonly DeviceId[] = ['A', 'B', 'C'].map((letter) => `12D3KooW${letter.repeat(44)}` as DeviceId);
/** Three replicas, in ascending order. */
export const replicas: readonly ReplicaId[] = ['0a', '1b', '2c'].map((pair) => pair.repeat(8) as ReplicaId);

/** A legal path, or a failed test. */
export function path(text: string): RelativePath {
  const parsed = parsePath(text);
  if (parsed === undefined) throw new Error(`Not a legal path: ${JSON.stringify(text)}`);
  return parsed;
}

/** A hash that repeats `digits`. */
export function hash(digits: string): Hash {
  return digits.repeat(64).slice(0, 64) as Hash;
}

/** Names that sort in surprising ways: around '/', beyond ASCII, beyond the basic plane, and in two Unicode forms. */
export const nameArbitrary = fc.constantFrom(
  'a',
  'b',
  'a!',
  'a-b',
  'a.txt',
  '.a',
  'é',
  'e\u0301',
  '\uffee',
  '😀',
  '\u0001',
);

/** Paths of one to four colliding names. */
export const pathArbitrary: fc.Arbitrary<RelativePath> = fc
  .array(nameArbitrary, { minLength: 1, maxLength: 4 })
  .map((names) => path(names.join('/')));

/** Any legal path whatever. */
export const anyPathArbitrary: fc.Arbitrary<RelativePath> = fc
  .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))
  .filter((text) => parsePath(text) !== undefined)
  .map(path);

export const hashArbitrary: fc.Arbitrary<Hash> = fc.constantFrom('0', '1', 'ab', 'f').map(hash);

/** Any hash whatever. */
export const anyHashArbitrary: fc.Arbitrary<Hash> = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.join('') as Hash);

export const mtimeUsArbitrary = fc.constantFrom(-1, 0, 1, 1_795_442_712_000_000, 1_795_442_712_000_001);

export const fileArbitrary: fc.Arbitrary<FileEntry> = fc.record(
  {
    kind: fc.constant('file' as const),
    size: fc.nat({ max: 2 }),
    mtimeUs: mtimeUsArbitrary,
    executable: fc.boolean(),
    contentHash: hashArbitrary,
  },
  { noNullPrototype: true },
);
export const symlinkArbitrary: fc.Arbitrary<SymlinkEntry> = fc.record(
  {
    kind: fc.constant('symlink' as const),
    target: fc.constantFrom('a', '../b', '/etc/passwd', '😀'),
    mtimeUs: mtimeUsArbitrary,
  },
  { noNullPrototype: true },
);
const directoryArbitrary: fc.Arbitrary<DirectoryEntry> = fc.constant({ kind: 'directory' });
const deletedArbitrary: fc.Arbitrary<DeletedEntry> = fc.constant({ kind: 'deleted' });

export const liveEntryArbitrary: fc.Arbitrary<LiveEntry> = fc.oneof(
  fileArbitrary,
  fileArbitrary,
  symlinkArbitrary,
  directoryArbitrary,
);
export const entryArbitrary: fc.Arbitrary<Entry> = fc.oneof(
  { arbitrary: liveEntryArbitrary, weight: 4 },
  { arbitrary: deletedArbitrary, weight: 1 },
);

export const dotArbitrary: fc.Arbitrary<Dot> = fc.record(
  {
    replica: fc.constantFrom(...replicas),
    counter: fc.integer({ min: 1, max: 4 }),
  },
  { noNullPrototype: true },
);

/** Counters 0 to 4 for each of the three replicas; 0 is left out, as in any VersionVector. */
export const versionArbitrary: fc.Arbitrary<VersionVector> = fc
  .array(fc.nat({ max: 4 }), { minLength: replicas.length, maxLength: replicas.length })
  .map((counters) =>
    replicas.map((id, i) => [id, counters[i] as number] as const).filter(([, counter]) => counter > 0),
  );

export const statArbitrary: fc.Arbitrary<StatFingerprint> = fc.record(
  {
    size: fc.nat({ max: 2 }),
    mtimeMs: fc.constantFrom(0, 1_795_442_712_000, 1_795_442_712_000.25),
    ctimeMs: fc.constantFrom(1_795_442_712_000, 1_795_442_713_000),
    inode: fc.integer({ min: 1, max: 3 }),
    mode: fc.constantFrom(0o100644, 0o100755),
  },
  { noNullPrototype: true },
);

/** The version covers the dot, as it must. */
export const announcedRecordArbitrary: fc.Arbitrary<AnnouncedRecord> = fc
  .tuple(pathArbitrary, entryArbitrary, versionArbitrary, dotArbitrary, fc.integer({ min: 1, max: 1000 }))
  .map(([at, entry, version, dot, sequence]) => ({
    path: at,
    entry,
    version: joinVersions(version, [[dot.replica, dot.counter]]),
    dot,
    sequence,
  }));

export const localRecordArbitrary: fc.Arbitrary<LocalRecord> = fc
  .tuple(announcedRecordArbitrary, statArbitrary)
  .map(([record, stat]) => ({ ...record, stat: record.entry.kind === 'deleted' ? undefined : stat }));

/** Records with distinct paths, in path order: an index. */
export const indexArbitrary: fc.Arbitrary<LocalRecord[]> = fc
  .uniqueArray(localRecordArbitrary, { selector: (record) => record.path, maxLength: 30 })
  .map((records) => records.toSorted((a, b) => comparePaths(a.path, b.path)));
