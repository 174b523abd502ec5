/** cp -a: what the file system allows when nothing is hashed, sent or flushed; the limit to compare with. */
import { oneShotSession } from './one-shot.ts';
import { programVersion } from './program-version.ts';
import type { System } from './system.ts';

export const cp: System = {
  name: 'cp',
  isContinuous: false,
  version: () => programVersion('cp'),
  start: (directory) => oneShotSession(directory, 'cp', (near, far) => ['-a', `${near}/.`, far]),
};
