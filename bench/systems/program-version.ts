/** Asks an installed program for its version; tells "not installed" from an answer. */
import { spawnSync } from 'node:child_process';

/** First line that `program --version` prints; undefined when there is no such program. */
export function programVersion(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? stdout.split('\n')[0]?.trim() : undefined;
}
