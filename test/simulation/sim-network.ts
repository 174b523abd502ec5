/**
 * The FolderPeers port between the devices of one simulation: links that are cut and joined, streams that break in the middle,
 * directions that stall, batches cut anew, doubled batches, wrong bytes. What is on its way keeps its order within a
 * stream, as TCP does; between streams and devices there is none.
 */
import { isOlderThan } from '../../src/core/epochs.ts';
import type { DeviceId } from '../../src/core/identifiers.ts';
import type { AnnouncedRecord } from '../../src/core/record.ts';
import type { FolderPeers, FolderServer, IndexEvent, IndexSubscription } from '../../src/sync/ports.ts';
import type { Ledger } from './ledger.ts';
import type { Life, Scheduler } from './scheduler.ts';

interface Member {
  readonly life: Life;
  readonly listeners: Set<() => void>;
  server: FolderServer | undefined;
  sharing: boolean;
}

/** One connection between two devices, until it breaks. */
interface Connection {
  readonly broken: Promise<never>;
  readonly fail: (error: Error) => void;
  isBroken: boolean;
}

export interface NetworkFaults {
  /** Chance that a delivered batch of records comes twice. */
  doubled: number;
  /** Chance that a chunk arrives with wrong bytes. */
  wrongBytes: number;
  /** Longest ordinary way, milliseconds. */
  latencyMs: number;
}

export class SimNetwork {
  readonly faults: NetworkFaults = { doubled: 0, wrongBytes: 0, latencyMs: 10 };
  readonly #scheduler: Scheduler;
  readonly #ledger: Ledger;
  readonly #devices: readonly DeviceId[];
  readonly #members = new Map<DeviceId, Member>();
  readonly #cut = new Set<string>();
  /** 'from to': nothing arrives that way. */
  readonly #stalled = new Set<string>();
  readonly #connections = new Map<string, Connection>();

  constructor(scheduler: Scheduler, ledger: Ledger, devices: readonly DeviceId[]) {
    this.#scheduler = scheduler;
    this.#ledger = ledger;
    this.#devices = devices;
  }

  // -------------------------------------------------------------- the weather

  cut(a: DeviceId, b: DeviceId): void {
    this.#cut.add(pairName(a, b));
    this.breakUp(a, b);
    this.#notifyAll();
  }

  join(a: DeviceId, b: DeviceId): void {
    this.#cut.delete(pairName(a, b));
    this.#notifyAll();
  }

  /** All streams between two devices end; they may connect again at once. */
  breakUp(a: DeviceId, b: DeviceId): void {
    const connection = this.#connections.get(pairName(a, b));
    this.#connections.delete(pairName(a, b));
    connection?.fail(new Error('the connection was lost'));
    this.#notifyAll();
  }

  stall(from: DeviceId, to: DeviceId, isStalled: boolean): void {
    if (isStalled) this.#stalled.add(`${from} ${to}`);
    else this.#stalled.delete(`${from} ${to}`);
  }

  heal(): void {
    this.#cut.clear();
    this.#stalled.clear();
    Object.assign(this.faults, { doubled: 0, wrongBytes: 0, latencyMs: 10 });
    this.#notifyAll();
  }

  /** The device died: the others notice only after a while. */
  vanished(device: DeviceId): void {
    const gone = this.#members.get(device);
    this.#members.delete(device);
    if (gone === undefined) return;
    for (const other of this.#devices) {
      if (other === device) continue;
      const connection = this.#connections.get(pairName(device, other));
      this.#connections.delete(pairName(device, other));
      this.#scheduler.after(this.#scheduler.random.next() * 2000, () => {
        connection?.fail(new Error('the peer does not answer'));
        this.#notifyAll();
      });
    }
  }

  // -------------------------------------------------------------- the port

  peersOf(device: DeviceId, life: Life): FolderPeers & { readonly share: () => void } {
    const member: Member = { life, listeners: new Set(), server: undefined, sharing: false };
    this.#members.set(device, member);
    return {
      connected: () => this.#devices.filter((other) => other !== device && this.#isUp(device, other)),
      shared: () => (member.sharing ? this.#devices.filter((other) => other !== device) : []),
      onChange: (callback) => {
        member.listeners.add(callback);
        return () => member.listeners.delete(callback);
      },
      subscribe: async (other, from, signal) => {
        await life.turn(this.faults.latencyMs);
        return this.#subscription(device, other, life, from, signal);
      },
      fetchChunks: (other, requests, signal) => this.#chunks(device, other, life, requests, signal),
      fetchManifest: async (other, path, contentHash, _size, signal) => {
        const connection = this.#connect(device, other);
        const manifest = await inTime(connection, signal, this.#serverOf(other).manifest(path, contentHash));
        await this.#arrive(other, device, life, connection, signal);
        return manifest;
      },
      serve: (server) => {
        member.server = server;
        this.#notifyAll();
        return () => {
          member.server = undefined;
          member.sharing = false;
          for (const other of this.#devices) if (other !== device) this.breakUp(device, other);
        };
      },
      share: () => {
        member.sharing = true;
        this.#notifyAll();
      },
    };
  }

  #isUp(a: DeviceId, b: DeviceId): boolean {
    const [x, y] = [this.#members.get(a), this.#members.get(b)];
    const serving = x?.server !== undefined && y?.server !== undefined && x.sharing && y.sharing;
    return serving && !this.#cut.has(pairName(a, b));
  }

  #connect(a: DeviceId, b: DeviceId): Connection {
    if (!this.#isUp(a, b)) throw new Error('the peer is not connected');
    const there = this.#connections.get(pairName(a, b));
    if (there !== undefined) return there;
    let reject: (error: Error) => void = () => {};
    const broken = new Promise<never>((_, fail) => {
      reject = fail;
    });
    broken.catch(() => undefined);
    const connection: Connection = {
      broken,
      isBroken: false,
      fail: (error) => {
        connection.isBroken = true;
        reject(error);
      },
    };
    this.#connections.set(pairName(a, b), connection);
    return connection;
  }

  #serverOf(device: DeviceId): FolderServer {
    const server = this.#members.get(device)?.server;
    if (server === undefined) throw new Error('the peer does not serve the folder');
    return server;
  }

  /** Something sent arrives, later, unless the connection breaks. */
  async #arrive(from: DeviceId, to: DeviceId, life: Life, connection: Connection, signal: AbortSignal): Promise<void> {
    await life.turn(this.faults.latencyMs);
    while (this.#stalled.has(`${from} ${to}`) && !connection.isBroken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#scheduler.after(100, resolve, life);
      });
    }
    signal.throwIfAborted();
    if (connection.isBroken) await connection.broken;
  }

  async *#chunks(
    device: DeviceId,
    other: DeviceId,
    life: Life,
    requests: Parameters<FolderPeers['fetchChunks']>[1],
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Uint8Array | undefined)[]> {
    const connection = this.#connect(device, other);
    const { random } = this.#scheduler;
    for (let start = 0; start < requests.length;) {
      const slice = requests.slice(start, start + 1 + random.below(4));
      start += slice.length;
      const chunks = await inTime(connection, signal, this.#serverOf(other).chunks(slice));
      await this.#arrive(other, device, life, connection, signal);
      yield chunks.map((chunk) => {
        if (chunk === undefined || !random.chance(this.faults.wrongBytes)) return chunk?.slice();
        const wrong = chunk.slice();
        wrong[random.below(wrong.length)]! ^= 1;
        return wrong;
      });
    }
  }

  async #subscription(
    device: DeviceId,
    other: DeviceId,
    life: Life,
    from: Parameters<FolderPeers['subscribe']>[1],
    signal: AbortSignal,
  ): Promise<IndexSubscription> {
    const connection = this.#connect(device, other);
    const server = this.#serverOf(other);
    let wake: () => void = () => {};
    let closed = false;
    const unlisten = server.onChange(() => wake());
    const onAbort = (): void => wake();
    signal.addEventListener('abort', onAbort, { once: true });
    return {
      events: this.#events(
        { device, other, life, connection, server, signal },
        from,
        () => closed,
        (ring) => (wake = ring),
      ),
      acknowledge: async (sequence) => {
        this.#scheduler.after(this.#scheduler.random.next() * this.faults.latencyMs, () => {
          if (connection.isBroken || this.#members.get(other)?.server !== server) return;
          if (sequence > server.lastSequence()) {
            this.#ledger.fail('protocol', `${device} acknowledged ${sequence}, which ${other} never announced`);
          }
          server.acknowledged(device, sequence);
        });
      },
      close: async () => {
        closed = true;
        unlisten();
        signal.removeEventListener('abort', onAbort);
        wake();
      },
    };
  }

  async *#events(
    stream: {
      device: DeviceId;
      other: DeviceId;
      life: Life;
      connection: Connection;
      server: FolderServer;
      signal: AbortSignal;
    },
    from: Parameters<FolderPeers['subscribe']>[1],
    isClosed: () => boolean,
    onWake: (ring: () => void) => void,
  ): AsyncGenerator<IndexEvent> {
    const { device, other, life, connection, server, signal } = stream;
    const { random } = this.#scheduler;
    if (from.replica === server.replica && isOlderThan(server, { sequence: from.after, epoch: from.epoch })) {
      server.indexOlder(device);
      throw new Error('the peer does not serve the folder now');
    }
    let sent = from.replica === server.replica ? from.after : 0;
    await this.#arrive(other, device, life, connection, signal);
    yield { type: 'start', replica: server.replica, after: sent };
    let lastState = '';
    while (!isClosed() && !signal.aborted) {
      // As the real producer: what was written after this was read is not promised yet.
      const last = server.lastSequence();
      if (last > sent) {
        const limit = 1 + random.below(random.chance(0.5) ? 3 : 50);
        const records: readonly AnnouncedRecord[] = (await inTime(connection, signal, server.since(sent, limit))).map(
          announcedOf,
        );
        for (const record of records) this.#ledger.dotMeans(record);
        const upTo = Math.max(records.at(-1)?.sequence ?? 0, records.length >= limit ? 0 : last);
        sent = upTo;
        for (let times = random.chance(this.faults.doubled) ? 2 : 1; times > 0; times--) {
          await this.#arrive(other, device, life, connection, signal);
          // As the wire: a state tells when all is there.
          yield { type: 'records', records, upTo, caughtUp: false, epoch: server.epochAt(upTo) };
        }
        continue;
      }
      const state = server.state();
      const text = JSON.stringify(state);
      if (text !== lastState) {
        lastState = text;
        await this.#arrive(other, device, life, connection, signal);
        yield { type: 'state', state };
        continue;
      }
      await Promise.race([
        connection.broken,
        new Promise<void>((resolve) => {
          onWake(resolve);
        }),
      ]);
    }
  }

  /** Everybody looks who is connected, each a little later. */
  #notifyAll(): void {
    for (const { listeners, life } of this.#members.values()) {
      this.#scheduler.after(
        this.#scheduler.random.next() * 5,
        () => {
          for (const listener of listeners) listener();
        },
        life,
      );
    }
  }
}

/** As the wire carries it: without what is only ours. */
function announcedOf({ path, entry, version, dot, sequence }: AnnouncedRecord): AnnouncedRecord {
  return { path, entry, version, dot, sequence };
}

function pairName(a: DeviceId, b: DeviceId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

async function inTime<T>(connection: Connection, signal: AbortSignal, answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  aborted.catch(() => undefined);
  try {
    return await Promise.race([answer, connection.broken, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
