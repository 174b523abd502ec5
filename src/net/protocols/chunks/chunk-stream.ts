/**
 * The consumer's side of one chunks stream: asks, and hands out the answers in the order of the questions. What does not
 * fit the question breaks the stream. One user at a time (see chunk-streams.ts).
 */
import type { Stream } from '@libp2p/interface';
import { withTimeout } from '../../../base/abort.ts';
import type { FolderId, Hash } from '../../../core/identifiers.ts';
import type { RelativePath } from '../../../core/path.ts';
import type { Chunk, Manifest } from '../../../core/record.ts';
import { decodeChunks, encodeChunks } from '../../../wire/codec.ts';
import { readFrames, writeFrame } from '../../../wire/framing.ts';
import { limits } from '../../../wire/limits.ts';
import { ProtocolError, type ChunksMessage } from '../../../wire/messages.ts';
import type { ChunkRequest } from '../../folder-types.ts';
import { netLimits } from '../../net-limits.ts';
import type { RateLimiter } from '../../rate-limiter.ts';
import { asError, bindStream } from '../streams.ts';
import { contentBytes } from './serve-chunks.ts';

const idMax = 2 ** 32 - 1;

/** How long answers may take, as in netLimits. */
export interface AnswerWaits {
  readonly answerMsMax: number;
  readonly progressMsMax: number;
  readonly progressBytesMin: number;
}

export class ChunkStream {
  readonly #stream: Stream;
  readonly #frames: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #limiter: RateLimiter;
  readonly #waits: AnswerWaits;
  #nextId = 1;
  #bytesIn = 0;
  /** Questions without a complete answer. */
  #open = 0;

  constructor(stream: Stream, limiter: RateLimiter, waits: AnswerWaits = netLimits) {
    this.#stream = stream;
    this.#limiter = limiter;
    this.#waits = waits;
    this.#frames = readFrames(stream, {
      frameBytesMax: limits.frameBytesMax,
      onBytes: (bytes) => {
        this.#bytesIn += bytes;
      },
    });
  }

  /** True when every question was answered in full: the stream can be used again. */
  get idle(): boolean {
    return this.#open === 0 && this.#stream.status === 'open';
  }

  get connected(): boolean {
    return this.#stream.status === 'open';
  }

  end(reason: Error): void {
    this.#stream.abort(reason);
  }

  /** Contents in the order of `requests`, undefined where the device has none. Not verified, but of the asked length. */
  async *fetch(
    folder: FolderId,
    requests: readonly ChunkRequest[],
    signal: AbortSignal,
  ): AsyncGenerator<(Uint8Array | undefined)[], void, undefined> {
    const bound = bindStream(this.#stream, signal);
    const asked: { readonly id: number; readonly chunks: readonly ChunkRequest[] }[] = [];
    const groups = questions(requests);
    let next = 0;
    try {
      while (next < groups.length || asked.length > 0) {
        for (; next < groups.length && asked.length < netLimits.chunkRequestsInFlightMax; next++) {
          const chunks = groups[next] as ChunkRequest[];
          const id = this.#id();
          asked.push({ id, chunks });
          this.#open++;
          await this.#send({ type: 'chunk-request', id, folder, chunks }, bound.signal);
        }
        const question = asked.shift();
        if (question === undefined) break;
        for (let at = 0; at < question.chunks.length;) {
          const message = await this.#receive('chunk-response', question.id);
          checkContents(message.chunks, question.chunks, at);
          at += message.chunks.length;
          if (at === question.chunks.length) this.#open--;
          await this.#limiter.take(contentBytes(message), bound.signal);
          yield [...message.chunks];
        }
      }
    } catch (error) {
      this.end(asError(error));
      throw signal.aborted ? signal.reason : error;
    } finally {
      bound.unbind();
    }
  }

  /** The chunks of a file of `size` bytes; undefined when the device does not have it. */
  async manifest(
    folder: FolderId,
    path: RelativePath,
    contentHash: Hash,
    size: number,
    signal: AbortSignal,
  ): Promise<Manifest | undefined> {
    const bound = bindStream(this.#stream, signal);
    try {
      const id = this.#id();
      this.#open++;
      await this.#send({ type: 'manifest-request', id, folder, path, contentHash }, bound.signal);
      const chunks: Chunk[] = [];
      let bytes = 0;
      for (;;) {
        const page = await this.#receive('manifest-response', id);
        for (const chunk of page.chunks) {
          bytes += chunk.length;
          if (chunk.length === 0) throw new ProtocolError('chunks.manifest_response.lengths', 'an empty chunk');
          chunks.push(chunk);
        }
        if (bytes > size) {
          throw new ProtocolError('chunks.manifest_response.lengths', `more than the file's ${size} bytes`);
        }
        if (chunks.length > Math.min(limits.chunksPerFileMax, size / limits.chunkBytesMeanMin + 1)) {
          throw new ProtocolError('chunks.manifest_response.hashes', `too many chunks for ${size} bytes`);
        }
        if (!page.last) continue;
        this.#open--;
        if (!page.found) return undefined;
        if (bytes !== size) {
          throw new ProtocolError('chunks.manifest_response.lengths', `${bytes} bytes, the file has ${size}`);
        }
        return chunks;
      }
    } catch (error) {
      this.end(asError(error));
      throw signal.aborted ? signal.reason : error;
    } finally {
      bound.unbind();
    }
  }

  #id(): number {
    const id = this.#nextId;
    this.#nextId = (id % idMax) + 1;
    return id;
  }

  #send(message: ChunksMessage, signal: AbortSignal): Promise<void> {
    return writeFrame(this.#stream, encodeChunks(message), signal);
  }

  /** Ends the stream when the answer takes too long, or hardly anything of it comes: a frozen device must not hold us up. */
  async #nextFrame(): Promise<IteratorResult<Uint8Array, void>> {
    const { answerMsMax, progressMsMax, progressBytesMin } = this.#waits;
    const late = new Error(`no answer within ${answerMsMax} ms`);
    let seen = this.#bytesIn;
    const look = setInterval(() => {
      const bytes = this.#bytesIn - seen;
      seen = this.#bytesIn;
      if (bytes < progressBytesMin) this.end(new Error(`${bytes} bytes of an answer in ${progressMsMax} ms`));
    }, progressMsMax);
    try {
      return await withTimeout(answerMsMax, late, undefined, async (timeout) => {
        timeout.addEventListener('abort', () => this.end(late), { once: true });
        return this.#frames.next();
      });
    } finally {
      clearInterval(look);
    }
  }

  async #receive<Type extends 'chunk-response' | 'manifest-response'>(
    type: Type,
    id: number,
  ): Promise<Extract<ChunksMessage, { type: Type }>> {
    const frame = await this.#nextFrame();
    if (frame.done === true) throw new Error('the device closed the stream');
    const message: ChunksMessage = decodeChunks(frame.value);
    const answered = message.id;
    if (!isOfType(message, type)) throw new ProtocolError('chunks', `a ${message.type} where a ${type} should come`);
    if (answered !== id) throw new ProtocolError(`chunks.${type}.id`, `${answered} where ${id} should come`);
    return message;
  }
}

function isOfType<Type extends ChunksMessage['type']>(
  message: ChunksMessage,
  type: Type,
): message is Extract<ChunksMessage, { type: Type }> {
  return message.type === type;
}

function checkContents(
  contents: readonly (Uint8Array | undefined)[],
  asked: readonly ChunkRequest[],
  at: number,
): void {
  for (const [i, content] of contents.entries()) {
    const request = asked[at + i];
    if (request === undefined) throw new ProtocolError('chunks.chunk_response.chunks', 'more than was asked for');
    if (content !== undefined && content.length !== request.length) {
      throw new ProtocolError(
        'chunks.chunk_response.chunks.content',
        `${content.length} bytes where ${request.length} were asked for`,
      );
    }
  }
}

/** Requests in runs that one message may ask for. */
function questions(requests: readonly ChunkRequest[]): ChunkRequest[][] {
  const groups: ChunkRequest[][] = [];
  let group: ChunkRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    const full = group.length >= limits.chunksPerRequestMax || bytes + request.length > netLimits.chunkRequestBytesMax;
    if (group.length > 0 && full) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(request);
    bytes += request.length;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
