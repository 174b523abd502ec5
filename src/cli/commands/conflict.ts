/** `p2psync conflict ls|keep`: what was changed on two devices at once, and which of the two stays. */
import { Argument, type Command } from 'commander';
import type { ConflictSettled } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { pathArgument } from '../path-argument.ts';
import { sanitise } from '../sanitise.ts';

const choices = ['mine', 'theirs', 'both'] as const;

export function registerConflict(program: Command, io: Io): void {
  const group = program
    .command('conflict')
    .summary('list and settle conflicts')
    .description('Lists and settles conflicts: files that were changed on two devices at once.');
  examples(group, ['p2psync conflict ls', 'p2psync conflict keep mine ~/Sync/report.docx']);
  registerList(group, io);
  registerKeep(group, io);
}

function registerList(group: Command, io: Io): void {
  const command = group
    .command('ls')
    .description('Lists the conflict copies in all folders.')
    .action(async (_options: object, self: Command) => {
      const cli = openCli(self, io);
      const list = await (await connectTo(cli)).conflicts();
      cli.out.document(list);
      if (list.length === 0) cli.out.line('There are no conflicts.');
      else {
        cli.out.table(
          ['FOLDER', 'FILE', 'CONFLICT COPY'],
          list.map(({ folder, original, copy }) => [folder, original, copy].map(sanitise)),
        );
      }
    });
  examples(command, ['p2psync conflict ls', 'p2psync conflict ls --json']);
}

function registerKeep(group: Command, io: Io): void {
  const command = group
    .command('keep')
    .description(
      'Settles a conflict. mine, theirs: the version written on this device, or the other one, stays under the original name, and ' +
        'the other goes to the versions. both: the copy gets a plain name.',
    )
    .addArgument(new Argument('<which>', 'what stays').choices(choices))
    .argument('<path>', 'the original or its conflict copy, on disk or as LABEL/PATH')
    .action(async (which: ConflictSettled['kept'], path: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const settled = await api.keepConflict(await pathArgument(api, path), which);
      cli.out.document(settled);
      const where = settled.copy === null ? '' : `; the other is ${sanitise(settled.copy)} now`;
      const kept = settled.replaced === null ? '' : `; the other is kept as ${sanitise(settled.replaced)}`;
      cli.out.line(`Settled ${sanitise(`${settled.folder}/${settled.original}`)}${where}${kept}.`);
    });
  examples(command, ['p2psync conflict keep theirs ~/Sync/report.docx', 'p2psync conflict keep both sync/report.docx']);
}
