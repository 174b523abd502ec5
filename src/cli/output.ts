/**
 * Where a command's words go. Results go to standard output: one JSON document with --json, otherwise text; hints and progress go to
 * standard error. Colours and progress only on a terminal, never with NO_COLOR or TERM=dumb.
 */
import { LiveLine } from './live-line.ts';
import { safeJson } from './sanitise.ts';
import { padEnd, textWidth, truncate, widthDefault } from './text-width.ts';

/** The part of a stream that is used; process.stdout and process.stderr fit. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

const sequences: Record<Colour, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export const noPaint: Paint = (_colour, text) => text;

export function paintFor(stream: TextStream, environment: Readonly<Record<string, string | undefined>>): Paint {
  // https://no-color.org: any value that is not empty switches colour off.
  const off = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb' || stream.isTTY !== true;
  if (off) return noPaint;
  return (colour, text) => {
    const [open, close] = sequences[colour];
    return `\u001b[${open}m${text}\u001b[${close}m`;
  };
}

/** Narrower than this, a table is cut by the terminal rather than by us. */
const cellWidthMin = 6;

/**
 * Rows under `headers` in straight columns, two spaces apart. With `width`, the widest column gives way until the table fits;
 * undefined (output into a file or pipe): nothing is cut. Cells must be sanitised already.
 */
export function renderTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  paint: Paint = noPaint,
): string[] {
  const widths = headers.map((header, column) =>
    Math.max(textWidth(header), ...rows.map((row) => textWidth(row[column] ?? ''))),
  );
  const gaps = 2 * Math.max(0, headers.length - 1);
  const total = (): number => widths.reduce((sum, cell) => sum + cell, gaps);
  while (width !== undefined && total() > width) {
    const widest = Math.max(...widths);
    if (widest <= cellWidthMin) break;
    const column = widths.indexOf(widest);
    // Straight to where the next column becomes the widest, or to what fits.
    const next = Math.max(cellWidthMin, ...widths.filter((cell) => cell < widest));
    widths[column] = Math.max(Math.min(next, widest - 1), widest - (total() - width), cellWidthMin);
  }
  const render = (cells: readonly string[]): string =>
    headers
      .map((_, column) => padEnd(truncate(cells[column] ?? '', widths[column] ?? 0), widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [paint('dim', render(headers)), ...rows.map(render)];
}

export class Output {
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly json: boolean;
  /** Colours for standard output. */
  readonly paint: Paint;
  /** Colours for standard error. */
  readonly paintError: Paint;

  constructor(
    stdout: TextStream,
    stderr: TextStream,
    json: boolean,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.json = json;
    this.paint = paintFor(stdout, environment);
    this.paintError = paintFor(stderr, environment);
  }

  /** True when somebody is likely to be reading along. */
  get interactive(): boolean {
    return this.#stdout.isTTY === true && !this.json;
  }

  get width(): number | undefined {
    return this.#stdout.isTTY === true ? this.#stdout.columns || widthDefault : undefined;
  }

  /** The result with --json; ignored without. */
  document(value: unknown): void {
    if (this.json) this.#stdout.write(`${safeJson(value)}\n`);
  }

  /** The result for people; ignored with --json. */
  lines(lines: readonly string[]): void {
    if (!this.json && lines.length > 0) this.#stdout.write(`${lines.join('\n')}\n`);
  }

  line(text: string): void {
    this.lines([text]);
  }

  /** What helps a person but is no result: standard error, with and without --json. */
  hint(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  table(headers: readonly string[], rows: readonly (readonly string[])[]): void {
    this.lines(renderTable(headers, rows, this.width, this.paint));
  }

  /** A progress line on standard error; silent unless that is a terminal. */
  live(): LiveLine {
    return new LiveLine(this.#stderr);
  }

  /** Redraws a whole screen (status --watch on a terminal). */
  screen(lines: readonly string[]): void {
    // Home, each line cleared to its end, then everything below: no flicker, no leftovers.
    const width = this.#stdout.columns || widthDefault;
    this.#stdout.write(`\u001b[H${lines.map((line) => `${truncate(line, width)}\u001b[K\n`).join('')}\u001b[J`);
  }
}
