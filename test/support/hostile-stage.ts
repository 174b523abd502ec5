/**
 * Where hostile peers are let loose: two real daemons that share a folder, and a wire speaker that is linked with the first one.
 * `unharmed` holds what must be true after each attack.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '../../src/api/client.ts';
import type { DaemonEvent, FolderStatus } from '../../src/api/control.ts';
import { eventually } from './condition.ts';
import { Linked, type LinkedOptions } from './linked.ts';
import { WireSpeaker, type RawStream } from './wire-speaker.ts';

/** What one attack may cost, at its peak. */
const memoryBytesMax = 150 * 1024 * 1024;
/** A file of an honest device arrives within this, whatever goes on. */
const honestMsMax = 5000;

export const victim = 0;
export const honest = 1;

export class HostileStage {
  readonly linked: Linked;
  readonly speaker: WireSpeaker;
  /** Beside the trees: nothing may change there. */
  readonly outside: string;
  readonly #pid: number;
  #outsideBefore = '';
  #rssBefore = 0;
  #own = new Map<string, string>();
  #turn = 0;

  private constructor(linked: Linked, speaker: WireSpeaker) {
    this.linked = linked;
    this.speaker = speaker;
    this.outside = join(linked.directory, 'outside');
    this.#pid = linked.device(victim).pid as number;
  }

  static async create(tag: string, options: LinkedOptions = {}): Promise<HostileStage> {
    const linked = await Linked.create(tag, { count: 2, rescanSeconds: 5, ...options });
    try {
      const speaker = await WireSpeaker.start();
      const stage = new HostileStage(linked, speaker);
      mkdirSync(stage.outside);
      writeFileSync(join(stage.outside, 'secret.txt'), 'not for you');
      await speaker.link(await linked.api(victim));
      await speaker.hello();
      await eventually('the daemon to follow the speaker', () => speaker.subscribers.length > 0);
      return stage;
    } catch (error) {
      await linked.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.speaker.stop();
    await this.linked.close();
  }

  api(): Promise<ApiClient> {
    return this.linked.api(victim);
  }

  folder(): Promise<FolderStatus> {
    return this.linked.folder(victim);
  }

  /** Of the victim's tree. */
  at(path: string): string {
    return this.linked.at(victim, path);
  }

  /** The user's own files; `unharmed` looks for each content. Resolves when both honest devices have them. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(this.at(path), '..'), { recursive: true });
      writeFileSync(this.at(path), content);
      this.#own.set(path, content);
    }
    for (const path of Object.keys(files)) {
      const there = this.linked.at(honest, path);
      await eventually(`${path} on the honest device`, () => existsSync(there), 10_000);
    }
  }

  /** A fresh index of the speaker, which the daemon follows, and the state to compare with afterwards. */
  async begin(): Promise<void> {
    this.speaker.beginIndex();
    // A new connection: on the old one the daemon may be waiting, after what was sent last.
    this.speaker.hangUp();
    await this.follows();
    this.#outsideBefore = outsideOf(this.linked);
    // Peaks count from here.
    writeFileSync(`/proc/${this.#pid}/clear_refs`, '5');
    this.#rssBefore = memoryBytes(this.#pid, 'VmRSS');
  }

  /** Resolves when the daemon reads the speaker's index as it is now. */
  async follows(): Promise<RawStream> {
    await this.speaker.reconnect();
    await eventually('the daemon to follow the speaker', () => this.speaker.subscribers.length > 0, 30_000);
    return this.speaker.subscribers[0] as RawStream;
  }

  /** Bytes that the daemon has taken at most since `begin`, beyond what it had. */
  growth(): number {
    return memoryBytes(this.#pid, 'VmHWM') - this.#rssBefore;
  }

  log(): string {
    return readFileSync(join(this.linked.device(victim).home, 'logs', 'p2psync.log'), 'utf8');
  }

  async events(): Promise<DaemonEvent[]> {
    const events: DaemonEvent[] = [];
    const never = new AbortController().signal;
    for await (const event of (await this.api()).events(0, false, never)) events.push(event);
    return events;
  }

  /** What status says is wrong with a path ('.': with the folder). */
  async errorAt(path: string, matching: RegExp): Promise<string> {
    // An answer that does not come is waited for 30 s.
    return eventually(
      `an error at ${path}`,
      async () => {
        const { errors } = await this.folder();
        return errors.find((error) => error.path === path && matching.test(error.message))?.message;
      },
      90_000,
    );
  }

  /**
   * The daemon lives; nothing outside or in .p2psync was touched; each of the user's contents is at its path or kept; a change goes
   * between honest devices in seconds, both ways; memory stayed bounded.
   */
  async unharmed(growthBytesMax = memoryBytesMax): Promise<void> {
    assert.ok(this.linked.device(victim).running, `the daemon ended\n${this.linked.device(victim).log()}`);
    await this.honestWorks();
    assert.equal(outsideOf(this.linked), this.#outsideBefore, 'something outside of the folder changed');
    this.nothingLost();
    const grown = this.growth();
    if (process.env['P2PSYNC_TEST_LOG'] !== undefined) console.error(`grown by ${Math.round(grown / 1024 / 1024)} MB`);
    assert.ok(grown < growthBytesMax, `the daemon took ${Math.round(grown / 1024 / 1024)} MB`);
  }

  /** Each of the user's contents stands in the tree or in the kept versions. */
  nothingLost(): void {
    const there = contentsIn(this.linked.tree(victim));
    const lost = [...this.#own].filter(([, content]) => !there.has(digest(Buffer.from(content)))).map(([path]) => path);
    assert.deepEqual(lost, [], 'contents of the user are gone');
  }

  /** Files go to and from the honest device. */
  async honestWorks(msMax = honestMsMax): Promise<void> {
    const turn = ++this.#turn;
    for (const [from, to] of [
      [victim, honest],
      [honest, victim],
    ] as const) {
      const name = `honest-${turn}-${from}.txt`;
      writeFileSync(this.linked.at(from, name), `${name} of ${turn}`);
      await eventually(`${name} to arrive`, () => existsSync(this.linked.at(to, name)), msMax).catch(
        async (error: unknown) => {
          const told = await Promise.all([this.linked.folder(victim), this.linked.folder(honest)]);
          throw new Error(`${(error as Error).message}: ${JSON.stringify(told)}`, { cause: error });
        },
      );
    }
  }
}

function memoryBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]);
}

/** Everything beside the trees and the daemons' own homes, the markers of both folders, and the names in .p2psync. */
function outsideOf(linked: Linked): string {
  const lines: string[] = [];
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const full = join(directory, name);
      if (directory === linked.directory && /^(home|tree)-|\.log$/.test(name)) continue;
      const stat = lstatSync(full);
      lines.push(`${full} ${stat.mode} ${stat.isFile() ? digest(readFileSync(full)) : ''}`);
      if (stat.isDirectory()) walk(full);
    }
  };
  walk(linked.directory);
  for (const tree of linked.trees) {
    const own = join(tree, '.p2psync');
    lines.push(
      readdirSync(own)
        .filter((name) => !['staging', 'versions', 'clones'].includes(name))
        .sort()
        .join(),
    );
    lines.push(digest(readFileSync(join(own, 'folder.json'))));
  }
  return lines.join('\n');
}

function contentsIn(directory: string): Set<string> {
  const found = new Set<string>();
  const walk = (at: string): void => {
    for (const name of readdirSync(at)) {
      const full = join(at, name);
      const stat = lstatSync(full);
      if (stat.isDirectory()) walk(full);
      else if (stat.isFile() && stat.size < 2 ** 28) found.add(digest(readFileSync(full)));
    }
  };
  walk(directory);
  return found;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
