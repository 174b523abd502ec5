/** Rules that leave paths out, as the local API asks for them: the daemon's side of src/api/ignore-control.ts. */
import type { FolderIgnoreRules, IgnoreTest } from '../api/ignore-control.ts';
import { Problem } from '../base/problem.ts';
import { builtInPatterns, ignoreFilePath } from '../core/ignore.ts';
import { isBlank, patternProblem } from '../core/ignore-pattern.ts';
import { parentOf, parsePath, type RelativePath } from '../core/path.ts';
import type { FolderDisk } from '../disk/folder-disk.ts';
import type { FolderRunner } from './folders.ts';

export function checkPattern(pattern: string): void {
  const problem = isBlank(pattern) ? 'is empty or a comment' : patternProblem(pattern);
  if (problem === undefined) return;
  throw new Problem(
    'PATTERN_INVALID',
    `the pattern ${JSON.stringify(pattern)} ${problem}; write it as in a .gitignore, for example *.iso or /videos/`,
    { exitCode: 2 },
  );
}

/** The values of `folder set LABEL exclude=…`: between commas, empty for none. */
export function parseExclude(value: string): string[] {
  const patterns = value.split(',').map((pattern) => pattern.trim());
  if (patterns.length === 1 && patterns[0] === '') return [];
  for (const pattern of patterns) checkPattern(pattern);
  return patterns;
}

export function listRules(runner: FolderRunner): FolderIgnoreRules {
  const { ignores } = diskOf(runner);
  return {
    folder: runner.settings.label,
    rules: ignores.rules().map((rule) => ({ ...rule })),
    problems: ignores.problems().map((problem) => ({ ...problem, line: problem.line ?? null })),
    builtIn: [...builtInPatterns],
  };
}

/** In .p2psyncignore; in force when it resolves. */
export async function addSharedRule(runner: FolderRunner, pattern: string): Promise<FolderIgnoreRules> {
  const disk = diskOf(runner);
  const isKnown = (): boolean =>
    disk.ignores.rules().some((rule) => rule.source === 'file' && rule.pattern === pattern);
  if (!isKnown()) await disk.addIgnoreRule(pattern);
  await runner.session?.rescan(ignoreFilePath);
  return listRules(runner);
}

export async function testRule(runner: FolderRunner, text: string): Promise<IgnoreTest> {
  const disk = diskOf(runner);
  const path = parsePath(text.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, ''));
  if (path === undefined) {
    throw new Problem(
      'PATH_INVALID',
      `"${text}" is not a path inside a folder; give it relative to the folder, as in docs/notes.txt`,
      { exitCode: 2 },
    );
  }
  const [item] = await disk.look([path]);
  const isDirectory = text.endsWith('/') || (item !== undefined && 'kind' in item && item.kind === 'directory');
  const rule = disk.ignores.matches(path, isDirectory);
  return {
    folder: runner.settings.label,
    path,
    isDirectory,
    leftOut: rule !== undefined,
    rule: rule === undefined ? null : { ...rule },
    directory: topmostLeftOut(disk, path) ?? null,
  };
}

function topmostLeftOut({ ignores }: Pick<FolderDisk, 'ignores'>, path: RelativePath): RelativePath | undefined {
  let found: RelativePath | undefined;
  for (let at = parentOf(path); at !== undefined; at = parentOf(at)) if (ignores.matches(at, true)) found = at;
  return found;
}

function diskOf({ settings, disk, problem }: FolderRunner): NonNullable<FolderRunner['disk']> {
  if (disk !== undefined) return disk;
  const why = problem ?? 'it is paused';
  throw new Problem(
    'FOLDER_NOT_AT_WORK',
    `the folder "${settings.label}" is not at work, so its rules are not known: ${why}. See p2psync status`,
  );
}
