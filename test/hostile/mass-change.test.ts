/** A linked device that deletes or rewrites a folder: large waves and many small ones are held, and what goes is kept. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { AnnouncedRecord } from '../../src/core/record.ts';
import { eventually } from '../support/condition.ts';
import { HostileStage } from '../support/hostile-stage.ts';
import { WireSpeaker } from '../support/wire-speaker.ts';

const count = 120;
const name = (i: number): string => `mine/file-${i}.txt`;
const content = (i: number): string => `my own content ${i}`;

describe('hostile-linked-peer: mass changes', function () {
  this.timeout(180_000);
  let stage: HostileStage;
  let index: ReadonlyMap<string, AnnouncedRecord>;
  before(async () => {
    stage = await HostileStage.create('mass');
    await stage.write(Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), content(i)])));
    await eventually('all to be indexed', async () => (await stage.folder()).files >= count);
  });
  beforeEach(async () => {
    await stage.begin();
    await eventually('nothing to be held', async () => (await stage.folder()).errors.length === 0);
    index = (await stage.speaker.readIndex()) ?? new Map();
  });
  after(() => stage?.close());

  const version = (path: string): AnnouncedRecord['version'] => (index.get(path) as AnnouncedRecord).version;
  const stillThere = (): number =>
    Array.from({ length: count }, (_, i) => i).filter(
      (i) => existsSync(stage.at(name(i))) && readFileSync(stage.at(name(i)), 'utf8') === content(i),
    ).length;

  it('deleting everything is held, and said', async () => {
    stage.speaker.announce(
      ...[...index.keys()].map((path) => ({ path, entry: { kind: 'deleted' } as const, version: version(path) })),
    );
    const said = await stage.errorAt('.', /This would delete/);
    assert.match(said, /--accept/);
    assert.equal(stillThere(), count);
    await stage.unharmed();
    assert.equal(stillThere(), count);
  });

  it('what is held of a device that is unlinked then is forgotten', async () => {
    const { speaker } = stage;
    const api = await stage.api();
    const another = await WireSpeaker.start();
    try {
      await another.link(api);
      await another.hello();
      await eventually('the daemon to follow it', () => another.subscribers.length > 0);
      another.announce(
        ...[...index.keys()].map((path) => ({ path, entry: { kind: 'deleted' } as const, version: version(path) })),
      );
      await stage.errorAt('.', /This would delete/);
      await api.removeDevice(another.id);
      await eventually('nothing to be held', async () => (await stage.folder()).errors.length === 0);
    } finally {
      await another.stop();
    }
    assert.ok(speaker.isConnected);
    assert.equal(stillThere(), count);
    await stage.unharmed();
  });

  it('rewriting everything is held, and said', async () => {
    const { speaker } = stage;
    speaker.announce(
      ...Array.from({ length: count }, (_, i) =>
        speaker.file(name(i), `encrypted ${i}`, { version: version(name(i)) }),
      ),
    );
    await stage.errorAt('.', /This would overwrite/);
    await stage.unharmed();
    assert.equal(stillThere(), count);
  });

  it('turning every file into a directory or a link is held', async () => {
    const { speaker } = stage;
    speaker.announce(
      ...Array.from({ length: count }, (_, i) => ({
        path: name(i),
        entry: i % 2 === 0 ? ({ kind: 'directory' } as const) : ({ kind: 'symlink', target: '/', mtimeUs: 0 } as const),
        version: version(name(i)),
      })),
    );
    await stage.errorAt('.', /This would/);
    await stage.unharmed();
    assert.equal(stillThere(), count);
  });

  it('small waves add up within the hour, and what they take is kept', async () => {
    const { speaker } = stage;
    let gone = 0;
    for (let wave = 0; wave < 6; wave++) {
      speaker.announce(
        ...Array.from({ length: 20 }, (_, i) => {
          const path = name(20 * wave + i);
          return { path, entry: { kind: 'deleted' } as const, version: version(path) };
        }),
      );
      await eventually('the wave to be in, or held', async () => {
        gone = count - stillThere();
        return gone === 20 * (wave + 1) || (await stage.folder()).errors.some(({ path }) => path === '.');
      });
    }
    await stage.errorAt('.', /This would delete/);
    assert.ok(gone >= 20 && gone <= 80, `${gone} are gone`);
    await stage.unharmed();
  });

  it('what was let through by hand is kept, and comes back', async () => {
    const api = await stage.api();
    const { speaker } = stage;
    const left = Array.from({ length: count }, (_, i) => name(i)).filter((path) => existsSync(stage.at(path)));
    speaker.announce(...left.map((path) => ({ path, entry: { kind: 'deleted' } as const, version: version(path) })));
    await stage.errorAt('.', /This would delete/);
    await api.resume('Sync', true);
    await eventually('all to be gone', () => stillThere() === 0);
    await stage.unharmed();
    await api.restoreVersion(`Sync/${left[0]}`, undefined);
    await eventually('it to be back', () => existsSync(stage.at(left[0] as string)));
  });
});
