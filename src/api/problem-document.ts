/** Errors on the wire: problem+json (RFC 9457) with our stable code and exit code, both ways. */
import { type ExitCode, Problem } from '../base/problem.ts';

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly exitCode: ExitCode;
}

export const problemContentType = 'application/problem+json';

export function problemDocument(problem: Problem, status: number = statusOf(problem)): ProblemDocument {
  const words = problem.code.toLowerCase().replaceAll('_', ' ');
  return {
    type: `urn:p2psync:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    code: problem.code,
    detail: problem.message,
    exitCode: problem.exitCode,
  };
}

/** HTTP status: bad input 400, nothing of that name 404, time ran out 504, no daemon 503, else 422: understood, but it cannot be done. */
function statusOf(problem: Problem): number {
  if (problem.exitCode === 3) return 504;
  if (problem.exitCode === 4) return 503;
  if (/^UNKNOWN_|_NOT_FOUND$|_UNKNOWN$/.test(problem.code)) return 404;
  return problem.exitCode === 2 ? 400 : 422;
}

/** The Problem that a problem+json body stands for; undefined when it is none. */
export function problemFrom(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, detail, exitCode } = body as Record<string, unknown>;
  if (typeof code !== 'string' || typeof detail !== 'string' || !isExitCode(exitCode)) return undefined;
  return new Problem(code, detail, { exitCode });
}

function isExitCode(value: unknown): value is ExitCode {
  return value === 0 || value === 1 || value === 2 || value === 3 || value === 4;
}
