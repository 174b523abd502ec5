/**
 * The errors that people see. Each has a stable code, says what happened to which file or peer, and what to do.
 * Anything else that reaches the top is a bug and is reported as one.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export class Problem extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;

  /** `message`: one line, what happened and what to do. `code`: upper snake case, stable, listed in docs/ERRORS.md. */
  constructor(code: string, message: string, options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The text of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
