/**
 * What the users did, kept outside of all devices: the truth that the invariants are judged by. A content counts as given up
 * (superseded) only when a user overwrote or deleted it where he saw it.
 */
import type { Entry } from '../../src/core/entry.ts';
import type { DeviceId, Hash } from '../../src/core/identifiers.ts';
import type { AnnouncedRecord, LocalRecord } from '../../src/core/record.ts';
import { compareVersions, covers, type VersionVector } from '../../src/core/version.ts';

/** A file's content or a link's text, as one word. */
export type Bytes = `file ${Hash}` | `link ${string}`;

export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

export class Ledger {
  /** Every content that a user ever wrote, with how it was given up. */
  readonly #written = new Map<Bytes, string | undefined>();
  readonly #pathsWritten = new Set<string>();
  readonly #pathsRemoved = new Set<string>();
  readonly #versions = new Map<string, VersionVector>();
  readonly #dots = new Map<string, string>();
  /** User actions that may make one content appear at one more path. */
  actions = 0;
  /** The first one; the loops would take what is thrown at them for a bad disk and go on. */
  violation: Violation | undefined;

  fail(invariant: string, message: string): never {
    const violation = new Violation(invariant, message);
    this.violation ??= violation;
    throw violation;
  }

  wrote(path: string, bytes: Bytes | undefined): void {
    this.actions++;
    this.#pathsWritten.add(path);
    if (bytes === undefined) return;
    if (!this.#written.has(bytes)) this.#written.set(bytes, undefined);
  }

  gaveUp(bytes: Bytes, how: string): void {
    if (this.#written.has(bytes)) this.#written.set(bytes, how);
  }

  removed(path: string): void {
    this.actions++;
    this.#pathsRemoved.add(path);
  }

  /** By any user, at any time. */
  wasRemoved(path: string): boolean {
    return this.#pathsRemoved.has(path);
  }

  /** I3: what becomes visible must be some user's whole write. */
  seen(bytes: Bytes, where: string): void {
    if (!this.#written.has(bytes)) this.fail('I3', `${where} shows ${bytes}, which no user wrote`);
  }

  /** Contents that must still be somewhere. */
  *owed(): Generator<Bytes> {
    for (const [bytes, gone] of this.#written) if (gone === undefined) yield bytes;
  }

  /** Paths that a user wrote and none ever removed. */
  pathsOwed(): string[] {
    return [...this.#pathsWritten].filter((path) => !this.#pathsRemoved.has(path));
  }

  /** I4: per device and life of its index, versions only grow, and a dot means one entry for ever. */
  recorded(device: DeviceId, index: string, record: LocalRecord): void {
    const key = `${device} ${index} ${record.path}`;
    const before = this.#versions.get(key);
    if (before !== undefined) {
      const order = compareVersions(before, record.version);
      if (order === 'after' || order === 'concurrent') {
        this.fail('I4', `${device} ${record.path}: ${JSON.stringify(before)} became ${JSON.stringify(record.version)}`);
      }
    }
    if (!covers(record.version, record.dot)) this.fail('I4', `${record.path}: its version lacks its dot`);
    this.#versions.set(key, record.version);
    this.dotMeans(record);
  }

  dotMeans({ path, dot, entry }: AnnouncedRecord | LocalRecord): void {
    const key = `${dot.replica} ${dot.counter}`;
    const meaning = entryText(entry);
    const before = this.#dots.get(key);
    if (before !== undefined && before !== meaning) {
      this.fail('I4', `the write ${key} (${path}) means ${before} and ${meaning}`);
    }
    this.#dots.set(key, meaning);
  }
}

export function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'file':
      return `file ${entry.contentHash.slice(0, 12)} ${entry.size} ${entry.mtimeUs} ${entry.executable ? 'x' : '-'}`;
    case 'symlink':
      return `link ${entry.target} ${entry.mtimeUs}`;
    case 'directory':
    case 'deleted':
      return entry.kind;
  }
}
