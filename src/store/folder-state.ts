/** The one small record that sums a folder's index up: replica, last sequence, digest, totals. Written with every commit. */
import { hash } from 'node:crypto';
import type { ReplicaId } from '../core/identifiers.ts';
import type { LocalRecord } from '../core/record.ts';
import { canonicalBytes } from './record-codec.ts';

export interface FolderState {
  readonly replica: ReplicaId;
  readonly lastSequence: number;
  /** Records, tombstones included. */
  readonly records: number;
  /** Of the records' sequences, modulo sequenceSumModulus: shows a record that is older than its sums, without hashing. */
  readonly sequenceSum: number;
  /** XOR of the records' hashes: order makes no difference, and a record can be taken out again. */
  readonly digest: Buffer;
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly bytes: number;
}

/** A state in the making: sums that records are put into and taken out of. */
export type StateDraft = { -readonly [Key in keyof FolderState]: FolderState[Key] };

const digestBytes = 16;
/** Sums stay exact. */
const sequenceSumModulus = 2 ** 48;

export function emptyState(replica: ReplicaId): FolderState {
  const none = { files: 0, directories: 0, symlinks: 0, bytes: 0 };
  return { replica, lastSequence: 0, records: 0, sequenceSum: 0, digest: Buffer.alloc(digestBytes), ...none };
}

/** A copy to work on; the digest is its own. */
export function draftOf(state: FolderState): StateDraft {
  return { ...state, digest: Buffer.from(state.digest) };
}

export function putIn(draft: StateDraft, record: LocalRecord): void {
  count(draft, record, 1);
  mix(draft, record);
}

export function takeOut(draft: StateDraft, record: LocalRecord): void {
  count(draft, record, -1);
  mix(draft, record);
}

/** All sums but the digest. */
export function count(draft: StateDraft, { entry, sequence }: LocalRecord, sign: 1 | -1): void {
  draft.records += sign;
  const sum = draft.sequenceSum + sign * (sequence % sequenceSumModulus);
  draft.sequenceSum = (sum + sequenceSumModulus) % sequenceSumModulus;
  if (sequence > draft.lastSequence) draft.lastSequence = sequence;
  switch (entry.kind) {
    case 'file':
      draft.files += sign;
      draft.bytes += sign * entry.size;
      return;
    case 'directory':
      draft.directories += sign;
      return;
    case 'symlink':
      draft.symlinks += sign;
      return;
    case 'deleted':
  }
}

/** Puts a record into the digest, or takes it out again. */
function mix({ digest }: StateDraft, record: LocalRecord): void {
  const element = hash('sha256', canonicalBytes(record), 'buffer');
  for (let i = 0; i < digestBytes; i++) digest[i] = (digest[i] as number) ^ (element[i] as number);
}

const numbers = ['lastSequence', 'records', 'sequenceSum', 'files', 'directories', 'symlinks', 'bytes'] as const;
const replicaBytes = 8;
const stateBytes = replicaBytes + digestBytes + numbers.length * 8;

/** What the sums that are kept and those just counted disagree in, in words; undefined when they agree. Digests are not compared. */
export function disagreement(kept: FolderState, counted: FolderState): string | undefined {
  for (const name of numbers) {
    if (name !== 'lastSequence' && kept[name] !== counted[name]) {
      return `${name}: ${kept[name]} kept, ${counted[name]} counted`;
    }
  }
  return counted.lastSequence > kept.lastSequence ? 'a record is above the last sequence' : undefined;
}

export function encodeState(state: FolderState): Buffer {
  const bytes = Buffer.alloc(stateBytes);
  bytes.write(state.replica, 0, 'hex');
  state.digest.copy(bytes, replicaBytes);
  numbers.forEach((name, i) => bytes.writeDoubleBE(state[name], replicaBytes + digestBytes + i * 8));
  return bytes;
}

/** Undefined for bytes that no encodeState wrote. */
export function decodeState(bytes: Buffer): FolderState | undefined {
  if (bytes.length !== stateBytes) return undefined;
  const draft: StateDraft = draftOf(emptyState(bytes.toString('hex', 0, replicaBytes) as ReplicaId));
  bytes.copy(draft.digest, 0, replicaBytes, replicaBytes + digestBytes);
  numbers.forEach((name, i) => {
    draft[name] = bytes.readDoubleBE(replicaBytes + digestBytes + i * 8);
  });
  return draft;
}
