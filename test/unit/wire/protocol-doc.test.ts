/** docs/PROTOCOL.md and the generated code say what is true. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../../src/wire/limits.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('wire documents', () => {
  it('the table of limits in docs/PROTOCOL.md is that of limits.ts', () => {
    const rows = [...read('docs/PROTOCOL.md').matchAll(/^\| (\w+(?:Max|Min)) \| (\d+) \|/gm)];
    assert.deepEqual(Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)])), { ...limits });
  });

  it('every field and value in proto/*.proto has a comment, every message states its reserved numbers', () => {
    for (const file of ['proto/sync.proto', 'proto/pairing.proto']) {
      const lines = read(file).split('\n');
      lines.forEach((line, i) => {
        if (/=\s*\d+;/.test(line) || /^\s*(message|enum) \w+ \{/.test(line)) {
          assert.match(lines[i - 1] ?? '', /^\s*\/\//, `${file}:${i + 1} has no comment: ${line}`);
        }
      });
      const blocks = lines.filter((line) => /^\s*(message|enum) \w+ \{/.test(line)).length;
      assert.equal(lines.filter((line) => /^\s*reserved 100 to 199;/.test(line)).length, blocks, file);
    }
  });

  it('proto/generated is what proto/generate.sh makes of proto/*.proto', function () {
    this.timeout(60_000);
    const out = mkdtempSync(join(tmpdir(), 'p2psync-proto-'));
    try {
      execFileSync(new URL('proto/generate.sh', root).pathname, [out], { stdio: 'pipe' });
      const files = readdirSync(out).sort();
      assert.deepEqual(files, ['pairing.d.ts', 'pairing.js', 'sync.d.ts', 'sync.js']);
      for (const file of files) {
        assert.ok(
          readFileSync(join(out, file), 'utf8') === read(`proto/generated/${file}`),
          `${file} is stale: run proto/generate.sh`,
        );
      }
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});
