/**
 * Characters that a terminal obeys or that hide what stands there: control characters (which carry ANSI sequences),
 * bidirectional overrides, line separators, invisible formatting. What is printed (cli/sanitise.ts) and what is logged goes through
 * here, since names and paths come from other devices. Unicode sources: UAX #9 (bidi controls), UTR #36 (visual spoofing).
 */

/*
 * C0, DEL, C1; soft hyphen; Arabic letter mark; Mongolian vowel separator; zero width space; LRM and RLM; line and paragraph separator;
 * bidi embeddings, overrides and isolates; invisible operators; BOM; interlinear annotation; tags; lone surrogates.
 * The two joiners U+200C and U+200D stay: Persian and emoji need them.
 */
export const unsafeCharacters =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

/** JSON on one line with these characters as \u escapes: equal to any parser, harmless on a terminal. */
export function escapeJson(json: string): string {
  return json.replace(unsafeCharacters, (character) => {
    let escaped = '';
    for (let index = 0; index < character.length; index++) {
      escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}
