/**
 * How every protocol opens, receives and ends its streams. Every handler is registered through `handleProtocol`, which closes
 * the streams of devices that may not speak it and sees to it that no peer's fault goes further than its own stream.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { withTimeout } from '../../base/abort.ts';
import type { Logger } from '../../base/log.ts';
import { messageOf } from '../../base/problem.ts';
import type { DeviceId } from '../../core/identifiers.ts';
import { limits } from '../../wire/limits.ts';
import { ProtocolError } from '../../wire/messages.ts';
import { deviceOf } from '../gate.ts';
import { netLimits } from '../net-limits.ts';

export const protocolIds = {
  hello: '/p2psync/hello/1',
  index: '/p2psync/index/1',
  chunks: '/p2psync/chunks/1',
  pairing: '/p2psync/pairing/1',
} as const;

export interface IncomingStream {
  readonly stream: Stream;
  readonly connection: Connection;
  readonly device: DeviceId;
  /** Aborts when the stream closes, for whatever reason. */
  readonly signal: AbortSignal;
}

export interface ProtocolOptions {
  readonly logger: Logger;
  /** Who may speak this protocol now. */
  readonly admits: (device: DeviceId) => boolean;
  /** Streams of this protocol on one connection. */
  readonly streamsMax?: number;
}

/** Answers `protocol`. When `handler` resolves the stream is closed in good order, when it rejects it is reset. */
export async function handleProtocol(
  libp2p: Libp2p,
  protocol: string,
  options: ProtocolOptions,
  handler: (incoming: IncomingStream) => Promise<void>,
): Promise<void> {
  await libp2p.handle(
    protocol,
    (stream, connection) => {
      const device = deviceOf(connection.remotePeer);
      if (device === undefined || !options.admits(device)) {
        stream.abort(new Error('not admitted'));
        return;
      }
      void serve(stream, connection, device, protocol, options.logger, handler);
    },
    { maxInboundStreams: options.streamsMax ?? limits.streamsPerProtocolMax, maxOutboundStreams: 1024 },
  );
}

async function serve(
  stream: Stream,
  connection: Connection,
  device: DeviceId,
  protocol: string,
  logger: Logger,
  handler: (incoming: IncomingStream) => Promise<void>,
): Promise<void> {
  const closed = new AbortController();
  stream.addEventListener('close', () => closed.abort(new Error('the stream closed')), { once: true });
  try {
    await handler({ stream, connection, device, signal: closed.signal });
    await endStream(stream);
  } catch (error) {
    logStreamFailure(logger, device, protocol, error);
    stream.abort(asError(error));
  }
}

export function logStreamFailure(logger: Logger, device: DeviceId, protocol: string, error: unknown): void {
  if (error instanceof ProtocolError) {
    const fields = { device, protocol, field: error.field, error: error.message };
    logger.warn(fields, 'a device sent what does not keep the protocol; its stream was closed');
  } else {
    logger.debug({ device, protocol, error: messageOf(error) }, 'stream ended');
  }
}

/** A new stream on this connection. Rejects when the far side does not speak the protocol, or in time. */
export function openStream(connection: Connection, protocol: string, signal: AbortSignal): Promise<Stream> {
  const late = new Error(`the device did not answer within ${netLimits.openStreamMsMax} ms`);
  return withTimeout(netLimits.openStreamMsMax, late, signal, (linked) =>
    connection.newStream(protocol, { signal: linked, maxOutboundStreams: 1024 }),
  );
}

/** Ends our side; what the far side does not end in time is reset, so that no half-closed streams pile up. */
export async function endStream(stream: Stream): Promise<void> {
  if (stream.status !== 'open') return;
  const timer = setTimeout(() => stream.abort(new Error('the far side did not close its end')), netLimits.closeMsMax);
  stream.addEventListener('close', () => clearTimeout(timer), { once: true });
  try {
    await stream.close({ signal: AbortSignal.timeout(netLimits.closeMsMax) });
  } catch (error) {
    stream.abort(asError(error));
  }
}

/** Runs `work` with a signal that aborts with `signal` or when the stream closes. The stream is reset when `signal` aborts. */
export function bindStream(stream: Stream, signal: AbortSignal): { readonly signal: AbortSignal; unbind(): void } {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(signal.reason);
    stream.abort(asError(signal.reason));
  };
  const onClose = (event: Event): void => {
    controller.abort((event as Event & { readonly error?: Error }).error ?? new Error('the stream closed'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  stream.addEventListener('close', onClose);
  if (signal.aborted) onAbort();
  return {
    signal: controller.signal,
    unbind: () => {
      signal.removeEventListener('abort', onAbort);
      stream.removeEventListener('close', onClose);
    },
  };
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
