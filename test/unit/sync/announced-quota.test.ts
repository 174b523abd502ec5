/** What one device may announce of one folder is bounded, exactly where it comes near, and said. */
import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/base/log.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { DeviceId, ReplicaId } from '../../../src/core/identifiers.ts';
import type { AnnouncedRecord } from '../../../src/core/record.ts';
import type { LevelFolderStore } from '../../../src/store/folder-store.ts';
import { AnnouncedQuota } from '../../../src/sync/announced-quota.ts';
import { PathErrors } from '../../../src/sync/path-errors.ts';
import type { FolderPeers, IndexEvent } from '../../../src/sync/ports.ts';
import { RemoteLoop } from '../../../src/sync/remote-loop.ts';
import type { SessionContext } from '../../../src/sync/session-context.ts';
import { eventually } from '../../support/condition.ts';
import { devices, path } from '../../support/core-arbitraries.ts';
import { all, Sandbox } from '../../support/store-fixtures.ts';

const [device, other] = devices as [DeviceId, DeviceId];
const replica = 'aaaaaaaaaaaaaaaa' as ReplicaId;
const limits = { recordsMax: 10, bytesMax: 1_000_000 };
const tooMuch = { code: 'ANNOUNCED_TOO_MUCH' };

function record(name: string, sequence: number, target?: string): AnnouncedRecord {
  return {
    path: path(name),
    entry: target === undefined ? { kind: 'directory' } : { kind: 'symlink', target, mtimeUs: 0 },
    version: [[replica, sequence]],
    dot: { replica, counter: sequence },
    sequence,
  };
}
const records = (from: number, to: number): AnnouncedRecord[] =>
  Array.from({ length: to - from + 1 }, (_, i) => record(`path ${from + i}`, from + i));

describe('the quota of announcements', () => {
  const sandbox = new Sandbox();
  let store: LevelFolderStore;
  let sequence: number;
  beforeEach(async () => {
    store = await sandbox.folder();
    await store.resetPeer(device, replica);
    sequence = 0;
  });
  afterEach(() => sandbox.clean());

  async function take(quota: AnnouncedQuota, batch: readonly AnnouncedRecord[]): Promise<void> {
    await quota.admit(device, batch);
    const last = batch.at(-1)?.sequence ?? sequence;
    await store.putAnnounced(device, batch, last, undefined);
    sequence = last;
  }

  it('admits as many as it may, and not one more', async () => {
    const quota = new AnnouncedQuota(store, limits);
    await take(quota, records(1, 10));
    await assert.rejects(take(quota, records(11, 11)), tooMuch);
    // Each device has its own.
    await quota.admit(other, records(1, 10));
  });

  it('admits new records of known paths for ever', async () => {
    const quota = new AnnouncedQuota(store, limits);
    await take(quota, records(1, 10));
    for (let turn = 0; turn < 50; turn++) {
      await take(quota, [record('path 1', 100 + 2 * turn), record('path 10', 101 + 2 * turn)]);
    }
    await assert.rejects(take(quota, [record('path 11', 1000)]), tooMuch);
  });

  it('counts what was stored in an earlier life', async () => {
    await take(new AnnouncedQuota(store, limits), records(1, 8));
    const quota = new AnnouncedQuota(store, limits);
    for await (const stored of store.iterateAnnounced(device)) quota.stored(device, stored);
    await take(quota, records(9, 10));
    await assert.rejects(take(quota, records(11, 11)), tooMuch);
  });

  it('bounds the bytes of paths, links and versions too', async () => {
    const quota = new AnnouncedQuota(store, { recordsMax: 1000, bytesMax: 10_000 });
    await take(quota, [record('a', 1, 'x'.repeat(4000)), record('b', 2, 'x'.repeat(4000))]);
    await assert.rejects(take(quota, [record('c', 3, 'x'.repeat(4000))]), tooMuch);
    // What shrinks makes room, what grows takes it.
    await take(quota, [record('a', 4, 'x')]);
    await take(quota, [record('c', 5, 'x'.repeat(4000))]);
    await assert.rejects(take(quota, [record('a', 6, 'x'.repeat(4000))]), tooMuch);
    const [long] = records(7, 7);
    const version = Array.from({ length: 128 }, (_, i) => [`${i}`.padStart(16, '0') as ReplicaId, 1] as const);
    await assert.rejects(take(quota, [{ ...(long as AnnouncedRecord), version }]), tooMuch);
  });

  it('is as good as new when the device begins its index anew', async () => {
    const quota = new AnnouncedQuota(store, limits);
    await take(quota, records(1, 10));
    quota.reset(device);
    await store.resetPeer(device, 'bbbbbbbbbbbbbbbb' as ReplicaId);
    await take(quota, records(1, 10));
    await assert.rejects(take(quota, records(11, 11)), tooMuch);
  });

  it('counts tombstones', async () => {
    const quota = new AnnouncedQuota(store, limits);
    await take(
      quota,
      records(1, 10).map((one) => ({ ...one, entry: { kind: 'deleted' } as const })),
    );
    await assert.rejects(take(quota, records(11, 11)), tooMuch);
  });

  it('does not look at the disk while it is far below', async () => {
    const never = {
      announced: () => Promise.reject(new Error('looked')),
      iterateAnnounced: () => {
        throw new Error('looked');
      },
    };
    await new AnnouncedQuota(never, { recordsMax: 1000, bytesMax: 1_000_000 }).admit(device, records(1, 500));
  });

  describe('in the exchange with a device', () => {
    let live: readonly AnnouncedRecord[];
    let shared: DeviceId[];
    let notify: () => void;
    let errors: PathErrors;
    let events: string[];

    /** A device that announces `live`, from where the store stands on. */
    function loop(): RemoteLoop {
      const peers = {
        connected: () => shared,
        shared: () => shared,
        onChange: (callback: () => void) => {
          notify = callback;
          return () => {};
        },
        subscribe: async (_device: DeviceId, from: { replica: ReplicaId | undefined; after: number }) => ({
          events: (async function* (): AsyncGenerator<IndexEvent> {
            const after = from.replica === replica ? from.after : 0;
            yield { type: 'start', replica, after };
            for (const one of live.filter((each) => each.sequence > after)) {
              yield { type: 'records', records: [one], upTo: one.sequence, caughtUp: false };
            }
            await new Promise(() => {});
          })(),
          acknowledge: async () => {},
          close: async () => {},
        }),
      } as unknown as FolderPeers;
      const context = {
        ...{ store, peers, clock: systemClock, random: () => 0, logger: silentLogger, errors },
        emit: (event: { type: string; code?: string }) => events.push(event.code ?? event.type),
        changed: () => {},
      } as unknown as SessionContext;
      return new RemoteLoop(context, {
        announcedLimits: limits,
        onReplayed: () => {},
        onAnnounced: async () => {},
        onPeer: () => {},
        onCaughtUp: () => {},
        onForgotten: () => {},
        onIndexOlder: () => {},
        onPeerState: () => {},
      });
    }

    beforeEach(() => {
      [errors, events, shared] = [new PathErrors(), [], [device]];
    });

    it('no more is stored, people are told once and whose it is, and it ends with unlinking', async () => {
      live = records(1, 15);
      const abort = new AbortController();
      const running = loop().run(abort.signal);
      const told = (): string | undefined => errors.list().find(({ code }) => code === tooMuch.code)?.message;
      await eventually('it to be said', told);
      assert.ok(told()?.includes(device), told());
      await eventually('another try', async () => (await all(store.iterateAnnounced(device))).length === 10);
      assert.equal((await store.peerProgress(device)).received, 10);
      assert.deepEqual(events, [tooMuch.code]);
      shared = [];
      notify();
      await eventually('it to be taken back', () => told() === undefined);
      abort.abort(new Error('done'));
      await Promise.race([running, Promise.resolve()]);
    });

    it('goes on by itself when the device announces less', async () => {
      live = records(1, 11);
      const abort = new AbortController();
      void loop().run(abort.signal);
      await eventually('it to be said', () => errors.list().length > 0);
      // It deleted instead: a record of a path that it had announced before.
      live = [...records(1, 10), record('path 3', 12)];
      await eventually('it to be taken back', () => errors.list().length === 0);
      assert.equal((await store.peerProgress(device)).received, 12);
      abort.abort(new Error('done'));
    });
  });
});
