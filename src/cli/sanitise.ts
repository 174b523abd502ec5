/**
 * Names, paths and messages come from other devices and from file systems; a terminal obeys what stands in them. Everything
 * printed for people passes through here: control characters (which carry ANSI sequences), bidirectional overrides, line
 * separators and invisible formatting become visible escapes, so that no name can hide, forge or move anything on the screen.
 * Unicode sources: UAX #9 (bidi controls), UTR #36 (visual spoofing).
 */

/*
 * C0, DEL, C1; soft hyphen; Arabic letter mark; Mongolian vowel separator; zero width space; LRM and RLM; line and paragraph separator;
 * bidi embeddings, overrides and isolates; invisible operators; BOM; interlinear annotation; tags; lone surrogates.
 * The two joiners U+200C and U+200D stay: Persian and emoji need them.
 */
const unsafe =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

function escapeOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point <= 0xff) return `\\x${point.toString(16).padStart(2, '0')}`;
  if (point <= 0xffff) return `\\u${point.toString(16).padStart(4, '0')}`;
  return `\\u{${point.toString(16)}}`;
}

/** One line that is safe to print on a terminal; text without surprises is returned as it is. */
export function sanitise(text: string): string {
  return text.replace(unsafe, escapeOf);
}

/** JSON on one line with the same characters as \u escapes: equal to any parser, harmless on a terminal. */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.replace(unsafe, (character) => {
    let escaped = '';
    for (let index = 0; index < character.length; index++) {
      escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}
