/** The run: rounds of workloads, and of each workload all systems in turn, so that what the machine does meanwhile meets all alike. */
import type { Choice } from './arguments.ts';
import { openVolume, usualVolumeBytes, type Volume } from './loop-volume.ts';
import type { Sample, SystemName } from './measures/sample.ts';
import { touchMemory } from './measures/touch-memory.ts';
import { p2psync } from './systems/p2psync.ts';
import { rsync } from './systems/rsync.ts';
import { syncthing } from './systems/syncthing.ts';
import type { System } from './systems/system.ts';
import { workloads } from './workloads/all.ts';
import type { Workload } from './workloads/workload.ts';

const installable: readonly System[] = [p2psync, syncthing, rsync];
const usualTouchedBytes = { full: 2 ** 30, quick: 2 ** 29 };

export interface Results {
  /** Where it worked, in words. */
  readonly volume: string;
  readonly versions: Readonly<Partial<Record<SystemName, string>>>;
  readonly samples: readonly Sample[];
  /** Steps that gave no figures, with the reason (trees that differ), and Ctrl-C. All other steps count. */
  readonly failures: readonly string[];
}

export async function run(choice: Choice, say: (text: string) => void, signal: AbortSignal): Promise<Results> {
  const versions: Partial<Record<SystemName, string>> = {};
  for (const { name, version } of installable.filter(({ name }) => choice.systems.includes(name))) {
    const found = version();
    if (found === undefined) say(`${name} is left out: it is not installed (or, for p2psync, not built)`);
    else versions[name] = found;
  }
  const chosen = workloads.filter(({ name }) => choice.workloads.includes(name));
  const volume = openVolume();
  const samples: Sample[] = [];
  const failures: string[] = [];
  try {
    say(`working on ${volume.description}`);
    for (let round = 1; round <= choice.rounds; round++) {
      for (const workload of chosen) {
        const systems = systemsOf(workload).filter(({ name }) => name in versions || isChosenLimit(name, choice));
        // Each round begins with another one, so that none is always the first.
        const turn = (round - 1) % Math.max(1, systems.length);
        for (const system of [...systems.slice(turn), ...systems.slice(0, turn)]) {
          const where = `round ${round}/${choice.rounds}  ${workload.name.padEnd(3)} ${system.name.padEnd(9)}`;
          try {
            for (const measured of await runStep({ workload, system, choice, round, volume, say, signal })) {
              samples.push({ ...measured, workload: workload.name, system: system.name, round });
              say(`${where} ${(measured.figures.seconds ?? NaN).toFixed(3).padStart(8)} s  ${measured.part}`.trimEnd());
            }
          } catch (error) {
            failures.push(`${where.trim().replaceAll(/ +/g, ' ')}: ${(error as Error).message}`);
            say(failures.at(-1) as string);
            signal.throwIfAborted();
          }
        }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    volume.remove();
  }
  return { volume: volume.description, versions, samples, failures };
}

function isChosenLimit(name: SystemName, choice: Choice): boolean {
  return name === 'limit' && choice.systems.includes(name);
}

function systemsOf({ systems, limit }: Workload): System[] {
  const own = installable.filter(({ name }) => systems.includes(name));
  if (limit === undefined) return own;
  const open = limit.open ?? (() => Promise.reject(new Error('this limit does not copy')));
  return [...own, { kind: 'copier', name: 'limit', version: () => limit.what, open }];
}

interface StepOptions {
  readonly workload: Workload;
  readonly system: System;
  readonly choice: Choice;
  readonly round: number;
  readonly volume: Volume;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

async function runStep(options: StepOptions): ReturnType<Workload['run']> {
  const { workload, system, choice, round, volume, say, signal } = options;
  const { size, seed } = choice;
  signal.throwIfAborted();
  const directory = volume.renew(workload.volumeBytes?.(size) ?? usualVolumeBytes[size]);
  touchMemory(workload.touchedBytes?.(size) ?? usualTouchedBytes[size]);
  const closing: (() => void | Promise<void>)[] = [];
  const defer = (close: () => void | Promise<void>): void => void closing.push(close);
  try {
    return await workload.run({ system, size, seed: seed + round - 1, directory, volume, signal, defer });
  } finally {
    // One that fails leaves nothing open that the others would have closed.
    const closed = await Promise.allSettled(closing.reverse().map(async (close) => close()));
    const failed = closed.find((each) => each.status === 'rejected');
    if (failed !== undefined) say(`could not close everything: ${String(failed.reason)}`);
  }
}
