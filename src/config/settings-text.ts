/** Settings as TOML: which keys hold what, and how a new file or table looks. The inverse of settings.ts. */
import { formatDuration } from './durations.ts';
import { formatRate, parseRate } from './rates.ts';
import { defaultRescanSeconds } from './settings.ts';
import type { DeviceSettings, FolderSettings, Settings } from './settings-types.ts';

export type RawValue = string | number | boolean | readonly string[];
/** Keys as in the file; undefined: the key goes. */
export type RawTable = Record<string, RawValue | undefined>;

export function rawFolder(folder: FolderSettings): RawTable {
  return leaveDefaults(rawFolderFully(folder), {
    paused: false,
    rescan: rescanText(defaultRescanSeconds),
    exclude: [],
    atomic: [],
  });
}

export function rawDevice(device: DeviceSettings): RawTable {
  return leaveDefaults(rawDeviceFully(device), { paused: false, addresses: [] });
}

export function rawTopChanges(before: Settings, after: Settings): RawTable {
  return changes(rawTop(before), rawTop(after));
}

export function rawFolderChanges(before: FolderSettings, after: FolderSettings): RawTable {
  return changes(rawFolderFully(before), rawFolderFully(after));
}

export function rawDeviceChanges(before: DeviceSettings, after: DeviceSettings): RawTable {
  return changes(rawDeviceFully(before), rawDeviceFully(after));
}

/** The first lines of a config.toml that p2psync makes. */
const headerLines = [
  '# Settings of p2psync on this device. You may edit this file while p2psync runs: a change takes effect within seconds,',
  '# and one that is not valid is refused with its line and reason while the settings before it stay in force.',
];

/** A whole file; `comments` (lines with their '#') go to its end. */
export function newFileText(settings: Settings, comments: readonly string[]): string {
  const lines = [...headerLines, ''];
  for (const [key, value] of Object.entries(rawTop(settings)))
    if (value !== undefined) lines.push(`${key} = ${valueText(value)}`);
  for (const folder of settings.folders) lines.push('', ...tableText('folder', rawFolder(folder)));
  for (const device of settings.devices) lines.push('', ...tableText('device', rawDevice(device)));
  const kept = comments.filter((comment) => !headerLines.includes(comment));
  if (kept.length > 0) lines.push('', ...kept);
  return lines.map((line) => `${line}\n`).join('');
}

/** What config.toml holds before anything is set. */
export const emptyFileText = headerLines.map((line) => `${line}\n`).join('');

export function tableText(name: string, table: RawTable): string[] {
  const lines = [`[[${name}]]`];
  for (const [key, value] of Object.entries(table)) if (value !== undefined) lines.push(`${key} = ${valueText(value)}`);
  return lines;
}

export function valueText(value: RawValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `[${value.map(quoted).join(', ')}]`;
}

/** A basic string of TOML is a string of JSON, but for DEL. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\x7f/g, '\\u007F');
}

function rawTop(settings: Settings): RawTable {
  return {
    name: settings.name,
    listen: settings.listen,
    mdns: settings.mdns,
    ui: settings.ui,
    log_level: settings.logLevel,
    limit_up: rateText(settings.limitUp),
    limit_down: rateText(settings.limitDown),
  };
}

function rawFolderFully(folder: FolderSettings): RawTable {
  return {
    id: folder.id,
    label: folder.label,
    path: folder.path,
    mode: folder.mode,
    devices: folder.devices,
    paused: folder.paused,
    rescan: rescanText(folder.rescanSeconds),
    exclude: folder.exclude,
    atomic: folder.atomic,
  };
}

function rawDeviceFully(device: DeviceSettings): RawTable {
  return { id: device.id, name: device.name, addresses: device.addresses, paused: device.paused };
}

/** As people would write it where that is exact, else the number of bytes per second. */
function rateText(rate: number | undefined): string | number | undefined {
  if (rate === undefined) return undefined;
  const text = formatRate(rate);
  try {
    return parseRate(text) === rate ? text : rate;
  } catch {
    // Not a valid rate: the reader refuses it with the words for people.
    return rate;
  }
}

function rescanText(seconds: number): string | number {
  return Number.isInteger(seconds) && seconds > 0 ? formatDuration(seconds * 1000) : seconds;
}

function changes(before: RawTable, after: RawTable): RawTable {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => !sameValue(before[key], value)));
}

function leaveDefaults(table: RawTable, defaults: RawTable): RawTable {
  return Object.fromEntries(
    Object.entries(table).filter(([key, value]) => !(Object.hasOwn(defaults, key) && sameValue(defaults[key], value))),
  );
}

function sameValue(a: RawValue | undefined, b: RawValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
