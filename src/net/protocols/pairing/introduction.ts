/** What a device says of itself once the other side has proved that it knows the code, cut to what one message may hold. */
import type { DeviceId } from '../../../core/identifiers.ts';
import { limits } from '../../../wire/limits.ts';
import type { OfferedFolder, PairingMessage } from '../../../wire/messages.ts';

export type Introduction = Extract<PairingMessage, { type: 'pairing-introduction' }>;

export interface Self {
  readonly self: DeviceId;
  readonly deviceName: string;
  readonly folders: readonly OfferedFolder[];
  readonly addresses: readonly string[];
}

/** Room for keys and lengths around one element of a list. */
const elementBytesReserve = 16;

/**
 * Folders and addresses that do not fit are left out: the hello after linking offers all folders, and discovery finds the
 * addresses.
 */
export function introduce({ self, deviceName, folders, addresses }: Self): Introduction {
  let left = limits.pairingFrameBytesMax - limits.deviceNameBytesMax - 256;
  const fits = (bytes: number): boolean => {
    left -= bytes + elementBytesReserve;
    return left >= 0;
  };
  const usable = addresses.filter((address) => Buffer.byteLength(address) <= limits.addressBytesMax);
  return {
    type: 'pairing-introduction',
    device: self,
    deviceName: cutText(deviceName, limits.deviceNameBytesMax),
    addresses: usable
      .slice(0, limits.addressesPerIntroductionMax)
      .filter((address) => fits(Buffer.byteLength(address))),
    folders: folders
      .slice(0, limits.foldersPerHelloMax)
      .map(({ id, label }) => ({ id, label: cutText(label, limits.folderLabelBytesMax) }))
      .filter(({ id, label }) => fits(id.length + Buffer.byteLength(label))),
  };
}

/** At most `bytesMax` bytes of UTF-8, cut between characters. */
function cutText(text: string, bytesMax: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    end += character.length;
  }
  return text.slice(0, end);
}
