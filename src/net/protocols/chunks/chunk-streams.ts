/** The chunks streams that this side opened, kept open for a while between uses: opening one costs a round trip. */
import type { Connection } from '@libp2p/interface';
import { netLimits } from '../../net-limits.ts';
import type { RateLimiter } from '../../rate-limiter.ts';
import { openStream, protocolIds } from '../streams.ts';
import { ChunkStream } from './chunk-stream.ts';

interface IdleStream {
  readonly stream: ChunkStream;
  readonly timer: NodeJS.Timeout;
}

export class ChunkStreams {
  readonly #limiter: RateLimiter;
  readonly #idle = new WeakMap<Connection, IdleStream[]>();

  readonly #retired = new WeakSet<Connection>();

  /** `limiter`: what may be fetched. */
  constructor(limiter: RateLimiter) {
    this.#limiter = limiter;
  }

  async take(connection: Connection, signal: AbortSignal): Promise<ChunkStream> {
    const idle = this.#idle.get(connection) ?? [];
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      clearTimeout(last.timer);
      if (last.stream.connected) return last.stream;
    }
    return new ChunkStream(await openStream(connection, protocolIds.chunks, signal), this.#limiter);
  }

  /** To be called once, whatever became of the use. */
  giveBack(connection: Connection, stream: ChunkStream): void {
    if (!stream.idle) return stream.end(new Error('not all answers were taken'));
    let idle = this.#idle.get(connection);
    if (idle === undefined) {
      idle = [];
      this.#idle.set(connection, idle);
    }
    if (idle.length >= netLimits.idleStreamsMax || this.#retired.has(connection))
      return stream.end(new Error('not needed any more'));
    const list = idle;
    const entry: IdleStream = {
      stream,
      timer: setTimeout(() => {
        list.splice(list.indexOf(entry), 1);
        stream.end(new Error('not needed any more'));
      }, netLimits.idleStreamMsMax),
    };
    // The program may end meanwhile.
    entry.timer.unref();
    list.push(entry);
  }

  /** No streams are kept for this connection any more: it is about to be closed, once those in use are done. */
  retire(connection: Connection): void {
    this.#retired.add(connection);
    for (const { stream, timer } of this.#idle.get(connection)?.splice(0) ?? []) {
      clearTimeout(timer);
      stream.end(new Error('the connection is given up'));
    }
  }
}
