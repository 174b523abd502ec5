/**
 * rsync -a to an rsync daemon on a loopback socket: deltas, no encryption, no fsync, no watching. Times compare to the
 * nanosecond, or a change within the second of the one before would be passed over.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '../measures/free-ports.ts';
import { until } from '../measures/poll.ts';
import { DaemonProcess } from './daemon-process.ts';
import { programVersion } from './program-version.ts';
import { runProgram } from './run-program.ts';
import type { CopySystem } from './system.ts';

const startMsMax = 10_000;
const pollMs = 20;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

export const rsync: CopySystem = {
  kind: 'copier',
  name: 'rsync',
  version: () => programVersion('rsync'),
  open: async (near, far, directory, signal) => {
    const [port] = (await freePorts(1)) as [number];
    const settings = join(directory, 'rsyncd.conf');
    const own = process.getuid?.() === 0 ? 'uid = root\ngid = root\n' : '';
    writeFileSync(settings, `use chroot = no\n${own}[far]\npath = ${far}\nread only = no\n`);
    const daemon = new DaemonProcess(
      ['rsync', '--daemon', '--no-detach', `--config=${settings}`, '--address=127.0.0.1', `--port=${port}`],
      {},
      join(directory, 'rsyncd.log'),
    );
    daemon.launch();
    const close = (): Promise<void> => daemon.stop();
    try {
      await until('rsync to listen', () => answers(port), { timeoutMs: startMsMax, pollMs, signal });
    } catch (error) {
      await close();
      throw error;
    }
    return {
      keepsTimes: true,
      ports: [port],
      pids: [daemon.pid],
      copy: (signal) =>
        runProgram(
          'rsync',
          ['-a', '--modify-window=-1', '--delete', `${near}/`, `rsync://127.0.0.1:${port}/far/`],
          signal,
        ),
      close,
    };
  },
};
