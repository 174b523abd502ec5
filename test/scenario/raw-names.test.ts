/** Names that are no UTF-8 cannot travel: they are said in a form that can be read, and stay where they are, whatever happens. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/condition.ts';
import { MemoryLan } from '../support/memory-lan.ts';
import { allEqual, SessionDevice } from '../support/session-device.ts';

describe('a name that is no UTF-8', () => {
  let directory: string;
  let a: SessionDevice;
  let b: SessionDevice;

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    directory = mkdtempSync(join(tmpdir(), 'p2psync-raw-'));
    const lan = new MemoryLan();
    a = new SessionDevice('A', directory, lan);
    b = new SessionDevice('B', directory, lan);
    mkdirSync(join(a.path, 'd/deep'), { recursive: true });
    writeFileSync(join(a.path, 'd/deep/x'), 'x');
    writeFileSync(join(a.path, 'd/y'), 'y');
    await a.start();
    await b.start();
    await allEqual([a, b]);
  });

  afterEach(async () => {
    await a?.stop();
    await b?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  it('is said, not sent, and never deleted, also when its directory goes elsewhere', async () => {
    const raw = Buffer.concat([Buffer.from(join(b.path, 'd/deep/caf')), Buffer.from([0xe9])]);
    writeFileSync(raw, 'on B alone');
    await allEqual([a, b]);
    const said = b.session.status().errors.find(({ path }) => path === 'd/deep/caf\\xe9');
    assert.equal(said?.message, '"caf\\xe9" is left out: its name is not UTF-8; rename it');
    rmSync(join(a.path, 'd'), { recursive: true });
    await a.session.rescan(undefined);
    await eventually(
      'B to delete what it may',
      () => !existsSync(join(b.path, 'd/deep/x')) && !existsSync(join(b.path, 'd/y')),
    );
    await eventually('B to say what is in the way', () =>
      b.session.status().errors.some(({ path, message }) => path === 'd/deep' && message.includes('still holds')),
    );
    await b.session.rescan(undefined);
    b.session.retry();
    await b.session.rescan(undefined);
    assert.equal(readFileSync(raw, 'utf8'), 'on B alone');
    assert.ok(!existsSync(join(a.path, 'd')), 'its directory does not come back elsewhere');
    // Once it has another name, it is a file like any other.
    writeFileSync(join(b.path, 'd/deep/café'), readFileSync(raw));
    rmSync(raw);
    await b.session.rescan(undefined);
    await eventually('A to have it', () => existsSync(join(a.path, 'd/deep/café')));
    await allEqual([a, b], 20_000);
    assert.deepEqual(b.session.status().errors, []);
  });
});
