/**
 * Starts and stops the local API. It listens first and writes api.json then, so whoever finds the file finds the server; on
 * close, waits in flight are called off, answers that are under way get a moment, and the file goes if it still is ours.
 */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { Problem, messageOf } from '../base/problem.ts';
import { errnoOf } from '../config/errno.ts';
import { removeApiFile, writeApiFile } from './api-file.ts';
import { type ApiLimits, apiLimits } from './api-limits.ts';
import { buildApp } from './app.ts';
import type { Control } from './control.ts';
import { RequestSignals } from './request-signals.ts';

export interface ApiOptions {
  readonly control: Control;
  /** IP address or localhost, without brackets; see parseUi. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly home: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** For tests. */
  readonly limits?: Partial<ApiLimits>;
}

export interface RunningApi {
  /** e.g. http://127.0.0.1:41234 */
  readonly address: string;
  readonly token: string;
  /** Resolves when no connection is left, within closeGraceMsMax; safe to repeat. */
  close(): Promise<void>;
}

const tokenBytes = 32;

/** Problems: API_PORT_IN_USE, API_NOT_STARTED. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const limits = { ...apiLimits, ...options.limits };
  const token = randomBytes(tokenBytes).toString('base64url');
  const hosts = new Set<string>();
  const signals = new RequestSignals();
  const app = await buildApp({ control: options.control, logger: options.logger, limits, token, hosts, signals });
  let closing: Promise<void> | undefined;
  try {
    await listen(app, options.host, options.port);
    const { port } = app.server.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', bracketed(options.host)])
      hosts.add(`${host}:${port}`.toLowerCase());
    const address = `http://${reachable(options.host)}:${port}`;
    await writeApiFile(options.home, { address, token, pid: process.pid });
    options.logger.info({ address, startedAtMs: options.clock.now() }, 'local API listens');
    return {
      address,
      token,
      close: () => (closing ??= close(app, signals, options, limits, token)),
    };
  } catch (error) {
    await app.close();
    throw error instanceof Problem
      ? error
      : new Problem('API_NOT_STARTED', `the local API cannot start: ${messageOf(error)}`, { cause: error });
  }
}

/** The settings' "ADDR:PORT" taken apart; brackets around an IPv6 address are dropped. */
export function parseUi(ui: string): { host: string; port: number } {
  const colon = ui.lastIndexOf(':');
  return { host: ui.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(ui.slice(colon + 1)) };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    // For 'localhost' Fastify would open a second server on ::1.
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  } catch (error) {
    const where = `${bracketed(host)}:${port}`;
    if (errnoOf(error) === 'EADDRINUSE') {
      throw new Problem(
        'API_PORT_IN_USE',
        `another program uses ${where}, where the local API is to listen; choose another port with --ui or the key ui in config.toml (port 0: any free one)`,
        { cause: error },
      );
    }
    throw new Problem(
      'API_NOT_STARTED',
      `the local API cannot listen on ${where}: ${messageOf(error)}; choose another address with --ui or the key ui in config.toml`,
      { cause: error },
    );
  }
}

async function close(
  app: FastifyInstance,
  signals: RequestSignals,
  { home, logger }: ApiOptions,
  limits: ApiLimits,
  token: string,
): Promise<void> {
  signals.abortAll(new Problem('DAEMON_STOPPING', 'the daemon is stopping', { exitCode: 4 }));
  try {
    await removeApiFile(home, token);
  } catch (error) {
    // A file that stays is noticed by its readers: nothing answers at its address.
    logger.warn({ error }, 'api.json could not be removed');
  }
  const { server } = app;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), limits.closeGraceMsMax);
  try {
    await closed;
  } finally {
    clearTimeout(timer);
  }
  await app.close();
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** An address to connect to: nobody connects to "all addresses". */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '[::1]' : bracketed(host);
}
