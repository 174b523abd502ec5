/** What can be wrong with the index as a whole, as people read it. Nothing here is ever repaired silently. */
import { messageOf, Problem } from '../base/problem.ts';

/** The index cannot be trusted any more. `what`: which part, in words. */
export function indexCorrupt(location: string, what: string, cause?: unknown): Problem {
  return new Problem(
    'INDEX_CORRUPT',
    `The index ${location} is damaged (${what}): move that directory away and start again: files stay, the index is rebuilt from them, nothing is deleted`,
    { cause },
  );
}

export function indexLocked(location: string, cause: unknown): Problem {
  return new Problem(
    'INDEX_LOCKED',
    `Another p2psync is running on this home (it holds ${location}): stop it first, or choose another --home`,
    { cause },
  );
}

export function indexTooNew(location: string, stored: number, known: number): Problem {
  return new Problem(
    'INDEX_TOO_NEW',
    `The index ${location} was written by a newer p2psync (schema ${stored}, this one knows ${known}): use that version, or another --home`,
  );
}

export function indexUnreadable(location: string, cause: unknown): Problem {
  return new Problem(
    'INDEX_UNREADABLE',
    `The index ${location} cannot be read: ${messageOf(cause)}: check the disk and the permissions of that directory`,
    { cause },
  );
}

export function indexWriteFailed(location: string, cause: unknown): Problem {
  return new Problem(
    'INDEX_WRITE_FAILED',
    `The index ${location} cannot be written: ${messageOf(cause)}: check that its disk has space and works, then restart p2psync`,
    { cause },
  );
}

export function indexClosed(location: string, cause?: unknown): Problem {
  return new Problem('INDEX_CLOSED', `The index ${location} is closed: start p2psync again`, { cause });
}
