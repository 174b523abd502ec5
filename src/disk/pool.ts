/**
 * The disk's worker threads, shared by all folders. Three lanes, so that a long scan or the hash of a huge file never holds
 * up what peers wait for: 'scan' walks, 'hash' reads and hashes, 'io' looks, serves, stages and applies. Work of one folder
 * in the io lane always goes to the same worker, which therefore does it in order.
 */
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FromWorker, WorkerRequest } from './protocol.ts';
import { PathError, type RootIdentity } from './root.ts';

/** Under tsx the sources run as they are; compiled, as .js. */
const ownWorkerFile = new URL(`./worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

export type Lane = 'scan' | 'hash' | 'io';

export interface CallOptions {
  readonly lane: Lane;
  readonly root: string;
  /** What `root` must be, once that is known. */
  readonly identity?: RootIdentity;
  readonly method: string;
  readonly argument: unknown;
  readonly transfer?: ArrayBuffer[];
  readonly signal?: AbortSignal;
  /** Takes parts of an answer that comes in parts; the worker waits for it. */
  readonly onPart?: (value: unknown) => Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onPart: ((value: unknown) => Promise<void>) | undefined;
  /** Tells the worker to stop: at its next file or block, or when its last part is acknowledged. */
  readonly stop: () => void;
  /** onPart is at work: an abort waits for it, so that nothing of a call runs on after it rejected. */
  takesPart: boolean;
}

export class DiskPool {
  readonly #lanes: Record<Lane, Thread[]>;
  #closed = false;

  /** `workerFile`: for tests, which run another one around the same handlers. */
  constructor(hashThreads = Math.max(1, Math.min(4, availableParallelism() - 1)), workerFile = ownWorkerFile) {
    const threads = (count: number): Thread[] => Array.from({ length: count }, () => new Thread(workerFile));
    this.#lanes = { scan: threads(1), hash: threads(hashThreads), io: threads(2) };
  }

  /** How many calls the hash lane can work on at once. */
  get hashThreads(): number {
    return this.#lanes.hash.length;
  }

  /** Rejects with PathError (the worker's code and message), the signal's reason, or when the worker died. */
  call(options: CallOptions): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error('the disk workers are closed'));
    return this.#threadFor(options).call(options);
  }

  #threadFor({ lane, root }: CallOptions): Thread {
    const threads = this.#lanes[lane];
    if (lane !== 'io') return threads.reduce((least, thread) => (thread.load < least.load ? thread : least));
    let sum = 0;
    for (let i = 0; i < root.length; i++) sum = (sum * 31 + root.charCodeAt(i)) | 0;
    return threads[Math.abs(sum) % threads.length] as Thread;
  }

  /** Ends all workers; what they are asked rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      Object.values(this.#lanes)
        .flat()
        .map((thread) => thread.close()),
    );
  }
}

/** One worker, started at its first call and started anew if it dies. */
class Thread {
  readonly #workerFile: URL;
  #worker: Worker | undefined;
  #closed = false;
  #lastId = 0;
  readonly #pending = new Map<number, Pending>();

  constructor(workerFile: URL) {
    this.#workerFile = workerFile;
  }

  get load(): number {
    return this.#pending.size;
  }

  call({ root, identity, method, argument, transfer, signal, onPart }: CallOptions): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const id = ++this.#lastId;
    const stop = signal === undefined && onPart === undefined ? undefined : new Int32Array(new SharedArrayBuffer(4));
    const stopWorker = (): void => {
      if (stop !== undefined) Atomics.store(stop, 0, 1);
    };
    const onAbort = (): void => {
      stopWorker();
      const pending = this.#pending.get(id);
      // Not waited for: the worker may be at another call's huge file.
      if (pending?.takesPart === false) pending.reject(signal?.reason);
    };
    // One signal stands for a whole folder, and many calls of it wait at once.
    if (signal !== undefined) setMaxListeners(0, signal);
    signal?.addEventListener('abort', onAbort, { once: true });
    return new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onPart, stop: stopWorker, takesPart: false });
      const request: WorkerRequest = { id, root, identity, method, argument, stop: stop?.buffer };
      this.#start().postMessage({ type: 'request', request }, transfer ?? []);
    })
      .catch((error: unknown) => {
        throw signal?.aborted === true ? signal.reason : error;
      })
      .finally(() => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', onAbort);
      });
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    if (this.#closed) throw new Error('the disk workers are closed');
    const worker = new Worker(this.#workerFile);
    // The daemon's lifetime is not the workers' to decide.
    worker.unref();
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#take(worker, message));
    worker.on('error', (error) => this.#died(worker, error));
    worker.on('exit', () => this.#died(worker, new Error('a disk worker ended')));
    return worker;
  }

  #take(worker: Worker, message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) {
      // Given up. The worker waits with a part and an open root: it is let go, and finds that it shall stop.
      if (message.type === 'part') worker.postMessage({ type: 'acknowledge', id: message.id }, []);
      return;
    }
    switch (message.type) {
      case 'done':
        return pending.resolve(message.value);
      case 'failed':
        return pending.reject(new PathError(message.code, message.message));
      case 'part':
        void this.#part(worker, message.id, pending, message.value);
    }
  }

  async #part(worker: Worker, id: number, pending: Pending, value: unknown): Promise<void> {
    pending.takesPart = true;
    try {
      await pending.onPart?.(value);
    } catch (error) {
      pending.stop();
      pending.reject(error);
    } finally {
      pending.takesPart = false;
      worker.postMessage({ type: 'acknowledge', id }, []);
    }
  }

  #died(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }
}
