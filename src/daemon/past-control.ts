/** What the local API can ask of the past of the folders: versions, history, undo. Part of the daemon's Control. */
import { join } from 'node:path';
import type {
  Control,
  LogEntry,
  LoggedState,
  RestoreResult,
  UndoResult,
  VersionInfo,
  VersionList,
} from '../api/control.ts';
import { Problem } from '../base/problem.ts';
import type { DeviceSettings, FolderSettings, Settings } from '../config/settings-types.ts';
import type { Entry } from '../core/entry.ts';
import { kindOfChange, madeBy, type HistoryEntry } from '../core/history.ts';
import type { RelativePath } from '../core/path.ts';
import type { KeptVersion } from '../sync/past-ports.ts';
import type { Past } from '../sync/past.ts';
import type { Folders } from './folders.ts';
import { locate } from './locate.ts';

export interface PastControlOptions {
  readonly settings: () => Settings;
  readonly folders: Pick<Folders, 'find' | 'list'>;
  /** By name or id; throws DEVICE_UNKNOWN. */
  readonly device: (text: string) => DeviceSettings;
}

export class PastControl {
  readonly #options: PastControlOptions;

  constructor(options: PastControlOptions) {
    this.#options = options;
  }

  async versions(text: string): Promise<VersionList> {
    const { folder, path } = locate(this.#options.settings(), text);
    const { versions, truncated } = await this.#past(folder).versions(path);
    return { versions: versions.map((version) => versionInfo(folder, version)), truncated };
  }

  async restore(text: string, atMs: number | undefined): Promise<RestoreResult> {
    const { folder, path } = locate(this.#options.settings(), text);
    if (path === undefined) {
      throw new Problem('PATH_INVALID', `"${text}" is a whole folder; name one file in it`, { exitCode: 2 });
    }
    const { version, replaced } = await this.#past(folder).restore(path, atMs);
    return {
      version: versionInfo(folder, version),
      replaced: replaced === undefined ? null : keptFile(folder, replaced),
    };
  }

  async history({ path, device, sinceMs, limit }: Parameters<Control['history']>[0]): Promise<LogEntry[]> {
    const located = path === undefined ? undefined : locate(this.#options.settings(), path);
    const id = device === undefined ? undefined : this.#options.device(device).id;
    const folders = located === undefined ? this.#options.settings().folders : [located.folder];
    const entries: LogEntry[] = [];
    for (const folder of folders) {
      const past = located === undefined ? this.#pastIfRunning(folder) : this.#past(folder);
      if (past === undefined) continue;
      let left = limit;
      for await (const batch of past.history({ under: located?.path, sinceMs })) {
        const wanted = id === undefined ? batch : batch.filter((entry) => madeBy(entry) === id);
        entries.push(...wanted.slice(0, left).map((entry) => this.#logEntry(folder, entry)));
        left -= wanted.length;
        if (left <= 0) break;
      }
    }
    // Each folder's are in order; the sort is stable, so that they stay so within one moment.
    if (folders.length > 1) entries.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
    return entries.slice(0, limit);
  }

  async undo(device: string, sinceMs: number, dryRun: boolean, signal: AbortSignal): Promise<UndoResult> {
    const { id, name } = this.#options.device(device);
    const undone: UndoResult['undone'] = [];
    const left: UndoResult['left'] = [];
    for (const folder of this.#options.settings().folders) {
      if (folder.mode === 'receive-only') {
        const message = 'a receive-only folder sends nothing; undo on a device that does';
        if (folder.devices.includes(id)) left.push({ folder: folder.label, path: '.', reason: 'failed', message });
        continue;
      }
      // One that is paused is no matter, unless the device shares it.
      const past = folder.devices.includes(id) ? this.#past(folder) : this.#pastIfRunning(folder);
      if (past === undefined) continue;
      const outcome = await past.undo(id, sinceMs, dryRun, signal);
      undone.push(...outcome.undone.map((one) => ({ folder: folder.label, ...one })));
      left.push(...outcome.left.map((one) => ({ folder: folder.label, ...one })));
    }
    return { device: { id, name }, since: new Date(sinceMs).toISOString(), dryRun, undone, left };
  }

  #pastIfRunning(folder: FolderSettings): Past | undefined {
    return this.#options.folders.find(folder.id)?.session?.past;
  }

  #past(folder: FolderSettings): Past {
    const past = this.#pastIfRunning(folder);
    if (past !== undefined) return past;
    const problem = this.#options.folders.find(folder.id)?.problem;
    throw new Problem(
      'FOLDER_NOT_STARTED',
      `the folder "${folder.label}" is ${problem === undefined ? 'paused; resume it first' : `not running: ${problem}`}`,
    );
  }

  #logEntry(folder: FolderSettings, entry: HistoryEntry): LogEntry {
    const { timeMs, path, cell, before, after, kept, via } = entry;
    return {
      time: new Date(timeMs).toISOString(),
      folder: folder.label,
      path,
      change: kindOfChange(entry),
      cell,
      device: this.#named(madeBy(entry)),
      via: this.#named(via),
      before: stateOf(before),
      after: stateOf(after),
      version: kept === undefined ? null : keptFile(folder, kept),
    };
  }

  #named(id: string | undefined): { id: string; name: string } | null {
    if (id === undefined) return null;
    return { id, name: this.#options.settings().devices.find((device) => device.id === id)?.name ?? id };
  }
}

function versionInfo(folder: FolderSettings, { name, path, keptMs, own, item }: KeptVersion): VersionInfo {
  return {
    folder: folder.label,
    path,
    kept: new Date(keptMs).toISOString(),
    own,
    kind: item.kind === 'symlink' ? 'symlink' : 'file',
    size: item.stat.size,
    modified: isoOf(item.stat.mtimeMs),
    file: keptFile(folder, name),
  };
}

function keptFile(folder: FolderSettings, name: string): string {
  return join(folder.path, '.p2psync', 'versions', name as RelativePath);
}

function stateOf(entry: Entry | undefined): LoggedState | null {
  const nothing = { size: null, modified: null, executable: false, contentHash: null, target: null };
  switch (entry?.kind) {
    case undefined:
    case 'deleted':
      return null;
    case 'directory':
      return { ...nothing, kind: entry.kind };
    case 'symlink':
      return { ...nothing, kind: entry.kind, modified: isoOf(entry.mtimeUs / 1000), target: entry.target };
    case 'file': {
      const { kind, size, mtimeUs, executable, contentHash } = entry;
      return { kind, size, modified: isoOf(mtimeUs / 1000), executable, contentHash, target: null };
    }
  }
}

/** File times may lie outside of what a date can be. */
function isoOf(ms: number): string {
  const date = new Date(Math.max(-8.64e15, Math.min(8.64e15, ms)));
  return date.toISOString();
}
