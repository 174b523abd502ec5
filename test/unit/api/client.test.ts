import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ApiClient, connect } from '../../../src/api/client.ts';
import type { Control, DaemonEvent } from '../../../src/api/control.ts';
import { type RunningApi, startApi } from '../../../src/api/server.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/log.ts';
import { Problem } from '../../../src/base/problem.ts';
import { eventually } from '../../support/condition.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import {
  RecordingControl,
  explained,
  folderPlan,
  folderStatus,
  ignoreRules,
  keptVersion,
  statusDocument,
} from './recording-control.ts';

const never = new AbortController().signal;

describe('ApiClient', () => {
  const home = temporaryDirectory();
  let control: RecordingControl;
  let api: RunningApi;
  let client: ApiClient;

  beforeEach(async () => {
    control = new RecordingControl();
    const logger = silentLogger;
    api = await startApi({ control, host: '127.0.0.1', port: 0, home: home(), logger, clock: systemClock });
    client = await connect(home());
  });
  afterEach(() => api.close());

  describe('carries every method there and back', () => {
    const odd = 'Ünï/cö de?#%2F&=+ "\\ ..\u{1F4C1}';
    const trips: [name: keyof Control, call: (c: ApiClient) => Promise<unknown>, noted: unknown[], answer: unknown][] =
      [
        ['status', (c) => c.status(), ['status'], statusDocument],
        ['stop', (c) => c.stop(), ['stop'], undefined],
        [
          'createCode',
          (c) => c.createCode(),
          ['createCode'],
          { code: '7-harbor-violin', expires: '2026-01-01T00:00:00Z', folders: ['Docs'] },
        ],
        [
          'pairingState',
          (c) => c.pairingState('7-harbor-violin', true, never),
          ['pairingState', '7-harbor-violin', true],
          { state: 'waiting', wrongTries: 1, result: null },
        ],
        [
          'pairingState',
          (c) => c.pairingState(odd, false, never),
          ['pairingState', odd, false],
          { state: 'waiting', wrongTries: 1, result: null },
        ],
        [
          'pairWith',
          (c) => c.pairWith('7-a-b', ['/ip4/1.2.3.4/tcp/5'], never),
          ['pairWith', '7-a-b', ['/ip4/1.2.3.4/tcp/5']],
          { device: { id: 'x', name: 'X' }, fingerprint: '🐙🐙🐙🐙', offers: [] },
        ],
        ['renameDevice', (c) => c.renameDevice(odd, 'New'), ['renameDevice', odd, 'New'], undefined],
        ['removeDevice', (c) => c.removeDevice('..'), ['removeDevice', '..'], undefined],
        [
          'addFolder',
          (c) => c.addFolder('/a', { label: odd, mode: 'send-only' }),
          ['addFolder', '/a', { label: odd, mode: 'send-only' }],
          folderStatus,
        ],
        [
          'addFolder',
          (c) => c.addFolder('/a', {}),
          ['addFolder', '/a', { label: undefined, mode: undefined }],
          folderStatus,
        ],
        ['joinFolder', (c) => c.joinFolder(odd, '/b'), ['joinFolder', odd, '/b'], folderStatus],
        ['shareFolder', (c) => c.shareFolder(odd, 'Laptop'), ['shareFolder', odd, 'Laptop'], folderStatus],
        ['moveFolder', (c) => c.moveFolder('join', '/c'), ['moveFolder', 'join', '/c'], folderStatus],
        ['ignores', (c) => c.ignores('Do cs'), ['ignores', 'Do cs'], [ignoreRules]],
        ['ignores', (c) => c.ignores(undefined), ['ignores', undefined], [ignoreRules]],
        ['addIgnore', (c) => c.addIgnore('Docs', '*.iso', true), ['addIgnore', 'Docs', '*.iso', true], ignoreRules],
        [
          'testIgnore',
          (c) => c.testIgnore('Docs', 'a/b'),
          ['testIgnore', 'Docs', 'a/b'],
          {
            folder: 'Docs',
            path: 'a/b',
            isDirectory: false,
            leftOut: true,
            rule: ignoreRules.rules[0],
            directory: 'a',
          },
        ],
        ['setFolder', (c) => c.setFolder('join', 'label', ''), ['setFolder', 'join', 'label', ''], folderStatus],
        ['explain', (c) => c.explain(odd), ['explain', odd], explained],
        ['plan', (c) => c.plan(undefined), ['plan', undefined], [folderPlan]],
        ['plan', (c) => c.plan('Docs'), ['plan', 'Docs'], [folderPlan]],
        ['revertFolder', (c) => c.revertFolder(odd), ['revertFolder', odd], { paths: 3 }],
        ['overrideFolder', (c) => c.overrideFolder(odd), ['overrideFolder', odd], { paths: 3 }],
        ['removeFolder', (c) => c.removeFolder('Ä'.repeat(128)), ['removeFolder', 'Ä'.repeat(128)], undefined],
        ['wait', (c) => c.wait(undefined, 60_000, never), ['wait', undefined, 60_000], { inSync: true, folders: [] }],
        ['wait', (c) => c.wait('Docs', 0, never), ['wait', 'Docs', 0], { inSync: true, folders: [] }],
        ['rescan', (c) => c.rescan(undefined, undefined), ['rescan', undefined, undefined], undefined],
        ['rescan', (c) => c.rescan('Docs', 'a/b'), ['rescan', 'Docs', 'a/b'], undefined],
        ['pause', (c) => c.pause(undefined, 7_200_000), ['pause', undefined, 7_200_000], undefined],
        ['resume', (c) => c.resume('Docs', true), ['resume', 'Docs', true], undefined],
        ['limits', (c) => c.limits({}), ['limits', {}], { up: 5000, down: null }],
        ['limits', (c) => c.limits({ up: null, down: 5 }), ['limits', { up: null, down: 5 }], { up: 5000, down: null }],
        ['conflicts', (c) => c.conflicts(), ['conflicts'], []],
        [
          'keepConflict',
          (c) => c.keepConflict(odd, 'mine'),
          ['keepConflict', odd, 'mine'],
          { folder: 'Docs', original: 'a', kept: 'mine', copy: null, replaced: null },
        ],
        ['versions', (c) => c.versions(odd), ['versions', odd], { versions: [], truncated: false }],
        [
          'restoreVersion',
          (c) => c.restoreVersion('Docs/a', undefined),
          ['restoreVersion', 'Docs/a', undefined],
          { version: keptVersion, replaced: null },
        ],
        [
          'restoreVersion',
          (c) => c.restoreVersion('/a', 5),
          ['restoreVersion', '/a', 5],
          { version: keptVersion, replaced: null },
        ],
        [
          'history',
          (c) => c.history({ path: odd, device: 'x & y', sinceMs: 7, limit: 3 }),
          ['history', { path: odd, device: 'x & y', sinceMs: 7, limit: 3 }],
          [],
        ],
        [
          'history',
          (c) => c.history({ limit: 1 }),
          ['history', { path: undefined, device: undefined, sinceMs: undefined, limit: 1 }],
          [],
        ],
        [
          'undo',
          (c) => c.undo('x', 5, true, never),
          ['undo', 'x', 5, true],
          { device: { id: 'x', name: 'x' }, since: '2026-01-01T00:00:00Z', dryRun: true, undone: [], left: [] },
        ],
      ];
    for (const [index, [name, call, noted, answer]] of trips.entries()) {
      it(`${name} (${index})`, async () => {
        assert.deepEqual(await call(client), answer);
        assert.deepEqual(control.calls, [noted]);
      });
    }

    it('none is missing', () => {
      const methods = Object.keys(control).filter((key) => typeof control[key as keyof Control] === 'function');
      const tried = new Set<string>(trips.map(([name]) => name));
      assert.deepEqual(
        methods.filter((name) => !tried.has(name)),
        [],
      );
    });
  });

  it('a Problem arrives as it was thrown', async () => {
    for (const exitCode of [1, 2, 3, 4] as const) {
      control.failure = new Problem('SOME_CODE', 'Wörds for people', { exitCode });
      await assert.rejects(client.status(), (error) => {
        assert.ok(error instanceof Problem);
        assert.deepEqual([error.code, error.message, error.exitCode], ['SOME_CODE', 'Wörds for people', exitCode]);
        return true;
      });
    }
    control.failure = new Error('secret');
    await assert.rejects(client.status(), { code: 'INTERNAL', exitCode: 1 });
  });

  it('what cannot be a label is refused before it is sent', async () => {
    for (const label of ['', '\ud800']) {
      await assert.rejects(client.removeFolder(label), { code: 'REQUEST_INVALID', exitCode: 2 });
    }
    assert.deepEqual(control.calls, []);
  });

  describe('waiting', () => {
    const waits: [string, (signal: AbortSignal) => Promise<unknown>][] = [
      ['wait', (signal) => client.wait(undefined, 60_000, signal)],
      ['pairingState', (signal) => client.pairingState('1-a-b', true, signal)],
      ['pairWith', (signal) => client.pairWith('1-a-b', [], signal)],
    ];
    for (const [name, wait] of waits) {
      it(`${name} ends with the signal's reason, and the daemon's wait ends too`, async () => {
        control.hang = true;
        const controller = new AbortController();
        const waiting = wait(controller.signal);
        await eventually('the call', () => control.calls.length === 1);
        const reason = new Error('Ctrl-C');
        controller.abort(reason);
        await assert.rejects(waiting, reason);
        await eventually('the abort at the daemon', () => control.aborts.length === 1);
      });
    }

    it('an aborted signal sends nothing', async () => {
      await assert.rejects(client.wait(undefined, 5, AbortSignal.abort(new Error('before'))), /before/);
      assert.deepEqual(control.calls, []);
    });

    it('tells that the daemon stopped', async () => {
      control.hang = true;
      const waiting = client.wait(undefined, 60_000, never);
      const outcome = assert.rejects(waiting, { code: 'DAEMON_STOPPING', exitCode: 4 });
      await eventually('the call', () => control.calls.length === 1);
      await api.close();
      await outcome;
    });

    it('waits hold no other call up', async () => {
      control.hang = true;
      const controller = new AbortController();
      const waiting = Promise.allSettled(
        Array.from({ length: 20 }, () => client.wait(undefined, 9, controller.signal)),
      );
      await eventually('all are there', () => control.calls.length === 20);
      assert.deepEqual(await client.status(), statusDocument);
      controller.abort(new Error('enough'));
      await waiting;
    });
  });

  describe('events', () => {
    const event = (id: number, more = {}): DaemonEvent => ({ id, time: '2026-01-01T00:00:00Z', type: 'test', ...more });

    it('gives those that are kept, and ends', async () => {
      const all = [event(1, { text: 'zwei\nZeilen' }), event(2), event(3, { big: 'ü'.repeat(200_000) })];
      for (const one of all) control.add(one);
      const seen: DaemonEvent[] = [];
      for await (const one of client.events(1, false, never)) seen.push(one);
      assert.deepEqual(seen, all.slice(1));
      assert.deepEqual(control.calls, [['events', 1, false]]);
    });

    it('follows until the signal aborts', async () => {
      control.add(event(1));
      const controller = new AbortController();
      const seen: number[] = [];
      const reading = (async () => {
        for await (const one of client.events(0, true, controller.signal)) seen.push(one.id);
      })();
      await eventually('the first', () => seen.length === 1);
      control.add(event(2));
      await eventually('the second', () => seen.length === 2);
      controller.abort(new Error('Ctrl-C'));
      await reading;
      await eventually('the daemon lets go', () => control.openFollowers === 0);
    });

    it('lets go when its reader breaks off', async () => {
      control.add(event(1));
      for await (const one of client.events(0, true, never)) {
        assert.equal(one.id, 1);
        break;
      }
      await eventually('the daemon lets go', () => control.openFollowers === 0);
    });

    it('ends when the daemon stops', async () => {
      const reading = (async () => {
        for await (const one of client.events(0, true, never)) assert.fail(`event ${one.id}`);
      })();
      await eventually('it follows', () => control.openFollowers === 1);
      await api.close();
      await reading;
    });

    it('an error in the middle does not look like the end', async () => {
      control.events = async function* () {
        yield event(1);
        throw new Error('broken');
      };
      await assert.rejects(
        (async () => {
          for await (const one of client.events(0, true, never)) assert.equal(one.id, 1);
        })(),
        { code: 'API_CONNECTION_LOST' },
      );
    });

    it('ten thousand arrive in order', async () => {
      for (let id = 1; id <= 10_000; id++) control.add(event(id));
      let last = 0;
      for await (const one of client.events(0, false, never)) assert.equal(one.id, ++last);
      assert.equal(last, 10_000);
    });
  });

  describe('no daemon', () => {
    const none = async (): Promise<void> => {
      await assert.rejects(connect(home()), (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'NO_DAEMON');
        assert.equal(error.exitCode, 4);
        assert.ok(error.message.includes(home()) && error.message.includes('p2psync up'));
        return true;
      });
    };
    const apiFile = (content: unknown): Promise<void> =>
      writeFile(join(home(), 'api.json'), typeof content === 'string' ? content : JSON.stringify(content));

    it('without api.json, without a home, after close', async () => {
      await api.close();
      await none();
      await rm(home(), { recursive: true });
      await none();
      await mkdir(home());
    });

    it('in an api.json that makes no sense', async () => {
      for (const content of [
        '',
        '{',
        'null',
        {},
        { address: 5, token: 'x', pid: 1 },
        { address: 'file:///etc', token: 'x', pid: process.pid },
      ]) {
        await apiFile(content);
        await none();
      }
    });

    it('behind an api.json that kill -9 left: nobody listens', async () => {
      const { address, token } = api;
      await api.close();
      await apiFile({ address, token, pid: process.pid });
      await none();
    });

    it('behind an api.json whose process is gone', async () => {
      const pid = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
      await apiFile({ address: api.address, token: api.token, pid });
      await none();
    });

    it('where another program got the port: it does not get the token', async () => {
      const heard: (string | undefined)[] = [];
      const server: Server = createServer((request, response) => {
        heard.push(request.headers.authorization);
        response.end('{"ok":true,"pid":1}');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        await apiFile({ address, token: 'secret', pid: process.pid });
        await none();
        assert.deepEqual(heard, [undefined]);
      } finally {
        server.close();
      }
    });

    it('a call after the daemon went', async () => {
      await api.close();
      await assert.rejects(client.status(), { code: 'NO_DAEMON', exitCode: 4 });
      await assert.rejects(client.stop(), { code: 'NO_DAEMON', exitCode: 4 });
    });

    it('an api.json that is not ours to read', async function () {
      if (process.getuid?.() === 0) return this.skip();
      await chmod(join(home(), 'api.json'), 0);
      await assert.rejects(connect(home()), { code: 'API_FILE_UNREADABLE' });
    });
  });
});
