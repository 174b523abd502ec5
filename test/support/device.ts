/** A device under test: a home of its own and the real command line of this build, optionally inside a network namespace. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './condition.ts';

const program = fileURLToPath(new URL('../../bin/p2psync.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StatusDocument {
  device: { id: string; name: string };
  addresses: string[];
  folders: {
    label: string;
    path: string;
    state: string;
    files: number;
    needFiles: number;
    conflicts: number;
    errors: { path: string; message: string }[];
  }[];
  peers: {
    id: string;
    name: string;
    connected: boolean;
    inSync: boolean;
    address: string | null;
    bytesIn: number;
    bytesOut: number;
  }[];
}

export class Device {
  readonly name: string;
  readonly home: string;
  readonly #prefix: readonly string[];
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #daemon: ChildProcess | undefined;

  /**
   * `directory`: home and logs go below it. `namespace`: run everything with `ip netns exec`. `environment`: for the daemon
   * alone.
   */
  constructor(name: string, directory: string, namespace?: string, environment: Readonly<Record<string, string>> = {}) {
    this.name = name;
    this.#directory = directory;
    this.#environment = environment;
    this.home = join(directory, `home-${name}`);
    this.#prefix = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    mkdirSync(directory, { recursive: true });
  }

  /** Runs one command to its end. */
  run(args: readonly string[], options: { timeoutMs?: number; cwd?: string } = {}): Promise<Outcome> {
    const [command, ...rest] = [
      ...this.#prefix,
      process.execPath,
      program,
      ...args,
      '--home',
      this.home,
    ] as unknown as [string, ...string[]];
    return new Promise((resolve, reject) => {
      const child = spawn(command, rest, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NO_COLOR: '1' },
        timeout: options.timeoutMs ?? 120_000,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** As run, but anything other than exit code 0 is an error. */
  async ok(args: readonly string[], options: { timeoutMs?: number } = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0)
      throw new Error(`${this.name}: p2psync ${args.join(' ')} exited with ${code}\n${stdout}${stderr}\n${this.log()}`);
    return stdout;
  }

  async json<T>(args: readonly string[], options: { timeoutMs?: number } = {}): Promise<T> {
    return JSON.parse(await this.ok([...args, '--json'], options)) as T;
  }

  status(): Promise<StatusDocument> {
    return this.json<StatusDocument>(['status']);
  }

  /**
   * Starts the daemon in the foreground of a child of ours and waits until it answers. `under`: a command that ends by
   * running the rest of its arguments in its own place (setpriv, prlimit).
   */
  async start(args: readonly string[] = [], under: readonly string[] = []): Promise<void> {
    const log = openSync(join(this.#directory, `${this.name}.log`), 'a');
    const daemon = [process.execPath, program, 'daemon', '--home', this.home, ...args];
    const [command, ...rest] = [...this.#prefix, ...under, ...daemon] as [string, ...string[]];
    this.#daemon = spawn(command, rest, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...this.#environment },
    });
    closeSync(log);
    await eventually(`${this.name} to answer`, async () => {
      if (!this.running) throw new Error(`daemon of ${this.name} ended: ${this.log()}`);
      return (await this.run(['status', '--json'])).code === 0;
    });
  }

  get pid(): number | undefined {
    return this.#daemon?.pid;
  }

  /** True until the daemon has ended, by itself or by a signal. */
  get running(): boolean {
    return this.#daemon !== undefined && this.#daemon.exitCode === null && this.#daemon.signalCode === null;
  }

  /** kill -9, as power loss would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const closed = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
    daemon.kill(signal);
    await closed;
  }

  log(): string {
    try {
      return readFileSync(join(this.#directory, `${this.name}.log`), 'utf8').slice(-4000);
    } catch {
      return '';
    }
  }
}
