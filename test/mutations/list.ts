/**
 * Planted bugs: small edits of the source, each a mistake somebody could make. run.ts makes them one by one on a copy and
 * expects the named tests to fail. A bug that no test catches is a hole in the suite; an edit whose text is no longer to be
 * found has to follow the source.
 */

export interface PlantedBug {
  /** Below the root of the project. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The invariant (docs/TESTING.md), and what goes wrong. */
  readonly breaks: string;
  /** At least one of these fails. Fast ones: unit, property, and the two-device scenario. */
  readonly caughtBy: readonly string[];
  /** Of those tests, the ones to run; without it all of them. */
  readonly grep?: string;
}

const convergence = 'test/property/convergence.test.ts';
const order = 'test/property/reconcile-order.test.ts';
const pairings = 'test/property/pairings.test.ts';
const plans = 'test/property/plan.test.ts';
const pure = 'test/property/pure.test.ts';
const scenario = 'test/scenario/two-devices.test.ts';
const core = (name: string): string => `test/unit/core/${name}.test.ts`;
const disk = (name: string): string => `test/unit/disk/${name}.test.ts`;
const store = (name: string): string => `test/unit/store/${name}.test.ts`;
const loops = 'test/unit/sync/loops.test.ts';
const wire = (name: string): string => `test/unit/wire/${name}.test.ts`;

function inFile(file: string, bugs: readonly Omit<PlantedBug, 'file'>[]): PlantedBug[] {
  return bugs.map((bug) => ({ file, ...bug }));
}

export const plantedBugs: readonly PlantedBug[] = [
  // ---------------------------------------------------------------- core: versions and entries
  ...inFile('src/core/version.ts', [
    {
      find: 'if (x[1] < y[1]) bMore = true;',
      replace: '',
      breaks: 'I4: a newer version counts as equal, and is never taken',
      caughtBy: [core('version')],
    },
    {
      find: "if (aMore && bMore) return 'concurrent';",
      replace: "if (aMore && bMore) return 'after';",
      breaks: 'I1: a conflict is taken for news, and overwrites',
      caughtBy: [core('version')],
    },
    {
      find: 'joined.push(x[1] >= y[1] ? x : y);',
      replace: 'joined.push(x[1] <= y[1] ? x : y);',
      breaks: 'I4: a join forgets writes',
      caughtBy: [core('version')],
    },
    {
      find: 'return counterOf(version, dot.replica) >= dot.counter;',
      replace: 'return counterOf(version, dot.replica) > dot.counter;',
      breaks: 'I4: a write is not known of by the version that it made',
      caughtBy: [core('version')],
    },
    {
      find: 'if (covers(base, dot)) throw',
      replace: 'if (false) throw',
      breaks: 'I4: our own counter may run backwards',
      caughtBy: [core('version')],
    },
  ]),
  ...inFile('src/core/entry.ts', [
    {
      find: 'a.mtimeUs - b.mtimeUs ||\n      Number',
      replace: 'Number',
      breaks: 'I5: who wins is not what the page says',
      caughtBy: [core('entry')],
    },
    {
      find: 'compareText(a.contentHash, b.contentHash)',
      replace: '0',
      breaks: 'I5: different files compare as equal, and each device keeps its own',
      caughtBy: [core('entry')],
    },
    {
      find: 'return a.size === b.size && a.contentHash === b.contentHash;',
      replace: 'return a.size === b.size;',
      breaks: 'I1: files of one length are taken for the same content',
      caughtBy: [core('entry')],
    },
    {
      find: "if (a.kind === 'symlink' && b.kind === 'symlink') return a.target === b.target;",
      replace: '',
      breaks: 'I1: all links are taken for the same',
      caughtBy: [core('entry')],
    },
  ]),
  // ---------------------------------------------------------------- core: reconcile
  ...inFile('src/core/reconcile.ts', [
    {
      find: "if (oursStays) return { do: 'nothing', cell: 'C13-conflict-keep' };",
      replace: "if (oursStays) return merge('C13-conflict-keep', local.entry, joined, local.dot);",
      breaks: 'I1: the winner joins first, and the loser is overwritten without a copy',
      caughtBy: [convergence, core('reconcile')],
    },
    {
      find: "return take('C13-conflict-take', theirs, joined, worthKeeping(local.entry, theirs.entry));",
      replace: "return take('C13-conflict-take', theirs, joined, false);",
      breaks: 'I1: the loser of a conflict is not set aside',
      caughtBy: [core('reconcile')],
    },
    {
      find: "return take('C13-conflict-take', theirs, joined, worthKeeping(local.entry, theirs.entry));",
      replace: "return take('C13-conflict-take', theirs, theirs.version, worthKeeping(local.entry, theirs.entry));",
      breaks: 'I4: what we knew is forgotten when a conflict is resolved',
      caughtBy: [core('reconcile'), pairings],
    },
    {
      find: "if (theirs.entry.kind === 'deleted') return merge('C12-edit-over-delete', local.entry, joined, local.dot);",
      replace: "if (theirs.entry.kind === 'deleted') return take('C12-edit-over-delete', theirs, joined, false);",
      breaks: 'I1: a delete wins over an edit that it did not know',
      caughtBy: [core('reconcile')],
    },
    {
      find: "return take('C12-delete-under-edit', theirs, joined, false)",
      replace: "return merge('C12-delete-under-edit', local.entry, joined, local.dot)",
      breaks: 'I1: a delete stays over an edit that it did not know',
      caughtBy: [core('reconcile')],
    },
    {
      find: "return { do: 'nothing', cell: 'C6-older' };",
      replace: "return take('C6-older', theirs, theirs.version, false);",
      breaks: 'I4: an older version replaces a newer one',
      caughtBy: [core('reconcile')],
    },
    {
      find: ": take('C8-newer', theirs, theirs.version, false);",
      replace: ": { do: 'nothing', cell: 'C8-newer' };",
      breaks: 'I2: news is not taken',
      caughtBy: [core('reconcile')],
    },
    {
      find: "if (compareEntries(local.entry, theirs.entry) > 0) return { do: 'nothing', cell: 'C5-split-keep' };",
      replace: "if (compareEntries(local.entry, theirs.entry) < 0) return { do: 'nothing', cell: 'C5-split-keep' };",
      breaks: 'I2: of two entries under one version each device takes the lesser',
      caughtBy: [core('reconcile')],
    },
    {
      find: "return theirs.entry.kind === 'deleted'\n      ? merge",
      replace: "return theirs.entry.kind !== 'deleted'\n      ? merge",
      breaks: 'I2: new entries are recorded without being brought to disk',
      caughtBy: [core('reconcile')],
    },
    {
      find: 'if (oursSuperseded !== theirsSuperseded) {',
      replace: 'if (false) {',
      breaks: 'I10: a write that another one superseded comes back as a conflict',
      caughtBy: [core('reconcile')],
    },
    {
      find: 'const candidates = standing.length > 0 ? standing : newest;',
      replace: 'const candidates = asking;',
      breaks: 'I5: which announcement is followed leads round in a circle',
      caughtBy: [core('reconcile'), order],
    },
    {
      find: ' || compareVectors(a.version, b.version);',
      replace: ';',
      breaks: 'I5: which announcement is followed depends on what came first',
      caughtBy: [order],
    },
    {
      find: 'return announcements.filter(({ record }) => contentEqual(record.entry, entry)).map',
      replace: 'return announcements.slice(0, 1).map',
      breaks: 'I2: content is asked of a device that does not have it',
      caughtBy: [core('reconcile'), order],
    },
  ]),
  // ---------------------------------------------------------------- core: what is not held here
  ...inFile('src/core/hold.ts', [
    {
      find: 'if (unheld && decision.setAside) {',
      replace:
        "if (unheld && decision.setAside) return { do: 'nothing', cell: 'U5-conflict-elsewhere' };\n  if (unheld && decision.setAside) {",
      breaks: 'I2: two devices that meet through one that holds neither link stall',
      caughtBy: [core('hold'), convergence],
    },
    {
      find: "if (stands && why.because === 'unrepresentable' && contentEqual(local.entry, decision.entry)) return decision;",
      replace: '',
      breaks: 'I1: content that stands here is withdrawn for its new time',
      caughtBy: [core('hold'), pairings],
    },
    {
      find: "return unheld || leftOut ? recordOnly('U3-unheld-deleted', decision) : decision;",
      replace: 'return decision;',
      breaks: 'I7: a delete of what is not held here touches what stands in its place',
      caughtBy: [core('hold')],
    },
  ]),
  // ---------------------------------------------------------------- core: plan
  ...inFile('src/core/plan.ts', [
    {
      find: "steps.push({ do: 'rename', path, to: kept.path, expect });\n        records.push(kept);",
      replace: "steps.push({ do: 'rename', path, to: kept.path, expect });",
      breaks: 'I1: a conflict copy is made and not recorded',
      caughtBy: [core('plan')],
    },
    {
      find: 'if (there !== undefined && isLive(there.entry)) continue;',
      replace: '',
      breaks: 'I1: a conflict copy replaces another one of the same name',
      caughtBy: [core('plan')],
    },
    {
      find: 'return covers(there.version, loser.dot) && (',
      replace: 'return false && (',
      breaks: 'I10: a conflict copy that its user removed is made again',
      caughtBy: [core('plan')],
    },
    {
      find: "if (expect.is === 'present' && expect.kind === 'directory') {\n        late = true;",
      replace: "if (expect.is === 'present' && expect.kind === 'directory') {",
      breaks: 'I7: a directory is to go before what is in it',
      caughtBy: [core('plan'), plans],
    },
    {
      find: "if (here === undefined || expect.is === 'absent') break;\n      late = true;",
      replace: "if (here === undefined || expect.is === 'absent') break;",
      breaks: 'I7: parents are deleted before their children',
      caughtBy: [core('plan'), plans],
    },
    {
      find: 'isLate).sort((a, b) => comparePaths(b.path, a.path));',
      replace: 'isLate).sort((a, b) => comparePaths(a.path, b.path));',
      breaks: 'I7: late operations run parents first',
      caughtBy: [core('plan'), plans],
    },
    {
      find: '!late).sort((a, b) => comparePaths(a.path, b.path));',
      replace: '!late);',
      breaks: 'I2: children are written before their directory',
      caughtBy: [core('plan'), plans],
    },
    {
      find: 'local !== undefined && entriesEqual(local.entry, entry)) ?? -1;',
      replace: 'local !== undefined) ?? -1;',
      breaks: 'I2: a rename leaves a file with the metadata of another',
      caughtBy: [core('plan'), plans],
    },
    {
      find: 'const source = candidates.splice(at, 1)[0] as DecidedTake;',
      replace: 'const source = candidates[at] as DecidedTake;',
      breaks: 'I7: one file is renamed to two places',
      caughtBy: [core('plan'), plans],
    },
    {
      find: "if (expect.is === 'present') steps.push({ do: 'remove', path, expect });",
      replace: '',
      breaks: 'I2: a directory never takes the place of a file',
      caughtBy: [core('plan'), plans],
    },
    {
      find: 'if (local !== undefined && isLive(local.entry)) break;\n      revived',
      replace: 'break;\n      revived',
      breaks: 'I2: what arrives below a deleted directory finds none',
      caughtBy: [core('plan')],
    },
    {
      find: 'version: joinVersions(local.version, version),\n        statOf',
      replace: 'version: local.version,\n        statOf',
      breaks: 'I10: a directory that stays is deleted again and again',
      caughtBy: [core('plan')],
    },
    {
      find: 'const version = there === undefined ? loser.version : joinVersions(there.version, loser.version);',
      replace: 'const version = loser.version;',
      breaks: 'I4: a conflict copy forgets what stood under its name',
      caughtBy: [pure],
    },
    {
      find: 'const written = kept !== undefined && !raised && theirs.statOf !== undefined;',
      replace: 'const written = kept !== undefined && !raised;',
      breaks: 'I2: a volume without links is asked to hold one',
      caughtBy: [core('plan'), convergence],
    },
  ]),
  ...inFile('src/core/conflict.ts', [
    {
      find: 'splitName(originalName(used))',
      replace: 'splitName(used)',
      breaks: 'I10: conflict names grow with every conflict',
      caughtBy: [core('conflict')],
    },
    {
      find: 'if (left < 0) break;',
      replace: '',
      breaks: 'names of more than 255 bytes',
      caughtBy: [core('conflict')],
    },
    {
      find: 'if (name !== used) return inDirectory(directory, name);',
      replace: 'return inDirectory(directory, name);',
      breaks: 'I1: a copy that loses unchanged gets its own name',
      caughtBy: [core('conflict')],
    },
    {
      find: 'for (const character of stem) {',
      replace: "for (const character of stem.split('')) {",
      breaks: 'names cut in the middle of a character',
      caughtBy: [core('conflict')],
    },
  ]),
  // ---------------------------------------------------------------- core: observe, scan, guard, admit
  ...inFile('src/core/observe.ts', [
    {
      find: "if (isUnheld(indexed)) return { do: 'nothing' };",
      replace: '',
      breaks: 'I2: what is not held here is announced as deleted',
      caughtBy: [core('observe'), convergence],
    },
    {
      find: 'const base = indexed === undefined || isUnheld(indexed) ? [] : indexed.version;',
      replace: 'const base = indexed === undefined ? [] : indexed.version;',
      breaks: 'I1: what stands in place of an unheld entry overwrites it elsewhere',
      caughtBy: [core('observe')],
    },
    {
      find: 'const executable = traits.execBits ? seen.executable : (known?.executable ?? false);',
      replace: 'const executable = seen.executable;',
      breaks: 'I2: exec bits get lost on a volume that has none',
      caughtBy: [core('observe')],
    },
    {
      find: 'known.size === seen.size && known.contentHash === seen.contentHash;',
      replace: 'known.size === seen.size;',
      breaks: 'I1: an edit under the same size and time is not seen',
      caughtBy: [core('observe')],
    },
    {
      find: 'return Math.abs(indexedUs - seenUs) < Math.max(1, traits.mtimeResolutionUs);',
      replace: 'return indexedUs === seenUs;',
      breaks: 'I10: a volume of coarse times answers every file with a change',
      caughtBy: [core('observe')],
    },
  ]),
  ...inFile('src/core/scan-diff.ts', [
    {
      find: 'else if (!this.#isUnknown(path)) findings.push',
      replace: 'else findings.push',
      breaks: 'I6: what an unreadable directory holds is deleted everywhere',
      caughtBy: [core('scan-diff')],
    },
    {
      find: 'for (let at: RelativePath | undefined = path; at !== undefined; at = parentOf(at)) {',
      replace: 'for (const at of [path, parentOf(path)].filter((one) => one !== undefined)) {',
      breaks: 'I6: what lies deep below an unreadable directory is deleted everywhere',
      caughtBy: [core('scan-diff')],
    },
    {
      find: 'if (path === undefined || this.#absencesUnknown) {\n      this.#absencesUnknown = true;',
      replace: 'if (path === undefined || this.#absencesUnknown) {',
      breaks: 'I6: an unreadable root is an empty one',
      caughtBy: [core('scan-diff')],
    },
    {
      find: 'this.#absencesUnknown = true;\n      this.#problems.clear();',
      replace: 'this.#problems.clear();',
      breaks: 'I6: with too many problems to remember the first ones are deletes',
      caughtBy: [core('scan-diff')],
    },
    {
      find: 'if (order > 0) break;\n        this.#next++;',
      replace: 'if (order >= 0) break;\n        this.#next++;',
      breaks: 'I6: a file that is there counts as absent',
      caughtBy: [core('scan-diff')],
    },
  ]),
  ...inFile('src/core/guard.ts', [
    {
      find: 'if (deletes >= folder.files && folder.files >= limits.filesMin) {',
      replace: 'if (false) {',
      breaks: 'I6: an emptied folder passes where every share may go',
      caughtBy: [core('guard')],
    },
    {
      find: 'if (lost <= limits.shareMax * folder.files) return { ok: true };',
      replace: 'return { ok: true };',
      breaks: 'a mass delete passes',
      caughtBy: [core('guard')],
    },
    {
      find: 'if (atMs > ms) return;',
      replace: '',
      breaks: 'small waves do not add up',
      caughtBy: [core('guard')],
    },
    {
      find: "decision.unheld === true) return 'delete';",
      replace: "false) return 'delete';",
      breaks: 'what leaves the disk unheld is not counted',
      caughtBy: [core('hold'), core('guard')],
    },
  ]),
  ...inFile('src/core/admit.ts', [
    {
      find: 'if (claimed > lastSequence || (',
      replace: 'if (claimed > lastSequence + 1 || (',
      breaks: 'I13: a peer may forge our next write',
      caughtBy: [core('admit')],
    },
    {
      find: '(claimed > ours && !mayBeCopy(record))',
      replace: 'false',
      breaks: 'I4: an index that was restored from an older copy is not noticed at a path that was written to since',
      caughtBy: [core('admit')],
    },
    {
      find: 'if (isIgnored(record.path)) {',
      replace: 'if (false) {',
      breaks: 'I11: a peer writes into our own directory',
      caughtBy: [core('admit')],
    },
    {
      find: 'if (record.version.length > replicasAcceptedMax) {',
      replace: 'if (false) {',
      breaks: 'I14: versions grow until nobody takes them any more',
      caughtBy: [core('admit')],
    },
  ]),
  ...inFile('src/core/path.ts', [
    {
      find: "if (name === '' || name === '.' || name === '..') return undefined;",
      replace: "if (name === '' || name === '.') return undefined;",
      breaks: 'I11: .. leads out of the folder',
      caughtBy: [core('path')],
    },
    {
      find: "text.includes('\\0') || ",
      replace: '',
      breaks: 'I11: NUL in a path',
      caughtBy: [core('path')],
    },
    {
      find: 'if (unit === 0x2f) return -1;',
      replace: '',
      breaks: 'I6: a directory is not followed by what it contains, and the merge of scan and index goes wrong',
      caughtBy: [core('path')],
    },
    {
      find: 'if (unit >= 0xd800 && unit <= 0xdfff) return unit + 0x10000;',
      replace: '',
      breaks: 'I6: index and scan disagree on the order of names beyond the basic plane',
      caughtBy: [core('path')],
    },
  ]),
  ...inFile('src/core/ignore.ts', [
    {
      find: ".normalize('NFKC')",
      replace: '',
      breaks: 'I11: our own directory in another form of Unicode',
      caughtBy: [core('ignore')],
    },
    {
      find: ".replace(/[. ]+$/, '')",
      replace: '',
      breaks: 'I11: our own directory with a dot behind it',
      caughtBy: [core('ignore')],
    },
  ]),
  ...inFile('src/core/file-time.ts', [
    {
      find: 'const mtimeUs = seconds * 1_000_000 + Math.floor(restMs * 1000 + readMarginUs);',
      replace: 'const mtimeUs = seconds * 1_000_000 + Math.floor(restMs * 1000);',
      breaks: 'I10: every file that was received looks changed',
      caughtBy: [core('file-time')],
    },
  ]),
  ...inFile('src/core/cut-points.ts', [
    {
      find: 'const first = start + this.#min - 1;',
      replace: 'const first = start + this.#min;',
      breaks: 'cuts move, and an edited file shares less with its former self',
      caughtBy: [core('cut-points')],
    },
    {
      find: '(!final && available < this.#max)',
      replace: 'false',
      breaks: 'where a chunk ends depends on how the content was read',
      caughtBy: [core('cut-points')],
    },
    {
      find: 'this.#strictMask = highBits(bits + normalisationLevel);',
      replace: 'this.#strictMask = highBits(bits);',
      breaks: 'chunks are smaller than agreed',
      caughtBy: [core('cut-points')],
    },
  ]),
  ...inFile('src/core/sourcing.ts', [
    {
      find: '(deviceBytes === bestBytes && device < best)',
      replace: 'false',
      breaks: 'I16: who is asked depends on the order of holders',
      caughtBy: [core('sourcing')],
    },
    {
      find: 'bytes.set(best, bestBytes + chunk.length);',
      replace: '',
      breaks: 'all is asked of one peer',
      caughtBy: [core('sourcing')],
    },
  ]),
  // ---------------------------------------------------------------- sync
  ...inFile('src/sync/apply-operations.ts', [
    {
      find: 'if (failure !== undefined) failed.push({ operation, failure });\n      else done',
      replace: 'if (failure !== undefined) failed.push({ operation, failure });\n      done',
      breaks: 'I8: the index says what the disk refused',
      caughtBy: [loops],
    },
    {
      find: 'const clash = operation.records.some((record) => moved.has(record) || touched.has(record.path));',
      replace: 'const clash = false;',
      breaks: 'I1: a plan is carried out although the index moved on',
      caughtBy: [loops],
    },
    {
      find: 'stat: outcome?.ok === true ? outcome.stat : kept,',
      replace: 'stat: kept,',
      breaks: 'I2: what was just written counts as not held',
      caughtBy: [scenario],
      grep: 'follow edits',
    },
  ]),
  ...inFile('src/sync/resolver.ts', [
    {
      find: "return decision.entry.kind === 'deleted' || decision.unheld === true || local?.entry.kind === 'directory';",
      replace: 'return false;',
      breaks: 'I7: deletes do not wait, and renames are sent',
      caughtBy: [scenario],
      grep: 'send nothing for a rename|edits, deletes',
    },
    {
      find: 'if (verdict.ok) {\n      if (this.#held !== undefined) this.#lift();\n      return [...decided];\n    }',
      replace: 'return [...decided];',
      breaks: 'a mass delete by another device passes',
      caughtBy: [scenario],
      grep: 'would empty the folder',
    },
  ]),
  ...inFile('src/sync/local-loop.ts', [
    {
      find: "else if (seen.is !== 'absent' || root.ok) {",
      replace: 'else {',
      breaks: 'I6: a root that went away during the scan empties the folder',
      caughtBy: [loops],
    },
    {
      find: 'if (!root.ok) {\n      this.#context.logger.warn',
      replace: 'if (false) {\n      this.#context.logger.warn',
      breaks: 'I6: a root without its marker is scanned',
      caughtBy: [loops],
    },
    {
      find: "if (result === 'stale') return this.hint({ path, subtree: false });",
      replace: "if (result === 'stale') return undefined;",
      breaks: 'I2: a change that met another one is never looked at again',
      caughtBy: [loops],
    },
    {
      find: "if (wasDirectory !== (item?.kind === 'directory')) await this.#scan(path, signal);",
      replace: 'if (false) await this.#scan(path, signal);',
      breaks: 'I2: what is in a directory that appeared or went is not seen',
      caughtBy: [loops],
    },
    {
      find: 'const paths = leaving.map(({ path }) => path).reverse();',
      replace: 'const paths = leaving.map(({ path }) => path);',
      breaks: 'I2: a directory is announced as gone before what is in it, and comes back',
      caughtBy: [scenario],
      grep: 'before the directory, however',
    },
    {
      find: 'this.#toRecord(swapsLast([...changes, ...late], based))',
      replace: 'this.#toRecord([...changes, ...late])',
      breaks: 'I10: what took the place of a directory meets what was in it as a conflict',
      caughtBy: [scenario],
      grep: 'before what took its place',
    },
  ]),
  ...inFile('src/sync/fetcher.ts', [
    {
      find: 'if (good[i] === true) staged.add(contentHash);',
      replace: 'if (good[i] !== undefined) staged.add(contentHash);',
      breaks: 'I12: a file counts as staged although it is not what was asked for',
      caughtBy: [loops],
    },
  ]),
  ...inFile('src/sync/chunk-lanes.ts', [
    {
      find: 'for (const want of lane.owed) this.#refused.push({ want, device });',
      replace: '',
      breaks: 'I2: what one holder could not give is not asked of the next',
      caughtBy: ['test/unit/sync/chunk-lanes.test.ts'],
    },
    {
      find: 'if (this.#silentMs(lane) >= laneSilentMsMax) return 1;',
      replace: '',
      breaks: 'I14: a frozen device holds up what another one could give',
      caughtBy: ['test/unit/sync/chunk-lanes.test.ts'],
    },
  ]),
  ...inFile('src/sync/announcer.ts', [
    {
      find: 'place.length !== length',
      replace: 'false',
      breaks: 'I12: bytes of another length are handed out',
      caughtBy: [loops],
    },
  ]),
  ...inFile('src/sync/remote-loop.ts', [
    {
      find: 'if (refusal === undefined) return true;',
      replace: 'return true;',
      breaks: 'I13: forged records are taken in',
      caughtBy: [scenario],
      grep: 'claims writes of ours',
    },
  ]),
  // ---------------------------------------------------------------- disk
  ...inFile('src/disk/apply.ts', [
    {
      find: "if (there !== undefined) throw new ChangedError('something stands there that the index does not know');\n      return;",
      replace: 'return;',
      breaks: 'I7: what the index does not know is overwritten',
      caughtBy: [disk('look-first')],
    },
    {
      find: 'if (there.kind !== expect.kind || !sameStat(there.stat, expect.stat, expect.kind)) {',
      replace: 'if (there.kind !== expect.kind) {',
      breaks: 'I7: a file that was just written to is overwritten',
      caughtBy: [disk('apply')],
    },
    {
      find: 'if (!isStill(statAt(full), expect.stat)) throw',
      replace: 'if (false) throw',
      breaks: 'I7: a file that was replaced between look and rename is lost',
      caughtBy: [disk('look-first')],
    },
    {
      find: "if (expect.is === 'absent') moveWithoutReplacing(temporary, full);",
      replace: "if (expect.is === 'absent') renameSync(temporary, full);",
      breaks: 'I7: a file that appeared between look and rename is lost',
      caughtBy: [disk('look-first')],
    },
    {
      find: 'this.#syncData();\n    this.#options.beforeCommit?.();',
      replace: 'this.#options.beforeCommit?.();',
      breaks: 'I8: names reach the disk before the data',
      caughtBy: [disk('durable')],
    },
    {
      find: 'const touched = [...this.#keptIn.values(), ...this.#touched.values()];',
      replace: 'const touched = [...this.#touched.values(), ...this.#keptIn.values()];',
      breaks: 'I8: what is replaced reaches the disk before its kept version',
      caughtBy: [disk('durable')],
    },
    {
      find: 'if (inTheWay.length > 0) {',
      replace: 'if (false) {',
      breaks: 'I7: what a directory still holds goes with it',
      caughtBy: [disk('apply')],
    },
    {
      find: "if (isIgnored(step.path) || (step.do === 'rename' && isIgnored(step.to))) {",
      replace: 'if (false) {',
      breaks: 'I11: a step reaches into our own directory',
      caughtBy: [disk('look-first')],
    },
  ]),
  ...inFile('src/disk/place.ts', [
    {
      find: 'if (!isStill(statAt(to), expected) || !isStill(statAt(from), expected)) {',
      replace: 'if (false) {',
      breaks: 'I7: a file is renamed although it was written to',
      caughtBy: [disk('look-first')],
    },
    {
      find: 'return now !== undefined && isStill(now, before) ? now : before;',
      replace: 'return now ?? before;',
      breaks: 'I1: what the user wrote right after is taken for ours',
      caughtBy: [disk('look-first')],
    },
  ]),
  ...inFile('src/disk/staging.ts', [
    {
      find: 'if (known !== undefined && known.state !== stateOf(stat)) return undefined;',
      replace: '',
      breaks: 'I12: a file that was touched after its pieces came passes for verified',
      caughtBy: [disk('staging')],
    },
    {
      find: 'return bytes.length === length && hashBytes(bytes) === hash ? bytes : undefined;',
      replace: 'return bytes;',
      breaks: 'I12: wrong bytes are staged',
      caughtBy: [disk('staging')],
    },
    {
      find: 'if (!good) discard(path);',
      replace: '',
      breaks: 'I12: a bad file stays in staging for ever',
      caughtBy: [disk('staging')],
    },
    {
      find: 'return stat.isFile() && stat.nlink === 1;',
      replace: 'return stat.isFile();',
      breaks: 'I3: what a crash left linked into the tree is written to',
      caughtBy: [disk('staging')],
    },
    {
      find: 'piece.length === piece.fileSize && piece.hash === piece.contentHash',
      replace: 'piece.length === piece.fileSize',
      breaks: 'I12: a chunk list of one chunk proves a file',
      caughtBy: [disk('staging')],
    },
    {
      find: 'offset < 0 || offset + length > fileSize',
      replace: 'false',
      breaks: 'I12: pieces are written outside of the file',
      caughtBy: [disk('staging')],
    },
  ]),
  ...inFile('src/disk/root.ts', [
    {
      find: '(constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);',
      replace: '(constants.O_DIRECTORY ?? 0);',
      breaks: 'I11: a directory that became a link is followed out of the folder',
      caughtBy: [disk('root')],
    },
    {
      find: "throw new PathError('ROOT_REPLACED'",
      replace: "return; new PathError('ROOT_REPLACED'",
      breaks: 'I6: another directory in place of the root is taken for it',
      caughtBy: [disk('root'), disk('folder-disk')],
    },
  ]),
  ...inFile('src/disk/look.ts', [
    {
      find: "if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;\n    throw error;\n  }\n}\n\n/** One",
      replace: 'return undefined;\n  }\n}\n\n/** One',
      breaks: 'I6: unreadable is deleted',
      caughtBy: [disk('look'), disk('scan')],
    },
  ]),
  ...inFile('src/disk/scan.ts', [
    {
      find: 'if (!isGone) this.problem({ path: directory, code, message: `cannot be listed',
      replace: 'if (false) this.problem({ path: directory, code, message: `cannot be listed',
      breaks: 'I6: an unreadable directory is an empty one',
      caughtBy: [disk('scan')],
    },
    {
      find: 'for (const bytes of listing.sort((a, b) => a.compare(b))) {',
      replace: 'for (const bytes of listing.reverse()) {',
      breaks: 'I6: names out of order, which the merge takes for deletes',
      caughtBy: [disk('scan')],
    },
  ]),
  ...inFile('src/disk/versions.ts', [
    {
      find: 'renameSync(full, kept);',
      replace: 'unlinkSync(full);',
      breaks: 'I1: a delete keeps no version',
      caughtBy: [disk('apply')],
    },
    {
      find: "if (existsAt(kept)) throw Object.assign(new Error(`${kept} is taken`), { code: 'EEXIST' });",
      replace: '',
      breaks: 'I1: a kept version replaces another one of the same second',
      caughtBy: [disk('versions')],
    },
  ]),
  ...inFile('src/disk/prune-versions.ts', [
    {
      find: 'const keptMs = parsed?.keptMs ?? stat.ctimeMs;',
      replace: 'const keptMs = stat.mtimeMs;',
      breaks: 'I1: a kept version of an old file goes at once',
      caughtBy: [disk('prune-versions')],
    },
  ]),
  // ---------------------------------------------------------------- store
  ...inFile('src/store/commit.ts', [
    {
      find: 'return (before?.sequence ?? 0) !== basedOn;',
      replace: 'return false;',
      breaks: 'I1: a change is recorded over one that it did not know',
      caughtBy: [store('folder-store')],
    },
    {
      find: "writes.push({ type: 'del', key: sequenceKey(folder, before.sequence) });",
      replace: '',
      breaks: 'I2: a record is announced twice, once with its old sequence',
      caughtBy: [store('folder-store')],
    },
    {
      find: 'takeOut(draft, before);',
      replace: '',
      breaks: 'I2: the digest tells equal indexes apart',
      caughtBy: [store('folder-store')],
    },
  ]),
  ...inFile('src/store/level.ts', [
    {
      find: "await batch.write({ sync: durability === 'synced' });",
      replace: 'await batch.write({ sync: false });',
      breaks: 'I8: a commit is lost with the power',
      caughtBy: [store('synced')],
    },
  ]),
  ...inFile('src/store/folder-store.ts', [
    {
      find: "await this.#level.write(writes, 'synced');\n      this.#state = state;",
      replace: "await this.#level.write(writes, 'cached');\n      this.#state = state;",
      breaks: 'I8: a commit is announced before it is durable',
      caughtBy: [store('synced')],
    },
    {
      find: 'if (record?.sequence !== sequence) return;',
      replace: 'if (record === undefined) return;',
      breaks: 'I1: the stat of one entry is recorded with another',
      caughtBy: [store('folder-store')],
    },
  ]),
  ...inFile('src/store/peer-records.ts', [
    {
      find: 'await this.#level.clear(rangeOf(this.#folder, table.announced, deviceBytes(device)));',
      replace: '',
      breaks: 'I2: what a former life of a peer announced stays',
      caughtBy: [store('peer-records')],
    },
    {
      find: 'acknowledged: ours === this.#ours ? acknowledged : 0',
      replace: 'acknowledged',
      breaks: 'I9: a peer that knew a former life of this index counts as knowing this one',
      caughtBy: [store('own-lives')],
    },
  ]),
  // ---------------------------------------------------------------- wire
  ...inFile('src/wire/framing.ts', [
    {
      find: 'if (this.#length > this.#bytesMax) {',
      replace: 'if (false) {',
      breaks: 'I14: a length alone takes memory',
      caughtBy: [wire('framing')],
    },
    {
      find: 'if (assembler.inFrame) throw',
      replace: 'if (false) throw',
      breaks: 'I3: half a message is dropped in silence',
      caughtBy: [wire('framing')],
    },
  ]),
  ...inFile('src/wire/record-codec.ts', [
    {
      find: "if (target === '' || target.includes('\\0')) {",
      replace: 'if (false) {',
      breaks: 'I11: NUL in a link target',
      caughtBy: [wire('codec-limits')],
    },
    {
      find: 'if (positions.length > limits.versionEntriesMax) {',
      replace: 'if (false) {',
      breaks: 'I14: versions without bound',
      caughtBy: [wire('codec-limits')],
    },
    {
      find: 'if (!isVersionVector(version)) {',
      replace: 'if (false) {',
      breaks: 'I4: a doubled replica in a version',
      caughtBy: [wire('codec-limits')],
    },
  ]),
  ...inFile('src/wire/fields.ts', [
    {
      find: "if (parsed === undefined) throw new ProtocolError(field, 'not a path that may exist inside a folder');",
      replace: '',
      breaks: 'I11: a peer names a path outside of the folder',
      caughtBy: [wire('codec-limits')],
    },
    {
      find: 'length: integer(length, `${field}.lengths`, 1, limits.chunkBytesMax),',
      replace: 'length,',
      breaks: 'I14: chunks of any length',
      caughtBy: [wire('codec-limits')],
    },
  ]),
];
