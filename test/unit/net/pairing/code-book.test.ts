/** Lives of a code: tries across restarts and runs, expiry, use. */
import assert from 'node:assert/strict';
import { CodeBook, codeLifeMsMax } from '../../../../src/net/protocols/pairing/code-book.ts';
import type { Attempt } from '../../../../src/net/protocols/pairing/code-book.ts';
import { parseCode } from '../../../../src/net/protocols/pairing/words.ts';
import { codeOf, MemoryStorage, never, pair, testClock, wrongCode } from './support.ts';

async function begin(codes: CodeBook, code: string): Promise<Attempt> {
  const admission = codes.admit(parseCode(code).nameplate);
  assert.ok(typeof admission !== 'string', `refused: ${JSON.stringify(admission)}`);
  const attempt = await admission.beginTry();
  assert.ok(typeof attempt !== 'string', `refused: ${JSON.stringify(attempt)}`);
  return attempt;
}

describe('pairing code book', () => {
  it('counts wrong tries across restarts', async () => {
    const storage = new MemoryStorage();
    const clock = testClock();
    let codes = await CodeBook.open({ storage, clock });
    const { code } = await codes.create();
    for (const expected of ['PAIR_WRONG_CODE', 'PAIR_WRONG_CODE', 'PAIR_WRONG_CODE', 'PAIR_BURNT']) {
      const [a] = await pair(wrongCode(code), codes);
      assert.equal(codeOf(a), expected);
      codes.close();
      codes = await CodeBook.open({ storage, clock });
    }
    assert.equal(codes.state(), 'burnt');
    assert.equal(codeOf((await pair(code, codes))[0]), 'PAIR_BURNT');
  });

  it('works after a restart, while tries are left', async () => {
    const storage = new MemoryStorage();
    const clock = testClock();
    const first = await CodeBook.open({ storage, clock });
    const { code } = await first.create();
    await pair(wrongCode(code), first);
    const second = await CodeBook.open({ storage, clock });
    assert.equal(second.wrongTries(code), 1);
    assert.equal(codeOf((await pair(code, second))[0]), 'ok');
    const third = await CodeBook.open({ storage, clock });
    assert.equal(third.state(), 'used');
    assert.equal(codeOf((await pair(code, third))[0]), 'PAIR_BURNT');
  });

  it('a try left open by a crash counts as wrong', async () => {
    const storage = new MemoryStorage();
    const clock = testClock();
    const { code } = await (await CodeBook.open({ storage, clock })).create();
    for (let i = 1; i <= 3; i++) {
      const codes = await CodeBook.open({ storage, clock });
      await begin(codes, code); // and the process dies
      codes.close();
    }
    assert.equal((await CodeBook.open({ storage, clock })).state(), 'burnt');
  });

  it('the try is on disk before it can be checked; without a disk it is not checked', async () => {
    const storage = new MemoryStorage();
    const codes = await CodeBook.open({ storage, clock: testClock() });
    const { code } = await codes.create();
    await begin(codes, code);
    assert.equal((JSON.parse(storage.text ?? '') as { tries: number }).tries, 1);
    storage.save = () => Promise.reject(new Error('disk full'));
    const [a, b] = await pair(code, codes);
    assert.equal(a.status, 'rejected');
    assert.match(String((b as PromiseRejectedResult).reason), /disk full/);
    assert.notEqual(codes.state(), 'used');
    assert.equal(codes.wrongTries(code), 1);
  });

  it('the words leave the disk with the code’s life', async () => {
    const storage = new MemoryStorage();
    const codes = await CodeBook.open({ storage, clock: testClock() });
    const { code } = await codes.create();
    const { secret } = parseCode(code);
    assert.ok(storage.text?.includes(secret));
    await pair(code, codes);
    assert.ok(!storage.text?.includes(secret));
  });

  it('expires after ten minutes, by either clock, and when the wall clock is set back', async () => {
    const changes: ((clock: ReturnType<typeof testClock>) => void)[] = [
      (clock) => (clock.ms += codeLifeMsMax),
      (clock) => (clock.monotonicMs += codeLifeMsMax),
      (clock) => (clock.ms -= 1),
    ];
    for (const change of changes) {
      const clock = testClock();
      const codes = await CodeBook.open({ storage: new MemoryStorage(), clock });
      const { code, expiresMs } = await codes.create();
      assert.equal(expiresMs, clock.ms + codeLifeMsMax);
      clock.ms += codeLifeMsMax - 1;
      assert.equal(codes.stateOf(code), 'waiting');
      clock.ms -= codeLifeMsMax - 1;
      change(clock);
      assert.equal(codes.stateOf(code), 'expired');
      const [a, b] = await pair(code, codes);
      assert.equal(codeOf(a), 'PAIR_EXPIRED');
      assert.equal(codeOf(b), 'PAIR_EXPIRED');
      assert.equal(codes.wrongTries(code), 0);
    }
  });

  it('a new code ends the one before it, also in the middle of a run', async () => {
    const codes = await CodeBook.open({ storage: new MemoryStorage(), clock: testClock() });
    const first = await codes.create();
    const admission = codes.admit(parseCode(first.code).nameplate);
    assert.ok(typeof admission !== 'string');
    const second = await codes.create();
    assert.notEqual(parseCode(first.code).nameplate, parseCode(second.code).nameplate);
    assert.equal(await admission.beginTry(), 'no-such-code');
    assert.equal(codes.stateOf(first.code), 'none');
    assert.equal(codeOf((await pair(first.code, codes))[0]), 'PAIR_NO_SUCH_CODE');
    assert.equal(codeOf((await pair(second.code, codes))[0]), 'ok');
  });

  it('a right try that is still open when the third is taken may win, and no fourth is given meanwhile', async () => {
    const codes = await CodeBook.open({ storage: new MemoryStorage(), clock: testClock() });
    const { code } = await codes.create();
    const attempts = [await begin(codes, code), await begin(codes, code), await begin(codes, code)];
    assert.equal(codes.admit(parseCode(code).nameplate), 'busy');
    attempts[0]?.fail();
    attempts[1]?.fail();
    assert.equal(codes.state(), 'waiting');
    assert.equal(await attempts[2]?.succeed(), true);
    assert.equal(codes.state(), 'used');
    assert.equal(codes.wrongTries(code), 2);
  });

  it('tells of changes: use, wrong tries, a new code, expiry by time', async () => {
    const clock = testClock();
    const codes = await CodeBook.open({ storage: new MemoryStorage(), clock });
    let calls = 0;
    const unlisten = codes.onChange(() => calls++);
    const { code } = await codes.create();
    assert.equal(calls, 1);
    const changed = codes.changed(never);
    await pair(wrongCode(code), codes);
    await changed;
    assert.equal(calls, 2);
    const used = codes.changed(never);
    await pair(code, codes);
    await used;
    assert.equal(calls, 3);
    unlisten();
    const controller = new AbortController();
    const waiting = codes.changed(controller.signal);
    controller.abort(new Error('called off'));
    await assert.rejects(waiting, /called off/);

    const short = await CodeBook.open({ storage: new MemoryStorage(), clock });
    await short.create();
    // Read back 20 ms before its end, the timer is due soon.
    clock.ms += codeLifeMsMax - 20;
    const storage = new MemoryStorage();
    storage.text = JSON.stringify({
      version: 1,
      nameplate: 5,
      secret: 'harbor-violin',
      createdMs: clock.ms - codeLifeMsMax + 20,
      expiresMs: clock.ms + 20,
      tries: 0,
      used: false,
    });
    const reopened = await CodeBook.open({ storage, clock });
    assert.equal(reopened.state(), 'waiting');
    const keepAlive = setInterval(() => {}, 1000);
    const expired = reopened.changed(never);
    clock.ms += 20;
    await expired;
    clearInterval(keepAlive);
    assert.equal(reopened.state(), 'expired');
  });

  it('what is written there by others gives no longer life and no more tries', async () => {
    const clock = testClock();
    const good = {
      version: 1,
      nameplate: 5,
      secret: 'harbor-violin',
      createdMs: clock.ms,
      expiresMs: clock.ms + 1000,
      tries: 0,
      used: false,
    };
    const open = async (text: string): Promise<CodeBook> => {
      const storage = new MemoryStorage();
      storage.text = text;
      return CodeBook.open({ storage, clock });
    };
    assert.equal((await open(JSON.stringify(good))).stateOf('5-harbor-violin'), 'waiting');
    const { secret: _, ...wordless } = good;
    assert.equal((await open(JSON.stringify(wordless))).state(), 'burnt');
    for (const bad of [
      '',
      '{',
      'null',
      '[]',
      JSON.stringify({ ...good, tries: -1 }),
      JSON.stringify({ ...good, version: 2 }),
    ]) {
      const codes = await open(bad);
      assert.equal(codes.state(), 'none');
      assert.equal(codes.admit(5), 'no-such-code');
    }
    const later = await open(JSON.stringify({ ...good, expiresMs: clock.ms * 2 }));
    clock.ms += codeLifeMsMax;
    assert.equal(later.state(), 'expired');
  });

  it('without any code everything is refused', async () => {
    const codes = await CodeBook.open({ storage: new MemoryStorage(), clock: testClock() });
    assert.equal(codes.state(), 'none');
    assert.equal(codeOf((await pair('7-harbor-violin', codes))[0]), 'PAIR_NO_SUCH_CODE');
  });
});
