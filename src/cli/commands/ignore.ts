/** `p2psync ignore`: what is left out, on all devices by .p2psyncignore or on this one alone. */
import { relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import type { Control, FolderIgnoreRules, FolderStatus, IgnoreRuleStatus, IgnoreTest } from '../../api/control.ts';
import { Problem } from '../../base/problem.ts';
import { type Io, connectTo, openCli } from '../context.ts';
import { examples } from '../examples.ts';
import { usageProblem } from '../exit-codes.ts';
import { absolutePath, isWithin } from '../folder-path.ts';
import { sanitise } from '../sanitise.ts';

export function registerIgnore(program: Command, io: Io): void {
  const group = program
    .command('ignore')
    .summary('leave files out, and tell why one is')
    .description('Leaves files out of a folder, on all devices or on this one, and tells why one is left out.');
  examples(group, ["p2psync ignore add '*.iso'", 'p2psync ignore test ~/Sync/film.iso', 'p2psync ignore ls']);
  registerList(group, io);
  registerAdd(group, io);
  registerTest(group, io);
}

function registerList(group: Command, io: Io): void {
  const command = group
    .command('ls')
    .description('Lists the rules in force, in the order in which they count: a later one overrides.')
    .argument('[label]', 'name of the folder')
    .action(async (label: string | undefined, _options: object, self: Command) => {
      const cli = openCli(self, io);
      const folders = await (await connectTo(cli)).ignores(label);
      cli.out.document(folders);
      const rows = folders.flatMap(({ folder, rules }) =>
        rules.map((rule) => [sanitise(folder), whereOf(rule), sanitise(rule.pattern)]),
      );
      if (rows.length > 0) cli.out.table(['FOLDER', 'FROM', 'PATTERN'], rows);
      else cli.out.line("No rules; 'p2psync ignore add PATTERN' adds one.");
      for (const folder of folders) for (const line of problemLines(folder)) cli.out.line(line);
      if (folders[0] !== undefined) cli.out.line(`Always left out: ${folders[0].builtIn.join(', ')}`);
    });
  examples(command, ['p2psync ignore ls', 'p2psync ignore ls photos --json']);
}

interface FolderOption {
  readonly folder?: string;
}

function registerAdd(group: Command, io: Io): void {
  const command = group
    .command('add')
    .description('Leaves out what a pattern names, as in a .gitignore. Files that are there stay where they are.')
    .argument('<pattern>', 'for example *.iso or /videos/')
    .option('--folder <label>', 'name of the folder (default: the one that you are in, or the only one)')
    .option('--here', 'on this device alone; otherwise in .p2psyncignore, which all devices share')
    .action(async (pattern: string, options: FolderOption & { readonly here?: boolean }, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const here = options.here === true;
      const { label } = chooseFolder((await api.status()).folders, options.folder, process.cwd());
      const rules = await api.addIgnore(label, pattern, here);
      cli.out.document(rules);
      const where = here ? 'on this device' : 'on all devices';
      cli.out.line(`${sanitise(pattern)} is left out of ${sanitise(label)} ${where}; files that are there stay.`);
      for (const line of problemLines(rules)) cli.out.line(line);
    });
  examples(command, ["p2psync ignore add '*.iso'", 'p2psync ignore add /videos/ --folder photos --here']);
}

function registerTest(group: Command, io: Io): void {
  const command = group
    .command('test')
    .description('Tells whether a path is left out, and by which rule.')
    .argument('<path>', 'absolute, relative to where you are, or with --folder relative to the folder')
    .option('--folder <label>', 'name of the folder')
    .action(async (path: string, options: FolderOption, self: Command) => {
      const cli = openCli(self, io);
      const api = await connectTo(cli);
      const test = await testPath(api, path, options.folder);
      cli.out.document(test);
      cli.out.line(explain(test));
    });
  examples(command, ['p2psync ignore test ~/Sync/film.iso', 'p2psync ignore test build/ --folder code']);
}

async function testPath(api: Control, path: string, label: string | undefined): Promise<IgnoreTest> {
  const { folders } = await api.status();
  const end = /[/\\]$/.test(path) ? '/' : '';
  if (label !== undefined) {
    const folder = chooseFolder(folders, label, '');
    return api.testIgnore(folder.label, `${insideOf(folder.path, resolve(folder.path, path))}${end}`);
  }
  const absolute = absolutePath(path);
  const folder = folders.find((one) => isWithin(absolute, one.path));
  if (folder === undefined) {
    throw new Problem(
      'PATH_OUTSIDE_FOLDER',
      `${absolute} does not lie in a folder of this device; name a path inside one, or its folder with --folder`,
    );
  }
  return api.testIgnore(folder.label, `${insideOf(folder.path, absolute)}${end}`);
}

function insideOf(folder: string, absolute: string): string {
  if (!isWithin(absolute, folder)) {
    throw new Problem('PATH_OUTSIDE_FOLDER', `${absolute} does not lie in ${folder}; name a path inside it`);
  }
  const inside = relative(folder, absolute).split(sep).join('/');
  if (inside === '') throw usageProblem('that is the folder itself; name a path inside it');
  return inside;
}

function chooseFolder(
  folders: readonly FolderStatus[],
  label: string | undefined,
  directory: string,
): Pick<FolderStatus, 'label' | 'path'> {
  const named = folders.find((folder) => folder.label === label || folder.id === label);
  // An unknown label is the daemon's to report.
  if (label !== undefined) return named ?? { label, path: '/' };
  const [first, ...more] = folders;
  const around = folders.find(({ path }) => isWithin(directory, path)) ?? (more.length === 0 ? first : undefined);
  if (around !== undefined) return around;
  const labels = folders.map((folder) => folder.label).join(', ');
  throw usageProblem(
    first === undefined
      ? 'there is no folder yet; add one with p2psync up PATH'
      : `name the folder with --folder: ${labels}`,
  );
}

function explain({ folder, path, leftOut, rule, directory }: IgnoreTest): string {
  const shown = sanitise(path);
  if (!leftOut || rule === null) return `${shown} is synchronised in ${sanitise(folder)}: no rule leaves it out.`;
  const through = directory === null ? '' : ` with its directory ${sanitise(directory)}`;
  return `${shown} is left out${through}, by ${sanitise(rule.pattern)} (${whereOf(rule)}).`;
}

function whereOf({ source, line }: IgnoreRuleStatus): string {
  switch (source) {
    case 'built-in':
      return 'built in, on every device';
    case 'file':
      return `.p2psyncignore:${line}`;
    case 'device':
      return `this device, exclude ${line}`;
  }
}

function problemLines({ folder, problems }: FolderIgnoreRules): string[] {
  return problems.map(({ source, line, message }) => {
    const where = source === 'file' ? '.p2psyncignore' : 'exclude of this device';
    return `${sanitise(folder)}: ${where}${line === null ? '' : `, line ${line}`} ${message}; it has no effect`;
  });
}
