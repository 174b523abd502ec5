/**
 * A process of its own that applies a group, for tests that watch or break its system calls: argv[2] is a folder with nothing
 * staged, argv[3] how many files to write. Prints the outcomes as JSON. The marker calls tell preparing from applying.
 */
import { existsSync } from 'node:fs';
import { absent, TestFolder, writeFileStep } from './writing-support.ts';

const folder = new TestFolder(process.argv[2] as string);
const names = Array.from({ length: Number(process.argv[3]) }, (_, i) => `file${i}`);
for (const name of names) folder.stage(name);
// Seen in the trace: everything after it is the apply.
existsSync('/begin-apply');
const steps = names.map((name) => writeFileStep(name, name, absent));
if (existsSync(folder.at('old'))) {
  folder.stage('new');
  steps.push(writeFileStep('old', 'new', folder.expect('old')));
}
console.log(JSON.stringify(folder.apply(steps)));
folder.root.close();
