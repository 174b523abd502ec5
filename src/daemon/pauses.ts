/** Pauses: lasting ones are settings, timed ones (`pause --for 2h`) live in memory and end by themselves or with the daemon. */
export class Pauses {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** True while `id` (a folder's or device's) has a timed pause. */
  has(id: string): boolean {
    return this.#timers.has(id);
  }

  set(id: string, forMs: number): void {
    clearTimeout(this.#timers.get(id));
    // Longer than setTimeout can count (24.8 days) means that long.
    const timer = setTimeout(() => this.clear(id), Math.min(forMs, 2 ** 31 - 1));
    this.#timers.set(id, timer);
    this.#onChange();
  }

  clear(id: string): void {
    const timer = this.#timers.get(id);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(id);
    this.#onChange();
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
