/**
 * The producer's side of the index protocol: one stream is one subscription of one folder. Records go out as soon as they are
 * written, the folder's state now and then; the consumer's acknowledgements come back on the same stream.
 */
import { withLinkedSignal } from '../../../base/abort.ts';
import { isOlderThan } from '../../../core/epochs.ts';
import type { DeviceId, FolderId } from '../../../core/identifiers.ts';
import type { AnnouncedRecord } from '../../../core/record.ts';
import { decodeIndex, encodeIndex } from '../../../wire/codec.ts';
import { readFrames, writeFrame } from '../../../wire/framing.ts';
import { ProtocolError, type IndexMessage } from '../../../wire/messages.ts';
import type { FolderServer, RemoteFolderState, ServerLookup } from '../../folder-types.ts';
import { netLimits } from '../../net-limits.ts';
import type { IncomingStream } from '../streams.ts';

/** Serves one subscription until the stream or the folder ends. Rejects when the consumer breaks the protocol. */
export async function serveIndex(
  { stream, device, signal }: IncomingStream,
  lookup: (device: DeviceId, folder: FolderId) => ServerLookup,
): Promise<void> {
  const messages = readFrames(stream, { frameBytesMax: netLimits.requestFrameBytesMax });
  const first = await messages.next();
  if (first.done === true) return;
  const request = decodeIndex(first.value);
  if (request.type !== 'index-request') throw new ProtocolError('index', `a ${request.type} came before the request`);
  const found = lookup(device, request.folder);
  if (typeof found === 'string') {
    await writeFrame(stream, encodeIndex({ type: 'index-refused', reason: found }), signal);
    return;
  }
  const { server } = found;
  if (request.replica === server.replica && isOlderThan(server, { sequence: request.after, epoch: request.epoch })) {
    // What this index says now would pass for newer than what the consumer knows, and is not.
    await writeFrame(stream, encodeIndex({ type: 'index-refused', reason: 'not-ready' }), signal);
    return server.indexOlder(device);
  }
  await withLinkedSignal([signal, found.signal], async (linked, abort) => {
    const send = (message: IndexMessage): Promise<void> => writeFrame(stream, encodeIndex(message), linked);
    const acknowledgements = readAcknowledgements(messages, server, device).then(
      () => abort(new Error('the subscriber ended')),
      (error: unknown) => abort(error),
    );
    try {
      const after = request.replica === server.replica ? request.after : 0;
      await send({ type: 'index-start', replica: server.replica, after });
      await produce(server, after, send, linked);
    } catch (error) {
      if (!linked.aborted) throw error;
      if (linked.reason instanceof ProtocolError) throw linked.reason;
    } finally {
      // Reading ends with the stream, which the caller closes after us; nothing waits for it here.
      void acknowledgements;
    }
  });
}

async function readAcknowledgements(
  messages: AsyncIterable<Uint8Array>,
  server: FolderServer,
  device: DeviceId,
): Promise<void> {
  for await (const frame of messages) {
    const message = decodeIndex(frame);
    if (message.type !== 'index-ack') throw new ProtocolError('index', `a ${message.type} where an ack should come`);
    if (message.sequence > server.lastSequence()) {
      throw new ProtocolError('index.ack.sequence', `${message.sequence} was never announced`);
    }
    server.acknowledged(device, message.sequence);
  }
}

/** Sends records and states as they come; never resolves by itself. One message is on its way at a time. */
async function produce(
  server: FolderServer,
  after: number,
  send: (message: IndexMessage) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const changes = new ChangeBell(server, signal);
  let sent = after;
  let lastState = '';
  let stateMs = -Infinity;
  const sendState = async (): Promise<void> => {
    const state = server.state();
    const text = stateText(state);
    if (text === lastState) return;
    lastState = text;
    stateMs = performance.now();
    await send({ type: 'index-state', ...pickState(state) });
  };
  try {
    await sendState();
    for (;;) {
      changes.clear();
      sent = await sendRecords(server, sent, send, signal);
      const waitMs = stateMs + netLimits.indexStateEveryMs - performance.now();
      if (waitMs <= 0) await sendState();
      // The state is said again after the pause, records in the meantime come at once.
      const due = stateText(server.state()) === lastState ? undefined : Math.max(1, waitMs);
      await changes.wait(due);
    }
  } finally {
    changes.close();
  }
}

/** All records above `after`; returns what the consumer is complete up to now. */
async function sendRecords(
  server: FolderServer,
  after: number,
  send: (message: IndexMessage) => Promise<void>,
  signal: AbortSignal,
): Promise<number> {
  let sent = after;
  for (;;) {
    signal.throwIfAborted();
    // Read before the records: what is written in between is not promised yet.
    const last = server.lastSequence();
    if (last <= sent) return sent;
    const records = await server.since(sent, netLimits.indexBatchRecordsMax);
    const full = records.length >= netLimits.indexBatchRecordsMax;
    const upTo = Math.max(records.at(-1)?.sequence ?? 0, full ? 0 : last);
    // A full page may end in the middle of a commit; one that is not full is all there was, read in one view.
    const whole = !full || upTo === server.lastSequence();
    for (const batch of split(records)) {
      const isLast = batch.at(-1) === records.at(-1);
      const batchUpTo = isLast ? upTo : (batch.at(-1)?.sequence ?? upTo);
      await send({
        type: 'index-update',
        records: batch,
        upTo: batchUpTo,
        caughtUp: isLast && whole,
        epoch: server.epochAt(batchUpTo),
      });
    }
    sent = upTo;
  }
}

/** Runs of at most indexBatchBytesMax; at least one, which may be empty. */
function split(records: readonly AnnouncedRecord[]): AnnouncedRecord[][] {
  const batches: AnnouncedRecord[][] = [[]];
  let bytes = 0;
  for (const record of records) {
    const more = roughBytes(record);
    let batch = batches.at(-1) as AnnouncedRecord[];
    if (batch.length > 0 && bytes + more > netLimits.indexBatchBytesMax) {
      batch = [];
      batches.push(batch);
      bytes = 0;
    }
    batch.push(record);
    bytes += more;
  }
  return batches;
}

/** Not less than the record takes on the wire, nearly always. */
function roughBytes({ path, entry, version }: AnnouncedRecord): number {
  return 120 + 3 * path.length + (entry.kind === 'symlink' ? 3 * entry.target.length : 0) + 24 * version.length;
}

function pickState({ sequence, digest, state, needFiles, needBytes }: RemoteFolderState): RemoteFolderState {
  return { sequence, digest, state, needFiles, needBytes };
}

function stateText(state: RemoteFolderState): string {
  return JSON.stringify(pickState(state));
}

/** Tells that the server changed since `clear`. */
class ChangeBell {
  #rung = false;
  #wake: (() => void) | undefined;
  readonly #signal: AbortSignal;
  readonly #unlisten: () => void;
  readonly #onAbort = (): void => this.#wake?.();

  constructor(server: FolderServer, signal: AbortSignal) {
    this.#signal = signal;
    this.#unlisten = server.onChange(() => {
      this.#rung = true;
      this.#wake?.();
    });
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  clear(): void {
    this.#rung = false;
  }

  /** Until a change, or for `ms`. Rejects with the signal's reason. */
  async wait(ms: number | undefined): Promise<void> {
    if (!this.#rung && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#signal.throwIfAborted();
  }

  close(): void {
    this.#unlisten();
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
