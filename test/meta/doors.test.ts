/**
 * The doors between the rooms (docs/ARCHITECTURE.md): which room may import which, which may use Node, and that the core
 * decides without clock, randomness or I/O. A file that imports upward or sideways fails here.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Room {
  /** Rooms that may be imported; '#proto' is the generated wire code. */
  readonly rooms: readonly string[];
  /** May it import Node's own modules and packages? */
  readonly node: boolean;
  readonly packages: boolean;
  /** Single files of other rooms, where a whole room would be too much. */
  readonly files?: readonly string[];
}

const doors: Readonly<Record<string, Room>> = {
  core: { rooms: [], node: false, packages: false },
  // pino is the one package behind base/log.ts.
  base: { rooms: [], node: true, packages: true },
  wire: { rooms: ['core', 'base', '#proto'], node: true, packages: true },
  store: { rooms: ['core', 'base'], node: true, packages: true },
  disk: { rooms: ['core', 'base'], node: true, packages: true },
  net: { rooms: ['wire', 'core', 'base'], node: true, packages: true },
  sync: { rooms: ['core', 'base'], node: false, packages: false },
  config: { rooms: ['core', 'base'], node: true, packages: true },
  api: { rooms: ['sync', 'config', 'core', 'base'], node: true, packages: true },
  service: { rooms: ['base'], node: true, packages: true },
  cli: {
    rooms: ['config', 'service', 'base'],
    node: true,
    packages: true,
    files: ['src/api/client.ts', 'src/api/control.ts', 'src/daemon.ts'],
  },
  relay: { rooms: ['wire', 'core', 'base'], node: true, packages: true },
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** A room that has no file yet has no directory in a clone. */
function filesBelow(directory: string): string[] {
  if (!existsSync(join(root, directory))) return [];
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => ({ file, specifier: fileName }));
}

/** Undefined when the import is allowed. */
function complaint(roomName: string, room: Room, { file, specifier }: Import): string | undefined {
  if (specifier.startsWith('node:')) return room.node ? undefined : `${roomName} may not use Node: ${specifier}`;
  if (specifier.startsWith('#proto'))
    return room.rooms.includes('#proto') ? undefined : `${roomName} may not use #proto`;
  if (!specifier.startsWith('.')) return room.packages ? undefined : `${roomName} may not use packages: ${specifier}`;
  const target = relative(root, join(root, dirname(file), specifier));
  const [top, name] = target.split('/');
  const targetRoom = top === 'src' ? (name as string) : (top as string);
  if (targetRoom === roomName || room.rooms.includes(targetRoom) || room.files?.includes(target) === true)
    return undefined;
  return `${roomName} may not import ${target}`;
}

describe('the doors between rooms', () => {
  for (const [name, room] of Object.entries(doors)) {
    const directory = name === 'relay' ? 'relay' : `src/${name}`;
    it(`${directory} imports only what it may`, () => {
      const complaints = filesBelow(directory)
        .flatMap(importsOf)
        .map((one) => [one.file, complaint(name, room, one)] as const)
        .filter(([, text]) => text !== undefined)
        .map(([file, text]) => `${file}: ${text}`);
      assert.deepEqual(complaints, []);
    });
  }

  it('only the command line imports the composition root', () => {
    const others = Object.keys(doors)
      .filter((name) => name !== 'cli')
      .flatMap((name) => filesBelow(name === 'relay' ? 'relay' : `src/${name}`))
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier.endsWith('/daemon.ts'));
    assert.deepEqual(others, []);
  });

  it('the core and the loops take no randomness of their own', () => {
    const files = [...filesBelow('src/core'), ...filesBelow('src/sync')];
    const guilty = files.filter((file) =>
      /Math\.random|Date\.now|new Date\b/.test(readFileSync(join(root, file), 'utf8')),
    );
    assert.deepEqual(guilty, []);
  });

  it('finds a forbidden import when there is one', () => {
    const guilty = complaint('core', doors['core'] as Room, { file: 'src/core/x.ts', specifier: '../disk/root.ts' });
    assert.equal(guilty, 'core may not import src/disk/root.ts');
    assert.notEqual(
      complaint('sync', doors['sync'] as Room, { file: 'src/sync/x.ts', specifier: 'node:fs' }),
      undefined,
    );
  });
});
