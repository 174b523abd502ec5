/** Every maximum on the wire, by name, unit last. Checked before memory is taken (I14). docs/PROTOCOL.md repeats them. */
import { nameBytesMax, pathBytesMax } from '../core/path.ts';

export const limits = {
  /** One framed message on any sync stream, bytes. */
  frameBytesMax: 8 * 1024 * 1024,
  /** One framed message of the pairing protocol, bytes: strangers speak it. */
  pairingFrameBytesMax: 64 * 1024,
  nameBytesMax,
  pathBytesMax,
  symlinkTargetBytesMax: 4096,
  deviceNameBytesMax: 256,
  folderLabelBytesMax: 256,
  clientVersionBytesMax: 64,
  /** Replicas in one version vector. */
  versionEntriesMax: 1024,
  /** Records in one IndexUpdate. */
  recordsPerUpdateMax: 4096,
  /** Chunks asked for in one ChunkRequest. */
  chunksPerRequestMax: 1024,
  /** Bytes of content asked for in one ChunkRequest. */
  chunkRequestBytesMax: 16 * 1024 * 1024,
  /** One chunk, bytes; the greatest that src/core/cut-points.ts makes. */
  chunkBytesMax: 4 * 1024 * 1024,
  /** Bytes of a file for each of its chunks, at least: a list of tiny chunks would cost far more memory than the file. */
  chunkBytesMeanMin: 4096,
  /** Content bytes in one ChunkResponse message, unless a single chunk is larger. */
  chunkResponseBytesMax: 1024 * 1024,
  /** Chunks in one file (1 TiB and more at 1 MiB a chunk). */
  chunksPerFileMax: 1 << 21,
  /** Chunks in one page of a manifest. */
  chunksPerManifestPageMax: 16_384,
  foldersPerHelloMax: 1024,
  /** Multiaddrs in one pairing introduction, and bytes of one. */
  addressesPerIntroductionMax: 64,
  addressBytesMax: 512,
  /** The number that begins a pairing code. */
  nameplateMax: 999,
  /** Chunk requests that one peer may have open on one stream before it is held back. */
  chunkRequestsOpenMax: 16,
  /** Streams of one protocol from one peer. */
  streamsPerProtocolMax: 64,
} as const;
