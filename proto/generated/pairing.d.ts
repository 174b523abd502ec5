import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace pairing. */
export namespace pairing {

    /**
     * Properties of a PairingMessage.
     * @deprecated Use pairing.PairingMessage.$Properties instead.
     */
    interface IPairingMessage extends pairing.PairingMessage.$Properties {
    }

    /** Represents a PairingMessage. */
    class PairingMessage {

        /**
         * Constructs a new PairingMessage.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.PairingMessage.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PairingMessage open. */
        open?: (pairing.Open.$Properties|null);

        /** PairingMessage challenge. */
        challenge?: (pairing.Challenge.$Properties|null);

        /** PairingMessage answer. */
        answer?: (pairing.Answer.$Properties|null);

        /** PairingMessage confirm. */
        confirm?: (pairing.Confirm.$Properties|null);

        /** PairingMessage introduction. */
        introduction?: (pairing.Introduction.$Properties|null);

        /** PairingMessage done. */
        done?: (pairing.Done.$Properties|null);

        /** PairingMessage refused. */
        refused?: (pairing.Refused.$Properties|null);

        /** PairingMessage message. */
        message?: ("open"|"challenge"|"answer"|"confirm"|"introduction"|"done"|"refused");

        /**
         * Creates a new PairingMessage instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PairingMessage instance
         */
        static create(properties: pairing.PairingMessage.$Shape): pairing.PairingMessage & pairing.PairingMessage.$Shape;
        static create(properties?: pairing.PairingMessage.$Properties): pairing.PairingMessage;

        /**
         * Encodes the specified PairingMessage message. Does not implicitly {@link pairing.PairingMessage.verify|verify} messages.
         * @param message PairingMessage message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.PairingMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PairingMessage message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.PairingMessage & pairing.PairingMessage.$Shape} PairingMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.PairingMessage & pairing.PairingMessage.$Shape;
    }

    namespace PairingMessage {

        /** Properties of a PairingMessage. */
        interface $Properties {

            /** PairingMessage open */
            open?: (pairing.Open.$Properties|null);

            /** PairingMessage challenge */
            challenge?: (pairing.Challenge.$Properties|null);

            /** PairingMessage answer */
            answer?: (pairing.Answer.$Properties|null);

            /** PairingMessage confirm */
            confirm?: (pairing.Confirm.$Properties|null);

            /** PairingMessage introduction */
            introduction?: (pairing.Introduction.$Properties|null);

            /** PairingMessage done */
            done?: (pairing.Done.$Properties|null);

            /** PairingMessage refused */
            refused?: (pairing.Refused.$Properties|null);

            /** PairingMessage message */
            message?: ("open"|"challenge"|"answer"|"confirm"|"introduction"|"done"|"refused");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a PairingMessage. */
        type $Shape = {
          open?: pairing.Open.$Shape|null;
          challenge?: pairing.Challenge.$Shape|null;
          answer?: pairing.Answer.$Shape|null;
          confirm?: pairing.Confirm.$Shape|null;
          introduction?: pairing.Introduction.$Shape|null;
          done?: pairing.Done.$Shape|null;
          refused?: pairing.Refused.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message?: undefined; open?: null; challenge?: null; answer?: null; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "open"; open: pairing.Open.$Shape; challenge?: null; answer?: null; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "challenge"; open?: null; challenge: pairing.Challenge.$Shape; answer?: null; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "answer"; open?: null; challenge?: null; answer: pairing.Answer.$Shape; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "confirm"; open?: null; challenge?: null; answer?: null; confirm: pairing.Confirm.$Shape; introduction?: null; done?: null; refused?: null }|{ message?: "introduction"; open?: null; challenge?: null; answer?: null; confirm?: null; introduction: pairing.Introduction.$Shape; done?: null; refused?: null }|{ message?: "done"; open?: null; challenge?: null; answer?: null; confirm?: null; introduction?: null; done: pairing.Done.$Shape; refused?: null }|{ message?: "refused"; open?: null; challenge?: null; answer?: null; confirm?: null; introduction?: null; done?: null; refused: pairing.Refused.$Shape })
        );
    }

    /**
     * Properties of an Open.
     * @deprecated Use pairing.Open.$Properties instead.
     */
    interface IOpen extends pairing.Open.$Properties {
    }

    /** Represents an Open. */
    class Open {

        /**
         * Constructs a new Open.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Open.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Open version. */
        version: number;

        /** Open nameplate. */
        nameplate: number;

        /** Open nonce. */
        nonce: Uint8Array;

        /**
         * Creates a new Open instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Open instance
         */
        static create(properties: pairing.Open.$Shape): pairing.Open & pairing.Open.$Shape;
        static create(properties?: pairing.Open.$Properties): pairing.Open;

        /**
         * Encodes the specified Open message. Does not implicitly {@link pairing.Open.verify|verify} messages.
         * @param message Open message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Open.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Open message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Open & pairing.Open.$Shape} Open
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Open & pairing.Open.$Shape;
    }

    namespace Open {

        /** Properties of an Open. */
        interface $Properties {

            /** Open version */
            version?: (number|null);

            /** Open nameplate */
            nameplate?: (number|null);

            /** Open nonce */
            nonce?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Open. */
        type $Shape = pairing.Open.$Properties;
    }

    /**
     * Properties of a Challenge.
     * @deprecated Use pairing.Challenge.$Properties instead.
     */
    interface IChallenge extends pairing.Challenge.$Properties {
    }

    /** Represents a Challenge. */
    class Challenge {

        /**
         * Constructs a new Challenge.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Challenge.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Challenge nonce. */
        nonce: Uint8Array;

        /** Challenge share. */
        share: Uint8Array;

        /**
         * Creates a new Challenge instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Challenge instance
         */
        static create(properties: pairing.Challenge.$Shape): pairing.Challenge & pairing.Challenge.$Shape;
        static create(properties?: pairing.Challenge.$Properties): pairing.Challenge;

        /**
         * Encodes the specified Challenge message. Does not implicitly {@link pairing.Challenge.verify|verify} messages.
         * @param message Challenge message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Challenge.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Challenge message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Challenge & pairing.Challenge.$Shape} Challenge
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Challenge & pairing.Challenge.$Shape;
    }

    namespace Challenge {

        /** Properties of a Challenge. */
        interface $Properties {

            /** Challenge nonce */
            nonce?: (Uint8Array|null);

            /** Challenge share */
            share?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Challenge. */
        type $Shape = pairing.Challenge.$Properties;
    }

    /**
     * Properties of an Answer.
     * @deprecated Use pairing.Answer.$Properties instead.
     */
    interface IAnswer extends pairing.Answer.$Properties {
    }

    /** Represents an Answer. */
    class Answer {

        /**
         * Constructs a new Answer.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Answer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Answer share. */
        share: Uint8Array;

        /** Answer tag. */
        tag: Uint8Array;

        /**
         * Creates a new Answer instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Answer instance
         */
        static create(properties: pairing.Answer.$Shape): pairing.Answer & pairing.Answer.$Shape;
        static create(properties?: pairing.Answer.$Properties): pairing.Answer;

        /**
         * Encodes the specified Answer message. Does not implicitly {@link pairing.Answer.verify|verify} messages.
         * @param message Answer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Answer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Answer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Answer & pairing.Answer.$Shape} Answer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Answer & pairing.Answer.$Shape;
    }

    namespace Answer {

        /** Properties of an Answer. */
        interface $Properties {

            /** Answer share */
            share?: (Uint8Array|null);

            /** Answer tag */
            tag?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Answer. */
        type $Shape = pairing.Answer.$Properties;
    }

    /**
     * Properties of a Confirm.
     * @deprecated Use pairing.Confirm.$Properties instead.
     */
    interface IConfirm extends pairing.Confirm.$Properties {
    }

    /** Represents a Confirm. */
    class Confirm {

        /**
         * Constructs a new Confirm.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Confirm.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Confirm tag. */
        tag: Uint8Array;

        /**
         * Creates a new Confirm instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Confirm instance
         */
        static create(properties: pairing.Confirm.$Shape): pairing.Confirm & pairing.Confirm.$Shape;
        static create(properties?: pairing.Confirm.$Properties): pairing.Confirm;

        /**
         * Encodes the specified Confirm message. Does not implicitly {@link pairing.Confirm.verify|verify} messages.
         * @param message Confirm message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Confirm.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Confirm message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Confirm & pairing.Confirm.$Shape} Confirm
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Confirm & pairing.Confirm.$Shape;
    }

    namespace Confirm {

        /** Properties of a Confirm. */
        interface $Properties {

            /** Confirm tag */
            tag?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Confirm. */
        type $Shape = pairing.Confirm.$Properties;
    }

    /**
     * Properties of an Introduction.
     * @deprecated Use pairing.Introduction.$Properties instead.
     */
    interface IIntroduction extends pairing.Introduction.$Properties {
    }

    /** Represents an Introduction. */
    class Introduction {

        /**
         * Constructs a new Introduction.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Introduction.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Introduction device. */
        device: Uint8Array;

        /** Introduction deviceName. */
        deviceName: Uint8Array;

        /** Introduction folders. */
        folders: pairing.OfferedFolder.$Properties[];

        /** Introduction addresses. */
        addresses: Uint8Array[];

        /**
         * Creates a new Introduction instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Introduction instance
         */
        static create(properties: pairing.Introduction.$Shape): pairing.Introduction & pairing.Introduction.$Shape;
        static create(properties?: pairing.Introduction.$Properties): pairing.Introduction;

        /**
         * Encodes the specified Introduction message. Does not implicitly {@link pairing.Introduction.verify|verify} messages.
         * @param message Introduction message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Introduction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Introduction message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Introduction & pairing.Introduction.$Shape} Introduction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Introduction & pairing.Introduction.$Shape;
    }

    namespace Introduction {

        /** Properties of an Introduction. */
        interface $Properties {

            /** Introduction device */
            device?: (Uint8Array|null);

            /** Introduction deviceName */
            deviceName?: (Uint8Array|null);

            /** Introduction folders */
            folders?: (pairing.OfferedFolder.$Properties[]|null);

            /** Introduction addresses */
            addresses?: (Uint8Array[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Introduction. */
        type $Shape = pairing.Introduction.$Properties;
    }

    /**
     * Properties of an OfferedFolder.
     * @deprecated Use pairing.OfferedFolder.$Properties instead.
     */
    interface IOfferedFolder extends pairing.OfferedFolder.$Properties {
    }

    /** Represents an OfferedFolder. */
    class OfferedFolder {

        /**
         * Constructs a new OfferedFolder.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.OfferedFolder.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OfferedFolder id. */
        id: Uint8Array;

        /** OfferedFolder label. */
        label: Uint8Array;

        /**
         * Creates a new OfferedFolder instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OfferedFolder instance
         */
        static create(properties: pairing.OfferedFolder.$Shape): pairing.OfferedFolder & pairing.OfferedFolder.$Shape;
        static create(properties?: pairing.OfferedFolder.$Properties): pairing.OfferedFolder;

        /**
         * Encodes the specified OfferedFolder message. Does not implicitly {@link pairing.OfferedFolder.verify|verify} messages.
         * @param message OfferedFolder message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.OfferedFolder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OfferedFolder message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.OfferedFolder & pairing.OfferedFolder.$Shape} OfferedFolder
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.OfferedFolder & pairing.OfferedFolder.$Shape;
    }

    namespace OfferedFolder {

        /** Properties of an OfferedFolder. */
        interface $Properties {

            /** OfferedFolder id */
            id?: (Uint8Array|null);

            /** OfferedFolder label */
            label?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OfferedFolder. */
        type $Shape = pairing.OfferedFolder.$Properties;
    }

    /**
     * Properties of a Done.
     * @deprecated Use pairing.Done.$Properties instead.
     */
    interface IDone extends pairing.Done.$Properties {
    }

    /** Represents a Done. */
    class Done {

        /**
         * Constructs a new Done.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Done.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new Done instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Done instance
         */
        static create(properties: pairing.Done.$Shape): pairing.Done & pairing.Done.$Shape;
        static create(properties?: pairing.Done.$Properties): pairing.Done;

        /**
         * Encodes the specified Done message. Does not implicitly {@link pairing.Done.verify|verify} messages.
         * @param message Done message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Done.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Done message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Done & pairing.Done.$Shape} Done
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Done & pairing.Done.$Shape;
    }

    namespace Done {

        /** Properties of a Done. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Done. */
        type $Shape = pairing.Done.$Properties;
    }

    /**
     * Properties of a Refused.
     * @deprecated Use pairing.Refused.$Properties instead.
     */
    interface IRefused extends pairing.Refused.$Properties {
    }

    /** Represents a Refused. */
    class Refused {

        /**
         * Constructs a new Refused.
         * @param [properties] Properties to set
         */
        constructor(properties?: pairing.Refused.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Refused reason. */
        reason: pairing.Refused.Reason;

        /**
         * Creates a new Refused instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Refused instance
         */
        static create(properties: pairing.Refused.$Shape): pairing.Refused & pairing.Refused.$Shape;
        static create(properties?: pairing.Refused.$Properties): pairing.Refused;

        /**
         * Encodes the specified Refused message. Does not implicitly {@link pairing.Refused.verify|verify} messages.
         * @param message Refused message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: pairing.Refused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Refused message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {pairing.Refused & pairing.Refused.$Shape} Refused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): pairing.Refused & pairing.Refused.$Shape;
    }

    namespace Refused {

        /** Properties of a Refused. */
        interface $Properties {

            /** Refused reason */
            reason?: (pairing.Refused.Reason|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Refused. */
        type $Shape = pairing.Refused.$Properties;

        /** Reason enum. */
        enum Reason {

            /** REASON_UNSPECIFIED value */
            REASON_UNSPECIFIED = 0,

            /** REASON_NO_SUCH_CODE value */
            REASON_NO_SUCH_CODE = 1,

            /** REASON_WRONG_CODE value */
            REASON_WRONG_CODE = 2,

            /** REASON_EXPIRED value */
            REASON_EXPIRED = 3,

            /** REASON_BURNT value */
            REASON_BURNT = 4,

            /** REASON_BUSY value */
            REASON_BUSY = 5,

            /** REASON_VERSION value */
            REASON_VERSION = 6,

            /** REASON_ALREADY_LINKED value */
            REASON_ALREADY_LINKED = 7
        }
    }
}
