/**
 * config.toml's text as Settings: the one place that knows its keys and defaults. Pure: no file is touched. Whatever is not
 * known or not allowed is refused with line and reason, never ignored: a misspelt key that does nothing is a trap.
 */
import { hostname } from 'node:os';
import { ConfigProblem } from './config-problem.ts';
import { nearestWord } from './did-you-mean.ts';
import {
  Refused,
  checkAddresses,
  checkAtomic,
  checkDeviceId,
  checkDeviceIds,
  checkExclude,
  checkFlag,
  checkFolderId,
  checkListen,
  checkLogLevel,
  checkMode,
  checkName,
  checkPath,
  checkRate,
  checkRescan,
  checkUi,
} from './settings-checks.ts';
import type { DeviceSettings, FolderSettings, Settings } from './settings-types.ts';
import { type TomlPath, type TomlSource, type TomlTable, parseToml } from './toml-source.ts';

export const topKeys = [
  'name',
  'listen',
  'mdns',
  'ui',
  'log_level',
  'limit_up',
  'limit_down',
  'folder',
  'device',
] as const;
export const folderKeys = ['id', 'label', 'path', 'mode', 'devices', 'paused', 'rescan', 'exclude', 'atomic'] as const;
export const deviceKeys = ['id', 'name', 'addresses', 'paused'] as const;

export const defaultRescanSeconds = 60;
const configCharactersMax = 1024 * 1024;
const tablesMax = 1024;

/** A name for this device where none is given. */
export function defaultDeviceName(): string {
  try {
    return checkName(hostname());
  } catch {
    return 'p2psync device';
  }
}

/** Throws ConfigProblem (CONFIG_INVALID) with `file`, line and reason. `defaultName`: of this device, where the text gives none. */
export function parseSettings(text: string, file: string, defaultName: string = defaultDeviceName()): Settings {
  if (text.length > configCharactersMax) {
    throw new ConfigProblem(file, undefined, `must not be larger than ${configCharactersMax} bytes`);
  }
  // Some editors begin a file with a byte order mark.
  const source = parseToml(text.replace(/^\uFEFF/, ''), file);
  const top = new Reader(file, source, source.table, [], '', topKeys);
  const settings: Settings = {
    name: top.take('name', checkName, defaultName),
    listen: top.take('listen', checkListen, ['/ip4/0.0.0.0/tcp/0']),
    mdns: top.take('mdns', checkFlag, true),
    ui: top.take('ui', checkUi, '127.0.0.1:0'),
    logLevel: top.take('log_level', checkLogLevel, 'info'),
    limitUp: top.take('limit_up', checkRate, undefined),
    limitDown: top.take('limit_down', checkRate, undefined),
    folders: top.tables('folder', folderKeys).map(readFolder),
    devices: top.tables('device', deviceKeys).map(readDevice),
  };
  refuseTwins(file, source, 'folder', 'id', settings.folders);
  refuseTwins(file, source, 'folder', 'label', settings.folders);
  refuseTwins(file, source, 'folder', 'path', settings.folders);
  refuseTwins(file, source, 'device', 'id', settings.devices);
  return settings;
}

function readFolder(reader: Reader): FolderSettings {
  return {
    id: reader.take('id', checkFolderId),
    label: reader.take('label', checkName),
    path: reader.take('path', checkPath),
    mode: reader.take('mode', checkMode, 'send-receive'),
    devices: reader.take('devices', checkDeviceIds, []),
    paused: reader.take('paused', checkFlag, false),
    rescanSeconds: reader.take('rescan', checkRescan, defaultRescanSeconds),
    exclude: reader.take('exclude', checkExclude, []),
    atomic: reader.take('atomic', checkAtomic, []),
  };
}

function readDevice(reader: Reader): DeviceSettings {
  const id = reader.take('id', checkDeviceId);
  return {
    id,
    name: reader.take('name', checkName, id.slice(-8)),
    addresses: reader.take('addresses', checkAddresses, []),
    paused: reader.take('paused', checkFlag, false),
  };
}

/** Two of the same would leave open which one is meant. */
function refuseTwins<Key extends string>(
  file: string,
  source: TomlSource,
  table: 'folder' | 'device',
  key: Key,
  items: readonly Readonly<Record<Key, string>>[],
): void {
  const first = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const twin = first.get(item[key]);
    if (twin !== undefined) {
      const other = source.lineOf([table, twin, key]);
      const where = other === undefined ? '' : ` (line ${other})`;
      throw new ConfigProblem(
        file,
        source.lineOf([table, index, key]),
        `${key} ${JSON.stringify(item[key])} belongs to another [[${table}]] already${where}; each needs its own`,
      );
    }
    first.set(item[key], index);
  }
}

/** Takes the keys of one table, each with its check. */
class Reader {
  readonly #file: string;
  readonly #source: TomlSource;
  readonly #table: TomlTable;
  readonly #path: TomlPath;
  /** e.g. ' of a [[folder]]' */
  readonly #of: string;

  constructor(
    file: string,
    source: TomlSource,
    table: TomlTable,
    path: TomlPath,
    of: string,
    known: readonly string[],
  ) {
    this.#file = file;
    this.#source = source;
    this.#table = table;
    this.#path = path;
    this.#of = of;
    for (const key of Object.keys(table)) if (!known.includes(key)) throw this.#unknown(key, known);
  }

  /** The checked value; `fallback` where the key is not there (required when no fallback is passed). */
  take<T>(key: string, check: (value: unknown) => T, ...fallback: [] | [T]): T {
    if (!Object.hasOwn(this.#table, key)) {
      if (fallback.length === 1) return fallback[0];
      throw this.#problem([], `${key} is missing${this.#of}`);
    }
    try {
      return check(this.#table[key]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw this.#problem(error.index === undefined ? [key] : [key, error.index], `${key} ${error.message}`);
    }
  }

  /** The tables [[name]]. */
  tables(name: string, known: readonly string[]): Reader[] {
    const value = this.#table[name] ?? [];
    if (!Array.isArray(value)) throw this.#problem([name], `${name} must be written as [[${name}]], in two brackets`);
    if (value.length > tablesMax) throw this.#problem([name], `there must not be more than ${tablesMax} [[${name}]]`);
    return value.map((item: unknown, index) => {
      if (typeof item !== 'object' || item === null || Array.isArray(item) || item instanceof Date) {
        throw this.#problem([name, index], `${name} must be written as [[${name}]], with keys below it`);
      }
      return new Reader(this.#file, this.#source, item as TomlTable, [name, index], ` from this [[${name}]]`, known);
    });
  }

  #unknown(key: string, known: readonly string[]): ConfigProblem {
    const near = nearestWord(key, known);
    const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
    return this.#problem([key], `unknown key ${JSON.stringify(key)}; ${hint}`);
  }

  #problem(below: TomlPath, reason: string): ConfigProblem {
    return new ConfigProblem(this.#file, this.#source.lineOf([...this.#path, ...below]), reason);
  }
}
