/**
 * How many terminal cells a text takes: two for emoji and East Asian wide characters (Unicode TR11), none for combining marks.
 * An approximation by ranges, good enough to keep columns straight.
 */
/** For a terminal that does not know its width (it reports none, or 0). */
export const widthDefault = 80;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const plain = /^[\x20-\x7e]*$/;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const mark = /^\p{Mark}+$/u;
const ansi = /\u001b\[[0-9;]*m/g;

function graphemeWidth(grapheme: string): number {
  if (mark.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** Cells that `text` takes; our own colour sequences count as nothing. */
export function textWidth(text: string): number {
  const bare = text.replace(ansi, '');
  if (plain.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of segmenter.segment(bare)) width += graphemeWidth(segment);
  return width;
}

/** `text` cut to at most `width` cells, with an ellipsis as its last cell when something is missing. Colours are dropped when cut. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text.replace(ansi, ''))) {
    const cells = graphemeWidth(segment);
    if (used + cells > width - 1) break;
    kept += segment;
    used += cells;
  }
  return `${kept}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
