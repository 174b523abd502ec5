import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { posixTraits } from '../../../src/core/names.ts';
import { Root } from '../../../src/disk/root.ts';
import { probeVolume, type VolumeProbe } from '../../../src/disk/volume.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('probeVolume', () => {
  const directory = temporaryDirectory();
  const probe = (): VolumeProbe => {
    const root = new Root(directory());
    try {
      return probeVolume(root);
    } finally {
      root.close();
    }
  };

  it('finds what a Linux file system can hold, and leaves nothing behind', function () {
    if (process.platform !== 'linux') this.skip();
    const { freeBytes, totalBytes, ...traits } = probe();
    assert.deepEqual(traits, posixTraits);
    assert.ok(freeBytes > 0 && totalBytes >= freeBytes);
    assert.deepEqual(readdirSync(join(directory(), '.p2psync')), []);
  });

  it('writes through no symlink', () => {
    mkdirSync(join(directory(), 'elsewhere'));
    symlinkSync('elsewhere', join(directory(), '.p2psync'));
    assert.throws(probe, { code: 'NOT_DIRECTORY' });
    assert.deepEqual(readdirSync(join(directory(), 'elsewhere')), []);
  });

  it('says that it cannot write', function () {
    if (process.getuid?.() !== 0) this.skip();
    chmodSync(directory(), 0o755);
    assert.throws(() => asNobody(probe), { code: 'EACCES' });
  });
});
