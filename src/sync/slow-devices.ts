/**
 * Devices that lately kept us waiting for content. They are asked after all others; one that brought nothing at all is not
 * asked for a while, each time for longer, so that what it alone has does not hold up what others give.
 */
import type { Clock } from '../base/clock.ts';
import type { DeviceId } from '../core/identifiers.ts';

const slowMs = 30_000;
const silentMsMin = 30_000;
const silentMsMax = 600_000;

interface Slow {
  untilMs: number;
  kind: 'slow' | 'silent';
  /** Times in a row that it brought nothing. */
  silences: number;
}

export class SlowDevices {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #devices = new Map<DeviceId, Slow>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  note(device: DeviceId, kind: 'slow' | 'silent'): void {
    const silences = kind === 'silent' ? (this.#devices.get(device)?.silences ?? 0) + 1 : 0;
    const ms = kind === 'slow' ? slowMs : Math.min(silentMsMax, silentMsMin * 2 ** (silences - 1));
    this.#devices.set(device, { untilMs: this.#clock.monotonic() + ms, kind, silences });
  }

  /** It gave what it was asked for, in time. */
  worked(device: DeviceId): void {
    this.#devices.delete(device);
  }

  isSilent(device: DeviceId): boolean {
    return this.#now(device) === 'silent';
  }

  /** Without the silent ones, the slow ones last. */
  order(devices: readonly DeviceId[]): DeviceId[] {
    const quick = devices.filter((device) => this.#now(device) === undefined);
    return [...quick, ...devices.filter((device) => this.#now(device) === 'slow')];
  }

  /** The quick ones, if there are any, else the slow ones; never the silent ones. */
  best(devices: readonly DeviceId[]): DeviceId[] {
    const quick = devices.filter((device) => this.#now(device) === undefined);
    return quick.length > 0 ? quick : devices.filter((device) => this.#now(device) === 'slow');
  }

  #now(device: DeviceId): Slow['kind'] | undefined {
    const slow = this.#devices.get(device);
    return slow === undefined || slow.untilMs <= this.#clock.monotonic() ? undefined : slow.kind;
  }
}
