/** `p2psync undo DEVICE --since WHEN`: takes back what one device changed. */
import type { Command } from 'commander';
import type { UndoResult } from '../../api/control.ts';
import { Problem } from '../../base/problem.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { plural } from '../format.ts';
import { withSpinner } from '../progress.ts';
import { sanitise } from '../sanitise.ts';
import { whenArgument } from '../value-arguments.ts';

/** Lines for people; --json has all. */
const shownMax = 50;

export function registerUndo(program: Command, io: Io): void {
  const command = program
    .command('undo')
    .summary('take back what one device changed')
    .description(
      'Takes back what one device changed since a moment, in all folders: files come back from kept versions, what it created ' +
        'goes. What anybody else changed afterwards is left alone and listed. Everything that is taken back is kept as a ' +
        'version itself. Exit code 1 when something could not be taken back.',
    )
    .argument('<device>', 'name or id of a linked device')
    .requiredOption('--since <when>', 'its first change to take back: 2h (ago), 3d, 2026-11-23T14:05', whenArgument)
    .option('--dry-run', 'only show what would be done')
    .action(async (device: string, options: { since: number; dryRun?: boolean }, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const dryRun = options.dryRun === true;
      const result = await withSpinner(cli.out.live(), dryRun ? 'looking' : 'taking back', () =>
        api.undo(device, options.since, dryRun, cli.signal),
      );
      cli.out.document(result);
      cli.out.lines(summary(result));
      if (result.left.length > 0) throw incomplete(result);
    });
  examples(command, ['p2psync undo laptop --since 2h --dry-run', 'p2psync undo laptop --since 2026-11-23T14:05']);
}

function summary({ undone, left, device, dryRun }: UndoResult): string[] {
  const name = sanitise(device.name);
  if (undone.length === 0 && left.length === 0) return [`${name} has changed nothing that still stands.`];
  const lines = undone.map(({ action, folder, path }) => `${action.padEnd(8)}  ${sanitise(`${folder}/${path}`)}`);
  const more = lines.length > shownMax ? [`… and ${plural(lines.length - shownMax, 'more path', 'more paths')}`] : [];
  const total = `${dryRun ? 'Would take' : 'Took'} back ${plural(undone.length, 'change')} of ${name}.`;
  return [...lines.slice(0, shownMax), ...more, total];
}

function incomplete({ left, dryRun }: UndoResult): Problem {
  const shown = left.slice(0, 5).map(({ folder, path, message }) => `${folder}/${path}: ${message}`);
  const more = left.length > shown.length ? `; and ${left.length - shown.length} more, see --json` : '';
  const what = dryRun ? 'not to be taken back' : 'not taken back';
  return new Problem(
    'UNDO_INCOMPLETE',
    `${plural(left.length, 'path was', 'paths were')} ${what} (${shown.join('; ')}${more})`,
  );
}
