/**
 * One round of the fetcher: chunks from several devices at once, a lane for each. A lane that is done takes over what another
 * one is late with, so that a slow or frozen device delays nothing that somebody else has too. The first good copy counts; a
 * lane of which nothing is wanted any more is called off.
 */
import { withLinkedSignal } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { DeviceId } from '../core/identifiers.ts';

/** A lane that brought nothing for so long is late with all it still owes. */
export const laneSilentMsMax = 2000;
/** One that was silent for so long when it ended, with its device still there, is not worth asking soon. */
export const laneGivenUpMsMin = 10_000;
/** One that at its pace will need longer than this is late with the second half of it. */
const laneLateMsMax = 5000;
/** Between two looks of a lane that is done. */
const lookEveryMs = 250;

interface Lane<Want> {
  readonly device: DeviceId;
  /** Asked of it and not here yet, in the order of the question. */
  readonly owed: Set<Want>;
  readonly startedMs: number;
  heardMs: number;
  bytes: number;
  callOff: (reason: unknown) => void;
}

export interface LaneWant {
  readonly length: number;
}

/** Asks one device. Resolves when it has answered, is lost, or the signal aborts; rejects when nothing can be stored here. */
export type FetchLane<Want> = (
  device: DeviceId,
  wants: readonly Want[],
  signal: AbortSignal,
  heard: {
    /** Bytes came, good or not. */
    readonly bytes: (bytes: number) => void;
    /** This one is here, intact. */
    readonly arrived: (want: Want) => void;
  },
) => Promise<void>;

export interface RoundResult<Want> {
  readonly got: ReadonlySet<Want>;
  /** Who was asked for what and did not give it. */
  readonly refused: readonly { readonly want: Want; readonly device: DeviceId }[];
  /** Devices that were late, and whether they brought nothing at all until they were given up. */
  readonly late: ReadonlyMap<DeviceId, 'slow' | 'silent'>;
}

export interface LaneOptions<Want> {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly fetch: FetchLane<Want>;
  /** Whom else a chunk may be asked of. */
  readonly mayAsk: (device: DeviceId, want: Want) => boolean;
  /** Whether a device that has no lane can give some of these by now: a late lane ends then, and the next round asks it. */
  readonly othersHave?: (wants: readonly Want[]) => Promise<boolean>;
}

/**
 * `shares`: also devices with nothing to begin with, who may help. Resolves when everything is here, or everybody who may be asked has answered.
 * Rejects with the signal's reason, or as `fetch`.
 */
export async function runLanes<Want extends LaneWant>(
  shares: ReadonlyMap<DeviceId, readonly Want[]>,
  options: LaneOptions<Want>,
  signal: AbortSignal,
): Promise<RoundResult<Want>> {
  return withLinkedSignal([signal], async (linked, abort) => {
    const round = new Round(options, linked);
    const lanes = [...shares].map(([device, wants]) => round.run(device, wants));
    try {
      await Promise.all(lanes);
    } catch (error) {
      abort(error);
      await Promise.allSettled(lanes);
      throw error;
    }
    return round.result;
  });
}

class Round<Want extends LaneWant> {
  readonly #options: LaneOptions<Want>;
  readonly #signal: AbortSignal;
  readonly #lanes = new Set<Lane<Want>>();
  readonly #got = new Set<Want>();
  readonly #refused: { want: Want; device: DeviceId }[] = [];
  readonly #late = new Map<DeviceId, 'slow' | 'silent'>();
  readonly #asked = new Map<DeviceId, Set<Want>>();
  #waiting: (() => void)[] = [];

  constructor(options: LaneOptions<Want>, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  get result(): RoundResult<Want> {
    const refused = this.#refused.filter(({ want }) => !this.#got.has(want));
    return { got: this.#got, refused, late: this.#late };
  }

  async run(device: DeviceId, share: readonly Want[]): Promise<void> {
    let wants = share.length > 0 ? share : await this.#takeOver(device);
    for (; wants.length > 0; wants = await this.#takeOver(device)) {
      const asked = this.#asked.get(device) ?? new Set();
      for (const want of wants) asked.add(want);
      this.#asked.set(device, asked);
      await this.#ask(device, wants);
    }
  }

  async #ask(device: DeviceId, wants: readonly Want[]): Promise<void> {
    const now = this.#options.clock.monotonic();
    const lane: Lane<Want> = {
      device,
      owed: new Set(wants),
      startedMs: now,
      heardMs: now,
      bytes: 0,
      callOff: () => undefined,
    };
    this.#lanes.add(lane);
    const unwatch = this.#watch(lane);
    try {
      await withLinkedSignal([this.#signal], (linked, abort) => {
        lane.callOff = abort;
        return this.#options.fetch(device, wants, linked, {
          bytes: (bytes) => {
            lane.heardMs = this.#options.clock.monotonic();
            lane.bytes += bytes;
          },
          arrived: (want) => this.#arrived(want),
        });
      });
      this.#signal.throwIfAborted();
    } finally {
      unwatch();
      this.#lanes.delete(lane);
      if (lane.owed.size > 0 && this.#silentMs(lane) >= laneGivenUpMsMin) this.#late.set(device, 'silent');
      for (const want of lane.owed) this.#refused.push({ want, device });
      this.#wake();
    }
  }

  #arrived(want: Want): void {
    this.#got.add(want);
    for (const lane of this.#lanes) {
      if (lane.owed.delete(want) && lane.owed.size === 0) lane.callOff(new Error('nothing is wanted of it any more'));
    }
  }

  /** What this device, which has nothing left to do, should fetch in place of another; empty: nothing any more. */
  async #takeOver(device: DeviceId): Promise<readonly Want[]> {
    for (;;) {
      this.#signal.throwIfAborted();
      let isPossible = false;
      for (const lane of this.#lanes) {
        const possible = [...lane.owed].filter((want) => this.#mayTake(device, want));
        if (possible.length === 0) continue;
        isPossible = true;
        const share = this.#lateShare(lane);
        if (share === 0) continue;
        if (!this.#late.has(lane.device)) this.#late.set(lane.device, 'slow');
        return possible.slice(Math.floor(possible.length * (1 - share)));
      }
      if (!isPossible) return [];
      await this.#change();
    }
  }

  /** Looks from time to time whether a late lane is still worth waiting for. Returns how to stop that. */
  #watch(lane: Lane<Want>): () => void {
    const { clock, othersHave } = this.#options;
    if (othersHave === undefined) return () => {};
    const look = async (): Promise<void> => {
      const isBetterElsewhere = this.#lateShare(lane) > 0 && (await othersHave([...lane.owed]));
      if (!this.#lanes.has(lane)) return;
      if (!isBetterElsewhere) return wait();
      this.#late.set(lane.device, 'slow');
      lane.callOff(new Error('another device has it as well by now'));
    };
    let cancel = (): void => {};
    const wait = (): void => {
      // What cannot be looked up now can be later; the lane has an end of its own.
      cancel = clock.after(laneSilentMsMax, () => void look().catch(wait));
    };
    wait();
    return () => cancel();
  }

  #mayTake(device: DeviceId, want: Want): boolean {
    return this.#asked.get(device)?.has(want) !== true && this.#options.mayAsk(device, want);
  }

  #silentMs({ heardMs }: Lane<Want>): number {
    return this.#options.clock.monotonic() - heardMs;
  }

  /** How much of what a lane owes somebody else should fetch: 0, the second half, all. */
  #lateShare(lane: Lane<Want>): 0 | 0.5 | 1 {
    if (this.#silentMs(lane) >= laneSilentMsMax) return 1;
    const elapsedMs = this.#options.clock.monotonic() - lane.startedMs;
    if (elapsedMs < laneSilentMsMax || lane.bytes === 0) return 0;
    let owed = 0;
    for (const { length } of lane.owed) owed += length;
    return (owed * elapsedMs) / lane.bytes > laneLateMsMax ? 0.5 : 0;
  }

  /** Until a lane ends, or it is time to look again. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#options.clock.after(lookEveryMs, done);
      this.#signal.addEventListener('abort', done, { once: true });
      this.#waiting.push(done);
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }
}
