/**
 * Everything random in the bench: the same for every system and every run with the same seed. AES-128 in counter mode over
 * zeros (NIST SP 800-38A), because it makes gigabytes a second and nothing of it compresses.
 */
import { createCipheriv, createHash, type Cipher } from 'node:crypto';

const blockBytes = 64 * 1024;
const zeros = Buffer.alloc(blockBytes);

export class Random {
  readonly #stream: Cipher;
  #block: Buffer = Buffer.alloc(0);
  #used = 0;

  /** `purpose` keeps what one seed is used for apart: no two streams of a run are alike. */
  constructor(seed: number, purpose: string) {
    const key = createHash('sha256').update(`${seed} ${purpose}`).digest().subarray(0, 16);
    this.#stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  }

  bytes(length: number): Buffer {
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0;) {
      const take = Math.min(missing, blockBytes);
      parts.push(this.#stream.update(zeros.subarray(0, take)));
      missing -= take;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, length);
  }

  /** Uniform in 0 … 1, without 1. */
  fraction(): number {
    if (this.#used + 4 > this.#block.length) {
      this.#block = this.bytes(4096);
      this.#used = 0;
    }
    this.#used += 4;
    return this.#block.readUInt32LE(this.#used - 4) / 2 ** 32;
  }

  /** A whole number in `least` … `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** Log-normal (by Box and Muller 1958) with this mean; `sigma` is that of the logarithm. */
  logNormal(mean: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
    return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
  }
}
