/**
 * What differs between the index and a walk of the disk: a merge join of two streams in path order, so a folder of any
 * size costs one batch of each in memory. Stands between Disk.scan (whose sink calls `push`) and needsHash/observe.
 *
 * What a scan must keep to:
 * 1. Items come in strict comparePaths order, across all batches.
 * 2. A problem is reported no later than in the first batch that holds an item after the problem's path. A failure to list
 *    a directory is thus known before anything behind that directory is judged, and what is in it is not taken for deleted
 *    (I6). A problem with the root itself (path undefined) counts from the batch that brings it.
 * 3. Index and scan cover the same part of the tree.
 * Breaking 1 or 2 could delete people's files: it is refused with an Error, which ends the scan.
 */
import { comparePaths, parentOf, type RelativePath } from './path.ts';
import { isHeld, sameStat, type LocalRecord } from './record.ts';
import type { DiskItem } from './step.ts';

/** A path that could not be looked at: nothing at or below it is known. Undefined: the root. */
export interface ScanProblem {
  readonly path: RelativePath | undefined;
}

export interface ScannedBatch {
  readonly items: readonly DiskItem[];
  readonly problems: readonly ScanProblem[];
}

/**
 * A path to be looked at more closely. `item` set: new, or not what the index describes (also kind 'other', which callers
 * report). `item` undefined: absent from a place that was listed, while `indexed` is live
 * and held here.
 */
export interface Finding {
  readonly path: RelativePath;
  readonly indexed: LocalRecord | undefined;
  readonly item: DiskItem | undefined;
  /** True: a rule leaves the path out, and the record still says that it is held. Nothing was looked at; nothing is absent. */
  readonly leftOut?: true;
}

/** Problems remembered by path; beyond them no absence counts any more. */
export const problemsMax = 1000;
/** Findings in one yielded batch. */
export const findingsPerBatchMax = 1000;

/**
 * One scan's comparison. Use: `for await (const findings of diff.push(batch)) …` for each batch in turn, each generator run
 * to its end before the next call; then the same with `end()`; `close()` in finally. Yielded batches are never empty, and
 * findings come in path order.
 */
export class ScanDiff {
  readonly #records: AsyncIterator<readonly LocalRecord[]>;
  readonly #isLeftOut: (record: LocalRecord) => boolean;
  #batch: readonly LocalRecord[] = [];
  #next = 0;
  #exhausted = false;
  #lastRecord: RelativePath | undefined;
  #lastItem: RelativePath | undefined;
  readonly #problems = new Set<RelativePath>();
  #absencesUnknown = false;

  /**
   * `indexed` in comparePaths order; it is not read before the first push. `isLeftOut`: by the same rules by which the scan
   * leaves things out, else what it did not look at would count as absent.
   */
  constructor(
    indexed: AsyncIterable<readonly LocalRecord[]>,
    isLeftOut: (record: LocalRecord) => boolean = () => false,
  ) {
    this.#records = indexed[Symbol.asyncIterator]();
    this.#isLeftOut = isLeftOut;
  }

  /** True once no absence counts any more: a problem with the root, or more than problemsMax problems. */
  get absencesUnknown(): boolean {
    return this.#absencesUnknown;
  }

  /** Findings up to and including the batch's last item. Throws when the scan breaks its contract (see above). */
  async *push(batch: ScannedBatch): AsyncGenerator<readonly Finding[], void, undefined> {
    for (const problem of batch.problems) this.#remember(problem.path);
    let findings: Finding[] = [];
    for (const item of batch.items) {
      if (this.#lastItem !== undefined && comparePaths(this.#lastItem, item.path) >= 0) {
        throw new Error(`Scan out of order: ${JSON.stringify(item.path)} after ${JSON.stringify(this.#lastItem)}`);
      }
      this.#lastItem = item.path;
      let indexed: LocalRecord | undefined;
      for (;;) {
        const record = this.#batch[this.#next] ?? (await this.#refill());
        if (record === undefined) break;
        const order = comparePaths(record.path, item.path);
        if (order > 0) break;
        this.#next++;
        if (order === 0) {
          indexed = record;
          break;
        }
        this.#pushUnseen(record, findings);
        if (findings.length >= findingsPerBatchMax) {
          yield findings;
          findings = [];
        }
      }
      if (isSuspicious(indexed, item)) findings.push({ path: item.path, indexed, item });
      if (findings.length >= findingsPerBatchMax) {
        yield findings;
        findings = [];
      }
    }
    if (findings.length > 0) yield findings;
  }

  /** Findings behind the last item. Only after a scan that ran to its end: an aborted one proves no absence. */
  async *end(): AsyncGenerator<readonly Finding[], void, undefined> {
    let findings: Finding[] = [];
    for (;;) {
      const record = this.#batch[this.#next] ?? (await this.#refill());
      if (record === undefined) break;
      this.#next++;
      this.#pushUnseen(record, findings);
      if (findings.length >= findingsPerBatchMax) {
        yield findings;
        findings = [];
      }
    }
    if (findings.length > 0) yield findings;
  }

  /** Lets go of the index's iterator; safe to call at any time and again. */
  async close(): Promise<void> {
    if (this.#exhausted) return;
    this.#exhausted = true;
    this.#batch = [];
    this.#next = 0;
    await this.#records.return?.();
  }

  #remember(path: RelativePath | undefined): void {
    if (path === undefined || this.#absencesUnknown) {
      this.#absencesUnknown = true;
      return;
    }
    if (this.#lastItem !== undefined && comparePaths(path, this.#lastItem) < 0) {
      throw new Error(
        `Scan reported the problem at ${JSON.stringify(path)} too late, after ${JSON.stringify(this.#lastItem)}`,
      );
    }
    if (this.#problems.size >= problemsMax && !this.#problems.has(path)) {
      this.#absencesUnknown = true;
      this.#problems.clear();
      return;
    }
    this.#problems.add(path);
  }

  /** A record of which the scan brought nothing. */
  #pushUnseen(record: LocalRecord, findings: Finding[]): void {
    if (!isHeld(record)) return;
    const { path } = record;
    if (this.#isLeftOut(record)) findings.push({ path, indexed: record, item: undefined, leftOut: true });
    else if (!this.#isUnknown(path)) findings.push({ path, indexed: record, item: undefined });
  }

  #isUnknown(path: RelativePath): boolean {
    if (this.#absencesUnknown) return true;
    if (this.#problems.size === 0) return false;
    for (let at: RelativePath | undefined = path; at !== undefined; at = parentOf(at)) {
      if (this.#problems.has(at)) return true;
    }
    return false;
  }

  /** The first record of the next batch that has any. */
  async #refill(): Promise<LocalRecord | undefined> {
    while (!this.#exhausted) {
      const step = await this.#records.next();
      if (step.done === true) {
        this.#exhausted = true;
        break;
      }
      this.#batch = step.value;
      this.#next = 0;
      for (const { path } of this.#batch) {
        if (this.#lastRecord !== undefined && comparePaths(this.#lastRecord, path) >= 0) {
          throw new Error(`Index out of order: ${JSON.stringify(path)} after ${JSON.stringify(this.#lastRecord)}`);
        }
        this.#lastRecord = path;
      }
      if (this.#batch.length > 0) return this.#batch[0];
    }
    this.#batch = [];
    this.#next = 0;
    return undefined;
  }
}

function isSuspicious(indexed: LocalRecord | undefined, item: DiskItem): boolean {
  if (indexed === undefined || indexed.stat === undefined || indexed.entry.kind !== item.kind) return true;
  if (indexed.entry.kind === 'symlink' && indexed.entry.target !== item.target) return true;
  return !sameStat(indexed.stat, item.stat, indexed.entry.kind);
}
