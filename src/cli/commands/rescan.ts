/** `p2psync rescan`: looks through the files again, now. */
import { isAbsolute, relative, sep } from 'node:path';
import type { Command } from 'commander';
import type { Control } from '../../api/control.ts';
import { Problem } from '../../base/problem.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { isWithin } from '../folder-path.ts';
import { withSyncProgress } from '../progress.ts';
import { sanitise } from '../sanitise.ts';

export function registerRescan(program: Command, io: Io): void {
  const command = program
    .command('rescan')
    .summary('look through the files again, now')
    .description('Looks through the files again: of all folders, of one, or only at PATH and below.')
    .argument('[label]', 'name of the folder')
    .argument('[path]', 'inside the folder, relative to it or absolute')
    .action(async (label: string | undefined, path: string | undefined, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const inside = label === undefined || path === undefined ? undefined : await relativeToFolder(api, label, path);
      await withSyncProgress(api, cli.out.live(), cli.signal, () => api.rescan(label, inside));
      cli.out.document({ folder: label ?? null, path: inside ?? null });
      cli.out.line(
        `Rescanned ${label === undefined ? 'all folders' : sanitise(label)}${inside === undefined ? '' : `, ${sanitise(inside)}`}.`,
      );
    });
  examples(command, ['p2psync rescan', 'p2psync rescan photos', 'p2psync rescan photos 2024/summer']);
}

/** The path as the daemon knows it: relative to the folder, with slashes. undefined: the folder itself. */
async function relativeToFolder(api: Control, label: string, path: string): Promise<string | undefined> {
  if (!isAbsolute(path)) {
    const plain = path
      .split(sep)
      .join('/')
      .replace(/^(\.\/+)+/, '')
      .replace(/\/+$/, '');
    return plain === '' || plain === '.' ? undefined : plain;
  }
  const folder = (await api.status()).folders.find((one) => one.label === label || one.id === label);
  // An unknown label is the daemon's to report.
  if (folder === undefined) return path;
  if (!isWithin(path, folder.path)) {
    throw new Problem(
      'PATH_OUTSIDE_FOLDER',
      `${path} does not lie in ${label}, which is at ${folder.path}; name a path inside it`,
    );
  }
  const inside = relative(folder.path, path).split(sep).join('/');
  return inside === '' ? undefined : inside;
}
