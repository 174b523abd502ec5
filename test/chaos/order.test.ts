/**
 * The order of the system calls of a whole daemon, read from strace: data on the disk, then names, then their directories, then
 * the index, and only then a word to others (I8). The daemon in the middle of a line receives from one and announces to the
 * other, and on the first one a person writes.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { straceMissing, Tracer } from '../support/faults.ts';
import { Linked } from '../support/linked.ts';

const calls = 'fsync,fdatasync,?syncfs,?rename,?renameat,renameat2,?link,linkat,write,writev,?sendto,openat';
/** So long that to announce a group takes more bytes than to ask for its content or to speak of states. */
const longName = 'x'.repeat(240);
const announcementBytesMin = 2000;

type Event = 'read' | 'data' | 'name' | 'directory' | 'everything' | 'index' | 'announce';

describe('The index says it after the disk has it, and others hear it after the index', function () {
  this.timeout(60_000);
  let linked: Linked;

  before(async function () {
    const missing = straceMissing();
    if (missing !== undefined) {
      console.log(`    skipped: ${missing}`);
      return this.skip();
    }
    linked = await Linked.create('order', { count: 3, line: true, rescanSeconds: 600 });
    return undefined;
  });

  after(async () => {
    await linked?.close();
  });

  /** A directory with `count` files appears at once, as one change, on the first device. */
  function appear(name: string, count: number): void {
    const aside = join(linked.directory, name);
    mkdirSync(aside);
    for (let i = 0; i < count; i++) writeFileSync(join(aside, `${longName}${i}`), randomBytes(100));
    renameSync(aside, linked.at(0, name));
  }

  /** What device `i` did, in order, while `work` was done and had arrived everywhere. */
  async function events(i: number, work: () => void): Promise<Event[]> {
    const tracer = await Tracer.attach(linked.device(i).pid as number, calls);
    try {
      work();
      await linked.settled();
      const found = tracer
        .calls()
        .map((call) => ({ call, event: eventOf(call.text, linked.tree(i), linked.device(i).home) }));
      // A word to others counts from its begin, everything else from its end.
      const at = ({ call, event }: (typeof found)[number]): number => (event === 'announce' ? call.begin : call.end);
      return found.sort((a, b) => at(a) - at(b)).flatMap(({ event }) => event ?? []);
    } finally {
      await tracer.detach();
    }
  }

  /** Few files are synced one by one, many by one call for the whole file system. */
  for (const count of [7, 40]) {
    it(`a group of ${count} files that is received: data, names, directories, index, announcement`, async () => {
      const seen = await events(1, () => appear(`received-${count}`, count));
      const shown = seen.join(' ');
      const firstName = seen.indexOf('name');
      const lastName = seen.lastIndexOf('name');
      assert.equal(seen.filter((event) => event === 'name').length, count, shown);
      const before = seen.slice(0, firstName);
      const data = before.filter((event) => event === 'data').length;
      assert.ok(data === count || before.includes('everything'), `data before names: ${shown}`);
      const directory = seen.findIndex((event, at) => at > lastName && /directory|everything/.test(event));
      assert.notEqual(directory, -1, `directories after names: ${shown}`);
      const index = seen.indexOf('index', directory);
      assert.notEqual(index, -1, `the index after directories: ${shown}`);
      assert.equal(seen.slice(lastName, index).includes('name'), true);
      assert.ok(seen.indexOf('announce') > index, `announced after the index: ${shown}`);
      assert.equal(seen.slice(firstName, directory).includes('index'), false, `no index in between: ${shown}`);
    });
  }

  it('files that are written here: read, index, announcement', async () => {
    const seen = await events(0, () => appear('written', 20));
    const shown = seen.join(' ');
    const firstRead = seen.indexOf('read');
    const index = seen.indexOf('index', firstRead);
    assert.ok(firstRead !== -1 && index !== -1, shown);
    assert.ok(seen.indexOf('announce') > index, shown);
  });
});

/** One traced call as a step of the order; undefined: none of it. Only what succeeded counts. */
function eventOf(call: string, tree: string, home: string): Event | undefined {
  const [, name, result] = /^([a-z0-9]+)\(.* = (-?\d+)/.exec(call) ?? [];
  if (name === undefined || Number(result) < 0) return undefined;
  switch (name) {
    case 'fsync':
    case 'fdatasync':
      if (call.includes(`${home}/index/`)) return 'index';
      if (call.includes(`${tree}/.p2psync/staging/`)) return 'data';
      return call.includes(tree) && !call.includes('/.p2psync') ? 'directory' : undefined;
    case 'syncfs':
      return 'everything';
    case 'write':
    case 'writev':
    case 'sendto':
      return call.includes('<TCP:') && Number(result) >= announcementBytesMin ? 'announce' : undefined;
    case 'openat':
      return call.includes(longName) ? 'read' : undefined;
    default:
      return call.includes(longName) ? 'name' : undefined;
  }
}
