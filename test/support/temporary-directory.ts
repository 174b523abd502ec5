/** A directory of one test's own, gone afterwards. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a fresh one before each test of the enclosing describe; call the result to get its path. */
export function temporaryDirectory(): () => string {
  let path = '';
  beforeEach(async () => {
    path = await realpath(await mkdtemp(join(tmpdir(), 'p2psync-test-')));
  });
  afterEach(async () => {
    await rm(path, { recursive: true, force: true });
  });
  return () => path;
}
