/** Which bytes stand where: chunk places, chunk lists and content names, as they follow from a file's record. */
import type { Hash } from '../core/identifiers.ts';
import type { ChunkPlace, LocalRecord, Manifest } from '../core/record.ts';
import { hashBytes, keyOf, pathBytes, pathFrom, restOffset, table } from './keys.ts';
import type { Write } from './level.ts';
import { encodeManifest } from './record-codec.ts';

const nothing = Buffer.alloc(0);
const offsetBytes = 8;

/** The writes that make (or take away) everything that follows from this record's content. */
export function contentWrites(
  folder: number,
  type: 'put' | 'del',
  { path, entry }: LocalRecord,
  manifest: Manifest | undefined,
): Write[] {
  if (entry.kind !== 'file' || entry.size === 0) return [];
  const at = pathBytes(path);
  const write = (key: Buffer, value: Buffer): Write => (type === 'put' ? { type, key, value } : { type, key });
  const writes: Write[] = [
    write(keyOf(folder, table.content, Buffer.concat([hashBytes(entry.contentHash), at])), nothing),
  ];
  if (manifest !== undefined) writes.push(write(keyOf(folder, table.manifest, at), encodeManifest(manifest)));
  let offset = 0;
  for (const { hash, length } of manifest ?? [{ hash: entry.contentHash, length: entry.size }]) {
    writes.push(write(placeKey(folder, hash, at, offset), lengthBytes(length)));
    offset += length;
  }
  return writes;
}

function placeKey(folder: number, hash: Hash, path: Buffer, offset: number): Buffer {
  const end = Buffer.allocUnsafe(offsetBytes);
  end.writeBigUInt64BE(BigInt(offset));
  // A path holds no byte 0x00 at its end, so the NUL before the offset divides the two.
  return keyOf(folder, table.place, Buffer.concat([hashBytes(hash), path, Buffer.of(0), end]));
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

export function placeFrom(key: Buffer, value: Buffer): ChunkPlace {
  const end = key.length - offsetBytes;
  return {
    path: pathFrom(key.subarray(restOffset + 32, end - 1)),
    offset: Number(key.readBigUInt64BE(end)),
    length: value.readUInt32BE(0),
  };
}
