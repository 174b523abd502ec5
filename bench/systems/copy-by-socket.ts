/** One file through a bare loopback socket to disk, with fsync: the limit for what one large file can take. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAtExit, endedInOrder } from '../cleanup.ts';
import { freePorts } from '../measures/free-ports.ts';
import type { CopySystem } from './system.ts';

const receiver = fileURLToPath(new URL('socket-receiver.mjs', import.meta.url));
const pieceBytes = 2 ** 20;

/** `path`: below both directories, the one file that is copied. */
export function openCopyBySocket(path: string): CopySystem['open'] {
  return async (near, far) => {
    const [port] = (await freePorts(1)) as [number];
    const child = spawn(process.execPath, [receiver, `${port}`, join(far, path)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endAtExit(child.pid);
    const ended = once(child, 'close').then(() => endedInOrder(child.pid ?? 0));
    await once(child.stdout, 'data');
    return {
      keepsTimes: false,
      ports: [port],
      pids: [],
      copy: async (signal) => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        const source = createReadStream(join(near, path), { highWaterMark: pieceBytes });
        source.on('error', (error) => socket.destroy(error)).pipe(socket);
        await once(socket, 'data', { signal });
        socket.destroy();
        await ended;
      },
      close: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  };
}
