/**
 * Records as bytes: a small header, then version, dot, entry and stat. Numbers are doubles or unsigned varints; the layout is
 * fixed by `recordFormat` and may only change with a migration.
 */
import type { Entry } from '../core/entry.ts';
import type { Hash, ReplicaId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { AnnouncedRecord, Chunk, LocalRecord, Manifest, StatFingerprint } from '../core/record.ts';
import type { Dot, VersionVector } from '../core/version.ts';

const recordFormat = 1;
const kinds = ['deleted', 'file', 'directory', 'symlink'] as const;
/** Header flags. */
const hasStat = 0x10;
const isExecutable = 0x20;

/** Bytes that do not decode to a record: the index is damaged. */
export class RecordError extends Error {}

/** Grows as it is written to; one per encoded record would be garbage, so one is kept and copied out of. */
class Writer {
  #buffer = Buffer.allocUnsafe(8192);
  #at = 0;

  reset(): void {
    this.#at = 0;
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = value;
  }

  /** Unsigned LEB128, up to 2^53. */
  varint(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#at++] = rest;
  }

  double(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  hex(text: string): void {
    this.#room(text.length / 2);
    this.#at += this.#buffer.write(text, this.#at, 'hex');
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#room(length);
    this.#at += this.#buffer.write(text, this.#at, 'utf8');
  }

  copy(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#at));
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}

class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  byte(): number {
    this.#need(1);
    return this.#buffer[this.#at++] as number;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RecordError('a number does not end');
  }

  double(): number {
    this.#need(8);
    const value = this.#buffer.readDoubleBE(this.#at);
    this.#at += 8;
    return value;
  }

  hex(bytes: number): string {
    this.#need(bytes);
    const text = this.#buffer.toString('hex', this.#at, this.#at + bytes);
    this.#at += bytes;
    return text;
  }

  text(): string {
    const length = this.varint();
    this.#need(length);
    const text = this.#buffer.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  get done(): boolean {
    return this.#at === this.#buffer.length;
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#buffer.length) throw new RecordError('it ends too early');
  }
}

const writer = new Writer();

export function encodeRecord(record: AnnouncedRecord & { readonly stat?: StatFingerprint | undefined }): Buffer {
  const { entry, version, dot, sequence, stat } = record;
  writer.reset();
  writer.byte(recordFormat);
  let header: number = kinds.indexOf(entry.kind);
  if (stat !== undefined) header |= hasStat;
  if (entry.kind === 'file' && entry.executable) header |= isExecutable;
  writer.byte(header);
  writer.varint(sequence);
  writeVersion(version);
  writer.hex(dot.replica);
  writer.varint(dot.counter);
  writeEntry(entry);
  if (stat !== undefined) {
    writer.varint(stat.size);
    writer.double(stat.mtimeMs);
    writer.double(stat.ctimeMs);
    writer.double(stat.inode);
    writer.varint(stat.mode);
  }
  return writer.copy();
}

function writeVersion(version: VersionVector): void {
  writer.varint(version.length);
  for (const [replica, counter] of version) {
    writer.hex(replica);
    writer.varint(counter);
  }
}

function writeEntry(entry: Entry): void {
  switch (entry.kind) {
    case 'file':
      writer.varint(entry.size);
      writer.double(entry.mtimeUs);
      writer.hex(entry.contentHash);
      return;
    case 'symlink':
      writer.text(entry.target);
      writer.double(entry.mtimeUs);
      return;
    case 'directory':
    case 'deleted':
      return;
  }
}

/** Throws RecordError for bytes that no encodeRecord wrote. */
export function decodeRecord(path: RelativePath, bytes: Buffer): LocalRecord {
  const reader = new Reader(bytes);
  if (reader.byte() !== recordFormat) throw new RecordError('unknown format');
  const header = reader.byte();
  const sequence = reader.varint();
  const version = readVersion(reader);
  const dot: Dot = { replica: reader.hex(8) as ReplicaId, counter: reader.varint() };
  const entry = readEntry(reader, header);
  const stat: StatFingerprint | undefined =
    (header & hasStat) === 0
      ? undefined
      : {
          size: reader.varint(),
          mtimeMs: reader.double(),
          ctimeMs: reader.double(),
          inode: reader.double(),
          mode: reader.varint(),
        };
  if (!reader.done) throw new RecordError('it goes on too long');
  return { path, entry, version, dot, sequence, stat };
}

function readVersion(reader: Reader): VersionVector {
  const count = reader.varint();
  const version: (readonly [ReplicaId, number])[] = [];
  for (let i = 0; i < count; i++) version.push([reader.hex(8) as ReplicaId, reader.varint()]);
  return version;
}

function readEntry(reader: Reader, header: number): Entry {
  const kind = kinds[header & 0x0f];
  if (kind === undefined) throw new RecordError('unknown kind of entry');
  switch (kind) {
    case 'file': {
      const size = reader.varint();
      const mtimeUs = reader.double();
      const contentHash = reader.hex(32) as Hash;
      return { kind, size, mtimeUs, executable: (header & isExecutable) !== 0, contentHash };
    }
    case 'symlink':
      return { kind, target: reader.text(), mtimeUs: reader.double() };
    case 'directory':
    case 'deleted':
      return { kind };
  }
}

/**
 * Path, entry and version alone, in one canonical form: what the digest is made of. Devices compare digests, so this form is
 * part of the protocol; the stored form above may change without it.
 */
export function canonicalBytes(record: Pick<LocalRecord, 'path' | 'entry' | 'version'>): Buffer {
  const { path, entry, version } = record;
  writer.reset();
  writer.text(path);
  writer.byte(kinds.indexOf(entry.kind) | (entry.kind === 'file' && entry.executable ? isExecutable : 0));
  writeVersion(version);
  writeEntry(entry);
  return writer.copy();
}

const hashLength = 32;
const chunkBytes = 4 + hashLength;

/** The content's hash, then length (4 bytes) and hash (32 bytes) of each chunk. */
export function encodeManifest(contentHash: Hash, manifest: Manifest): Buffer {
  const bytes = Buffer.allocUnsafe(hashLength + manifest.length * chunkBytes);
  bytes.write(contentHash, 0, 'hex');
  let at = hashLength;
  for (const { hash, length } of manifest) {
    bytes.writeUInt32BE(length, at);
    bytes.write(hash, at + 4, 'hex');
    at += chunkBytes;
  }
  return bytes;
}

/** Throws RecordError for bytes that no encodeManifest wrote. */
export function decodeManifest(bytes: Buffer): { contentHash: Hash; manifest: Manifest } {
  if (bytes.length < hashLength || (bytes.length - hashLength) % chunkBytes !== 0) {
    throw new RecordError('a chunk list of odd length');
  }
  const manifest: Chunk[] = [];
  for (let at = hashLength; at < bytes.length; at += chunkBytes) {
    manifest.push({ length: bytes.readUInt32BE(at), hash: bytes.toString('hex', at + 4, at + chunkBytes) as Hash });
  }
  return { contentHash: bytes.toString('hex', 0, hashLength) as Hash, manifest };
}
