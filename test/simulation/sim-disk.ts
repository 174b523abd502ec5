/**
 * The Disk port over a SimVolume. Every call takes virtual time, between any two steps the user may write, and a crash may
 * come: what a group of steps changed is durable only when apply() resolves. Mirrors what src/disk promises (look first, keep
 * what is replaced, verify before visible); src/disk's own tests check that it keeps these promises.
 */
import type { Hash } from '../../src/core/identifiers.ts';
import { mtimeUsOf } from '../../src/core/file-time.ts';
import { isBelow, nameOf, parentOf, type RelativePath } from '../../src/core/path.ts';
import { sameStat, type Manifest } from '../../src/core/record.ts';
import type { ApplyStep, DiskItem, Expectation } from '../../src/core/step.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import type {
  ApplyOutcome,
  Disk,
  HashOutcome,
  PathProblem,
  ReadChunk,
  ScanBatch,
  StagePiece,
  Watch,
  WatchHint,
} from '../../src/sync/ports.ts';
import { contentOf, type Content } from './content.ts';
import type { Sabotage } from './history.ts';
import { bytesOfContent, statOf, type FileNode, type SimVolume } from './sim-volume.ts';
import type { Life } from './scheduler.ts';

/** As src/disk/hash.ts lets a file system's tick pass before it trusts a stat. */
const tickMs = 10;
const scanItemsMax = 4;

export interface DiskFaults {
  readonly hintsLost: number;
  readonly hintsDoubled: number;
  readonly sabotage?: Sabotage;
}

interface Staged {
  bytes: Uint8Array;
  synced: boolean;
}

/** What outlives a life of the device beside the tree: half-fetched content. */
export class SimStaging {
  readonly files = new Map<Hash, Staged>();

  /** Nothing of it was synced: any part may be gone. */
  crash(below: (n: number) => number): void {
    for (const [hash, staged] of this.files) {
      if (staged.synced) continue;
      const { bytes } = staged;
      switch (below(4)) {
        case 0:
          this.files.delete(hash);
          break;
        case 1:
          this.files.set(hash, { bytes: bytes.slice(0, below(bytes.length + 1)), synced: true });
          break;
        case 2:
          // Its size reached the disk, its data did not.
          this.files.set(hash, { bytes: bytes.slice().fill(0, below(bytes.length + 1)), synced: true });
          break;
        default:
          break;
      }
    }
  }
}

export class SimDisk implements Disk {
  readonly #volume: SimVolume;
  readonly #staging: SimStaging;
  readonly #life: Life;
  /** Chances of hints lost and doubled. */
  readonly #faults: DiskFaults;

  constructor(volume: SimVolume, staging: SimStaging, life: Life, faults: DiskFaults) {
    this.#volume = volume;
    this.#staging = staging;
    this.#life = life;
    this.#faults = faults;
  }

  async checkRoot(): ReturnType<Disk['checkRoot']> {
    await this.#life.turn();
    return this.#volume.mounted
      ? { ok: true }
      : { ok: false, code: 'MARKER_MISSING', message: 'the disk is not mounted' };
  }

  #is(sabotage: Sabotage): boolean {
    return this.#faults.sabotage === sabotage;
  }

  /** A failed check of the root's identity: the real workers reject the whole call. */
  #assertMounted(): void {
    if (!this.#volume.mounted)
      throw Object.assign(new Error('the root is another directory'), { code: 'ROOT_REPLACED' });
  }

  // -------------------------------------------------------------- looking

  async scan(
    start: RelativePath | undefined,
    recursive: boolean,
    sink: (batch: ScanBatch) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    let items: DiskItem[] = [];
    let problems: PathProblem[] = [];
    const flush = async (): Promise<void> => {
      const batch = { items, problems };
      [items, problems] = [[], []];
      await sink(batch);
    };
    const walk = async (directory: RelativePath | undefined): Promise<void> => {
      await this.#life.turn();
      signal.throwIfAborted();
      this.#assertMounted();
      if (!this.#volume.isDirectory(directory)) return;
      if (directory !== undefined && this.#volume.unreadable.has(directory)) {
        if (!this.#is('forgetful')) problems.push(unreadable(directory));
        return;
      }
      for (const path of this.#volume.childrenOf(directory)) {
        if (this.#life.scheduler.random.chance(0.3)) await this.#life.turn();
        this.#assertMounted();
        if (!this.#volume.isUnreadable(path)) await visit(path);
        else if (!this.#is('forgetful')) problems.push(unreadable(path));
      }
    };
    const visit = async (path: RelativePath): Promise<void> => {
      const item = this.#volume.item(path);
      if (item === undefined) return;
      items.push(item);
      if (items.length >= scanItemsMax) await flush();
      if (recursive && item.kind === 'directory') await walk(path);
    };
    if (start === undefined) await walk(undefined);
    else if (this.#volume.isUnreadable(start)) problems.push(unreadable(start));
    else {
      await this.#life.turn();
      this.#assertMounted();
      await visit(start);
    }
    await flush();
  }

  async look(paths: readonly RelativePath[]): Promise<(DiskItem | PathProblem | undefined)[]> {
    await this.#life.turn();
    this.#assertMounted();
    const found: (DiskItem | PathProblem | undefined)[] = [];
    for (const path of paths) {
      const isHidden = this.#volume.isUnreadable(path);
      if (isHidden) found.push(this.#is('forgetful') ? undefined : unreadable(path));
      else found.push(this.#volume.item(path));
      if (this.#life.scheduler.random.chance(0.1)) await this.#life.turn();
    }
    return found;
  }

  async hash(paths: readonly RelativePath[], signal: AbortSignal): Promise<HashOutcome[]> {
    const outcomes: HashOutcome[] = [];
    for (const path of paths) {
      await this.#life.turn();
      signal.throwIfAborted();
      this.#assertMounted();
      outcomes.push(await this.#hashOne(path));
    }
    return outcomes;
  }

  async #hashOne(path: RelativePath): Promise<HashOutcome> {
    if (this.#volume.isUnreadable(path)) return { path, ok: false, reason: 'unreadable', message: 'EACCES' };
    const before = this.#volume.get(path);
    if (before?.kind !== 'file') return { path, ok: false, reason: 'gone', message: 'it is no longer there' };
    const ageMs = this.#volume.wallMs() - before.ctimeMs;
    if (ageMs >= 0 && ageMs < tickMs) await this.#wait(tickMs - ageMs);
    const read = this.#volume.get(path);
    await this.#life.turn();
    const after = this.#volume.get(path);
    const isSame = after?.kind === 'file' && sameStat(statOf(before), statOf(after), 'file');
    if (!isSame || read?.kind !== 'file')
      return { path, ok: false, reason: 'changing', message: 'it changed while it was read' };
    return {
      path,
      ok: true,
      stat: statOf(before),
      entry: entryOf({ ...before, content: read.content }),
      manifest: read.content.manifest,
    };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#life.scheduler.after(ms, resolve, this.#life);
    });
  }

  // -------------------------------------------------------------- content

  async readChunks(chunks: readonly ReadChunk[]): Promise<(Uint8Array | undefined)[]> {
    await this.#life.turn();
    this.#assertMounted();
    return chunks.map((chunk) => this.#chunkAt(chunk));
  }

  #chunkAt({ hash, length, place }: ReadChunk): Uint8Array | undefined {
    const node = this.#volume.isUnreadable(place.path) ? undefined : this.#volume.get(place.path);
    if (node?.kind !== 'file') return undefined;
    const bytes = node.content.bytes.slice(place.offset, place.offset + length);
    return bytes.length === length && hashBytes(bytes) === hash ? bytes : undefined;
  }

  async stage(pieces: readonly StagePiece[]): Promise<boolean[]> {
    const good: boolean[] = [];
    for (const piece of pieces) {
      if (this.#life.scheduler.random.chance(0.3)) await this.#life.turn();
      this.#assertMounted();
      good.push(this.#stageOne(piece));
    }
    await this.#life.turn();
    return good;
  }

  #stageOne({ contentHash, fileSize, offset, length, hash, from }: StagePiece): boolean {
    const bytes = 'bytes' in from ? from.bytes : this.#chunkAt({ hash, length, place: from.place });
    const isRight = bytes?.length === length && (this.#is('gullible') || hashBytes(bytes) === hash);
    if (!isRight || offset + length > fileSize) return false;
    const staged = this.#staging.files.get(contentHash) ?? { bytes: new Uint8Array(0), synced: false };
    if (staged.bytes.length < offset + length) {
      const longer = new Uint8Array(offset + length);
      longer.set(staged.bytes);
      staged.bytes = longer;
    }
    staged.bytes.set(bytes, offset);
    staged.synced = false;
    this.#staging.files.set(contentHash, staged);
    return true;
  }

  async stagedChunks(contentHash: Hash, _fileSize: number, manifest: Manifest): Promise<boolean[]> {
    await this.#life.turn();
    const bytes = this.#staging.files.get(contentHash)?.bytes;
    let offset = 0;
    return manifest.map(({ hash, length }) => {
      const at = offset;
      offset += length;
      return bytes !== undefined && at + length <= bytes.length && hashBytes(bytes.subarray(at, at + length)) === hash;
    });
  }

  async finishStaged(files: readonly { readonly contentHash: Hash; readonly fileSize: number }[]): Promise<boolean[]> {
    await this.#life.turn();
    this.#assertMounted();
    return files.map(({ contentHash, fileSize }) => {
      const bytes = fileSize === 0 ? new Uint8Array(0) : this.#staging.files.get(contentHash)?.bytes;
      const good = bytes?.length === fileSize && (this.#is('gullible') || hashBytes(bytes) === contentHash);
      if (good) this.#staging.files.set(contentHash, { bytes, synced: false });
      else this.#staging.files.delete(contentHash);
      return good;
    });
  }

  async pruneStaging(keep: ReadonlySet<Hash>, before?: number): Promise<void> {
    // Nothing lies there for weeks of a run.
    if (before !== undefined) return;
    await this.#life.turn();
    for (const hash of this.#staging.files.keys()) if (!keep.has(hash)) this.#staging.files.delete(hash);
  }

  // -------------------------------------------------------------- applying

  async apply(steps: readonly ApplyStep[], atomic = false): Promise<ApplyOutcome[]> {
    if (steps.length === 0) return [];
    await this.#life.turn();
    this.#assertMounted();
    // Prepared: content taken from staging and synced, as long as it is there.
    const contents = steps.map((step) =>
      step.do === 'write-file' ? this.#take(step.entry.contentHash, step.entry.size) : undefined,
    );
    const outcomes: ApplyOutcome[] = [];
    let stopped = atomic && !this.#allMeet(steps);
    for (const [i, step] of steps.entries()) {
      await this.#life.turn();
      this.#assertMounted();
      outcomes.push(
        stopped ? failure('changed', 'GROUP_STOPPED', 'another part failed') : this.#step(step, contents[i]),
      );
      stopped ||= atomic && outcomes[i]?.ok === false;
      if (this.#life.scheduler.random.chance(0.5)) this.#hint(step.path, false);
    }
    // Content that was put in place has left staging.
    steps.forEach((step, i) => {
      if (step.do === 'write-file' && outcomes[i]?.ok === true) this.#staging.files.delete(step.entry.contentHash);
    });
    await this.#life.turn(20);
    if (!this.#is('lazy')) this.#volume.sync();
    return outcomes;
  }

  #take(hash: Hash, size: number): Content | undefined {
    const staged = this.#staging.files.get(hash);
    if (staged?.bytes.length !== size) return undefined;
    staged.synced = true;
    return contentOf(staged.bytes);
  }

  #step(step: ApplyStep, content: Content | undefined): ApplyOutcome {
    const volume = this.#volume;
    const { path, expect } = step;
    const parent = parentOf(path);
    if (volume.isUnreadable(path)) return failure('failed', 'EACCES', 'it cannot be read');
    if (step.do === 'write-file' && content === undefined) return failure('unstaged', 'UNSTAGED', 'not staged');
    if (!volume.isDirectory(parent)) return failure('no-parent', 'NO_PARENT', `${path} has no parent`);
    if (!this.#meets(path, expect)) return failure('changed', 'CHANGED', `${path} is not what was expected`);
    const there = volume.get(path);
    const now = volume.now();
    switch (step.do) {
      case 'create-directory':
        if (there !== undefined) return failure('changed', 'EEXIST', 'it exists');
        volume.begin();
        volume.put(path, { kind: 'directory', inode: volume.newInode(), mtimeMs: now, ctimeMs: now });
        return { ok: true, stat: this.#statAt(path) };
      case 'write-file': {
        if (there?.kind === 'directory') return failure('failed', 'IS_DIRECTORY', 'it is a directory');
        const { bytes } = content as Content;
        const visible = bytesOfContent(content as Content);
        if (visible !== undefined) volume.ledger.seen(visible, `${volume.name} ${path}`);
        volume.begin();
        if (there !== undefined) volume.keep(there);
        const { mtimeUs, executable } = step.entry;
        const node: FileNode = {
          kind: 'file',
          inode: volume.newInode(),
          content: { ...(content as Content), bytes },
          mtimeMs: mtimeUs / 1000,
          ctimeMs: now,
          executable,
        };
        volume.drop(path);
        volume.put(path, node);
        return { ok: true, stat: this.#statAt(path) };
      }
      case 'write-symlink':
        if (there?.kind === 'directory') return failure('failed', 'IS_DIRECTORY', 'it is a directory');
        volume.ledger.seen(`link ${step.target}`, `${volume.name} ${path}`);
        volume.begin();
        if (there !== undefined) volume.keep(there);
        volume.drop(path);
        volume.put(path, {
          kind: 'symlink',
          inode: volume.newInode(),
          target: step.target,
          mtimeMs: step.mtimeUs / 1000,
          ctimeMs: now,
        });
        return { ok: true, stat: this.#statAt(path) };
      case 'set-metadata': {
        if (there === undefined || there.kind === 'directory') return failure('changed', 'CHANGED', 'it is gone');
        volume.begin();
        const mtimeMs = step.mtimeUs / 1000;
        volume.put(
          path,
          there.kind === 'file'
            ? { ...there, mtimeMs, executable: step.executable, ctimeMs: now }
            : { ...there, mtimeMs, ctimeMs: now },
        );
        return { ok: true, stat: this.#statAt(path) };
      }
      case 'rename':
        if (there === undefined) return failure('changed', 'CHANGED', 'it is gone');
        if (!volume.isDirectory(parentOf(step.to)))
          return failure('no-parent', 'NO_PARENT', `${step.to} has no parent`);
        if (volume.get(step.to) !== undefined) return failure('changed', 'EEXIST', `${step.to} exists`);
        volume.begin();
        volume.move(path, step.to);
        return { ok: true, stat: this.#statAt(step.to) };
      case 'remove':
        if (there === undefined) return failure('changed', 'CHANGED', 'it is gone');
        if (there.kind === 'directory') return failure('failed', 'IS_DIRECTORY', 'it is a directory');
        volume.begin();
        volume.keep(there);
        volume.drop(path);
        return { ok: true, stat: undefined };
      case 'remove-directory': {
        const inside = volume.paths().find((at) => isBelow(at, path));
        if (inside !== undefined) return failure('not-empty', 'ENOTEMPTY', `it holds ${nameOf(inside)}`);
        if (there === undefined) return failure('changed', 'CHANGED', 'it is gone');
        if (there.kind !== 'directory') return failure('failed', 'ENOTDIR', 'it is no directory');
        volume.begin();
        volume.drop(path);
        return { ok: true, stat: undefined };
      }
    }
  }

  /** Of each path the first step: what later ones expect is still to be made. */
  #allMeet(steps: readonly ApplyStep[]): boolean {
    const seen = new Set<RelativePath>();
    return steps.every(({ path, expect }) => seen.has(path) || (seen.add(path), this.#meets(path, expect)));
  }

  #meets(path: RelativePath, expect: Expectation): boolean {
    const there = this.#volume.get(path);
    if (this.#is('blind')) return true;
    if (expect.is === 'absent') return there === undefined;
    return there !== undefined && there.kind === expect.kind && sameStat(statOf(there), expect.stat, expect.kind);
  }

  #statAt(path: RelativePath): ReturnType<typeof statOf> | undefined {
    const node = this.#volume.get(path);
    return node === undefined ? undefined : statOf(node);
  }

  // -------------------------------------------------------------- watching

  #onHint: ((hint: WatchHint) => void) | undefined;

  async watch(onHint: (hint: WatchHint) => void, _onError: (error: Error) => void): Promise<Watch> {
    await this.#life.turn(30);
    this.#onHint = onHint;
    this.#volume.onUserChange = (path, subtree) => this.#hint(path, subtree);
    return {
      close: async () => {
        this.#onHint = undefined;
        await this.#life.turn();
      },
    };
  }

  #hint(path: RelativePath, subtree: boolean): void {
    const { random } = this.#life.scheduler;
    if (random.chance(this.#faults.hintsLost)) return;
    const times = random.chance(this.#faults.hintsDoubled) ? 2 : 1;
    for (let i = 0; i < times; i++) {
      this.#life.scheduler.after(20 + random.next() * 200, () => this.#onHint?.({ path, subtree }), this.#life);
    }
  }
}

function unreadable(path: RelativePath): PathProblem {
  return { path, code: 'EACCES', message: 'cannot be read' };
}

function failure(reason: Extract<ApplyOutcome, { ok: false }>['reason'], code: string, message: string): ApplyOutcome {
  return { ok: false, reason, code, message };
}

function entryOf(node: FileNode): Extract<HashOutcome, { ok: true }>['entry'] {
  return {
    kind: 'file',
    size: node.content.bytes.length,
    mtimeUs: mtimeUsOf(statOf(node)),
    executable: node.executable,
    contentHash: node.content.hash,
  };
}
