/** What all routes share: how a handler gets the Control and its request's signal, and how replies are described. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from '../../base/log.ts';
import type { ApiLimits } from '../api-limits.ts';
import type { Control } from '../control.ts';
import { type Schema, problem } from '../schemas.ts';

export interface RouteContext {
  readonly control: Control;
  readonly logger: Logger;
  readonly limits: ApiLimits;
  /** Aborts when the client goes away or the API closes. */
  readonly signalOf: (reply: FastifyReply) => AbortSignal;
}

export type AddRoutes = (app: FastifyInstance, context: RouteContext) => void;

const failure = { description: 'Why not.', content: { 'application/problem+json': { schema: problem } } };

/** Replies: a document, or a problem. */
export function replies(schema: Schema, description = 'Done.'): Schema {
  return { 200: { description, content: { 'application/json': { schema } } }, default: failure };
}

export const noContent: Schema = { 204: { description: 'Done.', type: 'null' }, default: failure };
