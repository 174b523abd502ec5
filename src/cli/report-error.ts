/** Anything thrown, as the one line that people see: `p2psync: what, why, what to do [CODE]`; stacks only with --verbose. */
import { CommanderError } from 'commander';
import { Problem, messageOf } from '../base/problem.ts';
import { sanitise } from './sanitise.ts';

/** The lines to print; none for help and the version, which are no errors. */
export function errorLines(thrown: unknown, verbose: boolean): string[] {
  if (thrown instanceof CommanderError) return parserErrorLines(thrown);
  const lines = [`p2psync: ${sanitise(oneLine(wordsOf(thrown)))} [${codeOf(thrown)}]`];
  if (verbose) lines.push(...stackLines(thrown));
  return lines;
}

function parserErrorLines(error: CommanderError): string[] {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version' || error.code === 'commander.help')
    return [];
  // "error: unknown command 'statsu'\n(Did you mean status?)" on one line.
  const text = oneLine(error.message.replace(/^error: /, '')).replace(/\.$/, '');
  return [`p2psync: ${sanitise(text)}; see 'p2psync --help' [USAGE]`];
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Problem || isSystemError(thrown)) return messageOf(thrown);
  return `unexpected error: ${messageOf(thrown)} (this is a bug in p2psync; --verbose shows where)`;
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof Problem) return thrown.code;
  return isSystemError(thrown) ? thrown.code : 'UNEXPECTED';
}

/** An error of the operating system, whose own message names the call and the path. */
function isSystemError(thrown: unknown): thrown is Error & { code: string } {
  return thrown instanceof Error && 'syscall' in thrown && 'code' in thrown && typeof thrown.code === 'string';
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

function stackLines(thrown: unknown): string[] {
  const lines: string[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const stack = error.stack ?? `${error.name}: ${error.message}`;
    lines.push(
      ...stack
        .split('\n')
        .map((line, index) => `${index === 0 && error !== thrown ? 'caused by ' : ''}${sanitise(line)}`),
    );
  }
  return lines;
}
