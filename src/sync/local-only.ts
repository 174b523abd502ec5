/**
 * Receive-only folders: what is changed on this device is not recorded, so nobody hears of it. It is remembered here, shown to
 * people, and gives way (to the version store) when something arrives at its path, or when a person reverts it.
 */
import { comparePaths, type RelativePath } from '../core/path.ts';
import { isHeld, sameStat, type StatFingerprint } from '../core/record.ts';
import type { ApplyStep } from '../core/step.ts';
import type { RecordChange } from './ports.ts';
import type { SessionContext } from './session-context.ts';

/** Local changes remembered; more are still not sent, but read again at every scan and not counted. */
const localOnlyMax = 100_000;

export class LocalOnly {
  readonly #context: SessionContext;
  /** What stands there instead of what the index says; undefined: nothing does. */
  readonly #changes = new Map<RelativePath, StatFingerprint | undefined>();

  constructor(context: SessionContext) {
    this.#context = context;
  }

  get count(): number {
    return this.#changes.size;
  }

  paths(): RelativePath[] {
    return [...this.#changes.keys()].sort(comparePaths);
  }

  has(path: RelativePath): boolean {
    return this.#changes.has(path);
  }

  /** True when this very thing was seen there before: it need not be read again. */
  isKnown(path: RelativePath, stat: StatFingerprint): boolean {
    const known = this.#changes.get(path);
    return (
      known !== undefined && known.inode === stat.inode && known.ctimeMs === stat.ctimeMs && known.size === stat.size
    );
  }

  /** Takes local writes out of `changes`; the rest are no changes by a user. */
  withhold(changes: readonly RecordChange[]): RecordChange[] {
    return changes.filter((change) => {
      if (change.write !== 'local') return true;
      if (!this.#changes.has(change.path)) {
        this.#context.emit({ type: 'local-only', path: change.path, kind: change.entry.kind });
      }
      if (this.#changes.size < localOnlyMax || this.#changes.has(change.path)) {
        this.#changes.set(change.path, change.stat);
      }
      return false;
    });
  }

  /** After a look at everything: what was not found to differ is no change any more. */
  keepOnly(found: ReadonlySet<RelativePath>): void {
    for (const path of this.#changes.keys()) if (!found.has(path)) this.#changes.delete(path);
  }

  /** What stands there is what the index says. */
  forget(path: RelativePath): void {
    this.#changes.delete(path);
  }

  /**
   * Moves what was changed at `paths` to the version store and leaves their records unheld, so that the announced content comes
   * in. Returns those that have to be decided anew.
   */
  async withdraw(paths: readonly RelativePath[]): Promise<RelativePath[]> {
    const { agreement, disk, store, errors, emit } = this.#context;
    // What lies in a directory goes before it.
    const ordered = [...paths].sort((a, b) => comparePaths(b, a));
    return agreement.run(async () => {
      const items = await disk.look(ordered);
      const indexed = await store.getMany(ordered);
      const steps: ApplyStep[] = [];
      /** Unchanged: it stays as it is. */
      const unchanged = new Set<RelativePath>();
      for (const [i, path] of ordered.entries()) {
        const item = items[i];
        if (item === undefined || 'message' in item || item.kind === 'other') continue;
        const stat = indexed[i]?.stat;
        if (stat !== undefined && sameStat(item.stat, stat, item.kind)) {
          unchanged.add(path);
          continue;
        }
        const expect = { is: 'present', kind: item.kind, stat: item.stat } as const;
        steps.push({ do: item.kind === 'directory' ? 'remove-directory' : 'remove', path, expect });
      }
      const failed = new Set<RelativePath>();
      (await disk.apply(steps)).forEach((outcome, i) => {
        if (outcome.ok) return;
        const { path } = steps[i] as ApplyStep;
        failed.add(path);
        if (errors.set(path, outcome.code, outcome.message)) {
          emit({ type: 'path-error', path, code: outcome.code, message: outcome.message });
        }
      });
      const gone = ordered.filter((path) => !failed.has(path) && !unchanged.has(path));
      const records = (await store.getMany(gone)).filter((record) => record !== undefined && isHeld(record));
      await store.commit(
        records.flatMap((record) =>
          record === undefined
            ? []
            : {
                path: record.path,
                entry: record.entry,
                write: { dot: record.dot },
                version: record.version,
                stat: undefined,
                manifest: undefined,
                basedOn: record.sequence,
              },
        ),
      );
      for (const path of gone) {
        this.#changes.delete(path);
        emit({ type: 'local-only-reverted', path });
      }
      this.#context.changed();
      return gone;
    });
  }
}
