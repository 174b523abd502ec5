/** Moments as people write them: '2h' and '3d' (ago), '2026-11-23', '2026-11-23 14:05', or ISO 8601 with a zone. */
import { Problem } from '../base/problem.ts';
import { parseDuration } from './durations.ts';

const dayAlone = /^(\d{4})-(\d{2})-(\d{2})$/;
const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const ago = /^(\d.*?)(\s*ago)?$/i;

/**
 * Milliseconds since the epoch. Without a zone it is local time, a day alone its beginning. `now` likewise in milliseconds.
 * Throws Problem WHEN_INVALID (exit code 2), also for a moment that is still to come.
 */
export function parseWhen(text: string, now: number): number {
  const trimmed = text.trim();
  const moment = momentOf(trimmed, now);
  if (moment === undefined || Number.isNaN(moment)) {
    throw invalid(`'${text}' is not a moment; write it like 2h, 3d, 2026-11-23 or 2026-11-23T14:05`);
  }
  if (moment > now) throw invalid(`'${text}' is still to come; name a moment in the past`);
  return moment;
}

function momentOf(text: string, now: number): number | undefined {
  const day = dayAlone.exec(text);
  if (day !== null) {
    const [, year, month, date] = day.map(Number) as [number, number, number, number];
    const moment = new Date(year, month - 1, date);
    // 2026-02-31 would quietly become a day in March.
    return moment.getMonth() === month - 1 && moment.getDate() === date ? moment.getTime() : undefined;
  }
  if (iso.test(text)) return Date.parse(text.replace(' ', 'T').replace(/\s+/g, ''));
  const span = ago.exec(text)?.[1];
  // A number alone would be seconds for some and a year for others.
  if (span === undefined || /^[\d.]+$/.test(span)) return undefined;
  try {
    return now - parseDuration(span);
  } catch {
    return undefined;
  }
}

function invalid(message: string): Problem {
  return new Problem('WHEN_INVALID', message, { exitCode: 2 });
}
