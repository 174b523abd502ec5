/**
 * Bytes on the wire, counted by the kernel and alike for every system: all IP packets on loopback from or to the ports that the
 * daemons listen on (headers and acknowledgements included, API calls not). A table of our own in nftables; needs root.
 */
import { spawnSync } from 'node:child_process';
import { cleanUpAtExit } from '../cleanup.ts';

const timeoutMs = 10_000;
let tables = 0;

export interface WireCounter {
  /** So far; undefined: cannot be counted here. */
  bytes(): number | undefined;
  /** Safe to repeat. */
  close(): void;
}

function nft(args: readonly string[], input = ''): string | undefined {
  const { status, stdout } = spawnSync('nft', args, { encoding: 'utf8', timeout: timeoutMs, input });
  return status === 0 ? stdout : undefined;
}

export function countWire(ports: readonly number[]): WireCounter {
  const table = `p2psync_bench_${process.pid}_${++tables}`;
  const list = `{ ${ports.join(', ')} }`;
  // Every packet on loopback leaves exactly once. `accept`: one between two of these ports is not counted twice.
  const rules = `table inet ${table} {
  counter wire { }
  chain leaving {
    type filter hook output priority 0; policy accept;
    tcp sport ${list} counter name "wire" accept
    tcp dport ${list} counter name "wire" accept
  }
}`;
  let isOpen = ports.length > 0 && nft(['-f', '-'], rules) !== undefined;
  const close = (): void => {
    if (isOpen) nft(['delete', 'table', 'inet', table]);
    isOpen = false;
  };
  cleanUpAtExit(close);
  return {
    bytes: () => {
      if (!isOpen) return undefined;
      const bytes = /bytes (\d+)/.exec(nft(['list', 'counter', 'inet', table, 'wire']) ?? '')?.[1];
      return bytes === undefined ? undefined : Number(bytes);
    },
    close,
  };
}
