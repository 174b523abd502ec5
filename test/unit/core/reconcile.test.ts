/** Every cell of the decision table in docs/RECONCILE.md, once as an example, and what must hold of all of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { compareEntries, type Entry, type FileEntry } from '../../../src/core/entry.ts';
import { reconcile, type Cell, type Decision } from '../../../src/core/reconcile.ts';
import type { AnnouncedRecord, LocalRecord } from '../../../src/core/record.ts';
import { compareVersions, type Dot, type VersionVector } from '../../../src/core/version.ts';
import { announcedRecordArbitrary, devices, hash, path, replicas } from '../../support/core-arbitraries.ts';

const [ra, rb, rc] = replicas as [(typeof replicas)[number], (typeof replicas)[number], (typeof replicas)[number]];
const [peer, other] = devices as [(typeof devices)[number], (typeof devices)[number]];
const at = path('a');

const file = (digits: string, mtimeUs = 1, executable = false): FileEntry => ({
  kind: 'file',
  size: 1,
  mtimeUs,
  executable,
  contentHash: hash(digits),
});
const directory: Entry = { kind: 'directory' };
const deleted: Entry = { kind: 'deleted' };

/** The dot is the last write that the version names of the given replica. */
function record(entry: Entry, version: VersionVector, dot: Dot): AnnouncedRecord {
  return { path: at, entry, version, dot, sequence: 1 };
}
const by = (replica: (typeof replicas)[number], counter: number): Dot => ({ replica, counter });
const local = (announced: AnnouncedRecord): LocalRecord => ({
  ...announced,
  stat: announced.entry.kind === 'deleted' ? undefined : { size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1, mode: 0o100644 },
});

interface Example {
  readonly cell: Cell;
  readonly ours: AnnouncedRecord | undefined;
  readonly theirs: AnnouncedRecord | undefined;
  readonly does: Decision['do'];
  readonly setAside?: boolean;
}

const ours = (entry: Entry): AnnouncedRecord => record(entry, [[ra, 1]], by(ra, 1));
const theirs = (entry: Entry): AnnouncedRecord => record(entry, [[rb, 1]], by(rb, 1));

const examples: readonly Example[] = [
  { cell: 'C1-unannounced', ours: ours(file('1')), theirs: undefined, does: 'nothing' },
  { cell: 'C2-new', ours: undefined, theirs: theirs(file('1')), does: 'take', setAside: false },
  { cell: 'C3-new-tombstone', ours: undefined, theirs: theirs(deleted), does: 'merge' },
  { cell: 'C4-same', ours: ours(file('1')), theirs: ours(file('1')), does: 'nothing' },
  { cell: 'C5-split-keep', ours: ours(file('2')), theirs: ours(file('1')), does: 'nothing' },
  { cell: 'C5-split-take', ours: ours(file('1')), theirs: ours(file('2')), does: 'take', setAside: true },
  {
    cell: 'C6-older',
    ours: record(
      file('1'),
      [
        [ra, 2],
        [rb, 1],
      ],
      by(ra, 2),
    ),
    theirs: theirs(file('2')),
    does: 'nothing',
  },
  {
    cell: 'C7-newer-same',
    ours: ours(file('1')),
    theirs: record(
      file('1'),
      [
        [ra, 1],
        [rb, 1],
      ],
      by(rb, 1),
    ),
    does: 'merge',
  },
  {
    cell: 'C8-newer',
    ours: ours(file('2')),
    theirs: record(
      file('1'),
      [
        [ra, 1],
        [rb, 1],
      ],
      by(rb, 1),
    ),
    does: 'take',
    setAside: false,
  },
  { cell: 'C9-twins', ours: ours(file('1')), theirs: theirs(file('1')), does: 'merge' },
  { cell: 'C10-metadata-keep', ours: ours(file('1', 2)), theirs: theirs(file('1', 1)), does: 'merge' },
  { cell: 'C10-metadata-take', ours: ours(file('1', 1)), theirs: theirs(file('1', 2)), does: 'take', setAside: false },
  {
    cell: 'C11-superseding',
    ours: record(
      file('1'),
      [
        [ra, 1],
        [rb, 1],
      ],
      by(ra, 1),
    ),
    theirs: record(
      file('2'),
      [
        [rb, 1],
        [rc, 1],
      ],
      by(rb, 1),
    ),
    does: 'merge',
  },
  {
    cell: 'C11-superseded',
    ours: record(
      file('2'),
      [
        [ra, 1],
        [rc, 1],
      ],
      by(ra, 1),
    ),
    theirs: record(
      file('1'),
      [
        [ra, 1],
        [rb, 1],
      ],
      by(rb, 1),
    ),
    does: 'take',
    setAside: false,
  },
  { cell: 'C12-edit-over-delete', ours: ours(file('1')), theirs: theirs(deleted), does: 'merge' },
  { cell: 'C12-delete-under-edit', ours: ours(deleted), theirs: theirs(file('1')), does: 'take', setAside: false },
  { cell: 'C13-conflict-keep', ours: ours(file('2')), theirs: theirs(file('1')), does: 'nothing' },
  { cell: 'C13-conflict-take', ours: ours(file('1')), theirs: theirs(file('2')), does: 'take', setAside: true },
];

describe('reconcile', () => {
  for (const example of examples) {
    it(`decides ${example.cell}`, () => {
      const announcements = example.theirs === undefined ? [] : [{ device: peer, record: example.theirs }];
      const decision = reconcile(example.ours && local(example.ours), announcements);
      assert.equal(decision.cell, example.cell);
      assert.equal(decision.do, example.does);
      if (decision.do === 'take') assert.equal(decision.setAside, example.setAside);
    });
  }

  it('has an example for every cell that the documentation lists, and lists every cell', () => {
    const page = readFileSync(new URL('../../../docs/RECONCILE.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| (C\d+-[a-z-]+) \|/gm)].map(([, cell]) => cell);
    assert.deepEqual(listed.sort(), examples.map(({ cell }) => cell as string).sort());
  });

  it('keeps a directory over a file, and sets the file aside', () => {
    assert.equal(reconcile(local(ours(directory)), [{ device: peer, record: theirs(file('1')) }]).do, 'nothing');
    const decision = reconcile(local(ours(file('1'))), [{ device: peer, record: theirs(directory) }]);
    assert.ok(decision.do === 'take' && decision.setAside);
  });

  it('names all devices that announced the content as its holders', () => {
    const decision = reconcile(undefined, [
      { device: peer, record: theirs(file('1')) },
      { device: other, record: record(file('1', 5), [[rc, 1]], by(rc, 1)) },
    ]);
    assert.ok(decision.do === 'take');
    assert.deepEqual([...decision.holders].sort(), [peer, other].sort());
  });

  it('is not held up by an announcement that asks for nothing', () => {
    // Found by random histories: a greater entry that we supersede stood before one that we do not.
    const mine = local(record(file('0'), [[rb, 3]], by(rb, 3)));
    const superseded = record(directory, [[rb, 1]], by(rb, 1));
    const conflicting = record(file('2'), [[rc, 1]], by(rc, 1));
    for (const order of [
      [superseded, conflicting],
      [conflicting, superseded],
    ] as const) {
      const decision = reconcile(
        mine,
        order.map((one, i) => ({ device: devices[i] as typeof peer, record: one })),
      );
      assert.equal(decision.cell, 'C13-conflict-take');
    }
  });

  it('follows the same one of three whatever comes first, although they lead round in a circle', () => {
    // b knows of a, c is greater than b, a is greater than c.
    const a = record(directory, [[ra, 1]], by(ra, 1));
    const b = record(
      deleted,
      [
        [ra, 1],
        [rb, 1],
      ],
      by(rb, 1),
    );
    const c = record(file('2'), [[rc, 1]], by(rc, 1));
    for (const order of [
      [a, b, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      const decision = reconcile(
        undefined,
        order.map((one, i) => ({ device: devices[i] as typeof peer, record: one })),
      );
      assert.ok(decision.do === 'take');
      assert.deepEqual(decision.dot, c.dot);
    }
  });

  it('moves every state strictly up', () => {
    fc.assert(
      fc.property(announcedRecordArbitrary, announcedRecordArbitrary, (a, b) => {
        const mine = local({ ...a, path: at });
        const decision = reconcile(mine, [{ device: peer, record: { ...b, path: at } }]);
        if (decision.do === 'nothing') return;
        const moved = compareVersions(mine.version, decision.version);
        assert.ok(moved === 'before' || (moved === 'equal' && compareEntries(decision.entry, mine.entry) > 0), moved);
      }),
    );
  });

  it('leaves at least one of two different devices something to do', () => {
    fc.assert(
      fc.property(announcedRecordArbitrary, announcedRecordArbitrary, (a, b) => {
        const [x, y] = [
          { ...a, path: at },
          { ...b, path: at },
        ];
        const same = compareVersions(x.version, y.version) === 'equal' && compareEntries(x.entry, y.entry) === 0;
        const left = reconcile(local(x), [{ device: peer, record: y }]);
        const right = reconcile(local(y), [{ device: peer, record: x }]);
        assert.equal(left.do === 'nothing' && right.do === 'nothing', same);
      }),
    );
  });
});
