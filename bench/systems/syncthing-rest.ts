/** The part of Syncthing's REST API (docs.syncthing.net/dev/rest.html) that the bench uses. */

const answerMsMax = 120_000;

export class SyncthingRest {
  readonly #origin: string;
  readonly #key: string;

  constructor(port: number, key: string) {
    this.#origin = `http://127.0.0.1:${port}`;
    this.#key = key;
  }

  async get<T>(path: string, signal: AbortSignal): Promise<T> {
    return (await (await this.#ask('GET', path, undefined, signal)).json()) as T;
  }

  async send(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown, signal: AbortSignal): Promise<void> {
    await this.#ask(method, path, body, signal);
  }

  async #ask(method: string, path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    const answer = await fetch(`${this.#origin}/rest/${path}`, {
      method,
      headers: { 'X-API-Key': this.#key },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`syncthing answered ${answer.status} to ${method} ${path}: ${await answer.text()}`);
    return answer;
  }
}
