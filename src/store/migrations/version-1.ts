/** Schema 1: the first. An empty database becomes one by saying so. */
import type { Migration } from './migration.ts';

export const version1: Migration = { version: 1, run: async () => {} };
