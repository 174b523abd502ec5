/** The local API as a Fastify instance that does not listen yet: limits, guards, errors, routes. server.ts gives it a port. */
import type { Server } from 'node:http';
import swagger from '@fastify/swagger';
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { Logger } from '../base/log.ts';
import { Problem, messageOf } from '../base/problem.ts';
import type { ApiLimits } from './api-limits.ts';
import type { Control } from './control.ts';
import { refusalOf } from './guard-requests.ts';
import { openapiOptions } from './openapi.ts';
import { problemContentType, problemDocument } from './problem-document.ts';
import type { RequestSignals } from './request-signals.ts';
import { addActivityRoutes } from './routes/activity.ts';
import { addConflictRoutes } from './routes/conflicts.ts';
import { addDeviceRoutes } from './routes/devices.ts';
import { addEventRoutes } from './routes/events.ts';
import { addExplainRoutes } from './routes/explain.ts';
import { addFolderRoutes } from './routes/folders.ts';
import { addIgnoreRoutes } from './routes/ignores.ts';
import { addLimitRoutes } from './routes/limits.ts';
import { addPairingRoutes } from './routes/pairing.ts';
import { addPastRoutes } from './routes/past.ts';
import type { RouteContext } from './routes/route.ts';

export interface AppOptions {
  readonly control: Control;
  readonly logger: Logger;
  readonly limits: ApiLimits;
  readonly token: string;
  /** Every HOST:PORT that is this server; complete before the first request. */
  readonly hosts: ReadonlySet<string>;
  readonly signals: RequestSignals;
}

/** Labels are path segments: up to 256 bytes, each of them three characters in a URL. */
const pathParameterLengthMax = 4096;

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { control, logger, limits, token, hosts, signals } = options;
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    routerOptions: { maxParamLength: pathParameterLengthMax },
    forceCloseConnections: true,
    // A request during close gets an answer of ours, not Fastify's.
    return503OnClosing: false,
    http: {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      // How late a dribbling client may be found out.
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
  });
  const server: Server = app.server;
  server.maxConnections = limits.connectionsMax;
  app.removeContentTypeParser('text/plain');
  // Schemas of replies describe; what Control returns goes out as it is.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));

  app.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOf(request.raw, hosts, token);
    if (refusal === undefined) return;
    // What a refused request would still send is not worth reading.
    void reply.header('connection', 'close');
    return sendProblem(reply, refusal.problem, refusal.status);
  });
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = knownError(error);
    if (known !== undefined) return sendProblem(reply, known.problem, known.status);
    if (reply.raw.destroyed) return reply;
    logger.error({ error, method: request.method, route: request.routeOptions.url }, 'a request failed unexpectedly');
    const internal = new Problem('INTERNAL', "internal error; p2psync's log has the details");
    return sendProblem(reply, internal, 500);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new Problem('NO_SUCH_ROUTE', `the API has no ${request.method} at this path; see /v1/openapi.json`),
      404,
    ),
  );

  await app.register(swagger, openapiOptions);
  const context: RouteContext = { control, logger, limits, signalOf: (reply) => signals.signalFor(reply.raw) };
  app.after(() => {
    app.get('/healthz', { schema: { hide: true } }, () => ({ ok: true, pid: process.pid }));
    app.get('/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
    addActivityRoutes(app, context);
    addExplainRoutes(app, context);
    addPairingRoutes(app, context);
    addDeviceRoutes(app, context);
    addFolderRoutes(app, context);
    addIgnoreRoutes(app, context);
    addLimitRoutes(app, context);
    addEventRoutes(app, context);
    addPastRoutes(app, context);
    addConflictRoutes(app, context);
  });
  await app.ready();
  return app;
}

function sendProblem(reply: FastifyReply, problem: Problem, status?: number): FastifyReply {
  const document = problemDocument(problem, status);
  return reply.code(document.status).type(problemContentType).send(JSON.stringify(document));
}

/** What the client did wrong, or what the daemon refuses in words; undefined: a bug. */
function knownError(error: FastifyError | Problem): { problem: Problem; status?: number } | undefined {
  if (error instanceof Problem) return { problem: error };
  if (error.validation !== undefined) {
    return { problem: new Problem('REQUEST_INVALID', messageOf(error), { exitCode: 2 }), status: 400 };
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status > 499) return undefined;
  const codes: Readonly<Record<number, string>> = { 413: 'REQUEST_TOO_LARGE', 415: 'CONTENT_TYPE_UNSUPPORTED' };
  return { problem: new Problem(codes[status] ?? 'REQUEST_INVALID', messageOf(error), { exitCode: 2 }), status };
}
