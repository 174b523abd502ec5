/** What a line of ignore rules may be: asked when rules are compiled, when settings are read, and before a rule is added. */

export const patternBytesMax = 1024;
/** Times that a pattern may say `**`: each lets matching take as many steps more as a path has names. */
export const globstarsMax = 2;

const encoder = new TextEncoder();

/** Empty lines and comments. */
export function isBlank(line: string): boolean {
  return line.startsWith('#') || line.trim() === '';
}

/** Why a pattern cannot be a rule: what would never match, and what would take too long. Undefined: it can. */
export function patternProblem(pattern: string): string | undefined {
  if (encoder.encode(pattern).length > patternBytesMax) return `is longer than ${patternBytesMax} bytes`;
  if (/[\0\r\n]/.test(pattern)) return 'has a character that no pattern can have';
  const body = pattern.replace(/^!/, '');
  if (/^\/*\s*$/.test(body)) return 'names nothing';
  if (/(?:^|\/)\.{1,2}(?:\/|\s*$)/.test(body)) return "has '.' or '..' as a name, which no path in a folder has";
  if (body.includes('//')) return "has an empty name between two '/', which no path has";
  if ((body.match(/\*\*+/g) ?? []).length > globstarsMax) return `has more than ${globstarsMax} '**'`;
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(body)) return "ends in a '\\' that escapes nothing";
  if (hasOpenBracket(body)) return "has a '[' without its ']'";
  return undefined;
}

/** gitignore(5): such a pattern matches nothing. A ']' that comes first is a member of the set, not its end. */
function hasOpenBracket(body: string): boolean {
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '\\') i++;
    else if (body[i] === '[') {
      let at = i + 1;
      if (body[at] === '!' || body[at] === '^') at++;
      if (body[at] === ']') at++;
      while (at < body.length && body[at] !== ']') {
        const named = /^\[:[a-z]*:\]/.exec(body.slice(at, at + 16));
        at += named === null ? (body[at] === '\\' ? 2 : 1) : named[0].length;
      }
      if (at >= body.length) return true;
      i = at;
    }
  }
  return false;
}
