/**
 * Who this device is: an Ed25519 key pair whose public half is its PeerId, kept in identity.key. Created once and never
 * overwritten: a device that lost its key is another device, so a damaged file is reported and left for its owner to restore.
 *
 * The file: comment lines that begin with '#', then one line of base64: the libp2p PrivateKey protobuf
 * (libp2p specs, peer-ids.md), 64 bytes of Ed25519 seed and public key inside.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateKeyPair,
  generateKeyPairFromSeed,
  privateKeyFromProtobuf,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys';
import type { Ed25519PrivateKey } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { Problem, messageOf } from '../base/problem.ts';
import { type DeviceId, isDeviceId } from '../core/identifiers.ts';
import { createFile } from './atomic-file.ts';
import { errnoOf } from './errno.ts';
import { homeFiles } from './home.ts';

export interface Identity {
  readonly privateKey: Ed25519PrivateKey;
  readonly id: DeviceId;
}

const identityBytesMax = 4096;
const seedBytes = 32;
const keyLine = /^[A-Za-z0-9+/]{80,200}={0,2}$/;

/**
 * The identity in `home`, made now if there is none; `home` must exist. Safe when two processes race: both get the same one.
 * Problems: IDENTITY_CORRUPT, IDENTITY_PERMISSIONS (others can read it), IDENTITY_UNREADABLE, IDENTITY_NOT_CREATED.
 */
export async function loadOrCreateIdentity(home: string): Promise<Identity> {
  const path = join(home, homeFiles.identity);
  const found = await load(path);
  if (found !== undefined) return found;
  const made = identityOf(await generateKeyPair('Ed25519'));
  try {
    if (await createFile(path, fileText(made))) return made;
  } catch (error) {
    throw new Problem(
      'IDENTITY_NOT_CREATED',
      `this device's identity cannot be written to ${path}: ${messageOf(error)}; make the directory writable or choose another --home`,
      { cause: error },
    );
  }
  const first = await load(path);
  if (first !== undefined) return first;
  throw new Problem(
    'IDENTITY_NOT_CREATED',
    `${path} appeared and vanished again while it was being created; try again`,
  );
}

function fileText(identity: Identity): string {
  const base64 = Buffer.from(privateKeyToProtobuf(identity.privateKey)).toString('base64');
  return `# p2psync: the private key of device ${identity.id}. Keep it secret; do not copy it to another device.\n${base64}\n`;
}

async function load(path: string): Promise<Identity | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw corrupt(path, 'it is not a file');
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) throw tooOpen(path, stat.mode);
    if (stat.size > identityBytesMax) throw corrupt(path, `it has ${stat.size} bytes`);
    return await decode(path, await file.readFile('utf8'));
  } catch (error) {
    throw error instanceof Problem ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

async function decode(path: string, text: string): Promise<Identity> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const line = lines[0]?.trim();
  if (line === undefined) throw corrupt(path, 'there is no key in it');
  if (lines.length > 1 || !keyLine.test(line)) throw corrupt(path, 'it holds something other than one key');
  const bytes = Buffer.from(line, 'base64');
  // Node takes what is cut or oddly padded.
  if (bytes.toString('base64') !== line) throw corrupt(path, 'its key is cut');
  let privateKey;
  try {
    privateKey = privateKeyFromProtobuf(bytes);
  } catch (error) {
    throw corrupt(path, messageOf(error), error);
  }
  if (privateKey.type !== 'Ed25519') throw corrupt(path, `its key is of type ${privateKey.type}, not Ed25519`);
  // A flipped bit gives another valid seed, and this device would become a stranger to its peers: compare both halves.
  const derived = await generateKeyPairFromSeed('Ed25519', privateKey.raw.subarray(0, seedBytes));
  if (!derived.publicKey.equals(privateKey.publicKey)) throw corrupt(path, 'the halves of its key do not match');
  return identityOf(privateKey);
}

function identityOf(privateKey: Ed25519PrivateKey): Identity {
  const id = peerIdFromPrivateKey(privateKey).toString();
  if (!isDeviceId(id)) throw new Error(`an Ed25519 key gave the device id ${id}`);
  return { privateKey, id };
}

function corrupt(path: string, why: string, cause?: unknown): Problem {
  return new Problem(
    'IDENTITY_CORRUPT',
    `${path} does not hold this device's key (${why}); restore it from a backup, or move it away to start as a new device that has to be paired again`,
    { cause },
  );
}

function tooOpen(path: string, mode: number): Problem {
  const octal = (mode & 0o777).toString(8);
  return new Problem(
    'IDENTITY_PERMISSIONS',
    `other users may be able to read this device's private key ${path} (mode ${octal}); run chmod 600 '${path}'`,
  );
}

function unreadable(path: string, cause: unknown): Problem {
  return new Problem(
    'IDENTITY_UNREADABLE',
    `this device's key ${path} cannot be read: ${messageOf(cause)}; make it readable for the user who runs p2psync`,
    { cause },
  );
}
