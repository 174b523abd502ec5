/** Transfer rates out of the byte counters of successive status documents, smoothed so that the figures can be read. */
import type { Status } from '../api/control.ts';
import type { PeerRates } from './status-text.ts';

/** Time constant of the smoothing (exponential moving average), milliseconds. */
const smoothingMs = 1500;

interface Sample {
  bytesIn: number;
  bytesOut: number;
  atMs: number;
  rates: PeerRates;
}

export class RateMeter {
  readonly #samples = new Map<string, Sample>();

  /** Takes in one status document; `atMs`: monotonic milliseconds. Returns the rates by peer id. */
  update(status: Status, atMs: number): ReadonlyMap<string, PeerRates> {
    const result = new Map<string, PeerRates>();
    for (const peer of status.peers) {
      const before = this.#samples.get(peer.id);
      const rates = before === undefined ? { up: 0, down: 0 } : nextRates(before, peer.bytesIn, peer.bytesOut, atMs);
      this.#samples.set(peer.id, { bytesIn: peer.bytesIn, bytesOut: peer.bytesOut, atMs, rates });
      result.set(peer.id, rates);
    }
    for (const id of this.#samples.keys()) if (!result.has(id)) this.#samples.delete(id);
    return result;
  }
}

function nextRates(before: Sample, bytesIn: number, bytesOut: number, atMs: number): PeerRates {
  const elapsed = atMs - before.atMs;
  if (elapsed <= 0) return before.rates;
  const weight = 1 - Math.exp(-elapsed / smoothingMs);
  const blend = (old: number, bytes: number): number => {
    // Counters start again at 0 with a new daemon.
    const next = old + weight * ((Math.max(0, bytes) / elapsed) * 1000 - old);
    return next < 1 ? 0 : next;
  };
  return {
    up: blend(before.rates.up, bytesOut - before.bytesOut),
    down: blend(before.rates.down, bytesIn - before.bytesIn),
  };
}

export function sumRates(rates: ReadonlyMap<string, PeerRates>): PeerRates {
  let up = 0;
  let down = 0;
  for (const rate of rates.values()) {
    up += rate.up;
    down += rate.down;
  }
  return { up, down };
}
