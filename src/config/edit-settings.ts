/**
 * Changes config.toml's text as its owner would: only the lines that mean something else change, comments and layout stay.
 * Pure. Values are patched in place by toml-patch; tables are cut out and appended as whole lines here, because toml-patch
 * 3.3 takes a neighbour's comment along when it removes one and cannot add the first. The result is read back and compared;
 * should it ever mean something other than what was asked for, the file is written anew, with the old comments at its end.
 */
import { isDeepStrictEqual } from 'node:util';
import { parse as parseForPatch, patch } from '@decimalturn/toml-patch';
import { Problem } from '../base/problem.ts';
import { ConfigProblem } from './config-problem.ts';
import {
  type RawTable,
  newFileText,
  rawDevice,
  rawDeviceChanges,
  rawFolder,
  rawFolderChanges,
  rawTopChanges,
  tableText,
  valueText,
} from './settings-text.ts';
import { defaultDeviceName, parseSettings } from './settings.ts';
import type { Settings } from './settings-types.ts';
import { type TomlNode, headerName, tomlNodes } from './toml-source.ts';

/**
 * The text after `edit`. Folders and devices are matched by id; new ones go to the end and the order of the others stays.
 * Throws ConfigProblem when `text` is not valid, and Problem SETTING_INVALID (exit code 2) when the edited settings are not.
 */
export function editSettings(
  text: string,
  edit: (settings: Settings) => Settings,
  file = 'config.toml',
  defaultName: string = defaultDeviceName(),
): string {
  const before = parseSettings(text, file, defaultName);
  const after = edit(before);
  if (sameSettings(before, after)) return text;
  const rewritten = newFileText(after, commentsOf(text));
  requireValid(rewritten, after, defaultName);
  const edited = editInPlace(text, before, after);
  return edited !== undefined && means(edited, after, defaultName) ? edited : rewritten;
}

/** Equal apart from the order of folders and devices. */
export function sameSettings(a: Settings, b: Settings): boolean {
  return isDeepStrictEqual(inOrder(a), inOrder(b));
}

function inOrder(settings: Settings): Settings {
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : Number(a.id > b.id));
  return { ...settings, folders: [...settings.folders].sort(byId), devices: [...settings.devices].sort(byId) };
}

function means(text: string, wanted: Settings, defaultName: string): boolean {
  try {
    return sameSettings(parseSettings(text, 'config.toml', defaultName), wanted);
  } catch (error) {
    if (error instanceof ConfigProblem) return false;
    throw error;
  }
}

function requireValid(text: string, wanted: Settings, defaultName: string): void {
  let read: Settings;
  try {
    read = parseSettings(text, 'config.toml', defaultName);
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    throw new Problem('SETTING_INVALID', error.reason, { exitCode: 2, cause: error });
  }
  if (!sameSettings(read, wanted)) {
    throw new Problem(
      'SETTING_INVALID',
      'these settings cannot be written to config.toml: it would say something else',
      {
        exitCode: 2,
      },
    );
  }
}

/** Undefined when the text's layout is beyond this. */
function editInPlace(text: string, before: Settings, after: Settings): string | undefined {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  try {
    let edited = text.slice(mark.length);
    edited = withoutTables(edited, 'folder', indexesGone(before.folders, after.folders));
    edited = withoutTables(edited, 'device', indexesGone(before.devices, after.devices));
    edited = withChangedValues(edited, before, after);
    for (const folder of added(before.folders, after.folders)) edited = withTable(edited, 'folder', rawFolder(folder));
    for (const device of added(before.devices, after.devices)) edited = withTable(edited, 'device', rawDevice(device));
    return mark + edited;
  } catch {
    // Any refusal of toml-patch or of the steps above: the caller writes the file anew.
    return undefined;
  }
}

function indexesGone(before: readonly { id: string }[], after: readonly { id: string }[]): ReadonlySet<number> {
  const kept = new Set(after.map(({ id }) => id));
  return new Set(before.flatMap(({ id }, index) => (kept.has(id) ? [] : [index])));
}

function added<T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] {
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id }) => !known.has(id));
}

function withChangedValues(text: string, before: Settings, after: Settings): string {
  const document = parseForPatch(text) as RawTable;
  const newLines: string[] = [];
  let changed = false;
  for (const [key, value] of Object.entries(rawTopChanges(before, after))) {
    if (value === undefined) changed = delete document[key] || changed;
    else if (Object.hasOwn(document, key)) {
      document[key] = value;
      changed = true;
    } else newLines.push(`${key} = ${valueText(value)}`);
  }
  changed = changeTables(document['folder'], before.folders, after.folders, rawFolderChanges) || changed;
  changed = changeTables(document['device'], before.devices, after.devices, rawDeviceChanges) || changed;
  return withTopLines(changed ? patch(text, document) : text, newLines);
}

/** Sets what differs in the document's tables; true if anything does. */
function changeTables<T extends { id: string }>(
  tables: unknown,
  before: readonly T[],
  after: readonly T[],
  changesOf: (before: T, after: T) => RawTable,
): boolean {
  let changed = false;
  for (const table of Array.isArray(tables) ? (tables as RawTable[]) : []) {
    const old = before.find(({ id }) => id === table['id']);
    const wanted = after.find(({ id }) => id === table['id']);
    if (old === undefined || wanted === undefined) continue;
    const changes = changesOf(old, wanted);
    changed ||= Object.keys(changes).length > 0;
    Object.assign(table, changes);
  }
  return changed;
}

/** Whole lines of a text, without their ends, and what ends them. */
interface Lines {
  readonly lines: string[];
  readonly lineEnd: string;
}

function split(text: string): Lines {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return { lines, lineEnd: text.includes('\r\n') ? '\r\n' : '\n' };
}

function join({ lines, lineEnd }: Lines): string {
  return lines.map((line) => line + lineEnd).join('');
}

/** New keys go below the last key that belongs to no table, or, without one, above the first table and its comment. */
function withTopLines(text: string, newLines: readonly string[]): string {
  if (newLines.length === 0) return text;
  const nodes = tomlNodes(text) ?? [];
  const { lines, lineEnd } = split(text);
  const lastKey = nodes.findLast((node) => node.type === 'KeyValue');
  const firstTable = nodes.find((node) => node.type === 'TableArray');
  if (lastKey !== undefined) lines.splice(lastKey.loc.end.line, 0, ...newLines);
  else if (firstTable === undefined) lines.push(...newLines);
  else lines.splice(commentStart(lines, firstTable.loc.start.line - 1), 0, ...newLines, '');
  return join({ lines, lineEnd });
}

function withTable(text: string, name: string, table: RawTable): string {
  const { lines, lineEnd } = split(text);
  if (lines.length > 0 && lines.at(-1)?.trim() !== '') lines.push('');
  lines.push(...tableText(name, table));
  return join({ lines, lineEnd });
}

/** Throws when one of them is not written as [[name]]. */
function withoutTables(text: string, name: string, indexes: ReadonlySet<number>): string {
  if (indexes.size === 0) return text;
  const tables = (tomlNodes(text) ?? []).filter((node) => node.type === 'TableArray' && headerName(node) === name);
  const { lines, lineEnd } = split(text);
  for (const index of [...indexes].sort((a, b) => b - a)) {
    const table = tables[index];
    if (table === undefined) throw new Error(`[[${name}]] ${index} is not a table of its own`);
    cutTable(lines, table);
  }
  return join({ lines, lineEnd });
}

/** Takes a table out with the comments that are its own: those right above it, after a blank line, and right below it. */
function cutTable(lines: string[], table: TomlNode): void {
  const keys = (table.items ?? []).filter((item) => item.type === 'KeyValue');
  const header = table.loc.start.line - 1;
  let start = commentStart(lines, header);
  // A comment at the very top is about the file, and one right below other keys is theirs.
  if (start === 0 || lines[start - 1]?.trim() !== '') start = header;
  let end = keys.at(-1)?.loc.end.line ?? header + 1;
  let below = end;
  while (isComment(lines[below])) below++;
  if (below === lines.length || lines[below]?.trim() === '') end = below;
  if (start === 0 || lines[start - 1]?.trim() === '') while (lines[end]?.trim() === '') end++;
  lines.splice(start, end - start);
}

/** The first line of the comment that stands right above line number `index` (both from 0); `index` without one. */
function commentStart(lines: readonly string[], index: number): number {
  let start = index;
  while (start > 0 && isComment(lines[start - 1])) start--;
  return start;
}

function isComment(line: string | undefined): boolean {
  return line?.trimStart().startsWith('#') === true;
}

function commentsOf(text: string): string[] {
  return split(text).lines.flatMap((line) => (isComment(line) ? [line.trim()] : []));
}
