/** What is compared. A system either keeps folders equal by itself (daemons) or copies when it is told to. */
import type { SystemName } from '../measures/sample.ts';

export interface NodeOptions {
  /** Where its home and logs go. */
  readonly directory: string;
  readonly name: string;
  /** The folder it keeps; exists. */
  readonly folder: string;
  /** Measure how late the event loop is, if it has one. */
  readonly watchesLoop?: boolean;
}

/** One device: a daemon with a home of its own that listens on a port of its own. */
export interface Node {
  readonly folder: string;
  /** What it listens on for other devices. */
  readonly port: number;
  readonly isRunning: boolean;
  /** Of the running daemon. */
  readonly pid: number;
  /** Runs it; resolves when its API answers. Again after `stop`. */
  start(signal: AbortSignal): Promise<void>;
  /** Runs it and resolves as soon as it is on its way. */
  launch(): void;
  stop(): Promise<void>;
  /** Begins to keep the folder, alone. */
  addFolder(signal: AbortSignal): Promise<void>;
  /** Bytes per second that it may send from now on, until it stops. */
  limitUpload(bytesPerSecond: number, signal: AbortSignal): Promise<void>;
  /** Files that its index holds; undefined while it scans. */
  scannedFiles(signal: AbortSignal): Promise<number | undefined>;
  /** 99th percentile since the last call, milliseconds; undefined: not measured. */
  loopDelayP99Ms?(): Promise<number | undefined>;
}

export interface DaemonSystem {
  readonly kind: 'daemons';
  readonly name: SystemName;
  /** First line of its version. Undefined: it is not installed. */
  version(): string | undefined;
  createNode(options: NodeOptions): Promise<Node>;
  /** Running nodes: links each with each and makes all keep their folder as one. */
  share(nodes: readonly Node[], signal: AbortSignal): Promise<void>;
  /** True when all of these running nodes are idle, connected and hold the same. */
  isSettled(nodes: readonly Node[], signal: AbortSignal): Promise<boolean>;
}

/** An open way from one directory to another. */
export interface Copier {
  /** Modification times arrive as well. */
  readonly keepsTimes: boolean;
  /** What it sends over; none: no network. */
  readonly ports: readonly number[];
  /** Processes that outlive a copy. Programs that run and end are counted by themselves. */
  readonly pids: readonly number[];
  /** Brings `far` up to date with `near` and resolves at the end. */
  copy(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface CopySystem {
  readonly kind: 'copier';
  readonly name: SystemName;
  version(): string | undefined;
  /** Both directories exist; `directory` is for its own files. */
  open(near: string, far: string, directory: string, signal: AbortSignal): Promise<Copier>;
}

export type System = DaemonSystem | CopySystem;
