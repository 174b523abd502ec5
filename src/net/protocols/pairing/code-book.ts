/**
 * The code this device has given: at most one lives at a time, for ten minutes, for one use, and dies after three wrong tries.
 * A try is written down durably before the guess is checked, so neither a restart nor many runs at once give a fourth one.
 * session.ts asks here before it answers; the daemon makes codes here and watches what becomes of them.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { Mutex } from '../../../base/mutex.ts';
import { limits } from '../../../wire/limits.ts';
import { createCode, formatCode, parseCode } from './words.ts';
import type { ParsedCode, RandomBytes } from './words.ts';

/** How long a code can be used. */
export const codeLifeMsMax = 10 * 60 * 1000;
export const wrongTriesMax = 3;
/** Runs that strangers may hold open at once. */
export const runsOpenMax = 8;

/** 'waiting': can be used. 'burnt': guessed wrong too often. 'none': there is no such code here. */
export type CodeState = 'waiting' | 'used' | 'expired' | 'burnt' | 'none';

/** Why a code cannot be tried; a subset of the reasons of pairing-refused. */
export type CodeRefusal = 'no-such-code' | 'expired' | 'burnt' | 'busy';

/** Where the book is kept. `save` resolves when the text is durable; the file must be readable by its owner alone. */
export interface CodeStorage {
  load(): Promise<string | undefined>;
  save(text: string): Promise<void>;
}

export interface CodeBookOptions {
  readonly storage: CodeStorage;
  readonly clock: Clock;
  /** Default: node:crypto. */
  readonly random?: RandomBytes;
}

/** A run that asked for the live code. `release` must be called when the run is over. */
export interface Admission {
  readonly code: ParsedCode;
  /** Counts a try, durably when it resolves. Call it before anything of the guess is checked. */
  beginTry(): Promise<Attempt | CodeRefusal>;
  release(): void;
}

/** A counted try. One that is neither succeeded nor failed counts as wrong. */
export interface Attempt {
  /** The guess was right: the code is used up, durably. False: another run was faster. */
  succeed(): Promise<boolean>;
  fail(): void;
}

interface GivenCode {
  readonly nameplate: number;
  /** Undefined in a record of a code that is no longer alive and was read back. */
  readonly secret: string | undefined;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** clock.monotonic() at which it expires even if the wall clock is set back; undefined after a restart. */
  readonly expiresMonotonic: number | undefined;
  /** All that were begun, the right one included. */
  tries: number;
  openTries: number;
  used: boolean;
}

export class CodeBook {
  readonly #storage: CodeStorage;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #mutex = new Mutex();
  readonly #listeners = new Set<() => void>();
  #given: GivenCode | undefined;
  #announced: CodeState = 'none';
  #timer: NodeJS.Timeout | undefined;
  #runsOpen = 0;

  private constructor({ storage, clock, random = randomBytes }: CodeBookOptions, given: GivenCode | undefined) {
    this.#storage = storage;
    this.#clock = clock;
    this.#random = random;
    this.#given = given;
    this.#announced = this.state();
    this.#armTimer();
  }

  /** Reads what an earlier life wrote. What cannot be read counts as no code: nothing can be linked by mistake. */
  static async open(options: CodeBookOptions): Promise<CodeBook> {
    return new CodeBook(options, parseBook(await options.storage.load(), options.clock.now()));
  }

  /** A new code; the one before it ends. `expiresMs`: milliseconds since the epoch. Durable when it resolves. */
  create(): Promise<{ readonly code: string; readonly expiresMs: number }> {
    return this.#mutex.run(async () => {
      let fresh = createCode(this.#random);
      // An old code must not meet a new one's number: it would be counted as a wrong try.
      while (fresh.nameplate === this.#given?.nameplate) fresh = createCode(this.#random);
      const createdMs = this.#clock.now();
      const given: GivenCode = {
        ...fresh,
        createdMs,
        expiresMs: createdMs + codeLifeMsMax,
        expiresMonotonic: this.#clock.monotonic() + codeLifeMsMax,
        tries: 0,
        openTries: 0,
        used: false,
      };
      await this.#save(given);
      this.#given = given;
      this.#armTimer();
      // A new code is news even if the old one was waiting too.
      this.#announce(true);
      return { code: formatCode(fresh), expiresMs: given.expiresMs };
    });
  }

  /** Of the code made last. */
  state(): CodeState {
    return this.#given === undefined ? 'none' : this.#stateOf(this.#given);
  }

  /** Of the code with this text: 'none' unless it is the one made last. */
  stateOf(code: string): CodeState {
    return this.#is(code) ? this.state() : 'none';
  }

  /** Wrong tries of the code with this text. */
  wrongTries(code: string): number {
    const given = this.#given;
    if (given === undefined || !this.#is(code)) return 0;
    return given.tries - given.openTries - (given.used ? 1 : 0);
  }

  /** Calls back after every change of state() and after every wrong try, until the returned function is called. */
  onChange(callback: () => void): () => void {
    const listener = (): void => callback();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves at the next change (see onChange); rejects with the signal's reason. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = (settle: () => void) => (): void => {
        unlisten();
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = end(() => reject(signal.reason));
      const unlisten = this.onChange(end(resolve));
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** For a run that names `nameplate`. Costs no try. */
  admit(nameplate: number): Admission | CodeRefusal {
    const given = this.#given;
    if (given === undefined || given.nameplate !== nameplate) return 'no-such-code';
    const refusal = this.#refusal(given);
    if (refusal !== undefined) return refusal;
    if (this.#runsOpen >= runsOpenMax || given.secret === undefined) return 'busy';
    this.#runsOpen++;
    let released = false;
    return {
      code: { nameplate: given.nameplate, secret: given.secret },
      beginTry: () => this.#beginTry(given),
      release: () => {
        if (!released) this.#runsOpen--;
        released = true;
      },
    };
  }

  /** Ends the timer. Waiting calls end with their own signals. */
  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #beginTry(given: GivenCode): Promise<Attempt | CodeRefusal> {
    return this.#mutex.run(async () => {
      if (given !== this.#given) return 'no-such-code';
      const refusal = this.#refusal(given);
      if (refusal !== undefined) return refusal;
      given.tries++;
      given.openTries++;
      try {
        await this.#save(given);
      } catch (error) {
        given.openTries--;
        this.#announce(true);
        throw error;
      }
      return this.#attempt(given);
    });
  }

  #attempt(given: GivenCode): Attempt {
    let open = true;
    const close = (): boolean => {
      const wasOpen = open;
      open = false;
      if (wasOpen) given.openTries--;
      return wasOpen;
    };
    return {
      succeed: () =>
        this.#mutex.run(async () => {
          if (!open || given.used || given !== this.#given) return false;
          close();
          given.used = true;
          await this.#save(given);
          this.#announce();
          return true;
        }),
      fail: () => {
        if (close()) this.#announce(true);
      },
    };
  }

  #refusal(given: GivenCode): CodeRefusal | undefined {
    switch (this.#stateOf(given)) {
      case 'waiting':
        // All tries are taken but not all of them decided: one may still be right.
        return given.tries >= wrongTriesMax ? 'busy' : undefined;
      case 'expired':
        return 'expired';
      case 'used':
      case 'burnt':
        return 'burnt';
      case 'none':
        return 'no-such-code';
    }
  }

  #stateOf(given: GivenCode): CodeState {
    if (given.used) return 'used';
    if (given.tries >= wrongTriesMax && given.openTries === 0) return 'burnt';
    return this.#hasExpired(given) ? 'expired' : 'waiting';
  }

  #hasExpired(given: GivenCode): boolean {
    const now = this.#clock.now();
    // A clock that was set back must not lengthen a code's life.
    if (now >= given.expiresMs || now < given.createdMs) return true;
    return given.expiresMonotonic !== undefined && this.#clock.monotonic() >= given.expiresMonotonic;
  }

  #is(code: string): boolean {
    if (this.#given?.secret === undefined) return false;
    try {
      return formatCode(parseCode(code)) === `${this.#given.nameplate}-${this.#given.secret}`;
    } catch {
      // Not a code at all, so not this one.
      return false;
    }
  }

  #save({ nameplate, secret, createdMs, expiresMs, tries, used }: GivenCode): Promise<void> {
    // The words of a dead code are of no use to anybody: they leave the disk.
    const alive = !used && tries < wrongTriesMax;
    const words = alive ? { secret } : {};
    return this.#storage.save(JSON.stringify({ version: 1, nameplate, ...words, createdMs, expiresMs, tries, used }));
  }

  #announce(always = false): void {
    const state = this.state();
    if (state === this.#announced && !always) return;
    this.#announced = state;
    for (const listener of Array.from(this.#listeners)) listener();
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    if (this.state() !== 'waiting') return;
    const leftMs = (this.#given?.expiresMs ?? 0) - this.#clock.now();
    this.#timer = setTimeout(
      () => {
        this.#announce();
        this.#armTimer();
      },
      Math.min(codeLifeMsMax, Math.max(1, leftMs)),
    );
    this.#timer.unref();
  }
}

function parseBook(text: string | undefined, now: number): GivenCode | undefined {
  if (text === undefined) return undefined;
  let book: unknown;
  try {
    book = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof book !== 'object' || book === null) return undefined;
  const { version, nameplate, secret, createdMs, expiresMs, tries, used } = book as Record<string, unknown>;
  if (version !== 1 || !isInteger(nameplate, limits.nameplateMax) || !isInteger(tries, 1000)) return undefined;
  if (typeof createdMs !== 'number' || typeof expiresMs !== 'number' || typeof used !== 'boolean') return undefined;
  const known = typeof secret === 'string' ? secret : undefined;
  return {
    nameplate,
    secret: known,
    createdMs,
    // A file that was changed by hand gives no longer life.
    expiresMs: Math.min(expiresMs, createdMs + codeLifeMsMax, now + codeLifeMsMax),
    expiresMonotonic: undefined,
    // Without its words the code is dead whatever else the file says.
    tries: known === undefined && !used ? wrongTriesMax : tries,
    openTries: 0,
    used,
  };
}

function isInteger(value: unknown, greatest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= greatest;
}
