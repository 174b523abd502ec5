/** So many bytes may be in memory at a time; who wants more waits, first come, first served. */
export class ByteBudget {
  readonly #bytesMax: number;
  #used = 0;
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get used(): number {
    return this.#used;
  }

  /** Resolves once there is room, with the function that gives it back. More than the whole budget counts as all of it. */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const wanted = Math.min(bytes, this.#bytesMax);
    if (this.#waiting.length > 0 || this.#used + wanted > this.#bytesMax) await this.#turn(wanted, signal);
    else this.#used += wanted;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#used -= wanted;
      this.#next();
    };
  }

  #turn(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal.reason);
        this.#next();
      };
      const entry = {
        bytes,
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  #next(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#used + first.bytes > this.#bytesMax) return;
      this.#waiting.shift();
      this.#used += first.bytes;
      first.start();
    }
  }
}
