/** Strangers and a linked device that flood a daemon: the code is not guessed, limits hold, and honest devices are served. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Connection } from '@libp2p/interface';
import { netLimits } from '../../src/net/net-limits.ts';
import { eventually } from '../support/condition.ts';
import { HostileStage, honest, victim } from '../support/hostile-stage.ts';
import { WireSpeaker, type Protocol, type RawStream } from '../support/wire-speaker.ts';

describe('hostile: linking and connections', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  before(async () => {
    stage = await HostileStage.create('linking');
    await stage.write({ 'mine.txt': 'my own file' });
  });
  beforeEach(() => stage.begin());
  after(() => stage?.close());

  async function port(): Promise<number> {
    const [address] = (await (await stage.api()).status()).addresses;
    return Number(/\/tcp\/(\d+)/.exec(address as string)?.[1]);
  }

  it('strangers with wrong codes get three tries together, however many they are', async () => {
    const api = await stage.api();
    const { code } = await api.createCode();
    const [number, ...words] = code.split('-') as [string, ...string[]];
    const wrong = [number, ...words.toReversed()].join('-');
    const strangers = await Promise.all(Array.from({ length: 12 }, () => WireSpeaker.start()));
    try {
      const outcomes = await Promise.allSettled(strangers.map((stranger) => stranger.pair(api, wrong)));
      assert.ok(outcomes.every(({ status }) => status === 'rejected'));
      // Whoever was kept out by the crowd tries again.
      await eventually('the code to be burnt', async () => {
        const { state } = await api.pairingState(code, false, new AbortController().signal);
        if (state !== 'burnt') await Promise.allSettled(strangers.slice(0, 3).map((one) => one.pair(api, wrong)));
        return state === 'burnt';
      });
      const { wrongTries } = await api.pairingState(code, false, new AbortController().signal);
      assert.equal(wrongTries, 3);
      // Also with the right words it is of no use any more.
      await assert.rejects((strangers[0] as WireSpeaker).pair(api, code));
      const { peers } = await api.status();
      assert.equal(peers.length, 2);
      await stage.unharmed();
    } finally {
      await Promise.all(strangers.map((stranger) => stranger.stop()));
    }
  });

  it('who has the code links while silent strangers crowd the door', async () => {
    const api = await stage.api();
    const { code } = await api.createCode();
    const { addresses } = await api.status();
    const strangers = await Promise.all(Array.from({ length: 12 }, () => WireSpeaker.start()));
    const friend = await WireSpeaker.start();
    try {
      await Promise.allSettled(strangers.map((stranger) => stranger.dial(addresses[0] as string)));
      await friend.pair(api, code);
      assert.ok((await api.status()).peers.some(({ id }) => id === friend.id));
      await api.removeDevice(friend.id);
      await stage.unharmed();
    } finally {
      await Promise.all([friend, ...strangers].map((one) => one.stop()));
    }
  });

  it('what a new device says of itself is taken as text, and refused when it is none', async () => {
    const api = await stage.api();
    const friend = await WireSpeaker.start();
    try {
      const first = await api.createCode();
      await assert.rejects(friend.pair(api, first.code, { deviceName: 'evil\u001b[31m\nDevices' }));
      const { code } = await api.createCode();
      await friend.pair(api, code, {
        deviceName: '../../<b>evil</b>\u202e',
        addresses: ['/ip4/127.0.0.1/tcp/1', 'not an address', '../x'],
      });
      await eventually('it to be linked', async () => (await api.status()).peers.some(({ id }) => id === friend.id));
      const { stdout, stderr } = await stage.linked.device(victim).run(['device', 'ls']);
      assert.ok(!/[\u001b\u202e]/.test(stdout + stderr));
      await api.removeDevice(friend.id);
      await stage.unharmed();
    } finally {
      await friend.stop();
    }
  });

  it('half-open handshakes keep out nobody for longer than they may last', async () => {
    const sockets: Socket[] = [];
    const to = await port();
    for (let i = 0; i < 400; i++) {
      const socket = connect(to, '127.0.0.1');
      socket.on('error', () => undefined);
      if (i % 3 === 1) socket.write('\x13/multistream/1.0.0\n');
      if (i % 3 === 2) socket.write(randomBytes(100));
      sockets.push(socket);
    }
    await stage.unharmed();
    // One that comes anew, too.
    await stage.linked.device(honest).stop();
    await stage.linked.start(honest);
    await stage.honestWorks(netLimits.handshakeMsMax + 10_000);
    await eventually('the daemon to end them', () => sockets.every(({ destroyed, closed }) => destroyed || closed));
    await stage.unharmed();
  });

  it('a linked device has so many connections and no more', async () => {
    const { speaker } = stage;
    const address = (await (await stage.api()).status()).addresses[0] as string;
    const open: Connection[] = [];
    for (let i = 0; i < 30; i++) {
      const connection = await speaker.dial(address).catch(() => undefined);
      if (connection !== undefined) open.push(connection);
    }
    await eventually(
      'the rest to be refused',
      () => open.filter(({ status }) => status === 'open').length < netLimits.connectionsPerDeviceMax,
    );
    await stage.unharmed();
    for (const connection of open) connection.abort(new Error('enough'));
  });

  it('a linked device has so many streams and no more', async () => {
    const { speaker } = stage;
    const streams: RawStream[] = [];
    for (const protocol of ['index', 'chunks', 'hello'] as const satisfies Protocol[]) {
      const opened = await Promise.allSettled(Array.from({ length: 150 }, () => speaker.open(protocol)));
      for (const one of opened) if (one.status === 'fulfilled') streams.push(one.value);
      if (!speaker.isConnected) break;
    }
    const open = (): number => streams.filter(({ isEnded }) => !isEnded).length;
    await eventually('the rest to be refused', () => open() <= 64 + 64 + 4);
    await stage.unharmed();
    for (const stream of streams) stream.reset();
  });
});
