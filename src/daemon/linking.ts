/**
 * Linking two devices: the code this device gives and answers for, and the code that a person typed here. What is stored is
 * one device and, on the side that gave the code, the share of its folders with it.
 */
import { sleep } from '../base/abort.ts';
import type { Logger } from '../base/log.ts';
import { messageOf, Problem } from '../base/problem.ts';
import type { PairingCode, PairingResult, PairingState } from '../api/control.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { SettingsFile } from '../config/settings-file.ts';
import type { DeviceSettings, Settings } from '../config/settings-types.ts';
import type { Network } from '../net/network.ts';
import type { CodeBook } from '../net/protocols/pairing/code-book.ts';
import { runInitiator, runResponder, type PairingOutcome } from '../net/protocols/pairing/session.ts';
import { parseCode, type ParsedCode } from '../net/protocols/pairing/words.ts';
import type { EventLog } from './event-log.ts';

/** How long a typed code looks for the device that gave it. */
const searchMsMax = 30_000;
const askAgainMs = 500;

export interface LinkingOptions {
  readonly network: Network;
  readonly settings: SettingsFile;
  readonly codes: CodeBook;
  readonly events: EventLog;
  readonly logger: Logger;
  readonly applySettings: () => Promise<void>;
}

export class Linking {
  readonly #options: LinkingOptions;
  #lastResult: PairingResult | undefined;

  constructor(options: LinkingOptions) {
    this.#options = options;
    const { network, codes } = options;
    network.onPairing(async (channel, remote, signal) => {
      const outcome = await runResponder(
        channel,
        {
          self: network.self,
          remote,
          deviceName: this.#settings.name,
          folders: this.#offered(),
          addresses: network.addresses(),
          codes,
          onVerified: ({ device, deviceName }) => this.#link({ device, deviceName, addresses: [] }, true),
        },
        signal,
      );
      this.#lastResult = this.#announce(outcome);
    });
    codes.onChange(() => network.setPairingOpen(codes.state() === 'waiting'));
  }

  get #settings(): Settings {
    return this.#options.settings.current;
  }

  #offered(): { id: Settings['folders'][number]['id']; label: string }[] {
    return this.#settings.folders.map(({ id, label }) => ({ id, label }));
  }

  async createCode(): Promise<PairingCode> {
    const { code, expiresMs } = await this.#options.codes.create();
    this.#lastResult = undefined;
    this.#options.network.setPairingOpen(true);
    return { code, expires: new Date(expiresMs).toISOString(), folders: this.#offered().map(({ label }) => label) };
  }

  async state(code: string, wait: boolean, signal: AbortSignal): Promise<PairingState> {
    const { codes } = this.#options;
    while (wait && codes.stateOf(code) === 'waiting') await codes.changed(signal);
    const state = codes.stateOf(code);
    return { state, wrongTries: codes.wrongTries(code), result: state === 'used' ? (this.#lastResult ?? null) : null };
  }

  /** Tries the code at the given addresses, or at every device that discovery finds, until the one that gave it answers. */
  async pairWith(text: string, addresses: readonly string[], signal: AbortSignal): Promise<PairingResult> {
    const code = parseCode(text);
    const { network } = this.#options;
    const end = performance.now() + searchMsMax;
    const refusals = new Map<string, unknown>();
    network.setPairing(true);
    try {
      for (;;) {
        const places = addresses.length > 0 ? [...addresses] : network.discovered().map(({ device }) => device);
        for (const place of places) {
          const result = await this.#tryAt(place, code, refusals, signal);
          if (result !== undefined) return result;
        }
        if (addresses.length > 0 && refusals.size === places.length) break;
        if (performance.now() > end) break;
        await sleep(askAgainMs, signal);
      }
    } finally {
      network.setPairing(false);
    }
    throw notFound(addresses, refusals);
  }

  /** Undefined: not the device that gave the code (or not reachable); anything about the code itself is thrown. */
  async #tryAt(
    place: DeviceId | string,
    code: ParsedCode,
    refusals: Map<string, unknown>,
    signal: AbortSignal,
  ): Promise<PairingResult | undefined> {
    const { network } = this.#options;
    try {
      await using session = await network.openPairing(place, signal);
      const outcome = await runInitiator(
        session.channel,
        {
          self: network.self,
          remote: session.remote,
          deviceName: this.#settings.name,
          folders: [],
          addresses: network.addresses(),
          code,
          onVerified: ({ device, deviceName }) =>
            this.#link({ device, deviceName, addresses: isAddress(place) ? [place] : [] }, false),
        },
        signal,
      );
      await this.#shareBack(outcome);
      return this.#announce(outcome);
    } catch (error) {
      signal.throwIfAborted();
      const aboutCode =
        error instanceof Problem && error.code.startsWith('PAIR_') && error.code !== 'PAIR_NO_SUCH_CODE';
      if (aboutCode) throw error;
      refusals.set(place, error);
      this.#options.logger.debug({ place, error: messageOf(error) }, 'not the device that gave the code');
      return undefined;
    }
  }

  #announce({ device, deviceName, fingerprint, offers }: PairingOutcome): PairingResult {
    this.#options.events.add('device-linked', { device, name: deviceName, fingerprint });
    return {
      device: { id: device, name: deviceName },
      fingerprint,
      offers: offers.map(({ id, label }) => ({ folder: id, label })),
    };
  }

  /** A folder that the other device offers and that is here already (through a third one) is shared with it too. */
  async #shareBack({ device, offers }: PairingOutcome): Promise<void> {
    const offered = new Set(offers.map(({ id }) => id));
    await this.#options.settings.update((settings) => ({
      ...settings,
      folders: settings.folders.map((folder) =>
        offered.has(folder.id) && !folder.devices.includes(device)
          ? { ...folder, devices: [...folder.devices, device] }
          : folder,
      ),
    }));
    await this.#options.applySettings();
  }

  /** Stored before the other side is told that it is done: a link half made heals by pairing once more. */
  async #link(
    { device, deviceName, addresses }: { device: DeviceId; deviceName: string; addresses: readonly string[] },
    share: boolean,
  ): Promise<void> {
    await this.#options.settings.update((settings) =>
      linked(settings, { id: device, name: deviceName, addresses }, share),
    );
    await this.#options.applySettings();
  }
}

function isAddress(place: string): boolean {
  return place.startsWith('/');
}

/** Settings with the device linked (its typed addresses kept) and, when `share`, all folders shared with it. Pure. */
export function linked(
  settings: Settings,
  device: Pick<DeviceSettings, 'id' | 'name'> & { readonly addresses: readonly string[] },
  share: boolean,
): Settings {
  const known = settings.devices.find(({ id }) => id === device.id);
  const others = settings.devices.filter(({ id }) => id !== device.id);
  const name = known?.name ?? device.name;
  const addresses = [...new Set([...(known?.addresses ?? []), ...device.addresses])];
  return {
    ...settings,
    devices: [...others, { id: device.id, name, addresses, paused: known?.paused ?? false }],
    folders: settings.folders.map((folder) =>
      share && !folder.devices.includes(device.id) ? { ...folder, devices: [...folder.devices, device.id] } : folder,
    ),
  };
}

function notFound(addresses: readonly string[], refusals: ReadonlyMap<string, unknown>): Problem {
  const noSuchCode = [...refusals.values()].find((error) => error instanceof Problem);
  if (noSuchCode instanceof Problem) return noSuchCode;
  if (addresses.length > 0) {
    const reasons = [...refusals].map(([place, error]) => `${place}: ${messageOf(error)}`).join('; ');
    return new Problem(
      'PAIR_UNREACHABLE',
      `no device could be reached there (${reasons}); check the address, and that the other device is running`,
    );
  }
  return new Problem(
    'PAIR_NOT_FOUND',
    'no device on this network gave that code; check that the other device shows it now and is on the same network, or name its address with --address',
  );
}
