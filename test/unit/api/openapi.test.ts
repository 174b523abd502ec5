import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { startApi } from '../../../src/api/server.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/log.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { describeApi, openapiFile } from '../../support/write-openapi.ts';
import { RecordingControl } from './recording-control.ts';

interface Description {
  openapi: string;
  paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
}

describe('docs/openapi.json', () => {
  const home = temporaryDirectory();

  it('is what is served (else: npx tsx test/support/write-openapi.ts)', async () => {
    const committed = JSON.parse(await readFile(openapiFile, 'utf8')) as unknown;
    const api = await startApi({
      control: new RecordingControl(),
      host: '127.0.0.1',
      port: 0,
      home: home(),
      logger: silentLogger,
      clock: systemClock,
    });
    try {
      const served = await new Promise<string>((resolve, reject) => {
        const headers = { authorization: `Bearer ${api.token}` };
        get(`${api.address}/v1/openapi.json`, { headers, agent: false }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve(text));
        }).on('error', reject);
      });
      assert.deepEqual(JSON.parse(served), committed);
    } finally {
      await api.close();
    }
  });

  it('is OpenAPI 3.1 and says of every operation what it does and how it fails', async () => {
    const description = (await describeApi()) as Description;
    assert.equal(description.openapi, '3.1.0');
    const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
    assert.deepEqual(operations.map(({ name }) => name).sort(), [
      'DELETE /v1/devices/{id}',
      'DELETE /v1/folders/{label}',
      'GET /v1/conflicts',
      'GET /v1/events',
      'GET /v1/folders',
      'GET /v1/ignores',
      'GET /v1/limits',
      'GET /v1/log',
      'GET /v1/pairing/codes/{code}',
      'GET /v1/status',
      'GET /v1/versions',
      'PATCH /v1/devices/{id}',
      'PATCH /v1/folders/{label}',
      'PATCH /v1/limits',
      'POST /v1/conflicts/keep',
      'POST /v1/explain',
      'POST /v1/folders',
      'POST /v1/folders/join',
      'POST /v1/folders/{label}/move',
      'POST /v1/folders/{label}/override',
      'POST /v1/folders/{label}/revert',
      'POST /v1/folders/{label}/share',
      'POST /v1/ignores',
      'POST /v1/ignores/test',
      'POST /v1/pairing',
      'POST /v1/pairing/codes',
      'POST /v1/pause',
      'POST /v1/plan',
      'POST /v1/rescan',
      'POST /v1/resume',
      'POST /v1/stop',
      'POST /v1/undo',
      'POST /v1/versions/restore',
      'POST /v1/wait',
    ]);
    for (const { name, operation } of operations) {
      assert.ok(operation.summary, name);
      assert.ok('default' in operation.responses, name);
    }
  });
});
