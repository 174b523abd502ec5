/** The one small record that sums a folder's index up: replica, last sequence, digest, totals. Written with every batch. */
import { createHash } from 'node:crypto';
import type { ReplicaId } from '../core/identifiers.ts';
import type { LocalRecord } from '../core/record.ts';
import { canonicalBytes } from './record-codec.ts';

export interface FolderState {
  readonly replica: ReplicaId;
  readonly lastSequence: number;
  /** 16 bytes: XOR over the record hashes, so that order makes no difference and a record can be taken out again. */
  readonly digest: Buffer;
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly bytes: number;
}

export function emptyState(replica: ReplicaId): FolderState {
  return { replica, lastSequence: 0, digest: Buffer.alloc(16), files: 0, directories: 0, symlinks: 0, bytes: 0 };
}

/** The state with `before` taken out and `after` put in. */
export function stateWith(
  state: FolderState,
  before: LocalRecord | undefined,
  after: LocalRecord | undefined,
): FolderState {
  const digest = Buffer.from(state.digest);
  const totals = { files: state.files, directories: state.directories, symlinks: state.symlinks, bytes: state.bytes };
  for (const [record, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    if (record === undefined) continue;
    const hash = createHash('sha256').update(canonicalBytes(record)).digest();
    for (let i = 0; i < 16; i++) digest[i] = (digest[i] as number) ^ (hash[i] as number);
    const { entry } = record;
    if (entry.kind === 'file') {
      totals.files += sign;
      totals.bytes += sign * entry.size;
    } else if (entry.kind === 'directory') totals.directories += sign;
    else if (entry.kind === 'symlink') totals.symlinks += sign;
  }
  return { ...state, ...totals, digest, lastSequence: Math.max(state.lastSequence, after?.sequence ?? 0) };
}

const stateBytes = 8 + 8 + 16 + 4 * 8;

export function encodeState(state: FolderState): Buffer {
  const bytes = Buffer.alloc(stateBytes);
  bytes.write(state.replica, 0, 'hex');
  bytes.writeDoubleBE(state.lastSequence, 8);
  state.digest.copy(bytes, 16);
  bytes.writeDoubleBE(state.files, 32);
  bytes.writeDoubleBE(state.directories, 40);
  bytes.writeDoubleBE(state.symlinks, 48);
  bytes.writeDoubleBE(state.bytes, 56);
  return bytes;
}

/** Undefined for bytes that no encodeState wrote. */
export function decodeState(bytes: Buffer): FolderState | undefined {
  if (bytes.length !== stateBytes) return undefined;
  return {
    replica: bytes.toString('hex', 0, 8) as ReplicaId,
    lastSequence: bytes.readDoubleBE(8),
    digest: Buffer.from(bytes.subarray(16, 32)),
    files: bytes.readDoubleBE(32),
    directories: bytes.readDoubleBE(40),
    symlinks: bytes.readDoubleBE(48),
    bytes: bytes.readDoubleBE(56),
  };
}
