/**
 * A process that ends itself with SIGKILL right before it records what it did to the disk: argv[2] is where devices A and B are.
 *   node --import tsx killed-child.ts DIRECTORY
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

const directory = process.argv[2] as string;
const lan = new MemoryLan();
const [a, b] = ['A', 'B'].map((letter) => new SessionDevice(letter, directory, lan)) as [SessionDevice, SessionDevice];
for (let i = 0; i < 30; i++) writeFileSync(join(a.path, `file-${i}`), `first ${i}`);
await a.start();
await b.start();
await allEqual([a, b]);
const { commit } = b.store;
b.store.commit = async (changes, ended) => {
  if (ended !== undefined) process.kill(process.pid, 'SIGKILL');
  return commit(changes, ended);
};
for (let i = 0; i < 10; i++) writeFileSync(join(a.path, `file-${i}`), `second ${i}`);
for (let i = 10; i < 15; i++) rmSync(join(a.path, `file-${i}`));
writeFileSync(join(a.path, 'new'), 'new');
await a.session.rescan(undefined);
// The end comes from the commit.
await new Promise(() => setInterval(() => {}, 1000));
