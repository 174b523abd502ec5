/** This program's version, from the package.json next to bin/. Sources and compiled files lie at different depths below it. */
import { readFileSync } from 'node:fs';

export function packageVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found && typeof found.version === 'string') {
        return found.version;
      }
    } catch {
      // Not at this depth: try the next.
    }
  }
  return '0.0.0';
}
