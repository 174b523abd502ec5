/**
 * Microseconds to and from the times that Node gives and takes. Both are doubles, so both round; what one device sets, the
 * same device must read back as the same microsecond, or every file it received would look changed by its user.
 *
 * Measured: utimes truncates to whole microseconds on Node 20 (libuv 1.46), towards zero also before 1970, and keeps
 * nanoseconds on Node 24. stat's mtimeMs is off by up to half a unit in the last place: 0.12 us until 2039, 0.24 us until
 * 2109. So the file's time lies from 0 to 0.49 us above the microsecond that utimesSecondsOf was given, and mtimeUsOf adds
 * a quarter of a microsecond before it rounds down. The two belong together; Math.floor(mtimeMs * 1000) fails both ways.
 * Exact on both versions from 1936 to 2106.
 */
import type { StatFingerprint } from './record.ts';

const readMarginUs = 0.25;
/** More than the rounding of seconds as a double until 2106 (0.24 us), so that truncation cannot fall below. */
const setMarginUs = 0.25;
/** Before 1970 Node 20 truncates upwards: the margin lies on the other side, and has to stay well below readMarginUs. */
const setMarginBefore1970Us = 0.07;

/** From 1684 to 2255: what travels to others. ext4 goes to 2446, XFS to 2486, and some copiers write nonsense. */
const mtimeUsMax = Number.MAX_SAFE_INTEGER;

/**
 * The modification time in whole microseconds since the epoch, rounded down (from all but the last quarter of one). Beyond what
 * can be told to others it is the nearest that can: every device then reads the same of such a file.
 */
export function mtimeUsOf(stat: Pick<StatFingerprint, 'mtimeMs'>): number {
  // The seconds are taken off first, which is exact: multiplied as a whole, mtimeMs would be rounded once more.
  const seconds = Math.floor(stat.mtimeMs / 1000);
  const restMs = stat.mtimeMs - seconds * 1000;
  const mtimeUs = seconds * 1_000_000 + Math.floor(restMs * 1000 + readMarginUs);
  return Math.max(-mtimeUsMax, Math.min(mtimeUsMax, mtimeUs));
}

/**
 * Seconds for utimes, lutimes and futimes that set a file to `mtimeUs`. Node takes a negative NUMBER for "now": pass a
 * time before 1970 as text, `String(seconds)`. `keepsNanoseconds`: Node does not truncate (24 does not, 20 does); it matters before 1970 alone.
 */
export function utimesSecondsOf(mtimeUs: number, keepsNanoseconds = false): number {
  const margin = mtimeUs >= 0 || keepsNanoseconds ? setMarginUs : -setMarginBefore1970Us;
  // Added to the fraction alone: beside all microseconds since 1970 a double has no room for a quarter of one after 2041.
  const seconds = Math.floor(mtimeUs / 1_000_000);
  return seconds + (mtimeUs - seconds * 1_000_000 + margin) / 1_000_000;
}
