/**
 * Every pairing of what is indexed, what stands on disk, what is announced and how the two versions stand, through the real
 * observe, reconcile, hold and plan. Each ends in a named and documented cell, loses nothing that nobody knew of (I1), moves no
 * version down (I4), and is at rest afterwards (I10). docs/RECONCILE.md, "Pairings", is the same in words.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareEntries, contentEqual, type Entry, type FileEntry, type LiveEntry } from '../../src/core/entry.ts';
import { hold, type Unholdable } from '../../src/core/hold.ts';
import type { ReplicaId } from '../../src/core/identifiers.ts';
import { posixTraits } from '../../src/core/names.ts';
import { observe, type Seen } from '../../src/core/observe.ts';
import type { RelativePath } from '../../src/core/path.ts';
import { plan } from '../../src/core/plan.ts';
import { reconcile, type Decided } from '../../src/core/reconcile.ts';
import {
  isHeld,
  isUnheld,
  type AnnouncedRecord,
  type LocalRecord,
  type StatFingerprint,
} from '../../src/core/record.ts';
import type { ApplyStep } from '../../src/core/step.ts';
import { bumpVersion, compareVersions, covers, type Dot, type VersionVector } from '../../src/core/version.ts';
import { devices, hash, path, replicas } from '../support/core-arbitraries.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Cells that need more than one path, or a mode: where they are tested instead. */
const elsewhere: Readonly<Record<string, string>> = {
  'P1-revive-parent': 'test/property/convergence.test.ts',
  'P2-rename': 'test/property/plan.test.ts',
  'P3-revive-directory': 'test/property/convergence.test.ts',
  'P4-undo': 'test/scenario/versions.test.ts',
  'G1-group-keeps': 'test/scenario/groups.test.ts',
  'M1-send-only': 'test/scenario/modes.test.ts',
};

const at = path('p.txt');
const [own, rb, rc] = replicas as [ReplicaId, ReplicaId, ReplicaId];
const rd = '3d'.repeat(8) as ReplicaId;
const device = devices[1] as (typeof devices)[number];

const file = (digits: string, mtimeUs = 2): FileEntry => ({
  ...{ kind: 'file', size: 1, mtimeUs, executable: false },
  contentHash: hash(digits),
});
const link = (target: string, mtimeUs = 2): LiveEntry => ({ kind: 'symlink', target, mtimeUs });
const directory: LiveEntry = { kind: 'directory' };
const stat = (inode: number, entry?: LiveEntry): StatFingerprint => ({
  ...{ size: 1, ctimeMs: inode, inode, mode: 0o100644 },
  mtimeMs: entry === undefined || entry.kind === 'directory' ? 1 : entry.mtimeUs / 1000,
});

// ---------------------------------------------------------------- the four sides

const indexed: Readonly<Record<string, { readonly entry: Entry; readonly held: boolean } | undefined>> = {
  unknown: undefined,
  file: { entry: file('1'), held: true },
  directory: { entry: directory, held: true },
  symlink: { entry: link('x'), held: true },
  deleted: { entry: { kind: 'deleted' }, held: false },
  'unheld file': { entry: file('1'), held: false },
  'unheld directory': { entry: directory, held: false },
  'unheld symlink': { entry: link('x'), held: false },
};

type OnDisk =
  | { readonly is: 'absent' | 'other' | 'unreadable' | 'being written' }
  | { readonly is: 'entry'; readonly entry: LiveEntry; readonly stat: StatFingerprint };

const onDisk: Readonly<Record<string, (indexed: LocalRecord | undefined) => OnDisk | undefined>> = {
  absent: () => ({ is: 'absent' }),
  'as indexed': (local) =>
    local === undefined || local.entry.kind === 'deleted' || local.stat === undefined
      ? undefined
      : { is: 'entry', entry: local.entry, stat: local.stat },
  'same content, touched': (local) =>
    local?.entry.kind === 'file' || local?.entry.kind === 'symlink'
      ? { is: 'entry', entry: local.entry, stat: stat(9, local.entry) }
      : undefined,
  'another file': () => ({ is: 'entry', entry: file('7', 3), stat: stat(8, file('7', 3)) }),
  'a directory': () => ({ is: 'entry', entry: directory, stat: stat(7) }),
  'another symlink': () => ({ is: 'entry', entry: link('elsewhere', 3), stat: stat(6, link('elsewhere', 3)) }),
  'other (a socket, a device)': () => ({ is: 'other' }),
  unreadable: () => ({ is: 'unreadable' }),
  'being written': () => ({ is: 'being written' }),
};

const announcedEntries: Readonly<Record<string, Entry | undefined>> = {
  nothing: undefined,
  'the same file': file('1'),
  'the file, later mtime': file('1', 5),
  'the file, earlier mtime': file('1', 1),
  'a greater file': file('2', 5),
  'a lesser file': file('2', 1),
  'a directory': directory,
  'the same symlink': link('x'),
  'another symlink': link('y', 5),
  deleted: { kind: 'deleted' },
};

const refusals: Readonly<Record<string, Unholdable | undefined>> = {
  'can be held': undefined,
  'unrepresentable here': { because: 'unrepresentable', code: 'X', message: 'x' },
  'ignored here': { because: 'left-out', code: 'X', message: 'x' },
};

interface Causality {
  readonly ours: VersionVector;
  readonly theirs: VersionVector;
  readonly ourDot: Dot;
  readonly theirDot: Dot;
}
const byUs: Dot = { replica: own, counter: 1 };
const byThem: Dot = { replica: rb, counter: 1 };
const one = (...ids: ReplicaId[]): VersionVector => ids.map((id) => [id, 1] as const);
const causalities: Readonly<Record<string, Causality>> = {
  equal: { ours: one(own), theirs: one(own), ourDot: byUs, theirDot: byUs },
  'theirs before ours': { ours: one(own, rb), theirs: one(rb), ourDot: byUs, theirDot: byThem },
  'theirs after ours': { ours: one(own), theirs: one(own, rb), ourDot: byUs, theirDot: byThem },
  concurrent: { ours: one(own), theirs: one(rb), ourDot: byUs, theirDot: byThem },
  'concurrent, ours covers their dot': {
    ...{ ours: one(own, rb), theirs: one(rb, rc), ourDot: byUs, theirDot: byThem },
  },
  'concurrent, theirs covers our dot': {
    ...{ ours: one(own, rc), theirs: one(own, rb), ourDot: byUs, theirDot: byThem },
  },
  'concurrent, both cover': {
    ...{ ours: one(own, rb, rc), theirs: one(own, rb, rd), ourDot: byUs, theirDot: byThem },
  },
};

// ---------------------------------------------------------------- one device, one path

class Device {
  disk = new Map<RelativePath, OnDisk>();
  index = new Map<RelativePath, LocalRecord>();
  /** The version store. */
  readonly kept: LiveEntry[] = [];
  #sequence = 10;
  #inode = 100;

  /** The local loop: what is left out is not looked at; nothing is concluded from what could not be looked at (I6), is still written to, or is of no kind. */
  look(leftOut: boolean): void {
    for (const where of new Set([...this.disk.keys(), ...this.index.keys()])) {
      if (!(leftOut && where === at)) this.#lookAt(where);
    }
  }

  #lookAt(where: RelativePath): void {
    const there = this.disk.get(where) ?? { is: 'absent' };
    if (there.is === 'unreadable' || there.is === 'being written' || there.is === 'other') return;
    const local = this.index.get(where);
    const observation = observe(local, seenOf(there), posixTraits);
    if (observation.do === 'record') {
      const { entry, base, stat: now } = observation;
      const dot = { replica: own, counter: ++this.#sequence };
      this.#put({ path: where, entry, version: bumpVersion(base, dot), dot, sequence: this.#sequence, stat: now });
    } else if (observation.do === 'refresh-stat') this.#put({ ...(local as LocalRecord), stat: observation.stat });
  }

  #put(record: LocalRecord): void {
    this.index.set(record.path, record);
  }

  decide(announced: readonly AnnouncedRecord[], refusal: Unholdable | undefined): Decided {
    const announcements = announced.map((record) => ({ device, record }));
    const local = this.index.get(at);
    const decided = { path: at, local, decision: reconcile(local, announcements) };
    return hold(decided, announcements, () => refusal);
  }

  /** 'refused': the disk is not what the index says; nothing was touched. */
  carryOut({ path: where, local, decision }: Decided): 'done' | 'refused' {
    if (decision.do === 'nothing') return 'done';
    if (decision.do === 'merge') {
      const { entry, version, dot } = decision;
      const now = entry.kind === 'deleted' || decision.unheld === true ? undefined : local?.stat;
      this.#put({ path: where, entry, version, dot, sequence: ++this.#sequence, stat: now });
      return 'done';
    }
    const [operation, ...more] = plan([{ path: where, local, decision }], { record: (p) => this.index.get(p) });
    assert.ok(operation !== undefined && more.length === 0);
    const before = new Map(this.disk);
    const keptBefore = this.kept.length;
    const stats: (StatFingerprint | undefined)[] = [];
    for (const step of operation.steps) {
      if (!this.#meets(step)) {
        assert.equal(step, operation.steps[0], 'a later step does not find what the one before it left');
        this.disk = before;
        this.kept.length = keptBefore;
        return 'refused';
      }
      stats.push(this.#step(step));
    }
    for (const { path: to, entry, write, version, statOf } of operation.records) {
      assert.ok(write !== 'local');
      const now = typeof statOf === 'number' ? stats[statOf] : undefined;
      const isCopy = to !== where;
      const withoutStat: boolean = isCopy
        ? local?.stat === undefined
        : entry.kind === 'deleted' || decision.unheld === true;
      assert.equal(now === undefined, withoutStat, 'a held record has its stat, and no other');
      this.#put({ path: to, entry, version, dot: write.dot, sequence: ++this.#sequence, stat: now });
    }
    return 'done';
  }

  #meets({ path: where, expect }: ApplyStep): boolean {
    const there = this.disk.get(where) ?? { is: 'absent' };
    if (expect.is === 'absent') return there.is === 'absent';
    if (there.is !== 'entry' || there.entry.kind !== expect.kind) return false;
    return there.stat.inode === expect.stat.inode && there.stat.ctimeMs === expect.stat.ctimeMs;
  }

  #step(step: ApplyStep): StatFingerprint | undefined {
    const there = this.disk.get(step.path);
    const before = there?.is === 'entry' ? there.entry : undefined;
    const stand = (where: RelativePath, entry: LiveEntry): StatFingerprint => {
      const now = stat(++this.#inode, entry);
      this.disk.set(where, { is: 'entry', entry, stat: now });
      return now;
    };
    const keep = (): void => {
      if (before !== undefined && before.kind !== 'directory') this.kept.push(before);
    };
    switch (step.do) {
      case 'create-directory':
        return stand(step.path, directory);
      case 'write-file':
        keep();
        return stand(step.path, step.entry);
      case 'write-symlink':
        keep();
        return stand(step.path, { kind: 'symlink', target: step.target, mtimeUs: step.mtimeUs });
      case 'set-metadata': {
        const { mtimeUs, executable } = step;
        assert.ok(before?.kind === 'file' || before?.kind === 'symlink');
        return stand(step.path, before.kind === 'file' ? { ...before, mtimeUs, executable } : { ...before, mtimeUs });
      }
      case 'rename':
        this.disk.delete(step.path);
        return stand(step.to, before as LiveEntry);
      case 'remove':
        keep();
        this.disk.delete(step.path);
        return undefined;
      case 'remove-directory':
        assert.equal(before?.kind, 'directory');
        this.disk.delete(step.path);
        return undefined;
    }
  }

  visible(): LiveEntry[] {
    return [...this.disk.values()].flatMap((there) => (there.is === 'entry' ? [there.entry] : []));
  }
}

function seenOf(there: OnDisk): Seen {
  if (there.is !== 'entry') return { is: 'absent' };
  const { entry, stat: now } = there;
  switch (entry.kind) {
    case 'file':
      return { is: 'file', entry, stat: now, manifest: undefined };
    case 'symlink':
      return { is: 'symlink', target: entry.target, stat: now };
    case 'directory':
      return { is: 'directory', stat: now };
  }
}

// ---------------------------------------------------------------- the walk

interface Pairing {
  readonly name: string;
  readonly device: Device;
  readonly announced: AnnouncedRecord[];
  readonly refusal: Unholdable | undefined;
}

function* pairings(): Generator<Pairing> {
  for (const [indexedName, known] of Object.entries(indexed)) {
    for (const [diskName, disk] of Object.entries(onDisk)) {
      for (const [announcedName, announcedEntry] of Object.entries(announcedEntries)) {
        for (const [causalityName, causality] of Object.entries(causalities)) {
          // Without two records there are no two versions.
          if ((known === undefined || announcedEntry === undefined) && causalityName !== 'concurrent') continue;
          const { ours, theirs, ourDot, theirDot } = causality;
          const local: LocalRecord | undefined = known && {
            ...{ path: at, entry: known.entry, version: ours, dot: ourDot, sequence: 1 },
            stat: known.held && known.entry.kind !== 'deleted' ? stat(1, known.entry) : undefined,
          };
          const there = disk(local);
          if (there === undefined) continue;
          for (const [refusalName, refusal] of Object.entries(refusals)) {
            const device = new Device();
            if (local !== undefined) device.index.set(at, local);
            if (there.is !== 'absent') device.disk.set(at, there);
            const announced: AnnouncedRecord[] =
              announcedEntry === undefined
                ? []
                : [{ path: at, entry: announcedEntry, version: theirs, dot: theirDot, sequence: 1 }];
            const name = `indexed ${indexedName}, on disk ${diskName}, announced ${announcedName}, ${causalityName}, ${refusalName}`;
            yield { name, device, announced, refusal };
          }
        }
      }
    }
  }
}

function walk({ device, announced, refusal }: Pairing, page: string): string {
  const leftOut = refusal?.because === 'left-out';
  device.look(leftOut);
  const local = device.index.get(at);
  const before = device.visible().filter(({ kind }) => kind !== 'directory');
  const untouchable = device.disk.get(at);
  const decided = device.decide(announced, refusal);
  const { decision } = decided;
  assert.match(decision.cell, /^[A-Z]\d+-[a-z-]+$/);
  assert.ok(page.includes(decision.cell), `${decision.cell} is not in docs/RECONCILE.md`);
  const outcome = device.carryOut(decided);

  // I1, I7: what could not be looked at is as it was; what is no longer to be seen was known to whoever replaced it.
  if (untouchable !== undefined && untouchable.is !== 'entry') assert.equal(device.disk.get(at), untouchable);
  for (const content of before) {
    if (device.visible().some((now) => contentEqual(now, content))) continue;
    assert.ok(device.kept.includes(content), 'it is in no version store either');
    const known = local !== undefined && announced.some(({ version }) => covers(version, local.dot));
    assert.ok(known, 'nobody who replaced it knew of it');
  }
  for (const content of device.kept) {
    const asked = decision.do === 'take' && contentEqual(content, decision.entry);
    assert.ok(!asked, 'what was taken away is what should stand');
  }

  // I4: up, or as it was.
  const after = device.index.get(at);
  if (local !== undefined) {
    assert.ok(after !== undefined);
    const moved = compareVersions(local.version, after.version);
    const isUp = moved === 'before' || (moved === 'equal' && compareEntries(after.entry, local.entry) >= 0);
    assert.ok(isUp, `from ${JSON.stringify(local.version)} to ${JSON.stringify(after.version)}`);
  }
  // What is not held is absent by design; what is held stands (I2, I8).
  if (outcome === 'done' && decision.do === 'take') {
    assert.ok(after !== undefined);
    const there = device.disk.get(at);
    if (isHeld(after)) assert.ok(there?.is === 'entry' && compareEntries(there.entry, after.entry) === 0);
    else if (isUnheld(after)) assert.ok(decision.unheld === true);
  }

  // I10: looked at and decided again, nothing is left to do (or the very same, while the disk is in the way).
  const index = new Map(device.index);
  device.look(leftOut);
  assert.deepEqual(device.index, index, 'the echo of what was done looks like a change');
  const again = device.decide(announced, refusal);
  if (outcome === 'refused') assert.equal(again.decision.cell, decision.cell);
  else assert.equal(again.decision.do, 'nothing', `then ${again.decision.cell}`);
  return decision.cell;
}

/** Every cell that the source names. */
function cellsInSource(): string[] {
  const cells = new Set<string>();
  for (const room of ['src/core', 'src/sync']) {
    for (const name of readdirSync(join(root, room))) {
      const text = readFileSync(join(root, room, name), 'utf8');
      for (const [, cell] of text.matchAll(/'([A-Z]\d+-[a-z]+(?:-[a-z]+)*)'/g)) cells.add(cell as string);
    }
  }
  return [...cells].sort();
}

describe('every pairing of index, disk and announcement', () => {
  const page = readFileSync(join(root, 'docs/RECONCILE.md'), 'utf8');
  const reached = new Map<string, number>();

  it('ends in a documented cell, loses nothing, moves up, and is at rest', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const pairing of pairings()) {
      count++;
      try {
        const cell = walk(pairing, page);
        reached.set(cell, (reached.get(cell) ?? 0) + 1);
      } catch (error) {
        wrong.push(`${pairing.name}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} of ${count} pairings are wrong`);
    assert.ok(count > 10_000, `${count} pairings`);
  });

  it('reaches every cell that the source names, or says where it is tested', () => {
    const cells = cellsInSource();
    assert.ok(cells.length >= 20);
    assert.deepEqual(
      cells.filter((cell) => !reached.has(cell) && elsewhere[cell] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(elsewhere).filter((cell) => !cells.includes(cell)),
      [],
    );
    for (const [cell, test] of Object.entries(elsewhere)) {
      assert.ok(page.includes(cell), `${cell} is not in docs/RECONCILE.md`);
      readFileSync(join(root, test), 'utf8');
    }
  });
});
