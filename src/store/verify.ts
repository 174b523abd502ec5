/**
 * Does a folder's index agree with itself? `checkSums` is the quick look at every open: it reads every record once, so that
 * no decision is ever made on a damaged index. `verifyFolder` follows every row to its counterpart, for tests and diagnostics.
 */
import type { RelativePath } from '../core/path.ts';
import type { LocalRecord } from '../core/record.ts';
import { contentRows } from './chunk-places.ts';
import { count, disagreement, draftOf, emptyState, putIn, type FolderState, type StateDraft } from './folder-state.ts';
import { pathFrom, sequenceKey, table } from './keys.ts';
import type { Level } from './level.ts';
import { countRows, readManifests, walkRecords } from './records.ts';

/** Complaints listed by one verification; the rest would say the same. */
const complaintsMax = 100;
/** Rows looked up at once. */
const rowsPerReadMax = 1000;

/** In words what is wrong, or undefined. */
export async function checkSums(level: Level, folder: number, state: FolderState): Promise<string | undefined> {
  const counted = draftOf(emptyState(state.replica));
  for await (const records of walkRecords(level, folder, undefined)) {
    for (const record of records) count(counted, record, 1);
  }
  const wrong = disagreement(state, counted);
  if (wrong !== undefined) return wrong;
  const rows = await countRows(level, folder, table.sequence);
  return rows === state.records ? undefined : `${rows} entries of the sequence for ${state.records} records`;
}

/** Everything that is wrong, in words, at most complaintsMax of it. Nothing may be written meanwhile. */
export async function verifyFolder(level: Level, folder: number, state: FolderState): Promise<string[]> {
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (complaints.length < complaintsMax) complaints.push(text);
  };
  const counted = draftOf(emptyState(state.replica));
  const expected = { manifests: 0, contents: 0 };
  for await (const records of walkRecords(level, folder, undefined)) {
    await verifyBatch(level, folder, records, counted, expected, complain);
  }
  const wrong = disagreement(state, counted);
  if (wrong !== undefined) complain(wrong);
  if (!counted.digest.equals(state.digest)) complain('the digest is not that of the records');
  // Every record found its own rows; equal numbers then mean that there are no others.
  for (const [letter, name, count] of [
    [table.sequence, 'entries of the sequence', counted.records],
    [table.manifest, 'chunk lists', expected.manifests],
    [table.content, 'rows by content', expected.contents],
  ] as const) {
    const rows = await countRows(level, folder, letter);
    if (rows !== count) complain(`${rows} ${name} kept, ${count} expected`);
  }
  return complaints;
}

async function verifyBatch(
  level: Level,
  folder: number,
  records: readonly LocalRecord[],
  counted: StateDraft,
  expected: { manifests: number; contents: number },
  complain: (text: string) => void,
): Promise<void> {
  const sequences = await level.getMany(records.map(({ sequence }) => sequenceKey(folder, sequence)));
  const manifests = await readManifests(
    level,
    folder,
    records.map(({ path }) => path),
  );
  const keys: Buffer[] = [];
  const wanted: { path: RelativePath; value: Buffer }[] = [];
  const compare = async (): Promise<void> => {
    const found = await level.getMany(keys);
    wanted.forEach(({ path, value }, i) => {
      if (found[i]?.equals(value) !== true) complain(`a place of the content of ${quoted(path)} is missing or wrong`);
    });
    keys.length = 0;
    wanted.length = 0;
  };
  for (const [i, record] of records.entries()) {
    const { path, entry, sequence } = record;
    putIn(counted, record);
    const at = sequences[i];
    if (at === undefined || pathFrom(at, 0) !== path) complain(`sequence ${sequence} does not lead to ${quoted(path)}`);
    const stored = manifests[i];
    if (stored !== undefined) expected.manifests++;
    if (entry.kind !== 'file' || record.stat === undefined) {
      if (stored !== undefined) complain(`${quoted(path)} has a chunk list but is no file that is held here`);
      continue;
    }
    if (stored !== undefined) {
      if (stored.contentHash !== entry.contentHash) complain(`the chunk list of ${quoted(path)} is of other content`);
      const sum = stored.manifest.reduce((total, { length }) => total + length, 0);
      if (sum !== entry.size) complain(`the chunks of ${quoted(path)} have ${sum} bytes, the file ${entry.size}`);
    }
    const rows = contentRows(folder, path, { entry, manifest: stored?.manifest });
    expected.contents += rows.length;
    for (const [key, value] of rows) {
      keys.push(key);
      wanted.push({ path, value });
      if (keys.length >= rowsPerReadMax) await compare();
    }
  }
  await compare();
}

function quoted(path: RelativePath): string {
  return JSON.stringify(path);
}
