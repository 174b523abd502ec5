/**
 * Finding devices on the LAN: one mDNS responder per IPv4 interface address, started and stopped as interfaces come and go.
 * What it hears are hints: connections.ts dials linked devices there, and Noise proves who answers.
 */
import { randomBytes } from 'node:crypto';
import type { Multiaddr } from '@multiformats/multiaddr';
import type { Logger } from '../../base/log.ts';
import { isDeviceId, type DeviceId } from '../../core/identifiers.ts';
import { netLimits } from '../net-limits.ts';
import { InterfaceMdns, type AnnouncedPeer } from './interface-mdns.ts';
import { watchInterfaces, type LocalInterface } from './interfaces.ts';
import { SeenDevices, type DiscoveredDevice } from './seen-devices.ts';

export interface DiscoveryOptions {
  readonly self: DeviceId;
  readonly logger: Logger;
  /** Addresses at which this device listens now, with its peer id. */
  readonly announced: () => Multiaddr[];
  /** A device was heard. `isNew`: it, or an address of it, was not known. */
  readonly onDevice: (found: DiscoveredDevice, isNew: boolean) => void;
  readonly monotonic: () => number;
}

export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #peerName = randomBytes(16).toString('hex');
  readonly #responders = new Map<string, InterfaceMdns>();
  readonly #seen: SeenDevices;
  #interfaces: readonly LocalInterface[] = [];
  #unwatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#seen = new SeenDevices(options.monotonic);
  }

  start(): void {
    if (this.#unwatch !== undefined) return;
    this.#unwatch = watchInterfaces((interfaces) => {
      this.#interfaces = interfaces;
      this.#follow();
    });
    this.setEager(false);
  }

  async stop(): Promise<void> {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    const responders = [...this.#responders.values()];
    this.#responders.clear();
    await Promise.all(responders.map((responder) => responder.close()));
  }

  /** Asks at once and, while `eager`, every second instead of every ten: somebody waits for a device to appear. */
  setEager(eager: boolean): void {
    if (this.#unwatch === undefined) return;
    clearInterval(this.#timer);
    const everyMs = eager ? netLimits.mdnsPairingQueryEveryMs : netLimits.mdnsQueryEveryMs;
    this.#timer = setInterval(() => this.#query(), everyMs);
    if (eager) this.#query();
  }

  /** Multiaddrs heard for a device, without its id, last heard first. */
  addresses(device: DeviceId): readonly string[] {
    return this.#seen.addresses(device);
  }

  /** All devices heard in the last minute, linked or not. */
  list(): DiscoveredDevice[] {
    return this.#seen.list();
  }

  #query(): void {
    for (const responder of this.#responders.values()) responder.query();
  }

  #follow(): void {
    const { logger } = this.#options;
    const wanted = new Map(this.#interfaces.map((found) => [found.key, found]));
    for (const [key, responder] of this.#responders) {
      if (wanted.has(key)) continue;
      this.#responders.delete(key);
      logger.debug({ interface: key }, 'no longer looking for devices on this interface');
      void responder.close();
    }
    for (const [key, on] of wanted) {
      if (!this.#responders.has(key)) this.#begin(key, on);
    }
  }

  #begin(key: string, on: LocalInterface): void {
    const { logger, announced } = this.#options;
    const responder = new InterfaceMdns({
      on,
      peerName: this.#peerName,
      logger,
      announced,
      onPeer: (peer) => this.#heard(peer),
      onBroken: (error) => {
        if (this.#responders.get(key) !== responder) return;
        this.#responders.delete(key);
        logger.warn(
          { interface: on.name, address: on.ip4, error: error.message },
          'cannot look for devices on this interface; trying again',
        );
        void responder.close();
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#follow(), netLimits.mdnsQueryEveryMs);
      },
    });
    this.#responders.set(key, responder);
    logger.debug({ interface: on.name, address: on.ip4 }, 'looking for devices on this interface');
  }

  #heard({ peer: device, addresses: multiaddrs }: AnnouncedPeer): void {
    if (!isDeviceId(device) || device === this.#options.self) return;
    const addresses = multiaddrs.filter(isTcp).map((address) => address.toString());
    if (addresses.length === 0) return;
    const isNew = this.#seen.add(device, addresses);
    this.#options.onDevice({ device, addresses: this.#seen.addresses(device) }, isNew);
  }
}

/** IP addresses only: a name would make this machine ask a name server for whatever a stranger says. */
function isTcp(address: Multiaddr): boolean {
  const names = address.getComponents().map(({ name }) => name);
  return (names[0] === 'ip4' || names[0] === 'ip6') && names[1] === 'tcp' && names.length === 2;
}
