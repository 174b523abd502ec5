/**
 * Which names a volume can hold, and which two of its names are one. Pure: the traits were found by trying (src/disk/volume.ts).
 * A name that cannot be held here stays unheld, safe on the other devices (src/sync/refusal.ts).
 */
import type { VolumeTraits } from './observe.ts';
import type { RelativePath } from './path.ts';

/** What Linux and its own file systems hold: every name but '.', '..' and those with '/' or NUL. */
export const posixTraits: VolumeTraits = {
  execBits: true,
  mtimeResolutionUs: 1,
  symlinks: true,
  caseSensitive: true,
  normalisationSensitive: true,
  reservedCharacters: '',
  controlCharacters: true,
  trailingDots: true,
  deviceNames: true,
  hardLinks: true,
};

/** What Windows refuses in names, besides '/'. */
export const windowsReservedCharacters = '<>:"|?*\\';

/** In capitals. The superscript digits count as digits. https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const deviceName = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[1-9¹²³])$/;

export interface NameRefusal {
  readonly code: 'NAME_CHARACTER' | 'NAME_RESERVED' | 'NAME_TRAILING';
  /** One sentence for people. */
  readonly message: string;
}

/** Why `path`, any of whose names counts, cannot be on a volume; undefined: it can. */
export function refusalOfName(path: RelativePath, traits: VolumeTraits): NameRefusal | undefined {
  const shown = printable(path);
  const stays = 'rename it on a device that has it, or leave it there';
  for (const name of path.split('/')) {
    const character = refusedCharacter(name, traits);
    if (character !== undefined) {
      const what = character < ' ' ? `the control character ${printable(character)}` : `the character ${character}`;
      const message = `${shown} has ${what} in its name, which the file system of this folder does not take; ${stays}`;
      return { code: 'NAME_CHARACTER', message };
    }
    if (!traits.trailingDots && /[. ]$/.test(name)) {
      const message = `${shown} ends in a dot or a space, which the file system of this folder drops; ${stays}`;
      return { code: 'NAME_TRAILING', message };
    }
    if (!traits.deviceNames && isDeviceName(name)) {
      const message = `${shown} has the name of a device (${printable(name)}), which this system keeps for itself; ${stays}`;
      return { code: 'NAME_RESERVED', message };
    }
  }
  return undefined;
}

/** True when two spellings of a name may be one file on the volume. */
export function folds({ caseSensitive, normalisationSensitive }: VolumeTraits): boolean {
  return !caseSensitive || !normalisationSensitive;
}

/**
 * Equal for paths that are one on the volume; the path itself where all are apart. NTFS and exFAT compare UTF-16 unit by unit
 * in capitals; those that do not tell composed from decomposed letters (APFS, HFS+, ext4 with casefold) fold whole strings.
 */
export function collisionKey(path: RelativePath, traits: VolumeTraits): string {
  return folds(traits) ? foldedKey(path, traits) : path;
}

function foldedKey(text: string, { caseSensitive, normalisationSensitive }: VolumeTraits): string {
  if (normalisationSensitive) return unitsInCapitals(text);
  return caseSensitive ? text.normalize('NFC') : widestKey(text);
}

/** Equal for any two spellings that some volume takes for one name. */
export function widestKey(text: string): string {
  // Lower case once more: some letters (ς and σ) meet only there.
  return text.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

function unitsInCapitals(text: string): string {
  let capitals = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] ?? '';
    const capital = unit.toUpperCase();
    capitals += capital.length === 1 ? capital : unit;
  }
  return capitals;
}

function refusedCharacter(name: string, { reservedCharacters, controlCharacters }: VolumeTraits): string | undefined {
  for (const character of name) {
    if (reservedCharacters.includes(character)) return character;
    if (!controlCharacters && character < ' ') return character;
  }
  return undefined;
}

/** With any extension, and with spaces before it. */
function isDeviceName(name: string): boolean {
  const base = name.split('.', 1)[0] ?? '';
  return deviceName.test(base.trimEnd().toUpperCase());
}

/** Without control characters, which would break a message of one line. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are meant
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
