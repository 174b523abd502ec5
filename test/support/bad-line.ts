/**
 * A TCP proxy on the loopback that stands for a bad line: so many bytes a second, a delay, stalls, and connections that are cut at
 * random. It changes and reorders nothing: TCP does not either.
 */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

export interface BadLineOptions {
  /** Bytes per second, each way, all connections together. */
  readonly bytesPerSecond: number;
  readonly delayMs: number;
  /** A connection is cut after so many bytes, more or less. */
  readonly cutAfterBytes: number;
  /** Now and then nothing passes for so long. */
  readonly stallMs: number;
  /** 0 to 1. */
  readonly random: () => number;
}

const sliceMs = 20;

export class BadLine {
  readonly #server: Server;
  readonly #options: BadLineOptions;
  readonly #sockets = new Set<Socket>();
  cuts = 0;
  bytes = 0;

  private constructor(server: Server, options: BadLineOptions) {
    this.#server = server;
    this.#options = options;
  }

  static start(toPort: number, options: BadLineOptions): Promise<BadLine> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true });
      const line = new BadLine(server, options);
      server.on('error', reject);
      server.on('connection', (near) =>
        line.#join(near, connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true })),
      );
      server.listen(0, '127.0.0.1', () => resolve(line));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #join(near: Socket, far: Socket): void {
    const { cutAfterBytes, random } = this.#options;
    const budget = { bytes: cutAfterBytes * (0.5 + random()) };
    const cut = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    void this.#carry(near, far, budget, cut);
    void this.#carry(far, near, budget, cut);
  }

  async #carry(from: Socket, to: Socket, budget: { bytes: number }, cut: () => void): Promise<void> {
    const { bytesPerSecond, delayMs, stallMs, random } = this.#options;
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const slice = Math.ceil((bytesPerSecond * sliceMs) / 1000);
    try {
      for await (const data of from as AsyncIterable<Buffer>) {
        await pause(delayMs);
        for (let at = 0; at < data.length; at += slice) {
          const piece = data.subarray(at, at + slice);
          if (random() < 0.002) await pause(stallMs);
          await pause(sliceMs * (piece.length / slice));
          this.bytes += piece.length;
          budget.bytes -= piece.length;
          if (budget.bytes < 0) {
            this.cuts++;
            return cut();
          }
          if (!to.write(piece)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
        }
      }
      to.end();
    } catch {
      cut();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
