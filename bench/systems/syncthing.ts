/**
 * Two Syncthing processes on loopback, with homes of their own and everything that looks beyond this machine switched off.
 * fsWatcherDelayS is 1, the smallest that it accepts, and its low priority is off; everything else stays as delivered.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../test/support/condition.ts';
import { endAtExit, endedInOrder } from '../cleanup.ts';
import { programVersion } from './program-version.ts';
import type { Session, System } from './system.ts';

const run = promisify(execFile);
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;
const apiKey = 'bench-only-on-loopback';

interface Side {
  readonly home: string;
  readonly folder: string;
  readonly syncPort: number;
  readonly apiPort: number;
  readonly deviceId: string;
}

/** Ports nobody listens on; the gap until Syncthing takes them is harmless on a machine used for timing. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function makeSide(home: string, folder: string, syncPort: number, apiPort: number): Promise<Side> {
  await mkdir(join(folder, '.stfolder'), { recursive: true });
  await run('syncthing', ['generate', '--home', home, '--no-default-folder', '--skip-port-probing']);
  const generated = await readFile(join(home, 'config.xml'), 'utf8');
  const deviceId = /<device id="([A-Z2-7-]+)"/.exec(generated)?.[1];
  if (deviceId === undefined) throw new Error(`syncthing generate wrote no device into ${home}/config.xml`);
  return { home, folder, syncPort, apiPort, deviceId };
}

/** Only what differs from Syncthing's defaults is named: it fills in the rest when it loads the file. */
function configuration(own: Side, peer: Side): string {
  const device = ({ deviceId, syncPort }: Side): string =>
    `<device id="${deviceId}" name="${syncPort}" compression="metadata"><address>tcp://127.0.0.1:${syncPort}</address></device>`;
  return `<configuration version="36">
  <folder id="bench" label="bench" path="${own.folder}" type="sendreceive" rescanIntervalS="3600" fsWatcherEnabled="true" fsWatcherDelayS="1">
    <device id="${own.deviceId}"></device><device id="${peer.deviceId}"></device>
  </folder>
  ${device(own)}${device(peer)}
  <gui enabled="true" tls="false"><address>127.0.0.1:${own.apiPort}</address><apikey>${apiKey}</apikey></gui>
  <options>
    <listenAddress>tcp://127.0.0.1:${own.syncPort}</listenAddress>
    <globalAnnounceEnabled>false</globalAnnounceEnabled>
    <localAnnounceEnabled>false</localAnnounceEnabled>
    <relaysEnabled>false</relaysEnabled>
    <natEnabled>false</natEnabled>
    <startBrowser>false</startBrowser>
    <urAccepted>-1</urAccepted>
    <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
    <crashReportingEnabled>false</crashReportingEnabled>
    <reconnectionIntervalS>5</reconnectionIntervalS>
    <setLowPriority>false</setLowPriority>
    <stunServer></stunServer>
  </options>
</configuration>
`;
}

async function startSide(side: Side): Promise<ChildProcess> {
  const log = openSync(join(side.home, 'bench.log'), 'a');
  const child = spawn('syncthing', ['serve', '--home', side.home, '--no-browser', '--no-restart', '--no-upgrade'], {
    stdio: ['ignore', log, log],
    // Says that somebody watches over it: one process instead of a monitor and its child, so one pid to charge and to end.
    env: { ...process.env, STMONITORED: '1', STNOUPGRADE: '1' },
  });
  closeSync(log);
  endAtExit(child.pid);
  await eventually(
    `syncthing on ${side.apiPort} to answer`,
    async () => {
      const answer = await fetch(`http://127.0.0.1:${side.apiPort}/rest/system/ping`, {
        headers: { 'X-API-Key': apiKey },
      });
      return answer.ok;
    },
    startTimeoutMs,
  ).catch(async (error: unknown) => {
    await stopSide(side, child);
    const said = (await readFile(join(side.home, 'bench.log'), 'utf8')).slice(-2000);
    throw new Error(`syncthing did not start: ${said}`, { cause: error });
  });
  return child;
}

/** Through its API, as its users do; by signal when that does not answer. */
async function stopSide(side: Side, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await fetch(`http://127.0.0.1:${side.apiPort}/rest/system/shutdown`, {
    method: 'POST',
    headers: { 'X-API-Key': apiKey },
    signal: AbortSignal.timeout(stopTimeoutMs),
  }).catch(() => child.kill('SIGTERM'));
  const hardEnd = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await closed;
  clearTimeout(hardEnd);
  if (child.pid !== undefined) endedInOrder(child.pid);
}

async function start(directory: string, signal: AbortSignal): Promise<Session> {
  const [a, b, c, d] = (await freePorts(4)) as [number, number, number, number];
  const near = await makeSide(join(directory, 'home-near'), join(directory, 'near'), a, b);
  const far = await makeSide(join(directory, 'home-far'), join(directory, 'far'), c, d);
  await writeFile(join(near.home, 'config.xml'), configuration(near, far));
  await writeFile(join(far.home, 'config.xml'), configuration(far, near));
  const running: [Side, ChildProcess][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map(([side, child]) => stopSide(side, child)));
  };
  try {
    for (const side of [near, far]) {
      signal.throwIfAborted();
      running.push([side, await startSide(side)]);
    }
    return {
      near: near.folder,
      far: far.folder,
      pids: running.map(([, child]) => child.pid as number),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export const syncthing: System = {
  name: 'syncthing',
  isContinuous: true,
  version: () => programVersion('syncthing'),
  start,
};
