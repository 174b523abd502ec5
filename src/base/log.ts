/** Structured logs: one JSON object a line through pino, a message in words plus fields. */
import { pino } from 'pino';
import { escapeJson } from './unsafe-text.ts';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A logger that writes JSON lines to a file descriptor or path, synchronously enough that a crash loses nothing already logged. */
export function createLogger(level: LogLevel, destination: string | number): Logger {
  const file = pino.destination({ dest: destination, sync: true, mkdir: true });
  // People read logs on terminals, and names in them come from other devices; JSON itself escapes the first 32 characters alone.
  const write = (line: string): void => void file.write(`${escapeJson(line.trimEnd())}\n`);
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
