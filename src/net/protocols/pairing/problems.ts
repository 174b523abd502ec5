/** How a run that ends without a link is told to people: one line each, what happened and what to do. */
import { Problem } from '../../../base/problem.ts';
import type { PairingMessage } from '../../../wire/messages.ts';
import { wrongTriesMax } from './code-book.ts';
import type { Role } from './key-schedule.ts';

type Refusal = Extract<PairingMessage, { type: 'pairing-refused' }>['reason'];

/** `nameplate`: of the code in question, where known. `side`: who reads it. 'not-authentic': the other side's tag was wrong. */
export function refusalProblem(
  reason: Refusal | 'not-authentic',
  nameplate: number | undefined,
  side: Role = 'initiator',
): Problem {
  const code = codes[reason];
  const message = side === 'initiator' ? forInitiator(reason, nameplate) : forResponder(reason, nameplate);
  return new Problem(code, message);
}

const codes = {
  'no-such-code': 'PAIR_NO_SUCH_CODE',
  'wrong-code': 'PAIR_WRONG_CODE',
  expired: 'PAIR_EXPIRED',
  burnt: 'PAIR_BURNT',
  busy: 'PAIR_BUSY',
  version: 'PAIR_VERSION',
  'already-linked': 'PAIR_ALREADY_LINKED',
  'not-authentic': 'PAIR_NOT_AUTHENTIC',
} as const;

const newCode = 'make a new one there with: p2psync pair';

function forInitiator(reason: Refusal | 'not-authentic', nameplate: number | undefined): string {
  const which = nameplate === undefined ? 'that number' : `the number ${nameplate}`;
  switch (reason) {
    case 'no-such-code':
      return `the other device has no code with ${which}; check the code, or ${newCode}`;
    case 'wrong-code':
      return `the code was not right; check its words and type it again (${wrongTriesMax} wrong tries end a code), or ${newCode}`;
    case 'expired':
      return `the code is too old, codes live ten minutes; ${newCode}`;
    case 'burnt':
      return `the code was used already or typed wrong too often; ${newCode}`;
    case 'busy':
      return 'the other device is busy with another try of this code; try again in a moment';
    case 'version':
      return 'the other device speaks another version of the pairing protocol; update p2psync on both devices';
    case 'already-linked':
      return 'the other device says that the two are linked already; look at: p2psync device ls';
    case 'not-authentic':
      return `the device that answered did not know the code, somebody may be in between; ${newCode}`;
  }
}

function forResponder(reason: Refusal | 'not-authentic', nameplate: number | undefined): string {
  const which = `the code with the number ${nameplate}`;
  switch (reason) {
    case 'no-such-code':
      return `a device asked for ${which}, which is not this device's`;
    case 'wrong-code':
      return `a device tried ${which} with wrong words`;
    case 'expired':
      return `a device tried ${which} after its time`;
    case 'burnt':
      return `a device tried ${which}, which is used up`;
    case 'busy':
      return `a device tried ${which} while other tries were under way`;
    case 'version':
      return 'a device asked to link in a version of the protocol that is not spoken here';
    case 'already-linked':
    case 'not-authentic':
      return `linking by ${which} was refused`;
  }
}
