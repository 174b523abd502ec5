/** What the daemon does as a whole: status, wait, rescan, pause and resume, stop. */
import { body, flag, milliseconds, status, text, waitOutcome } from '../schemas.ts';
import { type AddRoutes, noContent, replies } from './route.ts';

export const addActivityRoutes: AddRoutes = (app, { control, signalOf }) => {
  app.get('/v1/status', { schema: { summary: 'Device, folders, peers, relays', response: replies(status) } }, () =>
    control.status(),
  );

  app.post(
    '/v1/stop',
    { schema: { summary: 'Stop the daemon cleanly', response: noContent } },
    async (_request, reply) => {
      await control.stop();
      return reply.code(204).send();
    },
  );

  app.post<{ Body: { label?: string; timeoutMs: number } }>(
    '/v1/wait',
    {
      schema: {
        summary: 'Wait until every reachable device holds the same content',
        body: body({ label: text, timeoutMs: milliseconds }, ['timeoutMs']),
        response: replies(waitOutcome),
      },
    },
    (request, reply) => control.wait(request.body.label, request.body.timeoutMs, signalOf(reply)),
  );

  app.post<{ Body: { label?: string; path?: string } }>(
    '/v1/rescan',
    {
      schema: {
        summary: 'Scan a folder now, or all',
        body: body({ label: text, path: text }, []),
        response: noContent,
      },
    },
    async (request, reply) => {
      await control.rescan(request.body.label, request.body.path);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: { target?: string; forMs?: number } }>(
    '/v1/pause',
    {
      schema: {
        summary: 'Pause a folder, a device or everything',
        body: body({ target: text, forMs: milliseconds }, []),
        response: noContent,
      },
    },
    async (request, reply) => {
      await control.pause(request.body.target, request.body.forMs);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: { target?: string; accept: boolean } }>(
    '/v1/resume',
    {
      schema: {
        summary: 'End a pause; accept lets a held mass change through',
        body: body({ target: text, accept: flag }, ['accept']),
        response: noContent,
      },
    },
    async (request, reply) => {
      await control.resume(request.body.target, request.body.accept);
      return reply.code(204).send();
    },
  );
};
