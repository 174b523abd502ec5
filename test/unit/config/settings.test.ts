import assert from 'node:assert/strict';
import { applyOverrides } from '../../../src/config/settings-overrides.ts';
import { parseSettings } from '../../../src/config/settings.ts';
import { deviceA, deviceB, folderA, folderB } from './examples.ts';

const folder = (id: string, label: string, path: string, more = ''): string =>
  `[[folder]]\nid = "${id}"\nlabel = "${label}"\npath = "${path}"\n${more}`;

describe('parseSettings', () => {
  it('an empty file is all defaults', () => {
    assert.deepEqual(parseSettings('', 'config.toml', 'host'), {
      name: 'host',
      listen: ['/ip4/0.0.0.0/tcp/0'],
      mdns: true,
      ui: '127.0.0.1:0',
      logLevel: 'info',
      limitUp: undefined,
      limitDown: undefined,
      folders: [],
      devices: [],
    });
  });

  it('reads every key', () => {
    const text = `
name = "Küche"
listen = ["/ip4/0.0.0.0/tcp/22067", "/ip6/::/tcp/22067"]
mdns = false
ui = "[::1]:8384"
log_level = "debug"
limit_up = "5 MB/s"
limit_down = 2000000
${folder(folderA, 'Docs', '/srv/docs', `mode = "send-only"\ndevices = ["${deviceA}"]\npaused = true\nrescan = "5m"\nexclude = ["*.iso", "/videos/"]\natomic = ["*.album"]\n`)}
[[device]]
id = "${deviceA}"
name = "Laptop"
addresses = ["/ip4/192.168.1.5/tcp/22067", "/dns4/laptop.local/tcp/1"]
paused = true
`;
    assert.deepEqual(parseSettings(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'config.toml', 'host'), {
      name: 'Küche',
      listen: ['/ip4/0.0.0.0/tcp/22067', '/ip6/::/tcp/22067'],
      mdns: false,
      ui: '[::1]:8384',
      logLevel: 'debug',
      limitUp: 5_000_000,
      limitDown: 2_000_000,
      folders: [
        {
          id: folderA,
          label: 'Docs',
          path: '/srv/docs',
          mode: 'send-only',
          devices: [deviceA],
          paused: true,
          rescanSeconds: 300,
          exclude: ['*.iso', '/videos/'],
          atomic: ['*.album'],
        },
      ],
      devices: [
        {
          id: deviceA,
          name: 'Laptop',
          addresses: ['/ip4/192.168.1.5/tcp/22067', '/dns4/laptop.local/tcp/1'],
          paused: true,
        },
      ],
    });
  });

  const two = folder(folderA, 'A', '/a') + folder(folderB, 'A', '/b');
  const refusals: [name: string, text: string, line: number | undefined, reason: RegExp][] = [
    ['text that is not TOML', 'name = "a"\nmdns = yes\n', 2, /column \d+.*not TOML/],
    ['an unfinished edit', 'name = "a"\nlisten = [\n  "/ip4/0.0.0.0/tcp/0",\n', 4, /not TOML/],
    ['a key twice', 'name = "a"\n\nname = "b"\n', 3, /not TOML/],
    ['an unknown key', '# c\nname = "a"\nlogLevel = "info"\n', 3, /unknown key "logLevel"; did you mean log_level\?/],
    ['an unknown key of nothing', 'zebra = 1', 1, /known are name, listen/],
    ['an unknown key in a folder', folder(folderA, 'A', '/a', '\nmod = "x"\n'), 6, /did you mean mode\?/],
    ['__proto__', '"__proto__" = 1\n', 1, /./],
    ['constructor', 'constructor = 1\n', 1, /./],
    ['a number for a name', '\nname = 5', 2, /name must be a text in quotes, not 5/],
    ['an empty name', 'name = ""', 1, /must not be empty/],
    ['a name with a newline', 'name = "a\\nb"', 1, /control characters/],
    ['a long name', `name = "${'ä'.repeat(129)}"`, 1, /256 bytes/],
    ['a text for mdns', 'mdns = "no"', 1, /true or false/],
    [
      'a wrong address, by its line',
      'listen = [\n "/ip4/0.0.0.0/tcp/1",\n "0.0.0.0:5"\n]',
      3,
      /listen must be a multiaddr/,
    ],
    ['an address to listen on without TCP', 'listen = ["/ip4/0.0.0.0/udp/5"]', 1, /TCP port/],
    ['a text for a list', 'listen = "/ip4/0.0.0.0/tcp/1"', 1, /list in brackets/],
    ['a wrong ui', 'ui = "8384"', 1, /127\.0\.0\.1:8384/],
    ['a port out of range', 'ui = "127.0.0.1:70000"', 1, /address and a port/],
    ['a wrong level', 'log_level = "loud"', 1, /"debug", "info", "warn" or "error", not "loud"/],
    ['a wrong rate', 'limit_up = "fast"', 1, /limit_up must be a rate/],
    ['a rate of 0', 'limit_up = 0', 1, /at least 1 kB\/s/],
    ['a folder in one bracket', '[folder]\nid = "x"', 1, /\[\[folder\]\]/],
    ['a folder without id', '[[folder]]\nlabel = "A"\n', 1, /id is missing from this \[\[folder\]\]/],
    ['a folder without path', `\n[[folder]]\nid = "${folderA}"\nlabel = "A"\n`, 2, /path is missing/],
    ['a wrong folder id', folder('x', 'A', '/a'), 2, /26 letters.*folder add/],
    ['a relative path', folder(folderA, 'A', 'Sync'), 4, /absolute path/],
    ['a wrong mode', folder(folderA, 'A', '/a', 'mode = "both"'), 5, /"send-receive", "send-only" or "receive-only"/],
    ['a wrong device', folder(folderA, 'A', '/a', 'devices = ["me"]'), 5, /12D3KooW/],
    ['a device twice', folder(folderA, 'A', '/a', `devices = ["${deviceA}",\n"${deviceA}"]`), 6, /twice/],
    ['rescan 0', folder(folderA, 'A', '/a', 'rescan = 0'), 5, /between 1s and 30d/],
    [
      'a pattern that cannot work',
      folder(folderA, 'A', '/a', 'exclude = ["fine",\n"a[b"]'),
      6,
      /exclude must hold patterns.*without its ']'/,
    ],
    [
      'a path for an atomic name',
      folder(folderA, 'A', '/a', 'atomic = ["a/b"]'),
      5,
      /atomic must hold names of directories/,
    ],
    ['a comment for a pattern', folder(folderA, 'A', '/a', 'exclude = ["# x"]'), 5, /exclude must hold patterns/],
    ['two folders of one label', two, 7, /label "A" belongs to another \[\[folder\]\] already \(line 3\)/],
    ['two folders of one id', folder(folderA, 'A', '/a') + folder(folderA, 'B', '/b'), 6, /each needs its own/],
    [
      'two devices of one id',
      `[[device]]\nid = "${deviceB}"\n[[device]]\nid = "${deviceB}"\n`,
      4,
      /each needs its own/,
    ],
    ['a huge file', '#'.repeat(1024 * 1024 + 1), undefined, /larger/],
    ['nesting', `listen = ${'['.repeat(5000)}`, 1, /./],
  ];
  for (const [name, text, line, reason] of refusals) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseSettings(text, '/h/config.toml', 'host'),
        (error: Error & { code?: string; line?: number; file?: string }) => {
          assert.equal(error.code, 'CONFIG_INVALID');
          assert.match(error.message, reason);
          assert.equal(error.line, line);
          assert.ok(
            error.message.startsWith(line === undefined ? '/h/config.toml: ' : `/h/config.toml line ${line}: `),
          );
          assert.ok(!error.message.includes('\n'), 'one line');
          return true;
        },
      );
    });
  }
});

describe('applyOverrides', () => {
  const settings = parseSettings('name = "a"\nmdns = true\nui = "127.0.0.1:1"\n', 'config.toml', 'host');

  it('takes what is given and leaves the rest', () => {
    assert.deepEqual(applyOverrides(settings, {}), settings);
    assert.deepEqual(
      applyOverrides(settings, {
        name: 'b',
        listen: ['/ip4/127.0.0.1/tcp/5'],
        mdns: false,
        ui: '127.0.0.1:2',
        logLevel: 'warn',
      }),
      {
        ...settings,
        name: 'b',
        listen: ['/ip4/127.0.0.1/tcp/5'],
        mdns: false,
        ui: '127.0.0.1:2',
        logLevel: 'warn',
      },
    );
  });

  it('refuses what config.toml would refuse, as wrong usage', () => {
    assert.throws(() => applyOverrides(settings, { listen: ['/ip4/127.0.0.1/udp/5'] }), {
      code: 'OPTION_INVALID',
      exitCode: 2,
      message: /^--listen must be/,
    });
    assert.throws(() => applyOverrides(settings, { ui: 'x' }), { code: 'OPTION_INVALID', message: /^--ui must be/ });
  });
});
