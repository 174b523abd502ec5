/** A disk worker thread: a shell around worker-handlers.ts. */
import '../base/runtime.ts';
import { parentPort } from 'node:worker_threads';
import type { FromWorker, PackedBytes, ToWorker, WorkerRequest } from './protocol.ts';
import { errnoOf } from './root.ts';
import { runHandler, runScan } from './worker-handlers.ts';

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');

const acknowledged = new Map<number, () => void>();

function answer(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function serve({ id, root, identity, method, argument, stop }: WorkerRequest): Promise<void> {
  const flag = stop === undefined ? undefined : new Int32Array(stop);
  const isStopped = (): boolean => flag !== undefined && Atomics.load(flag, 0) !== 0;
  try {
    if (method === 'scan') {
      const send = async (batch: unknown): Promise<void> => {
        const taken = new Promise<void>((resolve) => acknowledged.set(id, resolve));
        answer({ type: 'part', id, value: batch });
        await taken;
      };
      await runScan(root, argument as Parameters<typeof runScan>[1], isStopped, send, identity);
      return answer({ type: 'done', id, value: undefined });
    }
    const value = runHandler(root, method, argument, isStopped, identity);
    return answer({ type: 'done', id, value }, method === 'readChunks' ? [(value as PackedBytes).buffer] : []);
  } catch (error) {
    return answer({ type: 'failed', id, code: errnoOf(error), message: (error as Error).message });
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'request') return void serve(message.request);
  const resolve = acknowledged.get(message.id);
  acknowledged.delete(message.id);
  return resolve?.();
});
