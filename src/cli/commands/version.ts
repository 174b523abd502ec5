/** `p2psync version ls|restore PATH`: what once stood at a path, and how it comes back. */
import type { Command } from 'commander';
import type { VersionInfo } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { formatBytes, formatAgo } from '../format.ts';
import { pathArgument } from '../path-argument.ts';
import { sanitise } from '../sanitise.ts';
import { whenArgument } from '../value-arguments.ts';

export function registerVersion(program: Command, io: Io): void {
  const group = program
    .command('version')
    .summary('list and restore former versions of files')
    .description('Lists and restores what a sync replaced or deleted.');
  examples(group, ['p2psync version ls notes.txt', 'p2psync version restore notes.txt --at 2h']);
  registerList(group, io);
  registerRestore(group, io);
}

function registerList(group: Command, io: Io): void {
  const command = group
    .command('ls')
    .description('Lists the kept versions of a file, or of everything in a directory, the newest first.')
    .argument('<path>', 'in a synced folder, on disk or as LABEL/PATH; it need not be there any more')
    .action(async (path: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const list = await api.versions(await pathArgument(api, path));
      cli.out.document(list);
      if (list.versions.length === 0) cli.out.line(`Nothing is kept of ${sanitise(path)}.`);
      else {
        cli.out.table(
          ['KEPT AT', 'AGO', 'SIZE', 'REPLACED BY', 'PATH'],
          list.versions.map((version) => row(version, Date.now())),
        );
      }
      if (list.truncated) cli.out.hint('There are more; name a directory further down to see them.');
    });
  examples(command, ['p2psync version ls ~/Sync/notes.txt', 'p2psync version ls photos/2024 --json']);
}

function row(version: VersionInfo, now: number): string[] {
  const { kept, kind, size, own, path, folder } = version;
  const what = kind === 'symlink' ? 'link' : formatBytes(size);
  return [kept, formatAgo(kept, now), what, own ? 'own' : 'sync', sanitise(`${folder}/${path}`)];
}

function registerRestore(group: Command, io: Io): void {
  const command = group
    .command('restore')
    .description(
      'Brings back the version that was kept last, or what stood there at a moment. What stands there now becomes a version ' +
        'itself. All devices get the restored file.',
    )
    .argument('<path>', 'in a synced folder, on disk or as LABEL/PATH; it need not be there any more')
    .option('--at <when>', 'as it was then: 2h (ago), 3d, 2026-11-23, 2026-11-23T14:05', whenArgument)
    .action(async (path: string, options: { at?: number }, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const result = await api.restoreVersion(await pathArgument(api, path), options.at);
      cli.out.document(result);
      const { version, replaced } = result;
      const now = replaced === null ? '' : `; what stood there is kept as ${sanitise(replaced)}`;
      cli.out.line(`Restored ${sanitise(`${version.folder}/${version.path}`)} as it was until ${version.kept}${now}.`);
    });
  examples(command, ['p2psync version restore ~/Sync/notes.txt', 'p2psync version restore photos/a.jpg --at 3d']);
}
