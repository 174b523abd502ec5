/**
 * mDNS on one interface, in libp2p's format (libp2p specs, discovery/mdns.md), so it understands @libp2p/mdns and the other
 * way round. That package itself has one socket for the whole machine, takes no options for it, and leaves it to the routing
 * table where queries go, which on a LAN without a default route is nowhere. Here each socket joins the group and sends on
 * the interface it is for, and announces the addresses of that interface alone.
 */
import { CODE_P2P, multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import multicastDNS from 'multicast-dns';
import type { Logger } from '../../base/log.ts';
import { messageOf } from '../../base/problem.ts';
import { netLimits } from '../net-limits.ts';
import type { LocalInterface } from './interfaces.ts';

/** Not libp2p's own tag: other programs' nodes are of no use to us, nor we to them. */
export const serviceTag = '_p2psync._udp.local';
const group = '224.0.0.251';
const port = 5353;
const ttlSeconds = 120;
/** RFC 6763, section 6.1. */
const txtBytesMax = 255;
const txtPrefix = 'dnsaddr=';

export interface InterfaceMdnsOptions {
  readonly on: LocalInterface;
  /** The same for all interfaces of this process, so that it knows its own answers. At most 63 bytes (a DNS label). */
  readonly peerName: string;
  readonly logger: Logger;
  /** Addresses at which this device listens now, with its peer id. */
  readonly announced: () => Multiaddr[];
  readonly onPeer: (peer: AnnouncedPeer) => void;
  /** The socket is of no more use. */
  readonly onBroken: (error: Error) => void;
}

/** What one answer says: not verified in any way. */
export interface AnnouncedPeer {
  /** The text behind /p2p/. */
  readonly peer: string;
  /** Without the peer id. */
  readonly addresses: readonly Multiaddr[];
}

type Mdns = multicastDNS.MulticastDNS;
type ResponsePacket = multicastDNS.ResponsePacket;

/** Listens from the start; `close` ends it. */
export class InterfaceMdns {
  readonly #options: InterfaceMdnsOptions;
  readonly #mdns: Mdns;
  #announceTimer: NodeJS.Timeout | undefined;
  #announceAgain = false;

  constructor(options: InterfaceMdnsOptions) {
    this.#options = options;
    const mdns = multicastDNS({
      port,
      ip: group,
      interface: options.on.ip4,
      // Multicast does not reach a socket that is bound to the interface's own address.
      bind: '0.0.0.0',
    });
    this.#mdns = mdns;
    mdns.on('query', ({ questions }) => {
      if (questions?.some(({ name }) => name === serviceTag) === true) this.announce();
    });
    mdns.on('response', (packet) => this.#hear(packet));
    mdns.on('warning', this.#warn);
    mdns.on('error', (error: Error) => options.onBroken(error));
    mdns.on('ready', () => {
      this.query();
      this.announce();
    });
  }

  close(): Promise<void> {
    clearTimeout(this.#announceTimer);
    this.#announceTimer = undefined;
    this.#mdns.removeAllListeners();
    this.#mdns.on('error', this.#warn);
    return new Promise((resolve) => this.#mdns.destroy(() => resolve()));
  }

  /** Asks everyone on this interface who is there. */
  query(): void {
    this.#mdns.query({ questions: [{ name: serviceTag, type: 'PTR' }] }, this.#warn);
  }

  /**
   * Says, asked or unasked (RFC 6762, section 8.3), that this device is here: at once, but what is asked soon after is
   * answered together. Every socket of the machine hears every query, so on a machine with many interfaces answers would
   * multiply.
   */
  announce(): void {
    if (this.#announceTimer !== undefined) {
      this.#announceAgain = true;
      return;
    }
    this.#respond();
    this.#announceTimer = setTimeout(() => {
      this.#announceTimer = undefined;
      if (!this.#announceAgain) return;
      this.#announceAgain = false;
      this.announce();
    }, netLimits.mdnsAnswerEveryMs);
  }

  #respond(): void {
    const { on, peerName, announced } = this.#options;
    const ours = new Set(on.addresses);
    const name = `${peerName}.${serviceTag}`;
    const texts = announced()
      .filter((address) => ours.has(address.getComponents()[0]?.value ?? ''))
      .map((address) => `${txtPrefix}${address.toString()}`)
      .filter((text) => text.length <= txtBytesMax)
      .slice(0, netLimits.mdnsAddressesMax);
    if (texts.length === 0) return;
    const answer = { class: 'IN', ttl: ttlSeconds } as const;
    this.#mdns.respond(
      [
        { ...answer, name: serviceTag, type: 'PTR', data: name },
        ...texts.map((data) => ({ ...answer, name, type: 'TXT', data }) as const),
      ],
      this.#warn,
    );
  }

  #hear(packet: ResponsePacket): void {
    let peer: AnnouncedPeer | undefined;
    try {
      peer = parseAnswer(packet, this.#options.peerName);
    } catch (error) {
      this.#warn(error);
    }
    if (peer !== undefined) this.#options.onPeer(peer);
  }

  /** Garbage from the network, or an interface that has just gone: the interface poll will tell. */
  readonly #warn = (error?: unknown): void => {
    if (error == null) return;
    this.#options.logger.debug({ interface: this.#options.on.name, error: messageOf(error) }, 'mDNS');
  };
}

/** Undefined for other services' answers and our own. Throws for addresses that are none. */
function parseAnswer(packet: ResponsePacket, ownName: string): AnnouncedPeer | undefined {
  const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])];
  const isOther = records.some(
    (record) => record.type === 'PTR' && record.name === serviceTag && !record.data.startsWith(ownName),
  );
  if (!isOther) return undefined;
  let peer: string | undefined;
  const addresses: Multiaddr[] = [];
  for (const record of records) {
    if (record.type !== 'TXT' || !record.name.endsWith(serviceTag)) continue;
    for (const data of Array.isArray(record.data) ? record.data : [record.data]) {
      const text = data.toString();
      if (!text.startsWith(txtPrefix) || addresses.length >= netLimits.addressesPerDeviceMax) continue;
      const address = multiaddr(text.slice(txtPrefix.length));
      const named = address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value;
      peer ??= named;
      // One answer speaks for one device.
      if (named !== undefined && named === peer) addresses.push(address.decapsulateCode(CODE_P2P));
    }
  }
  return peer === undefined ? undefined : { peer, addresses };
}
