/** CPace against the published vectors: draft-irtf-cfrg-cpace-21, appendix B.3 (ristretto255, SHA-512). */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  calculateGenerator,
  createHalf,
  generatorString,
  lengthValueCat,
  sampleScalar,
  scalarFromBytes,
  scalarMultVerify,
  sessionKey,
  transcript,
} from '../../../../src/net/protocols/pairing/cpace.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const toHex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** The JSON of B.3.9 (base64 there), lower case. */
const vector = {
  PRS: hex('50617373776f7264'),
  CI: hex('0b415f696e69746961746f720b425f726573706f6e646572'),
  sid: hex('7e4b4791d6a8ef019b936c79fb7f2c57'),
  g: '222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56',
  ya: hex('da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08'),
  ADa: hex('414461'),
  Ya: 'd6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157',
  yb: hex('d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d'),
  ADb: hex('414462'),
  Yb: '3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258',
  K: '80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f',
  ISK_IR: `b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd
           2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447`,
} as const;

const inputs = { password: vector.PRS, channel: vector.CI, session: vector.sid };
const a = createHalf(inputs, scalarFromBytes(vector.ya));
const b = createHalf(inputs, scalarFromBytes(vector.yb));
const exchange = {
  initiatorShare: a.share,
  initiatorData: vector.ADa,
  responderShare: b.share,
  responderData: vector.ADb,
};

describe('cpace vectors of the CFRG draft', () => {
  it('B.3.1 calculate_generator', () => {
    assert.equal(toHex(calculateGenerator(inputs).toBytes()), vector.g);
  });

  it('B.3.2 and B.3.3 public shares', () => {
    assert.equal(toHex(a.share), vector.Ya);
    assert.equal(toHex(b.share), vector.Yb);
  });

  it('B.3.4 secret points', () => {
    assert.equal(toHex(scalarMultVerify(a.scalar, b.share)), vector.K);
    assert.equal(toHex(scalarMultVerify(b.scalar, a.share)), vector.K);
  });

  it('B.3.5 ISK of initiator and responder', () => {
    const expected = toHex(hex(vector.ISK_IR));
    assert.equal(toHex(sessionKey(a, b.share, vector.sid, exchange)), expected);
    assert.equal(toHex(sessionKey(b, a.share, vector.sid, exchange)), expected);
  });

  it('B.3.10 scalar_mult_vfy of a valid element', () => {
    const s = scalarFromBytes(hex('7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05'));
    const x = hex('2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c');
    const product = '7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e';
    assert.equal(toHex(scalarMultVerify(s, x)), product);
  });

  it('B.3.11 invalid elements and the neutral element are refused', () => {
    const s = scalarFromBytes(hex('7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05'));
    const invalid = hex('2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c');
    assert.equal(scalarMultVerify(s, invalid), undefined);
    assert.equal(scalarMultVerify(s, new Uint8Array(32)), undefined);
    assert.equal(sessionKey(a, new Uint8Array(32), vector.sid, exchange), undefined);
    assert.equal(sessionKey(a, invalid, vector.sid, exchange), undefined);
  });

  it('other encodings that RFC 9496 forbids are refused: non-canonical, negative, wrong length', () => {
    for (const bad of [
      'ff'.repeat(32),
      `${'00'.repeat(31)}80`,
      `01${'00'.repeat(31)}`,
      `edff${'ff'.repeat(29)}7f`,
      '',
      '00'.repeat(31),
    ]) {
      assert.equal(scalarMultVerify(5n, hex(bad)), undefined, bad);
    }
  });

  it('string functions: LEB128 lengths, padding that fills the first block', () => {
    assert.equal(toHex(lengthValueCat(hex(''), hex('aabb'))), '0002aabb');
    assert.equal(toHex(lengthValueCat(new Uint8Array(127)).subarray(0, 2)), '7f00');
    assert.equal(toHex(lengthValueCat(new Uint8Array(128)).subarray(0, 3)), '800100');
    assert.equal(toHex(lengthValueCat(new Uint8Array(20_000)).subarray(0, 4)), 'a09c0100');
    for (const length of [0, 1, 8, 50, 105, 106, 107, 108, 109, 200]) {
      const password = new Uint8Array(length).fill(1);
      const text = generatorString({ password, channel: hex('c1'), session: hex('51') });
      const padded = text.length - 4;
      assert.ok(padded >= 128, `${length}: ${padded}`);
      if (length < 100) assert.equal(padded, 128);
    }
    assert.equal(toHex(transcript(exchange)), `20${vector.Ya}0341446120${vector.Yb}03414462`);
  });

  it('scalars have 252 random bits and are never zero', () => {
    assert.equal(
      sampleScalar(() => new Uint8Array(32).fill(0xff)),
      2n ** 252n - 1n,
    );
    let calls = 0;
    const scalar = sampleScalar((length) => new Uint8Array(length).fill(calls++));
    assert.ok(scalar > 0n);
    assert.equal(calls, 2);
    assert.notEqual(sampleScalar(randomBytes), sampleScalar(randomBytes));
  });
});
