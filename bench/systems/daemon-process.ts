/** A daemon as a child of the bench: its log in a file, its pid known to the cleanup, its end awaited. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { endAtExit, endedInOrder } from '../cleanup.ts';

const stopMsMax = 30_000;
const logShownBytes = 2000;

export class DaemonProcess {
  readonly #command: readonly [string, ...string[]];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #log: string;
  #child: ChildProcess | undefined;

  constructor(command: readonly [string, ...string[]], environment: Readonly<Record<string, string>>, log: string) {
    this.#command = command;
    this.#environment = environment;
    this.#log = log;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.#command[0]} is not running`);
    return pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  launch(): void {
    if (this.isRunning) throw new Error(`${this.#command[0]} is running already`);
    const [program, ...args] = this.#command;
    const log = openSync(this.#log, 'a');
    this.#child = spawn(program, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...this.#environment },
    });
    closeSync(log);
    // Not started at all is told by `said`; without a listener it would end the bench.
    this.#child.on('error', () => undefined);
    endAtExit(this.#child.pid);
  }

  /** With `ask` when it can be asked to stop, else by SIGTERM; by SIGKILL when that takes too long. Safe to repeat. */
  async stop(ask?: () => Promise<unknown>): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || !this.isRunning) return;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const hardEnd = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    if (ask === undefined) child.kill('SIGTERM');
    else await ask().catch(() => child.kill('SIGTERM'));
    await closed;
    clearTimeout(hardEnd);
    endedInOrder(child.pid);
  }

  /** The end of its log, for messages. */
  said(): string {
    try {
      return readFileSync(this.#log, 'utf8').slice(-logShownBytes);
    } catch {
      return '';
    }
  }
}
