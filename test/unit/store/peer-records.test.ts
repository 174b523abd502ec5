import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceId, ReplicaId } from '../../../src/core/identifiers.ts';
import { comparePaths } from '../../../src/core/path.ts';
import type { AnnouncedRecord } from '../../../src/core/record.ts';
import { recordArbitrary } from '../../support/arbitraries.ts';
import { devices, path, replicas } from '../../support/core-arbitraries.ts';
import { all, Sandbox } from '../../support/store-fixtures.ts';

const [deviceA, deviceB] = devices as [DeviceId, DeviceId];
const [replicaA, replicaB] = replicas as [ReplicaId, ReplicaId];

function announcement(at: string, sequence: number): AnnouncedRecord {
  const dot = { replica: replicaA, counter: sequence };
  return { path: path(at), entry: { kind: 'directory' }, version: [[replicaA, sequence]], dot, sequence };
}

describe('what a peer announced', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('is nothing before the first exchange', async () => {
    const store = await sandbox.folder();
    assert.deepEqual(await store.peerProgress(deviceA), { replica: undefined, received: 0, acknowledged: 0 });
    assert.deepEqual(await store.announced(deviceA, [path('a')]), [undefined]);
    assert.deepEqual(await all(store.iterateAnnounced(deviceA)), []);
  });

  it('is stored with how far it goes, over restarts, and apart from other peers', async () => {
    const store = await sandbox.folder();
    await store.resetPeer(deviceA, replicaA);
    await store.putAnnounced(deviceA, [announcement('b', 1), announcement('a', 2)], 2);
    await store.putAnnounced(deviceA, [announcement('a', 3)], 7);
    await store.resetPeer(deviceB, replicaB);
    await store.putAnnounced(deviceB, [announcement('b/c', 9)], 9);
    await store.setAcknowledged(deviceA, 5);

    const again = await sandbox.reopened();
    assert.deepEqual(await again.peerProgress(deviceA), { replica: replicaA, received: 7, acknowledged: 5 });
    assert.deepEqual(await again.peerProgress(deviceB), { replica: replicaB, received: 9, acknowledged: 0 });
    assert.deepEqual(await all(again.iterateAnnounced(deviceA)), [announcement('a', 3), announcement('b', 1)]);
    assert.deepEqual(await again.announced(deviceA, [path('b'), path('b/c'), path('a')]), [
      announcement('b', 1),
      undefined,
      announcement('a', 3),
    ]);
    assert.deepEqual(await again.announced(deviceB, [path('b/c')]), [announcement('b/c', 9)]);
  });

  it('is forgotten when a new life of its index begins; what it acknowledged of ours stays', async () => {
    const store = await sandbox.folder();
    await store.resetPeer(deviceA, replicaA);
    await store.putAnnounced(deviceA, [announcement('a', 1)], 1);
    await store.resetPeer(deviceB, replicaB);
    await store.putAnnounced(deviceB, [announcement('a', 4)], 4);
    await store.setAcknowledged(deviceA, 3);
    await store.resetPeer(deviceA, replicaB);
    assert.deepEqual(await store.peerProgress(deviceA), { replica: replicaB, received: 0, acknowledged: 3 });
    assert.deepEqual(await all(store.iterateAnnounced(deviceA)), []);
    assert.deepEqual(await all(store.iterateAnnounced(deviceB)), [announcement('a', 4)]);
    await store.resetPeer(deviceA, undefined);
    assert.equal((await store.peerProgress(deviceA)).replica, undefined);
  });

  it('acknowledges less when it says so: it may have lost what it had', async () => {
    const store = await sandbox.folder();
    await store.setAcknowledged(deviceA, 9);
    await store.setAcknowledged(deviceA, 2);
    assert.equal((await store.peerProgress(deviceA)).acknowledged, 2);
  });

  it('has acknowledged nothing of another life of our index', async () => {
    const store = await sandbox.folder();
    await store.putAnnounced(deviceA, [announcement('a', 1)], 1);
    await store.setAcknowledged(deviceA, 9);
    const { replica } = store;
    await sandbox.clean();
    const fresh = await sandbox.folder();
    assert.notEqual(fresh.replica, replica);
    assert.equal((await fresh.peerProgress(deviceA)).acknowledged, 0);
  });

  it('does not touch our own index', async () => {
    const store = await sandbox.folder();
    await store.putAnnounced(deviceA, [announcement('a', 1)], 1);
    assert.equal(await store.get(path('a')), undefined);
    assert.equal(store.lastSequence(), 0);
    assert.deepEqual(await store.verify(), []);
  });

  it('comes back as it was, whatever it is, in path order', async () => {
    const records = fc.uniqueArray(recordArbitrary, { selector: ({ path }) => path, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(records, async (announced) => {
        try {
          const store = await sandbox.folder();
          await store.putAnnounced(deviceA, announced, 1);
          assert.deepEqual(
            await all(store.iterateAnnounced(deviceA)),
            announced.toSorted((a, b) => comparePaths(a.path, b.path)),
          );
          assert.deepEqual(
            await store.announced(
              deviceA,
              announced.map(({ path }) => path),
            ),
            announced,
          );
        } finally {
          await sandbox.clean();
        }
      }),
      { numRuns: 30 },
    );
  });
});
