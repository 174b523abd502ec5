/** The local API as its callers see it: the methods of Control, carried to the daemon of a home. Used by the command line. */
import { Problem, messageOf } from '../base/problem.ts';
import { errnoOf } from '../config/errno.ts';
import { type ApiFile, readApiFile } from './api-file.ts';
import type {
  ConflictInfo,
  ConflictSettled,
  Control,
  DaemonEvent,
  ExplainedPath,
  FolderPlan,
  FolderStatus,
  LogEntry,
  PairingCode,
  PairingResult,
  PairingState,
  RateLimits,
  RestoreResult,
  Status,
  UndoResult,
  VersionList,
  WaitOutcome,
} from './control.ts';
import type { FolderIgnoreRules, IgnoreTest } from './ignore-control.ts';
import { jsonLines } from './event-lines.ts';
import { type Exchange, type Target, exchangeJson, failure, open } from './http-exchange.ts';

/** For answers that take no waiting. */
const answerTimeoutMsMax = 120_000;
const healthTimeoutMsMax = 5000;

/**
 * The daemon that runs for `home`, found through api.json and asked whether it lives. Rejects with Problem NO_DAEMON (exit
 * code 4) when there is none, also behind an api.json that a killed daemon left.
 */
export async function connect(home: string): Promise<ApiClient> {
  const noDaemon = (): Problem =>
    new Problem(
      'NO_DAEMON',
      `no p2psync daemon is running for ${home}; start one with 'p2psync up PATH' or 'p2psync daemon'`,
      { exitCode: 4 },
    );
  const file = await readApiFile(home);
  if (file === undefined || !isAlive(file.pid)) throw noDaemon();
  await requireDaemon(file, noDaemon);
  return new ApiClient({ address: file.address, token: file.token, noDaemon });
}

/** By EPERM, somebody else's process: alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Asks without the token: another program may have got the port and the pid of a daemon that was killed. */
async function requireDaemon(file: ApiFile, noDaemon: () => Problem): Promise<void> {
  const target: Target = { address: file.address, token: undefined, noDaemon };
  let health: unknown;
  try {
    health = await exchangeJson(target, { method: 'GET', path: '/healthz', timeoutMs: healthTimeoutMsMax });
  } catch (error) {
    // Whatever else speaks there is not our daemon; ours, hanging, is a fact of its own.
    if (error instanceof Problem && error.code !== 'API_TIMEOUT') throw noDaemon();
    throw error;
  }
  const pid = typeof health === 'object' && health !== null && 'pid' in health ? health.pid : undefined;
  if (pid !== file.pid) throw noDaemon();
}

/**
 * Each method rejects with the daemon's own Problem (same code, words and exit code), with NO_DAEMON when it is gone, or with
 * the signal's reason. Holds no connection between calls: there is nothing to close.
 */
export class ApiClient implements Control {
  readonly openapiVersion = '1';
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  async status(): Promise<Status> {
    return (await this.#call('GET', '/v1/status')) as Status;
  }

  async stop(): Promise<void> {
    try {
      await this.#call('POST', '/v1/stop');
    } catch (error) {
      // It was faster to go than to answer.
      if (!(error instanceof Problem && error.code === 'API_CONNECTION_LOST')) throw error;
    }
  }

  async createCode(): Promise<PairingCode> {
    return (await this.#call('POST', '/v1/pairing/codes')) as PairingCode;
  }

  async pairingState(code: string, wait: boolean, signal: AbortSignal): Promise<PairingState> {
    const path = `/v1/pairing/codes/${segment(code, 'code')}?wait=${wait}`;
    return (await this.#wait({ method: 'GET', path, signal })) as PairingState;
  }

  async pairWith(code: string, addresses: readonly string[], signal: AbortSignal): Promise<PairingResult> {
    const body = { code, addresses };
    return (await this.#wait({ method: 'POST', path: '/v1/pairing', body, signal })) as PairingResult;
  }

  async renameDevice(device: string, name: string): Promise<void> {
    await this.#call('PATCH', `/v1/devices/${segment(device, 'device')}`, { name });
  }

  async removeDevice(device: string): Promise<void> {
    await this.#call('DELETE', `/v1/devices/${segment(device, 'device')}`);
  }

  async addFolder(
    path: string,
    options: { label?: string | undefined; mode?: FolderStatus['mode'] | undefined },
  ): Promise<FolderStatus> {
    return (await this.#call('POST', '/v1/folders', { path, ...options })) as FolderStatus;
  }

  async joinFolder(label: string, path: string): Promise<FolderStatus> {
    return (await this.#call('POST', '/v1/folders/join', { label, path })) as FolderStatus;
  }

  async shareFolder(label: string, device: string): Promise<FolderStatus> {
    return (await this.#call('POST', `${folderPath(label)}/share`, { device })) as FolderStatus;
  }

  async moveFolder(label: string, path: string): Promise<FolderStatus> {
    return (await this.#call('POST', `${folderPath(label)}/move`, { path })) as FolderStatus;
  }

  async setFolder(label: string, key: string, value: string): Promise<FolderStatus> {
    return (await this.#call('PATCH', folderPath(label), { key, value })) as FolderStatus;
  }

  async explain(path: string): Promise<ExplainedPath> {
    return (await this.#wait({
      method: 'POST',
      path: '/v1/explain',
      body: { path },
    })) as ExplainedPath;
  }

  async plan(label: string | undefined): Promise<FolderPlan[]> {
    return (await this.#wait({ method: 'POST', path: '/v1/plan', body: { label } })) as FolderPlan[];
  }

  async revertFolder(label: string): Promise<{ paths: number }> {
    return (await this.#wait({ method: 'POST', path: `${folderPath(label)}/revert` })) as { paths: number };
  }

  async overrideFolder(label: string): Promise<{ paths: number }> {
    return (await this.#wait({ method: 'POST', path: `${folderPath(label)}/override` })) as { paths: number };
  }

  async removeFolder(label: string): Promise<void> {
    await this.#call('DELETE', folderPath(label));
  }

  async ignores(label: string | undefined): Promise<FolderIgnoreRules[]> {
    const query = label === undefined ? '' : `?folder=${segment(label, 'label')}`;
    return (await this.#call('GET', `/v1/ignores${query}`)) as FolderIgnoreRules[];
  }

  async addIgnore(label: string, pattern: string, here: boolean): Promise<FolderIgnoreRules> {
    return (await this.#call('POST', '/v1/ignores', { folder: label, pattern, here })) as FolderIgnoreRules;
  }

  async testIgnore(label: string, path: string): Promise<IgnoreTest> {
    return (await this.#call('POST', '/v1/ignores/test', { folder: label, path })) as IgnoreTest;
  }

  async wait(label: string | undefined, timeoutMs: number, signal: AbortSignal): Promise<WaitOutcome> {
    const body = { label, timeoutMs };
    return (await this.#wait({ method: 'POST', path: '/v1/wait', body, signal })) as WaitOutcome;
  }

  async rescan(label: string | undefined, path: string | undefined): Promise<void> {
    await this.#wait({ method: 'POST', path: '/v1/rescan', body: { label, path } });
  }

  async pause(target: string | undefined, forMs: number | undefined): Promise<void> {
    await this.#call('POST', '/v1/pause', { target, forMs });
  }

  async resume(target: string | undefined, accept: boolean): Promise<void> {
    await this.#call('POST', '/v1/resume', { target, accept });
  }

  async limits(change: { up?: number | null | undefined; down?: number | null | undefined }): Promise<RateLimits> {
    return (await this.#call('PATCH', '/v1/limits', change)) as RateLimits;
  }

  async versions(path: string): Promise<VersionList> {
    return (await this.#call('GET', `/v1/versions?${query({ path })}`)) as VersionList;
  }

  async restoreVersion(path: string, atMs: number | undefined): Promise<RestoreResult> {
    return (await this.#wait({ method: 'POST', path: '/v1/versions/restore', body: { path, atMs } })) as RestoreResult;
  }

  async history({ path, device, sinceMs, limit }: Parameters<Control['history']>[0]): Promise<LogEntry[]> {
    const text = query({ path, device, since: sinceMs?.toString(), limit: `${limit}` });
    return (await this.#call('GET', `/v1/log?${text}`)) as LogEntry[];
  }

  async undo(device: string, sinceMs: number, dryRun: boolean, signal: AbortSignal): Promise<UndoResult> {
    const body = { device, sinceMs, dryRun };
    return (await this.#wait({ method: 'POST', path: '/v1/undo', body, signal })) as UndoResult;
  }

  async conflicts(): Promise<ConflictInfo[]> {
    return (await this.#call('GET', '/v1/conflicts')) as ConflictInfo[];
  }

  async keepConflict(path: string, keep: ConflictSettled['kept']): Promise<ConflictSettled> {
    const exchange: Exchange = { method: 'POST', path: '/v1/conflicts/keep', body: { path, keep } };
    return (await this.#wait(exchange)) as ConflictSettled;
  }

  /** Ends quietly when the signal aborts and when the daemon stops. */
  async *events(since: number, follow: boolean, signal: AbortSignal): AsyncGenerator<DaemonEvent> {
    if (signal.aborted) return;
    const path = `/v1/events?since=${since}&follow=${follow}`;
    let response;
    try {
      response = await open(this.#target, { method: 'GET', path, signal, timeoutMs: answerTimeoutMsMax });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    try {
      for await (const event of jsonLines(response as AsyncIterable<Buffer>)) yield event as DaemonEvent;
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof SyntaxError
        ? new Problem('API_ANSWER_UNKNOWN', `the daemon's events are not understood: ${messageOf(error)}`, {
            cause: error,
          })
        : failure(this.#target, error, signal);
    } finally {
      response.destroy();
    }
  }

  #call(method: Exchange['method'], path: string, body?: unknown): Promise<unknown> {
    return exchangeJson(this.#target, { method, path, body, timeoutMs: answerTimeoutMsMax });
  }

  /** For what lasts as long as it lasts. */
  #wait(exchange: Exchange): Promise<unknown> {
    return exchangeJson(this.#target, exchange);
  }
}

function folderPath(label: string): string {
  return `/v1/folders/${segment(label, 'label')}`;
}

function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(given).toString();
}

function segment(text: string, what: string): string {
  try {
    if (text !== '') return encodeURIComponent(text);
  } catch {
    // A lone surrogate; no name on any device has one.
  }
  throw new Problem('REQUEST_INVALID', `${JSON.stringify(text)} is not a ${what}`, { exitCode: 2 });
}
