/**
 * What a user does between the look and the act (I7). The calls of node:fs that a step makes are the only moments there are, so
 * the user is let in there; and the steps that no plan makes, which must touch nothing all the same.
 */
import assert from 'node:assert/strict';
import fs, {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { ApplyStep } from '../../../src/core/step.ts';
import { ChangedError, renameExpected, statOfPlaced } from '../../../src/disk/place.ts';
import { absent, asPath, testFolder, verdicts, writeFileStep } from './writing-support.ts';

type Call = 'linkSync' | 'lstatSync' | 'renameSync';
const original = { linkSync, lstatSync, renameSync };

/** Runs `user` once, right after (or before) the first such call whose path ends so. */
function meanwhile(call: Call, when: 'before' | 'after', ending: string, user: () => void): () => void {
  let done = false;
  const real = original[call] as (...args: unknown[]) => unknown;
  const replaced = (...args: unknown[]): unknown => {
    const isIt = !done && String(args[0]).endsWith(ending);
    if (isIt) done = true;
    if (isIt && when === 'before') user();
    const result = real(...args);
    if (isIt && when === 'after') user();
    return result;
  };
  Object.assign(fs, { [call]: replaced });
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs, original);
    syncBuiltinESMExports();
    assert.ok(done, `${call} was never called on …${ending}`);
  };
}

describe('between look and act', () => {
  const folder = testFolder();

  afterEach(() => {
    Object.assign(fs, original);
    syncBuiltinESMExports();
  });

  it('a file that the user replaces while its second name is made stays', () => {
    const expect = folder().write('a', 'old');
    folder().stage('new');
    const full = folder().at('a');
    const end = meanwhile('linkSync', 'after', '/a', () => {
      rmSync(full);
      writeFileSync(full, "the user's");
    });
    const outcomes = folder().apply([writeFileStep('a', 'new', expect)]);
    end();
    assert.deepEqual(verdicts(outcomes), ['changed']);
    assert.equal(readFileSync(full, 'utf8'), "the user's");
    assert.deepEqual(folder().own('versions'), []);
  });

  it('a file that the user makes after the look stays', () => {
    const contentHash = folder().stage('new');
    const full = folder().at('a');
    const end = meanwhile('linkSync', 'before', contentHash, () => writeFileSync(full, "the user's"));
    const outcomes = folder().apply([writeFileStep('a', 'new', absent)]);
    end();
    assert.equal(outcomes[0]?.ok, false);
    assert.equal(readFileSync(full, 'utf8'), "the user's");
  });

  it('a file that the user writes to while it is renamed keeps its name', () => {
    folder().write('a', 'old');
    const [from, to] = [folder().at('a'), folder().at('b')];
    const expected = folder().stat('a');
    const end = meanwhile('linkSync', 'after', '/a', () => {
      rmSync(from);
      writeFileSync(from, "the user's, longer");
    });
    assert.throws(() => renameExpected(from, to, expected), ChangedError);
    end();
    assert.equal(readFileSync(from, 'utf8'), "the user's, longer");
    assert.equal(existsSync(to), false);
  });

  it('what the user writes right after is not recorded as ours', () => {
    folder().write('a', 'ours');
    const before = folder().stat('a');
    assert.deepEqual(statOfPlaced(folder().at('a'), before), before);
    writeFileSync(folder().at('a'), "the user's, longer");
    // No later look finds this stat again, so the next scan sees the user's write.
    assert.deepEqual(statOfPlaced(folder().at('a'), before), before);
    assert.notDeepEqual(folder().stat('a'), before);
  });
});

describe('steps that no plan makes', () => {
  const folder = testFolder();

  it('a remove of what should be absent touches nothing', () => {
    folder().write('a', "the user's");
    const step: ApplyStep = { do: 'remove', path: asPath('a'), expect: absent };
    assert.deepEqual(verdicts(folder().apply([step])), ['changed']);
    assert.equal(readFileSync(folder().at('a'), 'utf8'), "the user's");
    assert.deepEqual(folder().own('versions'), []);
  });

  it('nothing is done to our own directory, nor moved into it', () => {
    mkdirSync(folder().at('.p2psync'));
    folder().write('.p2psync/folder.json', 'marker');
    const marker = folder().expect('.p2psync/folder.json');
    folder().stage('new');
    const own = asPath('.p2psync/folder.json');
    const expect = folder().write('a', 'mine');
    const steps: ApplyStep[] = [
      writeFileStep('.p2psync/folder.json', 'new', marker),
      { do: 'remove', path: own, expect: marker },
      { do: 'rename', path: own, to: asPath('b'), expect: marker },
      { do: 'rename', path: asPath('a'), to: asPath('.p2psync/versions-of-mine'), expect },
      { do: 'create-directory', path: asPath('.P2PSYNC/x'), expect: absent },
    ];
    const outcomes = folder().apply(steps);
    assert.deepEqual(
      outcomes.map((outcome) => !outcome.ok && outcome.code),
      steps.map(() => 'IGNORED_PATH'),
    );
    assert.equal(readFileSync(folder().at('.p2psync/folder.json'), 'utf8'), 'marker');
    assert.equal(readFileSync(folder().at('a'), 'utf8'), 'mine');
  });
});
