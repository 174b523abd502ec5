import assert from 'node:assert/strict';
import type { FolderStatus, PeerStatus, Status } from '../../../src/api/control.ts';
import { eventLine } from '../../../src/cli/event-text.ts';
import { noPaint } from '../../../src/cli/output.ts';
import { linkedLine, renderCodeBox } from '../../../src/cli/pairing-view.ts';
import { syncProgress } from '../../../src/cli/progress.ts';
import { RateMeter, sumRates } from '../../../src/cli/rates.ts';
import {
  folderSentence,
  peerSentence,
  renderLiveLine,
  renderPlainLine,
  renderStatus,
} from '../../../src/cli/status-text.ts';
import { textWidth } from '../../../src/cli/text-width.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

function folder(change: Partial<FolderStatus> = {}): FolderStatus {
  return {
    id: 'f1',
    label: 'Sync',
    path: '/home/anna/Sync',
    mode: 'send-receive',
    state: 'idle',
    files: 1234,
    directories: 56,
    bytes: 7_800_000,
    needFiles: 0,
    needBytes: 0,
    conflicts: 0,
    localOnly: 0,
    withheld: 0,
    errors: [],
    devices: ['p1'],
    ...change,
  };
}

function peer(change: Partial<PeerStatus> = {}): PeerStatus {
  return {
    id: 'p1',
    name: 'laptop',
    connected: true,
    route: 'lan',
    address: '/ip4/10.0.0.2/tcp/4001',
    rttMs: 1.234,
    bytesIn: 2_000_000,
    bytesOut: 1_000_000,
    inSync: true,
    stopped: [],
    lastSeen: '2026-11-23T11:57:00Z',
    ...change,
  };
}

function status(change: Partial<Status> = {}): Status {
  return {
    device: { id: '12D3Koo', name: 'desk', version: '0.1.0', uptimeSeconds: 125 },
    addresses: [],
    folders: [folder()],
    peers: [peer()],
    relays: [],
    offers: [],
    ...change,
  };
}

const phone = peer({ id: 'p2', name: 'phone' });

describe('folder sentence', () => {
  const table: readonly [folder: Partial<FolderStatus>, peers: PeerStatus[], sentence: string][] = [
    [{}, [peer()], 'in sync with laptop'],
    [{}, [peer(), phone], 'in sync with laptop and phone'],
    [
      {},
      [peer(), { ...phone, connected: false, lastSeen: null }],
      'in sync with laptop; phone cannot be reached (last seen never)',
    ],
    [{}, [], 'up to date here, shared with no other device yet'],
    [{}, [peer({ connected: false })], 'up to date here; laptop cannot be reached (last seen 3 min ago)'],
    [{}, [peer({ inSync: false })], 'up to date here; laptop still catching up'],
    [
      {},
      [peer({ inSync: false, stopped: ['Sync'] })],
      "up to date here; stopped or paused on laptop, where 'p2psync status' says why",
    ],
    [{}, [peer({ inSync: false, stopped: ['Other'] })], 'up to date here; laptop still catching up'],
    [{ state: 'syncing', needFiles: 12, needBytes: 3.4e6 }, [peer()], 'fetching 12 files (3.4 MB)'],
    [{ state: 'syncing' }, [peer()], 'applying changes'],
    [{ state: 'scanning' }, [peer()], 'looking through the files (1,234 known)'],
    [{ state: 'scanning', files: 0 }, [], 'looking through the files'],
    [{ state: 'paused' }, [peer()], 'paused'],
    [{ state: 'paused', needFiles: 1, needBytes: 5 }, [peer()], 'paused with 1 file (5 B) still to fetch'],
    [
      { needFiles: 2, needBytes: 10 },
      [peer({ connected: false })],
      '2 files (10 B) missing here until laptop can be reached',
    ],
    [
      { needFiles: 2, needBytes: 10 },
      [peer()],
      '2 files (10 B) missing here, and no reachable device has sent them yet',
    ],
    [{ state: 'error', errors: [{ path: '', message: 'the disk is gone' }] }, [peer()], 'stopped: the disk is gone'],
    [
      { conflicts: 2, errors: [{ path: 'a', message: 'no' }] },
      [peer()],
      'in sync with laptop; 2 conflicts and 1 path with a problem',
    ],
    [{}, [peer({ name: 'lap\u001b[2Jtop' })], 'in sync with lap\\x1b[2Jtop'],
  ];
  for (const [change, peers, sentence] of table) {
    it(sentence, () => assert.equal(folderSentence(folder(change), peers, now), sentence));
  }
});

describe('peer sentence', () => {
  it('tells route, round trip, rates and totals', () => {
    assert.equal(
      peerSentence(peer(), { up: 1.2e6, down: 0 }, now),
      'on the local network · 1.2 ms · ↑ 1.2 MB/s ↓ 0 · sent 1.0 MB, received 2.0 MB · in sync',
    );
    assert.equal(peerSentence(peer({ connected: false }), undefined, now), 'not connected, last seen 3 min ago');
  });
});

describe('status for people', () => {
  it('shows device, folders and peers', () => {
    assert.deepEqual(renderStatus(status(), now, noPaint), [
      'desk 12D3Koo · p2psync 0.1.0 · up 2 min',
      '',
      'Folders',
      '  ● Sync: in sync with laptop',
      '    /home/anna/Sync · 1,234 files in 56 directories, 7.8 MB',
      '',
      'Devices',
      '  ● laptop: on the local network · 1.2 ms · sent 1.0 MB, received 2.0 MB · in sync',
    ]);
  });

  it('says what to do next when there is nothing yet, and what is offered', () => {
    const text = renderStatus(
      status({ folders: [], peers: [], offers: [{ folder: 'f', label: 'notes\n', device: 'd', deviceName: 'phone' }] }),
      now,
      noPaint,
    ).join('\n');
    assert.match(text, /none yet; 'p2psync up PATH' adds one/);
    assert.match(text, /none linked yet; 'p2psync pair'/);
    assert.match(text, /notes\\x0a from phone/);
  });

  it('lists five errors and counts the rest', () => {
    const errors = Array.from({ length: 7 }, (_, index) => ({ path: `f${index}`, message: 'cannot be read' }));
    const lines = renderStatus(status({ folders: [folder({ errors })] }), now, noPaint);
    assert.equal(lines.filter((line) => line.endsWith(': cannot be read')).length, 5);
    assert.ok(lines.some((line) => line.includes('and 2 more')));
  });
});

describe('live line', () => {
  it('is the one of the README', () => {
    assert.equal(
      renderLiveLine(
        status({ peers: [peer(), phone] }),
        { up: 1.2e6, down: 0 },
        { code: '7-harbor-violin', leftMs: 552_000 },
        noPaint,
      ),
      '● In sync · 1,234 files · 2 devices | ↑ 1.2 MB/s ↓ 0 | code 7-harbor-violin 9:12 left',
    );
  });

  const table: readonly [Partial<Status>, string][] = [
    [{ peers: [] }, '● Ready · 1,234 files · 0 devices'],
    [{ peers: [peer({ connected: false })] }, '● Ready, no device in reach · 1,234 files · 0 of 1 device'],
    [{ peers: [peer({ inSync: false })] }, '◐ Sending · 1,234 files · 1 device'],
    [
      { folders: [folder({ state: 'syncing', needFiles: 3, needBytes: 3000 })] },
      '◐ Fetching 3 files, 3.0 kB · 1,234 files · 1 device',
    ],
    [{ folders: [folder({ state: 'scanning' })] }, '◐ Scanning · 1,234 files · 1 device'],
    [{ folders: [folder({ state: 'paused' })] }, '‖ Paused · 1,234 files · 1 device'],
    [{ folders: [folder({ state: 'error' })] }, '✗ Stopped, see p2psync status · 1,234 files · 1 device'],
  ];
  for (const [change, line] of table) {
    it(line, () =>
      assert.equal(renderLiveLine(status(change), { up: 0, down: 0 }, undefined, noPaint), `${line} | ↑ 0 ↓ 0`),
    );
  }

  it('as plain lines, a transfer under way is one line, not one per poll', () => {
    const fetching = (needFiles: number): Status =>
      status({ folders: [folder({ state: 'syncing', needFiles, needBytes: needFiles * 10 })] });
    assert.equal(renderPlainLine(fetching(3)), renderPlainLine(fetching(2)));
    assert.equal(renderPlainLine(status()), 'In sync · 1,234 files · 1 device');
  });
});

describe('rates', () => {
  it('follow the counters, smoothed, and survive a counter that starts again', () => {
    const meter = new RateMeter();
    const at = (bytesOut: number, atMs: number): number =>
      sumRates(meter.update(status({ peers: [peer({ bytesIn: 0, bytesOut })] }), atMs)).up;
    assert.equal(at(0, 0), 0);
    let rate = 0;
    for (let tick = 1; tick <= 40; tick++) rate = at(tick * 500_000, tick * 500);
    assert.ok(Math.abs(rate - 1e6) < 1e4, `${rate}`);
    assert.ok(at(10, 20_500) < rate);
    for (let tick = 42; tick < 90; tick++) rate = at(10, tick * 500);
    assert.equal(rate, 0);
  });

  it('progress names files, bytes, rate and time left', () => {
    const busy = status({ folders: [folder({ state: 'syncing', files: 4000, needFiles: 1000, needBytes: 12e6 })] });
    assert.equal(
      syncProgress(busy, { up: 0, down: 1e6 }),
      '1,000 of 5,000 files to fetch · 12 MB · 1.0 MB/s · 0:12 left',
    );
    assert.match(syncProgress(busy, { up: 0, down: 0 }), /unknown time left$/);
    assert.match(syncProgress(status(), { up: 1000, down: 0 }), /^waiting for the other devices/);
  });
});

describe('pairing and events for people', () => {
  it('frames the code with what to type, in straight lines', () => {
    const box = renderCodeBox(
      { code: '7-harbor-violin', expires: new Date(now + 600_000).toISOString(), folders: ['Sync'] },
      now,
      noPaint,
    );
    assert.ok(box.some((line) => line.includes('p2psync pair 7-harbor-violin ~/Sync')));
    assert.ok(box.some((line) => line.includes('10:00 minutes')));
    assert.equal(new Set(box.map(textWidth)).size, 1);
  });

  it('shows name and fingerprint of a new device', () => {
    const line = linkedLine(
      { device: { id: 'x', name: 'bad\u202ename' }, fingerprint: '🐙 🌵 🚲 🍋', offers: [] },
      noPaint,
    );
    assert.match(line, /^Linked with bad\\u202ename, fingerprint 🐙 🌵 🚲 🍋/);
  });

  it('prints any event on one safe line', () => {
    const line = eventLine({
      id: 3,
      time: '2026-11-23T12:00:00Z',
      type: 'file-received',
      path: 'a\n\u001b[2Jb',
      size: 5,
      extra: { x: 1 },
    });
    assert.match(line, /^\d\d:00:00 {2}file-received {2}a\\x0a\\x1b\[2Jb {2}size=5 {2}extra=\{"x":1\}$/);
  });
});
