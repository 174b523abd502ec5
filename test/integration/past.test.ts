/** Two real daemons: one rewrites everything; the other lists, restores, and takes all of it back. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogEntry, RestoreResult, UndoResult, VersionList } from '../../src/api/control.ts';
import { eventually } from '../support/condition.ts';
import { Device } from '../support/device.ts';
import { readTree, treeDifferences } from '../support/trees.ts';

const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];
const files = 300;

describe('the past, by real daemons', function () {
  this.timeout(120_000);
  let directory: string;
  let one: Device;
  let two: Device;
  const tree = (name: string): string => join(directory, name);

  beforeEach(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'p2psync-past-')));
    one = new Device('one', directory);
    two = new Device('two', directory);
    for (const device of [one, two]) await device.start(['--name', device.name, ...quiet]);
    mkdirSync(tree('docs'));
  });

  afterEach(async () => {
    for (const device of [one, two]) await device.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const equal = (): Promise<unknown> =>
    eventually('both trees to be equal', () => treeDifferences(tree('docs'), tree('far')).length === 0, 30_000);

  it('ls, restore, log, and undo of a mass rewrite, also after a restart', async () => {
    for (let i = 0; i < files; i++) {
      mkdirSync(tree(`docs/d${i % 10}`), { recursive: true });
      writeFileSync(tree(`docs/d${i % 10}/${i}.txt`), `the content of file ${i}`);
    }
    await one.ok(['up', tree('docs'), '--no-pair', '--label', 'docs']);
    const { code } = await one.json<{ code: string }>(['pair', '--no-wait']);
    const [address] = (await one.status()).addresses;
    await two.ok(['pair', code, tree('far'), '--address', address as string]);
    await equal();
    await one.ok(['wait']);
    const before = readTree(tree('docs'));

    // One edit, restored.
    writeFileSync(tree('far/d1/1.txt'), 'edited on two');
    await equal();
    await two.ok(['wait']);
    const { versions } = await one.json<VersionList>(['version', 'ls', tree('docs/d1/1.txt')]);
    assert.deepEqual(
      versions.map(({ path, folder, own }) => [path, folder, own]),
      [['d1/1.txt', 'docs', false]],
    );
    const restored = await one.json<RestoreResult>(['version', 'restore', 'docs/d1/1.txt']);
    assert.equal(readFileSync(restored.replaced as string, 'utf8'), 'edited on two');
    await equal();
    assert.deepEqual(readTree(tree('docs')), before);

    // A mass rewrite on two: fewer than half at once, so that no guard holds it.
    await one.ok(['wait']);
    const since = new Date().toISOString();
    for (let i = 0; i < files; i += 3) {
      const path = tree(`far/d${i % 10}/${i}.txt`);
      writeFileSync(path, `ENCRYPTED ${i}`);
      renameSync(path, `${path}.locked`);
    }
    writeFileSync(tree('far/RANSOM.txt'), 'pay');
    await equal();
    await one.ok(['wait']);
    await one.stop();
    // At the same port, which is all that two knows of it.
    const port = /\/tcp\/(\d+)/.exec(address as string)?.[1];
    await one.start(['--listen', `/ip4/127.0.0.1/tcp/${port}`, '--no-mdns']);
    const log = await one.json<LogEntry[]>(['log', '--device', 'two', '--since', since]);
    assert.deepEqual(new Set(log.map(({ device }) => device?.name)), new Set(['two']));
    assert.equal(log.filter(({ change }) => change === 'deleted').length, files / 3);
    const dry = await one.json<UndoResult>(['undo', 'two', '--since', since, '--dry-run']);
    assert.deepEqual(treeDifferences(tree('docs'), tree('far')), []);
    const outcome = await one.json<UndoResult>(['undo', 'two', '--since', since]);
    assert.equal(outcome.undone.length, (files / 3) * 2 + 1);
    assert.equal(dry.undone.length, outcome.undone.length);
    assert.deepEqual(outcome.left, []);
    assert.deepEqual(readTree(tree('docs')), before);
    await equal();
    const again = await one.json<UndoResult>(['undo', 'two', '--since', since]);
    assert.deepEqual([again.undone, again.left], [[], []]);

    // What cannot be undone: exit code 1, and a list.
    writeFileSync(tree('far/d2/2.txt'), 'by two');
    await equal();
    writeFileSync(tree('docs/d2/2.txt'), 'by one, later');
    await equal();
    const partly = await one.run(['undo', 'two', '--since', since, '--json']);
    assert.equal(partly.code, 1, partly.stderr);
    assert.match(partly.stderr, /d2\/2\.txt: somebody else changed it afterwards.*\[UNDO_INCOMPLETE\]/);
    assert.equal(readFileSync(tree('docs/d2/2.txt'), 'utf8'), 'by one, later');
    const refused = await one.run(['version', 'restore', 'docs/nothing']);
    assert.deepEqual([refused.code, /\[VERSION_NOT_FOUND\]/.test(refused.stderr)], [1, true]);
  });
});
