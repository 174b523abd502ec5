/** Two sides of one system, from trees that both have already to "linked, settled, carrying in both directions". */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../measures/poll.ts';
import { countWire, type WireCounter } from '../measures/wire-counter.ts';
import { runProgram } from '../systems/run-program.ts';
import type { Copier, DaemonSystem, Node, NodeOptions } from '../systems/system.ts';
import type { Step } from './workload.ts';

export const settleMsMax = 900_000;
const settlePollMs = 100;

/** Everything goes on below `tree`, which leaves each system's own files in the folder's root out of the comparison. */
export interface Places {
  readonly near: string;
  readonly far: string;
  /** For what is made beforehand, on the same file system, and moved in by one rename. */
  readonly staged: string;
}

export interface Pair extends Places {
  /** Near first; empty: the system copies when told to. */
  readonly nodes: readonly Node[];
  readonly copier: Copier | undefined;
  readonly keepsTimes: boolean;
  /** Processes to charge CPU and memory to. */
  pids(): number[];
  readonly wire: WireCounter;
  /** Nothing is left to do on either side. A system that copies when told to is always at rest. */
  isAtRest(): Promise<boolean>;
  /** Resolves when nothing is left to do on either side. */
  settled(): Promise<void>;
}

export interface PairOptions {
  /** Builds what both sides have before the system starts. */
  readonly seed?: (tree: string) => void;
  readonly watchesLoop?: boolean;
}

/** The directories alone, filled. */
export async function makePlaces(step: Step, seed: (tree: string) => void = () => {}): Promise<Places> {
  const { directory, signal } = step;
  const [near, far, staged] = [join(directory, 'near'), join(directory, 'far'), join(directory, 'staged')];
  for (const folder of [near, far, staged]) mkdirSync(folder);
  const tree = join(near, 'tree');
  mkdirSync(tree);
  seed(tree);
  await runProgram('cp', ['-a', tree, far], signal);
  return { near: tree, far: join(far, 'tree'), staged };
}

export async function openPair(step: Step, options: PairOptions = {}): Promise<Pair> {
  const places = await makePlaces(step, options.seed);
  const { system } = step;
  return system.kind === 'copier' ? openCopier(step, places) : openNodes(step, system, places, options);
}

async function openCopier(step: Step, places: Places): Promise<Pair> {
  const { system, directory, signal } = step;
  if (system.kind !== 'copier') throw new Error(`${system.name} is no copier`);
  const copier = await system.open(places.near, places.far, directory, signal);
  step.defer(() => copier.close());
  return {
    ...places,
    nodes: [],
    copier,
    keepsTimes: copier.keepsTimes,
    pids: () => [...copier.pids],
    wire: openWire(step, copier.ports),
    isAtRest: async () => true,
    settled: async () => {},
  };
}

async function openNodes(step: Step, system: DaemonSystem, places: Places, options: PairOptions): Promise<Pair> {
  const { directory, signal } = step;
  const watchesLoop = options.watchesLoop ?? false;
  const nodes: Node[] = [];
  for (const name of ['near', 'far']) {
    nodes.push(await createNode(step, system, { directory, name, folder: join(directory, name), watchesLoop }));
  }
  await Promise.all(nodes.map((node) => node.start(signal)));
  await system.share(nodes, signal);
  const pair = pairOf(step, system, places, nodes);
  await pair.settled();
  await carried(nodes, 'linked', signal);
  await pair.settled();
  return pair;
}

/** Of two running nodes that share the folder. */
export function pairOf(step: Step, system: DaemonSystem, places: Places, nodes: readonly Node[]): Pair {
  return {
    ...places,
    nodes,
    copier: undefined,
    keepsTimes: true,
    pids: () => nodes.filter(({ isRunning }) => isRunning).map(({ pid }) => pid),
    wire: openWire(
      step,
      nodes.map(({ port }) => port),
    ),
    isAtRest: async () => nodes.every(({ isRunning }) => isRunning) && (await system.isSettled(nodes, step.signal)),
    settled: () => untilSettled(step, system, nodes),
  };
}

/** Not running yet; stopped at the end of the step. */
async function createNode(step: Step, system: DaemonSystem, options: NodeOptions): Promise<Node> {
  const node = await system.createNode(options);
  step.defer(() => node.stop());
  return node;
}

export async function startNode(step: Step, system: DaemonSystem, options: NodeOptions): Promise<Node> {
  const node = await createNode(step, system, options);
  await node.start(step.signal);
  return node;
}

export async function untilSettled(step: Step, system: DaemonSystem, nodes: readonly Node[]): Promise<void> {
  await until(`${system.name} to come to rest`, () => system.isSettled(nodes, step.signal), {
    timeoutMs: settleMsMax,
    pollMs: settlePollMs,
    signal: step.signal,
  });
}

/** A file from each to all others: what daemons say of themselves is not believed unseen. `name`: used once. */
export async function carried(nodes: readonly Node[], name: string, signal: AbortSignal): Promise<void> {
  for (const [index, node] of nodes.entries()) writeFileSync(join(node.folder, `${name}-${index}`), `${index}\n`);
  await until(
    `${name}-N to be carried in all directions`,
    () => nodes.every(({ folder }) => nodes.every((_, index) => existsSync(join(folder, `${name}-${index}`)))),
    { timeoutMs: settleMsMax, pollMs: settlePollMs, signal },
  );
}

function openWire(step: Step, ports: readonly number[]): WireCounter {
  const wire = countWire(ports);
  step.defer(() => wire.close());
  return wire;
}
