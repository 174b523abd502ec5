/**
 * Random histories of three devices over the real observe, reconcile and plan: afterwards, connected and quiet, all trees and
 * indexes are equal (I2, I10), and every content that a user wrote is still there or was knowingly replaced (I1). Users write,
 * move, swap and delete (conflict copies too); announcements come permuted, doubled and in other batches; a device loses its
 * index, or leaves; the ends of a line never meet. What was reached is counted, and enough must have been.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentEqual, type LiveEntry } from '../../src/core/entry.ts';
import { isConflictName, originalName } from '../../src/core/conflict.ts';
import type { DeviceId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import { comparePaths, nameOf, type RelativePath } from '../../src/core/path.ts';
import type { AnnouncedRecord } from '../../src/core/record.ts';
import { covers } from '../../src/core/version.ts';
import { devices, path, replicas } from '../support/core-arbitraries.ts';
import { ModelDevice, type UserWrite } from '../support/model-device.ts';

const roundsMax = 60;
const aside = path('.aside');

type Command =
  | {
      readonly do: 'write';
      readonly device: number;
      readonly path: string;
      readonly kind: LiveEntry['kind'];
      readonly mtimeUs: number;
    }
  /** Writes to something that stands there already, conflict copies above all. */
  | { readonly do: 'edit'; readonly device: number; readonly nth: number; readonly mtimeUs: number }
  | { readonly do: 'remove'; readonly device: number; readonly path: string }
  | { readonly do: 'remove-nth'; readonly device: number; readonly nth: number }
  | { readonly do: 'move'; readonly device: number; readonly nth: number; readonly path: string }
  | { readonly do: 'swap'; readonly device: number; readonly a: string; readonly b: string }
  | { readonly do: 'scan'; readonly device: number }
  | { readonly do: 'hear'; readonly device: number; readonly from: number; readonly share: number }
  /** Everything that `from` has to say goes on its way, in some order; it arrives by 'deliver', in parts. */
  | { readonly do: 'send'; readonly device: number; readonly from: number; readonly shuffle: number }
  | { readonly do: 'deliver'; readonly nth: number; readonly count: number; readonly again: boolean }
  | { readonly do: 'resolve'; readonly device: number }
  | { readonly do: 'lose-index'; readonly device: number }
  | { readonly do: 'leave' }
  /** Everybody meets everybody, so that what follows begins with equal trees. */
  | { readonly do: 'meet' };

type Of<K extends Command['do']> = Extract<Command, { do: K }>;

const deviceArbitrary = fc.nat({ max: 2 });
const pathArbitrary = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/f', 'x', 'x/d', 'x/d/a');
const mtimeArbitrary = fc.integer({ min: 1, max: 3 });
const nthArbitrary = fc.nat({ max: 11 });

function command<K extends Command['do']>(
  what: K,
  fields: { [F in Exclude<keyof Of<K>, 'do'>]: fc.Arbitrary<Of<K>[F]> },
): fc.Arbitrary<Command> {
  return fc.record(fields as Record<string, fc.Arbitrary<unknown>>).map((rest) => ({ do: what, ...rest }) as Of<K>);
}

const write = command('write', {
  device: deviceArbitrary,
  path: pathArbitrary,
  kind: fc.constantFrom('file', 'file', 'file', 'directory', 'symlink') as fc.Arbitrary<LiveEntry['kind']>,
  mtimeUs: mtimeArbitrary,
});
const edit = command('edit', { device: deviceArbitrary, nth: nthArbitrary, mtimeUs: mtimeArbitrary });
const remove = command('remove', { device: deviceArbitrary, path: pathArbitrary });
const removeNth = command('remove-nth', { device: deviceArbitrary, nth: nthArbitrary });
const move = command('move', { device: deviceArbitrary, nth: nthArbitrary, path: pathArbitrary });
const swap = command('swap', { device: deviceArbitrary, a: pathArbitrary, b: pathArbitrary });
const scan = command('scan', { device: deviceArbitrary });
const hear = command('hear', {
  device: deviceArbitrary,
  from: deviceArbitrary,
  share: fc.constantFrom(0.5, 1, 1),
});
const send = command('send', { device: deviceArbitrary, from: deviceArbitrary, shuffle: fc.nat({ max: 1000 }) });
const deliver = command('deliver', { nth: fc.nat({ max: 3 }), count: fc.nat({ max: 6 }), again: fc.boolean() });
const resolve = command('resolve', { device: deviceArbitrary });
const loseIndex = command('lose-index', { device: deviceArbitrary });
const meet: fc.Arbitrary<Command> = fc.constant({ do: 'meet' });
const leave: fc.Arbitrary<Command> = fc.constant({ do: 'leave' });

const ordinary = fc.oneof(
  { weight: 4, arbitrary: write },
  { weight: 2, arbitrary: edit },
  { weight: 2, arbitrary: remove },
  { weight: 1, arbitrary: removeNth },
  { weight: 2, arbitrary: move },
  { weight: 1, arbitrary: swap },
  { weight: 3, arbitrary: scan },
  { weight: 3, arbitrary: hear },
  { weight: 2, arbitrary: send },
  { weight: 3, arbitrary: deliver },
  { weight: 4, arbitrary: resolve },
  { weight: 1, arbitrary: meet },
);

/** Long histories as often as short ones: short ones hardly ever reach a conflict. */
function history(one: fc.Arbitrary<Command>, maxLength: number): fc.Arbitrary<Command[]> {
  return fc.array(one, { minLength: 1, maxLength, size: 'max' });
}

type Topology = 'all' | 'line';

/** The digits that conflict names use first take three values only, so that names collide. */
function hashOf(n: number): Hash {
  return `${String(n % 3).repeat(8)}${n.toString(16).padStart(8, '0')}${'0'.repeat(48)}` as Hash;
}

interface InFlight {
  readonly to: ModelDevice;
  readonly from: ModelDevice;
  readonly records: AnnouncedRecord[];
}

class World {
  readonly all: readonly ModelDevice[];
  devices: ModelDevice[];
  readonly #topology: Topology;
  readonly #symlinks: boolean;
  #flying: InFlight[] = [];
  readonly #forgetful = new Set<ModelDevice>();
  #content = 0;
  #lives = 0;

  /** `symlinks` false: the last device's volume holds none. */
  constructor(topology: Topology = 'all', symlinks = true) {
    this.#topology = topology;
    this.#symlinks = symlinks;
    this.all = devices.map((id, i) => new ModelDevice(id, replicas[i] as ReplicaId, symlinks || i < 2));
    this.devices = [...this.all];
  }

  /** In a line the last device stands between the other two, which never meet. */
  #linked(a: ModelDevice, b: ModelDevice): boolean {
    if (a === b) return false;
    return this.#topology === 'all' || a === this.all[2] || b === this.all[2];
  }

  run(command: Command): void {
    if (command.do === 'deliver') return this.#deliver(command);
    if (command.do === 'leave') return this.#leave();
    if (command.do === 'meet') {
      this.quiet();
      return undefined;
    }
    const device = this.devices[command.device];
    if (device === undefined) return undefined;
    switch (command.do) {
      case 'write':
        return device.write(path(command.path), this.#entry(command.kind, command.mtimeUs));
      case 'edit': {
        const at = nthOf(device, command.nth);
        if (at !== undefined) device.write(at, this.#entry('file', command.mtimeUs));
        return undefined;
      }
      case 'remove':
        return device.remove(path(command.path));
      case 'remove-nth': {
        const at = nthOf(device, command.nth);
        if (at !== undefined) device.remove(at);
        return undefined;
      }
      case 'move': {
        const at = nthOf(device, command.nth);
        if (at !== undefined) device.move(at, path(command.path));
        return undefined;
      }
      case 'swap':
        return device.swap(path(command.a), path(command.b), aside);
      case 'scan':
        return device.scan();
      case 'hear': {
        const from = this.devices[command.from];
        if (from !== undefined && this.#linked(from, device)) device.hear(from, command.share);
        return undefined;
      }
      case 'send': {
        const from = this.devices[command.from];
        if (from === undefined || !this.#linked(from, device)) return undefined;
        this.#flying.push({ to: device, from, records: shuffled(from.announcement(), command.shuffle) });
        return undefined;
      }
      case 'resolve':
        return this.#resolve(device);
      case 'lose-index':
        return this.#loseIndex(device);
    }
  }

  /** The real loop looks at the disk before it decides; so does the model. */
  #resolve(device: ModelDevice): void {
    device.scan();
    device.resolve((content, holders) => this.#canGive(device, content, holders));
  }

  #deliver({ nth, count, again }: Of<'deliver'>): void {
    const batch = this.#flying[nth % Math.max(1, this.#flying.length)];
    if (batch === undefined) return;
    batch.to.receive(batch.from, batch.records.slice(0, count + 1));
    if (!again) batch.records.splice(0, count + 1);
    if (batch.records.length === 0) this.#flying = this.#flying.filter((other) => other !== batch);
  }

  #loseIndex(device: ModelDevice): void {
    const life = ((++this.#lives * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    device.loseIndex(life.repeat(2) as ReplicaId);
    this.#forgetful.add(device);
    for (const other of this.devices) other.forget(device);
    this.#flying = this.#flying.filter(({ to, from }) => to !== device && from !== device);
  }

  #leave(): void {
    const leaver = this.devices[2];
    if (leaver === undefined || this.#topology === 'line') return;
    this.devices = this.devices.filter((device) => device !== leaver);
    for (const device of this.devices) device.forget(leaver);
    this.#flying = this.#flying.filter(({ to, from }) => to !== leaver && from !== leaver);
  }

  #entry(kind: LiveEntry['kind'], mtimeUs: number): LiveEntry {
    const n = ++this.#content;
    if (kind === 'directory') return { kind };
    if (kind === 'symlink') return { kind, target: `t${n}`, mtimeUs };
    return { kind, size: 1, mtimeUs, executable: false, contentHash: hashOf(n) };
  }

  #canGive(taker: ModelDevice, content: Hash, holders: readonly DeviceId[]): boolean {
    return this.devices.some(
      (device) =>
        (device === taker || (holders.includes(device.id) && this.#linked(device, taker))) &&
        [...device.disk.values()].some(({ entry }) => entry.kind === 'file' && entry.contentHash === content),
    );
  }

  #sequences(): number {
    return this.devices.reduce((sum, { sequence }) => sum + sequence, 0);
  }

  /** Everybody hears everybody (that it is linked to) until nothing moves. */
  quiet(): number {
    this.#flying = [];
    // What was done on a device after it left is its own affair, but it was done.
    for (const device of this.all) device.scan();
    for (let round = 1; round <= roundsMax; round++) {
      const before = this.#sequences();
      for (const device of this.devices) {
        device.scan();
        for (const from of this.devices) if (this.#linked(from, device)) device.hear(from, 1);
        this.#resolve(device);
      }
      if (this.#sequences() === before) return round;
    }
    throw new Error(`still moving after ${roundsMax} rounds`);
  }

  /**
   * Writes whose bytes are nowhere, and which nobody replaced in knowledge of them. The same bytes at the same path are one
   * write, whoever made it (cell C9): who replaces one of them has seen them all. What people replace by hand on a device that
   * lost its index they replace knowingly, although no version says so.
   */
  lost(): UserWrite[] {
    const writes = this.all.flatMap((device) => device.writes);
    const isReplaced = ({ path: at, dot }: UserWrite): boolean =>
      writes.some((later) => later.dot !== dot && samePlace(later.path, at) && covers(later.version, dot));
    return writes.filter(({ path: at, entry }) => {
      if (entry.kind === 'deleted' || entry.kind === 'directory') return false;
      if (this.all.some((device) => device.holds(entry))) return false;
      if (writes.some((one) => samePlace(one.path, at) && contentEqual(one.entry, entry) && isReplaced(one)))
        return false;
      return ![...this.#forgetful].some((device) => device.replacedByHand(entry));
    });
  }

  assertEqualAndNothingLost(): void {
    for (const device of this.all.slice(this.#symlinks ? 3 : 2)) {
      for (const { entry } of device.disk.values()) assert.notEqual(entry.kind, 'symlink');
    }
    const [first, ...others] = this.devices.map((device) => device.describe(this.#symlinks));
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual(this.lost(), []);
  }
}

function nthOf(device: ModelDevice, nth: number): RelativePath | undefined {
  const there = [...device.disk.keys()].sort(comparePaths);
  const copies = there.filter((at) => isConflictName(nameOf(at)));
  const pool = nth % 2 === 0 && copies.length > 0 ? copies : there;
  return pool[(nth >> 1) % Math.max(1, pool.length)];
}

/** Deterministic: a failure repeats. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = list.map((value) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return { value, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

/** The same path, or one is the other's conflict copy. */
function samePlace(a: string, b: string): boolean {
  return original(a) === original(b);
}

function original(text: string): string {
  const slash = text.lastIndexOf('/') + 1;
  return text.slice(0, slash) + originalName(text.slice(slash));
}

/** What all runs of one property reached together. */
class Reached {
  readonly cells = new Map<string, number>();
  copies = 0;
  copiesOfCopies = 0;

  add(world: World): void {
    for (const device of world.all) {
      for (const [cell, count] of device.cells) this.cells.set(cell, (this.cells.get(cell) ?? 0) + count);
      this.copies += device.copies.length;
      this.copiesOfCopies += device.copies.filter(({ of }) => isConflictName(nameOf(of))).length;
    }
  }

  assertAtLeast(least: Readonly<Record<string, number>>): void {
    const told = JSON.stringify({ ...Object.fromEntries(this.cells), copies: this.copies, of: this.copiesOfCopies });
    for (const [what, count] of Object.entries(least)) {
      const reached =
        what === 'copies' ? this.copies : what === 'copies of copies' ? this.copiesOfCopies : this.cells.get(what);
      assert.ok((reached ?? 0) >= count, `${what}: ${reached ?? 0}, at least ${count} were to be reached: ${told}`);
    }
  }
}

function converges(commands: readonly Command[], topology: Topology = 'all', symlinks = true): World {
  const world = new World(topology, symlinks);
  for (const one of commands) world.run(one);
  world.quiet();
  world.assertEqualAndNothingLost();
  return world;
}

describe('three devices over the real decisions', function () {
  this.timeout(60_000);

  it('converge and lose nothing, whatever happened', () => {
    const reached = new Reached();
    fc.assert(
      fc.property(history(ordinary, 60), (commands) => {
        reached.add(converges(commands));
      }),
      { numRuns: 2500 },
    );
    reached.assertAtLeast({
      copies: 300,
      'copies of copies': 8,
      'C2-new': 300,
      'C3-new-tombstone': 100,
      'C6-older': 300,
      'C7-newer-same': 100,
      'C8-newer': 300,
      'C11-superseding': 2,
      'C11-superseded': 2,
      'C12-edit-over-delete': 50,
      'C12-delete-under-edit': 50,
      'C13-conflict-keep': 200,
      'C13-conflict-take': 200,
      'P1-revive-parent': 10,
      'P2-rename': 100,
      'P3-revive-directory': 5,
    });
  });

  it('converge in a line, in which the ends never meet', () => {
    const reached = new Reached();
    fc.assert(
      fc.property(history(ordinary, 50), (commands) => {
        reached.add(converges(commands, 'line'));
      }),
      { numRuns: 600 },
    );
    reached.assertAtLeast({ copies: 100, 'C8-newer': 100, 'C12-edit-over-delete': 10 });
  });

  it('converge and lose nothing when indexes are lost', () => {
    const reached = new Reached();
    const withLosses = history(fc.oneof({ weight: 20, arbitrary: ordinary }, { weight: 1, arbitrary: loseIndex }), 50);
    fc.assert(
      fc.property(withLosses, fc.constantFrom<Topology>('all', 'line'), (commands, topology) => {
        reached.add(converges(commands, topology));
      }),
      { numRuns: 600 },
    );
    reached.assertAtLeast({ copies: 100, 'C9-twins': 50 });
  });

  it('converge although one of them holds no symlinks, which then stand on the others alone', () => {
    const reached = new Reached();
    const links = command('write', {
      device: fc.nat({ max: 1 }),
      path: fc.constantFrom('a', 'd', 'd/a', 'x'),
      kind: fc.constant('symlink'),
      mtimeUs: mtimeArbitrary,
    });
    const withLinks = history(fc.oneof({ weight: 4, arbitrary: ordinary }, { weight: 1, arbitrary: links }), 50);
    fc.assert(
      fc.property(withLinks, fc.constantFrom<Topology>('all', 'line', 'line'), (commands, topology) => {
        reached.add(converges(commands, topology, false));
      }),
      { numRuns: 1000 },
    );
    reached.assertAtLeast({ 'U1-unheld': 100, 'U2-withdrawn': 10, 'U3-unheld-deleted': 20 });
  });

  it('hear of both sides of a conflict through a device that can hold one of them alone', () => {
    const link: Command = { do: 'write', device: 0, path: 'd', kind: 'symlink', mtimeUs: 1 };
    const file: Command = { do: 'write', device: 1, path: 'd', kind: 'file', mtimeUs: 1 };
    const heard: Command[] = [
      { do: 'resolve', device: 0 },
      { do: 'hear', device: 2, from: 0, share: 1 },
      { do: 'resolve', device: 2 },
    ];
    const world = converges([link, ...heard, file], 'line', false);
    assert.ok((world.all[2]?.cells.get('U5-conflict-elsewhere') ?? 0) > 0);
  });

  it('keep a directory that is written to, on a device that cannot hold the link which was to replace it', () => {
    const first: Command[] = [
      { do: 'write', device: 0, path: 'a', kind: 'file', mtimeUs: 1 },
      { do: 'write', device: 2, path: 'x', kind: 'directory', mtimeUs: 1 },
      { do: 'meet' },
    ];
    const then: Command[] = [
      { do: 'write', device: 0, path: 'x', kind: 'symlink', mtimeUs: 1 },
      { do: 'write', device: 1, path: 'x/d', kind: 'file', mtimeUs: 1 },
    ];
    const world = converges([...first, ...then], 'line', false);
    assert.ok(world.all.some(({ cells }) => (cells.get('P3-revive-directory') ?? 0) > 0));
  });

  it('converge without a device that left in the middle of it', () => {
    const withLeaver = fc.tuple(history(ordinary, 40), leave, history(ordinary, 15));
    fc.assert(
      fc.property(withLeaver, ([before, leaving, after]) => {
        converges([...before, leaving, ...after]);
      }),
      { numRuns: 400 },
    );
  });

  it('delete nothing when an index is lost: everything that stood somewhere stands afterwards', () => {
    const writes = history(fc.oneof(write, scan, hear, resolve), 30);
    fc.assert(
      fc.property(writes, deviceArbitrary, (commands, device) => {
        const world = converges(commands);
        const before = world.devices.map((one) => [...one.disk.keys()].sort());
        world.run({ do: 'lose-index', device });
        world.quiet();
        world.assertEqualAndNothingLost();
        assert.deepEqual(
          world.devices.map((one) => [...one.disk.keys()].sort()),
          before,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('bring a delete along a line to a device that slept through it', () => {
    const world = converges(
      [
        { do: 'write', device: 0, path: 'd/a', kind: 'file', mtimeUs: 1 },
        { do: 'scan', device: 0 },
      ],
      'line',
    );
    const [a, b, c] = world.devices as [ModelDevice, ModelDevice, ModelDevice];
    // B sleeps while A deletes and C hears of it; then A is off, and B meets C alone.
    a.remove(path('d'));
    a.scan();
    c.hear(a, 1);
    c.resolve(() => false);
    assert.deepEqual([...c.disk.keys()], []);
    b.scan();
    b.hear(c, 1);
    b.resolve(() => false);
    assert.deepEqual([...b.disk.keys()], []);
    world.quiet();
    world.assertEqualAndNothingLost();
  });

  it('need no further round once they are equal', () => {
    fc.assert(
      fc.property(history(ordinary, 30), fc.constantFrom<Topology>('all', 'line'), (commands, topology) => {
        const world = new World(topology);
        for (const one of commands) world.run(one);
        world.quiet();
        assert.equal(world.quiet(), 1);
      }),
      { numRuns: 300 },
    );
  });
});
