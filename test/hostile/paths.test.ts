/** A linked device that names paths and links that lead somewhere else: nothing outside of the folder is ever reached. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { HostileStage } from '../support/hostile-stage.ts';
import { message } from '../support/protobuf-bytes.ts';
import { rawUpdate } from '../support/wire-speaker.ts';

/** No decoder takes these. */
const malformed: readonly (readonly [string, string | Uint8Array])[] = [
  ['..', '..'],
  ['out and in', '../outside/secret.txt'],
  ['in and out', 'mine/../../outside/new'],
  ['absolute', '/tmp/p2psync-hostile-was-here'],
  ['an empty name', 'mine//x'],
  ['nothing', ''],
  ['a slash at the end', 'mine/'],
  ['a dot', './mine/x'],
  ['NUL', 'mine/a\0.txt'],
  ['a name of 256 bytes', 'x'.repeat(256)],
  ['a path of 4097 bytes', `${'d/'.repeat(2048)}x`],
  ['300 names', `${'d/'.repeat(299)}x`],
  ['100,000 names', `${'d/'.repeat(100_000)}x`],
  ['bytes that are no UTF-8', Uint8Array.of(0x6d, 0xff, 0xfe)],
  ['an overlong slash', Uint8Array.of(0x2e, 0x2e, 0xc0, 0xaf, 0x78)],
  ['half a surrogate pair', Uint8Array.of(0xed, 0xa0, 0x80)],
];

/** Whichever of these file systems, somewhere, may take for `.p2psync`. */
const disguises = [
  '.p2psync',
  '.p2psync/folder.json',
  '.p2psync/staging/x',
  '.P2PSYNC/folder.json',
  '.P2pSync/versions/x',
  '.p2psync./folder.json',
  '.p2psync /folder.json',
  '.p2psync. ./x',
  '.p2psync::$DATA',
  '.p2psync:stream/x',
  '.p2pſync/x',
  '.p2p\u200csync/x',
  '.p2psync\u200b/x',
  '\ufeff.p2psync/x',
  '.ｐ2psync/x',
  'mine/.p2psync/folder.json',
  'mine/.P2PSYNC',
];

describe('hostile-linked-peer: paths', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  before(async () => {
    stage = await HostileStage.create('paths');
    await stage.write({ 'mine/a.txt': 'my own file', 'notes.txt': 'my notes' });
  });
  beforeEach(() => stage.begin());
  after(() => stage?.close());

  it('takes no record whose path is none, and says who sends them', async () => {
    const { speaker } = stage;
    for (const [what, path] of malformed) {
      const stream = await stage.follows();
      stream.frame(rawUpdate(speaker.replica, 1, { 1: path }));
      await eventually(`the end of the exchange with ${what}`, () => stream.isEnded);
      // On the same connection the daemon would wait longer from time to time.
      speaker.hangUp();
    }
    assert.ok(!existsSync('/tmp/p2psync-hostile-was-here'));
    speaker.announceRaw({ 1: '../again' });
    // Each subscription now ends as soon as it begins.
    await speaker.reconnect();
    const said = await stage.errorAt('.', /cannot be taken in/);
    assert.ok(said.includes(speaker.id), said);
    await stage.unharmed();
  });

  it('takes no link whose text is none', async () => {
    const { speaker } = stage;
    for (const target of ['', 'a\0b', 'x'.repeat(4097), Uint8Array.of(0xff)]) {
      const stream = await stage.follows();
      stream.frame(rawUpdate(speaker.replica, 1, { 1: 'bad link', 2: 3, 12: target }));
      await eventually('the end of the exchange', () => stream.isEnded);
      speaker.hangUp();
    }
    assert.ok(!readdirSync(stage.at('.')).includes('bad link'));
    await stage.unharmed();
  });

  it('reaches .p2psync under no spelling, and goes on with all else', async () => {
    const { speaker } = stage;
    speaker.announce(
      ...disguises.map((path) => speaker.file(path, `hostile ${path}`)),
      { path: '.p2psync', entry: { kind: 'deleted' } },
      speaker.file('honest among them', 'fine'),
    );
    await eventually('the rest', () => existsSync(stage.at('honest among them')));
    const said = await stage.errorAt('.p2psync/folder.json', /never synchronised/);
    assert.ok(said.includes(speaker.id), said);
    await eventually('all to be taken in', () => speaker.acknowledged === speaker.sequence);
    await stage.unharmed();
  });

  it('follows no link that was sent before what lies behind it', async () => {
    const { speaker } = stage;
    const link = (path: string, target: string) => ({
      path,
      entry: { kind: 'symlink', target, mtimeUs: 1 } as const,
    });
    // At once, the link first, and what lies behind it first.
    speaker.announce(
      link('at once', stage.outside),
      speaker.file('at once/secret.txt', 'through the link'),
      link('up', '../outside'),
      { path: 'up/new', entry: { kind: 'directory' } },
    );
    speaker.announce(link('first', stage.outside));
    await eventually('a link', () => lstatSync(stage.at('first')).isSymbolicLink());
    assert.equal(readlinkSync(stage.at('first')), stage.outside);
    speaker.announce(
      speaker.file('first/secret.txt', 'through the link'),
      speaker.file('first/more/x', 'through the link'),
      { path: 'first/secret.txt', entry: { kind: 'deleted' } },
    );
    speaker.announce(speaker.file('later/secret.txt', 'in a directory'));
    await eventually('a file', () => existsSync(stage.at('later/secret.txt')));
    speaker.announce(link('later', stage.outside));
    await eventually('all to be taken in', () => speaker.acknowledged === speaker.sequence);
    assert.deepEqual(readdirSync(stage.outside), ['secret.txt']);
    await stage.unharmed();
  });

  it('asks for chunk lists by no path that is none', async () => {
    const { speaker } = stage;
    for (const [what, path] of malformed) {
      const stream = await speaker.open('chunks');
      stream.frame(message([3, message([1, 1], [2, speaker.folder], [3, path], [4, new Uint8Array(32)])]));
      assert.equal(await stream.next(), undefined, what);
    }
    await stage.unharmed();
  });

  it('hellos with folders that are none end alone', async () => {
    const { speaker } = stage;
    const hello = (...folders: Uint8Array[]) =>
      message([1, message([1, 'x'], [2, 'x'], ...folders.map((folder) => [3, folder] as const))]);
    const offer = (id: string | Uint8Array, label: string | Uint8Array) => message([1, id], [2, label]);
    for (const bytes of [
      hello(offer('../../../etc', 'x')),
      hello(offer('a'.repeat(25), 'x')),
      hello(offer('A'.repeat(26), 'x')),
      hello(offer('a'.repeat(26), 'x'.repeat(257))),
      hello(offer('a'.repeat(26), Uint8Array.of(0xff))),
      hello(offer('a'.repeat(26), 'x'), offer('a'.repeat(26), 'y')),
      message([1, message([1, 'x'.repeat(257)])]),
      message([1, message([1, 'x'], [2, 'x'.repeat(65)])]),
    ]) {
      const stream = await speaker.open('hello');
      stream.frame(bytes);
      await eventually('the end of the hello', () => stream.isEnded);
    }
    await stage.unharmed();
  });

  it('labels with paths in them make no path', async () => {
    const { speaker } = stage;
    const offered = { id: 'b'.repeat(26) as typeof speaker.folder, label: '../../outside' };
    await speaker.hello([...speaker.offers, offered]);
    const api = await stage.api();
    await eventually('the offer', async () => (await api.status()).offers[0]?.label === offered.label);
    const target = join(stage.linked.directory, 'tree-0', 'inner');
    await assert.rejects(api.joinFolder(offered.label, target), 'inside another folder');
    const device = stage.linked.device(0);
    const { code } = await device.run(['folder', 'join', offered.label]);
    assert.notEqual(code, 0, 'joined without being told where');
    await speaker.hello();
    await stage.unharmed();
  });
});
