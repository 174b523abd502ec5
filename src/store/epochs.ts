/** The epochs of one folder's index, as stored: one row, written once for each opening. */
import { isEpochId } from '../core/identifiers.ts';
import { withEpoch, type Epoch } from '../core/epochs.ts';
import type { EpochId } from '../core/identifiers.ts';
import { keyOf, table } from './keys.ts';
import type { Level } from './level.ts';
import { decoded } from './records.ts';

/** Durable when it resolves; all epochs, the new one last. */
export async function beginEpoch(level: Level, folder: number, id: EpochId, lastSequence: number): Promise<Epoch[]> {
  const key = keyOf(folder, table.epochs);
  const stored = await level.get(key);
  const before = stored === undefined ? [] : decoded(level, key, () => decodeEpochs(stored));
  const epochs = withEpoch(before, id, lastSequence);
  const value = Buffer.from(JSON.stringify(epochs.map((epoch) => [epoch.id, epoch.begins])));
  await level.write([{ type: 'put', key, value }], 'synced');
  return epochs;
}

/** Throws for bytes that are no list of epochs. */
function decodeEpochs(value: Buffer): Epoch[] {
  const rows = JSON.parse(value.toString('utf8')) as [unknown, unknown][];
  return rows.map(([id, begins]) => {
    if (typeof id !== 'string' || !isEpochId(id) || typeof begins !== 'number') throw new Error('not an epoch');
    return { id, begins };
  });
}
