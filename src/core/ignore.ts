/**
 * Paths that are never synchronised, on any device: neither announced, nor taken from peers, nor deleted. For now built in:
 * our own directory and temporary files, and what operating systems drop into every folder.
 */
import type { RelativePath } from './path.ts';

/** Our directory in a folder's root: marker, staging, kept versions. */
export const ownDirectoryName = '.p2psync';
/** Begins every temporary file that has to stand next to its target. */
export const temporaryNamePrefix = '.p2psync-tmp-';

const droppings: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** True when the path, or a directory that it lies in, is ignored. */
export function isIgnored(path: RelativePath): boolean {
  let begin = 0;
  for (;;) {
    const slash = path.indexOf('/', begin);
    const name = slash === -1 ? path.slice(begin) : path.slice(begin, slash);
    if (isIgnoredName(name) || (begin === 0 && isOwnDirectory(name))) return true;
    if (slash === -1) return false;
    begin = slash + 1;
  }
}

/** AppleDouble companions ('._report.doc') are made by macOS on volumes that lack its metadata. */
function isIgnoredName(name: string): boolean {
  return droppings.has(name) || name.startsWith('._') || name.startsWith(temporaryNamePrefix);
}

/**
 * Every name under which some file system would open our own directory, or a peer could write into it: other case and
 * compatibility forms (APFS, NTFS, exFAT), code points that HFS+ leaves out, trailing dots and spaces, streams and short
 * names (Windows). The same attack on .git is CVE-2014-9390 and CVE-2019-1352.
 */
function isOwnDirectory(name: string): boolean {
  if (name === ownDirectoryName) return true;
  if (/^p2psyn~\d+$/i.test(name)) return true;
  const folded = name
    .normalize('NFKC')
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '');
  return folded === ownDirectoryName;
}
