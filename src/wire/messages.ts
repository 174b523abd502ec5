/**
 * The domain form of everything on the wire: closed unions, validated values only. codec.ts maps them to and from the
 * generated protobuf types, which stop there. Protocols, each a stream of length-prefixed (unsigned varint) messages:
 *
 *   /p2psync/hello/1     both ways, one stream opened by each side: Hello first and again on change, Ping answered by Pong
 *   /p2psync/index/1     consumer: IndexRequest, then IndexAck…; producer: IndexStart, then IndexUpdate and IndexState for as long as the stream lives
 *   /p2psync/chunks/1    consumer: ChunkRequest / ManifestRequest…; producer: the responses, in request order
 *   /p2psync/pairing/1   see PairingMessage; the only protocol open to a device that is not linked
 */
import type { DeviceId, EpochId, FolderId, Hash, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, Chunk } from '../core/record.ts';

export type HelloMessage =
  | {
      readonly type: 'hello';
      readonly deviceName: string;
      /** Version of the program, for people and logs. */
      readonly clientVersion: string;
      /** The folders that the sender shares with the receiver. */
      readonly folders: readonly OfferedFolder[];
    }
  | { readonly type: 'ping'; readonly nonce: number }
  | { readonly type: 'pong'; readonly nonce: number }
  /** The sender closes on purpose; after 'unlinked' the receiver need not come back. */
  | { readonly type: 'goodbye'; readonly reason: 'shutdown' | 'unlinked' };

export interface OfferedFolder {
  readonly id: FolderId;
  readonly label: string;
}

export type IndexMessage =
  | {
      readonly type: 'index-request';
      readonly folder: FolderId;
      /** Replica of which the sender holds records; undefined at first. */
      readonly replica: ReplicaId | undefined;
      readonly after: number;
      /** The epoch of `after`, as the producer told it; undefined when it never did. */
      readonly epoch?: EpochId | undefined;
    }
  | { readonly type: 'index-ack'; readonly sequence: number }
  | { readonly type: 'index-start'; readonly replica: ReplicaId; readonly after: number }
  | {
      readonly type: 'index-update';
      readonly records: readonly AnnouncedRecord[];
      readonly upTo: number;
      /** With this batch the consumer holds all that the producer has, as of one of its commits. */
      readonly caughtUp: boolean;
      /** The epoch of `upTo`. */
      readonly epoch?: EpochId | undefined;
    }
  | {
      readonly type: 'index-state';
      readonly sequence: number;
      /** 32 hex characters. */
      readonly digest: string;
      readonly state: 'scanning' | 'syncing' | 'idle' | 'paused' | 'error';
      readonly needFiles: number;
      readonly needBytes: number;
    }
  /** Instead of index-start: the folder is not shared with the asker, or not running. */
  | { readonly type: 'index-refused'; readonly reason: 'unknown-folder' | 'not-ready' };

export type ChunksMessage =
  | {
      readonly type: 'chunk-request';
      /** Chosen by the asker, unsigned 32 bit, echoed in the answers. */
      readonly id: number;
      readonly folder: FolderId;
      readonly chunks: readonly { readonly hash: Hash; readonly length: number }[];
    }
  /** Answers to one request may come in several responses, in order; together they have one element for each asked chunk. */
  | { readonly type: 'chunk-response'; readonly id: number; readonly chunks: readonly (Uint8Array | undefined)[] }
  | {
      readonly type: 'manifest-request';
      readonly id: number;
      readonly folder: FolderId;
      readonly path: RelativePath;
      readonly contentHash: Hash;
    }
  | {
      readonly type: 'manifest-response';
      readonly id: number;
      readonly found: boolean;
      readonly chunks: readonly Chunk[];
      readonly last: boolean;
    };

/**
 * Linking. The initiator is the device where the code was typed, the responder the one that printed it.
 *   initiator → open; responder → challenge | refused; initiator → answer; responder → confirm | refused; then each side an
 *   introduction, sent only after the other's confirmation tag was verified, and a done (the responder first).
 * The initiator's share comes with its answer, not with open: CPace's generator depends on the session id, which is both nonces.
 */
export type PairingMessage =
  | {
      readonly type: 'pairing-open';
      readonly version: number;
      readonly nameplate: number;
      /** 32 random bytes. */
      readonly nonce: Uint8Array;
    }
  /** `share`: CPace public share, 32 bytes (ristretto255). */
  | { readonly type: 'pairing-challenge'; readonly nonce: Uint8Array; readonly share: Uint8Array }
  /** The initiator's share and its explicit key confirmation: 64 bytes (HMAC-SHA-512). */
  | { readonly type: 'pairing-answer'; readonly share: Uint8Array; readonly tag: Uint8Array }
  /** The responder's explicit key confirmation: 64 bytes (HMAC-SHA-512). */
  | { readonly type: 'pairing-confirm'; readonly tag: Uint8Array }
  | {
      readonly type: 'pairing-introduction';
      readonly device: DeviceId;
      readonly deviceName: string;
      readonly folders: readonly OfferedFolder[];
      readonly addresses: readonly string[];
    }
  | { readonly type: 'pairing-done' }
  | {
      readonly type: 'pairing-refused';
      readonly reason: 'no-such-code' | 'wrong-code' | 'expired' | 'burnt' | 'busy' | 'version' | 'already-linked';
    };

/** What a peer sent does not keep the protocol. The stream is closed, the peer's fault is logged, nothing is stored. */
export class ProtocolError extends Error {
  /** `field`: dotted path of the offending field. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.name = 'ProtocolError';
    this.field = field;
  }
}
