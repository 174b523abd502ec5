/**
 * Who may connect, and what for (I13). After Noise has proved who the other side is, only linked devices stay; a stranger
 * stays only while linking goes on here (a code is live, or this device links itself with another), one minute, a few at a
 * time, and may open the pairing protocol alone. Everybody else is cut off without a word.
 */
import type { Connection, ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface';
import type { Logger } from '../base/log.ts';
import { isDeviceId, type DeviceId } from '../core/identifiers.ts';
import { netLimits } from './net-limits.ts';
import type { Traffic } from './traffic.ts';

export interface GateOptions {
  readonly traffic: Traffic;
  readonly logger: Logger;
}

interface Stranger {
  readonly device: DeviceId;
  readonly timer: NodeJS.Timeout;
  /** Pairing runs on this connection. */
  sessions: number;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #linked = new Set<DeviceId>();
  /** Linked devices' connections, from the moment they passed. */
  readonly #admitted = new Map<DeviceId, Set<MultiaddrConnection>>();
  readonly #strangers = new Map<MultiaddrConnection, Stranger>();
  #pairingOpen = false;
  #outboundPairings = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** The hooks that libp2p calls. */
  readonly gater: ConnectionGater = {
    denyInboundEncryptedConnection: (peer, transport) => !this.#admit(peer, transport, this.#pairingOpen),
    denyOutboundEncryptedConnection: (peer, transport) => !this.#admit(peer, transport, this.#outboundPairings > 0),
  };

  isLinked(device: DeviceId): boolean {
    return this.#linked.has(device);
  }

  get pairingOpen(): boolean {
    return this.#pairingOpen;
  }

  /** The devices that may connect from now on. Connections of others are closed at once. */
  setLinked(devices: Iterable<DeviceId>): void {
    this.#linked.clear();
    for (const device of devices) this.#linked.add(device);
    for (const [device, transports] of this.#admitted) {
      if (this.#linked.has(device)) continue;
      this.#admitted.delete(device);
      for (const transport of transports) transport.abort(new Error('the device is no longer linked'));
    }
    for (const [transport, stranger] of this.#strangers) {
      if (!this.#linked.has(stranger.device)) continue;
      this.#forgetStranger(transport, stranger);
      this.#track(stranger.device, transport);
    }
  }

  /** One device may not connect any more; its connections are closed at once. */
  unlink(device: DeviceId): void {
    this.setLinked([...this.#linked].filter((linked) => linked !== device));
  }

  /** True while a code given here can be used. Closing lets runs that have begun end. */
  setPairingOpen(open: boolean): void {
    this.#pairingOpen = open;
    if (!open) this.#closeIdleStrangers();
  }

  /** Lets this device connect to strangers until the returned function is called. */
  beginOutboundPairing(): () => void {
    this.#outboundPairings++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#outboundPairings--;
    };
  }

  /** Keeps a stranger's connection through one pairing run, until the returned function is called. */
  beginSession(device: DeviceId): () => void {
    const held = [...this.#strangers.values()].filter((stranger) => stranger.device === device);
    for (const stranger of held) stranger.sessions++;
    return () => {
      for (const stranger of held) stranger.sessions--;
    };
  }

  /** Cuts off a stranger, unless it is linked by now or another run goes on. */
  dismiss(device: DeviceId): void {
    for (const [transport, stranger] of this.#strangers) {
      if (stranger.device !== device || stranger.sessions > 0) continue;
      transport.abort(new Error('linking is over'));
    }
  }

  /** For a connection that has just been set up: false when its device was unlinked in the meantime. */
  stillAdmits(connection: Connection): boolean {
    const device = deviceOf(connection.remotePeer);
    if (device === undefined) return false;
    if (this.#linked.has(device)) return true;
    for (const stranger of this.#strangers.values()) if (stranger.device === device) return true;
    return false;
  }

  #admit(peer: PeerId, transport: MultiaddrConnection, strangersWelcome: boolean): boolean {
    const device = deviceOf(peer);
    if (device === undefined) return false;
    if (this.#linked.has(device)) {
      if ((this.#admitted.get(device)?.size ?? 0) >= netLimits.connectionsPerDeviceMax) {
        this.#options.logger.warn({ device }, 'a device opened too many connections; one was refused');
        return false;
      }
      this.#track(device, transport);
      this.#options.traffic.track(device, transport);
      return true;
    }
    if (!strangersWelcome) {
      this.#options.logger.debug({ device }, 'a device that is not linked was cut off');
      return false;
    }
    if (this.#strangers.size >= netLimits.strangerConnectionsMax && !this.#evictIdleStranger()) {
      this.#options.logger.warn({ device }, 'too many devices try to link at once; one was cut off');
      return false;
    }
    const stranger: Stranger = {
      device,
      sessions: 0,
      timer: setTimeout(() => transport.abort(new Error('linking took too long')), netLimits.strangerMsMax),
    };
    this.#strangers.set(transport, stranger);
    transport.addEventListener('close', () => this.#forgetStranger(transport, stranger), { once: true });
    this.#options.traffic.track(device, transport);
    return true;
  }

  #track(device: DeviceId, transport: MultiaddrConnection): void {
    let transports = this.#admitted.get(device);
    if (transports === undefined) {
      transports = new Set();
      this.#admitted.set(device, transports);
    }
    const own = transports;
    own.add(transport);
    transport.addEventListener('close', () => own.delete(transport), { once: true });
  }

  #forgetStranger(transport: MultiaddrConnection, stranger: Stranger): void {
    clearTimeout(stranger.timer);
    this.#strangers.delete(transport);
    if (!this.#linked.has(stranger.device)) this.#options.traffic.forget(stranger.device);
  }

  /** The oldest stranger that is not linking gives way: eight silent ones must not keep the ninth, who has the code, out. */
  #evictIdleStranger(): boolean {
    for (const [transport, stranger] of this.#strangers) {
      if (stranger.sessions > 0 || transport.direction !== 'inbound') continue;
      this.#forgetStranger(transport, stranger);
      transport.abort(new Error('another device links'));
      return true;
    }
    return false;
  }

  #closeIdleStrangers(): void {
    for (const [transport, { sessions }] of this.#strangers) {
      if (sessions === 0 && transport.direction === 'inbound') transport.abort(new Error('linking is closed'));
    }
  }
}

/** Undefined for keys of another type than ours: such a device cannot be linked. */
export function deviceOf(peer: PeerId): DeviceId | undefined {
  const text = peer.toString();
  return isDeviceId(text) ? text : undefined;
}
