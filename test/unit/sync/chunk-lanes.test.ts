/** Chunks from several devices at once, some of them slow, frozen or lying: what one owes, another brings. */
import assert from 'node:assert/strict';
import type { DeviceId, Hash } from '../../../src/core/identifiers.ts';
import type { Manifest } from '../../../src/core/record.ts';
import { runLanes, type FetchLane } from '../../../src/sync/chunk-lanes.ts';
import { raceManifest } from '../../../src/sync/race-manifest.ts';
import { SlowDevices } from '../../../src/sync/slow-devices.ts';

const [a, b, c] = ['a', 'b', 'c'] as unknown as [DeviceId, DeviceId, DeviceId];
const never = new AbortController().signal;

interface Want {
  readonly name: string;
  readonly length: number;
}
const wants = (count: number): Want[] => Array.from({ length: count }, (_, i) => ({ name: `${i}`, length: 1000 }));

/** Time that passes when nothing else is to be done. */
class Clock {
  #now = 0;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const onAbort = (): void => (cancel(), resolve());
      const cancel = this.after(ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  async run<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return { result: await done, ms: this.#now };
      const [next] = [...this.#timers].sort((x, y) => x.atMs - y.atMs);
      if (next === undefined) continue;
      this.#timers.delete(next);
      this.#now = next.atMs;
      next.callback();
    }
  }
}

describe('sync: lanes of chunks', () => {
  let clock: Clock;
  let asked: Record<string, number>;

  beforeEach(() => {
    clock = new Clock();
    asked = {};
  });

  /** Gives one chunk every `msEach`; `count` of them, then nothing more until it is called off. */
  const gives =
    (msEach: number, count = Infinity): FetchLane<Want> =>
    async (device, list, signal, heard) => {
      let given = 0;
      for (const want of list) {
        asked[device] = (asked[device] ?? 0) + 1;
        if (given++ >= count) await clock.sleep(1e9, signal);
        await clock.sleep(msEach, signal);
        if (signal.aborted) return;
        heard.bytes(want.length);
        heard.arrived(want);
      }
    };
  const run = (shares: [DeviceId, readonly Want[]][], lanes: Record<string, FetchLane<Want>>) =>
    clock.run(
      runLanes(
        new Map(shares),
        {
          clock,
          mayAsk: () => true,
          fetch: (device, ...rest) => (lanes[device] as FetchLane<Want>)(device, ...rest),
        },
        never,
      ),
    );

  it('frozen-peer: what a device that froze in the middle owes comes from another one within seconds', async () => {
    const all = wants(100);
    const { result, ms } = await run(
      [
        [a, all.slice(0, 50)],
        [b, all.slice(50)],
      ],
      { a: gives(10, 7), b: gives(10) },
    );
    assert.equal(result.got.size, 100);
    assert.deepEqual(result.refused, []);
    assert.deepEqual([...result.late], [[a, 'slow']]);
    assert.ok(ms < 5000, `${ms} ms`);
    assert.equal(asked['b'], 50 + 43);
  });

  it('slow-peer: a device that brings a chunk every second is relieved of half its load, again and again', async () => {
    const all = wants(64);
    const { result, ms } = await run(
      [
        [a, all.slice(0, 32)],
        [b, all.slice(32)],
      ],
      { a: gives(1000), b: gives(1) },
    );
    assert.equal(result.got.size, 64);
    assert.ok(ms < 9000, `${ms} ms instead of 32 s`);
  });

  it('two of equal speed do not fetch anything twice', async () => {
    const all = wants(40);
    const { result } = await run(
      [
        [a, all.slice(0, 20)],
        [b, all.slice(20)],
      ],
      { a: gives(100), b: gives(110) },
    );
    assert.equal(result.got.size, 40);
    assert.deepEqual(asked, { a: 20, b: 20 });
    assert.equal(result.late.size, 0);
  });

  it('frozen-peer: a single chunk comes from a device that was asked for nothing at first', async () => {
    const { result, ms } = await run(
      [
        [a, wants(1)],
        [b, []],
      ],
      { a: gives(10, 0), b: gives(10) },
    );
    assert.equal(result.got.size, 1);
    assert.ok(ms < 3000);
  });

  it('what nobody gives ends the round, and who was asked is told apart', async () => {
    const all = wants(4);
    const nothing: FetchLane<Want> = async () => {};
    const { result } = await run([[a, all]], { a: nothing });
    assert.deepEqual(
      result.refused.map(({ want, device }) => [want.name, device]),
      all.map(({ name }) => [name, a]),
    );
  });

  it('frozen-peer: its lane ends when another device has the same by now, and not before', async () => {
    const frozen: FetchLane<Want> = (_device, _list, signal) => clock.sleep(30_000, signal);
    let looks = 0;
    const { result, ms } = await clock.run(
      runLanes(
        new Map([[a, wants(3)]]),
        { clock, fetch: frozen, mayAsk: () => true, othersHave: async (late) => late.length === 3 && ++looks > 2 },
        never,
      ),
    );
    assert.ok(ms <= 8000, `${ms} ms`);
    assert.equal(result.got.size, 0);
    assert.deepEqual([...result.late], [[a, 'slow']]);
  });

  it('a device that keeps its pace is left alone, whoever has the same by now', async () => {
    const steady: FetchLane<Want> = async (_device, list, signal, heard) => {
      for (const want of list) {
        await clock.sleep(100, signal);
        if (signal.aborted) return;
        heard.bytes(want.length);
        heard.arrived(want);
      }
    };
    const options = { clock, fetch: steady, mayAsk: () => true, othersHave: async () => true };
    const { result } = await clock.run(runLanes(new Map([[a, wants(40)]]), options, never));
    assert.equal(result.got.size, 40);
  });

  it('a device that is silent until it is given up is told as such', async () => {
    const silent: FetchLane<Want> = (_device, _list, signal) => clock.sleep(30_000, signal);
    const { result } = await run([[a, wants(1)]], { a: silent });
    assert.deepEqual([...result.late], [[a, 'silent']]);
  });

  it('a disk that takes no more ends all lanes', async () => {
    const full: FetchLane<Want> = async () => {
      throw new Error('the disk is full');
    };
    let isCalledOff = false;
    const waits: FetchLane<Want> = async (_device, _list, signal) => {
      await clock.sleep(1e9, signal);
      isCalledOff = signal.aborted;
    };
    await assert.rejects(
      run(
        [
          [a, wants(1)],
          [b, wants(1)],
        ],
        { a: full, b: waits },
      ),
      /disk is full/,
    );
    assert.equal(isCalledOff, true);
  });

  describe('chunk lists', () => {
    const list: Manifest = [{ hash: 'x' as Hash, length: 1 }];
    const race = (lanes: Record<string, (signal: AbortSignal) => Promise<Manifest | undefined>>, known = 9) => {
      const late: string[] = [];
      const run = clock.run(
        raceManifest(Object.keys(lanes).slice(0, known) as DeviceId[], {
          more: async () => Object.keys(lanes) as DeviceId[],
          clock,
          ask: (device, signal) => (lanes[device] as (typeof lanes)[string])(signal),
          onLate: (device, kind) => late.push(`${device} ${kind}`),
          onFailure: () => undefined,
          signal: never,
        }),
      );
      return run.then(({ result, ms }) => ({ result, ms, late }));
    };

    it('frozen-peer: the next is asked as well, and the first answer counts', async () => {
      let isCalledOff = false;
      const { result, ms, late } = await race({
        a: async (signal) => {
          await clock.sleep(1e9, signal);
          isCalledOff = signal.aborted;
          return undefined;
        },
        b: async () => list,
      });
      assert.equal(result, list);
      assert.ok(ms <= 2000 && isCalledOff);
      assert.deepEqual(late, ['a slow']);
    });

    it('frozen-peer: one that announces it only later is asked', async () => {
      const frozen = (signal: AbortSignal): Promise<undefined> => clock.sleep(30_000, signal).then(() => undefined);
      const { result, ms } = await race({ a: frozen, b: async () => list }, 1);
      assert.equal(result, list);
      assert.ok(ms <= 4000, `${ms} ms`);
    });

    it('the next is asked at once when one fails or has none, and nobody may be left', async () => {
      const fails = async (): Promise<undefined> => {
        throw new Error('lost');
      };
      assert.equal((await race({ a: fails, b: async () => undefined, c: async () => list })).result, list);
      const { result, ms } = await race({ a: fails, b: async () => undefined });
      assert.equal(result, undefined);
      assert.equal(ms, 0);
    });
  });

  it('slow devices come last for a while, silent ones not at all, each time for longer', async () => {
    let now = 0;
    const slow = new SlowDevices({ monotonic: () => now });
    slow.note(a, 'slow');
    slow.note(b, 'silent');
    assert.deepEqual(slow.order([a, b, c]), [c, a]);
    assert.deepEqual(slow.best([a, b, c]), [c]);
    assert.deepEqual(slow.best([a, b]), [a]);
    assert.deepEqual(slow.best([b]), []);
    now = 30_001;
    assert.deepEqual(slow.order([a, b, c]), [a, b, c]);
    slow.note(b, 'silent');
    now += 59_000;
    assert.equal(slow.isSilent(b), true);
    now += 2000;
    assert.equal(slow.isSilent(b), false);
    slow.note(b, 'silent');
    slow.worked(b);
    assert.equal(slow.isSilent(b), false);
  });
});
