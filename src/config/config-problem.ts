/** What is wrong in config.toml, with its place, for people and for whoever shows it beside the text. */
import { Problem } from '../base/problem.ts';

export class ConfigProblem extends Problem {
  readonly file: string;
  /** From 1; undefined: the file as a whole. */
  readonly line: number | undefined;
  readonly reason: string;

  constructor(file: string, line: number | undefined, reason: string, cause?: unknown) {
    super('CONFIG_INVALID', `${file}${line === undefined ? '' : ` line ${line}`}: ${reason}`, { cause });
    this.name = 'ConfigProblem';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}
