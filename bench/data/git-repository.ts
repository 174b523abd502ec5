/**
 * A source tree with history: a Git repository made from a seed, with the tags `before` and `after` and a known number of
 * files changed, removed and added between them. Needs `git`; neither the user's nor the system's Git settings are read.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Random } from './random.ts';

export interface RepositoryShape {
  readonly files: number;
  /** Files that differ between the tags: seven tenths changed, the rest removed and added in equal numbers. */
  readonly changed: number;
}

const filesPerDirectory = 25;
const meanLines = 60;
const timeoutMs = 120_000;
const when = 1_700_000_000;
const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

export function git(directory: string, args: readonly string[], input?: Buffer): void {
  const { status, stderr, error } = spawnSync('git', ['-c', 'gc.auto=0', '-c', 'advice.detachedHead=false', ...args], {
    cwd: directory,
    env: environment,
    timeout: timeoutMs,
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0)
    throw new Error(`git ${args[0]} in ${directory} failed: ${String(stderr).trim() || error?.message}`);
}

/** Leaves the work tree at `before`. */
export function makeRepository(directory: string, shape: RepositoryShape, random: Random): void {
  mkdirSync(directory, { recursive: true });
  git(directory, ['init', '--quiet', '--initial-branch=main']);
  git(directory, ['fast-import', '--quiet'], fastImport(shape, random));
  git(directory, ['checkout', '--quiet', 'before']);
}

/** git-fast-import(1): two commits and a tag on each. */
function fastImport({ files, changed }: RepositoryShape, random: Random): Buffer {
  const parts: (string | Buffer)[] = [];
  const put = (path: string): void => {
    const content = source(random);
    parts.push(`M 100644 inline ${path}\ndata ${content.length}\n`, content, '\n');
  };
  const commit = (tag: string, from: string): void => {
    const who = `Bench <bench@localhost> ${when} +0000`;
    parts.push(`commit refs/heads/main\ncommitter ${who}\ndata ${tag.length}\n${tag}\n${from}`);
  };
  const away = Math.floor(changed * 0.15);
  commit('before', '');
  for (let index = 0; index < files; index++) put(pathOf(index));
  parts.push('\nreset refs/tags/before\nfrom refs/heads/main\n\n');
  commit('after', '');
  // Spread over the tree, as a change of such a size is.
  const stride = Math.floor(files / changed);
  for (let index = 0; index < changed - away; index++) {
    const path = pathOf(index * stride);
    if (index < away) parts.push(`D ${path}\n`);
    else put(path);
  }
  for (let index = 0; index < away; index++) put(pathOf(files + index));
  parts.push('\nreset refs/tags/after\nfrom refs/heads/main\n\n');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function pathOf(index: number): string {
  const directory = Math.floor(index / filesPerDirectory);
  return `src/p${Math.floor(directory / 20)}/m${directory}/file-${index}.ts`;
}

/** Lines that compress about as well as source text. */
function source(random: Random): Buffer {
  const lines = Math.max(1, Math.round(random.logNormal(meanLines, 0.8)));
  const words = random.bytes(lines * 12).toString('hex');
  let text = '';
  for (let line = 0; line < lines; line++) {
    const word = words.slice(line * 24, line * 24 + 24);
    text += `export const name_${word.slice(0, 8)} = compute('${word.slice(8)}', ${line});\n`;
  }
  return Buffer.from(text);
}
