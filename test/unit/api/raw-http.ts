/** HTTP written by hand over a socket, for requests that no client library would send. */
import { type Socket, connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends `text` as it is and reads until the server closes. Status 0: closed without an answer. */
export function rawRequest(address: string, text: string, whenOpen?: (socket: Socket) => void): Promise<RawAnswer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8');
    });
    // A reset is an end as well; what came before it counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const [head = '', ...rest] = answer.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1] ?? 0), head, body: rest.join('\r\n\r\n') });
    });
    socket.write(text);
    whenOpen?.(socket);
  });
}

/** A request with the usual headers, closing afterwards; later ones come in addition, `host: null` leaves it out. */
export function requestText(
  line: string,
  options: { host: string | null; token?: string; headers?: readonly string[]; body?: string },
): string {
  const headers = [...(options.headers ?? []), 'connection: close'];
  if (options.host !== null) headers.unshift(`host: ${options.host}`);
  if (options.token !== undefined) headers.push(`authorization: Bearer ${options.token}`);
  if (options.body !== undefined) headers.push(`content-length: ${Buffer.byteLength(options.body)}`);
  return `${line} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${options.body ?? ''}`;
}
