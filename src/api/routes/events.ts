/** Events as newline-delimited JSON: those that are kept, then, when followed, each new one until the client goes away. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { withTimeout } from '../../base/abort.ts';
import { Problem } from '../../base/problem.ts';
import type { DaemonEvent } from '../control.ts';
import { body, event, problem, queryFlag, queryNumber } from '../schemas.ts';
import type { AddRoutes } from './route.ts';

export const addEventRoutes: AddRoutes = (app, { control, logger, limits, signalOf }) => {
  let followers = 0;

  app.get<{ Querystring: { since?: string; follow?: 'true' | 'false' } }>(
    '/v1/events',
    {
      schema: {
        summary:
          'Events after since (0: all that are kept), one JSON document a line; follow=true goes on with new ones',
        querystring: body({ since: queryNumber, follow: queryFlag }, []),
        response: {
          200: { description: 'One event a line.', content: { 'application/x-ndjson': { schema: event } } },
          default: { description: 'Why not.', content: { 'application/problem+json': { schema: problem } } },
        },
      },
    },
    async (request, reply) => {
      const signal = signalOf(reply);
      const follow = request.query.follow === 'true';
      if (followers >= limits.followersMax) {
        throw new Problem(
          'TOO_MANY_FOLLOWERS',
          `${limits.followersMax} programs are reading events already; end one of them`,
        );
      }
      followers++;
      try {
        const events = control.events(Number(request.query.since ?? 0), follow, signal);
        // From here on the reply is written by hand: Fastify would not know how to wait for a slow reader with a limit.
        reply.hijack();
        await writeEvents(reply.raw, events, signal, limits.followerStallMsMax);
      } catch (error) {
        if (!reply.sent) throw error;
        if (!signal.aborted) logger.warn({ error }, 'a reader of events was cut off');
        reply.raw.destroy();
      } finally {
        followers--;
      }
    },
  );
};

async function writeEvents(
  response: ServerResponse,
  events: AsyncIterable<DaemonEvent>,
  signal: AbortSignal,
  stallMsMax: number,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  // The client is to know at once that it is connected, events or not.
  response.flushHeaders();
  const stalled = new Error(`it took nothing for ${stallMsMax} ms`);
  for await (const event of events) {
    if (signal.aborted) break;
    if (response.write(`${JSON.stringify(event)}\n`)) continue;
    await withTimeout(stallMsMax, stalled, signal, (linked) => once(response, 'drain', { signal: linked }));
  }
  response.end();
}
