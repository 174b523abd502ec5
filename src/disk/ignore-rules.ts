/**
 * Rules in gitignore's syntax as a matcher: the npm package `ignore` behind core's IgnoreMatcher. Rules travel as plain data
 * (texts), so that the scan worker and the main thread compile the same ones and always agree.
 *
 * Case counts on every device and volume, or devices would not agree on what is left out. Later lines override earlier ones,
 * and the device's rules come after the file's: '!pattern' there takes back in what the file leaves out.
 */
import ignore, { type Ignore } from 'ignore';
import {
  ignoreFileBytesMax,
  ignoreFilePath,
  ignoreRulesMax,
  withBuiltIn,
  type IgnoreMatcher,
  type IgnoreProblem,
  type IgnoreRule,
} from '../core/ignore.ts';
import { isBlank, patternProblem } from '../core/ignore-pattern.ts';

/** Where rules come from, as they were written. */
export interface IgnoreSources {
  /** The text of .p2psyncignore; '' without one. */
  readonly file: string;
  /** This device's own patterns for the folder, one rule each. */
  readonly device: readonly string[];
}

export interface CompiledRules {
  readonly matcher: IgnoreMatcher;
  /** In force, in the order in which they count. */
  readonly rules: readonly IgnoreRule[];
  readonly problems: readonly IgnoreProblem[];
}

export const noRules: IgnoreSources = { file: '', device: [] };

/** Paths whose answer is remembered before the memory is emptied. */
const answersMax = 20_000;
/** Rule sets kept compiled in one thread. */
const compiledMax = 16;

const compiled = new Map<string, CompiledRules>();

/** Compiled once for each content in each thread. */
export function compileRules(sources: IgnoreSources): CompiledRules {
  const key = JSON.stringify([sources.file, sources.device]);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = compile(sources);
  for (const oldest of compiled.keys()) {
    if (compiled.size < compiledMax) break;
    compiled.delete(oldest);
  }
  compiled.set(key, made);
  return made;
}

/** Built-in rules, then all of `sets`: left out is what any of them leaves out. */
export function matcherOf(sets: readonly IgnoreSources[]): IgnoreMatcher {
  return withBuiltIn(
    ...sets.filter((set) => set.file !== '' || set.device.length > 0).map((set) => compileRules(set).matcher),
  );
}

function compile({ file, device }: IgnoreSources): CompiledRules {
  const problems: IgnoreProblem[] = [];
  const rules = [...rulesOf(linesOf(file, problems), 'file', problems), ...rulesOf(device, 'device', problems)];
  return { matcher: rules.length === 0 ? () => undefined : gitMatcher(rules), rules, problems };
}

function linesOf(file: string, problems: IgnoreProblem[]): string[] {
  const bytes = Buffer.byteLength(file);
  if (bytes <= ignoreFileBytesMax) return splitLines(file);
  const message = `is larger than ${ignoreFileBytesMax} bytes; what is beyond them does not count`;
  problems.push({ source: 'file', line: undefined, message });
  const lines = splitLines(Buffer.from(file).toString('utf8', 0, ignoreFileBytesMax));
  // The last one was cut: half a pattern may leave out more than the whole.
  return lines.slice(0, -1);
}

/** Some editors begin a file with a byte order mark. */
function splitLines(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

function rulesOf(lines: readonly string[], source: 'file' | 'device', problems: IgnoreProblem[]): IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  for (const [i, pattern] of lines.entries()) {
    if (isBlank(pattern)) continue;
    const message = patternProblem(pattern);
    if (message !== undefined) {
      problems.push({ source, line: i + 1, message });
    } else if (rules.length >= ignoreRulesMax) {
      problems.push({ source, line: i + 1, message: `comes after ${ignoreRulesMax} rules; more do not count` });
      break;
    } else rules.push({ pattern, source, line: i + 1 });
  }
  return rules;
}

function gitMatcher(rules: readonly IgnoreRule[]): IgnoreMatcher {
  const all = ignore({ ignoreCase: false, allowRelativePaths: true });
  all.add(rules.map(({ pattern }, i) => ({ pattern, mark: String(i) })));
  let asked: Ignore = all;
  let answers = 0;
  return (path, isDirectory) => {
    // Each instance remembers every path that it was asked for, and their parents.
    if (++answers > answersMax) {
      asked = ignore({ ignoreCase: false, allowRelativePaths: true }).add(all);
      answers = 0;
    }
    if (path === ignoreFilePath) return undefined;
    const { ignored, rule } = asked.test(isDirectory ? `${path}/` : path);
    return ignored ? rules[Number(rule?.mark)] : undefined;
  };
}
