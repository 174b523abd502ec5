/** Limits on transfer. */
import { body, rateLimit, rateLimits } from '../schemas.ts';
import { type AddRoutes, replies } from './route.ts';

export const addLimitRoutes: AddRoutes = (app, { control }) => {
  app.get('/v1/limits', { schema: { summary: 'The limits in force', response: replies(rateLimits) } }, () =>
    control.limits({}),
  );

  app.patch<{ Body: { up?: number | null; down?: number | null } }>(
    '/v1/limits',
    {
      schema: {
        summary: 'Change limits; what is left out stays',
        body: body({ up: rateLimit, down: rateLimit }, []),
        response: replies(rateLimits),
      },
    },
    (request) => control.limits(request.body),
  );
};
