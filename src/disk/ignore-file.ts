/** The folder's own rules, `.p2psyncignore` in its root, as a file: read by a worker, and given a line more. */
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { ignoreFileBytesMax, ignoreFilePath } from '../core/ignore.ts';
import { readFully, withFile } from './open-file.ts';
import { errnoOf, type Root } from './root.ts';

export type IgnoreFile =
  /** Absent files have no text. */
  | { readonly is: 'read'; readonly text: string; readonly problem: string | undefined }
  /** It is there, and what it says is not known. */
  | { readonly is: 'unreadable'; readonly message: string };

export function readIgnoreFile(root: Root): IgnoreFile {
  try {
    return withFile(root, ignoreFilePath, (fd) => {
      // One byte more, so that a file that is too large is known for one.
      const buffer = Buffer.alloc(ignoreFileBytesMax + 1);
      const bytes = buffer.subarray(0, readFully(fd, buffer, buffer.length, 0));
      const text = bytes.toString('utf8');
      const isText = bytes.length > ignoreFileBytesMax || Buffer.from(text).equals(bytes);
      return {
        is: 'read',
        text,
        problem: isText ? undefined : 'is not UTF-8 throughout; such lines may match nothing',
      };
    });
  } catch (error) {
    switch (errnoOf(error)) {
      case 'ENOENT':
        return { is: 'read', text: '', problem: undefined };
      // Never through a link: a peer could make rules of any file of this device.
      case 'ELOOP':
      case 'NOT_A_FILE':
        return { is: 'read', text: '', problem: 'is no regular file; it has no rules' };
      default:
        return { is: 'unreadable', message: (error as Error).message };
    }
  }
}

/** Adds a line to its end. Appended and not replaced, so that what an editor writes at the same time is never undone. */
export function appendIgnoreRule(root: Root, pattern: string): void {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  root.withDirectory(undefined, (prefix) => {
    const fd = openSync(`${prefix}/${ignoreFilePath}`, flags, 0o644);
    try {
      const { size } = fstatSync(fd);
      const last = Buffer.alloc(1);
      const endsLine = size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
      writeSync(fd, `${endsLine ? '' : '\n'}${pattern}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}
