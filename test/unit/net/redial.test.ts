/** How often a linked device is dialled: ever less often while it drops us, at once when a connection that stood is lost. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../src/base/clock.ts';
import { netLimits } from '../../../src/net/net-limits.ts';
import { startNetwork, until, type TestNetwork } from '../../support/net.ts';
import { WireSpeaker } from '../../support/wire-speaker.ts';

describe('net: dialling again', function () {
  this.timeout(30_000);
  let network: TestNetwork;
  let speaker: WireSpeaker;
  let skippedMs: number;
  /** When the device was dialled, milliseconds. */
  let dials: number[];

  beforeEach(async () => {
    skippedMs = 0;
    dials = [];
    const clock = { ...systemClock, monotonic: () => performance.now() + skippedMs };
    network = await startNetwork({ clock, random: () => 1 });
    speaker = await WireSpeaker.start();
    speaker.onDialled(() => dials.push(performance.now()));
  });
  afterEach(async () => {
    await network.stop();
    await speaker.stop();
  });

  const link = (): void =>
    network.setLinks([{ id: speaker.id, name: 'speaker', addresses: speaker.addresses, paused: false }]);
  const gaps = (): number[] => dials.slice(1).map((time, i) => time - (dials[i] as number));

  it('hostile-linked-peer: one that takes each connection and drops it is dialled ever less often', async () => {
    speaker.onDialled((connection) => connection.abort(new Error('dropped')));
    link();
    await delay(4200);
    // At 0, 0.25, 0.75, 1.75 and 3.75 s when each wait is twice the one before.
    assert.ok(dials.length >= 3 && dials.length <= 6, `${dials.length} dials: ${gaps().join(', ')}`);
    assert.ok((gaps().at(-1) as number) > 1000, gaps().join(', '));
  });

  it('hostile-linked-peer: saying hello before it drops us changes nothing', async () => {
    speaker.onDialled((connection) => {
      void speaker.open('hello', connection).then((stream) => {
        speaker.greet(stream, []);
        setTimeout(() => connection.abort(new Error('dropped')), 50);
      });
    });
    link();
    await delay(4200);
    assert.ok(dials.length >= 3 && dials.length <= 6, `${dials.length} dials: ${gaps().join(', ')}`);
    assert.ok((gaps().at(-1) as number) > 1000, gaps().join(', '));
  });

  it('one whose connection stood for a while is dialled at once when it is lost', async () => {
    let drop = (): void => {};
    let isSteady = false;
    speaker.onDialled((connection) => {
      if (!isSteady) return connection.abort(new Error('dropped'));
      void speaker.open('hello', connection).then((stream) => speaker.greet(stream, []));
      drop = () => connection.abort(new Error('lost'));
    });
    link();
    await until(() => dials.length >= 4, 'some dials in vain');
    isSteady = true;
    await until(() => network.peers()[0]?.connected === true, 'a connection');
    skippedMs += netLimits.steadyMsMin;
    const count = dials.length;
    const lostMs = performance.now();
    drop();
    await until(() => dials.length > count, 'the next dial');
    assert.ok((dials.at(-1) as number) - lostMs < 500, `${(dials.at(-1) as number) - lostMs} ms`);
  });
});
