/** Whatever settings there are and become, through whatever sequence of edits: the file says just that, and comments survive. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editSettings, sameSettings } from '../../src/config/edit-settings.ts';
import { parseSettings } from '../../src/config/settings.ts';
import type { DeviceSettings, FolderSettings, Settings } from '../../src/config/settings-types.ts';
import type { DeviceId, FolderId } from '../../src/core/identifiers.ts';

const base32 = [...'abcdefghijklmnopqrstuvwxyz234567'];
const deviceIds = ['A', 'B', 'C', 'D'].map((letter) => `12D3KooW${letter.repeat(44)}` as DeviceId);
const folderId = fc.constantFrom(...base32.slice(0, 5)).map((letter) => letter.repeat(26) as FolderId);

const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom('#', '"', "'", '\\', '[[folder]]', '""" x', "'''", '\\u0041', '= 1', 'a # b', '{}', '\u00a0x'),
  )
  .filter((text) => text.trim() === text && text !== '' && !/[\p{Cc}\u2028\u2029]/u.test(text));
const path = name.map((text) => `/${text}`);
const address = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 65_535 }));
const listen = fc.array(
  address.map(([last, port]) => `/ip4/10.0.0.${last}/tcp/${port}`),
  { maxLength: 4 },
);
const rate = fc.option(
  fc.oneof(
    fc.integer({ min: 1000, max: 1e12 }),
    fc.integer({ min: 1, max: 900 }).map((n) => n * 1e6),
  ),
  { nil: undefined },
);

const folder: fc.Arbitrary<FolderSettings> = fc.record(
  {
    id: folderId,
    label: name,
    path,
    mode: fc.constantFrom<FolderSettings['mode'][]>('send-receive', 'send-only', 'receive-only'),
    devices: fc.uniqueArray(fc.constantFrom(...deviceIds)),
    paused: fc.boolean(),
    rescanSeconds: fc.oneof(fc.constant(60), fc.integer({ min: 1, max: 30 * 86_400 })),
    exclude: fc.array(fc.constantFrom('*.iso', '/a b/', '!x,"y"', '\\#z', 'ü/**'), { maxLength: 3 }),
    atomic: fc.array(fc.constantFrom('*.bundle', 'Photos Library', 'a"b'), { maxLength: 3 }),
  },
  { noNullPrototype: true },
);
const device: fc.Arbitrary<DeviceSettings> = fc.record(
  {
    id: fc.constantFrom(...deviceIds),
    name,
    addresses: listen,
    paused: fc.boolean(),
  },
  { noNullPrototype: true },
);
const settings: fc.Arbitrary<Settings> = fc.record(
  {
    name,
    listen,
    mdns: fc.boolean(),
    ui: fc.integer({ min: 0, max: 65_535 }).map((port) => `127.0.0.1:${port}`),
    logLevel: fc.constantFrom<Settings['logLevel'][]>('debug', 'info', 'warn', 'error'),
    limitUp: rate,
    limitDown: rate,
    folders: fc
      .uniqueArray(folder, { selector: ({ id }) => id, maxLength: 4 })
      .filter((all) => new Set(all.map((f) => f.label)).size === all.length)
      .filter((all) => new Set(all.map((f) => f.path)).size === all.length),
    devices: fc.uniqueArray(device, { selector: ({ id }) => id, maxLength: 4 }),
  },
  { noNullPrototype: true },
);

const start = '# first line\n\nname = "a" # beside the name\n# last line\n';
const parse = (text: string): Settings => parseSettings(text, 'config.toml', 'host');

describe('editing settings', () => {
  it('the text says what was asked for after every edit, and the comments are still there', () => {
    fc.assert(
      fc.property(fc.array(settings, { minLength: 1, maxLength: 4 }), fc.boolean(), (sequence, windows) => {
        let text = windows ? start.replaceAll('\n', '\r\n') : start;
        for (const wanted of sequence) {
          text = editSettings(text, () => wanted, 'config.toml', 'host');
          assert.ok(sameSettings(parse(text), wanted), text);
          assert.equal(
            editSettings(text, (now) => now, 'config.toml', 'host'),
            text,
          );
          for (const comment of ['# first line', '# beside the name', '# last line'])
            assert.ok(text.includes(comment), `${comment} is gone:\n${text}`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('any text is parsed or refused in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 })), (text) => {
        try {
          parse(text);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'CONFIG_INVALID', String(error));
        }
      }),
    );
  });
});
