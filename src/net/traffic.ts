/**
 * Bytes on the wire for each device: everything that its TCP connections carried, handshake, encryption and framing included.
 * The gate hands over each connection once the device is authenticated; the counts of closed ones are kept, so totals
 * survive reconnects.
 */
import type { Connection, MultiaddrConnection } from '@libp2p/interface';
import type { DeviceId } from '../core/identifiers.ts';

export interface ByteCounts {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The part of net.Socket that counts; @libp2p/tcp keeps the socket on its connections. */
interface CountingSocket {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

interface DeviceTraffic {
  closedIn: number;
  closedOut: number;
  readonly open: Set<CountingSocket>;
}

export class Traffic {
  readonly #devices = new Map<DeviceId, DeviceTraffic>();
  /** A Connection and the transport's connection under it share one `timeline` object, and no public name besides. */
  readonly #sockets = new WeakMap<object, CountingSocket>();

  /** Counts `transport` for `device` from its first byte on. */
  track(device: DeviceId, transport: MultiaddrConnection): void {
    const socket = (transport as unknown as { readonly socket?: CountingSocket }).socket;
    if (typeof socket?.bytesRead !== 'number') throw new Error('this transport does not count its bytes');
    let traffic = this.#devices.get(device);
    if (traffic === undefined) {
      traffic = { closedIn: 0, closedOut: 0, open: new Set() };
      this.#devices.set(device, traffic);
    }
    const { open } = traffic;
    const counts = traffic;
    open.add(socket);
    this.#sockets.set(transport.timeline, socket);
    transport.addEventListener(
      'close',
      () => {
        if (!open.delete(socket)) return;
        counts.closedIn += socket.bytesRead;
        counts.closedOut += socket.bytesWritten;
      },
      { once: true },
    );
  }

  totals(device: DeviceId): ByteCounts {
    const traffic = this.#devices.get(device);
    if (traffic === undefined) return { bytesIn: 0, bytesOut: 0 };
    let bytesIn = traffic.closedIn;
    let bytesOut = traffic.closedOut;
    for (const socket of traffic.open) {
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    return { bytesIn, bytesOut };
  }

  /** Bytes that came in over this one connection. */
  received(connection: Connection): number {
    return this.#sockets.get(connection.timeline)?.bytesRead ?? 0;
  }

  /** Bytes that went over this one connection, both ways. */
  carried(connection: Connection): number {
    const socket = this.#sockets.get(connection.timeline);
    return socket === undefined ? 0 : socket.bytesRead + socket.bytesWritten;
  }

  forget(device: DeviceId): void {
    this.#devices.delete(device);
  }
}
