/**
 * One run of the pairing protocol, as initiator (a code was typed here) or as responder (the code was given here). Decides
 * nothing about codes (code-book.ts) and computes nothing (key-schedule.ts): it keeps the order in which things are said.
 *
 *   initiator                       responder
 *   open: version, number, nonce →
 *                                 ← challenge: nonce, share
 *   answer: share, tag            →   counts a try, then checks the tag
 *                                 ← confirm: tag
 *   checks the tag                  ← introduction (straight after confirm)
 *   introduction                  →   stores the link
 *                                 ← done
 *   stores the link; done         →
 *
 * Before the tags nothing travels but random numbers, curve points and the code's number.
 *
 * When the connection breaks: before the responder has stored, neither side has anything. After it and before the initiator
 * has stored, the responder alone is linked; that gives nothing away, since the initiator proved that it knew the code, and it
 * heals: the initiator reports a failure, is paired with a new code, and storing a link that is there succeeds. The initiator
 * never stores before the responder said that it has.
 */
import { randomBytes } from 'node:crypto';
import { withTimeout } from '../../../base/abort.ts';
import { messageOf, Problem } from '../../../base/problem.ts';
import type { DeviceId } from '../../../core/identifiers.ts';
import { ProtocolError } from '../../../wire/messages.ts';
import type { OfferedFolder, PairingMessage } from '../../../wire/messages.ts';
import type { Attempt, CodeBook } from './code-book.ts';
import { fingerprint } from './fingerprint.ts';
import { introduce } from './introduction.ts';
import type { Introduction, Self } from './introduction.ts';
import { nonceBytes, pairingHalf, pairingKeys, pairingVersion, tagsEqual } from './key-schedule.ts';
import type { PairingContext } from './key-schedule.ts';
import { refusalProblem } from './problems.ts';
import type { ParsedCode, RandomBytes } from './words.ts';

/** A whole run. */
export const runMsMax = 30_000;
/** The wait for one message. */
export const messageMsMax = 10_000;

/** Whole messages to and from one device over an authenticated connection. Both reject when the stream breaks or ends. */
export interface MessageChannel {
  send(message: PairingMessage): Promise<void>;
  receive(): Promise<PairingMessage>;
}

export interface PairingOptions extends Self {
  /** The other device as the connection authenticates it. */
  readonly remote: DeviceId;
  /**
   * Stores the link durably; linking a device that is linked already must succeed. Called once, after the other side has
   * proved that it knows the code and has introduced itself.
   */
  readonly onVerified: (introduction: Introduction) => Promise<void>;
  /** Default: node:crypto. */
  readonly random?: RandomBytes;
  readonly runMsMax?: number;
  readonly messageMsMax?: number;
}

export interface InitiatorOptions extends PairingOptions {
  readonly code: ParsedCode;
}

export interface ResponderOptions extends PairingOptions {
  readonly codes: CodeBook;
}

export interface PairingOutcome {
  readonly device: DeviceId;
  readonly deviceName: string;
  /** Four emoji, the same on both devices. */
  readonly fingerprint: string;
  readonly offers: readonly OfferedFolder[];
  readonly addresses: readonly string[];
}

/**
 * Links with the device that gave the code. Rejects with the signal's reason, or:
 *  - before this side proved anything: Problem PAIR_NO_SUCH_CODE, PAIR_EXPIRED, PAIR_BURNT, PAIR_BUSY, PAIR_VERSION, PAIR_SELF
 *    for what the other side answered, and whatever else went wrong as it is: another device may be tried;
 *  - afterwards always a Problem PAIR_…: the code must not be tried again by itself, because each run lets the other side
 *    test one guess.
 */
export function runInitiator(
  channel: MessageChannel,
  options: InitiatorOptions,
  signal: AbortSignal,
): Promise<PairingOutcome> {
  return limited(channel, options, signal, async (talk) => {
    refuseSelf(options);
    const random = options.random ?? randomBytes;
    const initiatorNonce = random(nonceBytes);
    const { code, self, remote } = options;
    await talk.send({
      type: 'pairing-open',
      version: pairingVersion,
      nameplate: code.nameplate,
      nonce: initiatorNonce,
    });
    const challenge = await talk.receive('pairing-challenge');
    const context: PairingContext = {
      role: 'initiator',
      code,
      initiator: self,
      responder: remote,
      initiatorNonce,
      responderNonce: challenge.nonce,
    };
    const half = pairingHalf(context, random);
    const keys = pairingKeys(context, half, challenge.share);
    if (keys === undefined) throw new ProtocolError('pairing.challenge.share', 'not a usable element');
    try {
      await talk.send({ type: 'pairing-answer', share: half.share, tag: keys.ownTag });
      const confirm = await talk.receive('pairing-confirm');
      if (!tagsEqual(confirm.tag, keys.theirTag)) throw refusalProblem('not-authentic', code.nameplate);
      await talk.send(introduce(options));
      const introduction = await talk.receive('pairing-introduction');
      checkIntroduction(introduction, remote);
      await talk.receive('pairing-done');
      await options.onVerified(introduction);
      await talk.sendLast({ type: 'pairing-done' });
      return outcome(introduction, keys.fingerprintBytes);
    } catch (error) {
      throw afterAnswer(error, code.nameplate, signal);
    }
  });
}

/**
 * Answers one device that opened a run. Rejects with a Problem PAIR_… (for logs and people) when no link came of it, with the
 * signal's reason, or with the failure of the channel or of storage. Resolves once the link is stored here, whether or not the
 * other side's last message arrives.
 */
export function runResponder(
  channel: MessageChannel,
  options: ResponderOptions,
  signal: AbortSignal,
): Promise<PairingOutcome> {
  return limited(channel, options, signal, async (talk) => {
    refuseSelf(options);
    const open = await talk.receive('pairing-open');
    if (open.version !== pairingVersion) return talk.refuse('version', open.nameplate);
    const admission = options.codes.admit(open.nameplate);
    if (typeof admission === 'string') return talk.refuse(admission, open.nameplate);
    let attempt: Attempt | undefined;
    try {
      const random = options.random ?? randomBytes;
      const context: PairingContext = {
        role: 'responder',
        code: admission.code,
        initiator: options.remote,
        responder: options.self,
        initiatorNonce: open.nonce,
        responderNonce: random(nonceBytes),
      };
      const half = pairingHalf(context, random);
      await talk.send({ type: 'pairing-challenge', nonce: context.responderNonce, share: half.share });
      const answer = await talk.receive('pairing-answer');

      // From here on the guess could be checked: the try is on disk before it is.
      const begun = await admission.beginTry();
      if (typeof begun === 'string') return await talk.refuse(begun, open.nameplate);
      attempt = begun;
      const keys = pairingKeys(context, half, answer.share);
      if (keys === undefined || !tagsEqual(answer.tag, keys.theirTag)) {
        attempt.fail();
        return await talk.refuse('wrong-code', open.nameplate);
      }
      if (!(await attempt.succeed())) return await talk.refuse('burnt', open.nameplate);

      await talk.send({ type: 'pairing-confirm', tag: keys.ownTag });
      await talk.send(introduce(options));
      const introduction = await talk.receive('pairing-introduction');
      checkIntroduction(introduction, options.remote);
      await options.onVerified(introduction);
      await talk.sendLast({ type: 'pairing-done' });
      await talk.receiveLast();
      return outcome(introduction, keys.fingerprintBytes);
    } finally {
      attempt?.fail();
      admission.release();
    }
  });
}

type MessageOf<Type extends PairingMessage['type']> = Extract<PairingMessage, { type: Type }>;
type Refusal = MessageOf<'pairing-refused'>['reason'];

/** The channel with time limits, the order of messages and refusals. */
interface Talk {
  send(message: PairingMessage): Promise<void>;
  /** The next message, which must be of this type. Rejects with a Problem when the other side refuses instead. */
  receive<Type extends PairingMessage['type']>(type: Type): Promise<MessageOf<Type>>;
  /** Tells the other side why, and rejects with the same reason. */
  refuse(reason: Refusal, nameplate: number): Promise<never>;
  /** For what no longer changes the outcome: the link is stored. */
  sendLast(message: PairingMessage): Promise<void>;
  receiveLast(): Promise<void>;
}

function limited<T>(
  channel: MessageChannel,
  options: PairingOptions,
  signal: AbortSignal,
  run: (talk: Talk) => Promise<T>,
): Promise<T> {
  const silent = (): Error => new Error('the other device stopped answering');
  return withTimeout(options.runMsMax ?? runMsMax, silent(), signal, (linked) => {
    const timed = <R>(work: () => Promise<R>): Promise<R> =>
      withTimeout(options.messageMsMax ?? messageMsMax, silent(), linked, (stop) => untilAborted(work(), stop));
    let nameplate: number | undefined;
    const talk: Talk = {
      send: (message) => {
        if (message.type === 'pairing-open') nameplate = message.nameplate;
        return timed(() => channel.send(message));
      },
      receive: async (type) => {
        const message = await timed(() => channel.receive());
        if (message.type === 'pairing-refused') throw refusalProblem(message.reason, nameplate);
        if (!isOfType(message, type)) {
          throw new ProtocolError('pairing', `a ${message.type} where a ${type} should come`);
        }
        return message;
      },
      refuse: async (reason, refused) => {
        await talk.sendLast({ type: 'pairing-refused', reason });
        throw refusalProblem(reason, refused, 'responder');
      },
      sendLast: (message) => timed(() => channel.send(message)).catch(() => rethrowAbort(signal)),
      receiveLast: () =>
        timed(() => channel.receive()).then(
          () => undefined,
          () => rethrowAbort(signal),
        ),
    };
    return run(talk);
  });
}

/** The far side is gone, which changes nothing any more; but our own caller's abort is still one. */
function rethrowAbort(signal: AbortSignal): void {
  signal.throwIfAborted();
}

function isOfType<Type extends PairingMessage['type']>(
  message: PairingMessage,
  type: Type,
): message is MessageOf<Type> {
  return message.type === type;
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function refuseSelf({ self, remote }: PairingOptions): void {
  if (self === remote) {
    throw new Problem('PAIR_SELF', 'this code was given by this very device; type it on the other one');
  }
}

/** A device speaks for itself alone (I13). */
function checkIntroduction(introduction: Introduction, remote: DeviceId): void {
  if (introduction.device !== remote) {
    throw new ProtocolError(
      'pairing.introduction.device',
      'is not the device that the connection is authenticated for',
    );
  }
}

function afterAnswer(error: unknown, nameplate: number, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  // A device that has no such code could not have answered it: it wanted another guess.
  if (error instanceof Problem && error.code === 'PAIR_NO_SUCH_CODE') return refusalProblem('wrong-code', nameplate);
  if (error instanceof Problem) return error;
  return new Problem(
    'PAIR_INTERRUPTED',
    `linking broke off (${messageOf(error)}); make a new code on the other device and try again`,
    { cause: error },
  );
}

function outcome(introduction: Introduction, fingerprintBytes: Uint8Array): PairingOutcome {
  const { device, deviceName, folders, addresses } = introduction;
  return { device, deviceName, fingerprint: fingerprint(fingerprintBytes), offers: folders, addresses };
}
