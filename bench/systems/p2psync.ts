/** Daemons of this build on loopback (bin/p2psync.js, dist/), linked by code, driven through the local API. mDNS is off. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type ApiClient } from '../../src/api/client.ts';
import { freePorts } from '../measures/free-ports.ts';
import { until } from '../measures/poll.ts';
import { DaemonProcess } from './daemon-process.ts';
import { programVersion } from './program-version.ts';
import type { DaemonSystem, Node, NodeOptions } from './system.ts';

const program = fileURLToPath(new URL('../../bin/p2psync.js', import.meta.url));
const preload = new URL('loop-delay.mjs', import.meta.url).href;
const label = 'bench';
const startMsMax = 60_000;
const pollMs = 20;

class P2psyncNode implements Node {
  readonly folder: string;
  readonly port: number;
  readonly #home: string;
  readonly #process: DaemonProcess;
  readonly #loopDelayFile: string | undefined;
  #api: ApiClient | undefined;

  constructor({ directory, name, folder, watchesLoop }: NodeOptions, port: number) {
    this.folder = folder;
    this.port = port;
    this.#home = join(directory, `home-${name}`);
    mkdirSync(this.#home, { recursive: true, mode: 0o700 });
    this.#loopDelayFile = watchesLoop === true ? join(directory, `loop-delay-${name}`) : undefined;
    const isWatched = this.#loopDelayFile !== undefined;
    const loader = isWatched ? ['--import', preload] : [];
    const daemon = ['daemon', '--home', this.#home, '--name', name, '--listen', this.address, '--no-mdns'];
    this.#process = new DaemonProcess(
      [process.execPath, ...loader, program, ...daemon],
      isWatched ? { P2PSYNC_BENCH_LOOP_DELAY: this.#loopDelayFile as string } : {},
      join(directory, `${name}.log`),
    );
  }

  get address(): string {
    return `/ip4/127.0.0.1/tcp/${this.port}`;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get pid(): number {
    return this.#process.pid;
  }

  launch(): void {
    this.#api = undefined;
    this.#process.launch();
  }

  async start(signal: AbortSignal): Promise<void> {
    this.launch();
    await this.api(signal);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  async api(signal: AbortSignal): Promise<ApiClient> {
    this.#api ??= await until(
      'p2psync to answer',
      () => {
        if (this.#process.isRunning) return connect(this.#home);
        throw new Error(`it ended: ${this.#process.said()}`);
      },
      { timeoutMs: startMsMax, pollMs, signal },
    );
    return this.#api;
  }

  async addFolder(signal: AbortSignal): Promise<void> {
    await (await this.api(signal)).addFolder(this.folder, { label });
  }

  async limitUpload(bytesPerSecond: number, signal: AbortSignal): Promise<void> {
    await (await this.api(signal)).limits({ up: bytesPerSecond });
  }

  async scannedFiles(signal: AbortSignal): Promise<number | undefined> {
    const { folders } = await (await this.api(signal)).status();
    const [folder] = folders;
    if (folder?.state === 'error') throw new Error(`p2psync: ${JSON.stringify(folder.errors)}`);
    return folder?.state === 'idle' ? folder.files : undefined;
  }

  async loopDelayP99Ms(): Promise<number | undefined> {
    const file = this.#loopDelayFile;
    if (file === undefined) return undefined;
    rmSync(file, { force: true });
    process.kill(this.pid, 'SIGUSR2');
    const read = (): number => JSON.parse(readFileSync(file, 'utf8')) as number;
    return until('the loop delay', read, { timeoutMs: startMsMax, pollMs, signal: AbortSignal.timeout(startMsMax) });
  }
}

async function share(nodes: readonly Node[], signal: AbortSignal): Promise<void> {
  const devices = nodes as readonly P2psyncNode[];
  const [first] = devices;
  if (first === undefined) return;
  await first.addFolder(signal);
  for (const [index, device] of devices.entries()) {
    const api = await device.api(signal);
    for (const other of devices.slice(0, index)) {
      const { code } = await (await other.api(signal)).createCode();
      await api.pairWith(code, [other.address], signal);
    }
    if (device !== first) await api.joinFolder(label, device.folder);
  }
  // Whoever gives a code shares its folders with who types it; what is missing is the other direction, among the later ones.
  for (const device of devices) {
    const api = await device.api(signal);
    const { peers } = await api.status();
    for (const peer of peers) await api.shareFolder(label, peer.id);
  }
}

async function isSettled(nodes: readonly Node[], signal: AbortSignal): Promise<boolean> {
  for (const node of nodes as readonly P2psyncNode[]) {
    const { folders, peers } = await (await node.api(signal)).status();
    const [folder] = folders;
    if (folder === undefined || basename(folder.path) !== basename(node.folder)) return false;
    if (folder.errors.length > 0) throw new Error(`p2psync: ${JSON.stringify(folder.errors.slice(0, 3))}`);
    if (folder.state !== 'idle' || folder.needFiles > 0) return false;
    const connected = peers.filter((peer) => peer.connected);
    if (connected.length < nodes.length - 1 || !connected.every((peer) => peer.inSync)) return false;
  }
  return true;
}

export const p2psync: DaemonSystem = {
  kind: 'daemons',
  name: 'p2psync',
  version: () => programVersion(program),
  createNode: async (options) => new P2psyncNode(options, (await freePorts(1))[0] as number),
  share,
  isSettled,
};
