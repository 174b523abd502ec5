/** Linking devices: making a code, following what becomes of it, using one. */
import { addressList, body, pairingCode, pairingResult, pairingState, queryFlag, text } from '../schemas.ts';
import { type AddRoutes, replies } from './route.ts';

export const addPairingRoutes: AddRoutes = (app, { control, signalOf }) => {
  app.post('/v1/pairing/codes', { schema: { summary: 'Make a one-time code', response: replies(pairingCode) } }, () =>
    control.createCode(),
  );

  app.get<{ Params: { code: string }; Querystring: { wait?: 'true' | 'false' } }>(
    '/v1/pairing/codes/:code',
    {
      schema: {
        summary: 'What became of a code; wait=true answers when it is used up',
        params: body({ code: text }, ['code']),
        querystring: body({ wait: queryFlag }, []),
        response: replies(pairingState),
      },
    },
    (request, reply) => control.pairingState(request.params.code, request.query.wait === 'true', signalOf(reply)),
  );

  app.post<{ Body: { code: string; addresses?: string[] } }>(
    '/v1/pairing',
    {
      schema: {
        summary: 'Link with the device that shows this code; addresses: where to look besides the local network',
        body: body({ code: text, addresses: addressList }, ['code']),
        response: replies(pairingResult),
      },
    },
    (request, reply) => control.pairWith(request.body.code, request.body.addresses ?? [], signalOf(reply)),
  );
};
