/**
 * Frames on a libp2p 3 message stream: each message is preceded by its length as an unsigned varint. All protocols read and
 * write through here, so back-pressure is decided here too, in both directions:
 *  - writing waits for the 'drain' event, not for stream.onDrain(): that promise is made once and stays resolved, so from the
 *    second wait on it holds nobody back;
 *  - reading listens and pauses the stream, instead of iterating it: the stream's iterator queues without bound, and loses
 *    what is still buffered when the far side closes while the stream is paused.
 */
import { encode } from 'it-length-prefixed';
import type { Uint8ArrayList } from 'uint8arraylist';
import { ProtocolError } from './messages.ts';

/** Unread bytes at which the far side is held back, and at which it may go on. */
export const readQueueBytesMax = 1024 * 1024;
const readQueueBytesResume = readQueueBytesMax / 4;
/** What a paused stream must be able to hold: yamux's greatest receive window, which the far side may still fill. */
const pausedBytesMax = 17 * 1024 * 1024;
/** First memory taken for a frame; it doubles as bytes really come in, so a length alone costs nothing. */
const assemblyBytesInitial = 1024 * 1024;

/** The part of a libp2p Stream that framing needs; `Stream` of @libp2p/interface matches it. */
export interface FrameStream {
  readonly status: string;
  readonly writableNeedsDrain: boolean;
  readonly readableEnded: boolean;
  readonly readBufferLength: number;
  maxReadBufferLength: number;
  send(data: Uint8Array | Uint8ArrayList): boolean;
  pause(): void;
  resume(): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

export interface FrameOptions {
  /** Longest message, bytes. A longer one is refused before memory is taken for it. */
  readonly frameBytesMax: number;
  /** Told of bytes as they come in, also of frames that are not whole yet. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Sends one message. Resolves when the stream takes more; rejects when the stream closes or breaks first, or with the
 * signal's reason (the message may be on its way all the same). Messages of concurrent calls stay
 * whole, in any order.
 */
export async function writeFrame(stream: FrameStream, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  while (stream.writableNeedsDrain) await drained(stream, signal);
  stream.send(encode.single(bytes, { maxDataLength: bytes.byteLength }));
  while (stream.writableNeedsDrain) await drained(stream, signal);
}

/**
 * As writeFrame, in slices: `pace` is waited for before each, with its length. On a stream that one caller alone writes to,
 * since others' messages would come in between.
 */
export async function writeFramePaced(
  stream: FrameStream,
  bytes: Uint8Array,
  signal: AbortSignal,
  sliceBytesMax: number,
  pace: (bytes: number) => Promise<void>,
): Promise<void> {
  const framed = encode.single(bytes, { maxDataLength: bytes.byteLength }).subarray();
  for (let at = 0; at < framed.length; at += sliceBytesMax) {
    const slice = framed.subarray(at, at + sliceBytesMax);
    await pace(slice.length);
    signal.throwIfAborted();
    while (stream.writableNeedsDrain) await drained(stream, signal);
    stream.send(slice);
  }
  while (stream.writableNeedsDrain) await drained(stream, signal);
}

function drained(stream: FrameStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (stream.status !== 'open' && stream.status !== 'closing') return reject(closedError(stream));
    const unlink = (): void => {
      stream.removeEventListener('drain', onDrain);
      stream.removeEventListener('close', onClose);
      signal.removeEventListener('abort', onAbort);
    };
    const onDrain = (): void => {
      unlink();
      resolve();
    };
    const onClose = (event: Event): void => {
      unlink();
      reject(errorOf(event) ?? closedError(stream));
    };
    const onAbort = (): void => {
      unlink();
      reject(signal.reason);
    };
    stream.addEventListener('drain', onDrain);
    stream.addEventListener('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * The messages of a stream, until the far side closes it. Throws ProtocolError for a frame that is too long or cut off, and
 * the stream's own error when it is reset or aborted. At most about `readQueueBytesMax` bytes plus one frame wait unread.
 * Only one reader a stream. Leaving the loop stops listening but does not close the stream; abort the stream to end a wait.
 */
export async function* readFrames(
  stream: FrameStream,
  options: FrameOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const assembler = new FrameAssembler(options.frameBytesMax);
  for await (const piece of readPieces(stream, options.onBytes)) {
    let rest = piece;
    for (;;) {
      const taken = assembler.take(rest);
      if (taken === undefined) break;
      yield taken.frame;
      rest = taken.rest;
    }
  }
  if (assembler.inFrame) throw new ProtocolError('frame', 'the stream ended in the middle of a message');
}

/** Cuts a sequence of pieces into frames. */
class FrameAssembler {
  readonly #bytesMax: number;
  /** Length under way: what its bytes so far add up to, and how many they are. */
  #length = 0;
  #lengthBytes = 0;
  /** True when the length is known and content is awaited. */
  #inContent = false;
  #content: Uint8Array | undefined;
  #have = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get inFrame(): boolean {
    return this.#inContent || this.#lengthBytes > 0;
  }

  /** The next whole frame, and what of `piece` follows it; undefined when `piece` is used up first. */
  take(piece: Uint8Array): { frame: Uint8Array; rest: Uint8Array } | undefined {
    let at = 0;
    while (!this.#inContent) {
      const byte = piece[at];
      if (byte === undefined) return undefined;
      at++;
      this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
      this.#lengthBytes++;
      if (this.#length > this.#bytesMax) {
        throw new ProtocolError(
          'frame',
          `a message of ${this.#length} bytes or more, at most ${this.#bytesMax} are allowed`,
        );
      }
      if (byte < 0x80) this.#inContent = true;
      else if (this.#lengthBytes === 5) throw new ProtocolError('frame', 'the length of a message has too many bytes');
    }
    const missing = this.#length - this.#have;
    if (piece.length - at >= missing) {
      const tail = piece.subarray(at, at + missing);
      const frame = this.#content === undefined ? tail : this.#grown(missing, tail).subarray(0, this.#length);
      this.#length = this.#lengthBytes = this.#have = 0;
      this.#inContent = false;
      this.#content = undefined;
      return { frame, rest: piece.subarray(at + missing) };
    }
    if (at < piece.length) {
      this.#content = this.#grown(piece.length - at, piece.subarray(at));
      this.#have += piece.length - at;
    }
    return undefined;
  }

  /** The content so far with `bytes` behind it, in memory at most twice what came in (or the initial amount). */
  #grown(more: number, bytes: Uint8Array): Uint8Array {
    const needed = this.#have + more;
    let content = this.#content;
    if (content === undefined || content.length < needed) {
      const capacity = Math.min(this.#length, Math.max(assemblyBytesInitial, 2 * needed));
      const larger = new Uint8Array(capacity);
      if (content !== undefined) larger.set(content.subarray(0, this.#have));
      content = larger;
    }
    content.set(bytes, this.#have);
    return content;
  }
}

/** Bytes as they arrive; holds the far side back while they are not consumed. */
async function* readPieces(
  stream: FrameStream,
  onBytes: FrameOptions['onBytes'],
): AsyncGenerator<Uint8Array, void, undefined> {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let paused = false;
  let resuming = false;
  let ended = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  const pauseWhenFull = (): void => {
    // Inside resume() a pause would be half undone: the stream goes on to renew its window.
    if (paused || resuming || queuedBytes <= readQueueBytesMax || !isOpen(stream) || stream.readableEnded) return;
    paused = true;
    stream.pause();
  };
  const resume = (): void => {
    if (failure !== undefined) return;
    paused = false;
    resuming = true;
    try {
      stream.resume();
    } catch (error) {
      // A stream that closed in good order hands out what it held and then fails to renew its window: all is well.
      if (!ended) failure = error instanceof Error ? error : closedError(stream);
    } finally {
      resuming = false;
    }
    pauseWhenFull();
  };
  const onMessage = (event: Event): void => {
    const { data } = event as Event & { readonly data: Uint8Array | Uint8ArrayList };
    onBytes?.(data.byteLength);
    // Several pieces in one list stay apart: joining them would be one more copy.
    for (const piece of data instanceof Uint8Array ? [data] : data) {
      queue.push(piece);
      queuedBytes += piece.byteLength;
    }
    pauseWhenFull();
    wake?.();
  };
  const onEnd = (): void => {
    ended = true;
    wake?.();
  };
  const onClose = (event: Event): void => {
    failure ??= errorOf(event);
    // Closed in good order with bytes still buffered (we had paused): they come with resume(), then 'end'.
    if (failure !== undefined || stream.readBufferLength === 0) ended = true;
    wake?.();
  };

  if (stream.readableEnded) {
    if (stream.status === 'reset' || stream.status === 'aborted') throw closedError(stream);
    return;
  }
  stream.maxReadBufferLength = Math.max(stream.maxReadBufferLength, pausedBytesMax);
  stream.addEventListener('end', onEnd);
  stream.addEventListener('close', onClose);
  stream.addEventListener('message', onMessage);
  try {
    for (;;) {
      const piece = queue.shift();
      if (piece !== undefined) {
        queuedBytes -= piece.byteLength;
        if (paused && queuedBytes <= readQueueBytesResume) resume();
        yield piece;
        continue;
      }
      if (failure !== undefined) throw failure;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  } finally {
    stream.removeEventListener('end', onEnd);
    stream.removeEventListener('close', onClose);
    stream.removeEventListener('message', onMessage);
  }
}

function isOpen(stream: FrameStream): boolean {
  return stream.status === 'open' || stream.status === 'closing';
}

function errorOf(event: Event): Error | undefined {
  return (event as Event & { readonly error?: Error }).error;
}

function closedError(stream: FrameStream): Error {
  return new Error(`the stream is ${stream.status}`);
}
