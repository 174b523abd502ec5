/** What a peer announced is stored once and acknowledged; whatever happens to the connection then, its paths are handed on. */
import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/log.ts';
import type { ReplicaId } from '../../../src/core/identifiers.ts';
import type { AnnouncedRecord } from '../../../src/core/record.ts';
import { PathErrors } from '../../../src/sync/path-errors.ts';
import type { FolderPeers, IndexEvent } from '../../../src/sync/ports.ts';
import { RemoteLoop } from '../../../src/sync/remote-loop.ts';
import type { SessionContext } from '../../../src/sync/session-context.ts';
import { devices, path } from '../../support/core-arbitraries.ts';
import { eventually } from '../../support/condition.ts';
import { Sandbox } from '../../support/store-fixtures.ts';

const replica = 'aaaaaaaaaaaaaaaa' as ReplicaId;
const record: AnnouncedRecord = {
  path: path('announced'),
  entry: { kind: 'directory' },
  version: [[replica, 1]],
  dot: { replica, counter: 1 },
  sequence: 1,
};

describe('RemoteLoop', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('hands on what it stored, also when the connection breaks before it is acknowledged', async () => {
    const [device] = devices;
    assert.ok(device);
    const asked: number[] = [];
    const peers = {
      connected: () => [device],
      shared: () => [device],
      onChange: () => () => {},
      subscribe: async (_device: unknown, { after }: { after: number }) => {
        asked.push(after);
        const events: IndexEvent[] =
          after === 0
            ? [
                { type: 'start', replica, after: 0 },
                { type: 'records', records: [record], upTo: 1, caughtUp: true },
              ]
            : [{ type: 'start', replica, after }];
        return {
          events: (async function* () {
            yield* events;
          })(),
          acknowledge: () => Promise.reject(new Error('the connection is gone')),
          close: async () => {},
        };
      },
    } as unknown as FolderPeers;
    const context = {
      store: await sandbox.folder(),
      peers,
      clock: systemClock,
      random: () => 0,
      logger: silentLogger,
      errors: new PathErrors(),
      emit: () => {},
    } as unknown as SessionContext;
    const announced: string[] = [];
    const loop = new RemoteLoop(context, {
      onReplayed: () => {},
      onAnnounced: async (paths) => void announced.push(...paths),
      onPeer: () => {},
      onCaughtUp: () => {},
      onIndexOlder: () => {},
      onPeerState: () => {},
    });
    const abort = new AbortController();
    const running = loop.run(abort.signal);
    // The next subscription goes on behind the record: nobody will say it again.
    await eventually('the next subscription', () => asked.includes(1));
    abort.abort(new Error('done'));
    await running;
    assert.deepEqual(announced, ['announced']);
  });
});
