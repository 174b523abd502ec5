/** What happens in one run, as data made from a seed: commands can be taken out one by one to find the few that matter. */
import type { RelativePath } from '../../src/core/path.ts';
import { SeededRandom } from './seeded-random.ts';

/** Choices of a command that are made against the state it meets are numbers here. */
export interface Command {
  /** Virtual milliseconds since the command before. */
  readonly gapMs: number;
  readonly do: CommandName;
  readonly device: number;
  readonly other: number;
  readonly path: RelativePath;
  readonly to: RelativePath;
  /** Picks among what is there, in [0, 1). */
  readonly choice: number;
  readonly n: number;
}

const userCommands = {
  write: 14,
  'write-existing': 8,
  'save-by-rename': 4,
  'write-shared': 3,
  'write-big': 1,
  remove: 7,
  rename: 5,
  mkdir: 3,
  symlink: 3,
  metadata: 3,
} as const;

const faultCommands = {
  cut: { 'cut-or-join': 5, 'break-up': 3 },
  stall: { 'stall-or-not': 3 },
  crash: { 'crash-or-start': 6, 'kill-or-start': 3 },
  stop: { 'stop-or-start': 4 },
  clock: { clock: 3 },
  'lose-index': { 'lose-index': 3 },
  'older-index': { 'back-up-index': 3, 'restore-index': 3 },
  unmount: { 'mount-or-not': 3 },
  unreadable: { 'unreadable-or-not': 3 },
  slow: { slow: 2 },
  doubled: {},
  'wrong-bytes': {},
  'deaf-watcher': {},
} as const;

export type FaultName = keyof typeof faultCommands;
export type CommandName =
  keyof typeof userCommands | { [F in FaultName]: keyof (typeof faultCommands)[F] }[FaultName] | 'rescan';

export interface History {
  readonly seed: number;
  readonly devices: number;
  readonly faults: readonly FaultName[];
  readonly commands: readonly Command[];
  /** A fault planted in the disk: the invariants must show it. */
  readonly sabotage?: Sabotage;
}

/**
 * 'blind': a step does not look first (I7). 'lazy': apply resolves before anything is synced (I8). 'gullible': content is not
 * verified (I12). 'forgetful': an absent listing is taken for an empty one (I6).
 */
export type Sabotage = 'blind' | 'lazy' | 'gullible' | 'forgetful';

const paths = ['a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/f', 'd/e/g', 'h', 'h/a'] as RelativePath[];
const commandsMax = 24;

/** `without`: faults that are left out of this run, whatever the seed says. */
export function makeHistory(seed: number, without: readonly FaultName[] = ['older-index']): History {
  const random = new SeededRandom(seed, 2);
  const all = (Object.keys(faultCommands) as FaultName[]).filter((fault) => {
    const isIn = random.chance(0.3);
    return isIn && !without.includes(fault);
  });
  const weights: [CommandName, number][] = [
    ...(Object.entries(userCommands) as [CommandName, number][]),
    ['rescan', 1],
  ];
  for (const fault of all) weights.push(...(Object.entries(faultCommands[fault]) as [CommandName, number][]));
  const devices = random.chance(0.55) ? 2 : random.chance(0.9) ? 3 : 4;
  const calm = random.chance(0.3);
  const commands = Array.from({ length: 2 + random.below(commandsMax - 1) }, (): Command => {
    const first = random.below(devices);
    return {
      gapMs: gap(random, calm),
      do: weighted(weights, random),
      device: first,
      other: (first + 1 + random.below(devices - 1)) % devices,
      path: random.pick(paths),
      to: random.pick(paths),
      choice: random.next(),
      n: random.below(1000),
    };
  });
  return { seed, devices, faults: all, commands };
}

function gap(random: SeededRandom, calm: boolean): number {
  if (calm) return random.next() * 4000;
  if (random.chance(0.5)) return random.next() * 20;
  return random.chance(0.6) ? random.next() * 400 : random.next() * 5000;
}

function weighted<T>(list: readonly (readonly [T, number])[], random: SeededRandom): T {
  let at = random.next() * list.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of list) {
    at -= weight;
    if (at < 0) return value;
  }
  return (list.at(-1) as readonly [T, number])[0];
}
