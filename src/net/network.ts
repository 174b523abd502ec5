/**
 * The network as the daemon sees it: one libp2p node with its gate, discovery, connections and protocols. Everything below
 * is built here and nowhere else.
 */
import type { Connection, PrivateKey } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { messageOf, Problem } from '../base/problem.ts';
import { isDeviceId, type DeviceId, type FolderId } from '../core/identifiers.ts';
import { ByteBudget } from './byte-budget.ts';
import { Connections, type Link, type PeerInfo } from './connections.ts';
import { dialFirst } from './dialer.ts';
import { Discovery } from './discovery/discovery.ts';
import { watchInterfaces } from './discovery/interfaces.ts';
import type { DiscoveredDevice } from './discovery/seen-devices.ts';
import { FolderPeers } from './folder-peers.ts';
import type { ServerLookup } from './folder-types.ts';
import { deviceOf, Gate } from './gate.ts';
import { netLimits } from './net-limits.ts';
import { createNode, startNode, type Node } from './node.ts';
import { ChunkStreams } from './protocols/chunks/chunk-streams.ts';
import { serveChunks } from './protocols/chunks/serve-chunks.ts';
import type { Hello } from './protocols/hello/hello-session.ts';
import { serveIndex } from './protocols/index/serve-index.ts';
import { pairingChannel, type PairingChannel } from './protocols/pairing/pairing-stream.ts';
import { endStream, handleProtocol, openStream, protocolIds, type IncomingStream } from './protocols/streams.ts';
import { RateLimiter } from './rate-limiter.ts';
import { Traffic } from './traffic.ts';

export interface NetworkOptions {
  readonly privateKey: PrivateKey;
  /** Multiaddrs; none: any port on every interface. */
  readonly listen: readonly string[];
  readonly mdns: boolean;
  readonly logger: Logger;
  readonly deviceName: string;
  readonly clientVersion: string;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A folder that a linked device shares with this one, and this one not with it. */
export interface FolderOffer {
  readonly folder: FolderId;
  readonly label: string;
  readonly device: DeviceId;
}

export interface PairingConnection extends AsyncDisposable {
  readonly channel: PairingChannel;
  /** Whom the connection proved to be at the other end. */
  readonly remote: DeviceId;
  /** Lets what was sent arrive, then ends the stream, and the connection too unless the device is linked by now. */
  close(): Promise<void>;
}

/** Answers one run of the pairing protocol that another device opened. The stream is closed when it settles. */
export type PairingHandler = (channel: PairingChannel, remote: DeviceId, signal: AbortSignal) => Promise<void>;

interface Share {
  label: string;
  devices: ReadonlySet<DeviceId>;
}

/** Builds the node; `start` makes it listen. Problems: LISTEN_ADDRESS_INVALID. */
export async function createNetwork(options: NetworkOptions): Promise<Network> {
  const traffic = new Traffic();
  const gate = new Gate({ traffic, logger: options.logger });
  const node = await createNode({ privateKey: options.privateKey, listen: options.listen, gater: gate.gater });
  return new Network(options, node, gate, traffic);
}

export class Network {
  readonly self: DeviceId;
  readonly #logger: Logger;
  readonly #clientVersion: string;
  #deviceName: string;
  readonly #node: Node;
  readonly #gate: Gate;
  readonly #connections: Connections;
  readonly #discovery: Discovery | undefined;
  readonly #up: RateLimiter;
  readonly #down: RateLimiter;
  readonly #chunkStreams: ChunkStreams;
  readonly #budgets = new Map<DeviceId, ByteBudget>();
  readonly #folders = new Map<FolderId, FolderPeers>();
  readonly #shares = new Map<FolderId, Share>();
  readonly #changeListeners = new Set<() => void>();
  readonly #unlinkedListeners = new Set<(device: DeviceId) => void>();
  readonly #discoveryListeners = new Set<() => void>();
  #pairingHandler: PairingHandler | undefined;
  #endPairing: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: NetworkOptions, node: Node, gate: Gate, traffic: Traffic) {
    const { logger, clock = systemClock, random = Math.random } = options;
    const self = peerIdFromPrivateKey(options.privateKey).toString();
    if (!isDeviceId(self)) throw new Error(`not an Ed25519 key: ${self}`);
    this.self = self;
    this.#logger = logger;
    this.#clientVersion = options.clientVersion;
    this.#deviceName = options.deviceName;
    this.#node = node;
    this.#gate = gate;
    const monotonic = (): number => clock.monotonic();
    this.#up = new RateLimiter(monotonic);
    this.#down = new RateLimiter(monotonic);
    this.#chunkStreams = new ChunkStreams(this.#down);
    this.#discovery = options.mdns
      ? new Discovery({
          self,
          logger,
          monotonic,
          announced: () => node.listening().map((address) => address.encapsulate(`/p2p/${self}`)),
          onDevice: ({ device }, isNew) => {
            this.#connections.heard(device, isNew);
            if (isNew) for (const listener of this.#discoveryListeners) listener();
          },
        })
      : undefined;
    this.#connections = new Connections({
      node,
      self,
      gate,
      traffic,
      logger,
      clock,
      random,
      describe: (device) => this.#describe(device),
      discovered: (device) => this.#discovery?.addresses(device) ?? [],
      onChange: () => this.#changed(),
      onRetire: (connection) => this.#chunkStreams.retire(connection),
      onUnlinked: (device) => {
        for (const listener of this.#unlinkedListeners) listener(device);
      },
    });
  }

  /** Problems: PORT_IN_USE, LISTEN_FAILED. */
  async start(): Promise<void> {
    await this.#handleProtocols();
    await startNode(this.#node);
    this.#discovery?.start();
    let first = true;
    this.#unwatch = watchInterfaces(() => {
      if (!first) this.#connections.reconsider();
      first = false;
    });
    this.#logger.info({ device: this.self, addresses: this.addresses() }, 'listening');
  }

  /** Says goodbye, closes everything. Safe to call at any time and again. */
  async stop(): Promise<void> {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.setPairing(false);
    await this.#discovery?.stop();
    await this.#connections.stop();
    this.#gate.setPairingOpen(false);
    this.#gate.setLinked([]);
    await this.#node.libp2p.stop();
  }

  /** Where this device listens now, with its id: what another device can be told to dial. */
  addresses(): string[] {
    return this.#node.listening().map((address) => `${address.toString()}/p2p/${this.self}`);
  }

  setDeviceName(name: string): void {
    if (name === this.#deviceName) return;
    this.#deviceName = name;
    this.#connections.announce(undefined);
  }

  // -------------------------------------------------------------- devices

  /** The linked devices from now on. Connections of a device that is no longer among them are closed at once. */
  setLinks(links: readonly Link[]): void {
    this.#gate.setLinked(links.map(({ id }) => id));
    this.#connections.setLinks(links);
    const linked = new Set(links.map(({ id }) => id));
    for (const device of this.#budgets.keys()) if (!linked.has(device)) this.#budgets.delete(device);
    this.#changed();
  }

  /** Tells the device that it is unlinked, then cuts it off. The daemon drops it from its links as well. */
  async unlink(device: DeviceId): Promise<void> {
    await this.#connections.unlink(device);
    this.#gate.unlink(device);
    this.#changed();
  }

  peers(): PeerInfo[] {
    return this.#connections.infos();
  }

  /** Calls back after anything that peers(), offers() or a folder's connected() tell may have changed. */
  onChange(callback: () => void): () => void {
    this.#changeListeners.add(callback);
    return () => this.#changeListeners.delete(callback);
  }

  /** A device said that it unlinked this one. */
  onUnlinked(callback: (device: DeviceId) => void): () => void {
    this.#unlinkedListeners.add(callback);
    return () => this.#unlinkedListeners.delete(callback);
  }

  // -------------------------------------------------------------- folders

  /** Shares a folder with these devices, and no others, from now on. */
  setShares(folder: FolderId, label: string, devices: readonly DeviceId[]): void {
    const before = this.#shares.get(folder);
    const share: Share = { label, devices: new Set(devices) };
    this.#shares.set(folder, share);
    this.folder(folder).setDevices(devices);
    for (const device of new Set([...(before?.devices ?? []), ...devices])) {
      const same = before?.label === label && before.devices.has(device) === share.devices.has(device);
      if (!same) this.#connections.announce(device);
    }
    this.#changed();
  }

  removeShares(folder: FolderId): void {
    const before = this.#shares.get(folder);
    if (before === undefined) return;
    this.#shares.delete(folder);
    this.folder(folder).setDevices([]);
    for (const device of before.devices) this.#connections.announce(device);
    this.#changed();
  }

  /** The same object for the same folder, whether or not it is shared. */
  folder(id: FolderId): FolderPeers {
    let peers = this.#folders.get(id);
    if (peers === undefined) {
      peers = new FolderPeers({ folder: id, connections: this.#connections, chunkStreams: this.#chunkStreams });
      this.#folders.set(id, peers);
    }
    return peers;
  }

  /** What linked, connected devices share with this one, and this one not with them. */
  offers(): FolderOffer[] {
    return this.#connections.infos().flatMap(({ id: device }) =>
      this.#connections
        .offered(device)
        .filter(({ id }) => this.#shares.get(id)?.devices.has(device) !== true)
        .map(({ id, label }) => ({ folder: id, label, device })),
    );
  }

  /** Bytes of content per second, all devices together; undefined: no limit. */
  setLimits(limits: { readonly up: number | undefined; readonly down: number | undefined }): void {
    this.#up.set(limits.up);
    this.#down.set(limits.down);
  }

  // -------------------------------------------------------------- pairing

  /** Devices heard on the LAN in the last minute, linked or not, last heard first. */
  discovered(): DiscoveredDevice[] {
    return this.#discovery?.list() ?? [];
  }

  /** Resolves when discovery hears of a device or an address that it did not know. */
  nextDiscovery(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const unlink = (): void => {
        this.#discoveryListeners.delete(onDiscovery);
        signal.removeEventListener('abort', onAbort);
      };
      const onDiscovery = (): void => {
        unlink();
        resolve();
      };
      const onAbort = (): void => {
        unlink();
        reject(signal.reason);
      };
      this.#discoveryListeners.add(onDiscovery);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** True while a code that was given here can be used: devices that are not linked may open the pairing protocol. */
  setPairingOpen(open: boolean): void {
    this.#gate.setPairingOpen(open);
  }

  /** True while a code that was typed here is being tried: discovery asks every second. */
  setPairing(active: boolean): void {
    if (active === (this.#endPairing !== undefined)) return;
    this.#discovery?.setEager(active);
    if (active) {
      this.#endPairing = this.#gate.beginOutboundPairing();
    } else {
      this.#endPairing?.();
      this.#endPairing = undefined;
    }
  }

  /** Who answers other devices' pairing runs. */
  onPairing(handler: PairingHandler): void {
    this.#pairingHandler = handler;
  }

  /**
   * Opens the pairing protocol with a device that discovery knows, or with whoever answers at a multiaddr. Rejects with the
   * signal's reason, Problem PEER_UNREACHABLE or ADDRESS_INVALID, or when the other side does not do pairing now.
   */
  async openPairing(place: DeviceId | string, signal: AbortSignal): Promise<PairingConnection> {
    const endOutbound = this.#gate.beginOutboundPairing();
    try {
      const connection = await this.#reach(place, signal);
      const remote = deviceOf(connection.remotePeer);
      if (remote === undefined) throw new Error('the device has a key of another type');
      const endSession = this.#gate.beginSession(remote);
      const leave = (): void => {
        endSession();
        if (!this.#gate.isLinked(remote)) this.#gate.dismiss(remote);
      };
      try {
        const stream = await openStream(connection, protocolIds.pairing, signal);
        let closed = false;
        const close = async (): Promise<void> => {
          if (closed) return;
          closed = true;
          await endStream(stream);
          leave();
        };
        return { channel: pairingChannel(stream, signal), remote, close, [Symbol.asyncDispose]: close };
      } catch (error) {
        leave();
        throw error;
      }
    } finally {
      endOutbound();
    }
  }

  async #reach(place: DeviceId | string, signal: AbortSignal): Promise<Connection> {
    if (!isDeviceId(place)) {
      const device = deviceIn(place);
      const open = device === undefined ? undefined : this.#openConnection(device);
      return open ?? dialFirst(this.#node, device, [place], signal);
    }
    return this.#openConnection(place) ?? dialFirst(this.#node, place, this.#discovery?.addresses(place) ?? [], signal);
  }

  #openConnection(device: DeviceId): Connection | undefined {
    return this.#node.libp2p
      .getConnections()
      .find(({ remotePeer, status }) => status === 'open' && deviceOf(remotePeer) === device);
  }

  // -------------------------------------------------------------- protocols

  async #handleProtocols(): Promise<void> {
    const { libp2p } = this.#node;
    const logger = this.#logger;
    const linkedOnly = { logger, admits: (device: DeviceId) => this.#gate.isLinked(device) };
    const lookup = (device: DeviceId, folder: FolderId): ServerLookup =>
      this.#folders.get(folder)?.lookup(device) ?? 'unknown-folder';
    await handleProtocol(libp2p, protocolIds.index, linkedOnly, (incoming) => serveIndex(incoming, lookup));
    await handleProtocol(libp2p, protocolIds.chunks, linkedOnly, (incoming) =>
      serveChunks(incoming, { lookup, budget: this.#budget(incoming.device), limiter: this.#up }),
    );
    const pairing = {
      logger,
      admits: () => this.#gate.pairingOpen && this.#pairingHandler !== undefined,
      streamsMax: 2,
    };
    await handleProtocol(libp2p, protocolIds.pairing, pairing, (incoming) => this.#answerPairing(incoming));
  }

  async #answerPairing({ stream, device, signal }: IncomingStream): Promise<void> {
    const endSession = this.#gate.beginSession(device);
    try {
      await this.#pairingHandler?.(pairingChannel(stream, signal), device, signal);
      await endStream(stream);
    } catch (error) {
      this.#logger.info({ device, error: messageOf(error) }, 'a device did not link');
      // What was said last ('wrong code') is to arrive.
      await endStream(stream);
    } finally {
      endSession();
      if (!this.#gate.isLinked(device)) setTimeout(() => this.#dismiss(device), netLimits.closeMsMax).unref();
    }
  }

  #dismiss(device: DeviceId): void {
    if (!this.#gate.isLinked(device)) this.#gate.dismiss(device);
  }

  #budget(device: DeviceId): ByteBudget {
    let budget = this.#budgets.get(device);
    if (budget === undefined) {
      budget = new ByteBudget(netLimits.servingBytesMax);
      this.#budgets.set(device, budget);
    }
    return budget;
  }

  #describe(device: DeviceId): Hello {
    const folders = [...this.#shares]
      .filter(([, { devices }]) => devices.has(device))
      .map(([id, { label }]) => ({ id, label }));
    return { type: 'hello', deviceName: this.#deviceName, clientVersion: this.#clientVersion, folders };
  }

  #changed(): void {
    for (const folder of this.#folders.values()) folder.notify();
    for (const listener of this.#changeListeners) listener();
  }
}

/** The device named in an address, if one is. Problem ADDRESS_INVALID for what is no multiaddr. */
function deviceIn(address: string): DeviceId | undefined {
  try {
    const named = multiaddr(address)
      .getComponents()
      .findLast(({ name }) => name === 'p2p')?.value;
    return named !== undefined && isDeviceId(named) ? named : undefined;
  } catch (error) {
    throw new Problem('ADDRESS_INVALID', `${address} is not an address; write it like /ip4/192.168.1.5/tcp/22022`, {
      cause: error,
    });
  }
}
