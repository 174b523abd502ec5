/** What disk workers can do: each handler takes a folder's root and a plain argument, and works synchronously. */
import type { FolderId, Hash } from '../core/identifiers.ts';
import type { FolderNote } from '../core/lives.ts';
import type { RelativePath } from '../core/path.ts';
import type { Manifest } from '../core/record.ts';
import type { ApplyStep } from '../core/step.ts';
import type { RetentionLimits } from '../core/retention.ts';
import { applySteps } from './apply.ts';
import {
  clonesIn,
  dropClones,
  keepClones,
  makeClones,
  probeReflinks,
  type FormerContent,
  type ToClone,
} from './clones.ts';
import { hashFiles } from './hash.ts';
import { appendIgnoreRule, readIgnoreFile } from './ignore-file.ts';
import { matcherOf, type IgnoreSources } from './ignore-rules.ts';
import { listVersions } from './list-versions.ts';
import { lookAtAll } from './look.ts';
import { readMarker, writeMarker } from './marker.ts';
import { packBytes, unpackPieces, type PackedPieces } from './protocol.ts';
import { pruneVersions, spaceOf } from './prune-versions.ts';
import { readChunks, type ReadChunk } from './read-chunk.ts';
import { Root, type RootIdentity } from './root.ts';
import { scanTree } from './scan.ts';
import { stageCopies, type CopyToStage } from './stage-copies.ts';
import { finishFollowed, finishStaged, pruneStaging, stagedChunks, stagePieces } from './staging.ts';
import { probeVolume } from './volume.ts';
import { folderWitness, makeWitness, readNote, readWitness, writeNote } from './witness.ts';

/** `argument` is what the main thread's typed wrappers (folder-disk.ts) put in; `isStopped` tells a call that was given up. */
type Handler = (root: Root, argument: never, isStopped: () => boolean) => unknown;

const handlers = {
  look: (root: Root, paths: readonly RelativePath[]) => lookAtAll(root, paths),
  hash: (root: Root, paths: readonly RelativePath[], isStopped: () => boolean) => hashFiles(root, paths, isStopped),
  readChunks: (root: Root, chunks: readonly ReadChunk[]) => packBytes(readChunks(root, chunks)),
  stage: (root: Root, pieces: PackedPieces) => stagePieces(root, unpackPieces(pieces)),
  stagedChunks: (root: Root, file: { contentHash: Hash; fileSize: number; manifest: Manifest; start: number }) =>
    stagedChunks(root, file.contentHash, file.fileSize, file.manifest, file.start),
  finishStaged: (root: Root, files: readonly { contentHash: Hash; fileSize: number }[]) => finishStaged(root, files),
  finishFollowed: (root: Root, files: readonly { contentHash: Hash; fileSize: number }[]) =>
    finishFollowed(root, files),
  apply: (root: Root, { steps, ...options }: { steps: readonly ApplyStep[]; now: number; atomic: boolean }) =>
    applySteps(root, steps, options),
  pruneStaging: (root: Root, { keep, before }: { keep: readonly Hash[]; before: number | undefined }) =>
    pruneStaging(root, keep, before),
  pruneVersions: (root: Root, { now, limits }: { now: number; limits: RetentionLimits }) =>
    pruneVersions(root, now, limits),
  listVersions: (root: Root, { path, recursive }: { path: RelativePath | undefined; recursive: boolean }) =>
    listVersions(root, path, recursive),
  stageCopies: (root: Root, copies: readonly CopyToStage[]) => stageCopies(root, copies),
  spaceOf: (root: Root) => spaceOf(root),
  probeReflinks: (root: Root) => probeReflinks(root),
  makeClones: (root: Root, files: readonly ToClone[]) => makeClones(root, files),
  keepClones: (root: Root, { files, now }: { files: readonly FormerContent[]; now: number }) =>
    keepClones(root, files, now),
  clonesIn: (root: Root, bucket: number) => clonesIn(root, bucket),
  dropClones: (root: Root, hashes: readonly Hash[]) => dropClones(root, hashes),
  readMarker: (root: Root) => readMarker(root),
  writeMarker: (root: Root, folder: FolderId) => writeMarker(root, folder),
  readIgnoreFile: (root: Root) => readIgnoreFile(root),
  appendIgnoreRule: (root: Root, pattern: string) => appendIgnoreRule(root, pattern),
  traces: (root: Root) => ({ witness: readWitness(root, folderWitness), note: readNote(root) }),
  makeWitness: (root: Root) => makeWitness(root, folderWitness),
  writeNote: (root: Root, note: FolderNote) => writeNote(root, note),
  identity: (root: Root) => root.identity(),
  probe: (root: Root) => probeVolume(root),
} satisfies Record<string, Handler>;

export type Handlers = typeof handlers;
export type Method = keyof Handlers;

/**
 * Runs one method; the root is opened for the call alone and must be the directory it was (`identity`), so that a replaced or
 * unmounted one is never worked on by mistake: then the whole call fails (I6).
 */
export function runHandler(
  rootPath: string,
  method: string,
  argument: unknown,
  isStopped: () => boolean,
  identity?: RootIdentity,
): unknown {
  const handler = (handlers as Record<string, Handler>)[method];
  if (handler === undefined) throw new Error(`disk workers know no method ${method}`);
  const root = new Root(rootPath, identity);
  try {
    root.open();
    return handler(root, argument as never, isStopped);
  } finally {
    root.close();
  }
}

/** The one method that answers in parts; `sink` is awaited between them. */
export async function runScan(
  rootPath: string,
  argument: { start: RelativePath | undefined; recursive: boolean; ignores?: readonly IgnoreSources[] },
  isStopped: () => boolean,
  sink: (batch: unknown) => Promise<void>,
  identity?: RootIdentity,
): Promise<void> {
  const root = new Root(rootPath, identity);
  try {
    root.open();
    for (const batch of scanTree(root, argument.start, argument.recursive, matcherOf(argument.ignores ?? []))) {
      if (isStopped()) throw new Error('the scan was stopped');
      await sink(batch);
    }
  } finally {
    root.close();
  }
}
