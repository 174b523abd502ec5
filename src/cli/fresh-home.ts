/** Makes a home's directory and can take it away again, as long as it was this very call that made it: a command that fails leaves nothing. */
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { prepareHome } from '../config/home.ts';

export interface FreshHome {
  /** True: it was not there before. */
  readonly created: boolean;
  /** Deletes the home, and the parents that were made for it if nothing else came into them. Does nothing to a home that was there before. */
  remove(): Promise<void>;
}

export async function makeHome(home: string): Promise<FreshHome> {
  // Two starts at once: mkdir tells exactly one of them that it made the directory.
  const firstMade = await mkdir(home, { recursive: true, mode: 0o700 }).catch(() => undefined);
  // What is wrong with it, in words.
  await prepareHome(home);
  return {
    created: firstMade !== undefined,
    async remove() {
      if (firstMade === undefined) return;
      await rm(home, { recursive: true, force: true });
      for (let parent = dirname(home); parent.length >= firstMade.length; parent = dirname(parent)) {
        try {
          await rmdir(parent);
        } catch {
          return;
        }
      }
    },
  };
}
