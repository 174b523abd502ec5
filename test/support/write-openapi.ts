/**
 * Writes docs/openapi.json, the committed description of the local API: npx tsx test/support/write-openapi.ts.
 * test/unit/api/openapi.test.ts fails when the file and what is served differ.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { apiLimits } from '../../src/api/api-limits.ts';
import { buildApp } from '../../src/api/app.ts';
import type { Control } from '../../src/api/control.ts';
import { RequestSignals } from '../../src/api/request-signals.ts';
import { silentLogger } from '../../src/base/log.ts';

export const openapiFile = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

/** The document of GET /v1/openapi.json, without a daemon. */
export async function describeApi(): Promise<object> {
  const app = await buildApp({
    // Routes only keep it; nothing is asked of it here.
    control: {} as Control,
    logger: silentLogger,
    limits: apiLimits,
    token: '',
    hosts: new Set(),
    signals: new RequestSignals(),
  });
  try {
    return app.swagger();
  } finally {
    await app.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await format(JSON.stringify(await describeApi()), { parser: 'json', printWidth: 120 });
  await writeFile(openapiFile, text);
}
