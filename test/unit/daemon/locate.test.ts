import assert from 'node:assert/strict';
import type { FolderSettings } from '../../../src/config/settings-types.ts';
import type { FolderId } from '../../../src/core/identifiers.ts';
import { locate } from '../../../src/daemon/locate.ts';

function folder(label: string, path: string): FolderSettings {
  const id = label.padEnd(26, 'a').slice(0, 26) as FolderId;
  return {
    id,
    label,
    path,
    mode: 'send-receive',
    devices: [],
    paused: false,
    rescanSeconds: 60,
    exclude: [],
    atomic: [],
  };
}

describe('locate', () => {
  const folders = [folder('docs', '/srv/docs'), folder('docs/old', '/srv/docs-old'), folder('b', '/srv/b/')];

  for (const [text, label, path] of [
    ['/srv/docs', 'docs', undefined],
    ['/srv/docs/', 'docs', undefined],
    ['/srv/docs/a/b.txt', 'docs', 'a/b.txt'],
    ['/srv/docs//a//', 'docs', 'a'],
    ['/srv/docs-old/x', 'docs/old', 'x'],
    ['/srv/b/x', 'b', 'x'],
    ['docs', 'docs', undefined],
    ['docs/a/b', 'docs', 'a/b'],
    ['docs/old/a', 'docs/old', 'a'],
    ['docsaaaaaaaaaaaaaaaaaaaaaa/x', 'docs', 'x'],
  ] as const) {
    it(`${text} is ${path ?? 'the whole'} of ${label}`, () => {
      const found = locate({ folders }, text);
      assert.deepEqual([found.folder.label, found.path], [label, path]);
    });
  }

  for (const [text, code] of [
    ['/srv/docsx/a', 'PATH_OUTSIDE_FOLDER'],
    ['/etc/passwd', 'PATH_OUTSIDE_FOLDER'],
    ['/srv/docs/../../etc/passwd', 'PATH_INVALID'],
    ['docs/./a', 'PATH_INVALID'],
    ['nowhere/a', 'LABEL_UNKNOWN'],
    ['', 'LABEL_UNKNOWN'],
  ] as const) {
    it(`${JSON.stringify(text)} is refused with ${code}`, () => {
      assert.throws(() => locate({ folders }, text), { code });
    });
  }
});
