/** What a person and their programs do to a tree, for the chaos tests: every content is remembered, so that a half one shows. */
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export class User {
  readonly #tree: string;
  readonly #written = new Set<string>();

  constructor(tree: string) {
    this.#tree = tree;
  }

  at(path: string): string {
    return join(this.#tree, path);
  }

  write(path: string, content: string | Uint8Array): void {
    this.#remember(content);
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content);
  }

  /** As editors save: a temporary file in the same directory, renamed over the old one. */
  replace(path: string, content: string | Uint8Array): void {
    this.#remember(content);
    const temporary = `${this.at(path)}.tmp~`;
    writeFileSync(temporary, content);
    renameSync(temporary, this.at(path));
  }

  remember(content: string | Uint8Array): void {
    this.#remember(content);
  }

  #remember(content: string | Uint8Array): void {
    this.#written.add(hashOf(content));
  }

  /** Files visible in `tree` whose content nobody ever wrote: prefixes, mixes, zeros (I3). */
  halfFiles(tree: string): string[] {
    return filesIn(tree).filter((path) => {
      try {
        return !this.#written.has(hashOf(readFileSync(join(tree, path))));
      } catch (error) {
        // Gone between the listing and the reading.
        if (!['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        return false;
      }
    });
  }

  /** So many files that what the rounds take away stays a small share of the folder, and is not held as a mass delete. */
  ballast(files: number): void {
    for (let i = 0; i < files; i++) this.write(`ballast/${i}`, `ballast ${i}`);
  }

  /**
   * One of everything: new, edited in place and by rename, moved, deleted, modes and times, links, and things that take the
   * place of other things. `round` makes contents and new names differ.
   */
  everything(round: number): void {
    this.write(`new-${round}.txt`, `new in round ${round}`);
    this.write(`dir-${round}/inner/deep.txt`, `deep in round ${round}`);
    this.write(`dir-${round}/large.bin`, randomBytes(300_000 + round));
    this.write('edited.txt', `edited in place, round ${round}`);
    this.write('edited-large.bin', randomBytes(200_000));
    this.write('saved.txt', `saved before, round ${round}`);
    this.replace('saved.txt', `saved by rename, round ${round}`);
    this.write('mode.sh', 'a script');
    chmodSync(this.at('mode.sh'), round % 2 === 0 ? 0o755 : 0o644);
    this.write('time.txt', 'a time');
    utimesSync(this.at('time.txt'), 1_000_000_000 + round, 1_000_000_000 + round);
    const last = round - 1;
    if (existsSync(this.at(`new-${last}.txt`))) renameSync(this.at(`new-${last}.txt`), this.at(`moved-${last}.txt`));
    rmSync(this.at(`moved-${last - 1}.txt`), { force: true });
    if (existsSync(this.at(`dir-${last}`))) renameSync(this.at(`dir-${last}`), this.at(`moved-dir-${last}`));
    rmSync(this.at(`moved-dir-${last - 1}`), { recursive: true, force: true });
    this.#swap('swap-a', round);
    this.#swap('swap-b', round + 1);
    this.#swap('swap-c', round + 2);
  }

  /** Turns with the rounds through file, directory with something in it, and symlink. */
  #swap(path: string, round: number): void {
    rmSync(this.at(path), { recursive: true, force: true });
    switch (round % 3) {
      case 0:
        return this.write(path, `${path} is a file in round ${round}`);
      case 1:
        return this.write(`${path}/child.txt`, `${path} is a directory in round ${round}`);
      default:
        return symlinkSync(`target of round ${round}`, this.at(path));
    }
  }
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Every regular file below `tree` but our own directory's, by its path there. */
export function filesIn(tree: string, prefix = ''): string[] {
  const files: string[] = [];
  if (!existsSync(join(tree, prefix))) return files;
  for (const name of readdirSync(join(tree, prefix))) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (path === '.p2psync') continue;
    try {
      const stat = lstatSync(join(tree, path));
      if (stat.isDirectory()) files.push(...filesIn(tree, path));
      else if (stat.isFile()) files.push(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return files;
}
