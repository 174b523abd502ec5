/**
 * Keeps one good connection to each linked device: dials what is known of it, starts over when discovery hears it or an
 * interface changes, and settles with the far side which connection stays when both dialled at once. What devices say in
 * their Hello ends up here.
 */
import type { Connection, Stream } from '@libp2p/interface';
import { CODE_P2P } from '@multiformats/multiaddr';
import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { messageOf, Problem } from '../base/problem.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { OfferedFolder } from '../wire/messages.ts';
import { dialFirst } from './dialer.ts';
import { isLanAddress } from './discovery/interfaces.ts';
import { deviceOf, type Gate } from './gate.ts';
import { netLimits } from './net-limits.ts';
import type { Node } from './node.ts';
import { HelloSession, type Hello } from './protocols/hello/hello-session.ts';
import { handleProtocol, openStream, protocolIds, type IncomingStream } from './protocols/streams.ts';
import type { Traffic } from './traffic.ts';

/** A device that this one keeps contact with. */
export interface Link {
  readonly id: DeviceId;
  readonly name: string;
  /** Multiaddrs to try besides what discovery finds. */
  readonly addresses: readonly string[];
  readonly paused: boolean;
}

export interface PeerInfo {
  readonly id: DeviceId;
  readonly name: string;
  readonly connected: boolean;
  readonly route: 'lan' | 'direct' | null;
  readonly address: string | null;
  readonly rttMs: number | null;
  /** Since the daemon started, everything on the wire. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Wall clock; now while it is connected, undefined before the first contact. */
  readonly lastSeenMs: number | undefined;
  /** What the device calls itself and runs; undefined before its first Hello. */
  readonly deviceName: string | undefined;
  readonly clientVersion: string | undefined;
}

export interface ConnectionsOptions {
  readonly node: Node;
  readonly self: DeviceId;
  readonly gate: Gate;
  readonly traffic: Traffic;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** What this device says to `device` of itself. */
  readonly describe: (device: DeviceId) => Hello;
  readonly discovered: (device: DeviceId) => readonly string[];
  /** Something about a device changed: its connection, its Hello. */
  readonly onChange: (device: DeviceId) => void;
  /** A connection is not used for anything new: what is kept open on it is to be closed. */
  readonly onRetire: (connection: Connection) => void;
  /** The device said that it has unlinked this one. */
  readonly onUnlinked: (device: DeviceId) => void;
}

interface Peer {
  link: Link;
  /** Every open connection, in the order they came. */
  readonly sessions: Set<HelloSession>;
  readonly abort: AbortController;
  done: Promise<void>;
  hello: Hello | undefined;
  rttMs: number | undefined;
  lastSeenMs: number | undefined;
  /** The address of the last connection that this side made. */
  lastGood: string | undefined;
  /** It said 'unlinked': calling it is of no use until it comes by itself or is linked anew. */
  unlinked: boolean;
  attempt: number;
  /** Connections in a row that did not last. */
  flaps: number;
  lastDialMs: number;
  /** Not dialled again before (monotonic milliseconds). */
  notBeforeMs: number;
  wake: (() => void) | undefined;
}

const redial = { initialMs: netLimits.redialMsMin, maxMs: netLimits.redialMsMax };

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #peers = new Map<DeviceId, Peer>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    const { node, gate, logger } = options;
    node.libp2p.addEventListener('connection:open', ({ detail }) => this.#opened(detail));
    void handleProtocol(
      node.libp2p,
      protocolIds.hello,
      { logger, admits: (device) => gate.isLinked(device), streamsMax: 4 },
      (incoming) => this.#greeted(incoming),
    );
  }

  /** Ends every connection, with a goodbye. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#peers.values()].map((peer) => this.#drop(peer, 'shutdown')));
    this.#peers.clear();
  }

  /** The devices to keep contact with from now on. Contact with others ends at once. */
  setLinks(links: readonly Link[]): void {
    const wanted = new Map(links.map((link) => [link.id, link]));
    for (const [id, peer] of this.#peers) {
      if (wanted.has(id)) continue;
      this.#peers.delete(id);
      void this.#drop(peer, undefined);
      this.#options.onChange(id);
    }
    for (const link of links) {
      const peer = this.#peers.get(link.id);
      if (peer === undefined) this.#add(link);
      else this.#update(peer, link);
    }
  }

  /** Says 'unlinked' to a device and ends all contact with it. */
  async unlink(device: DeviceId): Promise<void> {
    const peer = this.#peers.get(device);
    if (peer === undefined) return;
    this.#peers.delete(device);
    await this.#drop(peer, 'unlinked');
    this.#options.onChange(device);
  }

  infos(): PeerInfo[] {
    return [...this.#peers.keys()].map((device) => this.info(device)).filter((info) => info !== undefined);
  }

  info(device: DeviceId): PeerInfo | undefined {
    const peer = this.#peers.get(device);
    if (peer === undefined) return undefined;
    const session = preferred(this.#options.self, peer);
    const address = session === undefined ? null : remoteAddress(session.connection);
    const host = session?.connection.remoteAddr.getComponents()[0]?.value ?? '';
    return {
      id: device,
      name: peer.link.name,
      connected: session !== undefined,
      route: session === undefined ? null : isLanAddress(host) ? 'lan' : 'direct',
      address,
      rttMs: session === undefined ? null : (peer.rttMs ?? null),
      ...this.#options.traffic.totals(device),
      lastSeenMs: session === undefined ? peer.lastSeenMs : this.#options.clock.now(),
      deviceName: peer.hello?.deviceName,
      clientVersion: peer.hello?.clientVersion,
    };
  }

  isConnected(device: DeviceId): boolean {
    const peer = this.#peers.get(device);
    return peer !== undefined && preferred(this.#options.self, peer) !== undefined;
  }

  /** The folders that a connected device lists for this one; none while it is away. */
  offered(device: DeviceId): readonly OfferedFolder[] {
    return this.isConnected(device) ? (this.#peers.get(device)?.hello?.folders ?? []) : [];
  }

  /** A stream on the best connection. Rejects with Problem PEER_NOT_CONNECTED, or what keeps the stream from opening. */
  async openStream(device: DeviceId, protocol: string, signal: AbortSignal): Promise<Stream> {
    return openStream(this.connection(device), protocol, signal);
  }

  /** The best connection. Throws Problem PEER_NOT_CONNECTED. */
  connection(device: DeviceId): Connection {
    const peer = this.#peers.get(device);
    const session = peer === undefined ? undefined : preferred(this.#options.self, peer);
    if (session === undefined) {
      const name = peer?.link.name ?? device;
      throw new Problem('PEER_NOT_CONNECTED', `${name} is not connected now; this goes on when it is`);
    }
    return session.connection;
  }

  /** What this device says of itself changed for `device` (undefined: for all). */
  announce(device: DeviceId | undefined): void {
    for (const peer of this.#peers.values()) {
      if (device !== undefined && peer.link.id !== device) continue;
      for (const session of peer.sessions) session.announce();
    }
  }

  /** Discovery heard the device: it is tried now instead of later. `isNew`: at an address that was not known. */
  heard(device: DeviceId, isNew: boolean): void {
    const peer = this.#peers.get(device);
    if (peer === undefined) return;
    // Devices are heard every few seconds; one that answers there but not to us is not to be called as often.
    if (!isNew && this.#options.clock.monotonic() - peer.lastDialMs < netLimits.redialHeardMsMin) return;
    this.#retryNow(peer);
  }

  /** The ways to all devices may have changed: those that are away are tried now, the others asked whether they are there. */
  reconsider(): void {
    for (const peer of this.#peers.values()) {
      this.#retryNow(peer);
      for (const session of peer.sessions) session.probe();
    }
  }

  // -------------------------------------------------------------- links

  #add(link: Link): void {
    const peer: Peer = {
      link,
      sessions: new Set(),
      abort: new AbortController(),
      done: Promise.resolve(),
      hello: undefined,
      rttMs: undefined,
      lastSeenMs: undefined,
      lastGood: undefined,
      unlinked: false,
      attempt: 0,
      flaps: 0,
      lastDialMs: -Infinity,
      notBeforeMs: -Infinity,
      wake: undefined,
    };
    this.#peers.set(link.id, peer);
    for (const connection of this.#options.node.libp2p.getConnections()) {
      if (deviceOf(connection.remotePeer) === link.id) this.#attach(peer, connection);
    }
    peer.done = this.#keep(peer);
  }

  #update(peer: Peer, link: Link): void {
    const before = peer.link;
    peer.link = link;
    if (link.paused && !before.paused) void this.#hangUp(peer, 'shutdown');
    if (!link.paused && (before.paused || before.addresses.join() !== link.addresses.join())) {
      this.#retryNow(peer);
    }
  }

  async #drop(peer: Peer, reason: 'shutdown' | 'unlinked' | undefined): Promise<void> {
    peer.abort.abort(new Error('no longer kept'));
    await this.#hangUp(peer, reason);
    await peer.done;
  }

  async #hangUp(peer: Peer, reason: 'shutdown' | 'unlinked' | undefined): Promise<void> {
    await Promise.all(
      [...peer.sessions].map(async (session) => {
        if (reason !== undefined) {
          await session.goodbye(reason);
          await closeConnection(session.connection);
        } else {
          session.connection.abort(new Error('the device is no longer linked'));
        }
      }),
    );
  }

  // -------------------------------------------------------------- dialling

  /** Dials whenever there is no connection, until the link is dropped. Never rejects. */
  async #keep(peer: Peer): Promise<void> {
    const { signal } = peer.abort;
    const { clock, random, logger } = this.#options;
    while (!signal.aborted) {
      const candidates = this.#candidates(peer);
      if (peer.sessions.size > 0 || peer.link.paused || peer.unlinked || candidates.length === 0) {
        await this.#rest(peer, undefined);
        continue;
      }
      const waitMs = peer.notBeforeMs - clock.monotonic();
      if (waitMs > 0) {
        await this.#rest(peer, waitMs);
        continue;
      }
      const attempt = peer.attempt;
      peer.attempt++;
      peer.lastDialMs = clock.monotonic();
      try {
        const connection = await dialFirst(this.#options.node, peer.link.id, candidates, signal);
        peer.lastGood = remoteAddress(connection);
        // The connection's own opening has woken this loop; what is there is looked at above.
      } catch (error) {
        if (signal.aborted) return;
        logger.debug({ device: peer.link.id, attempt, error: messageOf(error) }, 'not reached');
      }
      // Also after a connection: a device that refuses us takes it first and closes it then. Its Hello resets this.
      if (peer.hello === undefined) {
        const retry = Math.max(0, peer.attempt - 1);
        peer.notBeforeMs = clock.monotonic() + backoffMs(retry, redial, random());
      }
    }
  }

  /** Until woken, dropped, or `ms` passed. */
  #rest(peer: Peer, ms: number | undefined): Promise<void> {
    const { signal } = peer.abort;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        peer.wake = undefined;
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      peer.wake = done;
      if (signal.aborted) done();
    });
  }

  /** Starts over, but for the least distance between two dials. */
  #retryNow(peer: Peer): void {
    peer.attempt = 0;
    peer.notBeforeMs = peer.lastDialMs + netLimits.redialMsMin;
    peer.wake?.();
  }

  #candidates(peer: Peer): string[] {
    const { discovered } = this.#options;
    const last = peer.lastGood === undefined ? [] : [peer.lastGood];
    return [...new Set([...last, ...discovered(peer.link.id), ...peer.link.addresses])];
  }

  // -------------------------------------------------------------- connections

  #opened(connection: Connection): void {
    const device = deviceOf(connection.remotePeer);
    if (device === undefined || this.#stopped || !this.#options.gate.stillAdmits(connection)) {
      connection.abort(new Error('not admitted'));
      return;
    }
    const peer = this.#peers.get(device);
    if (peer !== undefined) this.#attach(peer, connection);
  }

  #attach(peer: Peer, connection: Connection): HelloSession | undefined {
    for (const session of peer.sessions) if (session.connection === connection) return session;
    if (connection.status !== 'open') return undefined;
    if (peer.link.paused) {
      connection.abort(new Error('the device is paused here'));
      return undefined;
    }
    const { clock, describe, traffic, logger } = this.#options;
    const device = peer.link.id;
    const session: HelloSession = new HelloSession({
      connection,
      device,
      logger,
      monotonic: () => clock.monotonic(),
      describe: () => describe(device),
      received: () => traffic.received(connection),
      onHello: (hello) => this.#heard(peer, session, hello),
      onGoodbye: (reason) => this.#dismissed(peer, session, reason),
      onRtt: (ms) => {
        peer.rttMs = ms;
      },
    });
    peer.unlinked = false;
    // A connection that is dead without our knowing would be taken for a rival: find out.
    for (const other of peer.sessions) other.probe();
    peer.sessions.add(session);
    peer.wake?.();
    void session.run().then(() => this.#closed(peer, session));
    return session;
  }

  async #greeted(incoming: IncomingStream): Promise<void> {
    const peer = this.#peers.get(incoming.device);
    const session = peer === undefined ? undefined : this.#attach(peer, incoming.connection);
    if (session === undefined) throw new Error('no contact is kept with this device');
    await session.receive(incoming);
  }

  #heard(peer: Peer, session: HelloSession, hello: Hello): void {
    const device = peer.link.id;
    peer.attempt = 0;
    peer.hello = hello;
    peer.lastSeenMs = this.#options.clock.now();
    this.#options.logger.debug({ device, address: remoteAddress(session.connection) }, 'hello');
    if (peer.sessions.size > 1) this.#settleLater(peer);
    this.#options.onChange(device);
  }

  #dismissed(peer: Peer, session: HelloSession, reason: 'shutdown' | 'unlinked'): void {
    const device = peer.link.id;
    this.#options.logger.info({ device, reason }, 'the device said goodbye');
    void closeConnection(session.connection);
    if (reason === 'unlinked' && this.#peers.get(device) === peer) {
      peer.unlinked = true;
      this.#options.onUnlinked(device);
    }
  }

  #closed(peer: Peer, session: HelloSession): void {
    const { clock, onChange } = this.#options;
    peer.sessions.delete(session);
    if (peer.sessions.size === 0) {
      peer.hello = undefined;
      this.#backOff(peer, session);
    }
    if (session.ready || peer.lastSeenMs !== undefined) peer.lastSeenMs = clock.now();
    if (this.#peers.get(peer.link.id) === peer) onChange(peer.link.id);
    peer.wake?.();
  }

  /**
   * Once a connection has stood for a while the next dial comes at once. Who comes and goes all the time is called less often,
   * but never as seldom as somebody who does not answer: a daemon that was restarted a few times is wanted back soon. On a bad
   * line connections are cut although much went over them: then the wait stays shorter still.
   */
  #backOff(peer: Peer, { openedMs, connection }: HelloSession): void {
    const { clock, random, traffic } = this.#options;
    const now = clock.monotonic();
    if (traffic.carried(connection) >= netLimits.usefulBytesMin) {
      peer.flaps = Math.min(peer.flaps, netLimits.usefulAttemptMax);
    }
    if (now - openedMs >= netLimits.steadyMsMin) {
      peer.flaps = 0;
      peer.notBeforeMs = peer.lastDialMs + netLimits.redialMsMin;
      return;
    }
    peer.notBeforeMs = now + Math.min(netLimits.flapMsMax, backoffMs(peer.flaps++, redial, random()));
  }

  // -------------------------------------------------------------- two connections at once

  #settleLater(peer: Peer): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#settle(peer);
    }, netLimits.duplicateGraceMs);
    this.#timers.add(timer);
  }

  /** Closes what is not the preferred connection, once it has nothing under way. Both sides agree which one stays. */
  #settle(peer: Peer): void {
    const best = preferred(this.#options.self, peer);
    if (best === undefined) return;
    const now = this.#options.clock.monotonic();
    for (const session of peer.sessions) {
      if (session === best || !session.ready) continue;
      // Of two in the same direction only the side that dialled knows which is the newer: it closes.
      if (session.connection.direction === best.connection.direction && best.connection.direction === 'inbound')
        continue;
      this.#options.onRetire(session.connection);
      const busy = session.connection.streams.some(({ protocol }) => protocol === protocolIds.chunks);
      if (busy && now - session.openedMs < netLimits.duplicateBusyMsMax) {
        this.#settleLater(peer);
        continue;
      }
      this.#options.logger.debug({ device: peer.link.id }, 'one of two connections is closed');
      void closeConnection(session.connection);
    }
  }
}

/**
 * The connection to use, undefined when none is ready. Of several that gave a sign of life since the newest began: the one
 * dialled by the device with the smaller id, so that both sides choose alike; of those the newest.
 */
function preferred(self: DeviceId, peer: Peer): HelloSession | undefined {
  const ready = [...peer.sessions].filter((session) => session.ready && session.connection.status === 'open');
  if (ready.length < 2) return ready[0];
  const newestMs = Math.max(...ready.map(({ openedMs }) => openedMs));
  const alive = ready.filter(({ heardMs }) => heardMs >= newestMs);
  const direction = self < peer.link.id ? 'outbound' : 'inbound';
  const bySmaller = alive.filter(({ connection }) => connection.direction === direction);
  return (bySmaller.length > 0 ? bySmaller : alive).at(-1) ?? ready.at(-1);
}

/** Without the peer id. */
function remoteAddress(connection: Connection): string {
  return connection.remoteAddr.decapsulateCode(CODE_P2P).toString();
}

async function closeConnection(connection: Connection): Promise<void> {
  try {
    await connection.close({ signal: AbortSignal.timeout(netLimits.closeMsMax) });
  } catch {
    // The far side did not take its time to agree: cut it.
    connection.abort(new Error('the connection is closed'));
  }
}
