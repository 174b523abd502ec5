/** What is still to be brought in can always be said to other devices, whatever one of them announces. */
import assert from 'node:assert/strict';
import { Needs } from '../../../src/sync/needs.ts';
import { path } from '../../support/core-arbitraries.ts';

describe('Needs', () => {
  it('says no more than the wire takes, and is exact again afterwards', () => {
    const needs = new Needs();
    needs.set(path('small'), 3);
    for (let i = 0; i < 9000; i++) needs.set(path(`file ${i}`), 2 ** 40 - 1);
    assert.equal(needs.bytes, Number.MAX_SAFE_INTEGER);
    for (let i = 0; i < 9000; i++) needs.delete(path(`file ${i}`));
    assert.equal(needs.bytes, 3);
    needs.set(path('small'), 5);
    assert.deepEqual([needs.bytes, needs.files], [5, 1]);
  });
});
