/**
 * Syncthing processes on loopback, with homes of their own and everything that looks beyond this machine switched off.
 * fsWatcherDelayS is 1, the smallest that it accepts, and its low priority is off; everything else stays as delivered.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../measures/free-ports.ts';
import { until } from '../measures/poll.ts';
import { DaemonProcess } from './daemon-process.ts';
import { programVersion } from './program-version.ts';
import { SyncthingRest } from './syncthing-rest.ts';
import type { DaemonSystem, Node, NodeOptions } from './system.ts';

const run = promisify(execFile);
const startMsMax = 60_000;
const stopMsMax = 10_000;
const pollMs = 20;
const apiKey = 'bench-only-on-loopback';
const folderId = 'bench';

function configuration(device: string, port: number, apiPort: number): string {
  // Only what differs from Syncthing's defaults is named: it fills in the rest when it loads the file.
  return `<configuration version="36">
  <device id="${device}" name="${port}" compression="metadata"><address>tcp://127.0.0.1:${port}</address></device>
  <gui enabled="true" tls="false"><address>127.0.0.1:${apiPort}</address><apikey>${apiKey}</apikey></gui>
  <options>
    <listenAddress>tcp://127.0.0.1:${port}</listenAddress>
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

class SyncthingNode implements Node {
  readonly folder: string;
  readonly port: number;
  readonly device: string;
  readonly rest: SyncthingRest;
  readonly #process: DaemonProcess;

  constructor({ folder }: NodeOptions, home: string, device: string, port: number, apiPort: number) {
    this.folder = folder;
    this.port = port;
    this.device = device;
    this.rest = new SyncthingRest(apiPort, apiKey);
    this.#process = new DaemonProcess(
      ['syncthing', 'serve', '--home', home, '--no-browser', '--no-restart', '--no-upgrade'],
      // Says that somebody watches over it: one process instead of a monitor and its child, so one pid to charge and to end.
      { STMONITORED: '1', STNOUPGRADE: '1' },
      join(home, 'bench.log'),
    );
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get pid(): number {
    return this.#process.pid;
  }

  launch(): void {
    this.#process.launch();
  }

  async start(signal: AbortSignal): Promise<void> {
    this.launch();
    await until(
      'syncthing to answer',
      async () => {
        if (!this.#process.isRunning) throw new Error(`it ended: ${this.#process.said()}`);
        await this.rest.get('system/ping', signal);
        return true;
      },
      { timeoutMs: startMsMax, pollMs, signal },
    );
  }

  /** Through its API, as its users do. */
  stop(): Promise<void> {
    return this.#process.stop(() =>
      this.rest.send('POST', 'system/shutdown', undefined, AbortSignal.timeout(stopMsMax)),
    );
  }

  addFolder(signal: AbortSignal): Promise<void> {
    return this.keepFolder([this], signal);
  }

  /** Its marker, .stfolder, must be there before. */
  async keepFolder(nodes: readonly SyncthingNode[], signal: AbortSignal): Promise<void> {
    mkdirSync(join(this.folder, '.stfolder'), { recursive: true });
    const folder = {
      id: folderId,
      label: folderId,
      path: this.folder,
      type: 'sendreceive',
      rescanIntervalS: 3600,
      fsWatcherEnabled: true,
      fsWatcherDelayS: 1,
      devices: nodes.map(({ device }) => ({ deviceID: device })),
    };
    await this.rest.send('PUT', `config/folders/${folderId}`, folder, signal);
  }

  /** Its unit is KiB per second, whatever the name says. */
  limitUpload(bytesPerSecond: number, signal: AbortSignal): Promise<void> {
    const limits = { maxSendKbps: Math.round(bytesPerSecond / 1024), limitBandwidthInLan: true };
    return this.rest.send('PATCH', 'config/options', limits, signal);
  }

  async scannedFiles(signal: AbortSignal): Promise<number | undefined> {
    const { state, localFiles } = await this.status(signal);
    return state === 'idle' ? localFiles : undefined;
  }

  status(signal: AbortSignal): Promise<{ state: string; localFiles: number; needTotalItems: number }> {
    return this.rest.get(`db/status?folder=${folderId}`, signal);
  }
}

async function createNode(options: NodeOptions): Promise<Node> {
  const home = join(options.directory, `home-${options.name}`);
  const [port, apiPort] = (await freePorts(2)) as [number, number];
  await run('syncthing', ['generate', '--home', home, '--no-default-folder', '--skip-port-probing']);
  const generated = await readFile(join(home, 'config.xml'), 'utf8');
  const device = /<device id="([A-Z2-7-]+)"/.exec(generated)?.[1];
  if (device === undefined) throw new Error(`syncthing generate wrote no device into ${home}/config.xml`);
  await writeFile(join(home, 'config.xml'), configuration(device, port, apiPort));
  return new SyncthingNode(options, home, device, port, apiPort);
}

async function share(nodes: readonly Node[], signal: AbortSignal): Promise<void> {
  const all = nodes as readonly SyncthingNode[];
  const introduce = async (addressOf: (node: SyncthingNode) => string): Promise<void> => {
    for (const node of all) {
      for (const other of all) {
        if (other === node) continue;
        const addresses = [addressOf(other)];
        const device = { deviceID: other.device, name: `${other.port}`, addresses, compression: 'metadata' };
        await node.rest.send('PUT', `config/devices/${other.device}`, device, signal);
      }
    }
  };
  // Who is called by a stranger hangs up, and the stranger waits five seconds: so first all know of all, then they may call.
  await introduce(() => 'dynamic');
  await introduce(({ port }) => `tcp://127.0.0.1:${port}`);
  await Promise.all(all.map((node) => node.keepFolder(all, signal)));
}

async function isSettled(nodes: readonly Node[], signal: AbortSignal): Promise<boolean> {
  const all = nodes as readonly SyncthingNode[];
  for (const node of all) {
    const { state, needTotalItems } = await node.status(signal);
    if (state !== 'idle' || needTotalItems > 0) return false;
    for (const other of all) {
      if (other === node) continue;
      const { completion } = await node.rest.get<{ completion: number }>(
        `db/completion?folder=${folderId}&device=${other.device}`,
        signal,
      );
      const { connections } = await node.rest.get<{ connections: Record<string, { connected: boolean }> }>(
        'system/connections',
        signal,
      );
      if (completion < 100 || connections[other.device]?.connected !== true) return false;
    }
  }
  return true;
}

export const syncthing: DaemonSystem = {
  kind: 'daemons',
  name: 'syncthing',
  version: () => programVersion('syncthing'),
  createNode,
  share,
  isSettled,
};
