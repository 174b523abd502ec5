import assert from 'node:assert/strict';
import { lstatSync, lutimesSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { mtimeUsOf, utimesSecondsOf } from '../../../src/core/file-time.ts';

/** 2106-02-07, where seconds leave 32 bits: the end of many file systems' times. */
const year2106Us = 2 ** 32 * 1e6 - 1;
const year2038Us = 2 ** 31 * 1e6 - 1;
const year1936Us = -(2 ** 30) * 1e6;

/** What stat shows of a file whose time is `ns` nanoseconds after the whole second `seconds`: Node's own arithmetic. */
function mtimeMsOf(seconds: number, ns: number): number {
  return seconds * 1000 + ns / 1e6;
}

/** Nanoseconds that the system is given for a time in seconds: all of them (Node 24), or whole microseconds (Node 20). */
function nsOf(seconds: number, wholeMicroseconds: boolean): { seconds: number; ns: number } {
  let whole = Math.trunc(seconds);
  let ns = Math.trunc((seconds - whole) * 1e9);
  if (wholeMicroseconds) ns -= ns % 1000;
  if (ns < 0) {
    ns += 1e9;
    whole -= 1;
  }
  return { seconds: whole, ns };
}

function readBack(utimesSeconds: number, wholeMicroseconds: boolean): number {
  const { seconds, ns } = nsOf(utimesSeconds, wholeMicroseconds);
  return mtimeUsOf({ mtimeMs: mtimeMsOf(seconds, ns) });
}

describe('file times', () => {
  const microseconds = fc.oneof(
    fc.integer({ min: 0, max: year2106Us }),
    fc.integer({ min: 0, max: 10 }),
    fc.integer({ min: year2106Us - 10, max: year2106Us }),
    fc.nat({ max: 2 ** 32 - 1 }).map((seconds) => seconds * 1e6),
    fc.nat({ max: 2 ** 32 - 1 }).map((seconds) => seconds * 1e6 + 999_999),
  );

  it('reads back every microsecond that it set, from 1970 to 2106, as Node 20 and as Node 24 round', () => {
    fc.assert(
      fc.property(microseconds, fc.boolean(), (us, wholeMicroseconds) => {
        assert.equal(readBack(utimesSecondsOf(us), wholeMicroseconds), us);
      }),
      { numRuns: 50_000 },
    );
  });

  it('a time too far away to be told to others is the nearest that can be', () => {
    const year2400Ms = 13_569_465_600_000;
    assert.equal(mtimeUsOf({ mtimeMs: year2400Ms }), Number.MAX_SAFE_INTEGER);
    assert.equal(mtimeUsOf({ mtimeMs: -62_135_596_800_000 }), Number.MIN_SAFE_INTEGER);
    assert.equal(mtimeUsOf({ mtimeMs: 0 }), 0);
  });

  it('reads back times before 1970, to 1936', () => {
    fc.assert(
      fc.property(fc.integer({ min: year1936Us, max: -1 }), fc.boolean(), (us, wholeMicroseconds) => {
        assert.equal(readBack(utimesSecondsOf(us), wholeMicroseconds), us);
      }),
      { numRuns: 20_000 },
    );
  });

  it('reads back, until 2038, also what was set to the middle of the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: year2038Us }), fc.boolean(), (us, wholeMicroseconds) => {
        assert.equal(readBack((us + 0.5) / 1e6, wholeMicroseconds), us);
      }),
      { numRuns: 20_000 },
    );
  });

  it('takes every nanosecond of a time to its microsecond or, in the last third, the next', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 999_999_999 }), (seconds, ns) => {
        const us = seconds * 1e6 + Math.floor(ns / 1000);
        const read = mtimeUsOf({ mtimeMs: mtimeMsOf(seconds, ns) });
        if (ns % 1000 < 625) assert.equal(read, us);
        else assert.ok(read === us || read === us + 1);
      }),
      { numRuns: 20_000 },
    );
  });

  describe('on this file system', () => {
    let directory: string;
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'p2psync-file-time-'));
    });
    after(() => {
      rmSync(directory, { recursive: true, force: true });
    });

    it('reads back what it set on real files and links', () => {
      const file = join(directory, 'file');
      const link = join(directory, 'link');
      writeFileSync(file, '');
      symlinkSync('nowhere', link);
      fc.assert(
        fc.property(fc.integer({ min: year1936Us, max: year2106Us }), (us) => {
          const seconds = utimesSecondsOf(us);
          // Node takes a negative number for "now", and text as it is.
          const time = seconds < 0 ? String(seconds) : seconds;
          utimesSync(file, time, time);
          lutimesSync(link, time, time);
          assert.equal(mtimeUsOf(statSync(file)), us);
          assert.equal(mtimeUsOf(lstatSync(link)), us);
        }),
        { numRuns: 2000 },
      );
    });
  });
});
