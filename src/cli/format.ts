/** Numbers, sizes and times as people read them. Pure; English, independent of the locale so that output is the same everywhere. */
const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 1234567 → "1,234,567". */
export function formatCount(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 file", "1,234 files". */
export function plural(value: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** Bytes in decimal units with two figures that matter: 999 B, 1.2 MB, 45 GB. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (unit < units.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? 'B'}`;
}

/** Bytes per second; "0" when nothing moves. */
export function formatRate(bytesPerSecond: number): string {
  return bytesPerSecond < 1 ? '0' : `${formatBytes(bytesPerSecond)}/s`;
}

/** A countdown: 0:07, 9:12, 1:02:03. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A length of time in its largest unit: 40 s, 3 min, 2 h, 5 days. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** `iso` as seen at `now` (milliseconds since the epoch): "3 min ago", "just now", "never". */
export function formatAgo(iso: string | null, now: number): string {
  if (iso === null) return 'never';
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return 'unknown';
  const past = now - then;
  return past < 5000 ? 'just now' : `${formatSpan(past)} ago`;
}

/** "a", "a and b", "a, b and 3 others". */
export function formatList(items: readonly string[], shownMax = 3): string {
  if (items.length <= 1) return items[0] ?? '';
  if (items.length <= shownMax) return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
  const shown = items.slice(0, shownMax - 1);
  return `${shown.join(', ')} and ${plural(items.length - shown.length, 'other')}`;
}
