import assert from 'node:assert/strict';
import { intentOf } from '../../../src/core/recovery.ts';
import { path } from '../../support/core-arbitraries.ts';
import { change, Sandbox, write } from '../../support/store-fixtures.ts';

const intent = intentOf({
  path: path('a'),
  steps: [
    { do: 'remove', path: path('a'), expect: { is: 'absent' } },
    { do: 'create-directory', path: path('a'), expect: { is: 'absent' } },
  ],
  records: [
    {
      path: path('a'),
      entry: { kind: 'directory' },
      write: 'local',
      version: [],
      statOf: 1,
      basedOn: 0,
    },
  ],
});

describe('the journal of intents', () => {
  const sandbox = new Sandbox();
  afterEach(() => sandbox.clean());

  it('keeps a group until the commit that ends it, across openings, and numbers go on', async () => {
    const store = await sandbox.folder();
    const first = await store.intend([intent]);
    const second = await store.intend([intent, intent]);
    assert.notEqual(first, second);
    await store.commit([change('a', { kind: 'directory' })], first);
    const again = await sandbox.reopened();
    assert.deepEqual(await again.openGroups(), [{ group: second, intents: [intent, intent] }]);
    assert.ok((await again.intend([])) > second);
    assert.deepEqual(await again.commit([], second), []);
    assert.equal((await again.openGroups()).length, 1);
    assert.deepEqual(await again.verify(), []);
  });

  it('ends a group also when nothing of it could be recorded', async () => {
    const store = await sandbox.folder();
    await write(store, change('a', { kind: 'directory' }));
    const group = await store.intend([intent]);
    assert.deepEqual(await store.commit([change('a', { kind: 'directory' })], group), ['stale']);
    assert.deepEqual(await store.openGroups(), []);
  });
});
