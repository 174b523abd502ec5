/** The machine's network interfaces as discovery and routes need them, and a poll that tells when they change. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { netLimits } from '../net-limits.ts';

export interface LocalInterface {
  /** Changes whenever the interface is another one, or the same with another address. */
  readonly key: string;
  readonly name: string;
  readonly ip4: string;
  /** All addresses of the interface, IPv4 and global or unique local IPv6. */
  readonly addresses: readonly string[];
}

/** Every IPv4 address of every interface that is up, loopback included: two devices may share one machine. */
export function localInterfaces(): LocalInterface[] {
  const found: LocalInterface[] = [];
  for (const [name, list] of Object.entries(networkInterfaces())) {
    // Link-local IPv6 needs a zone, which means something on this machine alone.
    const addresses = (list ?? []).map(({ address }) => address).filter((address) => !/^fe80:/i.test(address));
    // An interface that is taken away and made anew has another index, which Node tells with link-local addresses.
    const index = list?.find((info) => info.family === 'IPv6' && info.scopeid !== 0);
    for (const info of list ?? []) {
      if (info.family !== 'IPv4') continue;
      const scope = index?.family === 'IPv6' ? index.scopeid : 0;
      found.push({ key: [name, info.cidr, info.mac, scope].join(' '), name, ip4: info.address, addresses });
    }
  }
  return found;
}

/** Calls back with the interfaces now and after each change, until the returned function is called. */
export function watchInterfaces(onChange: (interfaces: readonly LocalInterface[]) => void): () => void {
  let known = '';
  const look = (): void => {
    const interfaces = localInterfaces();
    const seen = interfaces
      .map(({ key, addresses }) => `${key} ${addresses.join(',')}`)
      .sort()
      .join('\n');
    if (seen === known) return;
    known = seen;
    onChange(interfaces);
  };
  look();
  const timer = setInterval(look, netLimits.interfacePollMs);
  return () => clearInterval(timer);
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
}
privateNetworks.addSubnet('fe80::', 10, 'ipv6');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addAddress('::1', 'ipv6');

/** True for addresses that are reached without leaving the local network: loopback, private, link-local, or in a subnet of ours. */
export function isLanAddress(address: string): boolean {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined) return false;
  if (privateNetworks.check(address, family)) return true;
  const own = new BlockList();
  for (const list of Object.values(networkInterfaces())) {
    for (const info of list ?? []) {
      const [network, prefix] = info.cidr?.split('/') ?? [];
      if (network === undefined || prefix === undefined) continue;
      own.addSubnet(network, Number(prefix), info.family === 'IPv4' ? 'ipv4' : 'ipv6');
    }
  }
  return own.check(address, family);
}
