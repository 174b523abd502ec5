import assert from 'node:assert/strict';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { join } from 'node:path';
import type { ApiLimits } from '../../../src/api/api-limits.ts';
import { type RunningApi, parseUi, startApi } from '../../../src/api/server.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger, type Logger } from '../../../src/base/log.ts';
import { Problem } from '../../../src/base/problem.ts';
import { eventually } from '../../support/condition.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { type RawAnswer, rawRequest, requestText } from './raw-http.ts';
import { RecordingControl, statusDocument } from './recording-control.ts';

describe('local API', () => {
  const home = temporaryDirectory();
  let control: RecordingControl;
  let api: RunningApi;
  let logged: string[];

  const start = (limits: Partial<ApiLimits> = {}, host = '127.0.0.1', port = 0): Promise<RunningApi> => {
    const logger: Logger = {
      ...silentLogger,
      error: (fields, message) => {
        logged.push(`${message} ${'error' in fields ? String(fields.error) : ''}`);
      },
    };
    return startApi({ control, host, port, home: home(), logger, clock: systemClock, limits });
  };
  const restart = async (limits: Partial<ApiLimits>): Promise<void> => {
    await api.close();
    api = await start(limits);
  };
  const host = (): string => new URL(api.address).host;
  const send = (
    line: string,
    options: { host?: string | null; token?: string | null; headers?: string[]; body?: string } = {},
  ): Promise<RawAnswer> => {
    const { token = api.token, host: named = host(), ...rest } = options;
    return rawRequest(api.address, requestText(line, { host: named, ...(token === null ? {} : { token }), ...rest }));
  };
  const json = ['content-type: application/json'];
  const refused = (answer: RawAnswer, status: number, code: string, exitCode = 1): void => {
    assert.equal(answer.status, status, answer.head + answer.body);
    assert.match(answer.head, /content-type: application\/problem\+json/i);
    const document = JSON.parse(answer.body) as Record<string, unknown>;
    assert.equal(document['code'], code);
    assert.equal(document['status'], status);
    assert.equal(document['exitCode'], exitCode);
    assert.deepEqual(control.calls, [], 'a refused request must not reach the daemon');
  };

  beforeEach(async () => {
    control = new RecordingControl();
    logged = [];
    api = await start();
  });
  afterEach(() => api.close());

  describe('api.json', () => {
    it('has address, token and pid, for this user alone, and goes on close', async () => {
      const path = join(home(), 'api.json');
      assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), {
        address: api.address,
        token: api.token,
        pid: process.pid,
      });
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.ok(api.token.length >= 43);
      await api.close();
      assert.deepEqual(await readdir(home()), []);
    });

    it('of another daemon stays', async () => {
      const other = JSON.stringify({ address: 'http://127.0.0.1:1', token: 'other', pid: 1 });
      await writeFile(join(home(), 'api.json'), other);
      await api.close();
      assert.equal(await readFile(join(home(), 'api.json'), 'utf8'), other);
    });
  });

  describe('who may speak', () => {
    it('its owner, under each of its names', async () => {
      const { port } = new URL(api.address);
      for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
        const answer = await send('GET /v1/status', { host: `${name}:${port}` });
        assert.equal(answer.status, 200, name);
        assert.deepEqual(JSON.parse(answer.body), statusDocument);
      }
    });

    it('DNS rebinding: another host, none, a wrong port', async () => {
      const names = [
        'evil.example',
        `evil.example:${new URL(api.address).port}`,
        '127.0.0.1',
        '127.0.0.1:1',
        'localhost',
      ];
      for (const name of [...names, '', `${host()}.evil.example`, `evil@${host()}`])
        refused(await send('GET /v1/status', { host: name }), 403, 'HOST_FORBIDDEN');
      assert.equal((await send('GET /v1/status', { host: null })).status, 400);
      assert.deepEqual(control.calls, []);
    });

    it('a doubled Host header, in either order', async () => {
      for (const second of ['evil.example', host()])
        refused(await send('GET /v1/status', { headers: [`host: ${second}`] }), 403, 'HOST_FORBIDDEN');
      const reversed = await send('GET /v1/status', { host: 'evil.example', headers: [`host: ${host()}`] });
      refused(reversed, 403, 'HOST_FORBIDDEN');
    });

    it('an absolute request target', async () => {
      refused(await send(`GET http://evil.example/v1/status`), 403, 'REQUEST_TARGET_FORBIDDEN');
      refused(await send(`GET http://${host()}/v1/status`), 403, 'REQUEST_TARGET_FORBIDDEN');
    });

    it('a page of its own', async () => {
      const answer = await send('GET /v1/status', {
        headers: [`origin: ${api.address}`, 'sec-fetch-site: same-origin'],
      });
      assert.equal(answer.status, 200);
    });

    it('cross-site requests, even with the token', async () => {
      for (const origin of [
        'https://evil.example',
        'null',
        '',
        `https://${host()}`,
        'http://localhost',
        `${api.address}.x`,
      ])
        refused(await send('POST /v1/stop', { headers: [`origin: ${origin}`] }), 403, 'ORIGIN_FORBIDDEN');
      const doubled = [`origin: ${api.address}`, 'origin: https://evil.example'];
      refused(await send('POST /v1/stop', { headers: doubled }), 403, 'ORIGIN_FORBIDDEN');
      for (const site of ['cross-site', 'same-site'])
        refused(await send('GET /v1/status', { headers: [`sec-fetch-site: ${site}`] }), 403, 'ORIGIN_FORBIDDEN');
      refused(await send('GET /healthz', { headers: ['origin: https://evil.example'] }), 403, 'ORIGIN_FORBIDDEN');
      refused(await send('OPTIONS /v1/stop', { headers: ['origin: https://evil.example'] }), 403, 'ORIGIN_FORBIDDEN');
    });

    it('a missing, wrong, cut or doubled token', async () => {
      for (const token of [
        null,
        'x',
        api.token.slice(1),
        `${api.token}x`,
        api.token.toLowerCase() === api.token ? 'y' : api.token.toLowerCase(),
      ])
        refused(await send('GET /v1/status', { token }), 401, 'TOKEN_REFUSED');
      refused(await send('GET /v1/status', { headers: ['authorization: Bearer x'] }), 401, 'TOKEN_REFUSED');
      refused(
        await send('GET /v1/status', { token: null, headers: [`authorization: Basic ${api.token}`] }),
        401,
        'TOKEN_REFUSED',
      );
      refused(await send(`GET /v1/status?token=${api.token}`, { token: null }), 401, 'TOKEN_REFUSED');
      refused(await send('GET /v1/openapi.json', { token: null }), 401, 'TOKEN_REFUSED');
      refused(await send('GET /nowhere', { token: null }), 401, 'TOKEN_REFUSED');
      refused(await send('POST /healthz', { token: null }), 401, 'TOKEN_REFUSED');
    });

    it('GET /healthz needs no token and tells no more than the pid', async () => {
      const answer = await send('GET /healthz', { token: null });
      assert.deepEqual(JSON.parse(answer.body), { ok: true, pid: process.pid });
    });

    it('answers are not stored', async () => {
      assert.match((await send('GET /v1/status')).head, /cache-control: no-store/i);
    });
  });

  describe('what may be said', () => {
    it('unknown paths and methods', async () => {
      refused(await send('GET /v1/nowhere'), 404, 'NO_SUCH_ROUTE');
      refused(await send('GET /v1/stop'), 404, 'NO_SUCH_ROUTE');
      refused(await send('PUT /v1/status', { body: '{}', headers: json }), 404, 'NO_SUCH_ROUTE');
      refused(await send('GET /v1/../v1/status'), 404, 'NO_SUCH_ROUTE');
    });

    it('bodies that are not JSON', async () => {
      const body = '{"path":"/a"}';
      for (const headers of [
        [],
        ['content-type: text/plain'],
        ['content-type: application/x-www-form-urlencoded'],
        ['content-type: multipart/form-data'],
      ])
        refused(await send('POST /v1/folders', { body, headers }), 415, 'CONTENT_TYPE_UNSUPPORTED', 2);
      refused(await send('POST /v1/folders', { body: '{"path"', headers: json }), 400, 'REQUEST_INVALID', 2);
      refused(await send('POST /v1/folders', { body: '', headers: json }), 400, 'REQUEST_INVALID', 2);
      refused(
        await send('POST /v1/folders', { body: '{"__proto__":{},"path":"/a"}', headers: json }),
        400,
        'REQUEST_INVALID',
        2,
      );
    });

    it('bodies of another shape', async () => {
      const bodies = [
        '{}',
        '[]',
        'null',
        '"x"',
        '{"path":5}',
        '{"path":""}',
        '{"path":"/a","mode":"both"}',
        '{"path":"/a","extra":1}',
        `{"path":"${'x'.repeat(5000)}"}`,
      ];
      for (const body of bodies)
        refused(await send('POST /v1/folders', { body, headers: json }), 400, 'REQUEST_INVALID', 2);
      refused(await send('GET /v1/events?since=-1'), 400, 'REQUEST_INVALID', 2);
      refused(await send('GET /v1/events?since=0&since=1'), 400, 'REQUEST_INVALID', 2);
      refused(await send('GET /v1/events?x=1'), 400, 'REQUEST_INVALID', 2);
    });

    it('a body above the limit, with and without its length told', async () => {
      const big = JSON.stringify({ path: 'x'.repeat(1024 * 1024) });
      refused(await send('POST /v1/folders', { body: big, headers: json }), 413, 'REQUEST_TOO_LARGE', 2);
      const chunked = `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`;
      const text = requestText('POST /v1/folders', {
        host: host(),
        token: api.token,
        headers: [...json, 'transfer-encoding: chunked'],
      });
      refused(await rawRequest(api.address, text + chunked), 413, 'REQUEST_TOO_LARGE', 2);
    });

    it('headers above the limit', async () => {
      const answer = await send('GET /v1/status', { headers: [`x-big: ${'x'.repeat(20_000)}`] });
      assert.equal(answer.status, 431);
      assert.deepEqual(control.calls, []);
    });
  });

  describe('slow and many clients', () => {
    it('slow headers and slow bodies are cut off', async () => {
      await restart({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
      const head = await rawRequest(api.address, 'GET /v1/status HTTP/1.1\r\nhost: ');
      assert.equal(head.status, 408);
      const body = requestText('POST /v1/folders', {
        host: host(),
        token: api.token,
        headers: [...json, 'content-length: 100'],
      });
      const begun = performance.now();
      assert.equal((await rawRequest(api.address, `${body}{`)).status, 408);
      assert.ok(performance.now() - begun < 3000);
      assert.deepEqual(control.calls, []);
    });

    it('connections above the limit are closed', async () => {
      await restart({ connectionsMax: 2 });
      const held: (() => void)[] = [];
      const waiting = [0, 1].map(() => rawRequest(api.address, 'GET ', (socket) => held.push(() => socket.destroy())));
      await eventually('a refusal', async () => (await send('GET /v1/status')).status === 0);
      for (const drop of held) drop();
      await Promise.all(waiting);
      await eventually('room again', async () => (await send('GET /v1/status')).status === 200);
    });

    it('followers above the limit are refused in words', async () => {
      await restart({ followersMax: 2 });
      const sockets: (() => void)[] = [];
      const following = [0, 1].map(() =>
        rawRequest(
          api.address,
          requestText('GET /v1/events?follow=true', { host: host(), token: api.token }),
          (socket) => sockets.push(() => socket.destroy()),
        ),
      );
      await eventually('two followers', () => control.openFollowers === 2);
      const third = await send('GET /v1/events?follow=true');
      assert.equal(third.status, 422);
      assert.match(third.body, /TOO_MANY_FOLLOWERS/);
      for (const drop of sockets) drop();
      await Promise.all(following);
      await eventually('they are let go', () => control.openFollowers === 0);
      assert.equal((await send('GET /v1/events')).status, 200);
    });

    it('a follower that takes nothing holds no memory, and is cut off', async () => {
      await restart({ followerStallMsMax: 300 });
      let taken = 0;
      let ended = false;
      const filler = 'x'.repeat(64 * 1024);
      // Each event is made when it is asked for: `taken` tells how far the server ran ahead of the reader.
      control.events = async function* () {
        try {
          for (let id = 1; id <= 2000; id++) {
            taken = id;
            yield { id, time: '', type: 'filler', filler };
          }
        } finally {
          ended = true;
        }
      };
      const text = requestText('GET /v1/events?follow=true', { host: host(), token: api.token });
      let drop = (): void => undefined;
      const answer = rawRequest(api.address, text, (socket) => {
        socket.pause();
        drop = () => socket.destroy();
      });
      await eventually('the cut', () => ended);
      assert.ok(taken < 1000, `${taken} events of 64 KiB were taken for a reader that reads nothing`);
      drop();
      await answer;
    });
  });

  describe('errors', () => {
    it('a Problem comes out with code, words, status and exit code', async () => {
      const cases: [Problem, number][] = [
        [new Problem('FOLDER_OVERLAPS', 'it overlaps'), 422],
        [new Problem('UNKNOWN_FOLDER', 'no such folder'), 404],
        [new Problem('FOLDER_NOT_FOUND', 'no such place'), 404],
        [new Problem('RATE_INVALID', 'no rate', { exitCode: 2 }), 400],
        [new Problem('TOO_SLOW', 'late', { exitCode: 3 }), 504],
        [new Problem('DAEMON_STOPPING', 'bye', { exitCode: 4 }), 503],
      ];
      for (const [problem, status] of cases) {
        control.failure = problem;
        const answer = await send('GET /v1/status');
        assert.equal(answer.status, status);
        assert.deepEqual(JSON.parse(answer.body), {
          type: `urn:p2psync:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
          title: (problem.code.charAt(0) + problem.code.slice(1).toLowerCase()).replaceAll('_', ' '),
          status,
          code: problem.code,
          detail: problem.message,
          exitCode: problem.exitCode,
        });
      }
      assert.deepEqual(logged, []);
    });

    it('anything else is logged, and tells a client nothing', async () => {
      for (const failure of [
        new Error('secret path /etc'),
        'a text',
        Object.assign(new Error('x'), { statusCode: 200 }),
      ]) {
        control.failure = failure;
        const answer = await send('GET /v1/status');
        assert.equal(answer.status, 500);
        assert.equal((JSON.parse(answer.body) as { code: string }).code, 'INTERNAL');
        assert.doesNotMatch(answer.body, /secret|stack|at /);
      }
      assert.equal(logged.length, 3);
      assert.match(logged[0] ?? '', /secret path/);
    });
  });

  describe('start and close', () => {
    it('a port in use is said in words, and the api.json of the other stays', async () => {
      const before = await readFile(join(home(), 'api.json'), 'utf8');
      await assert.rejects(start({}, '127.0.0.1', Number(new URL(api.address).port)), {
        code: 'API_PORT_IN_USE',
        message: /--ui/,
      });
      assert.equal(await readFile(join(home(), 'api.json'), 'utf8'), before);
    });

    it('an address that is not here is said in words', async () => {
      await assert.rejects(start({}, '192.0.2.1'), { code: 'API_NOT_STARTED' });
    });

    it('listens on ::1 too', async function () {
      await api.close();
      if (!(await hasIpv6())) return this.skip();
      api = await start({}, '::1');
      assert.match(api.address, /^http:\/\/\[::1\]:\d+$/);
      assert.deepEqual(JSON.parse((await send('GET /healthz')).body), { ok: true, pid: process.pid });
    });

    it('close calls off waits, tells why, and leaves no connection', async () => {
      control.hang = true;
      const waiting = send('POST /v1/wait', { body: '{"timeoutMs":60000}', headers: json });
      const following = send('GET /v1/events?follow=true');
      await eventually('both are there', () => control.calls.length === 2);
      const begun = performance.now();
      await Promise.all([api.close(), api.close()]);
      assert.ok(performance.now() - begun < 1500);
      const answer = await waiting;
      assert.equal(answer.status, 503);
      assert.match(answer.body, /DAEMON_STOPPING/);
      assert.equal((await following).status, 200);
      assert.equal(control.openFollowers, 0);
    });

    it('parseUi takes addresses apart', () => {
      assert.deepEqual(parseUi('127.0.0.1:8384'), { host: '127.0.0.1', port: 8384 });
      assert.deepEqual(parseUi('[::1]:0'), { host: '::1', port: 0 });
    });
  });
});

function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const server: Server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => server.close(() => resolve(true)));
  });
}
