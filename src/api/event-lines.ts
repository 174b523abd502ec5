/** Newline-delimited JSON out of a byte stream, one document at a time, with a bound on the length of a line. */

const lineCharactersMax = 4 * 1024 * 1024;

/** Yields each line parsed; empty lines are skipped. Throws on what is not JSON, on a line too long, and on an unfinished last line. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharactersMax) throw new Error(`a line above ${lineCharactersMax} characters`);
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
  if (rest !== '') throw new Error('the last line is not finished');
}
