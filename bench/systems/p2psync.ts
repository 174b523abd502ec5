/** Two daemons of this build on loopback, linked by code, driven through the real command line (bin/p2psync.js, dist/). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Device } from '../../test/support/device.ts';
import { endAtExit, endedInOrder } from '../cleanup.ts';
import { programVersion } from './program-version.ts';
import type { Session, System } from './system.ts';

const program = fileURLToPath(new URL('../../bin/p2psync.js', import.meta.url));
const loopbackOnly = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];

async function start(directory: string, signal: AbortSignal): Promise<Session> {
  const near = join(directory, 'near');
  const far = join(directory, 'far');
  await Promise.all([mkdir(near), mkdir(far)]);
  const devices = [new Device('near-device', directory), new Device('far-device', directory)] as const;
  const pids: number[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(devices.map((device) => device.stop()));
    pids.forEach(endedInOrder);
  };
  try {
    for (const device of devices) {
      signal.throwIfAborted();
      const answering = device.start(loopbackOnly);
      if (device.pid !== undefined) pids.push(device.pid);
      endAtExit(device.pid);
      await answering;
    }
    const [here, there] = devices;
    const { code } = await here.json<{ code: string }>(['up', near]);
    const { addresses } = await here.status();
    const address = addresses[0];
    if (address === undefined) throw new Error('p2psync listens nowhere: status --json names no address');
    signal.throwIfAborted();
    await there.ok(['pair', code, far, '--address', address]);
    return {
      near,
      far,
      pids,
      wireBytes: async () => {
        const { peers } = await here.status();
        return peers.reduce((sum, peer) => sum + peer.bytesIn + peer.bytesOut, 0);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export const p2psync: System = {
  name: 'p2psync',
  isContinuous: true,
  version: () => programVersion(program),
  start,
};
