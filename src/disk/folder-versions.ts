/**
 * The version store of one folder, from the main thread: lists, restores from, and prunes it. Pruning runs at start, every hour
 * and when the disk is short. Its walk tells what is kept; between two walks what is put away is added up, so that no operation
 * pays for a walk of its own.
 */
import type { Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import { defaultRetention, excessBytes, type RetentionLimits, type Space } from '../core/retention.ts';
import type { FormerContent, ToClone } from './clones.ts';
import type { VersionList } from './list-versions.ts';
import type { PruneReport } from './prune-versions.ts';
import type { CopyToStage } from './stage-copies.ts';
import type { Lane } from './pool.ts';
import type { Handlers, Method } from './worker-handlers.ts';

const pruneEveryMs = 3_600_000;
/** Between two runs because the disk is short. */
const pruneAgainMsMin = 60_000;
/** Between two looks at the volume's space while versions are put away. */
const spaceEveryMs = 10_000;

export type Call = <M extends Method>(
  lane: Lane,
  method: M,
  argument: Parameters<Handlers[M]>[1],
) => Promise<ReturnType<Handlers[M]>>;

export interface FolderVersionsOptions {
  readonly call: Call;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly retention?: RetentionLimits;
}

export class FolderVersions {
  readonly #options: FolderVersionsOptions;
  readonly #limits: RetentionLimits;
  #reflinks: Promise<boolean> | undefined;
  #last: PruneReport | undefined;
  #addedBytes = 0;
  #prunedMs = Number.NEGATIVE_INFINITY;
  #spaceMs = Number.NEGATIVE_INFINITY;
  #pruning: Promise<PruneReport> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onError: ((error: unknown) => void) | undefined;

  constructor(options: FolderVersionsOptions) {
    this.#options = options;
    this.#limits = options.retention ?? defaultRetention;
  }

  /** True where files can share blocks; asked of the volume once. */
  reflinks(): Promise<boolean> {
    this.#reflinks ??= this.#options.call('io', 'probeReflinks', undefined);
    return this.#reflinks;
  }

  list(path: RelativePath | undefined, recursive: boolean): Promise<VersionList> {
    return this.#options.call('scan', 'listVersions', { path, recursive });
  }

  /** For each: true when its content, verified, stands in staging. Rejects when the disk is full. */
  stageCopies(copies: readonly CopyToStage[]): Promise<boolean[]> {
    return this.#options.call('io', 'stageCopies', copies);
  }

  // -------------------------------------------------------------- clones

  async makeClones(files: readonly ToClone[]): Promise<void> {
    if (files.length > 0 && (await this.reflinks())) await this.#options.call('io', 'makeClones', files);
  }

  async keepClones(files: readonly FormerContent[]): Promise<(string | undefined)[]> {
    if (files.length === 0 || !(await this.reflinks())) return files.map(() => undefined);
    return this.#options.call('io', 'keepClones', { files, now: this.#options.now() });
  }

  async clonesIn(bucket: number): Promise<Hash[]> {
    return (await this.reflinks()) ? this.#options.call('io', 'clonesIn', bucket) : [];
  }

  async dropClones(hashes: readonly Hash[]): Promise<void> {
    if (hashes.length > 0) await this.#options.call('io', 'dropClones', hashes);
  }

  // -------------------------------------------------------------- pruning

  /** Prunes now and every hour until close(). */
  start(onError: (error: unknown) => void): void {
    this.#onError = onError;
    this.#timer = setInterval(() => this.#run(), pruneEveryMs);
    this.#timer.unref();
    this.#run();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#onError = undefined;
  }

  /** Waits for a run that is under way, else makes one. */
  prune(): Promise<PruneReport> {
    this.#prunedMs = performance.now();
    this.#pruning ??= this.#options
      .call('scan', 'pruneVersions', { now: this.#options.now(), limits: this.#limits })
      .then((report) => {
        this.#last = report;
        this.#addedBytes = 0;
        return report;
      })
      .finally(() => (this.#pruning = undefined));
    return this.#pruning;
  }

  /** So many bytes were put away. */
  added(bytes: number): void {
    this.#addedBytes += bytes;
    if (this.#onError === undefined || this.#last === undefined || !this.#mayPruneAgain()) return;
    const { keptBytes, space } = this.#last;
    if (excessBytes(keptBytes + this.#addedBytes, space, this.#limits) > 0) return this.#run();
    if (performance.now() - this.#spaceMs < spaceEveryMs) return;
    this.#spaceMs = performance.now();
    void this.#options
      .call('io', 'spaceOf', undefined)
      .then((now: Space) => {
        if (excessBytes(0, now, this.#limits) > 0) this.#run();
      })
      .catch((error: unknown) => this.#onError?.(error));
  }

  /** The volume refused a write for want of space. */
  diskFull(): void {
    if (this.#onError !== undefined && this.#mayPruneAgain()) this.#run();
  }

  #mayPruneAgain(): boolean {
    return performance.now() - this.#prunedMs >= pruneAgainMsMin;
  }

  #run(): void {
    this.prune().catch((error: unknown) => this.#onError?.(error));
  }
}
