/** Questions that change nothing: what is known of a path, and what would be done next. */
import { body, explained, folderPlans, text } from '../schemas.ts';
import { type AddRoutes, replies } from './route.ts';

export const addExplainRoutes: AddRoutes = (app, { control }) => {
  app.post<{ Body: { path: string } }>(
    '/v1/explain',
    {
      schema: {
        summary: 'What is known of a path, on every device, and what would be done next',
        body: body({ path: text }, ['path']),
        response: replies(explained),
      },
    },
    (request) => control.explain(request.body.path),
  );

  app.post<{ Body: { label?: string } }>(
    '/v1/plan',
    {
      schema: {
        summary: 'Dry run: what would be done next, in one folder or in all',
        body: body({ label: text }, []),
        response: replies(folderPlans),
      },
    },
    (request) => control.plan(request.body.label),
  );
};
