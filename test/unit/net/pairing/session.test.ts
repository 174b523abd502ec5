/** Whole pairing runs, honest and hostile, through the real codec. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { CodeBook, runsOpenMax } from '../../../../src/net/protocols/pairing/code-book.ts';
import { introduce } from '../../../../src/net/protocols/pairing/introduction.ts';
import type { Introduction } from '../../../../src/net/protocols/pairing/introduction.ts';
import { runInitiator, runResponder } from '../../../../src/net/protocols/pairing/session.ts';
import { wordList } from '../../../../src/net/protocols/pairing/word-list.ts';
import { parseCode } from '../../../../src/net/protocols/pairing/words.ts';
import { decodePairing, encodePairing } from '../../../../src/wire/codec.ts';
import type { FolderId } from '../../../../src/core/identifiers.ts';
import type { PairingMessage } from '../../../../src/wire/messages.ts';
import {
  alice,
  bob,
  bobFolder,
  codeOf,
  connect,
  mallory,
  MemoryStorage,
  never,
  pair,
  testClock,
  wrongCode,
} from './support.ts';

async function freshBook(): Promise<{ codes: CodeBook; code: string; storage: MemoryStorage }> {
  const storage = new MemoryStorage();
  const codes = await CodeBook.open({ storage, clock: testClock() });
  const { code } = await codes.create();
  return { codes, code, storage };
}

function emptyStored(): { initiator: Introduction[]; responder: Introduction[] } {
  return { initiator: [], responder: [] };
}

describe('pairing session', () => {
  it('links two devices with the right code; both see the same fingerprint', async () => {
    const { codes, code } = await freshBook();
    const stored = emptyStored();
    const [a, b] = await pair(code, codes, { stored });
    assert.ok(a.status === 'fulfilled' && b.status === 'fulfilled', `${codeOf(a)} ${codeOf(b)}`);
    assert.deepEqual(
      { ...a.value, fingerprint: '' },
      {
        device: bob,
        deviceName: "Bob's server",
        fingerprint: '',
        offers: [bobFolder],
        addresses: ['/ip4/192.0.2.2/tcp/2'],
      },
    );
    assert.equal(b.value.device, alice);
    assert.equal(b.value.deviceName, "Alice's laptop");
    assert.equal(a.value.fingerprint, b.value.fingerprint);
    assert.equal(a.value.fingerprint.split(' ').length, 4);
    assert.deepEqual(
      stored.initiator.map(({ device }) => device),
      [bob],
    );
    assert.deepEqual(
      stored.responder.map(({ device }) => device),
      [alice],
    );
    assert.equal(codes.stateOf(code), 'used');
  });

  it('fingerprints differ from run to run', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const { codes, code } = await freshBook();
      const [a] = await pair(code, codes);
      assert.ok(a.status === 'fulfilled');
      seen.add(a.value.fingerprint);
    }
    assert.ok(seen.size > 1);
  });

  it('a wrong word: refused on both sides, the try counted, nothing stored, and the code still works', async () => {
    const { codes, code } = await freshBook();
    const stored = emptyStored();
    const [a, b] = await pair(wrongCode(code), codes, { stored });
    assert.equal(codeOf(a), 'PAIR_WRONG_CODE');
    assert.equal(codeOf(b), 'PAIR_WRONG_CODE');
    assert.equal(codes.wrongTries(code), 1);
    assert.deepEqual(stored, emptyStored());
    const [again] = await pair(code, codes);
    assert.equal(codeOf(again), 'ok');
  });

  it('any other words fail (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...wordList), fc.constantFrom(...wordList), async (first, second) => {
        const { codes, code } = await freshBook();
        const { nameplate, secret } = parseCode(code);
        fc.pre(secret !== `${first}-${second}`);
        const stored = emptyStored();
        const [a] = await pair(`${nameplate}-${first}-${second}`, codes, { stored });
        assert.equal(codeOf(a), 'PAIR_WRONG_CODE');
        assert.deepEqual(stored, emptyStored());
      }),
      { numRuns: 15 },
    );
  });

  it('the words in the other order are another code', async () => {
    const { codes, code } = await freshBook();
    const { nameplate, secret } = parseCode(code);
    const [one, two] = secret.split('-') as [string, string];
    if (one === two) return;
    assert.equal(codeOf((await pair(`${nameplate}-${two}-${one}`, codes))[0]), 'PAIR_WRONG_CODE');
  });

  it('another number costs no try', async () => {
    const { codes, code } = await freshBook();
    const { nameplate, secret } = parseCode(code);
    const [a, b] = await pair(`${nameplate === 1 ? 2 : nameplate - 1}-${secret}`, codes);
    assert.equal(codeOf(a), 'PAIR_NO_SUCH_CODE');
    assert.equal(codeOf(b), 'PAIR_NO_SUCH_CODE');
    assert.equal(codes.wrongTries(code), 0);
  });

  it('a used code is refused', async () => {
    const { codes, code } = await freshBook();
    await pair(code, codes);
    const [a] = await pair(code, codes, { initiatorDevice: mallory });
    assert.equal(codeOf(a), 'PAIR_BURNT');
  });

  it('wrong tries in parallel: three are checked, not one more, and then the right code is refused too', async () => {
    const { codes, code } = await freshBook();
    const runs = await Promise.all(Array.from({ length: runsOpenMax }, () => pair(wrongCode(code), codes)));
    const outcomes = runs.map(([a]) => codeOf(a)).sort();
    assert.equal(outcomes.filter((outcome) => outcome === 'PAIR_WRONG_CODE').length, 3, outcomes.join());
    assert.ok(outcomes.every((outcome) => ['PAIR_WRONG_CODE', 'PAIR_BUSY', 'PAIR_BURNT'].includes(outcome)));
    assert.equal(codes.stateOf(code), 'burnt');
    assert.equal(codeOf((await pair(code, codes))[0]), 'PAIR_BURNT');
  });

  it('two devices with the right code at once: one is linked', async () => {
    const { codes, code } = await freshBook();
    const runs = await Promise.all([pair(code, codes), pair(code, codes, { initiatorDevice: mallory })]);
    assert.equal(runs.filter(([, b]) => codeOf(b) === 'ok').length, 1);
  });

  it('no more runs than allowed are held open', async () => {
    const { codes, code } = await freshBook();
    const { nameplate } = parseCode(code);
    const admissions = Array.from({ length: runsOpenMax }, () => codes.admit(nameplate));
    assert.equal(codeOf((await pair(code, codes))[0]), 'PAIR_BUSY');
    for (const admission of admissions) if (typeof admission !== 'string') admission.release();
    assert.equal(codeOf((await pair(code, codes))[0]), 'ok');
  });

  it('an opener that goes away before it answers learns nothing and costs no try', async () => {
    const { codes, code } = await freshBook();
    const link = connect((message) => (message.type === 'pairing-answer' ? undefined : message));
    const [a, b] = await pair(wrongCode(code), codes, { link });
    assert.equal(codeOf(a), 'PAIR_INTERRUPTED');
    assert.equal(b.status, 'rejected');
    assert.equal(codes.wrongTries(code), 0);
    assert.equal(codes.stateOf(code), 'waiting');
  });

  it('a man in the middle who relays every byte fails: the PeerIds are part of the key', async () => {
    const { codes, code } = await freshBook();
    const link = connect();
    const stored = emptyStored();
    // Alice's connection is authenticated for Mallory, Bob's too: the bytes are relayed unchanged.
    const [a, b] = await Promise.allSettled([
      runInitiator(
        link.initiator,
        {
          self: alice,
          remote: mallory,
          deviceName: 'a',
          folders: [],
          addresses: [],
          code: parseCode(code),
          onVerified: async (introduction) => void stored.initiator.push(introduction),
        },
        never,
      ),
      runResponder(
        link.responder,
        {
          self: bob,
          remote: mallory,
          deviceName: 'b',
          folders: [bobFolder],
          addresses: [],
          codes,
          onVerified: async (introduction) => void stored.responder.push(introduction),
        },
        never,
      ),
    ]);
    assert.equal(codeOf(a), 'PAIR_WRONG_CODE');
    assert.equal(codeOf(b), 'PAIR_WRONG_CODE');
    assert.deepEqual(stored, emptyStored());
    assert.ok(!link.wire.some(({ bytes }) => Buffer.from(bytes).includes('Secret plans')));
  });

  it('a responder that does not know the code is found out, and told nothing', async () => {
    const { codes, code } = await freshBook();
    const other = await CodeBook.open({
      storage: new MemoryStorage(),
      clock: testClock(),
      random: ((bytes) => (length: number) => (bytes.length > 0 ? (bytes.shift() as Uint8Array) : randomBytes(length)))(
        [
          // A code with Alice's number and words of its own.
          Uint8Array.of((parseCode(code).nameplate - 1) >> 8, (parseCode(code).nameplate - 1) & 0xff),
        ],
      ),
    });
    await other.create();
    const link = connect((message, from) =>
      // It says yes whatever Alice answered.
      from === 'responder' && message.type === 'pairing-refused'
        ? { type: 'pairing-confirm', tag: randomBytes(64) }
        : message,
    );
    const [a] = await pair(code, other, { link });
    assert.equal(codeOf(a), 'PAIR_NOT_AUTHENTIC');
    assert.ok(!link.wire.some(({ bytes }) => Buffer.from(bytes).includes('laptop')));
    codes.close();
  });

  it("a tag sent back to its sender is no proof: each role's tag has its own key", async () => {
    const { code } = await freshBook();
    let own: Uint8Array | undefined;
    const { codes } = await freshBook();
    const link = connect((message, from) => {
      if (from === 'initiator' && message.type === 'pairing-answer') own = message.tag;
      if (from === 'initiator' && message.type === 'pairing-open') {
        return { ...message, nameplate: parseCode(codeText).nameplate };
      }
      if (from === 'responder' && message.type === 'pairing-refused') {
        return { type: 'pairing-confirm', tag: own as Uint8Array };
      }
      return message;
    });
    const { code: codeText } = await codes.create();
    const [a] = await pair(code, codes, { link });
    assert.equal(codeOf(a), 'PAIR_NOT_AUTHENTIC');
  });

  const tamperings: [string, (message: PairingMessage) => PairingMessage][] = [
    ['the initiator’s nonce', (m) => (m.type === 'pairing-open' ? { ...m, nonce: flip(m.nonce) } : m)],
    ['the responder’s nonce', (m) => (m.type === 'pairing-challenge' ? { ...m, nonce: flip(m.nonce) } : m)],
    ['the tag of the initiator', (m) => (m.type === 'pairing-answer' ? { ...m, tag: flip(m.tag) } : m)],
    ['the tag of the responder', (m) => (m.type === 'pairing-confirm' ? { ...m, tag: flip(m.tag) } : m)],
    ['the share of the initiator', (m) => (m.type === 'pairing-answer' ? { ...m, share: flip(m.share) } : m)],
    ['the share of the responder', (m) => (m.type === 'pairing-challenge' ? { ...m, share: flip(m.share) } : m)],
    ['both shares, by the neutral element', (m) => ('share' in m ? { ...m, share: new Uint8Array(32) } : m)],
    [
      'the initiator’s share, by the neutral element',
      (m) => (m.type === 'pairing-answer' ? { ...m, share: new Uint8Array(32) } : m),
    ],
  ];
  for (const [what, tamper] of tamperings) {
    it(`changing ${what} on the way breaks the run, and nothing of either device is told to the other`, async () => {
      const { codes, code } = await freshBook();
      const stored = emptyStored();
      const link = connect(tamper);
      const [a] = await pair(code, codes, { link, stored });
      assert.equal(a.status, 'rejected');
      assert.deepEqual(stored.initiator, []);
      assert.deepEqual(stored.responder, []);
      assert.ok(!link.wire.some(({ from, bytes }) => from === 'initiator' && Buffer.from(bytes).includes('laptop')));
    });
  }

  it('before both tags are checked the wire carries no name, no folder, no address, no word, no device', async () => {
    const { codes, code } = await freshBook();
    const link = connect();
    await pair(code, codes, { link });
    const messages = link.wire.map(({ from, bytes }) => ({ from, bytes, ...decodePairing(bytes) }));
    assert.deepEqual(
      messages.filter(({ from }) => from === 'initiator').map(({ type }) => type),
      ['pairing-open', 'pairing-answer', 'pairing-introduction', 'pairing-done'],
    );
    assert.deepEqual(
      messages.filter(({ from }) => from === 'responder').map(({ type }) => type),
      ['pairing-challenge', 'pairing-confirm', 'pairing-introduction', 'pairing-done'],
    );
    const secrets = [
      'laptop',
      'server',
      'Secret plans',
      bobFolder.id,
      '/ip4',
      '12D3KooW',
      ...parseCode(code).secret.split('-'),
    ];
    for (const { bytes } of messages.filter(({ type }) => !['pairing-introduction', 'pairing-done'].includes(type))) {
      for (const secret of secrets) assert.ok(!Buffer.from(bytes).includes(secret), secret);
    }
    // Nor does an introduction leave before the other side's tag came.
    const order = messages.map(({ from, type }) => `${from} ${type}`);
    assert.ok(order.indexOf('responder pairing-introduction') > order.indexOf('initiator pairing-answer'));
    assert.ok(order.indexOf('initiator pairing-introduction') > order.indexOf('responder pairing-confirm'));
  });

  it('a device that introduces itself as another one is not linked', async () => {
    for (const side of ['initiator', 'responder'] as const) {
      const { codes, code } = await freshBook();
      const stored = emptyStored();
      const link = connect((m, from) =>
        m.type === 'pairing-introduction' && from === side ? { ...m, device: mallory } : m,
      );
      const [a, b] = await pair(code, codes, { link, stored });
      assert.equal(side === 'initiator' ? b.status : a.status, 'rejected');
      assert.deepEqual(side === 'initiator' ? stored.responder : stored.initiator, []);
    }
  });

  it('messages out of order end the run', async () => {
    for (const message of [{ type: 'pairing-done' }, { type: 'pairing-confirm', tag: randomBytes(64) }] as const) {
      const { codes, code } = await freshBook();
      const [a, b] = await pair(code, codes, { link: connect((m) => (m.type === 'pairing-answer' ? message : m)) });
      assert.equal(a.status, 'rejected');
      assert.equal(b.status, 'rejected');
      assert.equal(codes.stateOf(code), 'waiting');
    }
  });

  it('another version is refused as such', async () => {
    const { codes, code } = await freshBook();
    const link = connect((m) => (m.type === 'pairing-open' ? { ...m, version: 2 } : m));
    const [a, b] = await pair(code, codes, { link });
    assert.equal(codeOf(a), 'PAIR_VERSION');
    assert.equal(codeOf(b), 'PAIR_VERSION');
    assert.equal(codes.wrongTries(code), 0);
  });

  it('a connection lost at any message leaves the initiator unlinked unless the responder is linked, and pairing again heals', async () => {
    const total = 8;
    for (let lost = 0; lost < total; lost++) {
      const { codes, code } = await freshBook();
      const stored = emptyStored();
      let sent = 0;
      const link = connect((message) => (sent++ === lost ? undefined : message));
      await pair(code, codes, { link, stored });
      assert.ok(stored.initiator.length <= stored.responder.length, `message ${lost}`);
      assert.ok(stored.responder.length === 0 || codes.stateOf(code) === 'used');
      const second = await codes.create();
      const [a, b] = await pair(second.code, codes, { stored });
      assert.equal(codeOf(a), 'ok', `message ${lost}`);
      assert.equal(codeOf(b), 'ok');
      assert.ok(stored.initiator.length >= 1 && stored.responder.length >= 1);
    }
  });

  it('once it has answered, an initiator never reports a failure that invites another automatic try', async () => {
    const interferences: [(m: PairingMessage) => PairingMessage | undefined, string][] = [
      [() => ({ type: 'pairing-refused', reason: 'no-such-code' }), 'PAIR_WRONG_CODE'],
      [() => ({ type: 'pairing-refused', reason: 'busy' }), 'PAIR_BUSY'],
      [() => ({ type: 'pairing-done' }), 'PAIR_INTERRUPTED'],
      [() => undefined, 'PAIR_INTERRUPTED'],
    ];
    for (const [interfere, expected] of interferences) {
      const { codes, code } = await freshBook();
      const link = connect((m) => (m.type === 'pairing-confirm' ? interfere(m) : m));
      assert.equal(codeOf((await pair(code, codes, { link }))[0]), expected);
    }
  });

  it('a silent partner is given up on, and an abort ends a run at once', async () => {
    const { code } = await freshBook();
    const options = {
      self: alice,
      remote: bob,
      deviceName: 'a',
      folders: [],
      addresses: [],
      code: parseCode(code),
      onVerified: () => Promise.reject(new Error('must not be called')),
    };
    await assert.rejects(
      runInitiator(connect().initiator, { ...options, messageMsMax: 20 }, never),
      /stopped answering/,
    );
    await assert.rejects(runInitiator(connect().initiator, { ...options, runMsMax: 20 }, never), /stopped answering/);
    const controller = new AbortController();
    const run = runInitiator(connect().initiator, options, controller.signal);
    controller.abort(new Error('called off'));
    await assert.rejects(run, /called off/);
  });

  it('a device does not link with itself', async () => {
    const { code } = await freshBook();
    const run = runInitiator(
      connect().initiator,
      {
        self: bob,
        remote: bob,
        deviceName: '',
        folders: [],
        addresses: [],
        code: parseCode(code),
        onVerified: async () => {},
      },
      never,
    );
    await assert.rejects(run, { code: 'PAIR_SELF' });
  });

  it('what does not fit into an introduction is left out, not refused', () => {
    const folders = Array.from({ length: 2000 }, (_, i) => ({
      id: `${'abcdefghijklmnopqrstuvwxyz'.slice(0, 22)}${[i >> 10, (i >> 5) & 31, i & 31].map((n) => 'abcdefghijklmnopqrstuvwxyz234567'[n]).join('')}a` as FolderId,
      label: '🙂'.repeat(100),
    }));
    const addresses = Array.from({ length: 200 }, (_, i) => `/ip4/${i}/${'x'.repeat(i * 5)}`);
    const made = introduce({ self: alice, deviceName: 'é'.repeat(200), folders, addresses });
    const read = decodePairing(encodePairing(made));
    assert.deepEqual(read, made);
    assert.ok(made.folders.length > 50);
    assert.equal(made.addresses.length, 64);
    assert.equal(made.deviceName, 'é'.repeat(128));
  });
});

function flip(bytes: Uint8Array): Uint8Array {
  // Not slice(): a Buffer's would be the sender's own memory.
  const flipped = Uint8Array.from(bytes);
  flipped[0] = (flipped[0] as number) ^ 2;
  return flipped;
}
