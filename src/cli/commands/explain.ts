/** `p2psync explain PATH` and `p2psync plan [LABEL]`: why something is, or is not, in sync, and what would be done next. */
import type { Command } from 'commander';
import type { ExplainedPath, FolderPlan } from '../../api/control.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { pathArgument } from '../path-argument.ts';
import { sanitise } from '../sanitise.ts';

/** Operations printed for people; --json has more. */
const shownMax = 40;

export function registerExplain(program: Command, io: Io): void {
  const command = program
    .command('explain')
    .summary('say why a file is, or is not, in sync')
    .description('Says what is known of a path on every device, why it is or is not in sync, and what happens next.')
    .argument('<path>', 'on the disk, or LABEL/PATH; it need not be there any more')
    .action(async (input: string, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const explained = await api.explain(await pathArgument(api, input));
      cli.out.document(explained);
      cli.out.lines(explanationLines(explained));
    });
  examples(command, ['p2psync explain ~/Sync/report.docx', 'p2psync explain sync/report.docx --json']);
}

export function registerPlan(program: Command, io: Io): void {
  const command = program
    .command('plan')
    .summary('show what would be done next, without doing it')
    .description('A dry run: what this device would do with everything that the others announced.')
    .argument('[label]', 'name of the folder (default: all)')
    .action(async (label: string | undefined, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const plans = await (await connectTo(cli)).plan(label);
      cli.out.document(plans);
      for (const plan of plans) cli.out.lines(planLines(plan));
    });
  examples(command, ['p2psync plan', 'p2psync plan photos']);
}

export function explanationLines(explained: ExplainedPath): string[] {
  const { folder, path, summary, here, devices, cell, why, next, last } = explained;
  const lines = [`${sanitise(path)} in ${sanitise(folder)}`, `  ${sanitise(summary)}`, ''];
  lines.push(`  on disk     ${sanitise(here.disk ?? 'nothing')}`);
  const kept = here.held ? '' : ' (not kept on this device)';
  lines.push(`  index       ${sanitise(here.index ?? 'does not know it')}${kept}`);
  for (const { name, connected, announced, same } of devices) {
    const state = announced === null ? 'has said nothing of it' : sanitise(announced);
    const mark = announced === null ? '' : same ? ' (the same)' : ' (differs)';
    lines.push(`  ${sanitise(name).padEnd(11)} ${state}${mark}${connected ? '' : ', not connected'}`);
  }
  lines.push('', `  now         ${cell}: ${sanitise(why)}`);
  if (last !== null) lines.push(`  last done   ${last.cell}: ${sanitise(last.why)}, ${last.time}`);
  if (next.length === 0) lines.push('  next        nothing');
  for (const step of next) lines.push(`  next        ${sanitise(step)}`);
  return lines;
}

export function planLines({ folder, held, operations, merges, count, bytes }: FolderPlan): string[] {
  const label = sanitise(folder);
  const lines: string[] = [];
  if (count === 0 && merges === 0) lines.push(`${label}: nothing to do.`);
  else {
    const records = merges === 0 ? '' : `, ${plural(merges, 'record')} to be noted`;
    lines.push(`${label}: ${plural(count, 'change')} to bring in, ${formatBytes(bytes)}${records}.`);
  }
  if (held !== null) lines.push(`  Held: ${sanitise(held)}`);
  const shown = operations.slice(0, shownMax);
  for (const { cell, steps } of shown) for (const step of steps) lines.push(`  ${sanitise(step)}  [${cell}]`);
  if (count > shown.length) lines.push(`  … and ${formatCount(count - shown.length)} more`);
  return lines;
}
