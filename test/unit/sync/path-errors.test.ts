import assert from 'node:assert/strict';
import type { RelativePath } from '../../../src/core/path.ts';
import { PathErrors } from '../../../src/sync/path-errors.ts';

const path = (text: string): RelativePath => text as RelativePath;

function told(errors: PathErrors): string[] {
  return errors.list().map((error) => error.path);
}

describe('what is wrong with single paths', () => {
  it('ends when a look finds nothing wrong there any more, and only then', () => {
    const errors = new PathErrors();
    for (const at of ['a', 'd', 'd/x']) errors.set(path(at), 'EACCES', 'cannot be read', 'look');
    errors.set(path('d/y'), 'NO_SOURCE', 'its content is not here', 'decision');
    errors.lookedOver(path('d'), new Set([path('d/x')]));
    assert.deepEqual(told(errors), ['a', 'd/x', 'd/y']);
    errors.lookedOver(undefined, new Set());
    assert.deepEqual(told(errors), ['d/y']);
  });

  it('of the root is judged by a look at everything', () => {
    const errors = new PathErrors();
    errors.set(undefined, 'EIO', 'cannot be listed', 'look');
    errors.lookedOver(path('d'), new Set());
    assert.deepEqual(told(errors), ['.']);
    errors.lookedOver(undefined, new Set([undefined]));
    assert.deepEqual(told(errors), ['.']);
    errors.lookedOver(undefined, new Set());
    assert.deepEqual(told(errors), []);
  });

  it('of a decision ends with the decision that nothing is to be done', () => {
    const errors = new PathErrors();
    errors.set(path('a'), 'DIRECTORY_NOT_EMPTY', 'it holds x', 'decision');
    errors.set(path('b'), 'UNREADABLE', 'cannot be read', 'look');
    errors.set(path('c'), 'INDEX_OLDER', 'restored');
    for (const at of ['a', 'b', 'c']) errors.settled(path(at));
    assert.deepEqual(told(errors), ['b', 'c']);
  });
});
