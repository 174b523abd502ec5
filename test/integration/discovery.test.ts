/**
 * Discovery between network namespaces: real interfaces, real multicast, no default route unless a test adds one. Needs root
 * and iproute2; skipped otherwise.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const speakerPath = new URL('../support/discovery-speaker.ts', import.meta.url).pathname;
/** Unique on this machine; interface names have at most 15 characters. */
const prefix = `p2n${process.pid % 100_000}`;
const foundMsMax = 2000;

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs root on Linux';
  try {
    ip('netns', 'add', `${prefix}probe`);
    ip('netns', 'del', `${prefix}probe`);
    return undefined;
  } catch (error) {
    return `it needs network namespaces: ${String(error)}`;
  }
}

interface Speaker {
  readonly self: string;
  /** Milliseconds on the wall clock when the last interfaces were set up, or it was ready. */
  readonly readyAt: number;
  /** When `device` was first heard at an address that begins with `address`, after `since`. */
  heard(device: string, address: string, since?: number): Promise<number>;
  everHeard(device: string): boolean;
}

const namespaces = new Set<string>();
const children = new Set<ChildProcess>();
let count = 0;

/** A namespace with loopback up. All of them and what is in them go away after each test. */
function host(name: string): string {
  const namespace = `${prefix}${name}`;
  ip('netns', 'add', namespace);
  namespaces.add(namespace);
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  return namespace;
}

/** A bridge in a namespace of its own: a bare switch. */
function lan(name: string): string {
  const namespace = host(name);
  ip('-n', namespace, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0');
  ip('-n', namespace, 'link', 'set', 'br0', 'up');
  return namespace;
}

/** Plugs a host into a switch. */
function plug(namespace: string, into: string, nic: string, address: string): void {
  const port = `${prefix}v${count++}`;
  ip('link', 'add', port, 'type', 'veth', 'peer', 'name', `${port}x`);
  ip('link', 'set', port, 'netns', into);
  ip('link', 'set', `${port}x`, 'netns', namespace);
  ip('-n', into, 'link', 'set', port, 'master', 'br0', 'up');
  ip('-n', namespace, 'link', 'set', `${port}x`, 'name', nic);
  ip('-n', namespace, 'addr', 'add', address, 'dev', nic);
  ip('-n', namespace, 'link', 'set', nic, 'up');
}

function unplug(namespace: string, nic: string): void {
  ip('-n', namespace, 'link', 'del', nic);
}

async function speak(namespace: string, ...args: string[]): Promise<Speaker> {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '--import', 'tsx', speakerPath, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.add(child);
  const lines: { heard: string; addresses: string[]; at: number }[] = [];
  let wake: (() => void) | undefined;
  const first = await new Promise<{ self: string; at: number }>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the speaker ended')));
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as { self?: string; heard: string; addresses: string[]; at: number };
      if (said.self !== undefined) resolve({ self: said.self, at: said.at });
      else lines.push(said);
      wake?.();
    });
  });
  return {
    self: first.self,
    readyAt: first.at,
    heard: async (device, address, since = 0) => {
      for (;;) {
        const found = lines.find(
          (line) =>
            line.heard === device && line.at >= since && (line.addresses[0] ?? '').startsWith(`/ip4/${address}`),
        );
        if (found !== undefined) return found.at;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    everHeard: (device) => lines.some((line) => line.heard === device),
  };
}

function within(ms: number, what: string): void {
  console.log(`        ${what}: ${ms} ms`);
  assert.ok(ms <= foundMsMax, `${what} took ${ms} ms`);
}

describe('discovery between network namespaces', function () {
  this.timeout(30_000);

  before(function () {
    const reason = whyNot();
    if (reason === undefined) return;
    console.log(`      skipped: ${reason}`);
    this.skip();
  });

  afterEach(async () => {
    await Promise.all(
      [...children].map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.stdin?.end();
          }),
      ),
    );
    children.clear();
    for (const namespace of namespaces) ip('netns', 'del', namespace);
    namespaces.clear();
  });

  for (const route of [true, false]) {
    it(`two devices on one LAN, ${route ? 'with a default route' : 'on a bare switch without any route beyond'}`, async () => {
      const [a, b, net] = [host('a'), host('b'), lan('l')];
      plug(a, net, 'eth0', '10.77.1.1/24');
      plug(b, net, 'eth0', '10.77.1.2/24');
      if (route) for (const one of [a, b]) ip('-n', one, 'route', 'add', 'default', 'via', '10.77.1.254');
      const first = await speak(a);
      const second = await speak(b);
      within((await second.heard(first.self, '10.77.1.1')) - second.readyAt, 'the joiner heard the other');
      within((await first.heard(second.self, '10.77.1.2')) - second.readyAt, 'the other heard the joiner');
    });
  }

  it('two devices on one machine without any network', async () => {
    const only = host('a');
    const first = await speak(only);
    const second = await speak(only);
    within((await second.heard(first.self, '127.0.0.1')) - second.readyAt, 'heard over loopback');
    await first.heard(second.self, '127.0.0.1');
  });

  it('an interface that comes later, goes, and comes back', async () => {
    const [a, b, net] = [host('a'), host('b'), lan('l')];
    plug(b, net, 'eth0', '10.77.1.2/24');
    const first = await speak(a);
    const second = await speak(b);
    for (const round of ['plugged in', 'plugged in again', 'plugged in with another address']) {
      const address = round.endsWith('address') ? '10.77.1.9' : '10.77.1.1';
      const at = Date.now();
      plug(a, net, 'eth0', `${address}/24`);
      within((await second.heard(first.self, address, at)) - at, `${round}: heard by the other`);
      within((await first.heard(second.self, '10.77.1.2', at)) - at, `${round}: the other heard`);
      unplug(a, 'eth0');
    }
  });

  it('a device on two LANs is found on both, each with the address that leads there', async () => {
    const [a, b, c, net1, net2] = [host('a'), host('b'), host('c'), lan('l'), lan('m')];
    plug(a, net1, 'eth0', '10.77.1.1/24');
    plug(a, net2, 'eth1', '10.77.2.1/24');
    plug(b, net1, 'eth0', '10.77.1.2/24');
    plug(c, net2, 'eth0', '10.77.2.2/24');
    const middle = await speak(a);
    const left = await speak(b);
    const right = await speak(c);
    within((await left.heard(middle.self, '10.77.1.1')) - left.readyAt, 'heard on the first');
    within((await right.heard(middle.self, '10.77.2.1')) - right.readyAt, 'heard on the second');
    await middle.heard(left.self, '10.77.1.2');
    await middle.heard(right.self, '10.77.2.2');
    assert.ok(!left.everHeard(right.self) && !right.everHeard(left.self));
  });

  it('understands @libp2p/mdns, and is understood by it', async () => {
    const [a, b, net] = [host('a'), host('b'), lan('l')];
    plug(a, net, 'eth0', '10.77.1.1/24');
    plug(b, net, 'eth0', '10.77.1.2/24');
    // Without a route the package is mute: that is why we do not use it.
    for (const one of [a, b]) ip('-n', one, 'route', 'add', 'default', 'via', '10.77.1.254');
    const ours = await speak(a);
    const theirs = await speak(b, 'libp2p');
    await theirs.heard(ours.self, '10.77.1.1');
    await ours.heard(theirs.self, '10.77.1.2');
  });
});
