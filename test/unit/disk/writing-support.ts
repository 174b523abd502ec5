/** What the tests of staging and applying share: a folder's root of one test's own, and steps made from what stands in it. */
import { readdirSync, writeFileSync } from 'node:fs';
import { hashBytes } from '../../../src/disk/blake3.ts';
import { itemAt } from '../../../src/disk/look.ts';
import { fingerprintAt } from '../../../src/disk/look.ts';
import { Root, type RootIdentity } from '../../../src/disk/root.ts';
import { finishStaged, stagePieces, type StagePiece } from '../../../src/disk/staging.ts';
import { applySteps, type ApplyOptions, type ApplyOutcome } from '../../../src/disk/apply.ts';
import type { FileEntry } from '../../../src/core/entry.ts';
import type { Hash } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import type { StatFingerprint } from '../../../src/core/record.ts';
import type { ApplyStep, Expectation } from '../../../src/core/step.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

export const now = Date.UTC(2026, 10, 23, 14, 5, 12);
export const absent: Expectation = { is: 'absent' };

export function asPath(text: string): RelativePath {
  return text as RelativePath;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function hashOf(text: string): Hash {
  return hashBytes(bytesOf(text));
}

export class TestFolder {
  readonly root: Root;
  readonly path: string;

  constructor(path: string, identity?: RootIdentity) {
    this.path = path;
    this.root = new Root(path, identity);
  }

  at(path: string): string {
    return `${this.path}/${path}`;
  }

  write(path: string, text: string): Expectation {
    writeFileSync(this.at(path), text);
    return this.expect(path);
  }

  /** What stands there now, as an index would say it. */
  expect(path: string): Expectation {
    const item = itemAt(this.at(path), asPath(path));
    if (item === undefined) return absent;
    if (item.kind === 'other') throw new Error(`${path} is nothing that an index knows`);
    return { is: 'present', kind: item.kind, stat: item.stat };
  }

  stage(text: string): Hash {
    const contentHash = hashOf(text);
    const fileSize = bytesOf(text).length;
    if (fileSize > 0) stagePieces(this.root, [pieceOf(text)]);
    const [good] = finishStaged(this.root, [{ contentHash, fileSize }]);
    if (!good) throw new Error('the test could not stage its content');
    return contentHash;
  }

  apply(steps: readonly ApplyStep[], options: Partial<ApplyOptions> = {}): ApplyOutcome[] {
    return applySteps(this.root, steps, { now, ...options });
  }

  /** Paths below `.p2psync/<directory>`, sorted, directories left out. */
  own(directory: 'staging' | 'versions'): string[] {
    try {
      return readdirSync(this.at(`.p2psync/${directory}`), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(this.at(`.p2psync/${directory}`).length + 1))
        .sort();
    } catch {
      return [];
    }
  }

  stat(path: string): StatFingerprint {
    return fingerprintAt(this.at(path));
  }
}

/** A fresh folder for each test of the enclosing describe. */
export function testFolder(): () => TestFolder {
  const directory = temporaryDirectory();
  let folder: TestFolder | undefined;
  beforeEach(() => {
    folder = new TestFolder(directory());
  });
  afterEach(() => folder?.root.close());
  return () => folder as TestFolder;
}

/** The whole of a small file as one piece that came over the wire. */
export function pieceOf(text: string): StagePiece {
  const bytes = bytesOf(text);
  const hash = hashBytes(bytes);
  return { contentHash: hash, fileSize: bytes.length, offset: 0, length: bytes.length, hash, from: { bytes } };
}

export function entryOf(text: string, over: Partial<FileEntry> = {}): FileEntry {
  return {
    kind: 'file',
    size: bytesOf(text).length,
    mtimeUs: 1_700_000_000_123_456,
    executable: false,
    contentHash: hashOf(text),
    ...over,
  };
}

export function writeFileStep(
  path: string,
  text: string,
  expect: Expectation,
  over: Partial<FileEntry> = {},
): ApplyStep {
  return { do: 'write-file', path: asPath(path), entry: entryOf(text, over), expect };
}

/** 'ok' or the reason, for each. */
export function verdicts(outcomes: readonly ApplyOutcome[]): string[] {
  return outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));
}
