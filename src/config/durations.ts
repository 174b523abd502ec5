/** Times as people write them: '90s', '2h', '1h30m'. */
import { Problem } from '../base/problem.ts';

/** Longest time that can be asked for: a year. */
export const durationMsMax = 365 * 86_400_000;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const part = /(\d+(?:\.\d+)?)\s*(ms|seconds?|sec|s|minutes?|min|m|hours?|h|days?|d)?/giy;

/** Milliseconds, whole and above zero; a number alone is seconds. Throws Problem DURATION_INVALID (exit code 2). */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  let total = 0;
  let end = 0;
  part.lastIndex = 0;
  for (let match = part.exec(trimmed); match !== null; match = part.exec(trimmed)) {
    const unit = shortUnit(match[2]);
    // '1h30' would leave open what 30 is.
    if (unit === undefined && match[0].length !== trimmed.length) break;
    total += Number(match[1]) * (unitMs[unit ?? 's'] ?? Number.NaN);
    end = part.lastIndex;
    while (trimmed[end] === ' ') end++;
    part.lastIndex = end;
    if (end === trimmed.length) break;
  }
  const ms = Math.round(total);
  if (end !== trimmed.length || trimmed === '' || !(ms > 0 && ms <= durationMsMax)) throw invalid(text);
  return ms;
}

function shortUnit(unit: string | undefined): string | undefined {
  const lower = unit?.toLowerCase();
  return lower === undefined || lower === 'ms' ? lower : lower.slice(0, 1);
}

function invalid(text: string): Problem {
  return new Problem('DURATION_INVALID', `'${text}' is not a time; write it like 30s, 5m, 2h or 1h30m, at most 365d`, {
    exitCode: 2,
  });
}

/** '1h30m', '45s', '250ms'; parseDuration takes it back to the same number of whole milliseconds. */
export function formatDuration(ms: number): string {
  let left = Math.max(0, Math.round(ms));
  if (left === 0) return '0s';
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitMs[unit] as number;
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text;
}
