/**
 * Which codes this device has already linked with, so that `p2psync pair CODE PATH` can be repeated: a code works once, but the
 * command must not fail the second time when all it asked for is there. Kept in HOME as hashes; a code is worthless once used.
 * Losing this file costs nothing but that convenience.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PairingResult } from '../api/control.ts';

const fileName = 'used-codes.json';
const entriesMax = 20;
/** Short codes come up again one day; after this long a code is taken for a new one. */
const memoryMsMax = 24 * 3_600_000;

interface UsedCode {
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  readonly device: { readonly id: string; readonly name: string };
  readonly fingerprint: string;
}

export async function rememberCode(home: string, code: string, result: PairingResult, now: number): Promise<void> {
  const entry: UsedCode = { hash: hashOf(code), usedAt: now, device: result.device, fingerprint: result.fingerprint };
  const entries = [entry, ...(await readEntries(home)).filter((old) => old.hash !== entry.hash)].slice(0, entriesMax);
  const path = join(home, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify(entries)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function recallCode(home: string, code: string, now: number): Promise<UsedCode | undefined> {
  const hash = hashOf(code);
  return (await readEntries(home)).find((entry) => entry.hash === hash && now - entry.usedAt < memoryMsMax);
}

function hashOf(code: string): string {
  return createHash('sha256').update(code.trim().toLowerCase()).digest('hex');
}

async function readEntries(home: string): Promise<UsedCode[]> {
  try {
    const found: unknown = JSON.parse(await readFile(join(home, fileName), 'utf8'));
    return Array.isArray(found) ? found.filter(isUsedCode) : [];
  } catch {
    // Absent or damaged: nothing is remembered, and the daemon will judge the code.
    return [];
  }
}

function isUsedCode(value: unknown): value is UsedCode {
  if (typeof value !== 'object' || value === null) return false;
  const { hash, usedAt, device, fingerprint } = value as Partial<Record<keyof UsedCode, unknown>>;
  return (
    typeof hash === 'string' &&
    typeof usedAt === 'number' &&
    typeof fingerprint === 'string' &&
    typeof device === 'object' &&
    device !== null &&
    typeof (device as { id?: unknown }).id === 'string' &&
    typeof (device as { name?: unknown }).name === 'string'
  );
}
