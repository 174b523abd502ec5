/**
 * A file system in memory: names, inodes, times from a clock that ticks coarsely and may jump, and reused inode numbers.
 * What the user does is durable at once, and with it all that was done before (his writes flush the journal). Changes made
 * by a group of steps are undone from some point on when a crash comes before the group is synced.
 */
import { comparePaths, parentOf, type RelativePath } from '../../src/core/path.ts';
import type { StatFingerprint } from '../../src/core/record.ts';
import type { DiskItem } from '../../src/core/step.ts';
import { emptyContent, type Content } from './content.ts';
import type { Bytes, Ledger } from './ledger.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface FileNode {
  readonly kind: 'file';
  readonly inode: number;
  readonly content: Content;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly executable: boolean;
}
export interface LinkNode {
  readonly kind: 'symlink';
  readonly inode: number;
  readonly target: string;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}
export interface DirectoryNode {
  readonly kind: 'directory';
  readonly inode: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}
export type Node = FileNode | LinkNode | DirectoryNode;

/** Coarseness of ctime, milliseconds. */
const tickMs = 4;

/** Everything that a crash may take back. Nodes are never changed in place, so a copy of the map is a copy of all. */
interface Snapshot {
  readonly tree: ReadonlyMap<RelativePath, Node>;
  readonly kept: readonly Bytes[];
}

export class SimVolume {
  readonly name: string;
  readonly ledger: Ledger;
  readonly #random: SeededRandom;
  readonly #wallMs: () => number;
  #tree = new Map<RelativePath, Node>();
  #kept: Bytes[] = [];
  #nextInode = 100;
  readonly #freeInodes: number[] = [];
  /** States before each change that is not yet durable. */
  #unsynced: Snapshot[] = [];
  /** Directories that cannot be listed just now. */
  readonly unreadable = new Set<RelativePath>();
  mounted = true;
  /** A user changed something at the path. */
  onUserChange: (path: RelativePath, subtree: boolean) => void = () => {};

  constructor(name: string, ledger: Ledger, random: SeededRandom, wallMs: () => number) {
    this.name = name;
    this.ledger = ledger;
    this.#random = random;
    this.#wallMs = wallMs;
  }

  // -------------------------------------------------------------- reading

  get(path: RelativePath): Node | undefined {
    return this.#tree.get(path);
  }

  isDirectory(path: RelativePath | undefined): boolean {
    return path === undefined || this.#tree.get(path)?.kind === 'directory';
  }

  /** In comparePaths order. */
  paths(): RelativePath[] {
    return [...this.#tree.keys()].sort(comparePaths);
  }

  childrenOf(directory: RelativePath | undefined): RelativePath[] {
    return this.paths().filter((path) => parentOf(path) === directory);
  }

  item(path: RelativePath): DiskItem | undefined {
    const node = this.#tree.get(path);
    if (node === undefined) return undefined;
    const stat = statOf(node);
    return node.kind === 'symlink'
      ? { path, kind: 'symlink', stat, target: node.target }
      : { path, kind: node.kind, stat };
  }

  isUnreadable(path: RelativePath): boolean {
    for (let at: RelativePath | undefined = path; at !== undefined; at = parentOf(at)) {
      if (at !== path && this.unreadable.has(at)) return true;
    }
    return false;
  }

  *bytes(): Generator<Bytes> {
    for (const node of this.#tree.values()) {
      const bytes = bytesOf(node);
      if (bytes !== undefined) yield bytes;
    }
  }

  kept(): readonly Bytes[] {
    return this.#kept;
  }

  wallMs(): number {
    return this.#wallMs();
  }

  /** What stands here, in lines that compare between devices. */
  describe(): string[] {
    return this.paths().map((path) => {
      const node = this.#tree.get(path) as Node;
      switch (node.kind) {
        case 'directory':
          return `${path}/`;
        case 'symlink':
          return `${path} -> ${node.target} ${node.mtimeMs}`;
        case 'file':
          return `${path} ${node.content.hash.slice(0, 8)} ${node.content.bytes.length} ${node.mtimeMs}${node.executable ? ' x' : ''}`;
      }
    });
  }

  // -------------------------------------------------------------- changing (durability is the caller's)

  now(): number {
    return Math.floor(this.#wallMs() / tickMs) * tickMs;
  }

  newInode(): number {
    // Most file systems hand a freed number out again at once.
    const freed = this.#random.chance(0.5) ? this.#freeInodes.pop() : undefined;
    return freed ?? this.#nextInode++;
  }

  put(path: RelativePath, node: Node): void {
    this.#tree.set(path, node);
  }

  drop(path: RelativePath): void {
    const node = this.#tree.get(path);
    if (node === undefined) return;
    this.#tree.delete(path);
    this.#freeInodes.push(node.inode);
  }

  /** With all below it; inodes stay. */
  move(from: RelativePath, to: RelativePath): void {
    const moved = this.paths().filter((path) => path === from || path.startsWith(`${from}/`));
    for (const path of moved) {
      const node = this.#tree.get(path) as Node;
      this.#tree.delete(path);
      // A rename changes the ctime of what is renamed, not of what lies below it.
      const after = path === from ? { ...node, ctimeMs: this.now() } : node;
      this.#tree.set(`${to}${path.slice(from.length)}` as RelativePath, after);
    }
  }

  /** To the kept versions. */
  keep(node: Node): void {
    const bytes = bytesOf(node);
    if (bytes !== undefined) this.#kept = [...this.#kept, bytes];
  }

  // -------------------------------------------------------------- durability

  /** Called before a change that is durable only after sync(). */
  begin(): void {
    this.#unsynced.push({ tree: new Map(this.#tree), kept: this.#kept });
  }

  sync(): void {
    this.#unsynced = [];
  }

  /** What was not synced is lost from some point on. */
  crash(): void {
    const from = this.#random.below(this.#unsynced.length + 1);
    const state = this.#unsynced[from];
    if (state !== undefined) {
      this.#tree = new Map(state.tree);
      this.#kept = [...state.kept];
    }
    this.#unsynced = [];
    // A number in use must not be given out, whatever was undone.
    this.#freeInodes.length = 0;
    for (const { inode } of this.#tree.values()) this.#nextInode = Math.max(this.#nextInode, inode + 1);
  }

  // -------------------------------------------------------------- the user

  userWrite(path: RelativePath, content: Content, inPlace: boolean, mtimeMs?: number): void {
    if (!this.#userMakesRoom(path, 'file')) return;
    const there = this.#tree.get(path);
    const before = there?.kind === 'file' ? there : undefined;
    const now = this.now();
    this.#userGivesUp(path, there, bytesOfContent(content));
    const inode = inPlace && before !== undefined ? before.inode : this.newInode();
    const executable = before?.executable ?? false;
    this.#userPut(path, { kind: 'file', inode, content, mtimeMs: mtimeMs ?? now, ctimeMs: now, executable });
  }

  /** The first half of a program's save in place: emptied, not yet filled. */
  userTruncate(path: RelativePath): void {
    if (this.#tree.get(path)?.kind === 'file') this.userWrite(path, emptyContent, true);
  }

  userLink(path: RelativePath, target: string): void {
    if (!this.#userMakesRoom(path, 'symlink')) return;
    const now = this.now();
    this.#userGivesUp(path, this.#tree.get(path), `link ${target}`);
    this.#userPut(path, { kind: 'symlink', inode: this.newInode(), target, mtimeMs: now, ctimeMs: now });
  }

  userMkdir(path: RelativePath): void {
    if (this.isDirectory(path) || !this.#userMakesRoom(path, 'directory')) return;
    this.userRemove(path);
    const now = this.now();
    this.#userPut(path, { kind: 'directory', inode: this.newInode(), mtimeMs: now, ctimeMs: now });
  }

  /** With all below it. */
  userRemove(path: RelativePath): void {
    this.sync();
    const gone = this.paths().filter((at) => at === path || at.startsWith(`${path}/`));
    for (const at of gone.reverse()) {
      this.#userGivesUp(at, this.#tree.get(at), undefined);
      this.ledger.removed(at);
      this.drop(at);
    }
    if (gone.length > 0) this.onUserChange(path, gone.length > 1);
  }

  /** Replaces a file at `to`; does nothing where a real rename would be refused. */
  userRename(from: RelativePath, to: RelativePath): void {
    const node = this.#tree.get(from);
    const there = this.#tree.get(to);
    if (node === undefined || from === to || to.startsWith(`${from}/`) || !this.isDirectory(parentOf(to))) return;
    if (there !== undefined && (there.kind === 'directory' || node.kind === 'directory')) return;
    this.sync();
    const moved = this.paths().filter((path) => path === from || path.startsWith(`${from}/`));
    const bytes = bytesOf(node);
    this.#userGivesUp(to, there, bytes);
    // Onto its own equal: for who compares states this deletes the source and does nothing to the target.
    if (bytes !== undefined && there !== undefined && bytesOf(there) === bytes)
      this.ledger.gaveUp(bytes, `moved to ${to}`);
    this.drop(to);
    this.move(from, to);
    for (const path of moved) {
      this.ledger.removed(path);
      const now = `${to}${path.slice(from.length)}` as RelativePath;
      this.ledger.wrote(now, bytesOf(this.#tree.get(now) as Node));
    }
    this.onUserChange(from, node.kind === 'directory');
    this.onUserChange(to, node.kind === 'directory');
  }

  /** chmod and touch. */
  userMetadata(path: RelativePath, executable: boolean, mtimeMs: number | undefined): void {
    const node = this.#tree.get(path);
    if (node?.kind !== 'file') return;
    this.#userPut(path, { ...node, executable, mtimeMs: mtimeMs ?? node.mtimeMs, ctimeMs: this.now() });
  }

  #userPut(path: RelativePath, node: Node): void {
    this.sync();
    this.#tree.set(path, node);
    this.ledger.wrote(path, bytesOf(node));
    this.onUserChange(path, node.kind === 'directory');
  }

  /** Parents are made, a directory in the way is removed; false where a file stands in place of a parent. */
  #userMakesRoom(path: RelativePath, kind: Node['kind']): boolean {
    const parent = parentOf(path);
    if (parent !== undefined) {
      const there = this.#tree.get(parent);
      if (there !== undefined && there.kind !== 'directory') return false;
      if (there === undefined) this.userMkdir(parent);
      if (!this.isDirectory(parent)) return false;
    }
    if (kind !== 'directory' && this.#tree.get(path)?.kind === 'directory') this.userRemove(path);
    return true;
  }

  #userGivesUp(path: RelativePath, node: Node | undefined, successor: Bytes | undefined): void {
    const bytes = node === undefined ? undefined : bytesOf(node);
    if (bytes !== undefined && bytes !== successor) this.ledger.gaveUp(bytes, `${this.name} ${path}`);
  }
}

export function bytesOf(node: Node): Bytes | undefined {
  switch (node.kind) {
    case 'file':
      return bytesOfContent(node.content);
    case 'symlink':
      return `link ${node.target}`;
    case 'directory':
      return undefined;
  }
}

/** Nobody misses an empty file's bytes. */
export function bytesOfContent(content: Content): Bytes | undefined {
  return content === emptyContent || content.bytes.length === 0 ? undefined : `file ${content.hash}`;
}

export function statOf(node: Node): StatFingerprint {
  const { inode, mtimeMs, ctimeMs } = node;
  switch (node.kind) {
    case 'file':
      return { size: node.content.bytes.length, mtimeMs, ctimeMs, inode, mode: node.executable ? 0o100755 : 0o100644 };
    case 'symlink':
      return { size: node.target.length, mtimeMs, ctimeMs, inode, mode: 0o120777 };
    case 'directory':
      return { size: 0, mtimeMs, ctimeMs, inode, mode: 0o040755 };
  }
}
