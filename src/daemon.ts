/**
 * The composition root: the only file that builds everything. Order of start: home, identity, settings, index (whose lock makes
 * this the one daemon of its home), network, folders, API. It ends in the reverse order, so that what is being applied is
 * recorded before the index closes.
 */
import './base/runtime.ts';
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseUi, startApi } from './api/server.ts';
import { systemClock } from './base/clock.ts';
import { createLogger, type Logger } from './base/log.ts';
import { messageOf, Problem } from './base/problem.ts';
import { replaceFile } from './config/atomic-file.ts';
import { homeFiles, prepareHome } from './config/home.ts';
import { loadOrCreateIdentity } from './config/identity.ts';
import { SettingsFile } from './config/settings-file.ts';
import { applyOverrides, type SettingsOverrides } from './config/settings-overrides.ts';
import type { FolderSettings, Settings } from './config/settings-types.ts';
import type { FolderId } from './core/identifiers.ts';
import { DaemonControl } from './daemon/control.ts';
import { openOrReplaceIndex, type OpenedIndex } from './daemon/damaged-index.ts';
import { EventLog } from './daemon/event-log.ts';
import { Folders } from './daemon/folders.ts';
import { IndexLives } from './daemon/index-lives.ts';
import { Linking } from './daemon/linking.ts';
import { Pauses } from './daemon/pauses.ts';
import { packageVersion } from './base/version.ts';
import { DiskPool } from './disk/pool.ts';
import { createNetwork } from './net/network.ts';
import { CodeBook } from './net/protocols/pairing/code-book.ts';

export interface DaemonOptions {
  readonly home: string;
  readonly overrides: SettingsOverrides;
  readonly onReady?: (info: { readonly address: string; readonly deviceId: string }) => void;
}

/** Runs until the signal aborts or the API is told to stop, then resolves when everything is closed. Rejects with a Problem. */
export async function runDaemon(options: DaemonOptions, signal: AbortSignal): Promise<void> {
  const { home } = options;
  await prepareHome(home);
  const closers = new Closers();
  try {
    await (
      await start(options, signal, closers)
    ).stopped;
  } finally {
    await closers.close();
  }
}

/** What has been opened, to be closed last first. One that fails does not keep the others open. */
class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];
  logger: Logger | undefined;

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        this.logger?.error({ error: messageOf(error) }, 'something did not close cleanly');
      }
    }
  }
}

/** Resolves when everything stands, with a promise of the end. */
async function start(
  options: DaemonOptions,
  signal: AbortSignal,
  closers: Closers,
): Promise<{ readonly stopped: Promise<void> }> {
  const { home, overrides } = options;
  const identity = await loadOrCreateIdentity(home);
  const settings = new SettingsFile(join(home, homeFiles.config));
  await settings.load();
  const initial = applyOverrides(settings.current, overrides);
  const { database, lost } = await openIndex(
    home,
    initial.folders.map(({ id }) => id),
  );
  closers.add(() => database.close());
  await replaceFile(join(home, homeFiles.pid), `${process.pid}\n`);
  closers.add(() => rm(join(home, homeFiles.pid), { force: true }));
  // A name that was asked for is meant to stay.
  if (overrides.name !== undefined && overrides.name !== settings.current.name) {
    await settings.update((current) => ({ ...current, name: initial.name }));
  }
  const logger = createLogger(initial.logLevel, join(home, homeFiles.logs, 'p2psync.log'));
  closers.logger = logger;
  logger.info({ device: identity.id, version: packageVersion(), node: process.version, home }, 'starting');
  const events = new EventLog(systemClock);
  const pool = new DiskPool();
  closers.add(() => pool.close());

  const network = await createNetwork({
    privateKey: identity.privateKey,
    listen: [...initial.listen],
    mdns: initial.mdns,
    logger: logger.child({ room: 'net' }),
    deviceName: initial.name,
    clientVersion: packageVersion(),
  });
  await network.start();
  closers.add(() => network.stop());

  const lives = new IndexLives({ database, home, clock: systemClock, events, logger });
  await lives.begin(
    initial.folders.map(({ id }) => id),
    lost,
  );
  const folders = new Folders({ pool, lives, network, events, clock: systemClock, logger, home });
  closers.add(() => folders.close());
  const codes = await CodeBook.open({ storage: codeStorage(home), clock: systemClock });
  closers.add(() => codes.close());

  let reapply = (): void => {};
  const pauses = new Pauses(() => reapply());
  closers.add(() => pauses.close());
  const isPaused = (folder: FolderSettings): boolean => folder.paused || pauses.has(folder.id);
  const applySettings = async (): Promise<void> => {
    const current: Settings = applyOverrides(settings.current, overrides);
    network.setDeviceName(current.name);
    network.setLimits({ up: current.limitUp, down: current.limitDown });
    network.setLinks(current.devices.map((device) => ({ ...device, paused: device.paused || pauses.has(device.id) })));
    await folders.apply(current, isPaused);
  };
  reapply = () => {
    applySettings().catch((error: unknown) =>
      logger.error({ error: messageOf(error) }, 'settings could not be applied'),
    );
  };

  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  if (signal.aborted) stop();
  signal.addEventListener('abort', () => stop(), { once: true });
  const linking = new Linking({ network, settings, codes, events, logger, applySettings });
  const control = new DaemonControl({
    ...{ version: packageVersion(), network, settings, folders, linking, pauses, events, home, applySettings, stop },
  });
  reportPeers(network, events);
  network.onUnlinked((device) => {
    events.add('device-unlinked', { device });
    control
      .forgetDevice(device)
      .catch((error: unknown) => logger.error({ error: messageOf(error) }, 'unlinking failed'));
  });
  await applySettings();
  const watch = settings.watch(
    () => {
      events.add('settings-changed', {});
      reapply();
    },
    (problem) => {
      logger.warn({ code: problem.code }, problem.message);
      events.add('settings-refused', { message: problem.message });
    },
  );
  closers.add(() => watch.close());
  const { host, port } = parseUi(initial.ui);
  const api = await startApi({ control, host, port, home, logger, clock: systemClock });
  closers.add(() => api.close());
  logger.info({ address: api.address, listen: network.addresses() }, 'ready');
  events.add('daemon-started', { version: packageVersion() });
  options.onReady?.({ address: api.address, deviceId: identity.id });
  return { stopped };
}

/** The index's lock is the daemon's: it goes with the process, even on kill -9. */
async function openIndex(home: string, folders: readonly FolderId[]): Promise<OpenedIndex> {
  try {
    return await openOrReplaceIndex(home, folders, { randomBytes, now: () => systemClock.now() });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'INDEX_LOCKED') throw error;
    const pid = await readFile(join(home, homeFiles.pid), 'utf8').catch(() => '');
    const who = pid.trim() === '' ? '' : ` (pid ${pid.trim()})`;
    throw new Problem(
      'DAEMON_RUNNING',
      `a daemon${who} is already running for ${home}; stop it first with p2psync stop, or choose another --home`,
      { cause: error },
    );
  }
}

/** Tries at a code are counted across restarts, so they are written through to the disk. */
function codeStorage(home: string): { load(): Promise<string | undefined>; save(text: string): Promise<void> } {
  const path = join(home, homeFiles.pairing);
  return {
    load: () =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    save: (text) => replaceFile(path, text),
  };
}

function reportPeers(network: Awaited<ReturnType<typeof createNetwork>>, events: EventLog): void {
  const connected = new Set<string>();
  network.onChange(() => {
    for (const { id, name, connected: isConnected, route } of network.peers()) {
      if (isConnected === connected.has(id)) continue;
      if (isConnected) connected.add(id);
      else connected.delete(id);
      events.add(isConnected ? 'peer-connected' : 'peer-disconnected', { device: id, name, route });
    }
  });
}
