/**
 * The one fixed recipe for a libp2p node: TCP, Noise, yamux, and nothing that acts by itself (no identify, ping, DHT,
 * auto-dial or connection monitor). All dialling goes straight to the transport: connections.ts decides when and where, and
 * libp2p's dial queue would try one address after the other.
 */
import '../base/runtime.ts';
import { noise } from '@chainsafe/libp2p-noise';
import type { Connection, ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { networkInterfaces } from 'node:os';
import { messageOf, Problem } from '../base/problem.ts';
import { limits } from '../wire/limits.ts';
import { netLimits } from './net-limits.ts';

export interface NodeOptions {
  readonly privateKey: PrivateKey;
  /** Multiaddrs; none: any port on every interface. */
  readonly listen: readonly string[];
  readonly gater: ConnectionGater;
}

export interface Node {
  readonly libp2p: Libp2p;
  /** One address, once; the gate has its say. Rejects with the signal's reason or the transport's error. */
  dial(address: Multiaddr, signal: AbortSignal): Promise<Connection>;
  /** What is listened on now, interface by interface, without the peer id. */
  listening(): Multiaddr[];
}

/** What the node keeps of libp2p's components: a service factory is the documented way to reach them. */
interface Components {
  readonly transportManager: {
    dial(address: Multiaddr, options: { signal: AbortSignal }): Promise<Connection>;
    getAddrs(): Multiaddr[];
  };
}

/** Any port on every interface; IPv6 where the system has it. */
export function defaultListen(): string[] {
  const hasIp6 = Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));
  return hasIp6 ? ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0'] : ['/ip4/0.0.0.0/tcp/0'];
}

/** A node that is not started yet; `startNode` starts it. */
export async function createNode(options: NodeOptions): Promise<Node> {
  const listen = options.listen.length > 0 ? [...options.listen] : defaultListen();
  for (const address of listen) checkListenAddress(address);
  let components: Components | undefined;
  const libp2p = await createLibp2p({
    privateKey: options.privateKey,
    addresses: { listen },
    transports: [tcp({ inboundSocketInactivityTimeout: 120_000, outboundSocketInactivityTimeout: 120_000 })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ maxInboundStreams: 4 * limits.streamsPerProtocolMax, maxOutboundStreams: 1024 })],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false, ...options.gater },
    connectionManager: {
      maxConnections: netLimits.connectionsMax,
      maxIncomingPendingConnections: netLimits.pendingInboundMax,
      inboundConnectionThreshold: netLimits.inboundPerHostPerSecondMax,
      inboundUpgradeTimeout: netLimits.handshakeMsMax,
      connectionCloseTimeout: netLimits.closeMsMax,
      // Dials go past the connection manager; its own reconnects are for peers that are tagged, which none is.
      reconnectRetries: 0,
    },
    services: {
      reach: (given: unknown) => {
        components = given as Components;
        return {};
      },
    },
    start: false,
  });
  if (components === undefined) throw new Error('libp2p built no services');
  const { transportManager } = components;
  return {
    libp2p,
    dial: (address, signal) => transportManager.dial(address, { signal }),
    listening: () => transportManager.getAddrs(),
  };
}

/** Starts listening. Problems: PORT_IN_USE, LISTEN_FAILED, each naming the address. */
export async function startNode(node: Node): Promise<void> {
  try {
    await node.libp2p.start();
  } catch (error) {
    throw listenProblem(error);
  }
}

function checkListenAddress(address: string): void {
  try {
    const names = multiaddr(address)
      .getComponents()
      .map(({ name }) => name);
    if ((names[0] === 'ip4' || names[0] === 'ip6') && names[1] === 'tcp' && names.length === 2) return;
  } catch (error) {
    throw invalidListenAddress(address, error);
  }
  throw invalidListenAddress(address, undefined);
}

function invalidListenAddress(address: string, cause: unknown): Problem {
  return new Problem(
    'LISTEN_ADDRESS_INVALID',
    `cannot listen on ${address}: write it like /ip4/0.0.0.0/tcp/22022 or /ip6/::/tcp/22022`,
    { cause },
  );
}

/** libp2p puts all failures into one error with a text of several lines: 'ADDRESS: Error: listen CODE: …' is what it says of each. */
function listenProblem(error: unknown): unknown {
  const found = /^\s*(\/\S+): .*\b(E[A-Z]+)\b/m.exec(messageOf(error));
  const [, address, code] = found ?? [];
  if (address === undefined) return error;
  if (code === 'EADDRINUSE') {
    return new Problem(
      'PORT_IN_USE',
      `cannot listen on ${address}: another program uses that port; stop it or choose another with --listen`,
      { cause: error },
    );
  }
  return new Problem(
    'LISTEN_FAILED',
    `cannot listen on ${address} (${code}); choose an address of this machine and a port that you may use with --listen`,
    { cause: error },
  );
}
