/** One attempt to reach one device: its addresses a little after one another, the first connection wins. */
import type { Connection } from '@libp2p/interface';
import { CODE_P2P, multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { withLinkedSignal, withTimeout, sleep } from '../base/abort.ts';
import { messageOf, Problem } from '../base/problem.ts';
import type { DeviceId } from '../core/identifiers.ts';
import { netLimits } from './net-limits.ts';
import type { Node } from './node.ts';

/**
 * Tries `addresses` in order, at most dialCandidatesMax, the next after dialStaggerMs or as soon as one fails. Connections
 * that come after the first are closed. Rejects with the signal's reason, or Problem PEER_UNREACHABLE when none answers.
 */
export function dialFirst(
  node: Node,
  device: DeviceId | undefined,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Connection> {
  return withLinkedSignal([signal], async (linked, abort) => {
    const failures: string[] = [];
    let winner: Connection | undefined;
    const attempts: Promise<void>[] = [];
    for (const address of addresses.slice(0, netLimits.dialCandidatesMax)) {
      const attempt = dialOne(node, device, address, linked).then(
        (connection) => {
          if (winner === undefined) {
            winner = connection;
            abort(new Error('another address answered first'));
          } else {
            connection.abort(new Error('another address answered first'));
          }
        },
        (error: unknown) => {
          failures.push(`${address}: ${messageOf(error)}`);
        },
      );
      attempts.push(attempt);
      await Promise.race([attempt, sleep(netLimits.dialStaggerMs, linked).catch(() => undefined)]);
      if (linked.aborted) break;
    }
    await Promise.all(attempts);
    if (winner !== undefined) return winner;
    signal.throwIfAborted();
    throw new Problem(
      'PEER_UNREACHABLE',
      `${device ?? 'the device'} cannot be reached (${failures.join('; ') || 'no address is known'}); check that it runs and is on this network`,
    );
  });
}

function dialOne(node: Node, device: DeviceId | undefined, address: string, signal: AbortSignal): Promise<Connection> {
  const late = new Error(`no answer within ${netLimits.dialMsMax} ms`);
  return withTimeout(netLimits.dialMsMax, late, signal, (linked) => node.dial(withPeer(address, device), linked));
}

/** The address with the id of the device that must answer there: Noise refuses any other. */
function withPeer(address: string, device: DeviceId | undefined): Multiaddr {
  const parsed = multiaddr(address);
  if (device === undefined) return parsed;
  return parsed.decapsulateCode(CODE_P2P).encapsulate(`/p2p/${device}`);
}
