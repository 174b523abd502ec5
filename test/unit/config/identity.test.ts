import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { loadOrCreateIdentity } from '../../../src/config/identity.ts';
import { isDeviceId } from '../../../src/core/identifiers.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('identity', () => {
  const home = temporaryDirectory();
  const file = (): string => join(home(), 'identity.key');
  const damaged = async (content: string): Promise<void> => {
    await writeFile(file(), content, { mode: 0o600 });
    await assert.rejects(loadOrCreateIdentity(home()), { code: 'IDENTITY_CORRUPT', exitCode: 1, message: /backup/ });
    assert.equal(await readFile(file(), 'utf8'), content, 'a damaged key must stay as it is');
  };

  it('is made once, 0600, and stays the same', async () => {
    const first = await loadOrCreateIdentity(home());
    assert.ok(isDeviceId(first.id));
    assert.equal((await stat(file())).mode & 0o777, 0o600);
    const text = await readFile(file(), 'utf8');
    const second = await loadOrCreateIdentity(home());
    assert.equal(second.id, first.id);
    assert.ok(second.privateKey.equals(first.privateKey));
    assert.equal(await readFile(file(), 'utf8'), text);
    assert.deepEqual(await readdir(home()), ['identity.key']);
  });

  it('is one and the same for twenty that race', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateIdentity(home())));
    assert.equal(new Set(all.map(({ id }) => id)).size, 1);
    assert.deepEqual(await readdir(home()), ['identity.key']);
  });

  it('is one and the same for processes that race', async () => {
    const module = new URL('../../../src/config/identity.ts', import.meta.url).href;
    const script = `const m = await import(${JSON.stringify(module)}); process.stdout.write((await m.loadOrCreateIdentity(${JSON.stringify(home())})).id)`;
    const run = promisify(execFile);
    const all = await Promise.all(
      Array.from({ length: 3 }, () =>
        run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: process.cwd() }),
      ),
    );
    assert.equal(new Set(all.map(({ stdout }) => stdout)).size, 1);
    assert.equal(all[0]?.stdout, (await loadOrCreateIdentity(home())).id);
  });

  it('refuses an empty file', () => damaged(''));
  it('refuses a file of comments', () => damaged('# nothing\n'));
  it('refuses what is no key', () => damaged('hello\n'));
  it('refuses base64 of something else', () => damaged(`${Buffer.alloc(68, 7).toString('base64')}\n`));
  it('refuses a huge file', () => damaged('#'.repeat(10_000)));

  it('refuses a cut file', async () => {
    await loadOrCreateIdentity(home());
    const text = await readFile(file(), 'utf8');
    for (const length of [text.length - 2, text.length - 30, 120, 10]) await damaged(text.slice(0, length));
  });

  it('refuses any flipped bit in the key', async () => {
    await loadOrCreateIdentity(home());
    const [comment, line] = (await readFile(file(), 'utf8')).split('\n');
    const bytes = Buffer.from(line ?? '', 'base64');
    for (let bit = 3; bit < bytes.length * 8; bit += 37) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      await damaged(`${comment}\n${flipped.toString('base64')}\n`);
    }
  });

  it('refuses a key of another type', async () => {
    const key = await generateKeyPair('secp256k1');
    const padded = Buffer.from(privateKeyToProtobuf(key)).toString('base64');
    await damaged(`${padded}\n`);
  });

  for (const mode of [0o640, 0o604, 0o660]) {
    it(`refuses mode ${mode.toString(8)}`, async () => {
      await loadOrCreateIdentity(home());
      await chmod(file(), mode);
      await assert.rejects(loadOrCreateIdentity(home()), { code: 'IDENTITY_PERMISSIONS', message: /chmod 600/ });
    });
  }

  it('refuses a directory in its place', async () => {
    await mkdir(file(), { mode: 0o700 });
    await assert.rejects(loadOrCreateIdentity(home()), { code: 'IDENTITY_CORRUPT' });
  });

  it('says so when it cannot be written', async () => {
    await rm(home(), { recursive: true });
    await assert.rejects(loadOrCreateIdentity(home()), { code: 'IDENTITY_NOT_CREATED' });
  });
});
