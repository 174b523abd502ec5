/** Sessions of the programs that copy once and end (rsync, cp): two directories and one command. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Session } from './system.ts';

const run = promisify(execFile);

export async function oneShotSession(
  directory: string,
  program: string,
  argumentsFor: (near: string, far: string) => string[],
): Promise<Session> {
  const near = join(directory, 'near');
  const far = join(directory, 'far');
  await Promise.all([mkdir(near), mkdir(far)]);
  return {
    near,
    far,
    pids: [],
    copyOnce: async (signal) => {
      await run(program, argumentsFor(near, far), { signal });
    },
    close: async () => {},
  };
}
