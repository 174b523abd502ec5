/**
 * A process with nothing but discovery in it: prints one JSON line for each device that it hears. Ends when stdin does. With
 * the argument 'libp2p' it is the package @libp2p/mdns that speaks.
 */
import { generateKeyPair } from '@libp2p/crypto/keys';
import { mdns } from '@libp2p/mdns';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { silentLogger } from '../../src/base/log.ts';
import type { DeviceId } from '../../src/core/identifiers.ts';
import { Discovery } from '../../src/net/discovery/discovery.ts';
import { serviceTag } from '../../src/net/discovery/interface-mdns.ts';
import { localInterfaces } from '../../src/net/discovery/interfaces.ts';

const self = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString() as DeviceId;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const announced = (): Multiaddr[] => localInterfaces().map(({ ip4 }) => multiaddr(`/ip4/${ip4}/tcp/4001/p2p/${self}`));

function speakOurs(): () => void {
  const discovery = new Discovery({
    self,
    logger: silentLogger,
    announced,
    onDevice: ({ device, addresses }) => say({ heard: device, addresses, at: Date.now() }),
    monotonic: () => performance.now(),
  });
  discovery.start();
  return () => void discovery.stop();
}

function speakLibp2p(): () => void {
  const quiet = Object.assign(() => {}, { error: () => {}, trace: () => {}, newScope: () => quiet, enabled: false });
  const components = { logger: { forComponent: () => quiet }, addressManager: { getAddresses: announced } };
  const speaker = mdns({ serviceTag, interval: 500 })(components as unknown as Parameters<ReturnType<typeof mdns>>[0]);
  speaker.addEventListener('peer', ({ detail }) => {
    say({ heard: detail.id.toString(), addresses: detail.multiaddrs.map(String), at: Date.now() });
  });
  const startable = speaker as unknown as { start(): Promise<void>; stop(): Promise<void> };
  void startable.start();
  return () => void startable.stop();
}

const stop = process.argv[2] === 'libp2p' ? speakLibp2p() : speakOurs();
say({ self, at: Date.now() });
process.stdin.resume();
process.stdin.on('end', stop);
