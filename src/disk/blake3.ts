/**
 * BLAKE3-256 behind one small interface: native through @napi-rs/blake-hash where its prebuilt binary loads (2-3 GB/s), else
 * the WebAssembly of blake3@2.1.7 (0.5 GB/s). Both give the same results; the official test vectors prove it.
 */
import { createRequire } from 'node:module';
import type { Hash } from '../core/identifiers.ts';

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Ends the hasher. */
  digest(): Hash;
}

export interface Blake3 {
  readonly name: 'native' | 'wasm';
  hash(bytes: Uint8Array): Hash;
  createHasher(): Hasher;
}

const require = createRequire(import.meta.url);

interface NativeModule {
  blake3(input: Buffer): Buffer;
  Blake3Hasher: new () => { update(input: Buffer): void; digest(format: 'hex'): string };
}

interface WasmModule {
  hash(input: Buffer): Buffer;
  createHash(): { update(input: Buffer): void; digest(encoding: 'hex'): string; dispose(): void };
}

/** A view, no copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Throws where the platform has no prebuilt binary. */
export function nativeBlake3(): Blake3 {
  const native = require('@napi-rs/blake-hash') as NativeModule;
  return {
    name: 'native',
    hash: (bytes) => native.blake3(asBuffer(bytes)).toString('hex') as Hash,
    createHasher: () => {
      const hasher = new native.Blake3Hasher();
      return {
        update: (bytes) => {
          hasher.update(asBuffer(bytes));
        },
        digest: () => hasher.digest('hex') as Hash,
      };
    },
  };
}

export function wasmBlake3(): Blake3 {
  const wasm = require('blake3') as WasmModule;
  return {
    name: 'wasm',
    hash: (bytes) => wasm.hash(asBuffer(bytes)).toString('hex') as Hash,
    createHasher: () => {
      const hasher = wasm.createHash();
      // digest() also gives the WebAssembly memory back.
      return {
        update: (bytes) => {
          hasher.update(asBuffer(bytes));
        },
        digest: () => hasher.digest('hex') as Hash,
      };
    },
  };
}

function load(): Blake3 {
  try {
    return nativeBlake3();
  } catch {
    return wasmBlake3();
  }
}

const blake3 = load();

export function hashBytes(bytes: Uint8Array): Hash {
  return blake3.hash(bytes);
}

export function createHasher(): Hasher {
  return blake3.createHasher();
}
