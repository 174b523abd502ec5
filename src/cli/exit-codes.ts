/** Exit codes of every command, as scripts rely on them, and the way from anything thrown to one of them. */
import { CommanderError } from 'commander';
import { Problem } from '../base/problem.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2, timedOut: 3, noDaemon: 4 } as const;

/** Help that was asked for, or the version: the only two that the parser reports as errors without being any. */
const notAnError = new Set(['commander.helpDisplayed', 'commander.version']);

export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof Problem) return thrown.exitCode;
  if (thrown instanceof CommanderError) return notAnError.has(thrown.code) ? exitCodes.done : exitCodes.usage;
  return exitCodes.failed;
}

/** The error for arguments that parse but make no sense; exit code 2. */
export function usageProblem(message: string): Problem {
  return new Problem('USAGE', message, { exitCode: exitCodes.usage });
}
