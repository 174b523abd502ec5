/** A program that only reads what stands there: the limit for workloads that are about reading. */
import type { Figures } from '../measures/sample.ts';
import { runProgram } from '../systems/run-program.ts';
import { meterUsage } from './timed.ts';
import type { Step } from './workload.ts';

export async function timeProgram(step: Step, program: string, args: readonly string[]): Promise<Figures> {
  step.volume.settle();
  const usage = meterUsage(() => []);
  const start = performance.now();
  await runProgram(program, args, step.signal);
  const seconds = (performance.now() - start) / 1000;
  usage.stop();
  return { seconds, ...usage.figures() };
}
