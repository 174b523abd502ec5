/** One AbortSignal for each request: it fires when the client goes away, and for all of them when the API closes. */
import type { ServerResponse } from 'node:http';

export class RequestSignals {
  readonly #open = new Set<AbortController>();
  #closed: Error | undefined;

  /** The signal of the request that `response` answers; forgotten as soon as the answer is out. */
  signalFor(response: ServerResponse): AbortSignal {
    const controller = new AbortController();
    if (this.#closed !== undefined) {
      controller.abort(this.#closed);
      return controller.signal;
    }
    this.#open.add(controller);
    response.once('close', () => {
      this.#open.delete(controller);
      if (!response.writableFinished) controller.abort(new Error('the client went away'));
    });
    return controller.signal;
  }

  abortAll(reason: Error): void {
    this.#closed = reason;
    for (const controller of this.#open) controller.abort(reason);
  }
}
