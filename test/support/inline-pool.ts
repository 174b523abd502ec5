/** The disk's handlers in this thread: for tests that run from source, where worker threads cannot (tsx on Node 20). */
import type { CallOptions } from '../../src/disk/pool.ts';
import { runHandler, runScan } from '../../src/disk/worker-handlers.ts';

export const inlinePool = {
  hashThreads: 1,
  async call({ root, identity, method, argument, signal, onPart }: CallOptions): Promise<unknown> {
    const isStopped = (): boolean => signal?.aborted === true;
    // As from a worker: never in the same turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (method !== 'scan') return runHandler(root, method, argument, isStopped, identity);
    const sink = async (batch: unknown): Promise<void> => onPart?.(batch);
    await runScan(root, argument as Parameters<typeof runScan>[1], isStopped, sink, identity);
    return undefined;
  },
};
