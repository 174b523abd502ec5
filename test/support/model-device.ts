/**
 * A device as pure values: the real observe, reconcile and plan over a tree in memory. Content is a hash; whoever holds it can
 * give it. Used to check convergence and that nothing is lost, over thousands of random histories.
 */
import { contentEqual, type Entry, type FileEntry, type LiveEntry } from '../../src/core/entry.ts';
import type { DeviceId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import { hold, type Unholdable } from '../../src/core/hold.ts';
import { posixTraits } from '../../src/core/names.ts';
import { observe, type Seen, type VolumeTraits } from '../../src/core/observe.ts';
import { comparePaths, isBelow, parentOf, type RelativePath } from '../../src/core/path.ts';
import { plan, reviveDirectory, type Operation } from '../../src/core/plan.ts';
import { reconcile, type Announcement, type Decided } from '../../src/core/reconcile.ts';
import { isUnheld, type AnnouncedRecord, type LocalRecord, type StatFingerprint } from '../../src/core/record.ts';
import type { ApplyStep, Expectation } from '../../src/core/step.ts';
import { bumpVersion, type Dot, type VersionVector } from '../../src/core/version.ts';

export interface UserWrite {
  readonly path: RelativePath;
  readonly entry: Entry;
  readonly dot: Dot;
  readonly version: VersionVector;
}

interface OnDisk {
  readonly entry: LiveEntry;
  readonly stat: StatFingerprint;
}

/** Whether a device that announced this content (or this device itself) can give it now. */
export type CanGive = (content: Hash, holders: readonly DeviceId[]) => boolean;

let inode = 1;

export class ModelDevice {
  readonly id: DeviceId;
  replica: ReplicaId;
  readonly disk = new Map<RelativePath, OnDisk>();
  readonly index = new Map<RelativePath, LocalRecord>();
  readonly writes: UserWrite[] = [];
  /** How often each cell was carried out. */
  readonly cells = new Map<string, number>();
  /** Where conflict copies were made, with what they are copies of. */
  readonly copies: { readonly of: RelativePath; readonly copy: RelativePath }[] = [];
  readonly #byHand: LiveEntry[] = [];
  readonly #announced = new Map<DeviceId, Map<RelativePath, AnnouncedRecord>>();
  #sequence = 0;

  readonly #traits: VolumeTraits;

  /** `symlinks` false: its volume holds none. */
  constructor(id: DeviceId, replica: ReplicaId, symlinks = true) {
    this.id = id;
    this.replica = replica;
    this.#traits = { ...posixTraits, symlinks };
  }

  #refusal(entry: LiveEntry): Unholdable | undefined {
    if (entry.kind !== 'symlink' || this.#traits.symlinks) return undefined;
    return { because: 'unrepresentable', code: 'SYMLINKS_UNSUPPORTED', message: 'no symlinks here' };
  }

  // -------------------------------------------------------------- the user

  write(path: RelativePath, entry: LiveEntry): void {
    if (this.#refusal(entry) !== undefined) return;
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      const there = this.disk.get(parent)?.entry.kind;
      if (there !== undefined && there !== 'directory') return;
    }
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      if (!this.disk.has(parent)) this.#put(parent, { kind: 'directory' });
    }
    if (this.disk.get(path)?.entry.kind === 'directory' && entry.kind === 'directory') return;
    this.remove(path);
    this.#put(path, entry);
  }

  remove(path: RelativePath): void {
    for (const [other, { entry }] of this.disk) {
      if (other !== path && !isBelow(other, path)) continue;
      this.#byHand.push(entry);
      this.disk.delete(other);
    }
  }

  /** True for content that a user overwrote or removed on this very disk. */
  replacedByHand(content: Entry): boolean {
    return this.#byHand.some((entry) => contentEqual(entry, content));
  }

  /** The tree at `from` goes to `to`, where nothing may stand but the ways to it. */
  move(from: RelativePath, to: RelativePath): void {
    if (!this.disk.has(from) || this.disk.has(to) || isBelow(to, from)) return;
    for (let parent = parentOf(to); parent !== undefined; parent = parentOf(parent)) {
      if ((this.disk.get(parent)?.entry.kind ?? 'directory') !== 'directory') return;
    }
    const moved = [...this.disk].filter(([path]) => path === from || isBelow(path, from));
    this.remove(from);
    for (const [path, { entry }] of moved.sort(([a], [b]) => comparePaths(a, b))) {
      this.write(`${to}${path.slice(from.length)}` as RelativePath, entry);
    }
  }

  /** What stands at `a` (a tree, a file, nothing) and what stands at `b` change places. */
  swap(a: RelativePath, b: RelativePath, aside: RelativePath): void {
    if (a === b || isBelow(a, b) || isBelow(b, a)) return;
    this.move(a, aside);
    this.move(b, a);
    this.move(aside, b);
  }

  #put(path: RelativePath, entry: LiveEntry): StatFingerprint {
    const n = inode++;
    const stat = { size: 0, mtimeMs: n, ctimeMs: n, inode: n, mode: 0 };
    this.disk.set(path, { entry, stat });
    return stat;
  }

  // -------------------------------------------------------------- local changes

  scan(): void {
    for (const path of [...new Set([...this.disk.keys(), ...this.index.keys()])].sort(comparePaths)) {
      const indexed = this.index.get(path);
      const observation = observe(indexed, seen(this.disk.get(path)), this.#traits);
      if (observation.do === 'nothing') continue;
      if (observation.do === 'refresh-stat') {
        if (indexed !== undefined) {
          // What is held again is announced again, like every commit.
          const sequence = isUnheld(indexed) ? ++this.#sequence : indexed.sequence;
          this.index.set(path, { ...indexed, sequence, stat: observation.stat });
        }
        continue;
      }
      const record = this.#commitLocal(path, observation.entry, observation.base, observation.stat);
      this.writes.push({ path, entry: record.entry, dot: record.dot, version: record.version });
    }
  }

  #commitLocal(path: RelativePath, entry: Entry, base: VersionVector, stat: StatFingerprint | undefined): LocalRecord {
    const dot = { replica: this.replica, counter: ++this.#sequence };
    const record: LocalRecord = { path, entry, version: bumpVersion(base, dot), dot, sequence: this.#sequence, stat };
    this.index.set(path, record);
    return record;
  }

  #commitRemote(
    path: RelativePath,
    entry: Entry,
    version: VersionVector,
    dot: Dot,
    stat: StatFingerprint | undefined,
  ): void {
    this.index.set(path, { path, entry, version, dot, sequence: ++this.#sequence, stat });
  }

  // -------------------------------------------------------------- remote changes

  /** Takes in what `from` announces, of the first `share` (0 to 1) of its sequence. */
  hear(from: ModelDevice, share: number): void {
    const upTo = Math.ceil(from.#sequence * share);
    const known = this.#announced.get(from.id) ?? new Map<RelativePath, AnnouncedRecord>();
    this.#announced.set(from.id, known);
    for (const record of from.index.values()) if (record.sequence <= upTo) known.set(record.path, record);
  }

  /** Everything that this device would announce now. */
  announcement(): readonly AnnouncedRecord[] {
    return [...this.index.values()];
  }

  /** Takes in single records, in whatever order, also older than what is known. */
  receive(from: ModelDevice, records: readonly AnnouncedRecord[]): void {
    const known = this.#announced.get(from.id) ?? new Map<RelativePath, AnnouncedRecord>();
    this.#announced.set(from.id, known);
    for (const record of records) known.set(record.path, record);
  }

  /** The device is no longer one of ours, or begins its index anew. */
  forget(device: ModelDevice): void {
    this.#announced.delete(device.id);
  }

  /** The index is gone, the files are not: another life begins (I9). */
  loseIndex(replica: ReplicaId): void {
    this.replica = replica;
    this.index.clear();
    this.#announced.clear();
    this.#sequence = 0;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** One round of decide, plan and apply over everything announced. */
  resolve(canGive: CanGive): void {
    const paths = new Set<RelativePath>();
    for (const records of this.#announced.values()) for (const path of records.keys()) paths.add(path);
    const takes: Decided[] = [];
    for (const path of paths) {
      const decided = this.#decide(path);
      const { decision, local } = decided;
      if (decision.do === 'merge') {
        const stat = decision.entry.kind === 'deleted' || decision.unheld === true ? undefined : local?.stat;
        this.#commitRemote(path, decision.entry, decision.version, decision.dot, stat);
        this.#count(decision.cell);
      } else if (decision.do === 'take') takes.push(decided);
      else this.#count(decision.cell);
    }
    for (const operation of plan(takes, { record: (path) => this.index.get(path) })) this.#apply(operation, canGive);
  }

  #count(cell: string): void {
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1);
  }

  #decide(path: RelativePath): Decided {
    const announcements: Announcement[] = [];
    for (const [device, records] of this.#announced) {
      const record = records.get(path);
      if (record !== undefined) announcements.push({ device, record });
    }
    const local = this.index.get(path);
    const decided = { path, local, decision: reconcile(local, announcements) };
    return hold(decided, announcements, (entry) => this.#refusal(entry));
  }

  #apply(operation: Operation, canGive: CanGive): void {
    if (operation.records.some(({ path, basedOn }) => (this.index.get(path)?.sequence ?? 0) !== basedOn)) return;
    if (operation.content !== undefined && !canGive(operation.content.contentHash, operation.content.holders)) return;
    const undo = new Map(this.disk);
    const stats: (StatFingerprint | undefined)[] = [];
    for (const step of operation.steps) {
      const outcome = this.#step(step);
      if (outcome === 'refused' || outcome === 'not-empty') {
        this.disk.clear();
        for (const [path, item] of undo) this.disk.set(path, item);
        if (outcome === 'not-empty') this.#revive(operation, canGive);
        return;
      }
      stats.push(outcome.stat);
    }
    this.#count(operation.cell);
    if (operation.conflictCopy !== undefined) this.copies.push({ of: operation.path, copy: operation.conflictCopy });
    for (const { path, entry, write, version, statOf } of operation.records) {
      const stat = statOf === 'kept' ? this.index.get(path)?.stat : statOf === undefined ? undefined : stats[statOf];
      if (write === 'local') this.#commitLocal(path, entry, version, stat);
      else this.#commitRemote(path, entry, version, write.dot, stat);
    }
  }

  #revive(operation: Operation, canGive: CanGive): void {
    const { path } = operation;
    const staying = [...this.index.values()].some((record) => {
      if (!isBelow(record.path, path) || record.entry.kind === 'deleted') return false;
      const { decision } = this.#decide(record.path);
      return decision.do !== 'take' || decision.entry.kind !== 'deleted';
    });
    const local = this.index.get(path);
    if (!staying || local === undefined) return;
    const revival = reviveDirectory(local, operation, { record: (at) => this.index.get(at) });
    if (revival !== undefined) this.#apply(revival, canGive);
  }

  #step(step: ApplyStep): { stat: StatFingerprint | undefined } | 'refused' | 'not-empty' {
    if (!this.#meets(step.path, step.expect)) return 'refused';
    const parent = parentOf(step.do === 'rename' ? step.to : step.path);
    if (parent !== undefined && this.disk.get(parent)?.entry.kind !== 'directory') return 'refused';
    switch (step.do) {
      case 'create-directory':
        return { stat: this.#put(step.path, { kind: 'directory' }) };
      case 'write-file':
        return { stat: this.#put(step.path, step.entry) };
      case 'write-symlink':
        return { stat: this.#put(step.path, { kind: 'symlink', target: step.target, mtimeUs: step.mtimeUs }) };
      case 'set-metadata': {
        const there = (this.disk.get(step.path) as OnDisk).entry as FileEntry;
        return { stat: this.#put(step.path, { ...there, mtimeUs: step.mtimeUs, executable: step.executable }) };
      }
      case 'rename': {
        if (this.disk.has(step.to)) return 'refused';
        const { entry } = this.disk.get(step.path) as OnDisk;
        this.disk.delete(step.path);
        return { stat: this.#put(step.to, entry) };
      }
      case 'remove-directory':
        if ([...this.disk.keys()].some((path) => isBelow(path, step.path))) return 'not-empty';
        this.disk.delete(step.path);
        return { stat: undefined };
      case 'remove':
        this.disk.delete(step.path);
        return { stat: undefined };
    }
  }

  #meets(path: RelativePath, expect: Expectation): boolean {
    const there = this.disk.get(path);
    if (expect.is === 'absent') return there === undefined;
    return there !== undefined && there.entry.kind === expect.kind && there.stat.inode === expect.stat.inode;
  }

  /** What stands here, in words that compare between devices; without symlinks for comparing with one that holds none. */
  describe(symlinks: boolean): string[] {
    const tree = [...this.disk]
      .filter(([, { entry }]) => symlinks || entry.kind !== 'symlink')
      .map(([path, { entry }]) => `${path} ${JSON.stringify(entry)}`);
    const index = [...this.index.values()].map(
      ({ path, entry, version }) => `# ${path} ${entry.kind} ${JSON.stringify(version)}`,
    );
    return [...tree.sort(), ...index.sort()];
  }

  holds(content: Entry): boolean {
    return [...this.disk.values()].some(({ entry }) => contentEqual(entry, content));
  }
}

function seen(item: OnDisk | undefined): Seen {
  if (item === undefined) return { is: 'absent' };
  const { entry, stat } = item;
  switch (entry.kind) {
    case 'file':
      return { is: 'file', entry, stat: statOf(entry, stat), manifest: undefined };
    case 'symlink':
      return { is: 'symlink', target: entry.target, stat: statOf(entry, stat) };
    case 'directory':
      return { is: 'directory', stat };
  }
}

/** The model keeps times in the entry; observe reads a symlink's from its stat. */
function statOf(entry: { readonly mtimeUs: number }, stat: StatFingerprint): StatFingerprint {
  return { ...stat, mtimeMs: entry.mtimeUs / 1000 };
}
