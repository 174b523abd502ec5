/** Durations and rates as option values: config's parsers, with their refusals as usage errors. */
import { InvalidArgumentError } from 'commander';
import { messageOf } from '../base/problem.ts';
import { parseDuration } from '../config/durations.ts';
import { parseRate } from '../config/rates.ts';
import { parseWhen } from '../config/when.ts';

/** Milliseconds. */
export function durationArgument(text: string): number {
  return parsed(() => parseDuration(text));
}

/** Bytes per second, or 'none' for no limit: commander takes a null for an option that was not given. */
export function rateArgument(text: string): number | 'none' {
  return parsed(() => parseRate(text)) ?? 'none';
}

/** A moment in the past: milliseconds since the epoch. */
export function whenArgument(text: string): number {
  return parsed(() => parseWhen(text, Date.now()));
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
