import assert from 'node:assert/strict';
import { mock } from 'node:test';
import fc from 'fast-check';
import { isBelow, type RelativePath } from '../../../src/core/path.ts';
import { foldHints, Settle, type SettleOptions, type WatchHint } from '../../../src/disk/settle.ts';

const path = (text: string): RelativePath => text as RelativePath;
const hint = (text: string, subtree = false): WatchHint => ({ path: text === '' ? undefined : path(text), subtree });

describe('Settle', () => {
  let flushes: (readonly WatchHint[])[];
  let settle: Settle;
  const start = (options: SettleOptions = {}): void => {
    settle = new Settle(options, (hints) => flushes.push(hints));
  };

  beforeEach(() => {
    flushes = [];
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => {
    settle.close();
    mock.timers.reset();
  });

  it('waits for quiet and says each path once', () => {
    start({ quietMs: 20, waitMsMax: 200 });
    settle.add(hint('a'));
    mock.timers.tick(19);
    settle.add(hint('b'));
    settle.add(hint('a'));
    mock.timers.tick(19);
    assert.deepEqual(flushes, []);
    mock.timers.tick(1);
    assert.deepEqual(flushes, [[hint('a'), hint('b')]]);
    mock.timers.tick(1000);
    assert.equal(flushes.length, 1);
  });

  it('lets a path through that is written all the time', () => {
    start({ quietMs: 20, waitMsMax: 200 });
    for (let ms = 0; ms < 600; ms += 10) {
      settle.add(hint('log'));
      mock.timers.tick(10);
    }
    assert.ok(flushes.length >= 2, `${flushes.length} flushes`);
    assert.ok(flushes.every((hints) => hints.length === 1));
  });

  it('begins to wait anew after a flush', () => {
    start({ quietMs: 20, waitMsMax: 200 });
    settle.add(hint('a'));
    mock.timers.tick(20);
    mock.timers.tick(190);
    settle.add(hint('b'));
    mock.timers.tick(19);
    assert.equal(flushes.length, 1);
    mock.timers.tick(1);
    assert.equal(flushes.length, 2);
  });

  it('lets a subtree cover what is below it, but not names that only begin alike', () => {
    start();
    for (const each of [hint('d/x'), hint('d', true), hint('d/e/f', true), hint('dd'), hint('d.txt')]) settle.add(each);
    mock.timers.tick(20);
    assert.deepEqual(flushes, [[hint('d', true), hint('dd'), hint('d.txt')]]);
  });

  it('keeps a subtree hint when a plain one for the same path follows', () => {
    start();
    settle.add(hint('d', true));
    settle.add(hint('d'));
    mock.timers.tick(20);
    assert.deepEqual(flushes, [[hint('d', true)]]);
  });

  it('becomes one hint for everything above its bound', () => {
    start({ pathsMax: 10 });
    for (let i = 0; i < 11; i++) settle.add(hint(`f${i}`));
    mock.timers.tick(20);
    assert.deepEqual(flushes, [[hint('', true)]]);
  });

  it('says nothing after close', () => {
    start();
    settle.add(hint('a'));
    settle.close();
    settle.add(hint('b'));
    mock.timers.tick(1000);
    assert.deepEqual(flushes, []);
  });
});

describe('foldHints', () => {
  it('keeps a hint exactly when no subtree above covers it', () => {
    const name = fc.constantFrom('a', 'b', 'ab');
    const anyPath = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => path(names.join('/')));
    fc.assert(
      fc.property(fc.array(fc.tuple(anyPath, fc.boolean()), { maxLength: 20 }), (pairs) => {
        const hints = new Map(pairs);
        const covering = [...hints].filter(([, subtree]) => subtree).map(([above]) => above);
        const expected = [...hints].filter(([below]) => !covering.some((above) => isBelow(below, above)));
        assert.deepEqual(
          foldHints(hints),
          expected.map(([at, subtree]) => ({ path: at, subtree })),
        );
      }),
    );
  });
});
