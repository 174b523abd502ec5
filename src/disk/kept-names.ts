/**
 * Names in the version store: a path with the moment it was put away, `docs/notes.txt~20261123-140512`, with `-own` when the
 * change that replaced it was made here, and with random digits when that name is taken.
 */
import { randomBytes } from 'node:crypto';
import { nameBytesMax } from '../core/path.ts';

const keptName = /^(.+)~(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})(-own)?(?:-[0-9a-f]{8})?$/su;

export interface KeptName {
  /** The original's name; without its end where it was too long to take a moment. */
  readonly stem: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly keptMs: number;
  /** Replaced by a change that was made here, not by a sync. */
  readonly own: boolean;
}

export function nameOfKept(name: string, now: number, own: boolean, attempt: number): string {
  const moment = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const digits = attempt === 0 ? '' : `-${randomBytes(4).toString('hex')}`;
  const suffix = `~${moment}${own ? '-own' : ''}${digits}`;
  return fitted(name, suffix) + suffix;
}

function fitted(name: string, suffix: string): string {
  let stem = name;
  while (Buffer.byteLength(stem) + suffix.length > nameBytesMax) stem = [...stem].slice(0, -1).join('');
  return stem;
}

/** Undefined for what nameOfKept did not make. */
export function parseKeptName(kept: string): KeptName | undefined {
  const parts = keptName.exec(kept);
  if (parts === null) return undefined;
  const [, stem, year, month, day, hours, minutes, seconds, own] = parts as unknown as string[];
  const keptMs = Date.UTC(...([year, Number(month) - 1, day, hours, minutes, seconds].map(Number) as [number, number]));
  return { stem: stem as string, keptMs, own: own !== undefined };
}

/** True when a version of the file called `name` may be kept as `kept`. */
export function isVersionOf(kept: string, name: string): boolean {
  const parsed = parseKeptName(kept);
  if (parsed === undefined) return false;
  return parsed.stem === name || parsed.stem === fitted(name, kept.slice(parsed.stem.length));
}
