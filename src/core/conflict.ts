/**
 * Names of conflict copies: 'report.docx' becomes 'report.conflict-20261123-140512-3f9ab04c.docx'. The name is made of the
 * path and the losing entry alone (its mtime in UTC, eight digits of its hash), so every device that sets the same loser
 * aside makes the same file, and copies do not multiply. A copy that itself loses a conflict replaces the mark in its name.
 */
import type { FileEntry, SymlinkEntry } from './entry.ts';
import { nameBytesMax, nameOf, parentOf, pathBytesMax, type RelativePath } from './path.ts';

const encoder = new TextEncoder();

const markDigits = 8;
/** What is left of a name, the mark, the extension. The mark has 34 characters, so it is never taken for an extension. */
const markedName = /^(.+)\.conflict-\d{8}-\d{6}-[0-9a-f]{8}((?:\.tar)?\.[^.\s]{1,16})?$/isu;
/** Stem and extension. Leading dots belong to the stem ('.bashrc'), '.tar.gz' is one extension, a final dot is none. */
const namedParts = /^(\.*[^.].*?)((?:\.tar)?\.[^.\s]{1,16})?$/isu;

/**
 * Where `loser` is kept when another entry takes its `path`: a legal path in the same directory, never `path` itself. Long
 * names lose the end of their stem. Where the directory's own path leaves no room for a mark, the name is digits alone.
 */
export function conflictPath(path: RelativePath, loser: FileEntry | SymlinkEntry): RelativePath {
  const directory = parentOf(path);
  const used = nameOf(path);
  const { stem, extension } = splitName(originalName(used));
  const roomBytes = Math.min(nameBytesMax, pathBytesMax - (directory === undefined ? 0 : utf8Length(directory) + 1));
  const digits = loserDigits(loser);
  const time = timeText(loser.mtimeUs);
  // A conflict copy that is unchanged since it was made would get its own name again: the second digits tell them apart.
  for (const begin of [0, markDigits]) {
    const mark = `.conflict-${time}-${digits.slice(begin, begin + markDigits)}`;
    const name = fit(stem, mark, extension, roomBytes) ?? digits.slice(begin, begin + roomBytes);
    if (name !== used) return inDirectory(directory, name);
  }
  // Only without room for a mark, or for a loser with the same digits twice: any other name will do.
  const other = digits.slice(0, Math.min(roomBytes, 2 * markDigits - 1));
  return inDirectory(directory, other === used ? `${used.startsWith('0') ? '1' : '0'}${other.slice(1)}` : other);
}

/** True for names as conflictPath makes them (with room for a mark). */
export function isConflictName(name: string): boolean {
  return originalName(name) !== name;
}

/** The name without its conflict mark; a shortened stem stays short. Other names come back as they are. */
export function originalName(name: string): string {
  let original = name;
  for (;;) {
    const parts = markedName.exec(original);
    if (parts === null) return original;
    const without = `${parts[1]}${parts[2] ?? ''}`;
    if (without === '.' || without === '..') return original;
    original = without;
  }
}

function splitName(name: string): { stem: string; extension: string } {
  const parts = namedParts.exec(name);
  return parts === null ? { stem: name, extension: '' } : { stem: parts[1] as string, extension: parts[2] ?? '' };
}

/** `stem` as far as there is room, on a character boundary; undefined when not one character of it fits. */
function fit(stem: string, mark: string, extension: string, roomBytes: number): string | undefined {
  let left = roomBytes - mark.length - utf8Length(extension);
  let kept = '';
  for (const character of stem) {
    left -= utf8Length(character);
    if (left < 0) break;
    kept += character;
  }
  return kept === '' ? undefined : `${kept}${mark}${extension}`;
}

function inDirectory(directory: RelativePath | undefined, name: string): RelativePath {
  return (directory === undefined ? name : `${directory}/${name}`) as RelativePath;
}

function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** Sixteen hex digits that stand for the content: two marks' worth. */
function loserDigits(loser: FileEntry | SymlinkEntry): string {
  if (loser.kind === 'file') return loser.contentHash.slice(0, 2 * markDigits);
  const bytes = encoder.encode(loser.target);
  return fnv1a(bytes, 0x811c9dc5) + fnv1a(bytes, 0x01000193);
}

/** FNV-1a, 32 bits (draft-eastlake-fnv): stable and small; no defence is needed here. Eight hex digits. */
function fnv1a(bytes: Uint8Array, basis: number): string {
  let hash = basis;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(markDigits, '0');
}

/** 'yyyymmdd-hhmmss' in UTC; for a time without a year of four digits, zeros. */
function timeText(mtimeUs: number): string {
  const seconds = Math.floor(mtimeUs / 1_000_000);
  const days = Math.floor(seconds / 86_400);
  const [year, month, day] = civilFromDays(days);
  if (!(year >= 0 && year <= 9999)) return '00000000-000000';
  const ofDay = seconds - days * 86_400;
  const time = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  return `${pad(year, 4)}${pad(month, 2)}${pad(day, 2)}-${time.map((part) => pad(part, 2)).join('')}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/**
 * Days since 1970-01-01 to a date of the Gregorian calendar: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"
 * (2013). Years begin in March there, so that the leap day comes last; an era is 400 years, 146,097 days.
 */
export function civilFromDays(daysSinceEpoch: number): [year: number, month: number, day: number] {
  const days = daysSinceEpoch + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
