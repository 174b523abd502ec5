/** Asks the devices that hold a file for its chunk list: the first alone, the next as well when that one keeps us waiting. */
import { withLinkedSignal } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { Manifest } from '../core/record.ts';
import { laneGivenUpMsMin, laneSilentMsMax } from './chunk-lanes.ts';

export interface ManifestRace {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Undefined: the device does not have it. */
  readonly ask: (device: DeviceId, signal: AbortSignal) => Promise<Manifest | undefined>;
  /** Devices that have it as well by now; those that were asked may be among them. */
  readonly more: () => Promise<readonly DeviceId[]>;
  readonly onLate: (device: DeviceId, kind: 'slow' | 'silent') => void;
  readonly onFailure: (device: DeviceId, error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Undefined: nobody gave one. Rejects with the signal's reason alone. */
export async function raceManifest(devices: readonly DeviceId[], race: ManifestRace): Promise<Manifest | undefined> {
  const { clock, signal } = race;
  let found: Manifest | undefined;
  await withLinkedSignal([signal], async (linked, abort) => {
    const running = new Map<DeviceId, Promise<void>>();
    const asked = new Set<DeviceId>();
    const next = [...devices];
    while (found === undefined && !linked.aborted) {
      const device = next.shift();
      if (device === undefined) {
        if (running.size === 0) break;
        const isLate = await isLaterThan(Promise.race(running.values()), laneSilentMsMax, clock);
        if (isLate) next.push(...(await race.more()).filter((other) => !asked.has(other)));
        continue;
      }
      asked.add(device);
      const answer = ask(device, race, linked).then((manifest) => {
        running.delete(device);
        found ??= manifest;
      });
      running.set(device, answer);
      if (await isLaterThan(answer, laneSilentMsMax, clock)) race.onLate(device, 'slow');
    }
    abort(new Error('another device gave the chunk list'));
  });
  signal.throwIfAborted();
  return found;
}

async function ask(device: DeviceId, race: ManifestRace, signal: AbortSignal): Promise<Manifest | undefined> {
  const begunMs = race.clock.monotonic();
  try {
    return await race.ask(device, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (race.clock.monotonic() - begunMs >= laneGivenUpMsMin) race.onLate(device, 'silent');
    race.onFailure(device, error);
    return undefined;
  }
}

function isLaterThan(work: Promise<void>, ms: number, clock: Pick<Clock, 'after'>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(true));
    void work.then(() => {
      cancel();
      resolve(false);
    });
  });
}
