/** Why this device does not hold an entry at a path: what its volume cannot hold, what its owner leaves out. */
import type { LiveEntry } from '../core/entry.ts';
import type { Unholdable } from '../core/hold.ts';
import type { IgnoreMatcher } from '../core/ignore.ts';
import { refusalOfName } from '../core/names.ts';
import type { VolumeTraits } from '../core/observe.ts';
import type { RelativePath } from '../core/path.ts';

export function refusalOf(
  path: RelativePath,
  entry: LiveEntry,
  traits: VolumeTraits,
  ignores: IgnoreMatcher,
): Unholdable | undefined {
  const rule = ignores(path, entry.kind === 'directory');
  if (rule !== undefined) {
    return {
      because: 'left-out',
      code: 'LEFT_OUT',
      message: `${path} is left out here by the rule ${rule.pattern}; it stays on the other devices`,
    };
  }
  if (entry.kind === 'symlink' && !traits.symlinks) {
    return {
      because: 'unrepresentable',
      code: 'SYMLINKS_UNSUPPORTED',
      message: `${path} is a symbolic link, which the file system of this folder cannot hold; it stays on the other devices`,
    };
  }
  const unnamed = refusalOfName(path, traits);
  return unnamed && { because: 'unrepresentable', ...unnamed };
}
