/**
 * A daemon without a node: the real local API in front of a hand-written Control. As a module for tests; run as a script it plays
 * `p2psync daemon`, with FAKE_DAEMON saying how it goes: 'ok', 'dies' (with an error line and exit code 2), 'silent-death', 'locked' (dies
 * because another has the home).
 */
import { pathToFileURL } from 'node:url';
import { startApi } from '../../../src/api/server.ts';
import type { Control } from '../../../src/api/control.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/log.ts';
import { fakeControl } from './fake-control.ts';

export function startFakeApi(home: string, control: Control): Promise<{ close(): Promise<void> }> {
  return startApi({ home, control, host: '127.0.0.1', port: 0, logger: silentLogger, clock: systemClock });
}

async function playDaemon(): Promise<void> {
  const home = process.argv.find((argument) => argument.startsWith('--home='))?.slice('--home='.length) ?? '';
  console.error(JSON.stringify({ level: 30, msg: 'a line of the log', args: process.argv.slice(2) }));
  switch (process.env['FAKE_DAEMON'] ?? 'ok') {
    case 'dies':
      console.error('p2psync: port 4001 is in use; choose another with --listen [PORT_IN_USE]');
      process.exit(2);
      break;
    case 'locked':
      console.error('p2psync: process 1 already runs for this home [DAEMON_RUNNING]');
      process.exit(1);
      break;
    case 'silent-death':
      process.exit(7);
      break;
    default: {
      const control = fakeControl();
      const api = await startFakeApi(home, control);
      const end = (): void => void api.close().then(() => process.exit(0));
      process.once('SIGTERM', end);
      await control.stopped;
      // The answer to the request to stop leaves first.
      setTimeout(end, 50);
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await playDaemon();
