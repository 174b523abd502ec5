/** What discovery has heard, bounded in every direction: anyone on the LAN can say anything. */
import type { DeviceId } from '../../core/identifiers.ts';
import { netLimits } from '../net-limits.ts';

export interface DiscoveredDevice {
  readonly device: DeviceId;
  /** Multiaddrs without the peer id, last heard first. */
  readonly addresses: readonly string[];
}

export class SeenDevices {
  /** Device → address → when it was last heard (monotonic milliseconds). Both maps oldest first. */
  readonly #seen = new Map<DeviceId, Map<string, number>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** True when the device, or one of its addresses, was not known. */
  add(device: DeviceId, addresses: readonly string[]): boolean {
    const now = this.#now();
    this.#expire(now);
    const known = this.#seen.get(device) ?? new Map<string, number>();
    let news = false;
    for (const address of addresses.slice(0, netLimits.addressesPerDeviceMax)) {
      if (!known.delete(address)) news = true;
      known.set(address, now);
    }
    dropOldest(known, netLimits.addressesPerDeviceMax);
    this.#seen.delete(device);
    this.#seen.set(device, known);
    dropOldest(this.#seen, netLimits.discoveredDevicesMax);
    return news;
  }

  addresses(device: DeviceId): readonly string[] {
    this.#expire(this.#now());
    return [...(this.#seen.get(device)?.keys() ?? [])].reverse();
  }

  list(): DiscoveredDevice[] {
    this.#expire(this.#now());
    return [...this.#seen.keys()].reverse().map((device) => ({ device, addresses: this.addresses(device) }));
  }

  #expire(now: number): void {
    for (const [device, addresses] of this.#seen) {
      for (const [address, heard] of addresses) {
        if (now - heard > netLimits.discoveredMsMax) addresses.delete(address);
      }
      if (addresses.size === 0) this.#seen.delete(device);
    }
  }
}

function dropOldest(map: Map<unknown, unknown>, sizeMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= sizeMax) return;
    map.delete(key);
  }
}
