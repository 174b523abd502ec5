/**
 * Brings content into staging: from what this folder already holds where it can, from the peers that announced it where it
 * must. Every chunk is verified before it is written and every file before it counts. Nothing here touches the user's tree.
 *
 * Chunks are fetched in rounds: what one holder could not give is asked of the next, until nobody is left to ask.
 */
import { singleChunkBytesMax } from '../core/cut-points.ts';
import type { DeviceId, Hash } from '../core/identifiers.ts';
import type { NeededContent } from '../core/plan.ts';
import type { Manifest } from '../core/record.ts';
import { assign } from '../core/sourcing.ts';
import { messageOf } from '../base/problem.ts';
import type { SessionContext } from './session-context.ts';
import type { StagePiece } from './ports.ts';

/** Pieces handed to the disk in one call, bytes. */
const stageBytesMax = 4 * 1024 * 1024;
const stagePiecesMax = 1000;
/** Hashes looked up in the index at once. */
const lookupMax = 1000;

export interface FetchResult {
  /** Content that now stands verified in staging. */
  readonly staged: ReadonlySet<Hash>;
  /** Why the others do not, for people. */
  readonly missing: ReadonlyMap<Hash, string>;
  /** Chunk lists of staged content of more than one chunk. */
  readonly manifests: ReadonlyMap<Hash, Manifest>;
}

interface Target {
  readonly contentHash: Hash;
  readonly fileSize: number;
  readonly offset: number;
}

interface Want {
  readonly hash: Hash;
  readonly length: number;
  readonly holders: readonly DeviceId[];
  readonly targets: Target[];
}

export class Fetcher {
  readonly #context: SessionContext;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Rejects when the disk refuses to stage (full, read-only) or the signal aborts; a lost peer is only a missing source. */
  async fetch(needed: readonly NeededContent[], signal: AbortSignal): Promise<FetchResult> {
    const contents = new Map(needed.map((content) => [content.contentHash, content]));
    const missing = new Map<Hash, string>();
    const manifests = new Map<Hash, Manifest>();
    const wants = new Map<Hash, Want>();
    for (const content of contents.values()) {
      const manifest = await this.#manifestOf(content, signal);
      if (manifest === undefined) {
        missing.set(content.contentHash, 'no connected device can say what it is made of');
        continue;
      }
      if (manifest.length > 1) manifests.set(content.contentHash, manifest);
      await this.#collectWants(content, manifest, wants);
    }
    const remote = await this.#stageFromHere([...wants.values()]);
    const failed = await this.#stageFromPeers(remote, signal);
    for (const want of failed.keys()) {
      const reason = failed.get(want) as string;
      for (const { contentHash } of want.targets) missing.set(contentHash, reason);
    }
    return { ...(await this.#finish([...contents.values()], missing)), manifests };
  }

  async #finish(
    contents: readonly NeededContent[],
    missing: Map<Hash, string>,
  ): Promise<Pick<FetchResult, 'staged' | 'missing'>> {
    const complete = contents.filter(({ contentHash }) => !missing.has(contentHash));
    const good = await this.#context.disk.finishStaged(
      complete.map(({ contentHash, size }) => ({ contentHash, fileSize: size })),
    );
    const staged = new Set<Hash>();
    complete.forEach(({ contentHash }, i) => {
      if (good[i] === true) staged.add(contentHash);
      else missing.set(contentHash, 'the assembled file did not match its hash; it is fetched again');
    });
    return { staged, missing };
  }

  /** The chunk list: of one chunk for a small file, known here for content we hold elsewhere, else asked of a holder. */
  async #manifestOf(content: NeededContent, signal: AbortSignal): Promise<Manifest | undefined> {
    const { contentHash, size, path } = content;
    if (size === 0) return [];
    if (size <= singleChunkBytesMax) return [{ hash: contentHash, length: size }];
    for (const here of await this.#context.store.pathsWithContent(contentHash, 1)) {
      // Without a list it was cut into one chunk.
      return (await this.#context.store.manifest(here, contentHash)) ?? [{ hash: contentHash, length: size }];
    }
    for (const device of this.#usable(content.holders)) {
      try {
        const manifest = await this.#context.peers.fetchManifest(device, path, contentHash, size, signal);
        if (manifest !== undefined) return manifest;
      } catch (error) {
        signal.throwIfAborted();
        this.#context.logger.warn({ device, path, error: messageOf(error) }, 'could not get the chunk list');
      }
    }
    return undefined;
  }

  #usable(holders: readonly DeviceId[]): DeviceId[] {
    const connected = new Set(this.#context.peers.connected());
    return holders.filter((device) => connected.has(device));
  }

  async #collectWants(content: NeededContent, manifest: Manifest, wants: Map<Hash, Want>): Promise<void> {
    const { contentHash, size: fileSize, holders } = content;
    const already =
      manifest.length > 1 ? await this.#context.disk.stagedChunks(contentHash, fileSize, manifest) : undefined;
    let offset = 0;
    manifest.forEach(({ hash, length }, i) => {
      if (already?.[i] !== true) {
        const target = { contentHash, fileSize, offset };
        const want = wants.get(hash);
        if (want === undefined) wants.set(hash, { hash, length, holders, targets: [target] });
        else want.targets.push(target);
      }
      offset += length;
    });
  }

  // -------------------------------------------------------------- from this folder

  /** Stages what this folder's own files already hold; returns what they do not. */
  async #stageFromHere(wants: readonly Want[]): Promise<Want[]> {
    if (this.#context.store.totals().files === 0) return [...wants];
    const rest: Want[] = [];
    for (let start = 0; start < wants.length; start += lookupMax) {
      const slice = wants.slice(start, start + lookupMax);
      const places = await this.#context.store.places(
        slice.map(({ hash }) => hash),
        1,
      );
      const pieces: StagePiece[] = [];
      const owners: Want[] = [];
      slice.forEach((want, i) => {
        const place = places[i]?.[0];
        if (place === undefined) return rest.push(want);
        for (const target of want.targets) {
          pieces.push({ ...target, length: want.length, hash: want.hash, from: { place } });
          owners.push(want);
        }
        return undefined;
      });
      const failed = await this.#stageAll(pieces, owners);
      rest.push(...failed);
    }
    return rest;
  }

  /** Stages pieces in bounded calls; returns the wants of which a piece failed. */
  async #stageAll(pieces: readonly StagePiece[], owners: readonly Want[]): Promise<Set<Want>> {
    const failed = new Set<Want>();
    for (let start = 0; start < pieces.length; start += stagePiecesMax) {
      const good = await this.#context.disk.stage(pieces.slice(start, start + stagePiecesMax));
      good.forEach((ok, i) => {
        if (!ok) failed.add(owners[start + i] as Want);
      });
    }
    return failed;
  }

  // -------------------------------------------------------------- from peers

  /** Fetches in rounds. Returns what nobody could give, with the reason. */
  async #stageFromPeers(wants: readonly Want[], signal: AbortSignal): Promise<Map<Want, string>> {
    const failed = new Map<Want, string>();
    const refused = new Map<Want, Set<DeviceId>>();
    let open = [...wants];
    while (open.length > 0) {
      const connected = new Set(this.#context.peers.connected());
      const askable: (Want & { from: readonly DeviceId[] })[] = [];
      for (const want of open) {
        const from = want.holders.filter((device) => connected.has(device) && refused.get(want)?.has(device) !== true);
        if (from.length > 0) askable.push({ ...want, from });
        else failed.set(want, this.#whyNot(want, connected));
      }
      const originals = new Map(open.map((want) => [want.hash, want]));
      const shares = assign(
        askable.map(({ hash, length, from }) => ({ hash, length, holders: from })),
        new Map(),
      );
      const rounds = [...shares].map(async ([device, indexes]) => {
        const asked = indexes.map((i) => originals.get((askable[i] as Want).hash) as Want);
        const got = await this.#fetchFrom(device, asked, signal);
        return asked.filter((want) => !got.has(want)).map((want) => ({ want, device }));
      });
      const unanswered = (await Promise.all(rounds)).flat();
      for (const { want, device } of unanswered) {
        const devices = refused.get(want);
        if (devices === undefined) refused.set(want, new Set([device]));
        else devices.add(device);
      }
      open = unanswered.map(({ want }) => want);
    }
    return failed;
  }

  #whyNot(want: Want, connected: ReadonlySet<DeviceId>): string {
    return want.holders.some((device) => connected.has(device))
      ? 'the devices that announced it could not give its content; they may have changed it meanwhile'
      : 'no device that has its content is connected';
  }

  /** Asks one peer for all of `wants`; returns those that arrived intact. A lost peer ends it early, without an error. */
  async #fetchFrom(device: DeviceId, wants: readonly Want[], signal: AbortSignal): Promise<Set<Want>> {
    const got = new Set<Want>();
    let pieces: StagePiece[] = [];
    let owners: Want[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      const [stagedPieces, stagedOwners] = [pieces, owners];
      [pieces, owners, bytes] = [[], [], 0];
      const failed = await this.#stageAll(stagedPieces, stagedOwners);
      for (const want of stagedOwners) if (!failed.has(want)) got.add(want);
      if (failed.size > 0) this.#context.logger.warn({ device, chunks: failed.size }, 'a peer sent wrong bytes');
    };
    let at = 0;
    const answers = this.#context.peers
      .fetchChunks(
        device,
        wants.map(({ hash, length }) => ({ hash, length })),
        signal,
      )
      [Symbol.asyncIterator]();
    for (;;) {
      let step: IteratorResult<readonly (Uint8Array | undefined)[]>;
      try {
        step = await answers.next();
      } catch (error) {
        signal.throwIfAborted();
        this.#context.logger.info({ device, error: messageOf(error) }, 'lost a peer while fetching');
        break;
      }
      if (step.done === true) break;
      for (const chunk of step.value) {
        const want = wants[at++];
        if (want === undefined || chunk === undefined) continue;
        for (const [i, target] of want.targets.entries()) {
          // A buffer may be handed over to a worker once: every further place in a file gets a copy of its own.
          pieces.push({
            ...target,
            length: want.length,
            hash: want.hash,
            from: { bytes: i === 0 ? chunk : chunk.slice() },
          });
          owners.push(want);
          bytes += chunk.length;
          if (bytes >= stageBytesMax && i < want.targets.length - 1) await flush();
        }
        if (bytes >= stageBytesMax || pieces.length >= stagePiecesMax) await flush();
      }
    }
    await flush();
    return got;
  }
}
