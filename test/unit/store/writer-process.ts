/**
 * A process that writes to an index until it is killed or fails, for tests of crashes. After each commit it prints the last
 * sequence, so that the test knows what was durable; a failure ends it with one line of JSON.
 *   node --import tsx writer-process.ts DIRECTORY
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Entry } from '../../../src/core/entry.ts';
import type { Hash } from '../../../src/core/identifiers.ts';
import type { Manifest } from '../../../src/core/record.ts';
import type { RecordChange } from '../../../src/store/commit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import type { LevelFolderStore } from '../../../src/store/folder-store.ts';
import { change, folderId } from '../../support/store-fixtures.ts';

/** Paths that a round writes: each is written, changed and deleted in turn. */
export const changesPerRound = 200;

/** The changes of one round, on top of what is there. */
export async function roundOf(store: LevelFolderStore, round: number): Promise<RecordChange[]> {
  const changes = Array.from({ length: changesPerRound }, (_, i) => {
    const contentHash = randomBytes(32).toString('hex') as Hash;
    const manifest: Manifest | undefined =
      i % 3 === 0 ? [1, 2].map((length) => ({ hash: randomBytes(32).toString('hex') as Hash, length })) : undefined;
    const entry: Entry =
      (i + round) % 5 === 0
        ? { kind: 'deleted' }
        : { kind: 'file', size: 3, mtimeUs: round, executable: false, contentHash };
    return change(`d${i % 7}/${i}`, entry, { manifest: entry.kind === 'file' ? manifest : undefined });
  });
  const records = await store.getMany(changes.map(({ path }) => path));
  return changes.map((one, i) => ({
    ...one,
    version: records[i]?.version ?? [],
    basedOn: records[i]?.sequence ?? 0,
  }));
}

/** Lifts the limit on file sizes that the test began this process with, as if the disk had space again. */
function makeRoom(): void {
  if (process.platform === 'linux')
    execFileSync('/usr/bin/prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
}

async function main(directory: string): Promise<void> {
  const store = await (await openDatabase(directory, randomBytes)).folder(folderId);
  const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
  say({ opened: store.lastSequence() });
  for (let round = 0; ; round++) {
    const before = { last: store.lastSequence(), digest: store.digest() };
    const changes = await roundOf(store, round);
    try {
      await store.commit(changes);
      say({ last: store.lastSequence() });
    } catch (error) {
      const unchanged = before.last === store.lastSequence() && before.digest === store.digest();
      makeRoom();
      const again = await store.commit(changes).then(
        () => 'written',
        (second: unknown) => (second as { code?: string }).code,
      );
      const { code, message } = error as { code?: string; message: string };
      say({ failed: code, message, unchanged, again });
      return;
    }
  }
}

const directory = process.argv[2];
if (process.argv[1] === fileURLToPath(import.meta.url) && directory !== undefined) await main(directory);
