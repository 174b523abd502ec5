/** A LAN in a box: network namespaces joined by a bridge that lives in a namespace of its own. Needs root and iproute2. */
import { execFileSync } from 'node:child_process';

/** Why no LAN can be made here; undefined when it can. */
export function lanMissing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'add', `p2probe${process.pid}`], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'del', `p2probe${process.pid}`], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'iproute2 is not installed, or namespaces are not allowed here';
  }
}

export interface Lan {
  /** Namespace names, one a host. */
  readonly hosts: readonly string[];
  /** Address of each host, without prefix length. */
  readonly addresses: readonly string[];
  link(host: number, up: boolean): void;
  remove(): void;
}

/** `defaultRoute`: hosts get a default route to a gateway that answers nothing; without it only the LAN's own subnet is routed. */
export function createLan(count: number, options: { defaultRoute: boolean; tag: string }): Lan {
  const base = `p2${options.tag}${process.pid}`;
  const hub = `${base}hub`;
  const hosts = Array.from({ length: count }, (_, i) => `${base}h${i}`);
  const addresses = hosts.map((_, i) => `10.77.0.${i + 1}`);
  const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  ip('netns', 'add', hub);
  ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0');
  ip('-n', hub, 'link', 'set', 'br0', 'up');
  ip('-n', hub, 'addr', 'add', '10.77.0.254/24', 'dev', 'br0');
  hosts.forEach((host, i) => {
    ip('netns', 'add', host);
    ip('-n', host, 'link', 'set', 'lo', 'up');
    ip('-n', host, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', `v${i}`, 'netns', hub);
    ip('-n', hub, 'link', 'set', `v${i}`, 'master', 'br0', 'up');
    ip('-n', host, 'addr', 'add', `${addresses[i]}/24`, 'dev', 'eth0');
    ip('-n', host, 'link', 'set', 'eth0', 'up');
    if (options.defaultRoute) ip('-n', host, 'route', 'add', 'default', 'via', '10.77.0.254');
  });
  return {
    hosts,
    addresses,
    link: (host, up) => ip('-n', hosts[host] as string, 'link', 'set', 'eth0', up ? 'up' : 'down'),
    remove: () => {
      for (const name of [...hosts, hub]) {
        try {
          ip('netns', 'del', name);
        } catch {
          // Already gone.
        }
      }
    },
  };
}
