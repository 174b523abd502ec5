/** The workloads in their order. */
import type { Workload } from './workload.ts';
import { largeFile } from './w01-large-file.ts';
import { smallFiles } from './w02-small-files.ts';
import { naturalTree } from './w03-natural-tree.ts';
import { largeFileEdits } from './w04-large-file-edits.ts';
import { latency } from './w05-latency.ts';
import { restart } from './w06-restart.ts';
import { firstScan } from './w07-first-scan.ts';
import { renameDirectory } from './w08-rename-directory.ts';
import { deleteDirectory } from './w09-delete-directory.ts';
import { bothSides } from './w10-both-sides.ts';
import { checkout } from './w11-checkout.ts';
import { lateDevice } from './w12-late-device.ts';
import { million } from './w13-million.ts';

export const workloads: readonly Workload[] = [
  largeFile,
  smallFiles,
  naturalTree,
  largeFileEdits,
  latency,
  restart,
  firstScan,
  renameDirectory,
  deleteDirectory,
  bothSides,
  checkout,
  lateDevice,
  million,
];
