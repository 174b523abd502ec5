/**
 * A device as pure values: the real observe, reconcile and plan over a tree in memory. Content is a hash; whoever holds it can
 * give it. Used to check convergence and that nothing is lost, over thousands of random histories.
 */
import { contentEqual, type Entry, type FileEntry, type LiveEntry } from '../../src/core/entry.ts';
import type { DeviceId, Hash, ReplicaId } from '../../src/core/identifiers.ts';
import { observe, type Seen } from '../../src/core/observe.ts';
import { comparePaths, isBelow, parentOf, type RelativePath } from '../../src/core/path.ts';
import { plan, reviveDirectory, type Operation } from '../../src/core/plan.ts';
import { reconcile, type Announcement, type Decided } from '../../src/core/reconcile.ts';
import type { AnnouncedRecord, LocalRecord, StatFingerprint } from '../../src/core/record.ts';
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

const traits = { execBits: true, mtimeResolutionUs: 1, symlinks: true };
let inode = 1;

export class ModelDevice {
  readonly id: DeviceId;
  readonly replica: ReplicaId;
  readonly disk = new Map<RelativePath, OnDisk>();
  readonly index = new Map<RelativePath, LocalRecord>();
  readonly writes: UserWrite[] = [];
  /** Every content that ever stood on this disk and was neither set aside nor superseded stays findable here. */
  readonly #announced = new Map<DeviceId, Map<RelativePath, AnnouncedRecord>>();
  #sequence = 0;

  constructor(id: DeviceId, replica: ReplicaId) {
    this.id = id;
    this.replica = replica;
  }

  // -------------------------------------------------------------- the user

  write(path: RelativePath, entry: LiveEntry): void {
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      const there = this.disk.get(parent)?.entry.kind;
      if (there !== undefined && there !== 'directory') return;
    }
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      if (!this.disk.has(parent)) this.#put(parent, { kind: 'directory' });
    }
    if (this.disk.get(path)?.entry.kind === 'directory') {
      if (entry.kind === 'directory') return;
      this.remove(path);
    }
    this.#put(path, entry);
  }

  remove(path: RelativePath): void {
    for (const other of this.disk.keys()) if (other === path || isBelow(other, path)) this.disk.delete(other);
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
      const observation = observe(indexed, seen(this.disk.get(path)), traits);
      if (observation.do === 'nothing') continue;
      if (observation.do === 'refresh-stat') {
        if (indexed !== undefined) this.index.set(path, { ...indexed, stat: observation.stat });
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

  get sequence(): number {
    return this.#sequence;
  }

  /** One round of decide, plan and apply over everything announced. */
  resolve(canGive: (content: Hash) => boolean): void {
    const paths = new Set<RelativePath>();
    for (const records of this.#announced.values()) for (const path of records.keys()) paths.add(path);
    const takes: Decided[] = [];
    for (const path of paths) {
      const decided = this.#decide(path);
      const { decision, local } = decided;
      if (decision.do === 'merge') {
        const stat = decision.entry.kind === 'deleted' ? undefined : local?.stat;
        this.#commitRemote(path, decision.entry, decision.version, decision.dot, stat);
      } else if (decision.do === 'take') takes.push(decided);
    }
    for (const operation of plan(takes, { record: (path) => this.index.get(path) })) this.#apply(operation, canGive);
  }

  #decide(path: RelativePath): Decided {
    const announcements: Announcement[] = [];
    for (const [device, records] of this.#announced) {
      const record = records.get(path);
      if (record !== undefined) announcements.push({ device, record });
    }
    const local = this.index.get(path);
    return { path, local, decision: reconcile(local, announcements) };
  }

  #apply(operation: Operation, canGive: (content: Hash) => boolean): void {
    if (operation.records.some(({ path, basedOn }) => (this.index.get(path)?.sequence ?? 0) !== basedOn)) return;
    if (operation.content !== undefined && !canGive(operation.content.contentHash)) return;
    const undo = new Map(this.disk);
    const stats: (StatFingerprint | undefined)[] = [];
    for (const step of operation.steps) {
      const outcome = this.#step(step);
      if (outcome === 'refused' || outcome === 'not-empty') {
        this.disk.clear();
        for (const [path, item] of undo) this.disk.set(path, item);
        if (outcome === 'not-empty') this.#revive(operation);
        return;
      }
      stats.push(outcome.stat);
    }
    for (const { path, entry, write, version, statOf } of operation.records) {
      const stat = statOf === 'kept' ? this.index.get(path)?.stat : statOf === undefined ? undefined : stats[statOf];
      if (write === 'local') this.#commitLocal(path, entry, version, stat);
      else this.#commitRemote(path, entry, version, write.dot, stat);
    }
  }

  #revive(operation: Operation): void {
    const { path } = operation;
    const staying = [...this.index.values()].some((record) => {
      if (!isBelow(record.path, path) || record.entry.kind === 'deleted') return false;
      const { decision } = this.#decide(record.path);
      return decision.do !== 'take' || decision.entry.kind !== 'deleted';
    });
    const local = this.index.get(path);
    if (!staying || local === undefined) return;
    const revival = reviveDirectory(local, operation, { record: (at) => this.index.get(at) });
    if (revival !== undefined) this.#apply(revival, () => true);
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

  /** What stands here, in words that compare between devices. */
  describe(): string[] {
    const tree = [...this.disk].map(([path, { entry }]) => `${path} ${JSON.stringify(entry)}`);
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
