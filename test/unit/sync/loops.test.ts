/**
 * The parts of the loops over a real index, with a disk and peers that do what a real one does only in unlucky moments: a root
 * that goes away during a scan, a record that moves on meanwhile, a step that the system refuses, a peer that cannot give.
 */
import assert from 'node:assert/strict';
import { groupOf } from '../../../src/core/group-path.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/log.ts';
import { Mutex } from '../../../src/base/mutex.ts';
import type { Entry, FileEntry } from '../../../src/core/entry.ts';
import { defaultGuardLimits } from '../../../src/core/guard.ts';
import type { DeviceId, Hash } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import type { Operation } from '../../../src/core/plan.ts';
import { Announcer } from '../../../src/sync/announcer.ts';
import { applyOperations } from '../../../src/sync/apply-operations.ts';
import { Fetcher } from '../../../src/sync/fetcher.ts';
import { LocalLoop } from '../../../src/sync/local-loop.ts';
import { PathErrors } from '../../../src/sync/path-errors.ts';
import type { Disk, FolderPeers, FolderStore } from '../../../src/sync/ports.ts';
import type { SessionContext } from '../../../src/sync/session-context.ts';
import { eventually } from '../../support/condition.ts';
import { devices, hash, path } from '../../support/core-arbitraries.ts';
import { change, Sandbox, stat, write } from '../../support/store-fixtures.ts';

const directory: Entry = { kind: 'directory' };
const file = (digits: string): FileEntry => ({
  ...{ kind: 'file', size: 1, mtimeUs: 1, executable: false },
  contentHash: hash(digits),
});
const [, peer, other] = devices as [DeviceId, DeviceId, DeviceId];

function contextOf(store: FolderStore, disk: Partial<Disk>, peers: Partial<FolderPeers> = {}): SessionContext {
  return {
    disk: disk as Disk,
    store,
    peers: peers as FolderPeers,
    traits: { execBits: true, mtimeResolutionUs: 1, symlinks: true },
    mode: 'send-receive',
    groupOf,
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
    errors: new PathErrors(),
    ignores: () => undefined,
    refusal: () => undefined,
    agreement: new Mutex(),
    emit: () => {},
    changed: () => {},
  } as unknown as SessionContext;
}

describe('the loops, in unlucky moments', () => {
  const sandbox = new Sandbox();
  let abort: AbortController;

  beforeEach(() => {
    abort = new AbortController();
  });
  afterEach(async () => {
    abort.abort(new Error('the test is over'));
    await sandbox.clean();
  });

  // ---------------------------------------------------------------- local

  interface Scene {
    readonly store: FolderStore;
    readonly loop: LocalLoop;
    readonly scanned: (RelativePath | undefined)[];
    readonly looked: RelativePath[];
    readonly done: Promise<void>;
  }

  /** A folder with a/ and a/x in its index, over a disk that shows what `disk` says, by default nothing at all. */
  async function scene(
    disk: Partial<Disk>,
    wrap: (store: FolderStore) => FolderStore = (store) => store,
  ): Promise<Scene> {
    const real = await sandbox.folder();
    await write(real, change('a', directory), change('a/x', file('1')));
    const store = wrap(real as FolderStore);
    const scanned: (RelativePath | undefined)[] = [];
    const looked: RelativePath[] = [];
    const context = contextOf(store, {
      checkRoot: async () => ({ ok: true }),
      ...disk,
      scan: async (start, recursive, sink, signal) => {
        scanned.push(start);
        await (disk.scan ?? (async () => sink({ items: [], problems: [] })))(start, recursive, sink, signal);
      },
      look: async (paths) => {
        looked.push(...paths);
        return disk.look === undefined ? paths.map(() => undefined) : disk.look(paths);
      },
    });
    const loop = new LocalLoop(context, {
      guard: defaultGuardLimits,
      rescanMs: 60_000,
      onRecorded: async () => {},
      localOnly: undefined,
      ignores: undefined,
    } as unknown as ConstructorParameters<typeof LocalLoop>[1]);
    const done = loop.run(abort.signal);
    return { store, loop, scanned, looked, done };
  }

  async function end(one: Scene): Promise<void> {
    abort.abort(new Error('the test is over'));
    await one.done;
  }

  const kinds = async (store: FolderStore): Promise<(string | undefined)[]> =>
    (await store.getMany([path('a'), path('a/x')])).map((record) => record?.entry.kind);

  it('records deletes of what a right root no longer holds', async () => {
    const one = await scene({});
    await one.loop.rescan(undefined, true);
    assert.deepEqual(await kinds(one.store), ['deleted', 'deleted']);
    await end(one);
  });

  it('records none when the root goes away during the scan', async () => {
    let checks = 0;
    const one = await scene({
      checkRoot: async () => (checks++ === 0 ? { ok: true } : { ok: false, code: 'ROOT_GONE', message: 'unmounted' }),
    });
    await one.loop.rescan(undefined, true);
    assert.ok(checks > 1);
    assert.deepEqual(await kinds(one.store), ['directory', 'file']);
    await end(one);
  });

  it('does not even look at a root that is not the right one', async () => {
    const one = await scene({ checkRoot: async () => ({ ok: false, code: 'MARKER_MISSING', message: 'no marker' }) });
    await one.loop.rescan(undefined, true);
    assert.deepEqual(one.scanned, []);
    assert.deepEqual(await kinds(one.store), ['directory', 'file']);
    assert.equal(one.loop.status().rootProblem?.code, 'MARKER_MISSING');
    await end(one);
  });

  it('looks again at what met another change', async () => {
    let isGone = false;
    let refusals = 0;
    const at = (text: string, kind: 'directory' | 'file') => ({ path: path(text), kind, stat });
    const one = await scene(
      {
        scan: async (_start, _recursive, sink) =>
          sink({ items: isGone ? [] : [at('a', 'directory'), at('a/x', 'file')], problems: [] }),
      },
      (store) =>
        withCommit(store, async (changes) => {
          if (++refusals > 1) return store.commit(changes);
          return changes.map(() => 'stale' as const);
        }),
    );
    await one.loop.rescan(undefined, true);
    assert.equal(refusals, 0);
    isGone = true;
    await one.loop.rescan(undefined, true);
    await eventually('the delete to be recorded after all', async () => (await kinds(one.store))[1] === 'deleted');
    await end(one);
  });

  it('walks a directory that appeared or went, not its name alone', async () => {
    const item = { path: path('new'), kind: 'directory', stat } as const;
    const one = await scene({
      look: async (paths) => paths.map((at) => (at === item.path ? item : undefined)),
      scan: async (start, _recursive, sink) => {
        if (start === item.path) await sink({ items: [item], problems: [] });
        else if (start === undefined) {
          const at = (text: string, kind: 'directory' | 'file') => ({ path: path(text), kind, stat });
          await sink({ items: [at('a', 'directory'), at('a/x', 'file')], problems: [] });
        }
      },
    });
    await one.loop.rescan(undefined, true);
    one.scanned.length = 0;
    await one.loop.rescan(item.path, false);
    await one.loop.rescan(path('a'), false);
    assert.deepEqual(one.scanned, [item.path, path('a')]);
    await end(one);
  });

  // ---------------------------------------------------------------- applying

  function operation(at: string, basedOn: number, also: Partial<Operation> = {}): Operation {
    return {
      ...{ path: path(at), cell: 'C2-new', late: false, content: undefined, conflictCopy: undefined },
      steps: [{ do: 'create-directory', path: path(at), expect: { is: 'absent' } }],
      records: [
        {
          ...{ path: path(at), entry: directory, version: [['2c'.repeat(8), 1]] as never, statOf: 0, basedOn },
          write: { dot: { replica: '2c'.repeat(8) as never, counter: 1 } },
        },
      ],
      ...also,
    };
  }

  it('records what the disk took, with its stat, and nothing of what it refused', async () => {
    const store = (await sandbox.folder()) as FolderStore;
    const context = contextOf(store, {
      apply: async (steps) =>
        steps.map(({ path: at }) =>
          at === 'good'
            ? { ok: true as const, stat }
            : { ok: false as const, reason: 'changed' as const, code: 'CHANGED', message: 'somebody wrote here' },
        ),
    });
    const applied = await applyOperations(context, [operation('good', 0), operation('refused', 0)], new Map());
    assert.deepEqual(
      applied.failed.map((one) => one.operation.path),
      ['refused'],
    );
    assert.deepEqual(
      applied.done.map((one) => one.operation.path),
      ['good'],
    );
    assert.equal(await store.get(path('refused')), undefined);
    assert.deepEqual((await store.get(path('good')))?.stat, stat);
  });

  it('carries out nothing that was planned on a record that moved on, nor two operations on one path', async () => {
    const real = await sandbox.folder();
    await write(real, change('moved', file('1')));
    const touched: string[] = [];
    const context = contextOf(real as FolderStore, {
      apply: async (steps) =>
        steps.map(({ path: at }) => {
          touched.push(at);
          return { ok: true, stat };
        }),
    });
    const twice = [operation('twice', 0), operation('twice', 0)];
    const applied = await applyOperations(context, [operation('moved', 0), ...twice], new Map());
    assert.deepEqual(touched, ['twice']);
    assert.deepEqual(
      applied.stale.map(({ path: at }) => at),
      ['moved', 'twice'],
    );
  });

  // ---------------------------------------------------------------- content

  function needed(holders: readonly DeviceId[]): {
    contentHash: Hash;
    size: number;
    path: RelativePath;
    holders: readonly DeviceId[];
  } {
    return { contentHash: hash('5'), size: 3, path: path('f'), holders };
  }

  it('asks the next holder for what the first one cannot give', async () => {
    const asked: DeviceId[] = [];
    const context = contextOf(
      (await sandbox.folder()) as FolderStore,
      {
        stage: async (pieces) => pieces.map(() => true),
        stagedChunks: async (_hash, _size, manifest) => manifest.map(() => false),
        finishStaged: async (files) => files.map(() => true),
      },
      {
        connected: () => [peer, other],
        fetchChunks: async function* (device, requests) {
          asked.push(device);
          yield requests.map(() => (asked.length === 1 ? undefined : new Uint8Array(3)));
        },
      },
    );
    const { staged, missing } = await new Fetcher(context).fetch([needed([peer, other])], abort.signal);
    assert.deepEqual(asked, [peer, other]);
    assert.deepEqual([...staged], [hash('5')]);
    assert.equal(missing.size, 0);
  });

  it('counts nothing as staged that does not verify as a whole', async () => {
    const context = contextOf(
      (await sandbox.folder()) as FolderStore,
      {
        stage: async (pieces) => pieces.map(() => true),
        stagedChunks: async (_hash, _size, manifest) => manifest.map(() => false),
        finishStaged: async (files) => files.map(() => false),
      },
      {
        connected: () => [peer],
        fetchChunks: async function* (_device, requests) {
          yield requests.map(() => new Uint8Array(3));
        },
      },
    );
    const { staged, missing } = await new Fetcher(context).fetch([needed([peer])], abort.signal);
    assert.deepEqual([...staged], []);
    assert.match(missing.get(hash('5')) ?? '', /did not match its hash/);
  });

  it('reads no place of another length for a chunk that is asked for', async () => {
    const reads: unknown[] = [];
    const store = { places: async () => [[{ path: path('f'), offset: 0, length: 4 }]] } as unknown as FolderStore;
    const announcer = new Announcer(
      {
        readChunks: async (chunks) => {
          reads.push(...chunks);
          return chunks.map(() => new Uint8Array(4));
        },
      },
      store,
      () => ({ sequence: 0, digest: '', state: 'idle', needFiles: 0, needBytes: 0 }),
      () => {},
      () => {},
    );
    assert.deepEqual(await announcer.chunks([{ hash: hash('5'), length: 3 }]), [undefined]);
    assert.deepEqual(reads, []);
  });
});

/** The store with another `commit`. */
function withCommit(store: FolderStore, commit: FolderStore['commit']): FolderStore {
  return new Proxy(store, {
    get: (target, key) => {
      if (key === 'commit') return commit;
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}
