import assert from 'node:assert/strict';
import { editSettings } from '../../../src/config/edit-settings.ts';
import { parseSettings } from '../../../src/config/settings.ts';
import type { DeviceSettings, FolderSettings, Settings } from '../../../src/config/settings-types.ts';
import { deviceA, deviceB, folderA, folderB, folderC } from './examples.ts';

const text = `# My own file
name = "desk" # the name

# where to listen
listen = [
  "/ip4/0.0.0.0/tcp/22067", # v4
  "/ip6/::/tcp/22067",
]
limit_up = "5 MB/s"

# my papers
[[folder]]
id = "${folderA}" # do not touch
label = 'A'
path = "/a"   # aligned
devices = ["${deviceA}"]

# pictures
[[folder]]
id = "${folderB}"
label = "B"
path = "/b"
rescan = "5m"
# below B

# my phone
[[device]]
id = "${deviceA}"
name = "Phone"
`;

const newFolder: FolderSettings = {
  id: folderC,
  label: 'New "one"',
  path: '/c',
  mode: 'receive-only',
  devices: [deviceA, deviceB],
  paused: false,
  rescanSeconds: 90,
  exclude: [],
  atomic: [],
};
const newDevice: DeviceSettings = { id: deviceB, name: 'Böx \\ "q"', addresses: ['/ip4/10.0.0.2/tcp/1'], paused: true };

const run = (source: string, edit: (settings: Settings) => Settings): string =>
  editSettings(source, edit, 'config.toml', 'host');
const parse = (source: string): Settings => parseSettings(source, 'config.toml', 'host');
const mapFolder =
  (id: string, change: Partial<FolderSettings>) =>
  (settings: Settings): Settings => ({
    ...settings,
    folders: settings.folders.map((folder) => (folder.id === id ? { ...folder, ...change } : folder)),
  });

/** Lines of `before` that `after` lacks, and the other way round; sorted, without empty ones. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const a = before.split('\n');
  const b = after.split('\n');
  const minus = (x: string[], y: string[]): string[] => {
    const left = [...y];
    return x.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const told = (lines: string[]): string[] => lines.filter((line) => line !== '').sort();
  return { gone: told(minus(a, b)), come: told(minus(b, a)) };
}

describe('editSettings keeps its owner’s comments and layout', () => {
  const cases: [name: string, edit: (settings: Settings) => Settings, gone: string[], come: string[]][] = [
    ['nothing changes', (settings) => ({ ...settings }), [], []],
    ['a value', (s) => ({ ...s, name: 'new' }), ['name = "desk" # the name'], ['name = "new" # the name']],
    ['a new key', (s) => ({ ...s, mdns: false, logLevel: 'warn' }), [], ['mdns = false', 'log_level = "warn"']],
    ['a key removed', (s) => ({ ...s, limitUp: undefined }), ['limit_up = "5 MB/s"'], []],
    ['a rate', (s) => ({ ...s, limitUp: 1234567 }), ['limit_up = "5 MB/s"'], ['limit_up = 1234567']],
    [
      'one more to listen on',
      (s) => ({ ...s, listen: [...s.listen, '/ip4/0.0.0.0/tcp/5'] }),
      [],
      ['  "/ip4/0.0.0.0/tcp/5",'],
    ],
    ['a folder paused', mapFolder(folderB, { paused: true }), [], ['paused = true']],
    [
      'a folder shared',
      mapFolder(folderA, { devices: [deviceA, deviceB] }),
      [`devices = ["${deviceA}"]`],
      [`devices = ["${deviceA}", "${deviceB}"]`],
    ],
    ['a folder moved', mapFolder(folderA, { path: '/z' }), ['path = "/a"   # aligned'], ['path = "/z"   # aligned']],
    ['exclude', mapFolder(folderB, { exclude: ['*.iso', 'a, b'] }), [], ['exclude = [ "*.iso", "a, b", ]']],
    ['rescan', mapFolder(folderB, { rescanSeconds: 90 }), ['rescan = "5m"'], ['rescan = "1m30s"']],
    [
      'the first folder removed',
      (s) => ({ ...s, folders: s.folders.slice(1) }),
      [
        '# my papers',
        '[[folder]]',
        `id = "${folderA}" # do not touch`,
        "label = 'A'",
        'path = "/a"   # aligned',
        `devices = ["${deviceA}"]`,
      ],
      [],
    ],
    [
      'the second folder removed',
      (s) => ({ ...s, folders: s.folders.slice(0, 1) }),
      ['# pictures', '[[folder]]', `id = "${folderB}"`, 'label = "B"', 'path = "/b"', 'rescan = "5m"', '# below B'],
      [],
    ],
    [
      'the device removed',
      (s) => ({ ...s, devices: [] }),
      ['# my phone', '[[device]]', `id = "${deviceA}"`, 'name = "Phone"'],
      [],
    ],
    [
      'a folder and a device added',
      (s) => ({ ...s, folders: [...s.folders, newFolder], devices: [...s.devices, newDevice] }),
      [],
      [
        '[[folder]]',
        `id = "${folderC}"`,
        'label = "New \\"one\\""',
        'path = "/c"',
        'mode = "receive-only"',
        `devices = ["${deviceA}", "${deviceB}"]`,
        'rescan = "1m30s"',
        '[[device]]',
        `id = "${deviceB}"`,
        'name = "Böx \\\\ \\"q\\""',
        'addresses = ["/ip4/10.0.0.2/tcp/1"]',
        'paused = true',
      ],
    ],
  ];
  for (const [name, edit, gone, come] of cases) {
    it(name, () => {
      const after = run(text, edit);
      assert.deepEqual(difference(text, after), { gone: gone.sort(), come: come.sort() });
      assert.deepEqual(parse(after), edit(parse(text)));
    });
  }

  it('a new key stands with the other keys, not between a comment and its table', () => {
    const after = run(text, (settings) => ({ ...settings, mdns: false }));
    assert.ok(after.includes('limit_up = "5 MB/s"\nmdns = false\n\n# my papers\n[[folder]]'), after);
  });

  it('everything at once', () => {
    const edit = (settings: Settings): Settings => ({
      ...settings,
      name: 'all',
      mdns: false,
      folders: [{ ...(settings.folders[1] as FolderSettings), mode: 'send-only' }, newFolder],
      devices: [newDevice],
    });
    const after = run(text, edit);
    assert.deepEqual(parse(after), edit(parse(text)));
    for (const comment of ['# My own file', '# the name', '# where to listen', '# v4', '# pictures', '# below B'])
      assert.ok(after.includes(comment), comment);
  });

  it('line ends of Windows and a byte order mark stay', () => {
    const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    const after = run(windows, (settings) => ({
      ...settings,
      mdns: false,
      name: 'x',
      folders: [...settings.folders.slice(1), newFolder],
    }));
    assert.ok(after.startsWith('\uFEFF# My own file\r\n'));
    assert.doesNotMatch(after, /[^\r]\n/);
    assert.equal(parse(after).folders.length, 2);
  });

  it('a comment alone, an empty file, and a last line without its end', () => {
    const edit = (settings: Settings): Settings => ({ ...settings, mdns: false, folders: [newFolder] });
    assert.equal(run('', edit).split('\n')[0], 'mdns = false');
    assert.ok(run('# mine', edit).startsWith('# mine\nmdns = false\n\n[[folder]]\n'));
    assert.ok(run('name = "a"', edit).startsWith('name = "a"\nmdns = false\n\n[[folder]]\n'));
  });

  it('what looks like a table inside a text is none', () => {
    const tricky = `name = """\n[[folder]]"""\n${text.slice(text.indexOf('# where'))}`;
    const after = run(tricky, (settings) => ({ ...settings, folders: settings.folders.slice(1) }));
    assert.equal(parse(after).name, '[[folder]]');
    assert.ok(after.includes('# pictures') && !after.includes('# my papers'));
  });

  it('folders written as an inline list are still changed rightly, and no comment is lost', () => {
    const inline = `# top\nfolder = [{ id = "${folderA}", label = "A", path = "/a" }, { id = "${folderB}", label = "B", path = "/b" }]\n# end\n`;
    const edit = (settings: Settings): Settings => ({
      ...settings,
      folders: [...settings.folders.slice(1), newFolder],
    });
    const after = run(inline, edit);
    assert.deepEqual(parse(after), edit(parse(inline)));
    assert.match(after, /# top/);
    assert.match(after, /# end/);
  });

  it('a broken file and settings that are not valid are refused', () => {
    assert.throws(() => run('name = ', (settings) => settings), { code: 'CONFIG_INVALID' });
    const bad: Partial<Settings>[] = [{ name: '' }, { name: 'a\nb' }, { limitUp: 5 }, { ui: 'x' }, { name: '\ud800' }];
    for (const change of bad) {
      assert.throws(() => run(text, (settings) => ({ ...settings, ...change })), {
        code: 'SETTING_INVALID',
        exitCode: 2,
      });
    }
    const same = (settings: Settings): Settings => ({
      ...settings,
      folders: [...settings.folders, { ...newFolder, label: 'A' }],
    });
    assert.throws(() => run(text, same), { code: 'SETTING_INVALID', message: /label "A"/ });
  });
});
