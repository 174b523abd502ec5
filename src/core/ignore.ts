/**
 * Paths that are left out. Built in, on every device and never on the wire: our own directory and temporary files, and what
 * operating systems drop into every folder. Beyond them, rules of the folder (`.p2psyncignore`) and of this device (selective
 * sync); src/disk builds their matcher, the loops ask it. What such a rule leaves out keeps its record, unheld (see hold.ts).
 */
import type { RelativePath } from './path.ts';

/** Our directory in a folder's root: marker, staging, kept versions. */
export const ownDirectoryName = '.p2psync';
/** Begins every temporary file that has to stand next to its target. */
export const temporaryNamePrefix = '.p2psync-tmp-';
/** The folder's own rules, in its root; synchronised like any file, and never left out itself. */
export const ignoreFilePath = '.p2psyncignore' as RelativePath;

/** Bytes of the rules file that count. */
export const ignoreFileBytesMax = 256 * 1024;
/** Rules of one source that count. */
export const ignoreRulesMax = 1000;

/** Why a path is left out. */
export interface IgnoreRule {
  readonly pattern: string;
  /** 'file': .p2psyncignore, on all devices. 'device': this device's settings. */
  readonly source: 'built-in' | 'file' | 'device';
  /** From 1; in the device's settings the place in the list. 0: built in. */
  readonly line: number;
}

/**
 * The rule that leaves a path out; undefined: it is synchronised. Whatever lies in a directory that is left out is left out by
 * the same rule. `isDirectory`: of what stands, stood or is announced there; a pattern that ends in '/' is for directories alone.
 */
export type IgnoreMatcher = (path: RelativePath, isDirectory: boolean) => IgnoreRule | undefined;

/** A line that is no rule that could work, or a file of rules that cannot be used as it stands. */
export interface IgnoreProblem {
  readonly source: 'file' | 'device';
  /** From 1; undefined: about all of it. */
  readonly line: number | undefined;
  /** A sentence without its subject: 'is longer than 1024 bytes'. */
  readonly message: string;
}

/** Names that are junk beyond doubt, each with how it is shown to people. Whatever might be somebody's work is not here. */
const droppings: readonly { readonly pattern: string; readonly matches: (name: string) => boolean }[] = [
  // macOS: Finder's view settings, metadata companions of volumes that have none, and what it keeps in the root of a volume.
  exactly('.DS_Store'),
  { pattern: '._*', matches: (name) => name.startsWith('._') },
  exactly('.apdisk'),
  exactly('.AppleDouble'),
  exactly('.DocumentRevisions-V100'),
  exactly('.fseventsd'),
  exactly('.Spotlight-V100'),
  exactly('.TemporaryItems'),
  exactly('.Trashes'),
  // Windows: thumbnails and view settings, and what it keeps in the root of a volume; in whatever case.
  inAnyCase('Thumbs.db'),
  inAnyCase('ehthumbs.db'),
  inAnyCase('ehthumbs_vista.db'),
  inAnyCase('desktop.ini'),
  inAnyCase('$RECYCLE.BIN'),
  inAnyCase('System Volume Information'),
  // Unix: files that were deleted while they were open (NFS, FUSE), and the wastebasket of a volume (freedesktop.org).
  { pattern: '.nfs[0-9a-f]*', matches: (name) => /^\.nfs[0-9a-f]{16,}$/.test(name) },
  { pattern: '.fuse_hidden[0-9a-f]*', matches: (name) => /^\.fuse_hidden[0-9a-f]{8,}$/.test(name) },
  { pattern: '.Trash-[0-9]*', matches: (name) => /^\.Trash-\d+$/.test(name) },
  // Office programs: who has a document open.
  { pattern: '.~lock.*#', matches: (name) => /^\.~lock\..+#$/s.test(name) },
  { pattern: '~$*.doc*, .dot*, .rtf, .xls*, .ppt*, …', matches: (name) => ownerFile.test(name) },
  { pattern: `${temporaryNamePrefix}*`, matches: (name) => name.startsWith(temporaryNamePrefix) },
];

const ownerFile = /^~\$.*\.(?:do[ct][xm]?|rtf|xl[st][xmb]?|pp[ts][xm]?|pot[xm]?|vsdx?|pub)$/is;

/** For people: every pattern that is built in. */
export const builtInPatterns: readonly string[] = [`/${ownDirectoryName}/`, ...droppings.map(({ pattern }) => pattern)];

/** True when the path, or a directory that it lies in, is left out on every device. */
export function isIgnored(path: RelativePath): boolean {
  return builtInRule(path) !== undefined;
}

/** As an IgnoreMatcher; built-in rules make no difference between files and directories. */
export function builtInRule(path: RelativePath): IgnoreRule | undefined {
  let begin = 0;
  for (;;) {
    const slash = path.indexOf('/', begin);
    const name = slash === -1 ? path.slice(begin) : path.slice(begin, slash);
    const pattern = droppingOf(name) ?? (begin === 0 && isOwnDirectory(name) ? `/${ownDirectoryName}/` : undefined);
    if (pattern !== undefined) return { pattern, source: 'built-in', line: 0 };
    if (slash === -1) return undefined;
    begin = slash + 1;
  }
}

/** `rules` after the built-in ones, the first that leaves the path out counting. */
export function withBuiltIn(...rules: readonly IgnoreMatcher[]): IgnoreMatcher {
  return (path, isDirectory) => {
    const builtIn = builtInRule(path);
    if (builtIn !== undefined) return builtIn;
    for (const matcher of rules) {
      const rule = matcher(path, isDirectory);
      if (rule !== undefined) return rule;
    }
    return undefined;
  };
}

function exactly(pattern: string): (typeof droppings)[number] {
  return { pattern, matches: (name) => name === pattern };
}

function inAnyCase(pattern: string): (typeof droppings)[number] {
  const lower = pattern.toLowerCase();
  return { pattern, matches: (name) => name.length === lower.length && name.toLowerCase() === lower };
}

function droppingOf(name: string): string | undefined {
  // Nearly every name ends here: all of the list begin like this.
  if (!/^[.~$tesd]/i.test(name)) return undefined;
  return droppings.find(({ matches }) => matches(name))?.pattern;
}

/**
 * Every name under which some file system would open our own directory, or a peer could write into it: other case and
 * compatibility forms (APFS, NTFS, exFAT), code points that HFS+ leaves out, trailing dots and spaces, streams and short
 * names (Windows). The same attack on .git is CVE-2014-9390 and CVE-2019-1352.
 */
function isOwnDirectory(name: string): boolean {
  if (name === ownDirectoryName) return true;
  // Nearly every name ends here: nothing below makes an ASCII character that comes first another one.
  if (/^[\x20-\x7e]/.test(name) && !/^[.p]/i.test(name)) return false;
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
