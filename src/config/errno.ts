/** The operating system's error code of anything thrown by node:fs. */

/** e.g. 'ENOENT'; undefined for what has none. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
