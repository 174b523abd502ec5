/**
 * A first walk over an encoded message that makes no objects: it counts, so that a message of millions of empty elements is
 * refused before the generated decoder takes memory for them. Comes directly before that decoder in codec.ts.
 */
import { protobuf } from './protobuf-numbers.ts';
import { ProtocolError } from './messages.ts';

/** How often a field may come in a submessage, by field number, with its name for the error. */
export type RepeatedFields = ReadonlyMap<number, { readonly name: string; readonly max: number }>;

/** The members of the oneof in an outer message, by field number: name, and the repeated fields inside. */
export type OneofMembers = ReadonlyMap<number, { readonly name: string; readonly repeated: RepeatedFields }>;

/**
 * Checks that exactly one known member of the oneof comes, once, and that its repeated fields keep their maxima. Unknown
 * fields are passed over. Throws ProtocolError, also for bytes that are no protobuf message. Linear time, no memory.
 */
export function checkShape(bytes: Uint8Array, label: string, members: OneofMembers): void {
  try {
    walk(bytes, label, members);
  } catch (error) {
    throw asProtocolError(error, label);
  }
}

/** What the protobuf library throws for malformed bytes, in our own words. */
export function asProtocolError(error: unknown, label: string): ProtocolError {
  if (error instanceof ProtocolError) return error;
  return new ProtocolError(label, `malformed (${error instanceof Error ? error.message : String(error)})`);
}

function walk(bytes: Uint8Array, label: string, members: OneofMembers): void {
  const reader = protobuf.Reader.create(bytes);
  let seen = 0;
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const member = members.get(tag >>> 3);
    if (member === undefined || (tag & 7) !== 2) {
      reader.skipType(tag & 7, 0, tag >>> 3);
      continue;
    }
    seen++;
    if (seen > 1) throw new ProtocolError(label, 'more than one message');
    const length = reader.size();
    const end = reader.pos + length;
    if (end > reader.len) throw new ProtocolError(`${label}.${member.name}`, 'cut off');
    if (member.repeated.size === 0) reader.skip(length);
    else count(reader, end, `${label}.${member.name}`, member.repeated);
  }
  if (seen === 0) throw new ProtocolError(label, 'no known message');
}

function count(reader: protobuf.Reader, end: number, label: string, repeated: RepeatedFields): void {
  const counts = new Map<number, number>();
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = repeated.get(tag >>> 3);
    if (field !== undefined) {
      const n = (counts.get(tag >>> 3) ?? 0) + 1;
      if (n > field.max) throw new ProtocolError(`${label}.${field.name}`, `more than ${field.max}`);
      counts.set(tag >>> 3, n);
    }
    reader.skipType(tag & 7, 0, tag >>> 3);
  }
  if (reader.pos !== end) throw new ProtocolError(label, 'cut off');
}
