/**
 * The node in this process (`up --foreground`, `npm start`): starts it, lets the caller set it up through its own API, then shows a
 * live line on a terminal (a plain line per change elsewhere) until Ctrl-C or `p2psync stop`.
 */
import type { Control, PairingCode, Status } from '../api/control.ts';
import { sleep, withLinkedSignal } from '../base/abort.ts';
import { Problem } from '../base/problem.ts';
import { type Cli, connectTo } from './context.ts';
import { type DaemonOptionValues, overridesOf } from './daemon-options.ts';
import { makeHome } from './fresh-home.ts';
import { linkedLine } from './pairing-view.ts';
import { RateMeter, sumRates } from './rates.ts';
import { findDaemon, isNoDaemon } from './spawn-daemon.ts';
import { type CodeCountdown, renderLiveLine, renderPlainLine } from './status-text.ts';

const refreshMs = 500;

/** Resolves when the daemon has ended cleanly. `setUp` returns the code to show, if it made one; when it fails, nothing is left behind. */
export async function runForeground(
  cli: Cli,
  options: DaemonOptionValues,
  setUp: (api: Control) => Promise<PairingCode | undefined>,
): Promise<void> {
  if ((await findDaemon(cli.home)) !== undefined) {
    throw new Problem(
      'DAEMON_RUNNING',
      `a daemon is already running for ${cli.home}; leave out --foreground to use it, or 'p2psync stop' first`,
    );
  }
  cli.io.endsItself();
  const home = await makeHome(cli.home);
  // The node brings the network stack with it: loaded only where it runs.
  const { runDaemon } = await import('../daemon.ts');
  let isSetUp = false;
  try {
    await withLinkedSignal([cli.signal], async (signal, abort) => {
      let onReady = (): void => {};
      const ready = new Promise<void>((resolve) => {
        onReady = resolve;
      });
      const daemon = runDaemon({ home: cli.home, overrides: overridesOf(options), onReady: () => onReady() }, signal);
      try {
        await Promise.race([ready, daemon]);
        if (!signal.aborted) {
          const api = await connectTo(cli);
          const code = await setUp(api);
          isSetUp = true;
          await Promise.race([daemon, showLive(cli, api, code, signal)]);
        }
      } catch (error) {
        abort(error);
        await daemon;
        throw error;
      }
      if (cli.signal.aborted) cli.out.hint('Stopping…');
      await daemon;
    });
  } catch (error) {
    if (!isSetUp && !(error instanceof Problem && error.code === 'DAEMON_RUNNING')) await home.remove();
    throw error;
  }
}

/** Until the signal aborts or the daemon's API is gone. */
async function showLive(cli: Cli, api: Control, code: PairingCode | undefined, signal: AbortSignal): Promise<void> {
  const live = cli.out.live();
  const meter = new RateMeter();
  let openCode = code;
  let lastPlain = '';
  try {
    while (!signal.aborted) {
      const status = await api.status();
      if (openCode !== undefined) openCode = await followCode(cli, api, openCode, signal, () => live.clear());
      const rates = sumRates(meter.update(status, performance.now()));
      if (live.active) live.update(renderLiveLine(status, rates, countdown(openCode), cli.out.paintError));
      else lastPlain = printIfNew(cli, status, lastPlain);
      await sleep(refreshMs, signal);
    }
  } catch (error) {
    // The daemon is going down and takes its API with it, or Ctrl-C ended the wait: both are the end of the line, not a failure.
    if (!signal.aborted && !isNoDaemon(error)) throw error;
  } finally {
    live.clear();
  }
}

function countdown(code: PairingCode | undefined): CodeCountdown | undefined {
  return code === undefined ? undefined : { code: code.code, leftMs: Date.parse(code.expires) - Date.now() };
}

function printIfNew(cli: Cli, status: Status, last: string): string {
  const line = renderPlainLine(status);
  if (line !== last) cli.out.hint(line);
  return line;
}

/** The code while it can be used; says once what became of it. */
async function followCode(
  cli: Cli,
  api: Control,
  code: PairingCode,
  signal: AbortSignal,
  clearLine: () => void,
): Promise<PairingCode | undefined> {
  const state = await api.pairingState(code.code, false, signal);
  switch (state.state) {
    case 'waiting':
      return code;
    case 'used':
      clearLine();
      if (state.result !== null) cli.out.hint(linkedLine(state.result, cli.out.paintError));
      return undefined;
    case 'expired':
    case 'burnt':
      clearLine();
      cli.out.hint(
        `code ${code.code} is ${state.state === 'expired' ? 'expired' : 'burnt after wrong tries'}; 'p2psync pair' makes a new one`,
      );
      return undefined;
    case 'none':
      return undefined;
  }
}
