/** The file system of one folder, as the sync loops use it: every method is a call to a disk worker. */
import type { FolderId, Hash } from '../core/identifiers.ts';
import type { FolderNote, Witness } from '../core/lives.ts';
import { folds } from '../core/names.ts';
import type { VolumeTraits } from '../core/observe.ts';
import type { RelativePath } from '../core/path.ts';
import type { Manifest } from '../core/record.ts';
import type { ApplyStep, DiskItem } from '../core/step.ts';
import type { ApplyOutcome } from './apply.ts';
import { FolderIgnores } from './folder-ignores.ts';
import { FolderVersions } from './folder-versions.ts';
import type { HashOutcome } from './hash.ts';
import type { IgnoreFile } from './ignore-file.ts';
import type { PathProblem } from './look.ts';
import type { MarkerState } from './marker.ts';
import type { CallOptions, DiskPool, Lane } from './pool.ts';
import { packPieces, unpackBytes, type PackedBytes } from './protocol.ts';
import type { ReadChunk } from './read-chunk.ts';
import { errnoOf, type RootIdentity } from './root.ts';
import type { ScanBatch } from './scan.ts';
import type { WatchHint } from './settle.ts';
import type { StagePiece } from './staging.ts';
import { watchTree, type Watch } from './watch.ts';
import type { Handlers, Method } from './worker-handlers.ts';

/** Files hashed by one worker before it takes new ones. */
const hashShareMin = 16;
/** Staged files above this are verified apart from the others. */
const largeFileBytesMin = 16 * 1024 * 1024;

export type RootState = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };

export interface FolderDiskOptions {
  readonly pool: Pick<DiskPool, 'call' | 'hashThreads'>;
  /** Absolute, of an existing directory. */
  readonly path: string;
  readonly folder: FolderId;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Patterns of what this device leaves out. */
  readonly exclude?: readonly string[];
}

export class FolderDisk {
  readonly traits: VolumeTraits;
  /** What is left out here: neither walked nor hinted at. */
  readonly ignores: FolderIgnores;
  readonly versions: FolderVersions;
  readonly #options: FolderDiskOptions;
  readonly #identity: RootIdentity;

  constructor(options: FolderDiskOptions, traits: VolumeTraits, identity: RootIdentity) {
    this.#options = options;
    this.traits = traits;
    this.#identity = identity;
    this.ignores = new FolderIgnores({
      read: () => this.#call('io', 'readIgnoreFile', undefined) as Promise<IgnoreFile>,
      device: options.exclude ?? [],
      monotonic: () => performance.now(),
    });
    this.versions = new FolderVersions({
      call: (lane, method, argument) => this.#call(lane, method, argument),
      now: options.now,
    });
  }

  async checkRoot(): Promise<RootState> {
    const { path } = this.#options;
    try {
      return markerProblem(path, this.#options.folder, await this.#call('io', 'readMarker', undefined)) ?? { ok: true };
    } catch (error) {
      return rootGone(path, error);
    }
  }

  async scan(
    start: RelativePath | undefined,
    recursive: boolean,
    sink: (batch: ScanBatch) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#options.pool.call({
      lane: 'scan',
      root: this.#options.path,
      identity: this.#identity,
      method: 'scan',
      argument: { start, recursive, ignores: this.ignores.sources() },
      signal,
      onPart: (batch) => sink(batch as ScanBatch),
    });
  }

  look(paths: readonly RelativePath[]): Promise<(DiskItem | PathProblem | undefined)[]> {
    return this.#call('io', 'look', paths);
  }

  /** Spread over the hash workers in shares that keep their order. */
  async hash(paths: readonly RelativePath[], signal: AbortSignal): Promise<HashOutcome[]> {
    const share = Math.max(hashShareMin, Math.ceil(paths.length / (this.#options.pool.hashThreads * 2)));
    const parts: Promise<HashOutcome[]>[] = [];
    for (let start = 0; start < paths.length; start += share) {
      parts.push(this.#call('hash', 'hash', paths.slice(start, start + share), { signal }));
    }
    return (await Promise.all(parts)).flat();
  }

  async readChunks(chunks: readonly ReadChunk[]): Promise<(Uint8Array | undefined)[]> {
    return unpackBytes((await this.#call('io', 'readChunks', chunks)) as PackedBytes);
  }

  async stage(pieces: readonly StagePiece[]): Promise<boolean[]> {
    const argument = packPieces(pieces);
    try {
      return await this.#call('io', 'stage', argument, { transfer: [argument.packed.buffer] });
    } catch (error) {
      if (errnoOf(error) === 'DISK_FULL') this.versions.diskFull();
      throw error;
    }
  }

  stagedChunks(
    contentHash: Hash,
    fileSize: number,
    manifest: Manifest,
    start: number,
    signal: AbortSignal,
  ): Promise<boolean[]> {
    return this.#call('io', 'stagedChunks', { contentHash, fileSize, manifest, start }, { signal });
  }

  /**
   * Large files that came in order were hashed on their way; others are read again in the hash lane, so that they hold up neither
   * peers nor other writes; nor the end, by `signal`.
   */
  async finishStaged(
    files: readonly { readonly contentHash: Hash; readonly fileSize: number }[],
    signal?: AbortSignal,
  ): Promise<boolean[]> {
    const options = signal === undefined ? {} : { signal };
    const isLarge = ({ fileSize }: { readonly fileSize: number }): boolean => fileSize > largeFileBytesMin;
    const [small, large] = await Promise.all([
      this.#call(
        'io',
        'finishStaged',
        files.filter((file) => !isLarge(file)),
      ),
      Promise.all(files.filter(isLarge).map((file) => this.#finishLarge(file, options))),
    ]);
    let nextSmall = 0;
    let nextLarge = 0;
    return files.map((file) => (isLarge(file) ? large[nextLarge++] : small[nextSmall++]) === true);
  }

  async #finishLarge(
    file: { readonly contentHash: Hash; readonly fileSize: number },
    options: { readonly signal?: AbortSignal },
  ): Promise<boolean | undefined> {
    const [known] = await this.#call('io', 'finishFollowed', [file]);
    return known ?? (await this.#call('hash', 'finishStaged', [file], options))[0];
  }

  async apply(steps: readonly ApplyStep[], atomic = false): Promise<ApplyOutcome[]> {
    if (steps.length === 0) return [];
    const outcomes = await this.#call('io', 'apply', { steps, now: this.#options.now(), atomic });
    this.versions.added(keptBytes(steps, outcomes));
    return outcomes;
  }

  async pruneStaging(keep: ReadonlySet<Hash>, before?: number): Promise<void> {
    await this.#call('io', 'pruneStaging', { keep: [...keep], before });
  }

  /** What an index left in the folder (core/lives.ts). */
  traces(): Promise<{ readonly witness: Witness | undefined; readonly note: FolderNote | undefined }> {
    return this.#call('io', 'traces', undefined);
  }

  makeWitness(): Promise<Witness> {
    return this.#call('io', 'makeWitness', undefined);
  }

  async writeNote(note: FolderNote): Promise<void> {
    await this.#call('io', 'writeNote', note);
  }

  watch(onHint: (hint: WatchHint) => void, onError: (error: Error) => void): Promise<Watch> {
    return watchTree(this.#options.path, onHint, onError, this.ignores.matches);
  }

  /** A line more in .p2psyncignore. */
  async addIgnoreRule(pattern: string): Promise<void> {
    await this.#call('io', 'appendIgnoreRule', pattern);
  }

  #call<M extends Method>(
    lane: Lane,
    method: M,
    argument: Parameters<Handlers[M]>[1],
    options: Pick<CallOptions, 'signal' | 'transfer'> = {},
  ): Promise<ReturnType<Handlers[M]>> {
    const call = this.#options.pool.call({
      lane,
      root: this.#options.path,
      identity: this.#identity,
      method,
      argument,
      ...options,
    });
    return call as Promise<ReturnType<Handlers[M]>>;
  }
}

/** What the steps put into the version store. */
function keptBytes(steps: readonly ApplyStep[], outcomes: readonly ApplyOutcome[]): number {
  return steps.reduce((sum, { expect }, i) => {
    const outcome = outcomes[i];
    const isKept = outcome?.ok === true && outcome.kept !== undefined;
    return isKept && expect.is === 'present' ? sum + expect.stat.size : sum;
  }, 0);
}

/** Opens the folder's disk: remembers which directory it is and probes its volume. Rejects in one sentence when it cannot. */
export async function createFolderDisk(options: FolderDiskOptions): Promise<FolderDisk> {
  const { pool, path, folder } = options;
  const call = (method: Method): Promise<unknown> => pool.call({ lane: 'io', root: path, method, argument: undefined });
  try {
    const identity = (await call('identity')) as RootIdentity;
    // Looked at before the probe writes: an empty mount point must not get a directory of ours.
    const problem = markerProblem(path, folder, (await call('readMarker')) as MarkerState);
    if (problem !== undefined && !problem.ok) throw new Error(problem.message);
    const traits = (await call('probe')) as VolumeTraits;
    const disk = new FolderDisk(options, traits, folds(traits) ? { ...identity, folds: true } : identity);
    await disk.ignores.reload();
    return disk;
  } catch (error) {
    const gone = rootGone(path, error);
    throw gone.ok ? error : new Error(gone.message, { cause: error });
  }
}

function rootProblem(code: string, message: string): RootState {
  return { ok: false, code, message };
}

function markerProblem(path: string, folder: FolderId, marker: MarkerState): RootState | undefined {
  switch (marker.is) {
    case 'folder':
      if (marker.folder === folder) return undefined;
      return rootProblem(
        'MARKER_OF_OTHER_FOLDER',
        `${path} is marked as another folder; nothing is synchronised there. Put the right directory back, or remove the folder and add it again`,
      );
    case 'absent':
      return rootProblem(
        'MARKER_MISSING',
        `${path} does not hold this folder's marker (.p2psync/folder.json): is the disk mounted? Nothing is taken for deleted. If the directory is right, remove the folder and add it again`,
      );
    case 'unreadable':
      return rootProblem(
        'MARKER_UNREADABLE',
        `the marker .p2psync/folder.json in ${path} cannot be read (${marker.message}); check the disk and its permissions`,
      );
  }
}

function rootGone(path: string, error: unknown): RootState {
  switch (errnoOf(error)) {
    case 'ROOT_REPLACED':
      return rootProblem(
        'ROOT_REPLACED',
        `${path} is another directory than it was; nothing is taken for deleted. Put the old one back, or restart p2psync if this is on purpose`,
      );
    case 'ENOENT':
      return rootProblem('ROOT_MISSING', `${path} is not there; is the disk mounted? Nothing is taken for deleted`);
    case 'ENOTDIR':
      return rootProblem('ROOT_MISSING', `${path} is no directory any more; put the folder's directory back`);
    default:
      return rootProblem('ROOT_UNREADABLE', `${path} cannot be used: ${(error as Error).message}`);
  }
}
