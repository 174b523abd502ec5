/** Transfer rates as people write them: '5 MB/s', '800k', '1.5 MiB/s', '20 Mbit/s', 'none'. */
import { Problem } from '../base/problem.ts';

/** Slower than this and the protocol's own messages do not get through in time. */
export const rateBytesPerSecondMin = 1000;
export const rateBytesPerSecondMax = 1e12;

const pattern = /^(\d+(?:\.\d+)?)\s*(k|m|g|t)?(i)?(b|bytes?|bits?)?(?:\/s|ps)?$/i;
const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

/** Bytes per second, whole; null: no limit ('none', 'off', 'unlimited'). Throws Problem RATE_INVALID (exit code 2). */
export function parseRate(text: string): number | null {
  const trimmed = text.trim();
  if (/^(none|off|unlimited)$/i.test(trimmed)) return null;
  const match = pattern.exec(trimmed);
  if (match === null) throw invalid(text);
  const base = match[3] === undefined ? 1000 : 1024;
  const unit = match[4] ?? '';
  // 'Mbit/s' and 'Mbps' are bits, as line rates are; 'MB/s' and a bare 'M' are bytes.
  const isBits = /^bit/i.test(unit) || (unit === 'b' && /ps$/i.test(trimmed));
  const value = (Number(match[1]) * base ** (powers[(match[2] ?? '').toLowerCase()] as number)) / (isBits ? 8 : 1);
  const problem = rateProblem(Math.round(value));
  if (problem !== undefined) throw invalid(text);
  return Math.round(value);
}

/** What is wrong with a number of bytes per second; undefined: nothing. */
export function rateProblem(bytesPerSecond: number): string | undefined {
  return Number.isInteger(bytesPerSecond) &&
    bytesPerSecond >= rateBytesPerSecondMin &&
    bytesPerSecond <= rateBytesPerSecondMax
    ? undefined
    : rateHint;
}

/** What a rate may be, for messages. */
export const rateHint = 'a rate like "5 MB/s", "800 KiB/s" or "20 Mbit/s", at least 1 kB/s, or "none"';

function invalid(text: string): Problem {
  return new Problem('RATE_INVALID', `'${text}' is not a rate; write ${rateHint}`, { exitCode: 2 });
}

/** '5 MB/s', '1.2 kB/s', 'none': for people, three digits. */
export function formatRate(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return 'none';
  let value = bytesPerSecond;
  for (const unit of ['B/s', 'kB/s', 'MB/s', 'GB/s']) {
    // 999.7 would print as 1000.
    if (value < 999.5) return `${Number(value.toPrecision(3))} ${unit}`;
    value /= 1000;
  }
  return `${Number(value.toPrecision(3))} TB/s`;
}
