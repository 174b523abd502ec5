/**
 * Names, paths and messages come from other devices and from file systems; a terminal obeys what stands in them. Everything
 * printed for people passes through here: what is unsafe (base/unsafe-text.ts) becomes visible escapes, so that no name can hide,
 * forge or move anything on the screen.
 */
import { escapeJson, unsafeCharacters } from '../base/unsafe-text.ts';

function escapeOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point <= 0xff) return `\\x${point.toString(16).padStart(2, '0')}`;
  if (point <= 0xffff) return `\\u${point.toString(16).padStart(4, '0')}`;
  return `\\u{${point.toString(16)}}`;
}

/** One line that is safe to print on a terminal; text without surprises is returned as it is. */
export function sanitise(text: string): string {
  return text.replace(unsafeCharacters, escapeOf);
}

/** JSON on one line with the same characters as \u escapes: equal to any parser, harmless on a terminal. */
export function safeJson(value: unknown): string {
  return escapeJson(JSON.stringify(value) ?? 'null');
}
