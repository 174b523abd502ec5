/** Identifiers for tests of settings. */
import type { DeviceId, FolderId } from '../../../src/core/identifiers.ts';

export const deviceA = `12D3KooW${'A'.repeat(44)}` as DeviceId;
export const deviceB = `12D3KooW${'B'.repeat(44)}` as DeviceId;
export const folderA = 'a'.repeat(26) as FolderId;
export const folderB = 'b'.repeat(26) as FolderId;
export const folderC = 'c'.repeat(26) as FolderId;
