/** What each value in config.toml (and each option that overrides one) may be. A check returns the value or throws Refused. */
import { isAbsolute } from 'node:path';
import { multiaddr } from '@multiformats/multiaddr';
import { messageOf } from '../base/problem.ts';
import { groupNameProblem } from '../core/group-path.ts';
import { isBlank, patternBytesMax, patternProblem } from '../core/ignore-pattern.ts';
import { type DeviceId, type FolderId, isDeviceId, isFolderId } from '../core/identifiers.ts';
import { parseDuration } from './durations.ts';
import { parseRate, rateHint, rateProblem } from './rates.ts';
import type { FolderMode, Settings } from './settings-types.ts';

/** The reason says what is allowed: 'must be …'. `index`: which element of a list. */
export class Refused extends Error {
  readonly index: number | undefined;
  constructor(reason: string, index?: number) {
    super(reason);
    this.index = index;
  }
}

/** The wire's limit for names and labels (src/wire/limits.ts): what is longer could not be told to anybody. */
export const nameBytesMax = 256;
const pathBytesMax = 4096;
const addressBytesMax = 512;
const listLengthMax = 1024;
export const rescanSecondsMin = 1;
export const rescanSecondsMax = 30 * 86_400;

const folderModes: readonly FolderMode[] = ['send-receive', 'send-only', 'receive-only'];
const logLevels: readonly Settings['logLevel'][] = ['debug', 'info', 'warn', 'error'];

export function checkName(value: unknown): string {
  const text = checkText(value, nameBytesMax);
  if (text.trim() !== text || text === '') throw new Refused('must not be empty, nor begin or end with a space');
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) throw new Refused('must be one line without control characters');
  return text;
}

export function checkFlag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Refused(`must be true or false, not ${show(value)}`);
  return value;
}

export function checkPath(value: unknown): string {
  const path = checkText(value, pathBytesMax);
  if (path.includes('\0')) throw new Refused('must not contain a NUL character');
  if (!isAbsolute(path)) throw new Refused(`must be an absolute path, beginning at the root, not ${show(path)}`);
  return path;
}

export function checkMode(value: unknown): FolderMode {
  return oneOf(value, folderModes);
}

export function checkLogLevel(value: unknown): Settings['logLevel'] {
  return oneOf(value, logLevels);
}

export function checkFolderId(value: unknown): FolderId {
  if (typeof value !== 'string' || !isFolderId(value)) {
    throw new Refused(
      `must be the folder's 26 letters and digits as p2psync made them, not ${show(value)} (to add a folder: p2psync folder add PATH)`,
    );
  }
  return value;
}

export function checkDeviceId(value: unknown): DeviceId {
  if (typeof value !== 'string' || !isDeviceId(value)) {
    throw new Refused(`must be a device id, 12D3KooW and 44 more characters, not ${show(value)}`);
  }
  return value;
}

export function checkDeviceIds(value: unknown): DeviceId[] {
  const ids = list(value, checkDeviceId);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice !== -1) throw new Refused(`names the device ${ids[twice]} twice`, twice);
  return ids;
}

/** Patterns of what this device leaves out. */
export function checkExclude(value: unknown): string[] {
  return list(value, (item) => {
    const pattern = checkText(item, patternBytesMax);
    if (isBlank(pattern)) throw new Refused(`must hold patterns like "*.iso", not ${show(item)}`);
    const problem = patternProblem(pattern);
    if (problem !== undefined) throw new Refused(`must hold patterns as in .gitignore; ${show(item)} ${problem}`);
    return pattern;
  });
}

/** Names of directories that are applied all or nothing. */
export function checkAtomic(value: unknown): string[] {
  return list(value, (item) => {
    const name = checkText(item, patternBytesMax);
    const problem = groupNameProblem(name);
    if (problem !== undefined)
      throw new Refused(`must hold names of directories like "*.bundle"; ${show(item)} ${problem}`);
    return name;
  });
}

/** Addresses of other devices. */
export function checkAddresses(value: unknown): string[] {
  return list(value, checkAddress);
}

/** Addresses to listen on. */
export function checkListen(value: unknown): string[] {
  return list(value, (item) => {
    const address = checkAddress(item);
    if (!/^\/ip[46]\/[^/]+\/tcp\/\d+$/.test(address)) {
      throw new Refused(`must be an IP address and a TCP port like "/ip4/0.0.0.0/tcp/4001", not ${show(item)}`);
    }
    return address;
  });
}

function checkAddress(value: unknown): string {
  const text = checkText(value, addressBytesMax);
  try {
    // An empty address is a valid multiaddr that leads nowhere.
    if (multiaddr(text).getComponents().length > 0) return text;
  } catch (error) {
    throw new Refused(`must be a multiaddr like "/ip4/192.168.1.5/tcp/4001", not ${show(value)} (${messageOf(error)})`);
  }
  throw new Refused(`must be a multiaddr like "/ip4/192.168.1.5/tcp/4001", not ${show(value)}`);
}

/** ADDR:PORT; an IPv6 address in brackets. */
export function checkUi(value: unknown): string {
  const match = typeof value === 'string' ? /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(value) : null;
  if (match === null || Number(match[2]) > 65_535) {
    throw new Refused(`must be an address and a port like "127.0.0.1:8384", not ${show(value)}`);
  }
  return match[0];
}

/** Bytes per second; undefined: no limit. */
export function checkRate(value: unknown): number | undefined {
  if (typeof value === 'number' && rateProblem(value) === undefined) return value;
  if (typeof value !== 'string') throw new Refused(`must be ${rateHint}, not ${show(value)}`);
  try {
    return parseRate(value) ?? undefined;
  } catch {
    throw new Refused(`must be ${rateHint}, not ${show(value)}`);
  }
}

/** Seconds, from a number of them or a text like "5m". */
export function checkRescan(value: unknown): number {
  const seconds = typeof value === 'number' ? value : secondsOf(value);
  if (!Number.isInteger(seconds) || seconds < rescanSecondsMin || seconds > rescanSecondsMax) {
    throw new Refused(`must be a time between 1s and 30d like "60s" or "5m", not ${show(value)}`);
  }
  return seconds;
}

function secondsOf(value: unknown): number {
  try {
    return parseDuration(String(value)) / 1000;
  } catch {
    return Number.NaN;
  }
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) {
    const names = allowed.map((item) => `"${item}"`);
    throw new Refused(`must be ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, not ${show(value)}`);
  }
  return found;
}

function list<T>(value: unknown, check: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new Refused(`must be a list in brackets like ["…"], not ${show(value)}`);
  if (value.length > listLengthMax) throw new Refused(`must not have more than ${listLengthMax} elements`);
  return value.map((item, index) => {
    try {
      return check(item);
    } catch (error) {
      throw error instanceof Refused ? new Refused(error.message, index) : error;
    }
  });
}

function checkText(value: unknown, bytesMax: number): string {
  if (typeof value !== 'string') throw new Refused(`must be a text in quotes, not ${show(value)}`);
  // Lone surrogates: a file cannot hold them, and what was written would not be what is read.
  const bytes = Buffer.from(value);
  if (bytes.toString() !== value) throw new Refused('must be well-formed Unicode');
  if (bytes.length > bytesMax) throw new Refused(`must not be longer than ${bytesMax} bytes`);
  return value;
}

const shownLengthMax = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text;
}
