/**
 * `npm run demo`: two devices on this machine, in one terminal: linked by code, an edit travelling each way, a conflict kept
 * on both sides. Everything lives in a temporary directory, which is removed at the end.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from './condition.ts';
import { Device } from './device.ts';

const isTerminal = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code: number, text: string): string => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const say = (who: 'laptop' | 'desktop' | '', text: string): void => {
  const name = who === '' ? '' : paint(who === 'laptop' ? 36 : 35, who.padEnd(8));
  console.log(`${name}${text}`);
};
const typed = (who: 'laptop' | 'desktop', command: string): void => say(who, `$ ${paint(1, command)}`);

const directory = mkdtempSync(join(tmpdir(), 'p2psync-demo-'));
const laptop = new Device('laptop', directory);
const desktop = new Device('desktop', directory);
const here = join(directory, 'laptop', 'Sync');
const there = join(directory, 'desktop', 'Sync');

/** Milliseconds until the file there reads `text`. */
async function arrival(path: string, text: string): Promise<number> {
  const start = performance.now();
  await eventually(`${path} to arrive`, () => {
    try {
      return readFileSync(path, 'utf8') === text;
    } catch {
      return false;
    }
  });
  return Math.round(performance.now() - start);
}

async function run(): Promise<void> {
  for (const path of [here, there]) mkdirSync(path, { recursive: true });
  const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];
  await laptop.start(['--name', 'laptop', ...quiet]);
  await desktop.start(['--name', 'desktop', ...quiet]);
  writeFileSync(join(here, 'hello.txt'), 'Hello from the laptop.\n');

  typed('laptop', 'p2psync up ~/Sync');
  const { code } = await laptop.json<{ code: string }>(['up', here]);
  say('laptop', `type this on the other device:  p2psync pair ${paint(1, code)} ~/Sync`);

  const { addresses } = await laptop.status();
  typed('desktop', `p2psync pair ${code} ~/Sync`);
  const start = performance.now();
  const linked = await desktop.json<{ fingerprint: string }>([
    'pair',
    code,
    there,
    '--address',
    addresses[0] as string,
  ]);
  say('desktop', `linked with laptop, fingerprint ${linked.fingerprint}`);
  await arrival(join(there, 'hello.txt'), 'Hello from the laptop.\n');
  say('desktop', `hello.txt is here, ${Math.round(performance.now() - start)} ms after the code was typed`);
  await laptop.ok(['wait']);

  typed('laptop', 'echo "edited on the laptop" > ~/Sync/hello.txt');
  writeFileSync(join(here, 'hello.txt'), 'edited on the laptop\n');
  say(
    'desktop',
    `hello.txt reads the same after ${await arrival(join(there, 'hello.txt'), 'edited on the laptop\n')} ms`,
  );

  typed('desktop', 'echo "and back" > ~/Sync/answer.txt');
  writeFileSync(join(there, 'answer.txt'), 'and back\n');
  say('laptop', `answer.txt is here after ${await arrival(join(here, 'answer.txt'), 'and back\n')} ms`);
  await laptop.ok(['wait']);

  say('', paint(2, 'Now both edit the same file while the desktop is off:'));
  await desktop.stop();
  writeFileSync(join(here, 'answer.txt'), 'changed on the laptop\n');
  await delay(20);
  writeFileSync(join(there, 'answer.txt'), 'changed on the desktop\n');
  await desktop.start(quiet);
  await laptop.ok(['wait', '--timeout', '20s']);
  await desktop.ok(['wait', '--timeout', '20s']);
  await eventually('the conflict copy', () => readdirSync(here).some((name) => name.includes('.conflict-')));
  for (const name of readdirSync(here).filter((other) => other.startsWith('answer'))) {
    say('laptop', `${name}: ${readFileSync(join(here, name), 'utf8').trim()}`);
  }
  typed('laptop', 'p2psync status');
  console.log(await laptop.ok(['status']));
}

try {
  await run();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await Promise.all([laptop.stop(), desktop.stop()]);
  rmSync(directory, { recursive: true, force: true });
}
