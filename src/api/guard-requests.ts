/**
 * Who may speak to the local API. Loopback is open to every program and every web page on this machine, so each request has to
 * show the token from api.json, name a host that is this server (against DNS rebinding), and, if a browser sends it, come from
 * a page of this very server (against cross-site requests).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Problem } from '../base/problem.ts';

export interface Refusal {
  readonly status: 401 | 403 | 404;
  readonly problem: Problem;
}

/** `hosts`: every `HOST:PORT` that is this server. */
export function refusalOf(request: IncomingMessage, hosts: ReadonlySet<string>, token: string): Refusal | undefined {
  const url = request.url ?? '';
  // 'GET http://elsewhere/': a second, hidden host.
  if (!url.startsWith('/')) return forbidden('REQUEST_TARGET_FORBIDDEN', 'the request must name a path only');
  const host = onlyHeader(request, 'host');
  if (host === undefined || !hosts.has(host.toLowerCase())) {
    return forbidden('HOST_FORBIDDEN', 'this address is not served here: use the one in api.json');
  }
  if (hasHeader(request, 'origin')) {
    const origin = onlyHeader(request, 'origin')?.toLowerCase();
    if (origin === undefined || !origin.startsWith('http://') || !hosts.has(origin.slice('http://'.length))) {
      return forbidden('ORIGIN_FORBIDDEN', 'web pages from elsewhere have no access to this API');
    }
  }
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return forbidden('ORIGIN_FORBIDDEN', 'web pages from elsewhere have no access to this API');
  }
  if (isOpen(request)) return undefined;
  const given = /^Bearer ([\w-]{1,128})$/i.exec(onlyHeader(request, 'authorization') ?? '')?.[1];
  if (given === undefined || !equalInConstantTime(given, token)) {
    const what = 'the token is missing or not the one in api.json (a new one is made at each start)';
    return { status: 401, problem: new Problem('TOKEN_REFUSED', what) };
  }
  return undefined;
}

/** Only says that the daemon lives. */
function isOpen(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.url === '/healthz';
}

function forbidden(code: string, message: string): Refusal {
  return { status: 403, problem: new Problem(code, message) };
}

function hasHeader(request: IncomingMessage, name: string): boolean {
  return valuesOf(request, name).length > 0;
}

/** Undefined for a header that is absent or doubled: Node keeps the first, others the last, and an attacker both. */
function onlyHeader(request: IncomingMessage, name: string): string | undefined {
  const values = valuesOf(request, name);
  return values.length === 1 ? values[0] : undefined;
}

function valuesOf(request: IncomingMessage, name: string): string[] {
  const raw = request.rawHeaders;
  return raw.flatMap((value, index) => (index % 2 === 1 && raw[index - 1]?.toLowerCase() === name ? [value] : []));
}

/** Hashes have one length and hide how far a guess was right. */
function equalInConstantTime(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
