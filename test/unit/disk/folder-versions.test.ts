import assert from 'node:assert/strict';
import type { Space } from '../../../src/core/retention.ts';
import { FolderVersions, type Call } from '../../../src/disk/folder-versions.ts';
import { eventually } from '../../support/condition.ts';

/** Answers for a volume with this much space, and notes what is asked. */
function volume(space: Space, keptBytes = 0): { call: Call; asked: string[]; space: Space } {
  const state = { space, asked: [] as string[] };
  const call = async (_lane: unknown, method: string): Promise<unknown> => {
    state.asked.push(method);
    if (method === 'pruneVersions') return { dropped: 0, keptBytes, keptFiles: 0, space: state.space };
    return method === 'spaceOf' ? state.space : undefined;
  };
  return Object.assign(state, { call: call as Call });
}

describe('pruning of kept versions', () => {
  const gib = 2 ** 30;
  let versions: FolderVersions;
  afterEach(() => versions.close());

  async function started(on: ReturnType<typeof volume>): Promise<void> {
    versions = new FolderVersions({ call: on.call, now: Date.now });
    versions.start((error) => assert.fail(String(error)));
    await eventually('the first run', () => on.asked.length === 1);
    assert.deepEqual(on.asked, ['pruneVersions']);
  }

  it('runs at start, and puts nothing away at the cost of a walk', async () => {
    const on = volume({ totalBytes: 100 * gib, freeBytes: 50 * gib });
    await started(on);
    for (let i = 0; i < 1000; i++) versions.added(1000);
    versions.diskFull();
    assert.deepEqual(on.asked, ['pruneVersions'], 'not again so soon');
  });

  it('is one run, however often it is asked for at once', async () => {
    const on = volume({ totalBytes: 100 * gib, freeBytes: 50 * gib });
    await started(on);
    await Promise.all([versions.prune(), versions.prune(), versions.prune()]);
    assert.equal(on.asked.length, 2);
  });

  it('asks the volume once whether it shares blocks', async () => {
    const on = volume({ totalBytes: gib, freeBytes: gib });
    await started(on);
    await versions.makeClones([]);
    await versions.clonesIn(0);
    await versions.clonesIn(1);
    assert.deepEqual(on.asked, ['pruneVersions', 'probeReflinks']);
  });
});
