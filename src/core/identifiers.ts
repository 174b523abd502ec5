/** The identifiers that travel through every room, each parsed once at the edge. */
import type { Brand } from './brand.ts';

/** A device: its libp2p PeerId as text (base58btc, Ed25519). */
export type DeviceId = Brand<string, 'DeviceId'>;

/** A folder as shared between devices: 26 lower-case base32 characters (128 random bits), made when the folder is added. */
export type FolderId = Brand<string, 'FolderId'>;

/**
 * One life of one folder's index on one device: 16 lower-case hex characters (64 random bits), made with the index and
 * never reused. Version vectors count per replica, not per device: a device that lost its index starts a new replica, so
 * its counters cannot run backwards whatever became of the old ones (invariant I4).
 */
export type ReplicaId = Brand<string, 'ReplicaId'>;

/** One opening of one index: 16 lower-case hex characters (64 random bits). See epochs.ts. */
export type EpochId = Brand<string, 'EpochId'>;

/** BLAKE3-256 of some bytes: 64 lower-case hex characters. */
export type Hash = Brand<string, 'Hash'>;

const replicaPattern = /^[0-9a-f]{16}$/;
const folderPattern = /^[a-z2-7]{26}$/;
const devicePattern = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/;

export function isReplicaId(text: string): text is ReplicaId {
  return replicaPattern.test(text);
}
export function isEpochId(text: string): text is EpochId {
  return replicaPattern.test(text);
}
export function isFolderId(text: string): text is FolderId {
  return folderPattern.test(text);
}
export function isDeviceId(text: string): text is DeviceId {
  return devicePattern.test(text);
}
