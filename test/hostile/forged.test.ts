/** A linked device that claims writes it never made, replays records elsewhere, and puts into names what terminals obey. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FolderId, ReplicaId } from '../../src/core/identifiers.ts';
import type { AnnouncedRecord } from '../../src/core/record.ts';
import { eventually } from '../support/condition.ts';
import { HostileStage, honest, victim } from '../support/hostile-stage.ts';

/** What no terminal may get to see: control characters but line ends and tabs of our own tables, bidi controls, invisible ones. */
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('hostile-linked-peer: forged writes', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  let index: ReadonlyMap<string, AnnouncedRecord>;
  let ours: ReplicaId;
  let theirs: ReplicaId;
  before(async () => {
    stage = await HostileStage.create('forged');
    await stage.write({ 'mine.txt': 'written on the victim', 'both.txt': 'first' });
    writeFileSync(stage.linked.at(honest, 'theirs.txt'), 'written on the honest device');
    await eventually('it on the victim', () => existsSync(stage.at('theirs.txt')));
    await stage.write({ 'theirs.txt': 'written on the honest device' });
  });
  beforeEach(async () => {
    await stage.begin();
    const { speaker } = stage;
    index = (await speaker.readIndex()) ?? new Map();
    ours = speaker.daemonReplica as ReplicaId;
    theirs = (index.get('theirs.txt') as AnnouncedRecord).dot.replica;
  });
  after(() => stage?.close());

  it('a forged write of a third device replaces nothing that is not kept', async () => {
    const { speaker } = stage;
    const { version } = index.get('theirs.txt') as AnnouncedRecord;
    speaker.announce(
      speaker.file('theirs.txt', 'forged', { version, dot: { replica: theirs, counter: 1_000_000 } }),
      speaker.file('forged.txt', 'forged', { dot: { replica: theirs, counter: Number.MAX_SAFE_INTEGER } }),
    );
    await eventually('the forged file', () => existsSync(stage.at('forged.txt')));
    await eventually('the forged content', () => readFileSync(stage.at('theirs.txt'), 'utf8') === 'forged');
    stage.nothingLost();
    // The device whose writes were forged takes none of it, and goes on.
    const told = await eventually('the honest device to say it', async () => {
      const { errors } = await stage.linked.folder(honest);
      return errors.some(({ path }) => path === 'theirs.txt' || path === 'forged.txt') || (await isReborn(honest));
    });
    assert.ok(told);
    assert.equal(readFileSync(stage.linked.at(honest, 'theirs.txt'), 'utf8'), 'written on the honest device');
    await stage.honestWorks(15_000);
    await stage.unharmed();
  });

  it('a forged write of this device is left out, and makes its index begin anew a few times at most', async () => {
    const { speaker } = stage;
    for (let i = 1; i <= 6; i++) {
      const { version } = index.get('mine.txt') as AnnouncedRecord;
      speaker.announce(
        speaker.file('mine.txt', `forged ${i}`, { version, dot: { replica: ours, counter: 1000 * i } }),
        { path: 'both.txt', entry: { kind: 'deleted' }, version: [[ours, 1000 * i]] },
        speaker.file(`forged ${i}.txt`, 'forged', { dot: { replica: ours, counter: Number.MAX_SAFE_INTEGER } }),
      );
      await stage.honestWorks(15_000);
      index = (await eventually('an index', () => speaker.readIndex(), 15_000)) ?? index;
      ours = speaker.daemonReplica as ReplicaId;
    }
    const lives = (await stage.events()).filter(({ type }) => type === 'index-restarted');
    assert.ok(lives.length > 0 && lives.length <= 3, JSON.stringify(lives));
    await stage.unharmed();
  });

  it('a record replayed into another folder changes nothing in its own, and is an ordinary file there', async () => {
    const { speaker, linked } = stage;
    const other = join(linked.directory, 'tree-other');
    mkdirSync(other);
    writeFileSync(join(other, 'mine.txt'), 'of the other folder');
    // Of two writes that know nothing of one another the later stays under the name.
    utimesSync(join(other, 'mine.txt'), 1, 1);
    const api = await stage.api();
    const { id } = await api.addFolder(other, { label: 'Other' });
    await api.shareFolder('Other', speaker.id);
    await eventually('the offer', () => speaker.offers.some((offer) => offer.id === id));
    await speaker.hello([...speaker.offers]);
    const there = await eventually('its index', () => speaker.readIndex(id as FolderId));
    assert.ok(there.has('mine.txt'));
    assert.notEqual(speaker.daemonReplica, ours, 'each folder has a replica of its own');
    await eventually('both folders to be followed', () => speaker.subscribers.length >= 2);
    // As it stands in the first folder, to both.
    const { version, dot, entry } = index.get('mine.txt') as AnnouncedRecord;
    const here = readFileSync(stage.at('mine.txt'), 'utf8');
    speaker.file('mine.txt', here);
    speaker.announce({ path: 'mine.txt', entry, version, dot });
    await eventually('both contents', () => {
      const kept = readAll(other);
      return kept.has('of the other folder') && kept.has(here);
    });
    assert.equal(readFileSync(stage.at('mine.txt'), 'utf8'), here);
    await api.removeFolder('Other');
    await stage.unharmed();
  });

  it('no name reaches a terminal or the log as it is', async () => {
    const { speaker, linked } = stage;
    const api = await stage.api();
    const names = [
      'clear\u001b[2J\u001b[31mred.txt',
      'title\u001b]0;owned\u0007.txt',
      'c1\u009b31m.txt',
      'bidi\u202egnp.exe',
      'isolate\u2066x\u2069.txt',
      'line\nforged: all is well',
      'return\rforged',
      'separator\u2028x',
      'bom\ufeff.txt',
      '<script>alert(1)</script>.html',
      '-rf',
      '__proto__',
    ];
    const ignored = names.map((name) => `.p2psync/${name}`);
    speaker.announce(
      ...names.map((name) => speaker.file(name, `hostile ${name}`)),
      ...ignored.map((name) => speaker.file(name, 'ignored')),
      ...names.map((name) => ({
        path: `missing ${name}`,
        entry: { kind: 'file', size: 5, mtimeUs: 0, executable: false, contentHash: '12'.repeat(32) } as never,
      })),
    );
    await speaker.hello([...speaker.offers, { id: 'c'.repeat(26) as FolderId, label: names.join('') }]);
    await eventually('the last', () => existsSync(stage.at('__proto__')));
    await stage.errorAt(`missing ${names[0]}`, /./);
    await eventually('the offer', async () => (await api.status()).offers.length > 0);
    const device = linked.device(victim);
    for (const args of [
      ['status'],
      ['folder', 'ls'],
      ['device', 'ls'],
      ['log'],
      ['log', stage.at(names[0] as string)],
      ['explain', stage.at(names[0] as string)],
      ['explain', stage.at(`missing ${names[2]}`)],
      ['plan'],
      ['conflict', 'ls'],
      ['version', 'ls', stage.at('.')],
      ['version', 'restore', stage.at(names[1] as string)],
      ['ignore', 'test', stage.at(names[3] as string)],
      ['folder', 'join', names[0] as string, '/nowhere/at/all'],
      ['events'],
      ['undo', speaker.id, '--since', '1h', '--dry-run'],
    ]) {
      const outcomes = await Promise.all([[], ['--json']].map((json) => device.run([...args, ...json])));
      for (const { stdout, stderr } of outcomes) {
        assert.equal(unsafeIn(stdout + stderr), undefined, `${args.join(' ')} printed it`);
      }
    }
    assert.equal(unsafeIn(stage.log()), undefined, 'the log has it');
    await speaker.hello();
    await stage.unharmed();
  });

  async function isReborn(device: number): Promise<boolean> {
    const log = readFileSync(join(stage.linked.device(device).home, 'logs', 'p2psync.log'), 'utf8');
    return /anew|older/.test(log);
  }
});

/** The first such character, with what stands around it; undefined: none. */
function unsafeIn(text: string): string | undefined {
  const at = unsafe.exec(text)?.index;
  return at === undefined ? undefined : JSON.stringify(text.slice(Math.max(0, at - 100), at + 20));
}

function readAll(directory: string): Set<string> {
  const contents = new Set<string>();
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const full = join(at, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (entry.isFile()) contents.add(readFileSync(full, 'utf8'));
    }
  };
  walk(directory);
  return contents;
}
