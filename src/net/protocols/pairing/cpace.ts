/**
 * CPace, the balanced PAKE of the CFRG, as draft-irtf-cfrg-cpace-21 specifies it: cipher suite CPACE-RISTR255-SHA512 in the
 * initiator-responder setting. The group is ristretto255 (RFC 9496) by @noble/curves, the hash SHA-512 by @noble/hashes.
 * Tested against appendix B.3 of the draft. Pure functions on bytes; session.ts says what goes into them.
 */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** G_Ristretto255.DSI, section 8.3. */
const domainSeparator = utf8ToBytes('CPaceRistretto255');
const keyDomainSeparator = utf8ToBytes('CPaceRistretto255_ISK');
/** H.s_in_bytes of SHA-512. */
const hashBlockBytes = 128;
/** G.field_size_bytes. */
export const shareBytes = 32;

const { Point } = ristretto255;
type Element = InstanceType<typeof Point>;

/** What both parties must agree on before they compute a share. */
export interface CpaceInputs {
  /** PRS: the low-entropy secret. */
  readonly password: Uint8Array;
  /** CI. */
  readonly channel: Uint8Array;
  /** sid: fresh for each session, from both parties. */
  readonly session: Uint8Array;
}

/** One party's half. `scalar` is secret and for one session. */
export interface CpaceHalf {
  readonly scalar: bigint;
  readonly share: Uint8Array;
}

/** Both shares with the associated data that each party's role brings. */
export interface CpaceExchange {
  readonly initiatorShare: Uint8Array;
  readonly initiatorData: Uint8Array;
  readonly responderShare: Uint8Array;
  readonly responderData: Uint8Array;
}

/** lv_cat: each part preceded by its length in LEB128 (section 6.3). */
export function lengthValueCat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.flatMap((part) => [leb128(part.length), part]));
}

function leb128(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}

/** generator_string of section 8.1; the zeros make the hash's first block independent of everything but the password. */
export function generatorString({ password, channel, session }: CpaceInputs): Uint8Array {
  const used = lengthValueCat(password).length + lengthValueCat(domainSeparator).length + 1;
  const zeros = new Uint8Array(Math.max(0, hashBlockBytes - used));
  return lengthValueCat(domainSeparator, password, zeros, channel, session);
}

/** G.calculate_generator of section 8.3. */
export function calculateGenerator(inputs: CpaceInputs): Element {
  // The element derivation function of RFC 9496, section 4.3.4.
  return ristretto255_hasher.deriveToCurve!(sha512(generatorString(inputs)));
}

/** G.sample_scalar of section 8.3: 252 random bits, little endian; never zero. */
export function sampleScalar(random: (length: number) => Uint8Array): bigint {
  for (;;) {
    const bytes = Uint8Array.from(random(shareBytes));
    bytes[31] = (bytes[31] as number) & 0x0f;
    const scalar = scalarFromBytes(bytes);
    if (scalar !== 0n) return scalar;
  }
}

/** Little-endian bytes as an integer. */
export function scalarFromBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** This party's half: G.scalar_mult(scalar, generator). */
export function createHalf(inputs: CpaceInputs, scalar: bigint): CpaceHalf {
  return { scalar, share: calculateGenerator(inputs).multiply(scalar).toBytes() };
}

/**
 * G.scalar_mult_vfy. Undefined where the draft yields the neutral element and demands to abort: `share` does not decode (not
 * on the curve, not canonical, wrong length) or is the neutral element itself.
 */
export function scalarMultVerify(scalar: bigint, share: Uint8Array): Uint8Array | undefined {
  let element: Element;
  try {
    element = Point.fromBytes(share);
  } catch {
    return undefined;
  }
  if (element.is0()) return undefined;
  const product = element.multiply(scalar);
  return product.is0() ? undefined : product.toBytes();
}

/** transcript_ir of section 6.3. */
export function transcript(exchange: CpaceExchange): Uint8Array {
  return concatBytes(
    lengthValueCat(exchange.initiatorShare, exchange.initiatorData),
    lengthValueCat(exchange.responderShare, exchange.responderData),
  );
}

/**
 * ISK, 64 bytes: equal on both sides if and only if password, channel, session and both views of the exchange are equal.
 * Undefined: `theirShare` is invalid, abort.
 */
export function sessionKey(
  half: CpaceHalf,
  theirShare: Uint8Array,
  session: Uint8Array,
  exchange: CpaceExchange,
): Uint8Array | undefined {
  const shared = scalarMultVerify(half.scalar, theirShare);
  if (shared === undefined) return undefined;
  return sha512(concatBytes(lengthValueCat(keyDomainSeparator, session, shared), transcript(exchange)));
}
