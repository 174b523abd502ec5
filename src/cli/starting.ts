/** Starts what is missing for `up` and `pair`, showing that it does. */
import type { Cli } from './context.ts';
import { type DaemonOptionValues, overridesOf } from './daemon-options.ts';
import { type RunningDaemon, ensureDaemon } from './spawn-daemon.ts';

export async function startDaemon(cli: Cli, options: DaemonOptionValues): Promise<RunningDaemon> {
  const overrides = overridesOf(options);
  const live = cli.out.live();
  try {
    const daemon = await ensureDaemon({
      home: cli.home,
      overrides,
      signal: cli.signal,
      onStarting: () => live.update('Starting the background node…'),
    });
    live.clear();
    if (!daemon.started && Object.keys(overrides).length > 0) {
      cli.out.hint(
        "the daemon was running already, so its options stay as they are; change config.toml, or 'p2psync stop' first",
      );
    }
    return daemon;
  } finally {
    live.clear();
  }
}

/** Runs `work`; when it fails, takes back what was started for it and rethrows. */
export async function orUndo<T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await undo();
    throw error;
  }
}
