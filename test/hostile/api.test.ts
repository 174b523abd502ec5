/** Paths and labels that lead out of a folder, through the local API of a real daemon that has other files beside it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { ApiClient } from '../../src/api/client.ts';
import { Problem } from '../../src/base/problem.ts';
import { eventually } from '../support/condition.ts';
import { Linked } from '../support/linked.ts';

describe('hostile: local API, real daemon', function () {
  this.timeout(180_000);
  let linked: Linked;
  let api: ApiClient;
  let secret: string;
  before(async () => {
    linked = await Linked.create('api', { count: 1 });
    api = await linked.api(0);
    mkdirSync(join(linked.directory, 'outside'));
    secret = join(linked.directory, 'outside', 'secret.txt');
    writeFileSync(secret, 'not for you');
    writeFileSync(linked.at(0, 'mine.txt'), 'mine');
    await api.rescan(undefined, undefined);
    await eventually('it to be indexed', async () => (await linked.folder(0)).files === 1);
  });
  after(() => linked?.close());

  const paths = (): string[] => [
    secret,
    'Sync/../outside/secret.txt',
    'Sync/../../outside/secret.txt',
    `Sync/..\\outside\\secret.txt`,
    'Sync//etc/passwd',
    'Sync/./mine.txt',
    'Sync/.p2psync/folder.json',
    'Sync/.p2psync/versions',
    linked.at(0, '../outside/secret.txt'),
    linked.at(0, '.p2psync/folder.json'),
    '/etc/passwd',
    '/',
    '..',
    '../outside/secret.txt',
    'Sync/a\0b',
    `Sync/${'d/'.repeat(300)}x`,
    `Sync/${'x'.repeat(300)}`,
    '%2e%2e/outside/secret.txt',
  ];
  const never = new AbortController().signal;

  it('gives, restores and changes nothing outside of a folder or in .p2psync', async () => {
    const marker = readFileSync(linked.at(0, '.p2psync/folder.json'), 'utf8');
    const answers: string[] = [];
    for (const path of paths()) {
      for (const ask of [
        () => api.versions(path),
        () => api.restoreVersion(path, undefined),
        () => api.restoreVersion(path, Date.now()),
        () => api.keepConflict(path, 'mine'),
        () => api.keepConflict(path, 'both'),
        () => api.explain(path),
        () => api.rescan('Sync', path),
        () => api.history({ path, limit: 10 }),
      ]) {
        const answer: unknown = await Promise.resolve(ask()).catch((error: Error) => error.message);
        answers.push(JSON.stringify(answer ?? null));
      }
    }
    assert.ok(!answers.some((answer) => answer.includes('not for you') || answer.includes('root:')));
    // What lies outside is not even described: size, time, hash.
    assert.ok(!answers.some((answer) => /file, 11 bytes/.test(answer)));
    assert.equal(readFileSync(secret, 'utf8'), 'not for you');
    assert.equal(readFileSync(linked.at(0, '.p2psync/folder.json'), 'utf8'), marker);
    assert.equal(readFileSync(linked.at(0, 'mine.txt'), 'utf8'), 'mine');
    assert.ok(linked.device(0).running);
    assert.equal((await linked.folder(0)).state, 'idle');
  });

  it('makes no folder of its own home, of what holds it, or of a part of another folder', async () => {
    const { home } = linked.device(0);
    mkdirSync(linked.at(0, 'inner'));
    for (const path of [
      home,
      join(home, 'logs'),
      linked.directory,
      '/',
      linked.at(0, 'inner'),
      linked.at(0, '.p2psync'),
    ]) {
      await assert.rejects(api.addFolder(path, { label: 'x' }), Problem, path);
      await assert.rejects(api.moveFolder('Sync', path), Problem, path);
    }
    assert.ok(!existsSync(join(home, '.p2psync')));
    assert.equal((await api.status()).folders.length, 1);
  });

  it('takes labels and ids in request paths for what they are', async () => {
    const { address, token } = JSON.parse(readFileSync(join(linked.device(0).home, 'api.json'), 'utf8')) as {
      address: string;
      token: string;
    };
    const { hostname, port } = new URL(address);
    const raw = (method: string, path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const asked = request(
          { hostname, port, method, path, headers: { authorization: `Bearer ${token}` } },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          },
        );
        asked.on('error', reject);
        asked.end();
      });
    for (const id of [
      '..',
      '%2e%2e',
      '..%2f..',
      '..%2f..%2fetc%2fpasswd',
      '%00',
      '%ff',
      '.',
      'x'.repeat(5000),
      '__proto__',
      'constructor',
    ]) {
      for (const [method, path] of [
        ['DELETE', `/v1/folders/${id}`],
        ['DELETE', `/v1/devices/${id}`],
        ['GET', `/${id}`],
        ['GET', `/v1/../${id}/api.json`],
      ] as const) {
        const status = await raw(method, path);
        assert.ok(status >= 400 && status < 500, `${method} ${path.slice(0, 60)}: ${status}`);
      }
    }
    await assert.rejects(api.removeFolder('..'));
    assert.equal((await api.pairingState('__proto__', false, never)).state, 'none');
    assert.equal((await api.status()).folders.length, 1);
  });
});
