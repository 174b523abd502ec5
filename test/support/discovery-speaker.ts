/** A process with nothing but discovery in it: prints one JSON line for each device that it hears. Ends when stdin does. */
import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { silentLogger } from '../../src/base/log.ts';
import { isDeviceId } from '../../src/core/identifiers.ts';
import { Discovery } from '../../src/net/discovery/discovery.ts';
import { localInterfaces } from '../../src/net/discovery/interfaces.ts';

const self = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString();
if (!isDeviceId(self)) throw new Error('not an Ed25519 id');
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const discovery = new Discovery({
  self,
  logger: silentLogger,
  announced: () => localInterfaces().map(({ ip4 }) => multiaddr(`/ip4/${ip4}/tcp/4001/p2p/${self}`)),
  onDevice: ({ device, addresses }, isNew) => say({ heard: device, addresses, isNew, at: Date.now() }),
  monotonic: () => performance.now(),
});
discovery.start();
say({ self, at: Date.now() });
process.stdin.resume();
process.stdin.on('end', () => void discovery.stop());
