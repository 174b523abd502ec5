/** Options of the command line over config.toml: for this run of the daemon alone, never written to the file. */
import { Problem } from '../base/problem.ts';
import { Refused, checkListen, checkLogLevel, checkName, checkUi } from './settings-checks.ts';
import type { Settings } from './settings-types.ts';

export interface SettingsOverrides {
  readonly name?: string | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly mdns?: boolean | undefined;
  readonly ui?: string | undefined;
  readonly logLevel?: Settings['logLevel'] | undefined;
}

/** Throws Problem OPTION_INVALID (exit code 2) for a value that config.toml would not take either. */
export function applyOverrides(settings: Settings, overrides: SettingsOverrides): Settings {
  const { name, listen, mdns, ui, logLevel } = overrides;
  return {
    ...settings,
    name: checked('--name', name, checkName) ?? settings.name,
    listen: checked('--listen', listen, checkListen) ?? settings.listen,
    mdns: mdns ?? settings.mdns,
    ui: checked('--ui', ui, checkUi) ?? settings.ui,
    logLevel: checked('--log-level', logLevel, checkLogLevel) ?? settings.logLevel,
  };
}

function checked<T>(option: string, value: unknown, check: (value: unknown) => T): T | undefined {
  if (value === undefined) return undefined;
  try {
    return check(value);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Problem('OPTION_INVALID', `${option} ${error.message}`, { exitCode: 2, cause: error });
  }
}
