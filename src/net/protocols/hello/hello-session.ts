/**
 * The hello protocol on one connection with a linked device. Each side opens one stream; on the stream that this side opened
 * go its Hello (again whenever it changes), its pings and its goodbye, and the far side's pongs come back on it. A connection
 * counts once the far side's Hello is here; it is given up when nothing at all arrives for silenceMsMax although we ask.
 */
import type { Connection, Stream } from '@libp2p/interface';
import { sleep } from '../../../base/abort.ts';
import type { Logger } from '../../../base/log.ts';
import { messageOf } from '../../../base/problem.ts';
import type { DeviceId } from '../../../core/identifiers.ts';
import { decodeHello, encodeHello } from '../../../wire/codec.ts';
import { readFrames, writeFrame } from '../../../wire/framing.ts';
import { limits } from '../../../wire/limits.ts';
import { ProtocolError, type HelloMessage } from '../../../wire/messages.ts';
import { netLimits } from '../../net-limits.ts';
import { asError, bindStream, logStreamFailure, openStream, protocolIds, type IncomingStream } from '../streams.ts';

export type Hello = Extract<HelloMessage, { type: 'hello' }>;
type Goodbye = Extract<HelloMessage, { type: 'goodbye' }>;

export interface HelloOptions {
  readonly connection: Connection;
  readonly device: DeviceId;
  readonly logger: Logger;
  readonly monotonic: () => number;
  /** What this device says of itself to that one, now. */
  readonly describe: () => Hello;
  /** Bytes that came in over the connection so far, of any protocol. */
  readonly received: () => number;
  readonly onHello: (hello: Hello) => void;
  readonly onGoodbye: (reason: Goodbye['reason']) => void;
  readonly onRtt: (ms: number) => void;
}

/** How often liveness is looked at; a look that comes much later means that this very process was suspended. */
const lookEveryMs = 1000;
const reopenMs = 200;
const nonceMax = 2 ** 32 - 1;

export class HelloSession {
  readonly #options: HelloOptions;
  readonly #closed = new AbortController();
  readonly openedMs: number;
  #stream: Stream | undefined;
  /** True: our Hello has to be sent (again). */
  #stale = true;
  #wake: (() => void) | undefined;
  #pings = new Map<number, number>();
  #nextNonce = 1;
  #lastPingMs = -Infinity;
  #heardMs: number;
  #heardBytes = 0;
  #ready = false;
  #measured = false;

  constructor(options: HelloOptions) {
    this.#options = options;
    this.openedMs = options.monotonic();
    this.#heardMs = this.openedMs;
    options.connection.addEventListener('close', () => this.#close(new Error('the connection closed')), { once: true });
    if (options.connection.status !== 'open') this.#close(new Error('the connection is closed'));
  }

  get connection(): Connection {
    return this.#options.connection;
  }

  /** The far side's Hello is here, and the connection stands. */
  get ready(): boolean {
    return this.#ready && !this.#closed.signal.aborted;
  }

  /** When something last came in (monotonic milliseconds). */
  get heardMs(): number {
    this.#listen();
    return this.#heardMs;
  }

  /** Speaks until the connection closes. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#closed;
    const watch = this.#watch();
    while (!signal.aborted) {
      try {
        await this.#speak(signal);
      } catch (error) {
        // Right after linking the far side may not know us yet: it resets the stream, and we try again until the time is up.
        if (!signal.aborted) logStreamFailure(this.#options.logger, this.#options.device, protocolIds.hello, error);
      }
      await sleep(reopenMs, signal).catch(() => undefined);
    }
    await watch;
  }

  /** Sends Hello again: the folders that are shared changed. */
  announce(): void {
    this.#stale = true;
    this.#wake?.();
  }

  /** Sends a ping now: is this connection still alive? */
  probe(): void {
    this.#lastPingMs = -Infinity;
    this.#wake?.();
  }

  /** Says why this side is about to close. Resolves when it is on its way, or after closeMsMax; never rejects. */
  async goodbye(reason: Goodbye['reason']): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    const timeout = AbortSignal.timeout(netLimits.closeMsMax);
    try {
      await writeFrame(stream, encodeHello({ type: 'goodbye', reason }), timeout);
      await stream.close({ signal: timeout });
    } catch (error) {
      this.#options.logger.debug({ device: this.#options.device, error: messageOf(error) }, 'no goodbye was said');
    }
  }

  /** The far side's stream: its Hello, pings and goodbye. */
  async receive({ stream, signal }: IncomingStream): Promise<void> {
    let greeted = false;
    for await (const frame of readFrames(stream, { frameBytesMax: limits.frameBytesMax })) {
      const message = decodeHello(frame);
      this.#heardMs = this.#options.monotonic();
      if (!greeted && message.type !== 'hello') throw new ProtocolError('hello', `a ${message.type} came before hello`);
      switch (message.type) {
        case 'hello':
          greeted = true;
          this.#ready = true;
          this.#options.onHello(message);
          break;
        case 'ping':
          await writeFrame(stream, encodeHello({ type: 'pong', nonce: message.nonce }), signal);
          break;
        case 'goodbye':
          this.#options.onGoodbye(message.reason);
          return;
        case 'pong':
          throw new ProtocolError('hello.pong', 'it was not asked for here');
      }
    }
  }

  #close(reason: Error): void {
    this.#closed.abort(reason);
    this.#wake?.();
  }

  /** Our own stream, to its end. */
  async #speak(signal: AbortSignal): Promise<void> {
    const stream = await openStream(this.#options.connection, protocolIds.hello, signal);
    const bound = bindStream(stream, signal);
    this.#stale = true;
    this.#lastPingMs = -Infinity;
    this.#stream = stream;
    const pongs = this.#readPongs(stream).catch((error: unknown) => stream.abort(asError(error)));
    try {
      while (!bound.signal.aborted) {
        if (this.#stale) {
          this.#stale = false;
          await writeFrame(stream, encodeHello(this.#options.describe()), bound.signal);
        }
        const now = this.#options.monotonic();
        if (now - this.#lastPingMs >= netLimits.pingEveryMs) {
          this.#lastPingMs = now;
          const nonce = this.#nextNonce;
          this.#nextNonce = (nonce % nonceMax) + 1;
          // A few may be open at once when the line is slow; the oldest is what counts.
          if (this.#pings.size < 16) this.#pings.set(nonce, now);
          await writeFrame(stream, encodeHello({ type: 'ping', nonce }), bound.signal);
        }
        await this.#pause(bound.signal);
      }
    } finally {
      this.#stream = undefined;
      this.#pings.clear();
      bound.unbind();
      stream.abort(new Error('hello ended'));
      await pongs;
    }
  }

  /** Until there is something to say. */
  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, netLimits.pingEveryMs);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
      if (signal.aborted || this.#stale || this.#lastPingMs === -Infinity) done();
    });
  }

  async #readPongs(stream: Stream): Promise<void> {
    for await (const frame of readFrames(stream, { frameBytesMax: netLimits.requestFrameBytesMax })) {
      const message = decodeHello(frame);
      if (message.type !== 'pong') throw new ProtocolError('hello', `a ${message.type} where a pong should come`);
      const sent = this.#pings.get(message.nonce);
      const now = this.#options.monotonic();
      this.#heardMs = now;
      if (sent === undefined) continue;
      this.#pings.delete(message.nonce);
      this.#options.onRtt(now - sent);
      // The first one waited for the connection to be set up on both sides: it is too high.
      if (!this.#measured) this.probe();
      this.#measured = true;
    }
  }

  /** Any byte is a sign of life: on a slow line a pong may wait behind megabytes of content. */
  #listen(): void {
    const bytes = this.#options.received();
    if (bytes === this.#heardBytes) return;
    this.#heardBytes = bytes;
    this.#heardMs = this.#options.monotonic();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    const { monotonic, connection, device, logger } = this.#options;
    let looked = monotonic();
    while (!signal.aborted) {
      await sleep(lookEveryMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const now = monotonic();
      if (now - looked > 3 * lookEveryMs) {
        // We slept, not they: ask before judging.
        this.#heardMs = now;
        this.probe();
      }
      looked = now;
      this.#listen();
      const silentMs = now - this.#heardMs;
      if (silentMs >= netLimits.silenceMsMax) {
        logger.info(
          { device, silentMs: Math.round(silentMs) },
          'the device stopped answering; its connection is given up',
        );
        connection.abort(new Error('the device stopped answering'));
      } else if (!this.#ready && now - this.openedMs >= netLimits.helloMsMax) {
        connection.abort(new Error('the device did not say hello'));
      }
    }
  }
}
