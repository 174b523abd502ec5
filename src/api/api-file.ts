/** api.json: where the local API of the daemon in a home listens, and the token that opens it. Only its owner can read it. */
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, messageOf } from '../base/problem.ts';
import { replaceFile } from '../config/atomic-file.ts';
import { errnoOf } from '../config/errno.ts';
import { homeFiles } from '../config/home.ts';

export interface ApiFile {
  /** e.g. http://127.0.0.1:41234 */
  readonly address: string;
  readonly token: string;
  readonly pid: number;
}

export async function writeApiFile(home: string, content: ApiFile): Promise<void> {
  await replaceFile(join(home, homeFiles.api), `${JSON.stringify(content)}\n`);
}

/** Undefined when there is none, or none that makes sense: then no daemon of ours is reachable. */
export async function readApiFile(home: string): Promise<ApiFile | undefined> {
  const path = join(home, homeFiles.api);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Problem(
      'API_FILE_UNREADABLE',
      `${path} cannot be read: ${messageOf(error)}; run this as the user whose daemon it is`,
      { cause: error },
    );
  }
  return parseApiFile(text);
}

/** Removes the file if it still is the one with this token: a daemon that started since has written its own. */
export async function removeApiFile(home: string, token: string): Promise<void> {
  const found = await readApiFile(home);
  if (found?.token !== token) return;
  try {
    await unlink(join(home, homeFiles.api));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function parseApiFile(text: string): ApiFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { address, token, pid } = value as Record<string, unknown>;
  if (typeof address !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
  if (!/^http:\/\/(\[[0-9a-f:]+\]|[0-9a-z.-]+):\d{1,5}$/i.test(address) || !/^[\w-]+$/.test(token)) return undefined;
  return { address, token, pid };
}
