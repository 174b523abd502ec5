/**
 * Follows the index of every connected device that shares the folder: subscribes where the last exchange ended, stores what
 * is announced, acknowledges it once it is durable, and hands the paths on. What is not read on holds the peer back.
 */
import { sleep } from '../base/abort.ts';
import { backoffMs } from '../base/backoff.ts';
import { messageOf, Problem } from '../base/problem.ts';
import { refusalOf } from '../core/admit.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord } from '../core/record.ts';
import { counterOf } from '../core/version.ts';
import { AnnouncedQuota, type AnnouncedLimits } from './announced-quota.ts';
import type { IndexEvent, RemoteFolderState } from './ports.ts';
import type { SessionContext } from './session-context.ts';
import { Wake } from './wake.ts';

const resubscribe = { initialMs: 200, maxMs: 15_000 };
/** Exchanges in a row that broke off while the device was connected, from which on it is said. */
const brokenMin = 4;

export interface RemoteLoopOptions {
  /** For tests. */
  readonly announcedLimits?: AnnouncedLimits;
  /** What peers announced in earlier lives has been handed to onAnnounced. */
  readonly onReplayed: () => void;
  /** Paths that a device announced. Resolves when there is room for more. */
  readonly onAnnounced: (paths: readonly RelativePath[]) => Promise<void>;
  /** A device came or went. */
  readonly onPeer: (device: DeviceId, is: 'here' | 'gone') => void;
  /** We hold the whole index of one more device. */
  readonly onCaughtUp: () => void;
  /** What a device announced so far counts no more: its index begins anew, or the folder is not shared with it any more. */
  readonly onForgotten: () => void;
  /** A device knows more of our own writes than our index does. */
  readonly onIndexOlder: (device: DeviceId) => void;
  /** A device says something new of its copy. Must not announce anything itself, or two devices would never fall silent. */
  readonly onPeerState: () => void;
}

export class RemoteLoop {
  readonly #context: SessionContext;
  readonly #options: RemoteLoopOptions;
  readonly #following = new Map<DeviceId, { abort: AbortController; done: Promise<void> }>();
  readonly #states = new Map<DeviceId, RemoteFolderState>();
  /** Devices of whose index we hold all that there was at one of their commits. */
  readonly #caughtUp = new Set<DeviceId>();
  readonly #catchingUp = new Set<DeviceId>();
  #generation = 0;
  #storing = 0;
  /** Devices whose stored announcements were handed on in this life. */
  readonly #replayed = new Set<DeviceId>();
  readonly #wake: Wake;
  readonly #quota: AnnouncedQuota;
  readonly #overQuota = new Set<DeviceId>();
  #shared: ReadonlySet<DeviceId> = new Set();

  constructor(context: SessionContext, options: RemoteLoopOptions) {
    this.#context = context;
    this.#quota = new AnnouncedQuota(context.store, options.announcedLimits);
    this.#options = options;
    this.#wake = new Wake(context.clock);
  }

  /** What a connected device last said of its copy. */
  stateOf(device: DeviceId): RemoteFolderState | undefined {
    return this.#states.get(device);
  }

  /** True when what we hold of its index is whole: as it was right after one of its commits. */
  isCaughtUp(device: DeviceId): boolean {
    return this.#caughtUp.has(device);
  }

  /** Changes when announcements begin to be stored; undefined while some are: what is read then may be of two times. */
  generation(): number | undefined {
    return this.#storing > 0 ? undefined : this.#generation;
  }

  /** True while records are coming that will make it so. */
  isCatchingUp(device: DeviceId): boolean {
    return this.#catchingUp.has(device);
  }

  /** Runs until the signal aborts; all subscriptions are closed when it resolves. */
  async run(signal: AbortSignal): Promise<void> {
    for (const device of this.#context.peers.shared()) await this.#replay(device, signal);
    this.#options.onReplayed();
    const unlisten = this.#context.peers.onChange(() => this.#wake.ring());
    try {
      while (!signal.aborted) {
        this.#follow();
        await this.#wake.wait(signal);
      }
    } finally {
      unlisten();
      for (const { abort } of this.#following.values()) abort.abort(signal.reason);
      await Promise.all([...this.#following.values()].map(({ done }) => done));
    }
  }

  /** What was announced before a restart may not have been brought in yet, and will not be announced again. */
  async #replay(device: DeviceId, signal: AbortSignal): Promise<void> {
    if (this.#replayed.has(device)) return;
    this.#replayed.add(device);
    for await (const records of this.#context.store.iterateAnnounced(device)) {
      if (signal.aborted) return;
      this.#quota.stored(device, records);
      await this.#options.onAnnounced(records.map(({ path }) => path));
    }
  }

  #follow(): void {
    this.#leaveOut(new Set(this.#context.peers.shared()));
    const connected = new Set(this.#context.peers.connected());
    for (const [device, { abort }] of this.#following) {
      if (!connected.has(device)) abort.abort(new Error('the device is no longer connected'));
    }
    for (const device of connected) {
      if (this.#following.has(device)) continue;
      const abort = new AbortController();
      const done = this.#followDevice(device, abort.signal).finally(() => {
        this.#following.delete(device);
        this.#states.delete(device);
        this.#options.onPeer(device, 'gone');
        this.#wake.ring();
      });
      this.#following.set(device, { abort, done });
    }
  }

  /** Of devices that the folder is not shared with any more nothing counts, and nothing is said. */
  #leaveOut(shared: ReadonlySet<DeviceId>): void {
    const gone = [...this.#shared].filter((device) => !shared.has(device));
    this.#shared = shared;
    if (gone.length === 0) return;
    for (const device of gone) this.#backWithinQuota(device);
    this.#options.onForgotten();
  }

  async #followDevice(device: DeviceId, signal: AbortSignal): Promise<void> {
    await this.#replay(device, signal);
    let broken = 0;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        if (await this.#subscribe(device, signal)) attempt = 0;
        broken = 0;
      } catch (error) {
        if (signal.aborted) return;
        // A Problem says of itself what it is: not shared there, not connected any more.
        if (!(error instanceof Problem) && ++broken >= brokenMin) this.#reportBroken(device, error);
        this.#context.logger.info({ device, error: messageOf(error) }, 'index subscription ended');
      }
      await sleep(backoffMs(attempt, resubscribe, this.#context.random()), signal, this.#context.clock).catch(
        () => undefined,
      );
    }
  }

  /** One subscription, to its end. True when it got as far as receiving something. */
  async #subscribe(device: DeviceId, signal: AbortSignal): Promise<boolean> {
    const { store, peers } = this.#context;
    const { replica, received, epoch } = await store.peerProgress(device);
    const subscription = await peers.subscribe(device, { replica, after: received, epoch }, signal);
    let heard = false;
    try {
      for await (const event of subscription.events) {
        heard = true;
        await this.#take(device, event, (sequence) => subscription.acknowledge(sequence));
      }
    } finally {
      if (this.#catchingUp.delete(device)) this.#options.onCaughtUp();
      await subscription.close();
    }
    return heard;
  }

  /** Leaves out what this device does not take in; people are told of each. */
  async #admitted(device: DeviceId, records: readonly AnnouncedRecord[]): Promise<AnnouncedRecord[]> {
    const { store, errors, logger, emit } = this.#context;
    const claiming = records.filter(({ version }) => counterOf(version, store.replica) > 0).map(({ path }) => path);
    const locals = await store.getMany(claiming);
    const ours = new Map(claiming.map((path, i) => [path, locals[i]]));
    return records.filter((record) => {
      const refusal = refusalOf(record, store.replica, store.lastSequence(), ours.get(record.path));
      if (refusal === undefined) return true;
      if (refusal.code === 'INDEX_OLDER') this.#options.onIndexOlder(device);
      const { path } = record;
      const { code } = refusal;
      const message = `the device ${device} ${refusal.message}`;
      logger.warn({ device, path, code }, message);
      if (errors.set(path, code, message)) emit({ type: 'path-error', path, device, code, message });
      return false;
    });
  }

  /** People see it: otherwise the folder would look idle while nothing comes in. */
  #reportBroken(device: DeviceId, error: unknown): void {
    const message = `what the device ${device} announces cannot be taken in (${messageOf(error)}); update p2psync on both devices`;
    if (!this.#context.errors.set(undefined, 'EXCHANGE_BROKEN', message)) return;
    this.#context.emit({ type: 'path-error', path: '.', device, code: 'EXCHANGE_BROKEN', message });
    this.#context.changed();
  }

  /** People are told, as long as it is so. */
  async #withinQuota(device: DeviceId, records: readonly AnnouncedRecord[]): Promise<void> {
    try {
      await this.#quota.admit(device, records);
      this.#backWithinQuota(device);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#overQuota.add(device);
      const { code, message } = error;
      if (this.#context.errors.set(undefined, code, message)) {
        this.#context.emit({ type: 'path-error', path: '.', device, code, message });
        this.#context.changed();
      }
      throw error;
    }
  }

  #backWithinQuota(device: DeviceId): void {
    if (!this.#overQuota.delete(device) || this.#overQuota.size > 0) return;
    this.#context.errors.clearRoot('ANNOUNCED_TOO_MUCH');
    this.#context.changed();
  }

  #catchUp(device: DeviceId): void {
    this.#catchingUp.delete(device);
    if (this.#caughtUp.has(device)) return;
    this.#caughtUp.add(device);
    this.#options.onCaughtUp();
  }

  #fallBehind(device: DeviceId): void {
    this.#caughtUp.delete(device);
    this.#catchingUp.add(device);
  }

  async #take(device: DeviceId, event: IndexEvent, acknowledge: (sequence: number) => Promise<void>): Promise<void> {
    const { store, logger } = this.#context;
    switch (event.type) {
      case 'start': {
        const { replica, received } = await store.peerProgress(device);
        this.#fallBehind(device);
        if (replica === event.replica && event.after === received) return;
        // Another life of its index, or one that fell behind what it once told us: all of it is read anew.
        if (replica !== undefined) logger.warn({ device, replica: event.replica }, 'the peer starts its index anew');
        this.#generation++;
        await store.resetPeer(device, event.replica);
        this.#quota.reset(device);
        this.#options.onForgotten();
        if (event.after !== 0) throw new Error(`the peer starts its index at ${event.after}, which was not asked for`);
        return;
      }
      case 'records': {
        const records = await this.#admitted(device, event.records);
        await this.#withinQuota(device, records);
        if (!event.caughtUp) this.#fallBehind(device);
        this.#generation++;
        this.#storing++;
        try {
          await store.putAnnounced(device, records, event.upTo, event.epoch);
        } finally {
          this.#storing--;
        }
        logger.debug({ device, records: records.length, upTo: event.upTo }, 'index received');
        await this.#options.onAnnounced(records.map(({ path }) => path));
        if (event.caughtUp) this.#catchUp(device);
        // Last: it fails when the connection is gone, and what is stored is not announced again in this life.
        return acknowledge(event.upTo);
      }
      case 'state': {
        const { received } = await store.peerProgress(device);
        if (received === event.state.sequence) this.#catchUp(device);
        if (received >= event.state.sequence) this.#context.errors.clearRoot('EXCHANGE_BROKEN');
        const first = !this.#states.has(device);
        this.#states.set(device, event.state);
        if (first) this.#options.onPeer(device, 'here');
        return this.#options.onPeerState();
      }
    }
  }
}
