/** What one folder gives to the network and gets from it. The sync room has the same shapes in its ports. */
import type { DeviceId, EpochId, Hash, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, Manifest } from '../core/record.ts';

export interface RemoteFolderState {
  readonly sequence: number;
  /** 32 hex characters. */
  readonly digest: string;
  readonly state: 'scanning' | 'syncing' | 'idle' | 'paused' | 'error';
  readonly needFiles: number;
  readonly needBytes: number;
}

export interface ChunkRequest {
  readonly hash: Hash;
  /** Bytes. */
  readonly length: number;
}

export interface FolderServer {
  readonly replica: ReplicaId;
  lastSequence(): number;
  epochAt(sequence: number): EpochId | undefined;
  /** A consumer holds what this index cannot have told it: it gets nothing. */
  indexOlder(device: DeviceId): void;
  since(after: number, limit: number): Promise<readonly AnnouncedRecord[]>;
  state(): RemoteFolderState;
  onChange(callback: () => void): () => void;
  acknowledged(device: DeviceId, sequence: number): void;
  manifest(path: RelativePath, contentHash: Hash): Promise<Manifest | undefined>;
  chunks(requests: readonly ChunkRequest[]): Promise<(Uint8Array | undefined)[]>;
}

export type IndexEvent =
  | { readonly type: 'start'; readonly replica: ReplicaId; readonly after: number }
  | {
      readonly type: 'records';
      readonly records: readonly AnnouncedRecord[];
      readonly upTo: number;
      readonly caughtUp: boolean;
      readonly epoch?: EpochId | undefined;
    }
  | { readonly type: 'state'; readonly state: RemoteFolderState };

export interface IndexSubscription {
  readonly events: AsyncIterable<IndexEvent>;
  acknowledge(sequence: number): Promise<void>;
  close(): Promise<void>;
}

/** Who serves a folder to a device, and until when. */
export type ServerLookup =
  | { readonly server: FolderServer; readonly signal: AbortSignal }
  /** 'unknown-folder': not shared with that device, whether or not it exists. */
  | 'unknown-folder'
  | 'not-ready';
