/** Attacks by a linked peer that are stopped before anything is stored. */
import assert from 'node:assert/strict';
import { refusalOf, replicasAcceptedMax } from '../../../src/core/admit.ts';
import { fileBytesMax } from '../../../src/core/cut-points.ts';
import type { Hash, ReplicaId } from '../../../src/core/identifiers.ts';
import { conflictPathsOf } from '../../../src/core/plan.ts';
import type { IndexRecord } from '../../../src/core/record.ts';
import { path, replicas } from '../../support/core-arbitraries.ts';

const [own, other] = replicas as [ReplicaId, ReplicaId];
const record = (fields: Partial<IndexRecord>): IndexRecord => ({
  path: path('a'),
  entry: { kind: 'deleted' },
  version: [[other, 1]],
  dot: { replica: other, counter: 1 },
  ...fields,
});

describe('admission of announced records', () => {
  it('takes in an honest one, also when it knows of all our writes', () => {
    assert.equal(refusalOf(record({}), own, 0, undefined), undefined);
    assert.equal(
      refusalOf(
        record({
          version: [
            [own, 7],
            [other, 1],
          ],
        }),
        own,
        7,
        record({ version: [[own, 7]] }),
      ),
      undefined,
    );
  });

  for (const name of [
    '.p2psync/folder.json',
    '.p2psync',
    '.P2PSYNC/staging/x',
    '.p2psync ./x',
    'a/.DS_Store',
    '.p2psync-tmp-1',
  ]) {
    it(`leaves out ${name}`, () => {
      assert.equal(refusalOf(record({ path: path(name) }), own, 9, undefined)?.code, 'IGNORED_PATH');
    });
  }

  it('leaves out a file that is larger than any that could be sent', () => {
    const file = (size: number) =>
      record({ entry: { kind: 'file', size, mtimeUs: 0, executable: false, contentHash: 'a'.repeat(64) as Hash } });
    assert.equal(refusalOf(file(fileBytesMax), own, 9, undefined), undefined);
    assert.equal(refusalOf(file(fileBytesMax + 1), own, 9, undefined)?.code, 'TOO_LARGE');
  });

  it('leaves out forged writes of this device, in the version and in the dot', () => {
    assert.equal(
      refusalOf(
        record({
          version: [
            [own, 8],
            [other, 1],
          ],
        }),
        own,
        7,
        undefined,
      )?.code,
      'INDEX_OLDER',
    );
    const forged = record({ version: [[own, Number.MAX_SAFE_INTEGER]], dot: { replica: own, counter: 8 } });
    assert.equal(refusalOf(forged, own, 7, undefined)?.code, 'INDEX_OLDER');
  });

  it('leaves out our next write at a conflict copy, which may have versions of another path', () => {
    const [copy] = conflictPathsOf(path('a.txt'), { kind: 'symlink', target: 'x', mtimeUs: 1 });
    const claim = (counter: number): IndexRecord => record({ path: path(copy as string), version: [[own, counter]] });
    assert.equal(refusalOf(claim(7), own, 7, undefined), undefined);
    assert.equal(refusalOf(claim(8), own, 7, undefined)?.code, 'INDEX_OLDER');
  });

  it('leaves out writes of ours at a path that our index never gave there, though it gave the number elsewhere', () => {
    const claimed = record({
      version: [
        [own, 5],
        [other, 1],
      ],
    });
    assert.equal(refusalOf(claimed, own, 9, undefined)?.code, 'INDEX_OLDER');
    assert.equal(refusalOf(claimed, own, 9, record({ version: [[own, 4]] }))?.code, 'INDEX_OLDER');
    assert.equal(refusalOf(claimed, own, 9, record({ version: [[own, 5]] })), undefined);
  });

  it('takes in conflict copies, whose version came from another path', () => {
    const [kept] = conflictPathsOf(path('a.txt'), { kind: 'symlink', target: 'x', mtimeUs: 0 });
    assert.equal(refusalOf(record({ path: kept as never, version: [[own, 5]] }), own, 9, undefined), undefined);
    const deep = path(`${'d'.repeat(250)}/`.repeat(16) + 'e'.repeat(40));
    const [unmarked] = conflictPathsOf(path(`${deep}/${'f'.repeat(20)}`), { kind: 'symlink', target: 'x', mtimeUs: 0 });
    assert.equal(refusalOf(record({ path: unmarked as never, version: [[own, 5]] }), own, 9, undefined), undefined);
  });

  it('leaves out versions that our own write would make too large to announce', () => {
    const version = Array.from(
      { length: replicasAcceptedMax + 1 },
      (_, i) => [i.toString(16).padStart(16, '0') as ReplicaId, 1] as const,
    );
    assert.equal(
      refusalOf(record({ version, dot: { replica: version[0]?.[0] as ReplicaId, counter: 1 } }), own, 0, undefined)
        ?.code,
      'TOO_MANY_REPLICAS',
    );
    assert.equal(refusalOf(record({ version: version.slice(1) }), own, 0, undefined), undefined);
  });
});
