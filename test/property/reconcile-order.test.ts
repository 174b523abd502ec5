/**
 * Who wins does not depend on what came first (I5): announcements of three and more devices in any order are decided alike, and
 * the orders of versions and entries behind that are orders.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareEntries, type Entry } from '../../src/core/entry.ts';
import type { DeviceId } from '../../src/core/identifiers.ts';
import { reconcile, type Announcement, type Decision } from '../../src/core/reconcile.ts';
import type { AnnouncedRecord, LocalRecord } from '../../src/core/record.ts';
import { compareVersions, covers, joinVersions } from '../../src/core/version.ts';
import {
  announcedRecordArbitrary,
  entryArbitrary,
  path,
  statArbitrary,
  versionArbitrary,
} from '../support/core-arbitraries.ts';

const at = path('a');
const recordArbitrary = announcedRecordArbitrary.map((record) => ({ ...record, path: at }));
const localArbitrary: fc.Arbitrary<LocalRecord | undefined> = fc.option(
  fc
    .tuple(recordArbitrary, statArbitrary)
    .map(([record, stat]) => ({ ...record, stat: record.entry.kind === 'deleted' ? undefined : stat })),
  { nil: undefined },
);

function announced(records: readonly AnnouncedRecord[]): Announcement[] {
  return records.map((record, i) => ({
    device: `12D3KooW${String.fromCharCode(65 + i).repeat(44)}` as DeviceId,
    record,
  }));
}

/** What a decision does, whoever is asked for content. */
function outcome(decision: Decision): unknown {
  if (decision.do === 'nothing') return 'nothing';
  const whole = decision.do === 'merge' ? decision : { ...decision, holders: [...decision.holders].sort() };
  // fast-check makes some objects without a prototype, which counts as a difference.
  return JSON.parse(JSON.stringify(whole));
}

describe('the order of versions', () => {
  it('is reflexive, antisymmetric and transitive', () => {
    const atMost = (relation: string): boolean => relation === 'before' || relation === 'equal';
    fc.assert(
      fc.property(versionArbitrary, versionArbitrary, versionArbitrary, (a, b, c) => {
        assert.equal(compareVersions(a, a), 'equal');
        const ab = compareVersions(a, b);
        const mirrored = { equal: 'equal', before: 'after', after: 'before', concurrent: 'concurrent' } as const;
        assert.equal(compareVersions(b, a), mirrored[ab]);
        if (ab === 'equal') assert.deepEqual(a, b);
        if (atMost(ab) && atMost(compareVersions(b, c))) assert.ok(atMost(compareVersions(a, c)));
        // Above and below survive a join.
        if (atMost(ab)) assert.ok(atMost(compareVersions(joinVersions(a, c), joinVersions(b, c))));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the order of entries', () => {
  it('sorts any list alike, in whatever order it came', () => {
    fc.assert(
      fc.property(
        fc
          .array(entryArbitrary, { minLength: 2, maxLength: 6 })
          .chain((entries) =>
            fc.tuple(
              fc.constant(entries),
              fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length }),
            ),
          ),
        ([entries, shuffled]) => {
          const [sorted, again] = [entries.toSorted(compareEntries), shuffled.toSorted(compareEntries)];
          sorted.forEach((entry, i) => assert.equal(compareEntries(entry, again[i] as Entry), 0));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('reconcile of several announcements', () => {
  it('decides alike in whatever order they came', () => {
    let several = 0;
    fc.assert(
      fc.property(
        localArbitrary,
        fc.array(recordArbitrary, { minLength: 2, maxLength: 5 }).map(announced),
        fc.infiniteStream(fc.nat()),
        (local, announcements, random) => {
          const first = outcome(reconcile(local, announcements));
          if (first !== 'nothing') several++;
          for (let turn = 0; turn < 4; turn++) {
            const permuted = announcements
              .map((one) => ({ one, key: random.next().value as number }))
              .sort((a, b) => a.key - b.key)
              .map(({ one }) => one);
            assert.deepEqual(outcome(reconcile(local, permuted)), first);
          }
        },
      ),
      { numRuns: 5000 },
    );
    assert.ok(several > 1000, `${several} decisions did something`);
  });

  it('follows none that another one knows of', () => {
    fc.assert(
      fc.property(
        localArbitrary,
        fc.array(recordArbitrary, { minLength: 2, maxLength: 5 }).map(announced),
        (local, announcements) => {
          const decision = reconcile(local, announcements);
          if (decision.do !== 'take' || decision.setAside) return;
          const asking = announcements.filter((one) => reconcile(local, [one]).do !== 'nothing');
          const followed = asking.filter(
            ({ record }) => compareEntries(record.entry, decision.entry) === 0 && covers(decision.version, record.dot),
          );
          const known = ({ record }: Announcement): boolean =>
            asking.some((other) => compareVersions(record.version, other.record.version) === 'before');
          assert.ok(followed.some((one) => !known(one)));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
