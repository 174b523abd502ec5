/**
 * What one pairing run feeds into CPace, and what it makes of the key: the confirmation tags and the fingerprint. Everything
 * that must be equal on both sides for a link is bound here: words, nameplate, both nonces, both PeerIds with their roles, and
 * the version of the protocol.
 */
import { timingSafeEqual } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { DeviceId } from '../../../core/identifiers.ts';
import { createHalf, lengthValueCat, sampleScalar, sessionKey, transcript } from './cpace.ts';
import type { CpaceExchange, CpaceHalf, CpaceInputs } from './cpace.ts';
import type { ParsedCode, RandomBytes } from './words.ts';

/** The version spoken here: part of the associated data, so it cannot be lowered unnoticed. */
export const pairingVersion = 1;
export const nonceBytes = 32;

export type Role = 'initiator' | 'responder';

/** One run as one side sees it. The PeerIds are those of the authenticated connection, never what a message claims. */
export interface PairingContext {
  readonly role: Role;
  readonly code: ParsedCode;
  readonly initiator: DeviceId;
  readonly responder: DeviceId;
  readonly initiatorNonce: Uint8Array;
  readonly responderNonce: Uint8Array;
}

export interface PairingKeys {
  /** What this side sends to prove that it knows the code. */
  readonly ownTag: Uint8Array;
  /** What the other side must send. */
  readonly theirTag: Uint8Array;
  /** 64 bytes under the same key for fingerprint.ts; equal on both sides. */
  readonly fingerprintBytes: Uint8Array;
}

/** sid: both nonces, the initiator's first. */
function session(context: PairingContext): Uint8Array {
  return concatBytes(context.initiatorNonce, context.responderNonce);
}

function inputs(context: PairingContext): CpaceInputs {
  return {
    password: utf8ToBytes(context.code.secret),
    channel: utf8ToBytes(String(context.code.nameplate)),
    session: session(context),
  };
}

/** ADa or ADb: role, PeerId, version. */
function associatedData(role: Role, device: DeviceId): Uint8Array {
  return lengthValueCat(utf8ToBytes(role), utf8ToBytes(device), Uint8Array.of(pairingVersion));
}

/** This side's half of the key exchange; needs both nonces, which is why the initiator's share follows the challenge. */
export function pairingHalf(context: PairingContext, random: RandomBytes): CpaceHalf {
  return createHalf(inputs(context), sampleScalar(random));
}

/** Undefined: the other side's share is no valid element; abort. */
export function pairingKeys(context: PairingContext, half: CpaceHalf, theirShare: Uint8Array): PairingKeys | undefined {
  const isInitiator = context.role === 'initiator';
  const exchange: CpaceExchange = {
    initiatorShare: isInitiator ? half.share : theirShare,
    initiatorData: associatedData('initiator', context.initiator),
    responderShare: isInitiator ? theirShare : half.share,
    responderData: associatedData('responder', context.responder),
  };
  const key = sessionKey(half, theirShare, session(context), exchange);
  if (key === undefined) return undefined;
  const { channel } = inputs(context);
  const confirmed = concatBytes(lengthValueCat(session(context), channel), transcript(exchange));
  // A key of its own for each role: a tag sent back to its sender proves nothing.
  const tag = (role: Role): Uint8Array => hmac(sha512, derive(key, `confirm ${role}`), confirmed);
  const theirRole: Role = isInitiator ? 'responder' : 'initiator';
  return { ownTag: tag(context.role), theirTag: tag(theirRole), fingerprintBytes: derive(key, 'fingerprint') };
}

function derive(key: Uint8Array, purpose: string): Uint8Array {
  return hmac(sha512, key, utf8ToBytes(`p2psync pairing ${pairingVersion} ${purpose}`));
}

/** Takes the same time wherever the tags differ. */
export function tagsEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
