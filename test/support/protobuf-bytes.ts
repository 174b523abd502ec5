/** Protobuf messages by hand, for what no honest encoder writes: any field, any number, any length, in any order. */

/** Unsigned, at most 64 bits; negative ones as protobuf writes them (two's complement). */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

/** A number goes as a varint, text and bytes go length-delimited. */
export type FieldValue = number | bigint | string | Uint8Array;

export function field(number: number, value: FieldValue): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') return joined([varint(number << 3), varint(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return joined([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

/** Fields in this order; a number may come again. */
export function message(...fields: readonly (readonly [number, FieldValue])[]): Uint8Array {
  return joined(fields.map(([number, value]) => field(number, value)));
}

export function packed(values: readonly (number | bigint)[]): Uint8Array {
  return joined(values.map((value) => varint(value)));
}

/** A signed number as `sint64` has it. */
export function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
