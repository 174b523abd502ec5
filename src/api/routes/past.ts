/** The past: kept versions, the history, and taking back what a device changed. */
import {
  body,
  flag,
  logEntries,
  logLimit,
  moment,
  queryNumber,
  restoreResult,
  text,
  undoResult,
  versionList,
} from '../schemas.ts';
import { type AddRoutes, replies } from './route.ts';

const logLimitDefault = 1000;

export const addPastRoutes: AddRoutes = (app, { control, signalOf }) => {
  app.get<{ Querystring: { path: string } }>(
    '/v1/versions',
    {
      schema: {
        summary: 'Kept versions of a path (absolute, or LABEL/…) and of all below it',
        querystring: body({ path: text }, ['path']),
        response: replies(versionList),
      },
    },
    (request) => control.versions(request.query.path),
  );

  app.post<{ Body: { path: string; atMs?: number } }>(
    '/v1/versions/restore',
    {
      schema: {
        summary: 'Bring back what stood at a path, at a moment or last',
        body: body({ path: text, atMs: moment }, ['path']),
        response: replies(restoreResult),
      },
    },
    (request) => control.restoreVersion(request.body.path, request.body.atMs),
  );

  app.get<{ Querystring: { path?: string; device?: string; since?: string; limit?: string } }>(
    '/v1/log',
    {
      schema: {
        summary: 'The history, the newest first; since: milliseconds since the epoch',
        querystring: body({ path: text, device: text, since: queryNumber, limit: logLimit }, []),
        response: replies(logEntries),
      },
    },
    ({ query: { path, device, since, limit } }) =>
      control.history({
        path,
        device,
        sinceMs: since === undefined ? undefined : Number(since),
        limit: limit === undefined ? logLimitDefault : Number(limit),
      }),
  );

  app.post<{ Body: { device: string; sinceMs: number; dryRun: boolean } }>(
    '/v1/undo',
    {
      schema: {
        summary: 'Take back what a device changed since a moment; dryRun only says what would be done',
        body: body({ device: text, sinceMs: moment, dryRun: flag }, ['device', 'sinceMs', 'dryRun']),
        response: replies(undoResult),
      },
    },
    (request, reply) => control.undo(request.body.device, request.body.sinceMs, request.body.dryRun, signalOf(reply)),
  );
};
