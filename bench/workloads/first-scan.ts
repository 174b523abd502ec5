/** A device that is alone gets a folder full of files: how long until its index holds them all. For W7 and W13. */
import { until } from '../measures/poll.ts';
import type { Figures } from '../measures/sample.ts';
import type { Node } from '../systems/system.ts';
import { settleMsMax } from './pair.ts';
import { meterUsage } from './timed.ts';
import type { Step } from './workload.ts';

const pollMs = 50;

export async function timeFirstScan(step: Step, node: Node, files: number): Promise<Figures> {
  const { signal, volume } = step;
  volume.settle();
  const usage = meterUsage(() => [node.pid]);
  const start = performance.now();
  await node.addFolder(signal);
  let seen = 0;
  await until(
    `the index to hold ${files} files`,
    async () => {
      seen = (await node.scannedFiles(signal)) ?? seen;
      if (seen > files) throw new Error(`it holds ${seen}`);
      return seen === files;
    },
    { timeoutMs: settleMsMax, pollMs, signal },
  );
  const seconds = (performance.now() - start) / 1000;
  usage.stop();
  return { seconds, ...usage.figures() };
}
