/** The pairing protocol's stream as a channel of whole messages, for session.ts to talk over. */
import type { Stream } from '@libp2p/interface';
import { decodePairing, encodePairing } from '../../../wire/codec.ts';
import { readFrames, writeFrame } from '../../../wire/framing.ts';
import { limits } from '../../../wire/limits.ts';
import type { PairingMessage } from '../../../wire/messages.ts';

export interface PairingChannel {
  send(message: PairingMessage): Promise<void>;
  receive(): Promise<PairingMessage>;
}

/** Both methods reject when the stream ends or breaks; `receive` also for what is no pairing message. */
export function pairingChannel(stream: Stream, signal: AbortSignal): PairingChannel {
  const frames = readFrames(stream, { frameBytesMax: limits.pairingFrameBytesMax });
  return {
    send: (message) => writeFrame(stream, encodePairing(message), signal),
    receive: async () => {
      const frame = await frames.next();
      if (frame.done === true) throw new Error('the other device closed the stream');
      return decodePairing(frame.value);
    },
  };
}
