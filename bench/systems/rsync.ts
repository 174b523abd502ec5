/** rsync -a from directory to directory: its sender and receiver talk over a local socket pair; nothing is encrypted or flushed. */
import { oneShotSession } from './one-shot.ts';
import { programVersion } from './program-version.ts';
import type { System } from './system.ts';

export const rsync: System = {
  name: 'rsync',
  isContinuous: false,
  version: () => programVersion('rsync'),
  start: (directory) => oneShotSession(directory, 'rsync', (near, far) => ['-a', `${near}/`, `${far}/`]),
};
