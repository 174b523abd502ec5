/**
 * Where one daemon lives: one directory with its settings, key, index, API address and logs, and the names of the files in it.
 * Every entry point asks here first; nothing else in the program knows these names.
 */
import { mkdir, stat } from 'node:fs/promises';
import { homedir as userHomedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { Problem, messageOf } from '../base/problem.ts';
import { errnoOf } from './errno.ts';

/** Relative to the home. `index`, `logs`: directories. */
export const homeFiles = {
  config: 'config.toml',
  identity: 'identity.key',
  index: 'index',
  api: 'api.json',
  logs: 'logs',
  pairing: 'pairing.json',
  pid: 'daemon.pid',
} as const;

/**
 * The home directory, absolute: `flag` (--home), else P2PSYNC_HOME, else the platform's place for application settings:
 * $XDG_CONFIG_HOME/p2psync or ~/.config/p2psync (Linux and others), ~/Library/Application Support/p2psync (macOS),
 * %APPDATA%\p2psync (Windows). One directory holds everything: settings that people edit, key and index belong together,
 * and a home that is moved or backed up is whole. Throws Problem HOME_INVALID for an empty --home.
 */
export function resolveHome(
  flag: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  homedir: string = userHomedir(),
): string {
  const paths = platform === 'win32' ? win32 : posix;
  if (flag !== undefined) {
    if (flag === '') throw new Problem('HOME_INVALID', '--home is empty; name a directory', { exitCode: 2 });
    return paths.resolve(flag);
  }
  const named = environment['P2PSYNC_HOME'];
  if (named !== undefined && named !== '') return paths.resolve(named);
  if (platform === 'darwin') return paths.join(homedir, 'Library', 'Application Support', 'p2psync');
  if (platform === 'win32')
    return paths.join(environment['APPDATA'] || paths.join(homedir, 'AppData', 'Roaming'), 'p2psync');
  // The XDG Base Directory specification: a relative path in the variable is to be ignored.
  const xdg = environment['XDG_CONFIG_HOME'];
  return paths.join(xdg !== undefined && paths.isAbsolute(xdg) ? xdg : paths.join(homedir, '.config'), 'p2psync');
}

/** Makes the home, 0700, if it is not there. Problems: HOME_NOT_DIRECTORY, HOME_NOT_CREATED, HOME_PERMISSIONS. */
export async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new Problem(
        'HOME_NOT_DIRECTORY',
        `${home} cannot hold p2psync's files because it, or what it lies in, is not a directory; choose another --home`,
        { cause: error },
      );
    }
    throw new Problem('HOME_NOT_CREATED', `${home} cannot be created: ${messageOf(error)}; choose another --home`, {
      cause: error,
    });
  }
  const { mode } = await stat(home);
  // Who can write there can replace the key and the settings. A group often has one member (user private groups): let be.
  if (process.platform !== 'win32' && (mode & 0o002) !== 0) {
    throw new Problem(
      'HOME_PERMISSIONS',
      `every user of this machine can write to ${home}, where p2psync keeps its key; run chmod 700 '${home}' or choose another --home`,
    );
  }
}
