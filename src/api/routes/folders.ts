/** Synced folders, by label. */
import type { FolderStatus } from '../control.ts';
import { body, folder, folders, mode, settingValue, text } from '../schemas.ts';
import { type AddRoutes, noContent, replies } from './route.ts';

interface ByLabel {
  Params: { label: string };
}
const params = body({ label: text }, ['label']);

export const addFolderRoutes: AddRoutes = (app, { control }) => {
  app.get('/v1/folders', { schema: { summary: 'All folders', response: replies(folders) } }, async () => {
    return (await control.status()).folders;
  });

  app.post<{ Body: { path: string; label?: string; mode?: FolderStatus['mode'] } }>(
    '/v1/folders',
    {
      schema: {
        summary: 'Sync a directory; safe to repeat',
        body: body({ path: text, label: text, mode }, ['path']),
        response: replies(folder),
      },
    },
    ({ body: { path, label, mode } }) => control.addFolder(path, { label, mode }),
  );

  app.post<{ Body: { label: string; path: string } }>(
    '/v1/folders/join',
    {
      schema: {
        summary: 'Join a folder that a linked device offers',
        body: body({ label: text, path: text }, ['label', 'path']),
        response: replies(folder),
      },
    },
    (request) => control.joinFolder(request.body.label, request.body.path),
  );

  app.patch<ByLabel & { Body: { key: string; value: string } }>(
    '/v1/folders/:label',
    {
      schema: {
        summary: 'Change one setting',
        params,
        body: body({ key: text, value: settingValue }, ['key', 'value']),
        response: replies(folder),
      },
    },
    (request) => control.setFolder(request.params.label, request.body.key, request.body.value),
  );

  app.delete<ByLabel>(
    '/v1/folders/:label',
    { schema: { summary: 'Stop syncing a folder; its files stay', params, response: noContent } },
    async (request, reply) => {
      await control.removeFolder(request.params.label);
      return reply.code(204).send();
    },
  );

  app.post<ByLabel & { Body: { device: string } }>(
    '/v1/folders/:label/share',
    {
      schema: {
        summary: 'Offer a folder to a device',
        params,
        body: body({ device: text }, ['device']),
        response: replies(folder),
      },
    },
    (request) => control.shareFolder(request.params.label, request.body.device),
  );

  app.post<ByLabel & { Body: { path: string } }>(
    '/v1/folders/:label/move',
    {
      schema: {
        summary: 'Say where a folder has been moved to',
        params,
        body: body({ path: text }, ['path']),
        response: replies(folder),
      },
    },
    (request) => control.moveFolder(request.params.label, request.body.path),
  );

  const paths = { type: 'object', properties: { paths: { type: 'integer' } }, required: ['paths'] } as const;
  app.post<ByLabel>(
    '/v1/folders/:label/revert',
    {
      schema: {
        summary: 'Receive-only: give up what was changed here (it is kept as versions)',
        params,
        response: replies(paths),
      },
    },
    (request) => control.revertFolder(request.params.label),
  );

  app.post<ByLabel>(
    '/v1/folders/:label/override',
    {
      schema: {
        summary: 'Send-only: make the others as it is here (what they lose is kept as versions there)',
        params,
        response: replies(paths),
      },
    },
    (request) => control.overrideFolder(request.params.label),
  );
};
