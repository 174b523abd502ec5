/**
 * Random histories of three devices over the real observe, reconcile and plan: afterwards, connected and quiet, all trees and
 * indexes are equal (I2, I10), and every content that a user wrote is still there or was knowingly replaced (I1).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LiveEntry } from '../../src/core/entry.ts';
import { originalName } from '../../src/core/conflict.ts';
import type { Hash } from '../../src/core/identifiers.ts';
import { covers } from '../../src/core/version.ts';
import { devices, path, replicas } from '../support/core-arbitraries.ts';
import { ModelDevice, type UserWrite } from '../support/model-device.ts';

const roundsMax = 60;

type Command =
  | {
      readonly do: 'write';
      readonly device: number;
      readonly path: string;
      readonly kind: LiveEntry['kind'];
      readonly mtimeUs: number;
    }
  | { readonly do: 'remove'; readonly device: number; readonly path: string }
  | { readonly do: 'scan'; readonly device: number }
  | { readonly do: 'hear'; readonly device: number; readonly from: number; readonly share: number }
  | { readonly do: 'resolve'; readonly device: number };

const deviceArbitrary = fc.nat({ max: 2 });
const pathArbitrary = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/f');
const commandArbitrary: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      device: deviceArbitrary,
      path: pathArbitrary,
      kind: fc.constantFrom('file', 'file', 'file', 'directory', 'symlink') as fc.Arbitrary<LiveEntry['kind']>,
      mtimeUs: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remove' as const), device: deviceArbitrary, path: pathArbitrary }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('scan' as const), device: deviceArbitrary }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      device: deviceArbitrary,
      from: deviceArbitrary,
      share: fc.constantFrom(0.5, 1, 1),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('resolve' as const), device: deviceArbitrary }) },
);

/** The digits that conflict names use first take three values only, so that names collide. */
function hashOf(n: number): Hash {
  return `${String(n % 3).repeat(8)}${n.toString(16).padStart(8, '0')}${'0'.repeat(48)}` as Hash;
}

class World {
  readonly devices = devices.map((id, i) => new ModelDevice(id, replicas[i] as (typeof replicas)[number]));
  #content = 0;

  run(command: Command): void {
    const device = this.devices[command.device] as ModelDevice;
    switch (command.do) {
      case 'write':
        return device.write(path(command.path), this.#entry(command.kind, command.mtimeUs));
      case 'remove':
        return device.remove(path(command.path));
      case 'scan':
        return device.scan();
      case 'hear':
        if (command.from !== command.device) device.hear(this.devices[command.from] as ModelDevice, command.share);
        return undefined;
      case 'resolve':
        // The real loop looks at the disk before it decides; so does the model.
        device.scan();
        device.resolve((content) => this.#canGive(content));
        return undefined;
    }
  }

  #entry(kind: LiveEntry['kind'], mtimeUs: number): LiveEntry {
    const n = ++this.#content;
    if (kind === 'directory') return { kind };
    if (kind === 'symlink') return { kind, target: `t${n}`, mtimeUs };
    return { kind, size: 1, mtimeUs, executable: false, contentHash: hashOf(n) };
  }

  #canGive(content: Hash): boolean {
    return this.devices.some((device) =>
      [...device.disk.values()].some(({ entry }) => entry.kind === 'file' && entry.contentHash === content),
    );
  }

  #sequences(): number {
    return this.devices.reduce((sum, { sequence }) => sum + sequence, 0);
  }

  /** Everybody hears everybody until nothing moves. */
  quiet(): number {
    for (let round = 1; round <= roundsMax; round++) {
      const before = this.#sequences();
      for (const device of this.devices) {
        device.scan();
        for (const from of this.devices) if (from !== device) device.hear(from, 1);
        device.resolve((content) => this.#canGive(content));
      }
      if (this.#sequences() === before) return round;
    }
    throw new Error(`still moving after ${roundsMax} rounds`);
  }

  /** Writes whose bytes are nowhere, and which nobody replaced in knowledge of them. */
  lost(): UserWrite[] {
    const writes = this.devices.flatMap((device) => device.writes);
    return writes.filter(({ path: at, entry, dot }) => {
      if (entry.kind === 'deleted' || entry.kind === 'directory') return false;
      if (this.devices.some((device) => device.holds(entry))) return false;
      return !writes.some((later) => later.dot !== dot && samePlace(later.path, at) && covers(later.version, dot));
    });
  }
}

/** The same path, or one is the other's conflict copy. */
function samePlace(a: string, b: string): boolean {
  return original(a) === original(b);
}

function original(text: string): string {
  const slash = text.lastIndexOf('/') + 1;
  return text.slice(0, slash) + originalName(text.slice(slash));
}

describe('three devices over the real decisions', () => {
  it('converge and lose nothing, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(commandArbitrary, { minLength: 1, maxLength: 60 }), (commands) => {
        const world = new World();
        for (const command of commands) world.run(command);
        world.quiet();
        const [a, b, c] = world.devices.map((device) => device.describe());
        assert.deepEqual(b, a);
        assert.deepEqual(c, a);
        assert.deepEqual(world.lost(), []);
      }),
      { numRuns: 1500 },
    );
  });

  it('need no further round once they are equal', () => {
    fc.assert(
      fc.property(fc.array(commandArbitrary, { maxLength: 30 }), (commands) => {
        const world = new World();
        for (const command of commands) world.run(command);
        world.quiet();
        assert.equal(world.quiet(), 1);
      }),
      { numRuns: 300 },
    );
  });
});
