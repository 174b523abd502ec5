/**
 * Real daemons on this machine, linked with one another and sharing one folder, each at a fixed port of the loopback: what the
 * chaos tests break. Talks to the daemons through the local API, which costs no process for each question.
 */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ApiClient } from '../../src/api/client.ts';
import type { FolderStatus } from '../../src/api/control.ts';
import { eventually } from './condition.ts';
import { Device } from './device.ts';
import { ordinaryUser } from './faults.ts';
import { treeDifferences } from './trees.ts';

export interface LinkedOptions {
  readonly count?: number;
  /** Where a device's home and tree go; a directory of the test's own when undefined. */
  readonly places?: readonly (string | undefined)[];
  /** Trees that are not below the device's place. */
  readonly trees?: readonly (string | undefined)[];
  /** Commands that the daemons run under (setpriv, prlimit). */
  readonly under?: readonly (readonly string[])[];
  readonly rescanSeconds?: number;
  /** Each is linked with the next one alone; otherwise everybody with everybody. */
  readonly line?: boolean;
}

export class Linked {
  readonly directory: string;
  readonly devices: Device[] = [];
  readonly trees: string[] = [];
  readonly #ports: number[] = [];
  readonly #under: (readonly string[])[] = [];
  #line = false;

  private constructor() {
    this.directory = realpathSync(mkdtempSync(join(tmpdir(), 'p2psync-chaos-')));
    // Daemons of other users find their homes below it.
    chmodSync(this.directory, 0o755);
  }

  /** All hold the folder that the first one made. */
  static async create(tag: string, options: LinkedOptions = {}): Promise<Linked> {
    const linked = new Linked();
    try {
      await linked.#build(tag, options);
      return linked;
    } catch (error) {
      await linked.close();
      throw error;
    }
  }

  async #build(
    tag: string,
    { count = 2, places = [], trees = [], under = [], rescanSeconds = 5, line = false }: LinkedOptions,
  ) {
    this.#line = line;
    for (let i = 0; i < count; i++) {
      const place = places[i] ?? this.directory;
      // strace counts calls by thread: with one thread in libuv's pool they come in one order.
      this.devices.push(new Device(`${tag}${i}`, place, undefined, { UV_THREADPOOL_SIZE: '1' }));
      const tree = trees[i] ?? join(place, `tree-${i}`);
      mkdirSync(tree, { recursive: true });
      if (under[i]?.[0] === 'setpriv') {
        mkdirSync(this.device(i).home);
        for (const path of [this.device(i).home, tree]) chownSync(path, ordinaryUser, ordinaryUser);
      }
      this.trees.push(tree);
      this.#ports.push(await freePort());
      this.#under.push(under[i] ?? []);
    }
    await Promise.all(this.devices.map((_, i) => this.start(i)));
    await (await this.api(0)).addFolder(this.tree(0), { label: 'Sync' });
    await this.#rescanEvery(0, rescanSeconds);
    for (let giver = 0; giver < count; giver++) {
      const last = line ? Math.min(count, giver + 2) : count;
      for (let who = giver + 1; who < last; who++) await this.#link(giver, who);
    }
    for (let i = 1; i < count; i++) await this.#rescanEvery(i, rescanSeconds);
    await this.settled();
  }

  async #rescanEvery(i: number, seconds: number): Promise<void> {
    await (await this.api(i)).setFolder('Sync', 'rescan', String(seconds));
  }

  async #link(giver: number, who: number): Promise<void> {
    const api = await this.api(giver);
    const { code } = await api.createCode();
    const { addresses } = await api.status();
    const isThere = (await (await this.api(who)).status()).folders.length > 0;
    const folder = isThere ? [] : [this.tree(who)];
    await this.device(who).ok(['pair', code, ...folder, '--address', addresses[0] as string]);
    // The giver shares with whom it linked by itself; between the others it is said.
    const { devices } = (await api.status()).folders[0] as FolderStatus;
    const { id } = (await (await this.api(who)).status()).device;
    if (!devices.includes(id)) await api.shareFolder('Sync', id);
  }

  device(i: number): Device {
    return this.devices[i] as Device;
  }

  tree(i: number): string {
    return this.trees[i] as string;
  }

  at(i: number, path: string): string {
    return join(this.tree(i), path);
  }

  api(i: number): Promise<ApiClient> {
    return connect(this.device(i).home);
  }

  async folder(i: number): Promise<FolderStatus> {
    return (await (await this.api(i)).status()).folders[0] as FolderStatus;
  }

  /** `under`: as at create, unless another command is given. */
  start(i: number, under: readonly string[] = this.#under[i] ?? []): Promise<void> {
    return this.device(i).start(['--listen', `/ip4/127.0.0.1/tcp/${this.#ports[i]}`, '--no-mdns'], under);
  }

  /** Resolves when every device holds the same index as all the others, which are connected; says why not. */
  async settled(timeoutMs = 30_000, whom: readonly number[] = this.devices.map((_, i) => i)): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (const i of whom) {
      const others = whom.filter((other) => other !== i && (!this.#line || Math.abs(other - i) === 1)).length;
      const api = await this.api(i);
      await eventually(
        `${this.device(i).name} to be connected`,
        async () => (await api.status()).peers.filter(({ connected }) => connected).length >= others,
        timeoutMs,
      );
      const { inSync, folders } = await api.wait(
        undefined,
        Math.max(1, Math.round(end - performance.now())),
        new AbortController().signal,
      );
      if (!inSync) {
        const all = await Promise.all(whom.map((one) => this.folder(one)));
        throw new Error(`${this.device(i).name} did not settle: ${JSON.stringify(folders)}\n${JSON.stringify(all)}`);
      }
    }
  }

  /** Resolves when all that was written on any device has reached all others, or when the daemon of `victim` is no more. */
  async settledOrDead(victim: number, timeoutMs = 30_000): Promise<void> {
    const isDead = (): boolean => !this.device(victim).running;
    const alive = <T>(work: Promise<T>): Promise<T | undefined> =>
      work.catch(async (error: unknown) => {
        // It dies under a question, too; its end is seen a little later.
        await eventually('its end', isDead, 3000).catch(() => {
          throw error;
        });
        return undefined;
      });
    for (const i of this.devices.keys()) await alive(this.api(i).then((api) => api.rescan(undefined, undefined)));
    await eventually(
      'the end of the work or of the daemon',
      async () => {
        for (const i of this.devices.keys()) {
          if (isDead()) return true;
          const status = await alive(this.api(i).then((api) => api.status()));
          if (status?.folders[0]?.state !== 'idle' || !status.peers.every(({ inSync }) => inSync)) return isDead();
        }
        return true;
      },
      timeoutMs,
    );
  }

  /** As settled; then the trees are compared: names, types, bytes, targets, exec bits, times. */
  async equal(timeoutMs = 30_000, whom: readonly number[] = this.devices.map((_, i) => i)): Promise<void> {
    await this.settled(timeoutMs, whom);
    for (const i of whom.slice(1)) {
      assert.deepEqual(treeDifferences(this.tree(whom[0] as number), this.tree(i)), []);
    }
  }

  /** Ends the daemons and removes the directory of the test, unless P2PSYNC_KEEP is set. */
  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.stop()));
    if (process.env['P2PSYNC_KEEP'] === undefined) rmSync(this.directory, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
