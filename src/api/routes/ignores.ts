/** Rules that leave paths out: list, add, test. */
import type { FolderIgnoreRules, IgnoreRuleStatus, IgnoreTest } from '../ignore-control.ts';
import { body, document, flag, list, nullable, string, text, wholeNumber } from '../schemas.ts';
import { type AddRoutes, replies } from './route.ts';

const rule = document<IgnoreRuleStatus>('A rule that leaves paths out.', {
  pattern: string,
  source: { type: 'string', enum: ['built-in', 'file', 'device'] },
  line: wholeNumber,
});

const folderRules = document<FolderIgnoreRules>("A folder's rules, in the order in which they count.", {
  folder: string,
  rules: list(rule),
  problems: list(
    document<FolderIgnoreRules['problems'][number]>('A line that has no effect.', {
      source: { type: 'string', enum: ['file', 'device'] },
      line: nullable(wholeNumber),
      message: string,
    }),
  ),
  builtIn: list(string),
});

const test = document<IgnoreTest>('Whether a path is left out, and by which rule.', {
  folder: string,
  path: string,
  isDirectory: flag,
  leftOut: flag,
  rule: nullable(rule),
  directory: nullable(string),
});

export const addIgnoreRoutes: AddRoutes = (app, { control }) => {
  app.get<{ Querystring: { folder?: string } }>(
    '/v1/ignores',
    {
      schema: {
        summary: 'Rules that leave paths out, of all folders or one',
        querystring: body({ folder: text }, []),
        response: replies(list(folderRules)),
      },
    },
    (request) => control.ignores(request.query.folder),
  );

  app.post<{ Body: { folder: string; pattern: string; here: boolean } }>(
    '/v1/ignores',
    {
      schema: {
        summary: 'Leave out what a pattern names, on all devices or on this one',
        body: body({ folder: text, pattern: text, here: flag }, ['folder', 'pattern', 'here']),
        response: replies(folderRules),
      },
    },
    (request) => control.addIgnore(request.body.folder, request.body.pattern, request.body.here),
  );

  app.post<{ Body: { folder: string; path: string } }>(
    '/v1/ignores/test',
    {
      schema: {
        summary: 'Whether a path is left out, and by which rule',
        body: body({ folder: text, path: text }, ['folder', 'path']),
        response: replies(test),
      },
    },
    (request) => control.testIgnore(request.body.folder, request.body.path),
  );
};
