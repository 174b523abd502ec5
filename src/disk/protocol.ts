/** The messages between the main thread and its disk workers. */
import type { RootIdentity } from './root.ts';
import type { StagePiece } from './staging.ts';

/** What a worker is asked: a method of worker-handlers on one folder's root. */
export interface WorkerRequest {
  readonly id: number;
  readonly root: string;
  /** Another directory at `root` is refused: ROOT_REPLACED. */
  readonly identity: RootIdentity | undefined;
  readonly method: string;
  readonly argument: unknown;
  /** One Int32: not 0 means stop. Shared, so that a synchronous loop can see it. */
  readonly stop: SharedArrayBuffer | undefined;
}

export type ToWorker =
  { readonly type: 'request'; readonly request: WorkerRequest } | { readonly type: 'acknowledge'; readonly id: number };

export type FromWorker =
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'part'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly code: string; readonly message: string };

/** Chunks on their way between threads: one buffer that is handed over, and what stands where in it. */
export interface PackedBytes {
  readonly buffer: ArrayBuffer;
  /** Bytes of each; -1 for none. */
  readonly lengths: readonly number[];
}

export function packBytes(chunks: readonly (Uint8Array | undefined)[]): PackedBytes {
  const total = chunks.reduce((sum, chunk) => sum + (chunk?.length ?? 0), 0);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    if (chunk === undefined) continue;
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { buffer: bytes.buffer, lengths: chunks.map((chunk) => chunk?.length ?? -1) };
}

export function unpackBytes({ buffer, lengths }: PackedBytes): (Uint8Array | undefined)[] {
  let at = 0;
  return lengths.map((length) => {
    if (length === -1) return undefined;
    const chunk = new Uint8Array(buffer, at, length);
    at += length;
    return chunk;
  });
}

/** Pieces with their bytes taken out. */
export interface PackedPieces {
  readonly pieces: readonly StagePiece[];
  readonly packed: PackedBytes;
}

const noBytes = new Uint8Array(0);

export function packPieces(pieces: readonly StagePiece[]): PackedPieces {
  return {
    pieces: pieces.map((piece) => ('bytes' in piece.from ? { ...piece, from: { bytes: noBytes } } : piece)),
    packed: packBytes(pieces.map(({ from }) => ('bytes' in from ? from.bytes : undefined))),
  };
}

export function unpackPieces({ pieces, packed }: PackedPieces): StagePiece[] {
  const bytes = unpackBytes(packed);
  return pieces.map((piece, i) => {
    const own = bytes[i];
    return own === undefined ? piece : { ...piece, from: { bytes: own } };
  });
}
