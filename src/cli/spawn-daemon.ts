/**
 * The background daemon, for commands that start what is missing: finds the one that runs for this home, or starts it detached
 * (`p2psync daemon`, output appended to HOME/logs/daemon.log) and waits until its API answers. One that dies while starting is
 * reported with its own last error line and exit code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../base/abort.ts';
import { type ExitCode, Problem, messageOf } from '../base/problem.ts';
import { connect } from '../api/client.ts';
import type { Control } from '../api/control.ts';
import { homeFiles } from '../config/home.ts';
import { type DaemonOverrides, overrideArguments } from './daemon-options.ts';
import { exitCodes } from './exit-codes.ts';
import { type FreshHome, makeHome } from './fresh-home.ts';

/** From the start of the process until its API answers. */
const startTimeoutMsMax = 15_000;
const startPollMs = 40;
/** From the request to stop until the process is gone; then it is killed. */
const stopTimeoutMsMax = 10_000;
/** How much of the log's end is read to find out why a daemon died. */
const logTailBytesMax = 65_536;

export interface RunningDaemon {
  readonly api: Control;
  /** False: it was running already. */
  readonly started: boolean;
  /** Takes back what the call did: stops the daemon if it was started here, and deletes the home if it was made here. */
  undo(): Promise<void>;
}

export interface DaemonStart {
  /** Absolute. */
  readonly home: string;
  readonly overrides: DaemonOverrides;
  readonly signal: AbortSignal;
  /** Called once, when a daemon has to be started. */
  readonly onStarting?: () => void;
}

/** The API of the daemon that runs for `home`; undefined when there is none. */
export async function findDaemon(home: string): Promise<Control | undefined> {
  try {
    const api = await connect(home);
    await api.status();
    return api;
  } catch (error) {
    if (isNoDaemon(error)) return undefined;
    throw error;
  }
}

/** No daemon runs, or it is on its way out. */
export function isNoDaemon(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  return error.exitCode === exitCodes.noDaemon || error.code === 'API_CONNECTION_LOST';
}

export async function ensureDaemon(start: DaemonStart): Promise<RunningDaemon> {
  const running = await findDaemon(start.home);
  if (running !== undefined) return { api: running, started: false, undo: async () => {} };
  start.onStarting?.();
  const home = await makeHome(start.home);
  const log = join(start.home, homeFiles.logs, 'daemon.log');
  const { child, logStart } = await launch(start, log);
  try {
    const api = await answering(start, child, log, logStart);
    // Another daemon may have been quicker: then this child died on the lock, and there is nothing to undo.
    if (hasEnded(child)) return { api, started: false, undo: async () => {} };
    return { api, started: true, undo: () => undo(api, child, home) };
  } catch (error) {
    await end(child);
    if (!(error instanceof Problem && keepsHome.has(error.code))) await home.remove();
    throw error;
  }
}

async function launch(start: DaemonStart, log: string): Promise<{ child: ChildProcess; logStart: number }> {
  await mkdir(join(start.home, homeFiles.logs), { recursive: true, mode: 0o700 });
  const file = await open(log, 'a', 0o600);
  try {
    const logStart = (await file.stat()).size;
    const script = process.argv[1] ?? '';
    // execArgv: loaders, when this runs from source; a debugger's port cannot be shared.
    const runtimeArguments = process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
    const child = spawn(
      process.execPath,
      [...runtimeArguments, script, 'daemon', `--home=${start.home}`, ...overrideArguments(start.overrides)],
      {
        detached: true,
        stdio: ['ignore', file.fd, file.fd],
        // Not the caller's directory: a daemon must not keep a stick from being unmounted.
        cwd: start.home,
        windowsHide: true,
      },
    );
    child.on('error', () => undefined);
    child.unref();
    return { child, logStart };
  } finally {
    await file.close();
  }
}

async function answering(start: DaemonStart, child: ChildProcess, log: string, logStart: number): Promise<Control> {
  const deadline = performance.now() + startTimeoutMsMax;
  while (performance.now() < deadline) {
    const ended = hasEnded(child);
    const api = await findDaemon(start.home);
    if (api !== undefined) return api;
    if (ended) {
      const problem = await lastProblem(child, log, logStart);
      // Somebody else's daemon holds the home and may still be starting: wait for that one.
      if (problem.code !== daemonRunningCode) throw problem;
    }
    await sleep(startPollMs, start.signal);
  }
  if (hasEnded(child)) throw await lastProblem(child, log, logStart);
  throw new Problem(
    unexplained,
    `the background daemon did not answer within ${startTimeoutMsMax / 1000} seconds; its log is ${log}`,
  );
}

/** Problem code of a second daemon on one home. */
const daemonRunningCode = 'DAEMON_RUNNING';
/** A start that failed without saying why: the log is needed, so nothing is deleted. */
const unexplained = 'DAEMON_NOT_STARTED';
const keepsHome: ReadonlySet<string> = new Set([unexplained, daemonRunningCode]);

/** Why the child died: its last error line, as main.ts prints it. */
async function lastProblem(child: ChildProcess, log: string, logStart: number): Promise<Problem> {
  const exitCode = child.exitCode;
  const line = lastErrorLine(await readTail(log, logStart));
  if (line === undefined) {
    const how = child.signalCode === null ? `exit code ${exitCode ?? 'unknown'}` : child.signalCode;
    return new Problem(unexplained, `the background daemon ended at once (${how}); its log is ${log}`);
  }
  return new Problem(line.code, line.message, { exitCode: toExitCode(exitCode) });
}

function toExitCode(code: number | null): ExitCode {
  return code === 2 || code === 3 || code === 4 ? code : 1;
}

/** The last `p2psync: MESSAGE [CODE]` in a log. */
export function lastErrorLine(text: string): { message: string; code: string } | undefined {
  const lines = text.split('\n');
  for (const line of lines.reverse()) {
    const match = /^p2psync: (.*) \[([A-Z][A-Z0-9_]*)\]$/.exec(line);
    if (match !== null) return { message: match[1] ?? '', code: match[2] ?? '' };
  }
  return undefined;
}

async function readTail(path: string, from: number): Promise<string> {
  try {
    const { size } = await stat(path);
    const start = Math.max(from, size - logTailBytesMax);
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, size - start, start);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    // The caller reports the daemon's death either way; what is missing is only the reason.
    return `the log cannot be read: ${messageOf(error)}`;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function undo(api: Control, child: ChildProcess, home: FreshHome): Promise<void> {
  await api.stop().catch(() => undefined);
  await end(child);
  await home.remove();
}

/** Waits until the child is gone, with SIGTERM and at last SIGKILL. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const gone = new Promise<void>((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMsMax);
  try {
    await gone;
  } finally {
    clearTimeout(timer);
  }
}
