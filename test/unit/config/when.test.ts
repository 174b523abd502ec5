import assert from 'node:assert/strict';
import { parseWhen } from '../../../src/config/when.ts';

describe('parseWhen', () => {
  const now = Date.UTC(2026, 10, 23, 14, 0, 0);

  for (const [text, moment] of [
    ['2h', now - 2 * 3_600_000],
    ['3d ago', now - 3 * 86_400_000],
    ['1h30m', now - 90 * 60_000],
    ['2026-11-20T10:00:00Z', Date.UTC(2026, 10, 20, 10)],
    ['2026-11-20T10:00:00.500+02:00', Date.UTC(2026, 10, 20, 8, 0, 0, 500)],
    ['2026-11-20', new Date(2026, 10, 20).getTime()],
    ['2026-11-20 10:30', new Date(2026, 10, 20, 10, 30).getTime()],
  ] as const) {
    it(text, () => assert.equal(parseWhen(text, now), moment));
  }

  for (const text of ['', 'yesterday', '5', '2026', '2026-02-31', '2026-13-01T00:00', '2h ahead', '2030-01-01']) {
    it(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parseWhen(text, now), { code: 'WHEN_INVALID', exitCode: 2 });
    });
  }
});
