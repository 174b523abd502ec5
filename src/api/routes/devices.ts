/** Linked devices, by id or name. */
import { body, text } from '../schemas.ts';
import { type AddRoutes, noContent } from './route.ts';

const params = body({ id: text }, ['id']);

export const addDeviceRoutes: AddRoutes = (app, { control }) => {
  app.patch<{ Params: { id: string }; Body: { name: string } }>(
    '/v1/devices/:id',
    { schema: { summary: 'Rename a device', params, body: body({ name: text }, ['name']), response: noContent } },
    async (request, reply) => {
      await control.renameDevice(request.params.id, request.body.name);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/v1/devices/:id',
    { schema: { summary: 'Unlink a device', params, response: noContent } },
    async (request, reply) => {
      await control.removeDevice(request.params.id);
      return reply.code(204).send();
    },
  );
};
