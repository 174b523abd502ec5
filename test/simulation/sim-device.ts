/** One device of a simulation: what outlives its crashes (volume, staging, index files), and its present life, if any. */
import type { DeviceId, FolderId } from '../../src/core/identifiers.ts';
import { defaultGuardLimits } from '../../src/core/guard.ts';
import { posixTraits } from '../../src/core/names.ts';
import type { Logger } from '../../src/base/log.ts';
import { FolderSession } from '../../src/sync/folder-session.ts';
import type { LevelFolderStore } from '../../src/store/folder-store.ts';
import type { Database } from '../../src/store/database.ts';
import type { Ledger } from './ledger.ts';
import { Life, type Scheduler } from './scheduler.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimDisk, SimStaging, type DiskFaults } from './sim-disk.ts';
import { IndexFiles, openIndex } from './sim-index.ts';
import type { SimNetwork } from './sim-network.ts';
import { SimVolume } from './sim-volume.ts';

const folder = 'a'.repeat(26) as FolderId;
const wallStartMs = Date.UTC(2026, 10, 23);
/** Virtual. Short, so that what no event told is found within a short run. */
const rescanMs = 20_000;

export interface DeviceWorld {
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly ledger: Ledger;
  readonly note: (line: string) => void;
}

export class SimDevice {
  readonly id: DeviceId;
  readonly name: string;
  readonly volume: SimVolume;
  readonly staging = new SimStaging();
  readonly index = new IndexFiles();
  /** Milliseconds that its wall clock is off. */
  skewMs = 0;
  faults: DiskFaults = { hintsLost: 0.1, hintsDoubled: 0.1 };
  /** Times that its index was lost or replaced. */
  indexLosses = 0;
  state: 'off' | 'starting' | 'on' | 'stopping' = 'off';
  readonly #world: DeviceWorld;
  #lives = 0;
  #life: Life | undefined;
  #session: FolderSession | undefined;
  #store: LevelFolderStore | undefined;
  #database: Database | undefined;
  #olderIndex: ReturnType<IndexFiles['copy']> | undefined;

  constructor(letter: string, world: DeviceWorld, seed: number) {
    this.name = letter;
    this.id = `12D3KooW${letter.repeat(44)}` as DeviceId;
    this.#world = world;
    const random = new SeededRandom(seed, letter.charCodeAt(0));
    this.volume = new SimVolume(letter, world.ledger, random, () => wallStartMs + world.scheduler.nowMs + this.skewMs);
  }

  get session(): FolderSession | undefined {
    return this.state === 'on' ? this.#session : undefined;
  }

  get store(): LevelFolderStore | undefined {
    return this.state === 'on' ? this.#store : undefined;
  }

  set slowness(factor: number) {
    if (this.#life !== undefined) this.#life.slowness = factor;
  }

  start(): void {
    if (this.state !== 'off') return;
    this.state = 'starting';
    this.#lives++;
    this.#life = new Life(this.#world.scheduler);
    this.#start(this.#life).catch((error: unknown) => {
      this.#world.note(`${this.name} could not start: ${String(error)}`);
      this.#world.ledger.violation ??= Object.assign(error as Error, { invariant: 'start' });
    });
  }

  async #start(life: Life): Promise<void> {
    const { scheduler, network, ledger, note } = this.#world;
    const random = new SeededRandom(scheduler.random.below(2 ** 31), this.#lives);
    const database = await openIndex(this.index, life, (n) => random.bytes(n));
    const store = await database.folder(folder);
    await life.turn();
    const commit = store.commit.bind(store);
    store.commit = async (changes, ended) => {
      const written = await commit(changes, ended);
      for (const record of written) {
        if (record === 'stale') continue;
        // An index that was put back to an older state begins anew from there.
        ledger.recorded(this.id, `${store.replica} ${this.indexLosses}`, record);
        const { path, entry, dot } = record;
        const isOwn = entry.kind === 'deleted' && dot.replica === store.replica;
        const isHidden = !this.volume.mounted || this.volume.isUnreadable(path);
        if (isOwn && isHidden && this.volume.get(path) !== undefined && !ledger.wasRemoved(path)) {
          ledger.fail('I6', `${this.name} took ${path} for deleted, which is there and cannot be seen`);
        }
      }
      return written;
    };
    const peers = network.peersOf(this.id, life);
    const session = new FolderSession({
      disk: new SimDisk(this.volume, this.staging, life, this.faults),
      store,
      peers,
      traits: posixTraits,
      mode: 'send-receive',
      clock: life.clock(() => this.volume.wallMs()),
      random: random.next,
      logger: this.#logger(life),
      guard: defaultGuardLimits,
      rescanMs,
      acceptCommand: 'accept',
      emit: ({ type, ...fields }) => {
        if (!life.ended) note(`${this.name} ${type} ${Object.values(fields).join(' ')}`);
      },
    });
    await session.start();
    peers.share();
    this.#session = session;
    this.#store = store;
    this.#database = database;
    this.state = 'on';
    note(`${this.name} on, index ${store.replica.slice(0, 4)} at ${store.lastSequence()}`);
  }

  /** Power gone. */
  crash(): void {
    if (this.#life === undefined) return;
    this.#endLife();
    this.staging.crash((n) => this.#world.scheduler.random.below(n));
    this.volume.crash();
    this.index.crash(this.#world.scheduler.random);
    this.#world.network.vanished(this.id);
  }

  /** kill -9: the system keeps what the process wrote. */
  kill(): void {
    if (this.#life === undefined) return;
    this.#endLife();
    this.volume.sync();
    this.index.flush();
    this.#world.network.vanished(this.id);
  }

  #endLife(): void {
    if (this.#life !== undefined) this.#life.ended = true;
    this.#life = undefined;
    this.volume.onUserChange = () => {};
    this.state = 'off';
  }

  /** An orderly stop: paused, or the daemon ends. */
  stop(): void {
    if (this.state !== 'on') return;
    this.state = 'stopping';
    const life = this.#life;
    const stop = async (): Promise<void> => {
      await this.#session?.stop();
      await this.#database?.close();
      if (life?.ended === true) return;
      this.#endLife();
      this.volume.sync();
      this.index.flush();
      this.#world.note(`${this.name} stopped`);
    };
    stop().catch((error: unknown) => {
      this.#world.ledger.violation ??= Object.assign(error as Error, { invariant: 'stop' });
    });
  }

  loseIndex(): void {
    if (this.state !== 'off') return;
    this.index.lose();
    this.indexLosses++;
  }

  backUpIndex(): void {
    this.#olderIndex = this.index.copy();
  }

  restoreIndex(): void {
    if (this.state !== 'off' || this.#olderIndex === undefined) return;
    this.index.restore(this.#olderIndex);
    this.indexLosses++;
  }

  #logger(life: Life): Logger {
    const note =
      (level: string) =>
      (fields: object, message: string): void => {
        if (!life.ended) this.#world.note(`${this.name} ${level}: ${message} ${JSON.stringify(fields).slice(0, 400)}`);
      };
    const logger: Logger = {
      debug: () => {},
      info: note('info'),
      warn: note('warn'),
      error: (fields, message) => {
        note('error')(fields, message);
        if (message === 'a loop of the folder ended' && !life.ended && this.state !== 'stopping') {
          const text = `${this.name}: ${JSON.stringify(fields)}`;
          this.#world.ledger.violation ??= Object.assign(new Error(`loop: ${text}`), { invariant: 'loop' });
        }
      },
      child: () => logger,
    };
    return logger;
  }
}
