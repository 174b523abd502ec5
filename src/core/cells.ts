/** What each cell of docs/RECONCILE.md means, in words for people: `p2psync explain` and `plan`. */
import { civilFromDays } from './conflict.ts';
import type { Operation } from './plan.ts';
import type { Cell } from './reconcile.ts';
import type { ApplyStep } from './step.ts';

export function cellWords(cell: Cell | Operation['cell'] | 'G1-group-keeps'): string {
  switch (cell) {
    case 'C1-unannounced':
      return 'no other device has said anything of it';
    case 'C2-new':
      return 'it is new from another device';
    case 'C3-new-tombstone':
      return 'another device deleted it before this one ever had it';
    case 'C4-same':
      return 'it is the same here and there';
    case 'C5-split-keep':
    case 'C5-split-take':
      return 'two entries have the same version, which honest devices never make; the greater one stays';
    case 'C6-older':
      return 'what is here is newer than what the other device knows';
    case 'C7-newer-same':
      return 'the other device knows more of it, but it is the same';
    case 'C8-newer':
      return 'another device has a newer version';
    case 'C9-twins':
      return 'the same was made on two devices; that is no conflict';
    case 'C10-metadata-keep':
    case 'C10-metadata-take':
      return 'the content is the same on both sides, time or exec bit differ; the later one stays';
    case 'C11-superseding':
      return 'what is here was written in knowledge of what is there, and stays';
    case 'C11-superseded':
      return 'what is there was written in knowledge of what is here, and is taken';
    case 'C12-edit-over-delete':
      return 'it was changed here while it was deleted elsewhere; the change stays';
    case 'C12-delete-under-edit':
      return 'it was deleted here while it was changed elsewhere; the change comes back';
    case 'C13-conflict-keep':
      return 'it was changed on two devices at once; this version keeps the name, the other device sets its own aside';
    case 'C13-conflict-take':
      return 'it was changed on two devices at once; the other version gets the name, this one is kept as a conflict copy';
    case 'U1-unheld':
      return 'this device knows of it and does not keep it';
    case 'U2-withdrawn':
      return 'its successor cannot be kept on this device; what stood here went to the versions';
    case 'U3-unheld-deleted':
      return 'it was deleted elsewhere, and was not kept here';
    case 'U4-materialised':
      return 'this device can keep it now';
    case 'U5-conflict-elsewhere':
      return 'it was changed on two devices at once; one that holds the losing version sets it aside';
    case 'M1-send-only':
      return 'this folder only sends: what others changed is not taken';
    case 'G1-group-keeps':
      return 'both sides wrote to the repository: what was deleted elsewhere stays, since it may be needed here';
    case 'P1-revive-parent':
      return 'something arrives in a directory that was deleted; it comes back';
    case 'P2-rename':
      return 'it was renamed elsewhere';
    case 'P4-undo':
      return "another device's change was taken back here";
    case 'P3-revive-directory':
      return 'the directory was deleted elsewhere, and holds something that was not; it stays';
  }
}

/** One step, as something that would be done. */
export function stepWords(step: ApplyStep): string {
  switch (step.do) {
    case 'create-directory':
      return `make the directory ${step.path}`;
    case 'write-file':
      return step.expect.is === 'absent'
        ? `write ${step.path} (${step.entry.size} bytes)`
        : `replace ${step.path} (${step.entry.size} bytes); the old one is kept as a version`;
    case 'write-symlink':
      return `link ${step.path} to ${step.target}`;
    case 'set-metadata':
      return `set time and exec bit of ${step.path}`;
    case 'rename':
      return `rename ${step.path} to ${step.to}`;
    case 'remove':
      return `delete ${step.path}; it is kept as a version`;
    case 'remove-directory':
      return `remove the directory ${step.path}`;
  }
}

/** A time for people, in UTC: '2026-11-23 14:05:12'. */
export function timeWords(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  const days = Math.floor(seconds / 86_400);
  const ofDay = seconds - days * 86_400;
  const two = (value: number): string => String(value).padStart(2, '0');
  const [year, month, day] = civilFromDays(days);
  const time = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(two).join(':');
  return `${year}-${two(month)}-${two(day)} ${time}`;
}
