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
    for (const device of devices) {
      if (linked.aborted) break;
      const asked = ask(device, race, linked).then((manifest) => {
        running.delete(device);
        found ??= manifest;
      });
      running.set(device, asked);
      const isLate = await isLaterThan(asked, laneSilentMsMax, clock);
      if (isLate) race.onLate(device, 'slow');
      if (found !== undefined) break;
    }
    while (found === undefined && running.size > 0) await Promise.race(running.values());
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
