/** What every system compared must do: keep the directory `far` equal to `near`, or copy it there once. */

/** Of one process (a daemon of the system). */
export interface ProcessUsage {
  /** User + system time of all threads and ended children, seconds. */
  readonly cpuSeconds: number;
  /** Largest resident set, bytes. */
  readonly peakRssBytes: number;
}

export interface Session {
  readonly near: string;
  readonly far: string;
  /** Daemons to charge CPU and memory to: near first, far second. Empty: not measured. */
  readonly pids: readonly number[];
  /** Only for systems that do not watch: brings `far` up to date and resolves at the end. */
  copyOnce?(signal: AbortSignal): Promise<void>;
  /** Bytes on the wire so far, both ways, when the system counts them itself. */
  wireBytes?(): Promise<number>;
  close(): Promise<void>;
}

export interface System {
  readonly name: string;
  /** False: it copies when told to, so there is no latency to measure. */
  readonly isContinuous: boolean;
  /** First line of its version. Undefined: it is not installed. */
  version(): string | undefined;
  /** Starts it on empty `near` and `far` below `directory`. Whatever it started is ended again when this rejects. */
  start(directory: string, signal: AbortSignal): Promise<Session>;
}
