/** `p2psync wait`: returns when this device and every reachable peer hold the same content, and stay so for a moment. */
import { sleep } from '../base/abort.ts';
import type { WaitOutcome } from '../api/control.ts';
import type { DeviceId } from '../core/identifiers.ts';
import type { Network } from '../net/network.ts';
import type { Folders, FolderRunner } from './folders.ts';

/** Longer than a change takes from the disk through the watcher to the index, so that a write just made is not missed. */
const steadyMs = 300;
const pollMs = 50;

/**
 * Why a folder is not in sync with its reachable devices; undefined: it is. `isExpected`: a device that is not connected but
 * soon should be (it was linked, or this daemon started, a moment ago).
 */
export function outOfSync(
  { settings, session, problem }: FolderRunner,
  network: Network,
  isExpected: (device: DeviceId) => boolean,
): string | undefined {
  if (session === undefined) return problem ?? 'it is paused';
  const { state, held } = session.status();
  if (held !== undefined) return held;
  if (state !== 'idle') return `this device is ${state}`;
  for (const peer of network.peers()) {
    if (!settings.devices.includes(peer.id)) continue;
    if (!network.folder(settings.id).connected().includes(peer.id)) {
      if (isExpected(peer.id)) return `${peer.name}: it is being connected`;
      continue;
    }
    const reason = session.notInSyncWith(peer.id);
    if (reason !== undefined) return `${peer.name}: ${reason}`;
  }
  return undefined;
}

/** Rescans first, so that what was written a moment ago counts. Rejects only when the signal aborts. */
export async function waitInSync(
  folders: Folders,
  network: Network,
  chosen: () => readonly FolderRunner[],
  isExpected: (device: DeviceId) => boolean,
  deadline: number,
  signal: AbortSignal,
): Promise<WaitOutcome> {
  await Promise.race([
    Promise.all(chosen().map(async ({ session }) => session?.rescan(undefined))),
    sleep(Math.max(0, deadline - performance.now()), signal),
  ]);
  let steadySince: number | undefined;
  for (;;) {
    const outcomes = chosen().map((runner) => ({
      label: runner.settings.label,
      reason: outOfSync(runner, network, isExpected) ?? null,
    }));
    const now = performance.now();
    if (outcomes.some(({ reason }) => reason !== null)) steadySince = undefined;
    else steadySince ??= now;
    const inSync = steadySince !== undefined && now - steadySince >= steadyMs;
    if (inSync || now >= deadline) {
      return { inSync, folders: outcomes.map(({ label, reason }) => ({ label, inSync: reason === null, reason })) };
    }
    await sleep(pollMs, signal);
  }
}
