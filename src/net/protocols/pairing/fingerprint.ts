/**
 * Four emoji that both devices show after linking: 24 bits of the session's key, for people who want to compare. The code
 * already proved that nobody sits between; this shows it.
 */

/** 64, common on every platform, far apart in shape, one code point each. */
export const fingerprintEmoji: readonly string[] = Array.from(
  '🐶🐱🐷🐸🐵🐧🦉🐴' +
    '🐝🦋🐌🐢🐙🐳🐘🦀' +
    '🌵🌲🍀🌻🌹🍄🌙⭐' +
    '🌈🔥⛄🍎🍌🍇🍓🍍' +
    '🥕🌽🍞🧀🍕🍩🎂🍭' +
    '⚽🎲🎸🎺🥁🚗🚲🚀' +
    '⛵🚂🏠⏰🔑🔔🎁🎈' +
    '💡📚🔨👑🎩👓🌂⚓',
);

/** `bytes`: at least 4, uniform and secret (key-schedule.ts). */
export function fingerprint(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => fingerprintEmoji[byte & 63]).join(' ');
}
