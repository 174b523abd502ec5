/**
 * One HTTP request to the daemon over node:http: a connection of its own that ends with it, so nothing lingers and no proxy
 * setting or global agent has a say. Every failure comes out as a Problem; an abort as the signal's own reason.
 */
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Problem, messageOf } from '../base/problem.ts';
import { errnoOf } from '../config/errno.ts';
import { problemFrom } from './problem-document.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query; begins with a slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Until the answer begins; undefined: as long as it takes. */
  readonly timeoutMs?: number | undefined;
}

export interface Target {
  readonly address: string;
  readonly token: string | undefined;
  /** What to say when nobody answers. */
  readonly noDaemon: () => Problem;
}

const answerBytesMax = 64 * 1024 * 1024;

/** System errors of a connection that was never made. */
const nobodyThere: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EHOSTUNREACH']);

/** The response once it has begun, status 2xx; other statuses are thrown as the Problem that they carry. */
export async function open(target: Target, exchange: Exchange): Promise<IncomingMessage> {
  const response = await send(target, exchange);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  const body = await read(target, response, exchange.signal);
  throw problemOf(body, status, exchange);
}

/** The whole answer as JSON; undefined for an empty one. */
export async function exchangeJson(target: Target, exchange: Exchange): Promise<unknown> {
  const body = await read(target, await open(target, exchange), exchange.signal);
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw notUnderstood(target, error);
  }
}

/** Reads a response to its end. */
async function read(target: Target, response: IncomingMessage, signal: AbortSignal | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > answerBytesMax) throw notUnderstood(target, new Error(`an answer above ${answerBytesMax} bytes`));
      chunks.push(chunk);
    }
  } catch (error) {
    throw failure(target, error, signal);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(target: Target, { method, path, body, signal, timeoutMs }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const { hostname, port } = new URL(target.address);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (target.token !== undefined) headers['authorization'] = `Bearer ${target.token}`;
    if (text !== undefined) headers['content-type'] = 'application/json';
    const request = httpRequest({ host: hostname.replace(/^\[|\]$/g, ''), port, method, path, headers, agent: false });
    const onAbort = (): void => {
      request.destroy(new Error('aborted'));
    };
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => request.destroy(timedOut(timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    // Not once: a request can fail again while it is torn down.
    request.on('error', (error) => reject(failure(target, error, signal)));
    request.once('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
    request.end(text);
  });
}

function timedOut(timeoutMs: number): Problem {
  const what = `the daemon did not answer within ${Math.round(timeoutMs / 1000)} seconds; its log may say why`;
  return new Problem('API_TIMEOUT', what, { exitCode: 3 });
}

/** What to throw for a transport error. */
export function failure(target: Target, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof Problem) return error;
  if (nobodyThere.has(errnoOf(error) ?? '')) return target.noDaemon();
  return new Problem(
    'API_CONNECTION_LOST',
    `the connection to the daemon broke (${messageOf(error)}); it may have been stopped: see p2psync status`,
    { cause: error },
  );
}

function problemOf(body: string, status: number, { method, path }: Exchange): Problem {
  try {
    const problem = problemFrom(JSON.parse(body));
    if (problem !== undefined) return problem;
  } catch {
    // Not JSON: not from our routes. The status is all there is to say.
  }
  return new Problem(
    'API_ANSWER_UNKNOWN',
    `the daemon answered ${method} ${path} with HTTP status ${status}; is it another version?`,
  );
}

function notUnderstood(target: Target, cause: unknown): Problem {
  return new Problem(
    'API_ANSWER_UNKNOWN',
    `what answers at ${target.address} is not understood (${messageOf(cause)}); is it another version of p2psync?`,
    { cause },
  );
}
