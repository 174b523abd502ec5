/**
 * TOML text as a table plus the line of everything in it, so that what is wrong with a value can be said with its place.
 * smol-toml decides what is TOML and says where it is not; the places come from toml-patch's syntax tree.
 */
import { TomlDocument } from '@decimalturn/toml-patch';
import { TomlError, parse } from 'smol-toml';
import { ConfigProblem } from './config-problem.ts';

export type TomlTable = Readonly<Record<string, unknown>>;

/** Where a thing stands: keys and, in lists, numbers from 0. */
export type TomlPath = readonly (string | number)[];

export interface TomlSource {
  readonly table: TomlTable;
  /** The line of the nearest thing at or above `path`, from 1; undefined for the document itself. */
  lineOf(path: TomlPath): number | undefined;
}

/** The parts of toml-patch's syntax tree that are used here. Lines from 1, columns from 0. */
export interface TomlNode {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly key?: { readonly value?: readonly string[]; readonly item?: { readonly value: readonly string[] } };
  readonly value?: unknown;
  readonly items?: readonly TomlNode[];
  readonly item?: TomlNode;
}

const inlineDepthMax = 16;

/** Throws ConfigProblem for text that is not TOML. */
export function parseToml(text: string, file: string): TomlSource {
  let table: TomlTable;
  try {
    table = parse(text, { unsafeKeyBehaviour: 'throw', maxDepth: inlineDepthMax });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The message goes on with a drawing of the place over several lines.
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new ConfigProblem(file, error.line, `${reason} (column ${error.column}); this is not TOML`, error);
  }
  let lines: ReadonlyMap<string, number> | undefined;
  return {
    table,
    lineOf(path) {
      lines ??= linesOf(text);
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(placeKey(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return undefined;
    },
  };
}

/** The document's blocks in order; undefined when toml-patch does not read what smol-toml does. */
export function tomlNodes(text: string): readonly TomlNode[] | undefined {
  try {
    return new TomlDocument(text).cst as unknown as readonly TomlNode[];
  } catch {
    return undefined;
  }
}

/** The name in a table's header, e.g. 'folder' for [[folder]]; undefined for other nodes and dotted names. */
export function headerName(node: TomlNode): string | undefined {
  const name = node.key?.item?.value;
  return name?.length === 1 ? name[0] : undefined;
}

/** A list's elements or a table's keys, by path, each with the line where it begins. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const listLengths = new Map<string, number>();
  for (const block of tomlNodes(text) ?? []) {
    switch (block.type) {
      case 'KeyValue':
        addKeyValue(lines, [], block);
        break;
      case 'Table':
      case 'TableArray': {
        const path: (string | number)[] = [...(block.key?.item?.value ?? [])];
        if (block.type === 'TableArray') {
          const index = listLengths.get(placeKey(path)) ?? 0;
          listLengths.set(placeKey(path), index + 1);
          addLine(lines, path, block);
          path.push(index);
        }
        addLine(lines, path, block);
        for (const item of block.items ?? []) if (item.type === 'KeyValue') addKeyValue(lines, path, item);
        break;
      }
    }
  }
  return lines;
}

function addKeyValue(lines: Map<string, number>, above: TomlPath, node: TomlNode): void {
  let path = above;
  for (const name of node.key?.value ?? []) {
    path = [...path, name];
    addLine(lines, path, node);
  }
  addValue(lines, path, node.value as TomlNode);
}

function addValue(lines: Map<string, number>, path: TomlPath, value: TomlNode): void {
  if (value.type === 'InlineArray') {
    let index = 0;
    for (const { item } of value.items ?? []) {
      if (item === undefined) continue;
      const at = [...path, index++];
      addLine(lines, at, item);
      addValue(lines, at, item);
    }
  } else if (value.type === 'InlineTable') {
    for (const { item } of value.items ?? []) if (item !== undefined) addKeyValue(lines, path, item);
  }
}

function addLine(lines: Map<string, number>, path: TomlPath, node: TomlNode): void {
  const key = placeKey(path);
  if (!lines.has(key)) lines.set(key, node.loc.start.line);
}

function placeKey(path: TomlPath): string {
  return JSON.stringify(path);
}
