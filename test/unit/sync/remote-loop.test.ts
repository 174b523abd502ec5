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
      onForgotten: () => {},
    });
    const abort = new AbortController();
    const running = loop.run(abort.signal);
    // The next subscription goes on behind the record: nobody will say it again.
    await eventually('the next subscription', () => asked.includes(1));
    abort.abort(new Error('done'));
    await running;
    assert.deepEqual(announced, ['announced']);
  });

  it('says it when what a device announces cannot be read, and takes it back when it can', async () => {
    const [device] = devices;
    assert.ok(device);
    let isBroken = true;
    const peers = {
      connected: () => [device],
      shared: () => [device],
      onChange: () => () => {},
      subscribe: async () => ({
        events: (async function* (): AsyncGenerator<IndexEvent> {
          yield { type: 'start', replica, after: 0 };
          if (isBroken) throw new Error('a record that no decoder takes');
          yield { type: 'state', state: { sequence: 0, digest: '', state: 'idle', needFiles: 0, needBytes: 0 } };
          await new Promise(() => {});
        })(),
        acknowledge: async () => {},
        close: async () => {},
      }),
    } as unknown as FolderPeers;
    const errors = new PathErrors();
    const context = {
      ...{ store: await sandbox.folder(), peers, clock: systemClock, random: () => 0, logger: silentLogger, errors },
      emit: () => {},
      changed: () => {},
    } as unknown as SessionContext;
    const loop = new RemoteLoop(context, {
      onReplayed: () => {},
      onAnnounced: async () => {},
      onPeer: () => {},
      onCaughtUp: () => {},
      onIndexOlder: () => {},
      onPeerState: () => {},
      onForgotten: () => {},
    });
    const abort = new AbortController();
    void loop.run(abort.signal);
    await eventually('it to be said', () => errors.list().some(({ code }) => code === 'EXCHANGE_BROKEN'));
    assert.match(errors.list()[0]?.message ?? '', /a record that no decoder takes/);
    isBroken = false;
    await eventually('it to be taken back', () => errors.list().length === 0);
    abort.abort(new Error('done'));
  });
});
