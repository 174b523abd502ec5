/**
 * Small files that are always whole: written beside their place, made durable, then moved into it. A crash leaves the old
 * content or the new, never a mix. For settings, key and api.json; the user's files go through src/disk.
 */
import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';

/** Replaces `path` with `text`, readable by this user alone (0600). */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text);
  try {
    await rename(temporary, path);
  } catch (error) {
    await discard(temporary);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/**
 * Creates `path` with `text` (0600) unless it is there: false, and nothing is touched. Whatever processes race, exactly one
 * of them creates it, and nobody sees it half written (link(2) fails on an existing name; rename(2) would not).
 */
export async function createFile(path: string, text: string): Promise<boolean> {
  const temporary = await writeBeside(path, text);
  try {
    await link(temporary, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await discard(temporary);
  }
  await syncDirectory(dirname(path));
  return true;
}

async function writeBeside(path: string, text: string): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await file.close();
    await discard(temporary);
    throw error;
  }
  await file.close();
  return temporary;
}

/** A temporary file that cannot be removed is only litter: the error that led here is the one to report. */
async function discard(temporary: string): Promise<void> {
  await unlink(temporary).catch(() => undefined);
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows has no handle on a directory; NTFS journals the rename.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
