/** The consumer's side of the index protocol: what one device announces of one folder, as a sequence of checked events. */
import type { Stream } from '@libp2p/interface';
import { Problem } from '../../../base/problem.ts';
import type { EpochId, FolderId, ReplicaId } from '../../../core/identifiers.ts';
import { decodeIndex, encodeIndex } from '../../../wire/codec.ts';
import { readFrames, writeFrame } from '../../../wire/framing.ts';
import { limits } from '../../../wire/limits.ts';
import { ProtocolError, type IndexMessage } from '../../../wire/messages.ts';
import type { IndexEvent, IndexSubscription } from '../../folder-types.ts';
import { asError, bindStream } from '../streams.ts';

export interface IndexRequest {
  readonly folder: FolderId;
  readonly replica: ReplicaId | undefined;
  readonly after: number;
  readonly epoch: EpochId | undefined;
}

/**
 * Asks on a fresh stream, which it takes over. Resolves when the producer has answered; rejects with Problem INDEX_REFUSED
 * when it does not share the folder, INDEX_NOT_READY when it does not serve it now. `events` can be read once.
 */
export async function subscribeIndex(
  stream: Stream,
  request: IndexRequest,
  signal: AbortSignal,
): Promise<IndexSubscription> {
  const bound = bindStream(stream, signal);
  const end = (reason: Error): void => {
    bound.unbind();
    stream.abort(reason);
  };
  try {
    await writeFrame(stream, encodeIndex({ type: 'index-request', ...request }), bound.signal);
    const frames = readFrames(stream, { frameBytesMax: limits.frameBytesMax });
    const first = await frames.next();
    if (first.done === true) throw new Error('the device closed the stream');
    const start = checkStart(decodeIndex(first.value), request);
    return {
      events: follow(start, frames, end),
      acknowledge: (sequence) => writeFrame(stream, encodeIndex({ type: 'index-ack', sequence }), bound.signal),
      close: async () => end(new Error('the subscription was closed')),
    };
  } catch (error) {
    end(asError(error));
    throw signal.aborted ? signal.reason : error;
  }
}

type Start = Extract<IndexEvent, { type: 'start' }>;

function checkStart(message: IndexMessage, request: IndexRequest): Start {
  if (message.type === 'index-refused') {
    throw message.reason === 'not-ready'
      ? new Problem('INDEX_NOT_READY', 'the device has paused this folder or is still starting it')
      : new Problem('INDEX_REFUSED', 'the device does not share this folder with this one');
  }
  if (message.type !== 'index-start') throw new ProtocolError('index', `a ${message.type} came before the start`);
  const { replica, after } = message;
  if (after !== 0 && (replica !== request.replica || after !== request.after)) {
    throw new ProtocolError('index.start.after', `${after} was not asked for`);
  }
  return { type: 'start', replica, after };
}

async function* follow(
  start: Start,
  frames: AsyncIterable<Uint8Array>,
  end: (reason: Error) => void,
): AsyncGenerator<IndexEvent, void, undefined> {
  let complete = start.after;
  try {
    yield start;
    for await (const frame of frames) {
      const message = decodeIndex(frame);
      if (message.type === 'index-update') {
        checkOrder(message, complete);
        complete = message.upTo;
        const { records, upTo, caughtUp, epoch } = message;
        yield { type: 'records', records, upTo, caughtUp, epoch };
      } else if (message.type === 'index-state') {
        const { type: _, ...state } = message;
        yield { type: 'state', state };
      } else {
        throw new ProtocolError('index', `a ${message.type} from the producer`);
      }
    }
  } catch (error) {
    end(asError(error));
    throw error;
  } finally {
    end(new Error('the subscription ended'));
  }
}

/** Sequences only grow, and no record lies beyond what the update claims to be complete up to. */
function checkOrder({ records, upTo }: Extract<IndexMessage, { type: 'index-update' }>, complete: number): void {
  let last = complete;
  for (const { sequence } of records) {
    if (sequence <= last) throw new ProtocolError('index.update.records.sequence', `${sequence} came after ${last}`);
    last = sequence;
  }
  if (upTo < last) throw new ProtocolError('index.update.up_to', `${upTo} is below ${last}`);
}
