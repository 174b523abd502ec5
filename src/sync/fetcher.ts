/**
 * Brings content into staging: from what this folder already holds where it can, from the peers that announced it where it
 * must. Every chunk is verified before it is written and every file before it counts. Nothing here touches the user's tree.
 *
 * Chunks are fetched in rounds: what one holder could not give is asked of the next, until nobody is left to ask. Who announces
 * the same content meanwhile is asked too, once those that were asked keep us waiting. A long chunk list is worked off in parts.
 */
import { singleChunkBytesMax } from '../core/cut-points.ts';
import type { DeviceId, Hash } from '../core/identifiers.ts';
import type { NeededContent } from '../core/plan.ts';
import type { Manifest } from '../core/record.ts';
import { assign, batches } from '../core/sourcing.ts';
import { messageOf } from '../base/problem.ts';
import { raceManifest } from './race-manifest.ts';
import { runLanes, type FetchLane } from './chunk-lanes.ts';
import type { SessionContext } from './session-context.ts';
import { SlowDevices } from './slow-devices.ts';
import type { StagePiece } from './ports.ts';

/** Pieces handed to the disk in one call, bytes. */
const stageBytesMax = 4 * 1024 * 1024;
const stagePiecesMax = 1000;
/** Places in files that chunks are wanted for at a time: a hostile chunk list has two million. */
const placesWantedMax = 16_384;
/** Asked for at a time of a device that was lost in the middle of an answer, bytes. */
const carefulBytesMax = 64 * 1024;
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

/** A content and who has it, as far as is known by now. */
interface Source {
  readonly content: NeededContent;
  holders: readonly DeviceId[];
}

interface Want {
  readonly hash: Hash;
  readonly length: number;
  readonly source: Source;
  readonly targets: Target[];
}

export class Fetcher {
  readonly #context: SessionContext;
  readonly #slow: SlowDevices;
  /** Devices that were lost while they were asked. */
  readonly #lost = new Set<DeviceId>();
  readonly #onContent: (device: DeviceId) => void;

  /** `onContent`: a device gave good content. */
  constructor(context: SessionContext, onContent: (device: DeviceId) => void = () => {}) {
    this.#context = context;
    this.#onContent = onContent;
    this.#slow = new SlowDevices(context.clock);
  }

  /** Rejects when the disk refuses to stage (full, read-only) or the signal aborts; a lost peer is only a missing source. */
  async fetch(needed: readonly NeededContent[], signal: AbortSignal): Promise<FetchResult> {
    const contents = new Map(needed.map((content) => [content.contentHash, content]));
    const missing = new Map<Hash, string>();
    const manifests = new Map<Hash, Manifest>();
    const wants = new Map<Hash, Want>();
    let room = placesWantedMax;
    for (const content of contents.values()) {
      const { contentHash } = content;
      const source: Source = { content, holders: content.holders };
      const manifest = await this.#manifestOf(source, signal);
      if (manifest === undefined) {
        missing.set(contentHash, 'no connected device can say what it is made of');
        continue;
      }
      if (manifest.length > 1) manifests.set(contentHash, manifest);
      let offset = 0;
      // Of what cannot be had in full, the rest is not fetched.
      for (let at = 0; at < manifest.length && !missing.has(contentHash);) {
        const part = manifest.slice(at, at + room);
        offset = await this.#collectWants(source, part, offset, wants, signal);
        at += part.length;
        room -= part.length;
        if (room > 0) continue;
        await this.#stage(wants, missing, signal);
        room = placesWantedMax;
      }
    }
    await this.#stage(wants, missing, signal);
    return { ...(await this.#finish([...contents.values()], missing, signal)), manifests };
  }

  /** Brings in all that is wanted, and empties the list. Of what nobody can give, the reason goes to `missing`. */
  async #stage(wants: Map<Hash, Want>, missing: Map<Hash, string>, signal: AbortSignal): Promise<void> {
    const remote = await this.#stageFromHere([...wants.values()]);
    wants.clear();
    for (const [want, reason] of await this.#stageFromPeers(remote, signal)) {
      for (const { contentHash } of want.targets) missing.set(contentHash, reason);
    }
  }

  async #finish(
    contents: readonly NeededContent[],
    missing: Map<Hash, string>,
    signal: AbortSignal,
  ): Promise<Pick<FetchResult, 'staged' | 'missing'>> {
    const complete = contents.filter(({ contentHash }) => !missing.has(contentHash));
    const good = await this.#context.disk.finishStaged(
      complete.map(({ contentHash, size }) => ({ contentHash, fileSize: size })),
      signal,
    );
    const staged = new Set<Hash>();
    complete.forEach(({ contentHash }, i) => {
      if (good[i] === true) staged.add(contentHash);
      else missing.set(contentHash, 'the assembled file did not match its hash; it is fetched again');
    });
    return { staged, missing };
  }

  /** The chunk list: of one chunk for a small file, known here for content we hold elsewhere, else asked of a holder. */
  async #manifestOf(source: Source, signal: AbortSignal): Promise<Manifest | undefined> {
    const { contentHash, size, path } = source.content;
    if (size === 0) return [];
    if (size <= singleChunkBytesMax) return [{ hash: contentHash, length: size }];
    for (const here of await this.#context.store.pathsWithContent(contentHash, 1)) {
      // Without a list it was cut into one chunk.
      return (await this.#context.store.manifest(here, contentHash)) ?? [{ hash: contentHash, length: size }];
    }
    const { peers, clock, logger } = this.#context;
    const holders = (): DeviceId[] => this.#slow.order(this.#connected(source.holders));
    return raceManifest(holders(), {
      clock,
      more: async () => {
        await this.#findHolders([source]);
        return holders();
      },
      ask: (device, linked) => peers.fetchManifest(device, path, contentHash, size, linked),
      onLate: (device, kind) => this.#note(device, kind),
      onFailure: (device, error) =>
        logger.warn({ device, path, error: messageOf(error) }, 'could not get the chunk list'),
      signal,
    });
  }

  #connected(holders: readonly DeviceId[]): DeviceId[] {
    const connected = new Set(this.#context.peers.connected());
    return holders.filter((device) => connected.has(device));
  }

  /** A device that is gone was not slow. */
  #note(device: DeviceId, kind: 'slow' | 'silent'): void {
    if (this.#context.peers.connected().includes(device)) this.#slow.note(device, kind);
  }

  /** Who announces the same content now. True when that is more devices than it was. */
  async #findHolders(sources: readonly Source[]): Promise<boolean> {
    const { store, peers } = this.#context;
    const paths = sources.map(({ content }) => content.path);
    let isMore = false;
    for (const device of peers.connected()) {
      const announced = await store.announced(device, paths);
      sources.forEach((source, i) => {
        const entry = announced[i]?.entry;
        if (entry?.kind !== 'file' || entry.contentHash !== source.content.contentHash) return;
        if (source.holders.includes(device)) return;
        source.holders = [...source.holders, device];
        isMore ||= !this.#slow.isSilent(device);
      });
    }
    return isMore;
  }

  /** `part` of the chunk list begins `start` bytes into the file. Returns where it ends. */
  async #collectWants(
    source: Source,
    part: Manifest,
    start: number,
    wants: Map<Hash, Want>,
    signal: AbortSignal,
  ): Promise<number> {
    const { contentHash, size: fileSize } = source.content;
    const isWhole = start === 0 && part[0]?.length === fileSize;
    const already = isWhole
      ? undefined
      : await this.#context.disk.stagedChunks(contentHash, fileSize, part, start, signal);
    let offset = start;
    part.forEach(({ hash, length }, i) => {
      if (already?.[i] !== true) {
        const target = { contentHash, fileSize, offset };
        const want = wants.get(hash);
        if (want === undefined) wants.set(hash, { hash, length, source, targets: [target] });
        else want.targets.push(target);
      }
      offset += length;
    });
    return offset;
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
      const shares = new Map<DeviceId, Want[]>();
      const askable: Want[] = [];
      const mayAsk = (device: DeviceId, want: Want): boolean =>
        want.source.holders.includes(device) && connected.has(device) && refused.get(want)?.has(device) !== true;
      for (const want of open) {
        const from = want.source.holders.filter((device) => mayAsk(device, want) && !this.#slow.isSilent(device));
        // Also who is asked for nothing at first: it may have to take over.
        for (const device of from) if (!shares.has(device)) shares.set(device, []);
        if (from.length > 0) askable.push(want);
        else failed.set(want, this.#whyNot(want, connected));
      }
      const assigned = assign(
        askable.map((want) => ({
          ...want,
          holders: this.#slow.best(want.source.holders.filter((device) => mayAsk(device, want))),
        })),
        new Map(),
      );
      for (const [device, indexes] of assigned) {
        shares.set(
          device,
          indexes.map((i) => askable[i] as Want),
        );
      }
      const result = await runLanes(
        shares,
        {
          clock: this.#context.clock,
          mayAsk: (device, want) => mayAsk(device, want) && !this.#slow.isSilent(device),
          othersHave: async (late) => {
            const sources = [...new Set(late.map(({ source }) => source))];
            if (await this.#findHolders(sources)) return true;
            // One that announced it before, and was away when this round began.
            const here = this.#context.peers.connected().filter((device) => !shares.has(device));
            return here.some(
              (device) => !this.#slow.isSilent(device) && sources.some(({ holders }) => holders.includes(device)),
            );
          },
          fetch: (device, asked, linked, heard) => this.#fetchFrom(device, asked, linked, heard),
        },
        signal,
      );
      for (const { want, device } of result.refused) {
        const devices = refused.get(want);
        if (devices === undefined) refused.set(want, new Set([device]));
        else devices.add(device);
      }
      for (const device of shares.keys()) {
        const kind = result.late.get(device);
        if (kind !== undefined) this.#note(device, kind);
        else if (shares.get(device)?.some((want) => result.got.has(want)) === true) this.#slow.worked(device);
      }
      open = askable.filter((want) => !result.got.has(want));
    }
    return failed;
  }

  #whyNot(want: Want, connected: ReadonlySet<DeviceId>): string {
    const { holders } = want.source;
    if (holders.some((device) => connected.has(device) && this.#slow.isSilent(device))) {
      return 'the device that has its content is connected and does not send it; it is asked again later';
    }
    return holders.some((device) => connected.has(device))
      ? 'the devices that announced it could not give its content; they may have changed it meanwhile'
      : 'no device that has its content is connected';
  }

  /** Asks one peer for all of `wants`, and says of each that arrived intact. A lost peer ends it early, without an error. */
  async #fetchFrom(
    device: DeviceId,
    wants: readonly Want[],
    signal: AbortSignal,
    heard: Parameters<FetchLane<Want>>[3],
  ): Promise<void> {
    let pieces: StagePiece[] = [];
    let owners: Want[] = [];
    let bytes = 0;
    /** Those of which the last piece is among `pieces`. */
    let whole: Want[] = [];
    const bad = new Set<Want>();
    const flush = async (): Promise<void> => {
      const [stagedPieces, stagedOwners, stagedWhole] = [pieces, owners, whole];
      [pieces, owners, bytes, whole] = [[], [], 0, []];
      const failed = await this.#stageAll(stagedPieces, stagedOwners);
      for (const want of failed) bad.add(want);
      for (const want of stagedWhole) if (!bad.has(want)) heard.arrived(want);
      if (stagedWhole.some((want) => !bad.has(want))) this.#onContent(device);
      // That our disk takes its time is not the device's fault.
      heard.bytes(0);
      if (failed.size > 0) this.#context.logger.warn({ device, chunks: failed.size }, 'a peer sent wrong bytes');
    };
    let at = 0;
    for await (const contents of this.#ask(device, wants, signal)) {
      for (const chunk of contents) {
        const want = wants[at++];
        if (want === undefined || chunk === undefined) continue;
        heard.bytes(chunk.length);
        for (const [i, target] of want.targets.entries()) {
          // One chunk may fill a file of a terabyte.
          if (signal.aborted) return;
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
        whole.push(want);
        if (bytes >= stageBytesMax || pieces.length >= stagePiecesMax) await flush();
      }
    }
    await flush();
  }

  /**
   * The contents in the order of `wants`, until the device is lost. One that was lost the last time is asked for little at a time: an
   * answer that is cut off brings nothing, and a bad line may never bring a large one.
   */
  async *#ask(
    device: DeviceId,
    wants: readonly Want[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Uint8Array | undefined)[], void, undefined> {
    const requests = wants.map(({ hash, length }) => ({ hash, length }));
    const parts = this.#lost.has(device)
      ? batches(requests, requests.length, carefulBytesMax).map((run) => requests.slice(run[0], (run.at(-1) ?? 0) + 1))
      : [requests];
    try {
      for (const part of parts) yield* this.#context.peers.fetchChunks(device, part, signal);
      this.#lost.delete(device);
    } catch (error) {
      if (signal.aborted) return;
      this.#lost.add(device);
      this.#context.logger.info({ device, error: messageOf(error) }, 'lost a peer while fetching');
    }
  }
}
