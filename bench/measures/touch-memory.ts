/**
 * Touches and frees memory in a process of its own. A virtual machine gives free memory back to its host, and the first touch
 * of each page costs about 2 ms per MiB: without this, whoever comes first in a run pays for all.
 */
import { spawnSync } from 'node:child_process';

export function touchMemory(bytes: number): void {
  const code = `for (const a = []; a.length < ${Math.ceil(bytes / 2 ** 26)};) a.push(Buffer.alloc(2 ** 26, 1));`;
  const { status } = spawnSync(process.execPath, ['-e', code]);
  if (status !== 0) throw new Error(`could not touch ${bytes} bytes of memory`);
}
