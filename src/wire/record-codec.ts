/**
 * Batches of index records: the hot part of the codec (a first exchange sends every record of a folder). Replicas stand once
 * in a table, version vectors and dots refer to it by position.
 */
import './protobuf-numbers.ts';
import { sync } from '#proto/sync.js';
import type { Entry } from '../core/entry.ts';
import type { ReplicaId } from '../core/identifiers.ts';
import type { AnnouncedRecord } from '../core/record.ts';
import { covers, isVersionVector } from '../core/version.ts';
import type { VersionVector } from '../core/version.ts';
import {
  asBuffer,
  encodeEpoch,
  encodeHex,
  encodeText,
  epoch,
  hash,
  integer,
  path,
  replicaBytes,
  text,
} from './fields.ts';
import { limits } from './limits.ts';
import { ProtocolError } from './messages.ts';
import type { IndexMessage } from './messages.ts';

type IndexUpdate = Extract<IndexMessage, { type: 'index-update' }>;

const Kind = sync.IndexRecord.Kind;

export function encodeUpdate(update: IndexUpdate): sync.IndexUpdate.$Properties {
  const positions = new Map<ReplicaId, number>();
  const positionOf = (replica: ReplicaId): number => {
    const known = positions.get(replica);
    if (known !== undefined) return known;
    positions.set(replica, positions.size);
    return positions.size - 1;
  };
  const records = update.records.map((record) => encodeRecord(record, positionOf));
  const { upTo, caughtUp } = update;
  const replicas = encodeHex([...positions.keys()].join(''));
  return { replicas, records, upTo, caughtUp, ...encodeEpoch(update.epoch) };
}

function encodeRecord(
  record: AnnouncedRecord,
  positionOf: (replica: ReplicaId) => number,
): sync.IndexRecord.$Properties {
  const { entry, version, dot } = record;
  return {
    path: encodeText(record.path),
    sequence: record.sequence,
    versionReplicas: version.map(([replica]) => positionOf(replica)),
    versionCounters: version.map(([, counter]) => counter),
    dotReplica: positionOf(dot.replica),
    dotCounter: dot.counter,
    ...encodeEntry(entry),
  };
}

function encodeEntry(entry: Entry): sync.IndexRecord.$Properties {
  switch (entry.kind) {
    case 'file':
      return {
        kind: Kind.KIND_FILE,
        size: entry.size,
        mtimeUs: entry.mtimeUs,
        executable: entry.executable,
        contentHash: encodeHex(entry.contentHash),
      };
    case 'directory':
      return { kind: Kind.KIND_DIRECTORY };
    case 'symlink':
      return { kind: Kind.KIND_SYMLINK, mtimeUs: entry.mtimeUs, target: encodeText(entry.target) };
    case 'deleted':
      return { kind: Kind.KIND_DELETED };
  }
}

/** The number of records was checked before (shape.ts). */
export function decodeUpdate(update: sync.IndexUpdate.$Properties): IndexUpdate {
  const replicas = decodeReplicas(update.replicas);
  return {
    type: 'index-update',
    records: (update.records ?? []).map((record) => decodeRecord(record, replicas)),
    upTo: integer(update.upTo, 'index.update.up_to', 0),
    caughtUp: update.caughtUp === true,
    ...epoch(update.epoch, 'index.update.epoch'),
  };
}

function decodeReplicas(bytes: Uint8Array | null | undefined): ReplicaId[] {
  if (bytes == null) return [];
  if (bytes.length % replicaBytes !== 0) {
    throw new ProtocolError('index.update.replicas', 'not a sequence of replica ids of 8 bytes');
  }
  const table = asBuffer(bytes);
  return Array.from(
    { length: table.length / replicaBytes },
    (_, i) => table.toString('hex', i * replicaBytes, (i + 1) * replicaBytes) as ReplicaId,
  );
}

const at = 'index.update.records';

function decodeRecord(record: sync.IndexRecord.$Properties, replicas: readonly ReplicaId[]): AnnouncedRecord {
  const version = decodeVersion(record, replicas);
  const dot = {
    replica: replicaAt(replicas, record.dotReplica ?? 0, `${at}.dot_replica`),
    counter: integer(record.dotCounter, `${at}.dot_counter`, 1),
  };
  if (!covers(version, dot)) throw new ProtocolError(`${at}.dot_counter`, 'the version does not cover it');
  return {
    path: path(record.path, `${at}.path`),
    entry: decodeEntry(record),
    version,
    dot,
    sequence: integer(record.sequence, `${at}.sequence`, 1),
  };
}

function decodeVersion(record: sync.IndexRecord.$Properties, replicas: readonly ReplicaId[]): VersionVector {
  const positions = record.versionReplicas ?? [];
  const counters = record.versionCounters ?? [];
  if (positions.length > limits.versionEntriesMax) {
    throw new ProtocolError(`${at}.version_replicas`, `more than ${limits.versionEntriesMax}`);
  }
  if (positions.length !== counters.length) {
    throw new ProtocolError(`${at}.version_counters`, 'not as many as version_replicas');
  }
  const version = positions.map(
    (position, i) => [replicaAt(replicas, position, `${at}.version_replicas`), counters[i] as number] as const,
  );
  if (!isVersionVector(version)) {
    throw new ProtocolError(`${at}.version_replicas`, 'not in order, doubled, or with a counter out of range');
  }
  return version;
}

function replicaAt(replicas: readonly ReplicaId[], position: number, field: string): ReplicaId {
  const replica = replicas[position];
  if (replica === undefined) throw new ProtocolError(field, `there is no replica at position ${position}`);
  return replica;
}

function decodeEntry(record: sync.IndexRecord.$Properties): Entry {
  switch (record.kind) {
    case Kind.KIND_FILE:
      return {
        kind: 'file',
        size: integer(record.size, `${at}.size`, 0),
        mtimeUs: integer(record.mtimeUs, `${at}.mtime_us`, Number.MIN_SAFE_INTEGER),
        executable: record.executable === true,
        contentHash: hash(record.contentHash, `${at}.content_hash`),
      };
    case Kind.KIND_DIRECTORY:
      return { kind: 'directory' };
    case Kind.KIND_SYMLINK:
      return {
        kind: 'symlink',
        target: decodeTarget(record.target),
        mtimeUs: integer(record.mtimeUs, `${at}.mtime_us`, Number.MIN_SAFE_INTEGER),
      };
    case Kind.KIND_DELETED:
      return { kind: 'deleted' };
    case Kind.KIND_UNSPECIFIED:
    case undefined:
    case null:
    default:
      throw new ProtocolError(`${at}.kind`, `${record.kind ?? 0} is not known`);
  }
}

function decodeTarget(bytes: Uint8Array | null | undefined): string {
  const target = text(bytes, `${at}.target`, limits.symlinkTargetBytesMax);
  if (target === '' || target.includes('\0')) {
    throw new ProtocolError(`${at}.target`, 'empty, or with a NUL in it');
  }
  return target;
}

// ---------------------------------------------------------------- batches that fit into a frame

/** Room for the message around the records. */
const updateBytesReserve = 64;

/**
 * Cuts records in sequence order into updates that keep the record count and the frame size. Each but the last is complete up
 * to its last record; the last up to `upTo`. Without records: one empty update, which says just `upTo`.
 */
export function splitUpdate(records: readonly AnnouncedRecord[], upTo: number, caughtUp: boolean): IndexUpdate[] {
  const updates: IndexUpdate[] = [];
  let batch: AnnouncedRecord[] = [];
  let bytes = updateBytesReserve;
  for (const record of records) {
    const more = recordBytesBound(record);
    const last = batch.at(-1);
    if (last !== undefined && (batch.length === limits.recordsPerUpdateMax || bytes + more > limits.frameBytesMax)) {
      updates.push({ type: 'index-update', records: batch, upTo: last.sequence, caughtUp: false });
      batch = [];
      bytes = updateBytesReserve;
    }
    batch.push(record);
    bytes += more;
  }
  updates.push({ type: 'index-update', records: batch, upTo, caughtUp });
  return updates;
}

/** Never less than what the record takes on the wire, its replicas in the table included. */
function recordBytesBound(record: AnnouncedRecord): number {
  const { entry, version } = record;
  const perPair = replicaBytes + 5 + 8;
  return (
    120 +
    3 * record.path.length +
    (entry.kind === 'symlink' ? 3 * entry.target.length : 0) +
    (version.length + 1) * perPair
  );
}
