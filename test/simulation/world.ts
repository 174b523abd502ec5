/**
 * One run: devices, their users, the weather between them; then everything heals, and all must come to rest, equal, with
 * nothing lost. The invariants are those of docs/TESTING.md.
 */
import { isConflictName } from '../../src/core/conflict.ts';
import { nameOf, type RelativePath } from '../../src/core/path.ts';
import { bigContent, smallContent } from './content.ts';
import type { Command, History } from './history.ts';
import { Ledger, Violation } from './ledger.ts';
import { Scheduler } from './scheduler.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimDevice } from './sim-device.ts';
import { SimNetwork } from './sim-network.ts';

const yearMs = 365.25 * 24 * 3600 * 1000;
/** Virtual time within which healed devices must be equal. */
const convergeMsMax = 5 * 60_000;
/** Virtual time before anybody is asked: a rescan finds what the watchers lost. */
const settleMs = 32_000;
/** Virtual time that shows they rest: three rescans. */
const restMs = 65_000;
/** Events of one run; more is a livelock. */
const eventsMax = 150_000;
/** How often all devices are searched for what is owed, in events. */
const searchEvery = 100;

export interface Outcome {
  readonly violation: Error | undefined;
  readonly trace: readonly string[];
  readonly events: number;
  /** Virtual milliseconds from healing to rest. */
  readonly convergedMs: number;
  readonly conflicts: number;
}

export async function run(history: History): Promise<Outcome> {
  const world = new World(history);
  let violation: Error | undefined;
  try {
    await world.run();
  } catch (error) {
    violation = error as Error;
  }
  world.end();
  const { trace, convergedMs, conflicts } = world;
  return { violation, trace, events: world.scheduler.events, convergedMs, conflicts };
}

class World {
  readonly scheduler: Scheduler;
  readonly trace: string[] = [];
  readonly devices: SimDevice[];
  convergedMs = 0;
  conflicts = 0;
  readonly #history: History;
  readonly #ledger = new Ledger();
  readonly #network: SimNetwork;
  readonly #cuts = new Set<string>();
  readonly #stalls = new Set<string>();

  constructor(history: History) {
    this.#history = history;
    const { seed, faults } = history;
    this.scheduler = new Scheduler(new SeededRandom(seed, 3));
    const letters = ['A', 'B', 'C', 'D'].slice(0, history.devices);
    const ids = letters.map((letter) => `12D3KooW${letter.repeat(44)}` as SimDevice['id']);
    this.#network = new SimNetwork(this.scheduler, this.#ledger, ids);
    const world = {
      scheduler: this.scheduler,
      network: this.#network,
      ledger: this.#ledger,
      note: (line: string) => this.note(line),
    };
    this.devices = letters.map((letter) => new SimDevice(letter, world, seed));
    const { faults: weather } = this.#network;
    if (faults.includes('doubled')) weather.doubled = 0.2;
    if (faults.includes('wrong-bytes')) weather.wrongBytes = 0.2;
    if (faults.includes('slow')) weather.latencyMs = 500;
    const hintsLost = faults.includes('deaf-watcher') ? 0.9 : 0.1;
    const { sabotage } = history;
    for (const device of this.devices) {
      device.faults = { hintsLost, hintsDoubled: 0.1, ...(sabotage !== undefined && { sabotage }) };
    }
    let sinceSearch = 0;
    this.scheduler.afterEvent = () => {
      if (this.#ledger.violation !== undefined) throw this.#ledger.violation;
      if (this.scheduler.events > eventsMax) throw new Violation('I10', `still busy after ${eventsMax} events`);
      if (++sinceSearch >= searchEvery) {
        sinceSearch = 0;
        this.#nothingIsLost();
      }
    };
  }

  note(line: string): void {
    this.trace.push(`${this.scheduler.nowMs.toFixed(1).padStart(9)} ${line}`);
  }

  async run(): Promise<void> {
    const { commands } = this.#history;
    // The first ones find devices that never ran: unrelated trees.
    const startAt = Math.min(commands.length, this.#history.seed % 4);
    for (const [i, command] of commands.entries()) {
      if (i === startAt) for (const device of this.devices) device.start();
      await this.scheduler.runUntil(this.scheduler.nowMs + command.gapMs);
      this.#perform(command);
    }
    await this.scheduler.runUntil(this.scheduler.nowMs + 2000 * this.scheduler.random.next());
    this.#heal();
    await this.#converge();
    this.#isEqual();
    this.#isComplete();
    await this.#rests();
  }

  end(): void {
    for (const device of this.devices) device.kill();
  }

  // -------------------------------------------------------------- what happens

  #perform(command: Command): void {
    const device = this.devices[command.device] as SimDevice;
    const other = this.devices[command.other] as SimDevice;
    const { volume } = device;
    const { n, choice, path } = command;
    const existing = (): RelativePath | undefined => {
      const all = volume.paths();
      return all[Math.floor(choice * all.length)];
    };
    const at = existing();
    this.note(`> ${command.do} ${device.name} ${path} ${command.to} ${choice.toFixed(3)} ${n} (${at ?? ''})`);
    const isUser = volume.mounted;
    const fresh = (): ReturnType<typeof smallContent> =>
      smallContent(`${this.#history.seed}.${device.name}.${path}.${this.trace.length}`);
    switch (command.do) {
      case 'write':
        if (isUser) volume.userWrite(path, fresh(), n % 2 === 0, oddTime(n));
        return;
      case 'write-existing': {
        if (!isUser || at === undefined || volume.get(at)?.kind !== 'file') return;
        const content = fresh();
        if (n % 3 !== 0) return volume.userWrite(at, content, n % 2 === 0, oddTime(n));
        volume.userTruncate(at);
        this.scheduler.after(n / 30, () => {
          if (volume.mounted && volume.get(at)?.kind === 'file') volume.userWrite(at, content, true);
        });
        return;
      }
      case 'save-by-rename': {
        if (!isUser) return;
        const target = at !== undefined && volume.get(at)?.kind === 'file' ? at : path;
        const temporary = `${target}~` as RelativePath;
        volume.userWrite(temporary, fresh(), false);
        this.scheduler.after(n / 50, () => {
          if (!volume.mounted) return;
          volume.userRename(temporary, target);
        });
        return;
      }
      case 'write-shared':
        if (isUser) volume.userWrite(path, smallContent(`shared ${n % 3}`), false, oddTime(n));
        return;
      case 'write-big':
        if (isUser) volume.userWrite(path, bigContent(n % 20), n % 2 === 0);
        return;
      case 'remove':
        if (isUser && at !== undefined) volume.userRemove(n % 4 === 0 ? path : at);
        return;
      case 'rename':
        if (isUser && at !== undefined) volume.userRename(at, command.to);
        return;
      case 'mkdir':
        if (isUser) volume.userMkdir(path);
        return;
      case 'symlink':
        if (isUser) volume.userLink(path, `target ${device.name} ${n % 50} ${this.trace.length}`);
        return;
      case 'metadata':
        if (isUser && at !== undefined) volume.userMetadata(at, n % 2 === 0, oddTime(n));
        return;
      case 'rescan':
        void device.session?.rescan(n % 2 === 0 ? undefined : path);
        return;
      case 'cut-or-join': {
        const [a, b] = [device.id, other.id];
        const name = [device.name, other.name].sort().join('');
        if (this.#cuts.delete(name)) this.#network.join(a, b);
        else {
          this.#cuts.add(name);
          this.#network.cut(a, b);
        }
        return;
      }
      case 'break-up':
        this.#network.breakUp(device.id, other.id);
        return;
      case 'stall-or-not': {
        const name = `${device.name}${other.name}`;
        const isStalled = !this.#stalls.delete(name);
        if (isStalled) this.#stalls.add(name);
        this.#network.stall(device.id, other.id, isStalled);
        return;
      }
      case 'crash-or-start':
        if (device.state === 'off') device.start();
        else device.crash();
        this.#nothingIsLost();
        return;
      case 'kill-or-start':
        if (device.state === 'off') device.start();
        else device.kill();
        return;
      case 'stop-or-start':
        if (device.state === 'off') device.start();
        else device.stop();
        return;
      case 'clock':
        device.skewMs = n % 5 === 0 ? 0 : (choice - 0.5) * 20 * yearMs;
        return;
      case 'lose-index':
        device.crash();
        device.loseIndex();
        device.start();
        return;
      case 'back-up-index':
        device.backUpIndex();
        return;
      case 'restore-index':
        device.crash();
        device.restoreIndex();
        device.start();
        return;
      case 'mount-or-not':
        volume.mounted = !volume.mounted;
        return;
      case 'unreadable-or-not': {
        if (volume.unreadable.size > 0) volume.unreadable.clear();
        else if (at !== undefined && volume.get(at)?.kind === 'directory') volume.unreadable.add(at);
        return;
      }
      case 'slow':
        device.slowness = n % 3 === 0 ? 1 : 100;
        return;
    }
  }

  #heal(): void {
    this.note('heal');
    this.#network.heal();
    for (const device of this.devices) {
      device.volume.mounted = true;
      device.volume.unreadable.clear();
      device.slowness = 1;
      device.start();
    }
  }

  // -------------------------------------------------------------- what must be

  async #converge(): Promise<void> {
    const start = this.scheduler.nowMs;
    await this.scheduler.runUntil(start + settleMs);
    for (;;) {
      await this.scheduler.runUntil(this.scheduler.nowMs + 500);
      for (const device of this.devices) device.start();
      const reason = this.#whyNotEqual();
      this.convergedMs = this.scheduler.nowMs - start;
      if (reason === undefined) return;
      if (this.convergedMs > convergeMsMax) {
        const status = this.devices.map(
          (device) =>
            `\n  ${device.name} ${device.state} ${JSON.stringify(device.session?.status())}\n    ${device.volume.describe().join('\n    ')}`,
        );
        throw new Violation('I2', `not equal after ${convergeMsMax} ms: ${reason}${status.join('')}`);
      }
    }
  }

  #whyNotEqual(): string | undefined {
    for (const device of this.devices) {
      const { session } = device;
      if (session === undefined) return `${device.name} is ${device.state}`;
      for (const other of this.devices) {
        const reason = other === device ? undefined : session.notInSyncWith(other.id);
        if (reason !== undefined) return `${device.name} with ${other.name}: ${reason}`;
      }
      const errors = session.status().errors;
      if (errors.length > 0) return `${device.name} says ${JSON.stringify(errors)}`;
    }
    // Equal indexes may yet be behind the disks: hints were lost, a rescan is due.
    const [first, ...others] = this.devices.map((device) => device.volume.describe().join('\n'));
    return others.every((tree) => tree === first) ? undefined : 'the trees differ';
  }

  #isEqual(): void {
    const digests = this.devices.map((device) => device.store?.digest());
    if (digests.some((digest) => digest !== digests[0]))
      throw new Violation('I2', `digests differ: ${digests.join(' ')}`);
  }

  /** I1 and I6 on the trees, which are equal: kept versions do not count any more. */
  #isComplete(): void {
    const { volume } = this.devices[0] as SimDevice;
    const visible = new Set(volume.bytes());
    for (const bytes of this.#ledger.owed()) {
      if (!visible.has(bytes)) throw new Violation('I1', `${bytes} is gone from all trees, and nobody gave it up`);
    }
    for (const path of this.#ledger.pathsOwed()) {
      if (volume.get(path as RelativePath) === undefined) {
        throw new Violation('I6', `${path} is gone everywhere, and nobody removed it`);
      }
    }
    this.conflicts = volume.paths().filter((path) => isConflictName(nameOf(path))).length;
    const losses = this.devices.reduce((sum, { indexLosses }) => sum + indexLosses, 0);
    const allowed = this.#ledger.actions * (1 + losses);
    if (this.conflicts > allowed) throw new Violation('I10', `${this.conflicts} conflict copies of ${allowed} actions`);
  }

  /** At every moment, crashes included. */
  #nothingIsLost(): void {
    const there = new Set<string>();
    for (const { volume } of this.devices) {
      for (const bytes of volume.bytes()) there.add(bytes);
      for (const bytes of volume.kept()) there.add(bytes);
    }
    for (const bytes of this.#ledger.owed()) {
      if (!there.has(bytes)) throw new Violation('I1', `${bytes} is in no tree and no kept version`);
    }
  }

  async #rests(): Promise<void> {
    const sequences = (): string => this.devices.map(({ store }) => store?.lastSequence()).join(' ');
    const before = sequences();
    const trees = this.devices.map(({ volume }) => volume.describe().join('\n'));
    await this.scheduler.runUntil(this.scheduler.nowMs + restMs);
    if (sequences() !== before) throw new Violation('I10', `quiet, yet indexes went from ${before} to ${sequences()}`);
    let reason = this.#whyNotEqual();
    // A rescan may be under way at this very moment.
    for (let i = 0; i < 20 && reason !== undefined; i++) {
      await this.scheduler.runUntil(this.scheduler.nowMs + 100);
      reason = this.#whyNotEqual();
    }
    if (reason !== undefined) throw new Violation('I2', `equal, then not: ${reason}`);
    const now = this.devices.map(({ volume }) => volume.describe().join('\n'));
    if (now.join() !== trees.join()) throw new Violation('I10', 'quiet, yet the trees changed');
  }
}

/** Mostly the clock's; now and then what archives and cameras bring: 1970, before it, 2106, a second of its own. */
function oddTime(n: number): number | undefined {
  switch (n % 11) {
    case 0:
      return 0;
    case 1:
      return -86_400_000;
    case 2:
      return 4_294_967_295_000;
    case 3:
      return 1_700_000_000_000;
    default:
      return undefined;
  }
}
