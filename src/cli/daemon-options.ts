/** The options that `up`, `daemon` and `pair` share: how a daemon that is started now departs from config.toml. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface DaemonOverrides {
  name?: string;
  listen?: string[];
  mdns?: boolean;
  ui?: string;
  logLevel?: LogLevelName;
}

type LogLevelName = (typeof logLevels)[number];
const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** As commander parses them. */
export interface DaemonOptionValues {
  readonly name?: string;
  readonly listen?: string[];
  /** false with --no-mdns; true by default. */
  readonly mdns: boolean;
  readonly ui?: string;
  readonly logLevel?: LogLevelName;
}

/** For options that may be given more than once. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** A multiaddr starts with a slash; the daemon looks at the rest. */
export function collectMultiaddr(value: string, previous: readonly string[] | undefined): string[] {
  if (!/^\/[a-z0-9-]+\/\S+$/.test(value)) {
    throw new InvalidArgumentError('A multiaddr looks like /ip4/192.168.1.5/tcp/4001.');
  }
  return collect(value, previous);
}

function parseUi(value: string): string {
  const match = /^(?:\S+):(\d{1,5})$/.exec(value);
  if (match === null || Number(match[1]) > 65_535) throw new InvalidArgumentError('It looks like 127.0.0.1:8090.');
  return value;
}

export function parseName(value: string): string {
  const name = value.trim();
  if (name === '') throw new InvalidArgumentError('A name has at least one character.');
  return name;
}

export function addDaemonOptions(command: Command): Command {
  return command
    .option('--listen <multiaddr>', 'listen there instead of where config.toml says (repeatable)', collectMultiaddr)
    .option('--no-mdns', 'do not look for devices on the local network')
    .option('--ui <addr:port>', 'address of the local API and web page', parseUi)
    .addOption(new Option('--log-level <level>', 'how much the daemon logs').choices(logLevels));
}

export function overridesOf(options: DaemonOptionValues): DaemonOverrides {
  const overrides: DaemonOverrides = {};
  if (options.name !== undefined) overrides.name = options.name;
  if (options.listen !== undefined) overrides.listen = options.listen;
  if (!options.mdns) overrides.mdns = false;
  if (options.ui !== undefined) overrides.ui = options.ui;
  if (options.logLevel !== undefined) overrides.logLevel = options.logLevel;
  return overrides;
}

/** The same as arguments of `p2psync daemon`. */
export function overrideArguments(overrides: DaemonOverrides): string[] {
  const values: string[] = [];
  if (overrides.name !== undefined) values.push(`--name=${overrides.name}`);
  for (const address of overrides.listen ?? []) values.push(`--listen=${address}`);
  if (overrides.mdns === false) values.push('--no-mdns');
  if (overrides.ui !== undefined) values.push(`--ui=${overrides.ui}`);
  if (overrides.logLevel !== undefined) values.push(`--log-level=${overrides.logLevel}`);
  return values;
}
