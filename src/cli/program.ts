/** The whole command line as one commander tree: what all commands share, and the list of commands. */
import { Command } from 'commander';
import { registerCompletion } from './commands/completion.ts';
import { registerConflict } from './commands/conflict.ts';
import { registerDaemon } from './commands/daemon.ts';
import { registerDevice } from './commands/device.ts';
import { registerEvents } from './commands/events.ts';
import { registerExplain, registerPlan } from './commands/explain.ts';
import { registerFolder } from './commands/folder.ts';
import { registerIgnore } from './commands/ignore.ts';
import { registerLimit } from './commands/limit.ts';
import { registerLog } from './commands/log.ts';
import { registerPair } from './commands/pair.ts';
import { registerPause, registerResume } from './commands/pause.ts';
import { registerRescan } from './commands/rescan.ts';
import { registerStatus } from './commands/status.ts';
import { registerStop } from './commands/stop.ts';
import { registerUndo } from './commands/undo.ts';
import { registerUp } from './commands/up.ts';
import { registerVersion } from './commands/version.ts';
import { registerWait } from './commands/wait.ts';
import type { Io } from './context.ts';
import { examples } from './examples.ts';
import { packageVersion } from '../base/version.ts';

export function buildProgram(io: Io): Command {
  const program = new Command('p2psync')
    .description(
      'Folders that stay equal on all your devices, peer to peer: no account, no cloud.\n\n' +
        '  p2psync up ~/Sync                      on the first device; prints a code\n' +
        '  p2psync pair 7-harbor-violin ~/Sync    on the second device',
    )
    .version(packageVersion(), '--version', 'print the version')
    .option(
      '--home <dir>',
      "where this device's settings, key and index are (default: P2PSYNC_HOME, else the platform's place)",
    )
    .option('--json', 'print JSON, and nothing else, on standard output')
    .option('--verbose', 'show where errors come from')
    .helpOption('-h, --help', 'show help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns || 100,
      getErrHelpWidth: () => io.stderr.columns || 100,
      // Errors are thrown (exitOverride) and printed by main.ts, in one line like all others.
      outputError: () => {},
    })
    .exitOverride();
  for (const register of [
    registerUp,
    registerPair,
    registerStatus,
    registerFolder,
    registerDevice,
    registerWait,
    registerExplain,
    registerPlan,
    registerRescan,
    registerPause,
    registerResume,
    registerIgnore,
    registerLimit,
    registerEvents,
    registerVersion,
    registerLog,
    registerUndo,
    registerConflict,
    registerDaemon,
    registerStop,
    registerCompletion,
  ]) {
    register(program, io);
  }
  examples(program, ['p2psync up ~/Sync', 'p2psync status --watch', 'p2psync help folder']);
  return program;
}
