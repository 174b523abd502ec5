/** The description of the local API (OpenAPI 3.1), made from the routes' schemas; served at /v1/openapi.json. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

export const openapiOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'p2psync local API',
      version: '1',
      description:
        'What the command line and the local page use. It listens on loopback; address and token are in api.json in the home directory. ' +
        'Requests need the token, a Host header that names this server and, from a browser, its own Origin.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
  },
};
