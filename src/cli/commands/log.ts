/** `p2psync log [PATH]`: the persistent history: what changed, when, and through whom. */
import { type Command, InvalidArgumentError } from 'commander';
import type { LogEntry } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { formatBytes } from '../format.ts';
import { pathArgument } from '../path-argument.ts';
import { sanitise } from '../sanitise.ts';
import { whenArgument } from '../value-arguments.ts';

const limitDefault = 1000;
const limitMax = 200_000;

interface LogOptions {
  readonly device?: string;
  readonly since?: number;
  readonly limit: number;
}

export function registerLog(program: Command, io: Io): void {
  const command = program
    .command('log')
    .summary('show what changed, when, and through whom')
    .description('Shows what changed in the folders in the last 30 days, when, and through whom; the newest first.')
    .argument('[path]', 'only this file or directory: on disk, or LABEL/PATH')
    .option('--device <device>', 'only changes of this device, by name or id')
    .option('--since <when>', 'only since then: 2h (ago), 3d, 2026-11-23, 2026-11-23T14:05', whenArgument)
    .option('--limit <number>', `at most so many (default: ${limitDefault})`, parseLimit, limitDefault)
    .action(async (path: string | undefined, options: LogOptions, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const located = path === undefined ? undefined : await pathArgument(api, path);
      const { device, since, limit } = options;
      const entries = await api.history({ path: located, device, sinceMs: since, limit });
      cli.out.document(entries);
      if (entries.length === 0) cli.out.line('Nothing has changed.');
      else cli.out.table(['TIME', 'BY', 'CHANGE', 'SIZE', 'PATH'], entries.map(row));
      if (entries.length === limit) cli.out.hint(`These are the latest ${limit}; --limit shows more.`);
    });
  examples(command, ['p2psync log', 'p2psync log notes.txt', 'p2psync log --device laptop --since 2h --json']);
}

function row({ time, folder, path, change, device, after }: LogEntry): string[] {
  const size = after === null || after.size === null ? '-' : formatBytes(after.size);
  return [time, device === null ? 'here' : sanitise(device.name), change, size, sanitise(`${folder}/${path}`)];
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (/^[1-9]\d*$/.test(value) && limit <= limitMax) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${limitMax}.`);
}
