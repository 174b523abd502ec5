/** A peer may acknowledge as often as it likes: that costs this device one write at a time, and only the highest counts. */
import assert from 'node:assert/strict';
import type { DeviceId } from '../../../src/core/identifiers.ts';
import { Announcer } from '../../../src/sync/announcer.ts';
import type { FolderStore } from '../../../src/sync/ports.ts';
import { devices } from '../../support/core-arbitraries.ts';
import { eventually } from '../../support/condition.ts';

describe('Announcer', () => {
  it('writes a flood of acknowledgements once at a time, the highest last, and survives a failing index', async () => {
    const written: number[] = [];
    let open = 0;
    let openMost = 0;
    const store = {
      lastSequence: () => 5000,
      setAcknowledged: async (_device: DeviceId, sequence: number) => {
        openMost = Math.max(openMost, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        written.push(sequence);
        if (written.length === 1) throw new Error('the index failed');
      },
    } as unknown as FolderStore;
    const state = { sequence: 0, digest: '', state: 'idle', needFiles: 0, needBytes: 0 } as const;
    const announcer = new Announcer(
      { readChunks: async () => [] },
      store,
      () => state,
      () => {},
      () => {},
    );
    const [peer] = devices as [DeviceId];
    for (let sequence = 1; sequence <= 10_000; sequence++) announcer.acknowledged(peer, sequence);
    await eventually('the highest to be written', () => written.includes(5000));
    assert.equal(openMost, 1);
    assert.ok(written.length <= 3, `${written.length} writes`);
  });
});
