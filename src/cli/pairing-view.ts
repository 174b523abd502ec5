/** A pairing code as people see it, and waiting for somebody to use it. Shared by `up` and `pair`. */
import type { Control, PairingCode, PairingResult, PairingState } from '../api/control.ts';
import { formatClock } from './format.ts';
import type { LiveLine } from './live-line.ts';
import type { Paint } from './output.ts';
import { sanitise } from './sanitise.ts';
import { padEnd, textWidth } from './text-width.ts';

const tickMs = 1000;

/** What to type on the other device. */
export function pairCommand(code: PairingCode): string {
  return `p2psync pair ${code.code}${code.folders.length > 0 ? ' ~/Sync' : ''}`;
}

export function renderCodeBox(code: PairingCode, now: number, paint: Paint): string[] {
  const rows = [
    `Code  ${code.code}`,
    '',
    'On the other device, type',
    `  ${pairCommand(code)}`,
    '',
    `Valid for ${formatClock(Date.parse(code.expires) - now)} minutes, for one device.`,
  ];
  const width = Math.max(...rows.map(textWidth));
  const edge = '─'.repeat(width + 4);
  const body = rows.map((row, index) => {
    const padded = padEnd(row, width);
    return `│  ${index === 0 || index === 3 ? paint('bold', padded) : padded}  │`;
  });
  return [`┌${edge}┐`, ...body, `└${edge}┘`];
}

/** "Linked with laptop, fingerprint 🐙 🌵 🚲 🍋 (the other device shows the same)". */
export function linkedLine(result: PairingResult, paint: Paint): string {
  return `${paint('green', 'Linked')} with ${paint('bold', sanitise(result.device.name))}, fingerprint ${sanitise(result.fingerprint)} (the other device shows the same)`;
}

/** Waits until the code is no longer 'waiting'; shows the time left. Rejects with the signal's reason. */
export async function waitForCode(
  api: Control,
  code: PairingCode,
  live: LiveLine,
  signal: AbortSignal,
): Promise<PairingState> {
  const expires = Date.parse(code.expires);
  const show = (): void =>
    live.update(`Waiting for the other device · code ${code.code} · ${formatClock(expires - Date.now())} left`);
  show();
  const timer = setInterval(show, tickMs);
  try {
    for (;;) {
      const state = await api.pairingState(code.code, true, signal);
      signal.throwIfAborted();
      if (state.state !== 'waiting') return state;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(timer);
    live.clear();
  }
}
