/** config.toml as the program sees it: validated, defaults filled in. */
import type { DeviceId, FolderId } from '../core/identifiers.ts';
import type { FolderMode } from '../core/mode.ts';

export type { FolderMode };

export interface FolderSettings {
  readonly id: FolderId;
  readonly label: string;
  /** Absolute. */
  readonly path: string;
  readonly mode: FolderMode;
  /** Linked devices that this folder is shared with. */
  readonly devices: readonly DeviceId[];
  readonly paused: boolean;
  /** Seconds between full rescans. */
  readonly rescanSeconds: number;
  /** Patterns of what this device leaves out, in gitignore's syntax. */
  readonly exclude: readonly string[];
  /** Names of directories, beside `.git`, that are applied all or nothing; '*.ext' stands for every name that ends so. */
  readonly atomic: readonly string[];
}

export interface DeviceSettings {
  readonly id: DeviceId;
  readonly name: string;
  /** Multiaddrs to try besides what discovery finds. */
  readonly addresses: readonly string[];
  readonly paused: boolean;
}

export interface Settings {
  /** This device's name as others see it. */
  readonly name: string;
  /** Multiaddrs to listen on. */
  readonly listen: readonly string[];
  readonly mdns: boolean;
  /** ADDR:PORT of the local API and page. Port 0: any free one. */
  readonly ui: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Bytes per second; undefined: no limit. */
  readonly limitUp: number | undefined;
  readonly limitDown: number | undefined;
  readonly folders: readonly FolderSettings[];
  readonly devices: readonly DeviceSettings[];
}
