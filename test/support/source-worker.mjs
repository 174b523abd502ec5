// The disk worker run from source: Node 20 cannot start a .ts worker itself, so tsx is registered first. The method 'crash'
// ends the thread the way a bug in native code or memory running out would: in the middle of a call, without an answer.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// Around the worker's own listener: one of ours would start the port and lose what comes before worker.ts listens.
const on = parentPort.on.bind(parentPort);
parentPort.on = (name, listener) =>
  on(name, (message) => {
    if (message.request?.method === 'crash') throw new Error('crashed on purpose');
    listener(message);
  });
register();
await import('../../src/disk/worker.ts');
