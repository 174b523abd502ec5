/** Conflicts: which copies there are, and which one stays. */
import type { ConflictSettled } from '../control.ts';
import { body, conflictChoice, conflictSettled, conflicts, text } from '../schemas.ts';
import { type AddRoutes, replies } from './route.ts';

export const addConflictRoutes: AddRoutes = (app, { control }) => {
  app.get('/v1/conflicts', { schema: { summary: 'All conflict copies', response: replies(conflicts) } }, () =>
    control.conflicts(),
  );

  app.post<{ Body: { path: string; keep: ConflictSettled['kept'] } }>(
    '/v1/conflicts/keep',
    {
      schema: {
        summary: 'Settle one conflict; path: the original or the copy, absolute or LABEL/…',
        body: body({ path: text, keep: conflictChoice }, ['path', 'keep']),
        response: replies(conflictSettled),
      },
    },
    (request) => control.keepConflict(request.body.path, request.body.keep),
  );
};
