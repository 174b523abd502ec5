/**
 * The producer's side of the chunks protocol. Requests of one stream are answered in order; while one answer is being sent
 * the next ones are read from disk, as far ahead as the device's budget of bytes in memory allows.
 */
import type { Stream } from '@libp2p/interface';
import type { DeviceId, FolderId } from '../../../core/identifiers.ts';
import { decodeChunks, encodeChunks } from '../../../wire/codec.ts';
import { readFrames, writeFrame, writeFramePaced } from '../../../wire/framing.ts';
import { limits } from '../../../wire/limits.ts';
import { ProtocolError, type ChunksMessage } from '../../../wire/messages.ts';
import type { ByteBudget } from '../../byte-budget.ts';
import type { ChunkRequest, ServerLookup } from '../../folder-types.ts';
import { netLimits } from '../../net-limits.ts';
import type { RateLimiter } from '../../rate-limiter.ts';
import { asError, type IncomingStream } from '../streams.ts';

export interface ServeChunksOptions {
  readonly lookup: (device: DeviceId, folder: FolderId) => ServerLookup;
  /** Of this device, all its streams together. */
  readonly budget: ByteBudget;
  readonly limiter: RateLimiter;
}

type Requested = Extract<ChunksMessage, { type: 'chunk-request' | 'manifest-request' }>;

/** An answer under way. `messages` is made while earlier answers are still being sent; `release` gives its memory back. */
interface Answer {
  readonly messages: Promise<Iterable<ChunksMessage>>;
  readonly release: () => void;
}

/** Serves one stream until the consumer ends it. Rejects when the consumer breaks the protocol. */
export async function serveChunks(
  { stream, device, signal }: IncomingStream,
  options: ServeChunksOptions,
): Promise<void> {
  const queue = new AnswerQueue(netLimits.servingAheadMax);
  const sending = sendAnswers(stream, queue, options.limiter, signal);
  sending.catch((error: unknown) => {
    queue.fail(asError(error));
    stream.abort(asError(error));
  });
  try {
    for await (const frame of readFrames(stream, { frameBytesMax: netLimits.requestFrameBytesMax })) {
      const message = decodeChunks(frame);
      if (message.type !== 'chunk-request' && message.type !== 'manifest-request') {
        throw new ProtocolError('chunks', `a ${message.type} where a request should come`);
      }
      await prepare(message, device, options, queue, signal);
    }
    queue.end();
    await sending;
  } finally {
    queue.fail(new Error('the stream ended'));
  }
}

/** Queues the answers to one request; waits while too much is queued. */
async function prepare(
  message: Requested,
  device: DeviceId,
  { lookup, budget, limiter }: ServeChunksOptions,
  queue: AnswerQueue,
  signal: AbortSignal,
): Promise<void> {
  const found = lookup(device, message.folder);
  const server = typeof found === 'string' ? undefined : found.server;
  if (message.type === 'manifest-request') {
    const release = server === undefined ? () => {} : await budget.take(netLimits.servingManifestBytes, signal);
    const manifest = server?.manifest(message.path, message.contentHash) ?? Promise.resolve(undefined);
    await queue.push({ messages: manifest.then((chunks) => manifestPages(message.id, chunks)), release });
    return;
  }
  for (const group of responses(message.chunks, answerBytesMax(limiter))) {
    const bytes = group.reduce((sum, { length }) => sum + length, 0);
    const release = server === undefined ? () => {} : await budget.take(bytes, signal);
    const chunks = server?.chunks(group) ?? Promise.resolve(group.map(() => undefined));
    // A device gets what it asked for and nothing else; what the disk holds instead is not there.
    const messages = chunks.then((contents): ChunksMessage[] => [
      {
        type: 'chunk-response',
        id: message.id,
        chunks: group.map(({ length }, i) => (contents[i]?.length === length ? contents[i] : undefined)),
      },
    ]);
    await queue.push({ messages, release });
  }
}

async function sendAnswers(
  stream: Stream,
  queue: AnswerQueue,
  limiter: RateLimiter,
  signal: AbortSignal,
): Promise<void> {
  for (let answer = await queue.next(); answer !== undefined; answer = await queue.next()) {
    try {
      for (const message of await answer.messages) {
        await send(stream, message, limiter, signal);
      }
    } finally {
      answer.release();
    }
  }
}

async function send(stream: Stream, message: ChunksMessage, limiter: RateLimiter, signal: AbortSignal): Promise<void> {
  const bytes = encodeChunks(message);
  if (limiter.bytesPerSecond === undefined || contentBytes(message) === 0) return writeFrame(stream, bytes, signal);
  await writeFramePaced(stream, bytes, signal, netLimits.pacedBytesMax, (slice) => limiter.take(slice, signal));
}

/** Less while a low rate is kept: whoever waits for an answer does not wait forever. */
function answerBytesMax({ bytesPerSecond = Infinity }: RateLimiter): number {
  return Math.min(limits.chunkResponseBytesMax, (bytesPerSecond * netLimits.pacedAnswerMsMax) / 1000);
}

/** Requests in runs whose contents fit into one response. */
function responses(requests: readonly ChunkRequest[], bytesMax: number): ChunkRequest[][] {
  const groups: ChunkRequest[][] = [];
  let group: ChunkRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    if (group.length > 0 && bytes + request.length > bytesMax) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(request);
    bytes += request.length;
  }
  groups.push(group);
  return groups;
}

/** Made one after another: of a huge file's list no second copy is held. */
function* manifestPages(id: number, manifest: readonly ChunkRequest[] | undefined): Generator<ChunksMessage> {
  if (manifest === undefined) {
    yield { type: 'manifest-response', id, found: false, chunks: [], last: true };
    return;
  }
  const size = limits.chunksPerManifestPageMax;
  for (let at = 0; at === 0 || at < manifest.length; at += size) {
    const chunks = manifest.slice(at, at + size);
    yield { type: 'manifest-response', id, found: true, chunks, last: at + size >= manifest.length };
  }
}

export function contentBytes(message: ChunksMessage): number {
  if (message.type !== 'chunk-response') return 0;
  return message.chunks.reduce((sum, content) => sum + (content?.length ?? 0), 0);
}

/** Answers in order between who reads them from disk and who sends them. */
class AnswerQueue {
  readonly #answersMax: number;
  readonly #answers: Answer[] = [];
  #ended = false;
  #failure: Error | undefined;
  #taken: (() => void) | undefined;
  #added: (() => void) | undefined;

  constructor(answersMax: number) {
    this.#answersMax = answersMax;
  }

  /** Resolves when there is room for another. Rejects when nobody sends any more. */
  async push(answer: Answer): Promise<void> {
    // Its failure is met where it is sent; meanwhile it is not an unhandled one.
    answer.messages.catch(() => undefined);
    if (this.#failure !== undefined) {
      answer.release();
      throw this.#failure;
    }
    this.#answers.push(answer);
    this.#added?.();
    while (this.#answers.length >= this.#answersMax && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#taken = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Undefined at the end. */
  async next(): Promise<Answer | undefined> {
    while (this.#answers.length === 0 && !this.#ended && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#added = resolve;
      });
    }
    if (this.#failure !== undefined) return undefined;
    const answer = this.#answers.shift();
    this.#taken?.();
    return answer;
  }

  end(): void {
    this.#ended = true;
    this.#added?.();
  }

  /** Gives back what is queued. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const answer of this.#answers.splice(0)) {
      // The bytes are in memory until the disk has delivered them.
      void answer.messages.then(answer.release, answer.release);
    }
    this.#added?.();
    this.#taken?.();
  }
}
