/**
 * W12: a device that was away when much came in returns: from one source, and from two. Each source may send only so much a
 * second, by the system's own limit, as uplinks of homes do; else loopback would be no bottleneck and two sources no gain.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { writeLarge } from '../data/write-trees.ts';
import type { Measured } from '../measures/sample.ts';
import { countWire } from '../measures/wire-counter.ts';
import type { DaemonSystem, Node } from '../systems/system.ts';
import { snapshot } from '../trees/snapshot.ts';
import { untilEqual } from '../trees/until-equal.ts';
import { carried, startNode, untilSettled } from './pair.ts';
import { equalMsMax, meterUsage } from './timed.ts';
import type { Step, Workload } from './workload.ts';

const files = { full: 32, quick: 8 };
const fileBytes = 8 * 2 ** 20;
/** Bytes per second. */
const uploadMax = 24 * 2 ** 20;

async function timeReturn(step: Step, system: DaemonSystem, sources: 1 | 2): Promise<Measured> {
  const { signal, volume } = step;
  const directory = join(step.directory, `from-${sources}`);
  mkdirSync(directory);
  const nodes: Node[] = [];
  for (const name of ['one', 'two'].slice(0, sources).concat('late')) {
    const folder = join(directory, name);
    mkdirSync(folder);
    nodes.push(await startNode(step, system, { directory, name, folder }));
  }
  await system.share(nodes, signal);
  await untilSettled(step, system, nodes);
  await carried(nodes, 'linked', signal);
  await untilSettled(step, system, nodes);
  const late = nodes.at(-1) as Node;
  await late.stop();

  const holders = nodes.slice(0, -1);
  const [first] = holders as [Node];
  const random = new Random(step.seed, 'W12');
  mkdirSync(join(directory, 'staged'));
  for (let index = 0; index < files[step.size]; index++) {
    writeLarge(join(directory, 'staged', `part-${index}.bin`), fileBytes, random);
  }
  renameSync(join(directory, 'staged'), join(first.folder, 'tree'));
  await carried(holders, 'complete', signal);
  await untilSettled(step, system, holders);
  for (const node of holders) await node.limitUpload(uploadMax, signal);
  volume.settle();

  const [near, far] = [join(first.folder, 'tree'), join(late.folder, 'tree')];
  const expected = await snapshot(near, signal);
  const wire = countWire(nodes.map(({ port }) => port));
  step.defer(() => wire.close());
  const usage = meterUsage(() => nodes.filter(({ isRunning }) => isRunning).map(({ pid }) => pid));
  const startMs = Date.now();
  late.launch();
  const wanted = { near, far, expected, gone: [], keepsTimes: true, timeoutMs: equalMsMax };
  const { atMs } = await untilEqual(wanted, () => usage.stop(), signal);
  const wireBytes = wire.bytes();
  await Promise.all(nodes.map((node) => node.stop()));
  return {
    part: sources === 1 ? 'from one source' : 'from two sources',
    figures: {
      seconds: (atMs - startMs) / 1000,
      ...usage.figures(),
      ...(wireBytes === undefined ? {} : { wireBytes }),
    },
  };
}

export const lateDevice: Workload = {
  name: 'W12',
  title: (size) =>
    `a late device gets ${(files[size] * fileBytes) / 2 ** 20} MiB, ${uploadMax / 2 ** 20} MiB/s a source`,
  systems: ['p2psync', 'syncthing'],
  run: async (step) => {
    const { system } = step;
    if (system.kind !== 'daemons') throw new Error(`${system.name} is no daemon`);
    return [await timeReturn(step, system, 1), await timeReturn(step, system, 2)];
  },
};
