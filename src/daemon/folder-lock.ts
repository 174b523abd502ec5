/**
 * One daemon a folder: two that work in one directory would each take the other's writes for its user's. The owner is noted in
 * `.p2psync/daemon.json`; a note whose process is gone, or is no longer that home's daemon, counts for nothing.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { homeFiles } from '../config/home.ts';
import { ownDirectory } from '../disk/own-directory.ts';
import { Root } from '../disk/root.ts';

interface Owner {
  readonly pid: number;
  readonly home: string;
}

/** Takes the folder at `path` for the daemon of `home`. Throws FOLDER_IN_USE. The returned function gives it back. */
export function lockFolder(path: string, home: string): () => void {
  const root = new Root(path);
  try {
    refuseOtherDaemon(root, home);
    root.withDirectory(ownDirectory, (prefix) =>
      writeFileSync(`${prefix}/daemon.json`, JSON.stringify({ pid: process.pid, home }), { mode: 0o600 }),
    );
  } finally {
    root.close();
  }
  return () => rmSync(join(path, ownDirectory, 'daemon.json'), { force: true });
}

/** Throws FOLDER_IN_USE when the daemon of another home works in this directory now. */
export function refuseOtherDaemon(root: Root, home: string): void {
  const owner = readOwner(root);
  if (owner === undefined || owner.home === home || !isRunning(owner)) return;
  throw new Problem(
    'FOLDER_IN_USE',
    `${root.path} is in use by another p2psync daemon (pid ${owner.pid}, home ${owner.home}); stop that one, or remove the folder there`,
  );
}

function readOwner(root: Root): Owner | undefined {
  try {
    const text = root.withDirectory(ownDirectory, (prefix) => readFileSync(`${prefix}/daemon.json`, 'utf8'));
    const { pid, home } = JSON.parse(text) as Partial<Owner>;
    return Number.isSafeInteger(pid) && typeof home === 'string' ? { pid: pid as number, home } : undefined;
  } catch {
    // Not there, or not ours: nobody has the folder.
    return undefined;
  }
}

function isRunning({ pid, home }: Owner): boolean {
  try {
    if (readFileSync(join(home, homeFiles.pid), 'utf8').trim() !== String(pid)) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to look or to signal: it is another user's, and it is there.
    return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
