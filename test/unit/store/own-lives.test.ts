/** What a peer acknowledged counts for one life of our own index alone (I9). */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { DeviceId, ReplicaId } from '../../../src/core/identifiers.ts';
import { Level } from '../../../src/store/level.ts';
import { PeerRecords } from '../../../src/store/peer-records.ts';

describe('a peer that knew a former life of this index', () => {
  it('has acknowledged nothing of this one, though its progress was kept', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'p2psync-lives-'));
    const db = new ClassicLevel<Buffer, Buffer>(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
    try {
      await db.open();
      const level = new Level(db);
      const device = `12D3KooW${'B'.repeat(44)}` as DeviceId;
      const [before, after] = ['0a', '1b'].map((pair) => pair.repeat(8) as ReplicaId) as [ReplicaId, ReplicaId];
      const former = new PeerRecords(level, 1, before);
      await former.put(device, [], 4, undefined);
      await former.acknowledge(device, 9);
      assert.equal((await former.progress(device)).acknowledged, 9);
      const { acknowledged, received } = await new PeerRecords(level, 1, after).progress(device);
      assert.deepEqual({ acknowledged, received }, { acknowledged: 0, received: 4 });
    } finally {
      await db.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
