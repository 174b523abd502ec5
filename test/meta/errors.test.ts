/**
 * docs/ERRORS.md lists every code that people may see, and no other. Codes are found in the source's syntax tree, so that a
 * new one fails here until somebody has written down what to do about it.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What looks like a code in the source and is none that people see. */
const notShown: ReadonlySet<string> = new Set([
  // Environment variables.
  'NO_COLOR',
  'P2PSYNC_HOME',
  'XDG_CONFIG_HOME',
  // Between the parts of src/disk; each ends as an outcome ('gone', 'no-parent') that the loops act on.
  'NO_PARENT',
  'NOT_DIRECTORY',
  'NOT_A_FILE',
  'CHANGED',
  'GROUP_STOPPED',
  // Of classic-level; src/store makes INDEX_… of them.
  'LEVEL_BATCH_NOT_OPEN',
  'LEVEL_CORRUPTION',
  'LEVEL_DATABASE_NOT_OPEN',
  'LEVEL_ITERATOR_NOT_OPEN',
  'LEVEL_LOCKED',
  'LEVEL_SNAPSHOT_NOT_OPEN',
]);

const severalWords = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;
/** Without the system's own: EACCES, ENOENT, … */
const oneWord = /^(?!E[A-Z0-9]+$)[A-Z]{3,}$/;

/** Every text of several capital words, and a single one where a code is expected: new Problem('X', …), { code: 'X' }. */
function codesIn(text: string): string[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const codes: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && (severalWords.test(node.text) || (oneWord.test(node.text) && isCode(node)))) {
      codes.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return codes;
}

function isCode(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent)) return parent.arguments?.[0] === node;
  return ts.isPropertyAssignment(parent) && parent.name.getText() === 'code';
}

function sourceCodes(): Set<string> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return new Set(files.flatMap((name) => codesIn(readFileSync(join(root, 'src', name), 'utf8'))));
}

/** Codes in the first column of the page's tables, in order. */
function documentedCodes(page: string): string[] {
  return [...page.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, code]) => code as string);
}

describe('docs/ERRORS.md', () => {
  const page = readFileSync(join(root, 'docs/ERRORS.md'), 'utf8');
  const inSource = sourceCodes();

  it('lists every code in the source, each once, and no other', () => {
    const shown = [...inSource].filter((code) => !notShown.has(code));
    assert.deepEqual(documentedCodes(page).toSorted(), shown.toSorted());
  });

  it('leaves out only what is still there', () => {
    assert.deepEqual(
      [...notShown].filter((code) => !inSource.has(code)),
      [],
    );
  });

  it('finds codes in each form that the source has, and tells them from the system’s', () => {
    const source = `
      throw new Problem('DISK_ON_FIRE', 'x');
      const unexplained = 'NOT_STARTED_AT_ALL';
      fail(new Problem('USAGE', \`\${'no code: PLAIN'}\`), { code: 'CHANGED' }, { code: 'EACCES' }, 'JSON');
    `;
    assert.deepEqual(codesIn(source), ['DISK_ON_FIRE', 'NOT_STARTED_AT_ALL', 'USAGE', 'CHANGED']);
    assert.deepEqual(documentedCodes('| `A_B` (2) | x | y |\n| `C` | x `D_E` | y |\ntext `F_G`\n'), ['A_B', 'C']);
  });
});
