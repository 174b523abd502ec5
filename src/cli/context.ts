/**
 * What every command gets: the process it runs in (Io, made once by main.ts) and, for one call, the options that all commands
 * share plus the streams to write to (Cli). A command that returns has succeeded; what it throws is reported by main.ts.
 */
import type { Command } from 'commander';
import { connect } from '../api/client.ts';
import type { Control } from '../api/control.ts';
import { resolveHome } from '../config/home.ts';
import { Output, type TextStream } from './output.ts';

export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts with Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** The command needs time to end cleanly after `signal`: without this, the process ends at once. */
  endsItself(): void;
}

export interface Cli {
  /** Absolute path of this daemon's home. */
  readonly home: string;
  readonly verbose: boolean;
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly io: Io;
}

export interface GlobalOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function openCli(command: Command, io: Io): Cli {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    home: resolveHome(options.home, io.environment),
    verbose: options.verbose === true,
    out: new Output(io.stdout, io.stderr, options.json === true, io.environment),
    signal: io.signal,
    io,
  };
}

/** The daemon of this home; rejects with Problem NO_DAEMON (exit code 4) when none is running. */
export function connectTo(cli: Cli): Promise<Control> {
  return connect(cli.home);
}
