/** A pair of message channels joined through the real codec, with a tap; a clock that is set; storage that is counted. */
import { systemClock, type Clock } from '../../../../src/base/clock.ts';
import type { DeviceId, FolderId } from '../../../../src/core/identifiers.ts';
import type { CodeBook } from '../../../../src/net/protocols/pairing/code-book.ts';
import type { CodeStorage } from '../../../../src/net/protocols/pairing/code-book.ts';
import type { Introduction } from '../../../../src/net/protocols/pairing/introduction.ts';
import { runInitiator, runResponder } from '../../../../src/net/protocols/pairing/session.ts';
import type { MessageChannel, PairingOutcome } from '../../../../src/net/protocols/pairing/session.ts';
import { parseCode } from '../../../../src/net/protocols/pairing/words.ts';
import { decodePairing, encodePairing } from '../../../../src/wire/codec.ts';
import type { PairingMessage } from '../../../../src/wire/messages.ts';

export const alice = `12D3KooW${'A'.repeat(44)}` as DeviceId;
export const bob = `12D3KooW${'B'.repeat(44)}` as DeviceId;
export const mallory = `12D3KooW${'M'.repeat(44)}` as DeviceId;
export const never = new AbortController().signal;

export const bobFolder = { id: 'bobsfolderaaaaaaaaaaaaaaaa' as FolderId, label: 'Secret plans' };

/** Messages one way; `close` makes waiting and later receivers fail, as a broken stream does. */
class Pipe {
  readonly #queue: Uint8Array[] = [];
  readonly #waiting: { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }[] = [];
  #closed = false;

  push(bytes: Uint8Array): void {
    if (this.#closed) throw new Error('the stream is closed');
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) waiter.resolve(bytes);
    else this.#queue.push(bytes);
  }

  pull(): Promise<Uint8Array> {
    const bytes = this.#queue.shift();
    if (bytes !== undefined) return Promise.resolve(bytes);
    if (this.#closed) return Promise.reject(new Error('the stream is closed'));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the stream is closed'));
  }
}

export interface Link {
  readonly initiator: MessageChannel;
  readonly responder: MessageChannel;
  /** All that went over the wire, in order. */
  readonly wire: { readonly from: 'initiator' | 'responder'; readonly bytes: Uint8Array }[];
  close(): void;
}

/** `tamper` may change a message, or drop it (undefined) and so cut the connection. */
export function connect(
  tamper: (message: PairingMessage, from: 'initiator' | 'responder') => PairingMessage | undefined = (message) =>
    message,
): Link {
  const toResponder = new Pipe();
  const toInitiator = new Pipe();
  const wire: Link['wire'] = [];
  const close = (): void => {
    toResponder.close();
    toInitiator.close();
  };
  const channel = (from: 'initiator' | 'responder', out: Pipe, into: Pipe): MessageChannel => ({
    send: async (message) => {
      const changed = tamper(message, from);
      if (changed === undefined) return close();
      const bytes = encodePairing(changed);
      wire.push({ from, bytes });
      out.push(bytes);
    },
    receive: async () => decodePairing(await into.pull()),
  });
  return {
    initiator: channel('initiator', toResponder, toInitiator),
    responder: channel('responder', toInitiator, toResponder),
    wire,
    close,
  };
}

export interface TestClock extends Clock {
  ms: number;
  monotonicMs: number;
}

export function testClock(): TestClock {
  return {
    ms: 1_764_000_000_000,
    monotonicMs: 1000,
    now() {
      return this.ms;
    },
    monotonic() {
      return this.monotonicMs;
    },
    after: systemClock.after,
  };
}

export class MemoryStorage implements CodeStorage {
  text: string | undefined;
  saves = 0;

  load(): Promise<string | undefined> {
    return Promise.resolve(this.text);
  }

  save(text: string): Promise<void> {
    this.saves++;
    this.text = text;
    return Promise.resolve();
  }
}

/** Other words than the code's, the same number. */
export function wrongCode(code: string): string {
  const { nameplate, secret } = parseCode(code);
  return `${nameplate}-${secret === 'acorn-acorn' ? 'adobe-adobe' : 'acorn-acorn'}`;
}

export interface Sides {
  readonly link?: Link;
  readonly stored?: { initiator: Introduction[]; responder: Introduction[] };
  readonly initiatorDevice?: DeviceId;
  readonly messageMsMax?: number;
}

/** Both sides of one run at once: Alice types `code`, Bob answers from `codes`. */
export async function pair(
  code: string,
  codes: CodeBook,
  { link = connect(), stored, initiatorDevice = alice, messageMsMax = 2000 }: Sides = {},
): Promise<[PromiseSettledResult<PairingOutcome>, PromiseSettledResult<PairingOutcome>]> {
  // A side that fails closes its stream, as the real handlers do.
  const closing = <T>(run: Promise<T>): Promise<T> =>
    run.catch((error: unknown) => {
      setImmediate(() => link.close());
      throw error;
    });
  return Promise.allSettled([
    closing(
      runInitiator(
        link.initiator,
        {
          self: initiatorDevice,
          remote: bob,
          deviceName: "Alice's laptop",
          folders: [],
          addresses: ['/ip4/192.0.2.1/tcp/1'],
          code: parseCode(code),
          onVerified: async (introduction) => void stored?.initiator.push(introduction),
          messageMsMax,
        },
        new AbortController().signal,
      ),
    ),
    closing(
      runResponder(
        link.responder,
        {
          self: bob,
          remote: initiatorDevice,
          deviceName: "Bob's server",
          folders: [bobFolder],
          addresses: ['/ip4/192.0.2.2/tcp/2'],
          codes,
          onVerified: async (introduction) => void stored?.responder.push(introduction),
          messageMsMax,
        },
        new AbortController().signal,
      ),
    ),
  ]);
}

export function codeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === 'fulfilled') return 'ok';
  return (result.reason as { code?: string }).code ?? String(result.reason);
}
