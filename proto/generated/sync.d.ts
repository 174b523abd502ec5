import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace sync. */
export namespace sync {

    /**
     * Properties of a HelloMessage.
     * @deprecated Use sync.HelloMessage.$Properties instead.
     */
    interface IHelloMessage extends sync.HelloMessage.$Properties {
    }

    /** Represents a HelloMessage. */
    class HelloMessage {

        /**
         * Constructs a new HelloMessage.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.HelloMessage.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HelloMessage hello. */
        hello?: (sync.Hello.$Properties|null);

        /** HelloMessage ping. */
        ping?: (sync.Ping.$Properties|null);

        /** HelloMessage pong. */
        pong?: (sync.Pong.$Properties|null);

        /** HelloMessage goodbye. */
        goodbye?: (sync.Goodbye.$Properties|null);

        /** HelloMessage message. */
        message?: ("hello"|"ping"|"pong"|"goodbye");

        /**
         * Creates a new HelloMessage instance using the specified properties.
         * @param [properties] Properties to set
         * @returns HelloMessage instance
         */
        static create(properties: sync.HelloMessage.$Shape): sync.HelloMessage & sync.HelloMessage.$Shape;
        static create(properties?: sync.HelloMessage.$Properties): sync.HelloMessage;

        /**
         * Encodes the specified HelloMessage message. Does not implicitly {@link sync.HelloMessage.verify|verify} messages.
         * @param message HelloMessage message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.HelloMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HelloMessage message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.HelloMessage & sync.HelloMessage.$Shape} HelloMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.HelloMessage & sync.HelloMessage.$Shape;
    }

    namespace HelloMessage {

        /** Properties of a HelloMessage. */
        interface $Properties {

            /** HelloMessage hello */
            hello?: (sync.Hello.$Properties|null);

            /** HelloMessage ping */
            ping?: (sync.Ping.$Properties|null);

            /** HelloMessage pong */
            pong?: (sync.Pong.$Properties|null);

            /** HelloMessage goodbye */
            goodbye?: (sync.Goodbye.$Properties|null);

            /** HelloMessage message */
            message?: ("hello"|"ping"|"pong"|"goodbye");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a HelloMessage. */
        type $Shape = {
          hello?: sync.Hello.$Shape|null;
          ping?: sync.Ping.$Shape|null;
          pong?: sync.Pong.$Shape|null;
          goodbye?: sync.Goodbye.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message?: undefined; hello?: null; ping?: null; pong?: null; goodbye?: null }|{ message?: "hello"; hello: sync.Hello.$Shape; ping?: null; pong?: null; goodbye?: null }|{ message?: "ping"; hello?: null; ping: sync.Ping.$Shape; pong?: null; goodbye?: null }|{ message?: "pong"; hello?: null; ping?: null; pong: sync.Pong.$Shape; goodbye?: null }|{ message?: "goodbye"; hello?: null; ping?: null; pong?: null; goodbye: sync.Goodbye.$Shape })
        );
    }

    /**
     * Properties of a Hello.
     * @deprecated Use sync.Hello.$Properties instead.
     */
    interface IHello extends sync.Hello.$Properties {
    }

    /** Represents a Hello. */
    class Hello {

        /**
         * Constructs a new Hello.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.Hello.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Hello deviceName. */
        deviceName: Uint8Array;

        /** Hello clientVersion. */
        clientVersion: Uint8Array;

        /** Hello folders. */
        folders: sync.OfferedFolder.$Properties[];

        /**
         * Creates a new Hello instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Hello instance
         */
        static create(properties: sync.Hello.$Shape): sync.Hello & sync.Hello.$Shape;
        static create(properties?: sync.Hello.$Properties): sync.Hello;

        /**
         * Encodes the specified Hello message. Does not implicitly {@link sync.Hello.verify|verify} messages.
         * @param message Hello message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Hello message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.Hello & sync.Hello.$Shape} Hello
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.Hello & sync.Hello.$Shape;
    }

    namespace Hello {

        /** Properties of a Hello. */
        interface $Properties {

            /** Hello deviceName */
            deviceName?: (Uint8Array|null);

            /** Hello clientVersion */
            clientVersion?: (Uint8Array|null);

            /** Hello folders */
            folders?: (sync.OfferedFolder.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Hello. */
        type $Shape = sync.Hello.$Properties;
    }

    /**
     * Properties of an OfferedFolder.
     * @deprecated Use sync.OfferedFolder.$Properties instead.
     */
    interface IOfferedFolder extends sync.OfferedFolder.$Properties {
    }

    /** Represents an OfferedFolder. */
    class OfferedFolder {

        /**
         * Constructs a new OfferedFolder.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.OfferedFolder.$Properties);

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
        static create(properties: sync.OfferedFolder.$Shape): sync.OfferedFolder & sync.OfferedFolder.$Shape;
        static create(properties?: sync.OfferedFolder.$Properties): sync.OfferedFolder;

        /**
         * Encodes the specified OfferedFolder message. Does not implicitly {@link sync.OfferedFolder.verify|verify} messages.
         * @param message OfferedFolder message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.OfferedFolder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OfferedFolder message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.OfferedFolder & sync.OfferedFolder.$Shape} OfferedFolder
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.OfferedFolder & sync.OfferedFolder.$Shape;
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
        type $Shape = sync.OfferedFolder.$Properties;
    }

    /**
     * Properties of a Ping.
     * @deprecated Use sync.Ping.$Properties instead.
     */
    interface IPing extends sync.Ping.$Properties {
    }

    /** Represents a Ping. */
    class Ping {

        /**
         * Constructs a new Ping.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.Ping.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Ping nonce. */
        nonce: number;

        /**
         * Creates a new Ping instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Ping instance
         */
        static create(properties: sync.Ping.$Shape): sync.Ping & sync.Ping.$Shape;
        static create(properties?: sync.Ping.$Properties): sync.Ping;

        /**
         * Encodes the specified Ping message. Does not implicitly {@link sync.Ping.verify|verify} messages.
         * @param message Ping message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Ping message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.Ping & sync.Ping.$Shape} Ping
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.Ping & sync.Ping.$Shape;
    }

    namespace Ping {

        /** Properties of a Ping. */
        interface $Properties {

            /** Ping nonce */
            nonce?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Ping. */
        type $Shape = sync.Ping.$Properties;
    }

    /**
     * Properties of a Pong.
     * @deprecated Use sync.Pong.$Properties instead.
     */
    interface IPong extends sync.Pong.$Properties {
    }

    /** Represents a Pong. */
    class Pong {

        /**
         * Constructs a new Pong.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.Pong.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Pong nonce. */
        nonce: number;

        /**
         * Creates a new Pong instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Pong instance
         */
        static create(properties: sync.Pong.$Shape): sync.Pong & sync.Pong.$Shape;
        static create(properties?: sync.Pong.$Properties): sync.Pong;

        /**
         * Encodes the specified Pong message. Does not implicitly {@link sync.Pong.verify|verify} messages.
         * @param message Pong message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Pong message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.Pong & sync.Pong.$Shape} Pong
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.Pong & sync.Pong.$Shape;
    }

    namespace Pong {

        /** Properties of a Pong. */
        interface $Properties {

            /** Pong nonce */
            nonce?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Pong. */
        type $Shape = sync.Pong.$Properties;
    }

    /**
     * Properties of a Goodbye.
     * @deprecated Use sync.Goodbye.$Properties instead.
     */
    interface IGoodbye extends sync.Goodbye.$Properties {
    }

    /** Represents a Goodbye. */
    class Goodbye {

        /**
         * Constructs a new Goodbye.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.Goodbye.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Goodbye reason. */
        reason: sync.Goodbye.Reason;

        /**
         * Creates a new Goodbye instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Goodbye instance
         */
        static create(properties: sync.Goodbye.$Shape): sync.Goodbye & sync.Goodbye.$Shape;
        static create(properties?: sync.Goodbye.$Properties): sync.Goodbye;

        /**
         * Encodes the specified Goodbye message. Does not implicitly {@link sync.Goodbye.verify|verify} messages.
         * @param message Goodbye message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.Goodbye.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Goodbye message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.Goodbye & sync.Goodbye.$Shape} Goodbye
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.Goodbye & sync.Goodbye.$Shape;
    }

    namespace Goodbye {

        /** Properties of a Goodbye. */
        interface $Properties {

            /** Goodbye reason */
            reason?: (sync.Goodbye.Reason|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Goodbye. */
        type $Shape = sync.Goodbye.$Properties;

        /** Reason enum. */
        enum Reason {

            /** REASON_UNSPECIFIED value */
            REASON_UNSPECIFIED = 0,

            /** REASON_SHUTDOWN value */
            REASON_SHUTDOWN = 1,

            /** REASON_UNLINKED value */
            REASON_UNLINKED = 2
        }
    }

    /**
     * Properties of an IndexMessage.
     * @deprecated Use sync.IndexMessage.$Properties instead.
     */
    interface IIndexMessage extends sync.IndexMessage.$Properties {
    }

    /** Represents an IndexMessage. */
    class IndexMessage {

        /**
         * Constructs a new IndexMessage.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexMessage.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexMessage request. */
        request?: (sync.IndexRequest.$Properties|null);

        /** IndexMessage ack. */
        ack?: (sync.IndexAck.$Properties|null);

        /** IndexMessage start. */
        start?: (sync.IndexStart.$Properties|null);

        /** IndexMessage update. */
        update?: (sync.IndexUpdate.$Properties|null);

        /** IndexMessage state. */
        state?: (sync.IndexState.$Properties|null);

        /** IndexMessage refused. */
        refused?: (sync.IndexRefused.$Properties|null);

        /** IndexMessage message. */
        message?: ("request"|"ack"|"start"|"update"|"state"|"refused");

        /**
         * Creates a new IndexMessage instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexMessage instance
         */
        static create(properties: sync.IndexMessage.$Shape): sync.IndexMessage & sync.IndexMessage.$Shape;
        static create(properties?: sync.IndexMessage.$Properties): sync.IndexMessage;

        /**
         * Encodes the specified IndexMessage message. Does not implicitly {@link sync.IndexMessage.verify|verify} messages.
         * @param message IndexMessage message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexMessage message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexMessage & sync.IndexMessage.$Shape} IndexMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexMessage & sync.IndexMessage.$Shape;
    }

    namespace IndexMessage {

        /** Properties of an IndexMessage. */
        interface $Properties {

            /** IndexMessage request */
            request?: (sync.IndexRequest.$Properties|null);

            /** IndexMessage ack */
            ack?: (sync.IndexAck.$Properties|null);

            /** IndexMessage start */
            start?: (sync.IndexStart.$Properties|null);

            /** IndexMessage update */
            update?: (sync.IndexUpdate.$Properties|null);

            /** IndexMessage state */
            state?: (sync.IndexState.$Properties|null);

            /** IndexMessage refused */
            refused?: (sync.IndexRefused.$Properties|null);

            /** IndexMessage message */
            message?: ("request"|"ack"|"start"|"update"|"state"|"refused");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of an IndexMessage. */
        type $Shape = {
          request?: sync.IndexRequest.$Shape|null;
          ack?: sync.IndexAck.$Shape|null;
          start?: sync.IndexStart.$Shape|null;
          update?: sync.IndexUpdate.$Shape|null;
          state?: sync.IndexState.$Shape|null;
          refused?: sync.IndexRefused.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message?: undefined; request?: null; ack?: null; start?: null; update?: null; state?: null; refused?: null }|{ message?: "request"; request: sync.IndexRequest.$Shape; ack?: null; start?: null; update?: null; state?: null; refused?: null }|{ message?: "ack"; request?: null; ack: sync.IndexAck.$Shape; start?: null; update?: null; state?: null; refused?: null }|{ message?: "start"; request?: null; ack?: null; start: sync.IndexStart.$Shape; update?: null; state?: null; refused?: null }|{ message?: "update"; request?: null; ack?: null; start?: null; update: sync.IndexUpdate.$Shape; state?: null; refused?: null }|{ message?: "state"; request?: null; ack?: null; start?: null; update?: null; state: sync.IndexState.$Shape; refused?: null }|{ message?: "refused"; request?: null; ack?: null; start?: null; update?: null; state?: null; refused: sync.IndexRefused.$Shape })
        );
    }

    /**
     * Properties of an IndexRequest.
     * @deprecated Use sync.IndexRequest.$Properties instead.
     */
    interface IIndexRequest extends sync.IndexRequest.$Properties {
    }

    /** Represents an IndexRequest. */
    class IndexRequest {

        /**
         * Constructs a new IndexRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexRequest folder. */
        folder: Uint8Array;

        /** IndexRequest replica. */
        replica?: (Uint8Array|null);

        /** IndexRequest after. */
        after: number;

        /** IndexRequest epoch. */
        epoch?: (Uint8Array|null);

        /**
         * Creates a new IndexRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexRequest instance
         */
        static create(properties: sync.IndexRequest.$Shape): sync.IndexRequest & sync.IndexRequest.$Shape;
        static create(properties?: sync.IndexRequest.$Properties): sync.IndexRequest;

        /**
         * Encodes the specified IndexRequest message. Does not implicitly {@link sync.IndexRequest.verify|verify} messages.
         * @param message IndexRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexRequest & sync.IndexRequest.$Shape} IndexRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexRequest & sync.IndexRequest.$Shape;
    }

    namespace IndexRequest {

        /** Properties of an IndexRequest. */
        interface $Properties {

            /** IndexRequest folder */
            folder?: (Uint8Array|null);

            /** IndexRequest replica */
            replica?: (Uint8Array|null);

            /** IndexRequest after */
            after?: (number|null);

            /** IndexRequest epoch */
            epoch?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexRequest. */
        type $Shape = sync.IndexRequest.$Properties;
    }

    /**
     * Properties of an IndexAck.
     * @deprecated Use sync.IndexAck.$Properties instead.
     */
    interface IIndexAck extends sync.IndexAck.$Properties {
    }

    /** Represents an IndexAck. */
    class IndexAck {

        /**
         * Constructs a new IndexAck.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexAck.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexAck sequence. */
        sequence: number;

        /**
         * Creates a new IndexAck instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexAck instance
         */
        static create(properties: sync.IndexAck.$Shape): sync.IndexAck & sync.IndexAck.$Shape;
        static create(properties?: sync.IndexAck.$Properties): sync.IndexAck;

        /**
         * Encodes the specified IndexAck message. Does not implicitly {@link sync.IndexAck.verify|verify} messages.
         * @param message IndexAck message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexAck message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexAck & sync.IndexAck.$Shape} IndexAck
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexAck & sync.IndexAck.$Shape;
    }

    namespace IndexAck {

        /** Properties of an IndexAck. */
        interface $Properties {

            /** IndexAck sequence */
            sequence?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexAck. */
        type $Shape = sync.IndexAck.$Properties;
    }

    /**
     * Properties of an IndexStart.
     * @deprecated Use sync.IndexStart.$Properties instead.
     */
    interface IIndexStart extends sync.IndexStart.$Properties {
    }

    /** Represents an IndexStart. */
    class IndexStart {

        /**
         * Constructs a new IndexStart.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexStart.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexStart replica. */
        replica: Uint8Array;

        /** IndexStart after. */
        after: number;

        /**
         * Creates a new IndexStart instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexStart instance
         */
        static create(properties: sync.IndexStart.$Shape): sync.IndexStart & sync.IndexStart.$Shape;
        static create(properties?: sync.IndexStart.$Properties): sync.IndexStart;

        /**
         * Encodes the specified IndexStart message. Does not implicitly {@link sync.IndexStart.verify|verify} messages.
         * @param message IndexStart message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexStart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexStart message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexStart & sync.IndexStart.$Shape} IndexStart
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexStart & sync.IndexStart.$Shape;
    }

    namespace IndexStart {

        /** Properties of an IndexStart. */
        interface $Properties {

            /** IndexStart replica */
            replica?: (Uint8Array|null);

            /** IndexStart after */
            after?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexStart. */
        type $Shape = sync.IndexStart.$Properties;
    }

    /**
     * Properties of an IndexUpdate.
     * @deprecated Use sync.IndexUpdate.$Properties instead.
     */
    interface IIndexUpdate extends sync.IndexUpdate.$Properties {
    }

    /** Represents an IndexUpdate. */
    class IndexUpdate {

        /**
         * Constructs a new IndexUpdate.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexUpdate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexUpdate replicas. */
        replicas: Uint8Array;

        /** IndexUpdate records. */
        records: sync.IndexRecord.$Properties[];

        /** IndexUpdate upTo. */
        upTo: number;

        /** IndexUpdate caughtUp. */
        caughtUp: boolean;

        /** IndexUpdate epoch. */
        epoch?: (Uint8Array|null);

        /**
         * Creates a new IndexUpdate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexUpdate instance
         */
        static create(properties: sync.IndexUpdate.$Shape): sync.IndexUpdate & sync.IndexUpdate.$Shape;
        static create(properties?: sync.IndexUpdate.$Properties): sync.IndexUpdate;

        /**
         * Encodes the specified IndexUpdate message. Does not implicitly {@link sync.IndexUpdate.verify|verify} messages.
         * @param message IndexUpdate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexUpdate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexUpdate & sync.IndexUpdate.$Shape} IndexUpdate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexUpdate & sync.IndexUpdate.$Shape;
    }

    namespace IndexUpdate {

        /** Properties of an IndexUpdate. */
        interface $Properties {

            /** IndexUpdate replicas */
            replicas?: (Uint8Array|null);

            /** IndexUpdate records */
            records?: (sync.IndexRecord.$Properties[]|null);

            /** IndexUpdate upTo */
            upTo?: (number|null);

            /** IndexUpdate caughtUp */
            caughtUp?: (boolean|null);

            /** IndexUpdate epoch */
            epoch?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexUpdate. */
        type $Shape = sync.IndexUpdate.$Properties;
    }

    /**
     * Properties of an IndexRecord.
     * @deprecated Use sync.IndexRecord.$Properties instead.
     */
    interface IIndexRecord extends sync.IndexRecord.$Properties {
    }

    /** Represents an IndexRecord. */
    class IndexRecord {

        /**
         * Constructs a new IndexRecord.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexRecord.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexRecord path. */
        path: Uint8Array;

        /** IndexRecord kind. */
        kind: sync.IndexRecord.Kind;

        /** IndexRecord sequence. */
        sequence: number;

        /** IndexRecord versionReplicas. */
        versionReplicas: number[];

        /** IndexRecord versionCounters. */
        versionCounters: number[];

        /** IndexRecord dotReplica. */
        dotReplica: number;

        /** IndexRecord dotCounter. */
        dotCounter: number;

        /** IndexRecord size. */
        size: number;

        /** IndexRecord mtimeUs. */
        mtimeUs: number;

        /** IndexRecord executable. */
        executable: boolean;

        /** IndexRecord contentHash. */
        contentHash: Uint8Array;

        /** IndexRecord target. */
        target: Uint8Array;

        /**
         * Creates a new IndexRecord instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexRecord instance
         */
        static create(properties: sync.IndexRecord.$Shape): sync.IndexRecord & sync.IndexRecord.$Shape;
        static create(properties?: sync.IndexRecord.$Properties): sync.IndexRecord;

        /**
         * Encodes the specified IndexRecord message. Does not implicitly {@link sync.IndexRecord.verify|verify} messages.
         * @param message IndexRecord message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexRecord message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexRecord & sync.IndexRecord.$Shape} IndexRecord
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexRecord & sync.IndexRecord.$Shape;
    }

    namespace IndexRecord {

        /** Properties of an IndexRecord. */
        interface $Properties {

            /** IndexRecord path */
            path?: (Uint8Array|null);

            /** IndexRecord kind */
            kind?: (sync.IndexRecord.Kind|null);

            /** IndexRecord sequence */
            sequence?: (number|null);

            /** IndexRecord versionReplicas */
            versionReplicas?: (number[]|null);

            /** IndexRecord versionCounters */
            versionCounters?: (number[]|null);

            /** IndexRecord dotReplica */
            dotReplica?: (number|null);

            /** IndexRecord dotCounter */
            dotCounter?: (number|null);

            /** IndexRecord size */
            size?: (number|null);

            /** IndexRecord mtimeUs */
            mtimeUs?: (number|null);

            /** IndexRecord executable */
            executable?: (boolean|null);

            /** IndexRecord contentHash */
            contentHash?: (Uint8Array|null);

            /** IndexRecord target */
            target?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexRecord. */
        type $Shape = sync.IndexRecord.$Properties;

        /** Kind enum. */
        enum Kind {

            /** KIND_UNSPECIFIED value */
            KIND_UNSPECIFIED = 0,

            /** KIND_FILE value */
            KIND_FILE = 1,

            /** KIND_DIRECTORY value */
            KIND_DIRECTORY = 2,

            /** KIND_SYMLINK value */
            KIND_SYMLINK = 3,

            /** KIND_DELETED value */
            KIND_DELETED = 4
        }
    }

    /**
     * Properties of an IndexState.
     * @deprecated Use sync.IndexState.$Properties instead.
     */
    interface IIndexState extends sync.IndexState.$Properties {
    }

    /** Represents an IndexState. */
    class IndexState {

        /**
         * Constructs a new IndexState.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexState.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexState sequence. */
        sequence: number;

        /** IndexState digest. */
        digest: Uint8Array;

        /** IndexState state. */
        state: sync.IndexState.State;

        /** IndexState needFiles. */
        needFiles: number;

        /** IndexState needBytes. */
        needBytes: number;

        /**
         * Creates a new IndexState instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexState instance
         */
        static create(properties: sync.IndexState.$Shape): sync.IndexState & sync.IndexState.$Shape;
        static create(properties?: sync.IndexState.$Properties): sync.IndexState;

        /**
         * Encodes the specified IndexState message. Does not implicitly {@link sync.IndexState.verify|verify} messages.
         * @param message IndexState message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexState message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexState & sync.IndexState.$Shape} IndexState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexState & sync.IndexState.$Shape;
    }

    namespace IndexState {

        /** Properties of an IndexState. */
        interface $Properties {

            /** IndexState sequence */
            sequence?: (number|null);

            /** IndexState digest */
            digest?: (Uint8Array|null);

            /** IndexState state */
            state?: (sync.IndexState.State|null);

            /** IndexState needFiles */
            needFiles?: (number|null);

            /** IndexState needBytes */
            needBytes?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexState. */
        type $Shape = sync.IndexState.$Properties;

        /** State enum. */
        enum State {

            /** STATE_UNSPECIFIED value */
            STATE_UNSPECIFIED = 0,

            /** STATE_SCANNING value */
            STATE_SCANNING = 1,

            /** STATE_SYNCING value */
            STATE_SYNCING = 2,

            /** STATE_IDLE value */
            STATE_IDLE = 3,

            /** STATE_PAUSED value */
            STATE_PAUSED = 4,

            /** STATE_ERROR value */
            STATE_ERROR = 5
        }
    }

    /**
     * Properties of an IndexRefused.
     * @deprecated Use sync.IndexRefused.$Properties instead.
     */
    interface IIndexRefused extends sync.IndexRefused.$Properties {
    }

    /** Represents an IndexRefused. */
    class IndexRefused {

        /**
         * Constructs a new IndexRefused.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.IndexRefused.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IndexRefused reason. */
        reason: sync.IndexRefused.Reason;

        /**
         * Creates a new IndexRefused instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IndexRefused instance
         */
        static create(properties: sync.IndexRefused.$Shape): sync.IndexRefused & sync.IndexRefused.$Shape;
        static create(properties?: sync.IndexRefused.$Properties): sync.IndexRefused;

        /**
         * Encodes the specified IndexRefused message. Does not implicitly {@link sync.IndexRefused.verify|verify} messages.
         * @param message IndexRefused message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.IndexRefused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IndexRefused message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.IndexRefused & sync.IndexRefused.$Shape} IndexRefused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.IndexRefused & sync.IndexRefused.$Shape;
    }

    namespace IndexRefused {

        /** Properties of an IndexRefused. */
        interface $Properties {

            /** IndexRefused reason */
            reason?: (sync.IndexRefused.Reason|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IndexRefused. */
        type $Shape = sync.IndexRefused.$Properties;

        /** Reason enum. */
        enum Reason {

            /** REASON_UNSPECIFIED value */
            REASON_UNSPECIFIED = 0,

            /** REASON_UNKNOWN_FOLDER value */
            REASON_UNKNOWN_FOLDER = 1,

            /** REASON_NOT_READY value */
            REASON_NOT_READY = 2
        }
    }

    /**
     * Properties of a ChunksMessage.
     * @deprecated Use sync.ChunksMessage.$Properties instead.
     */
    interface IChunksMessage extends sync.ChunksMessage.$Properties {
    }

    /** Represents a ChunksMessage. */
    class ChunksMessage {

        /**
         * Constructs a new ChunksMessage.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.ChunksMessage.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunksMessage chunkRequest. */
        chunkRequest?: (sync.ChunkRequest.$Properties|null);

        /** ChunksMessage chunkResponse. */
        chunkResponse?: (sync.ChunkResponse.$Properties|null);

        /** ChunksMessage manifestRequest. */
        manifestRequest?: (sync.ManifestRequest.$Properties|null);

        /** ChunksMessage manifestResponse. */
        manifestResponse?: (sync.ManifestResponse.$Properties|null);

        /** ChunksMessage message. */
        message?: ("chunkRequest"|"chunkResponse"|"manifestRequest"|"manifestResponse");

        /**
         * Creates a new ChunksMessage instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ChunksMessage instance
         */
        static create(properties: sync.ChunksMessage.$Shape): sync.ChunksMessage & sync.ChunksMessage.$Shape;
        static create(properties?: sync.ChunksMessage.$Properties): sync.ChunksMessage;

        /**
         * Encodes the specified ChunksMessage message. Does not implicitly {@link sync.ChunksMessage.verify|verify} messages.
         * @param message ChunksMessage message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.ChunksMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunksMessage message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.ChunksMessage & sync.ChunksMessage.$Shape} ChunksMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.ChunksMessage & sync.ChunksMessage.$Shape;
    }

    namespace ChunksMessage {

        /** Properties of a ChunksMessage. */
        interface $Properties {

            /** ChunksMessage chunkRequest */
            chunkRequest?: (sync.ChunkRequest.$Properties|null);

            /** ChunksMessage chunkResponse */
            chunkResponse?: (sync.ChunkResponse.$Properties|null);

            /** ChunksMessage manifestRequest */
            manifestRequest?: (sync.ManifestRequest.$Properties|null);

            /** ChunksMessage manifestResponse */
            manifestResponse?: (sync.ManifestResponse.$Properties|null);

            /** ChunksMessage message */
            message?: ("chunkRequest"|"chunkResponse"|"manifestRequest"|"manifestResponse");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ChunksMessage. */
        type $Shape = {
          chunkRequest?: sync.ChunkRequest.$Shape|null;
          chunkResponse?: sync.ChunkResponse.$Shape|null;
          manifestRequest?: sync.ManifestRequest.$Shape|null;
          manifestResponse?: sync.ManifestResponse.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ message?: undefined; chunkRequest?: null; chunkResponse?: null; manifestRequest?: null; manifestResponse?: null }|{ message?: "chunkRequest"; chunkRequest: sync.ChunkRequest.$Shape; chunkResponse?: null; manifestRequest?: null; manifestResponse?: null }|{ message?: "chunkResponse"; chunkRequest?: null; chunkResponse: sync.ChunkResponse.$Shape; manifestRequest?: null; manifestResponse?: null }|{ message?: "manifestRequest"; chunkRequest?: null; chunkResponse?: null; manifestRequest: sync.ManifestRequest.$Shape; manifestResponse?: null }|{ message?: "manifestResponse"; chunkRequest?: null; chunkResponse?: null; manifestRequest?: null; manifestResponse: sync.ManifestResponse.$Shape })
        );
    }

    /**
     * Properties of a ChunkRequest.
     * @deprecated Use sync.ChunkRequest.$Properties instead.
     */
    interface IChunkRequest extends sync.ChunkRequest.$Properties {
    }

    /** Represents a ChunkRequest. */
    class ChunkRequest {

        /**
         * Constructs a new ChunkRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.ChunkRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunkRequest id. */
        id: number;

        /** ChunkRequest folder. */
        folder: Uint8Array;

        /** ChunkRequest hashes. */
        hashes: Uint8Array;

        /** ChunkRequest lengths. */
        lengths: number[];

        /**
         * Creates a new ChunkRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ChunkRequest instance
         */
        static create(properties: sync.ChunkRequest.$Shape): sync.ChunkRequest & sync.ChunkRequest.$Shape;
        static create(properties?: sync.ChunkRequest.$Properties): sync.ChunkRequest;

        /**
         * Encodes the specified ChunkRequest message. Does not implicitly {@link sync.ChunkRequest.verify|verify} messages.
         * @param message ChunkRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.ChunkRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunkRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.ChunkRequest & sync.ChunkRequest.$Shape} ChunkRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.ChunkRequest & sync.ChunkRequest.$Shape;
    }

    namespace ChunkRequest {

        /** Properties of a ChunkRequest. */
        interface $Properties {

            /** ChunkRequest id */
            id?: (number|null);

            /** ChunkRequest folder */
            folder?: (Uint8Array|null);

            /** ChunkRequest hashes */
            hashes?: (Uint8Array|null);

            /** ChunkRequest lengths */
            lengths?: (number[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChunkRequest. */
        type $Shape = sync.ChunkRequest.$Properties;
    }

    /**
     * Properties of a ChunkResponse.
     * @deprecated Use sync.ChunkResponse.$Properties instead.
     */
    interface IChunkResponse extends sync.ChunkResponse.$Properties {
    }

    /** Represents a ChunkResponse. */
    class ChunkResponse {

        /**
         * Constructs a new ChunkResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.ChunkResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunkResponse id. */
        id: number;

        /** ChunkResponse chunks. */
        chunks: sync.ChunkAnswer.$Properties[];

        /**
         * Creates a new ChunkResponse instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ChunkResponse instance
         */
        static create(properties: sync.ChunkResponse.$Shape): sync.ChunkResponse & sync.ChunkResponse.$Shape;
        static create(properties?: sync.ChunkResponse.$Properties): sync.ChunkResponse;

        /**
         * Encodes the specified ChunkResponse message. Does not implicitly {@link sync.ChunkResponse.verify|verify} messages.
         * @param message ChunkResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.ChunkResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunkResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.ChunkResponse & sync.ChunkResponse.$Shape} ChunkResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.ChunkResponse & sync.ChunkResponse.$Shape;
    }

    namespace ChunkResponse {

        /** Properties of a ChunkResponse. */
        interface $Properties {

            /** ChunkResponse id */
            id?: (number|null);

            /** ChunkResponse chunks */
            chunks?: (sync.ChunkAnswer.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChunkResponse. */
        type $Shape = sync.ChunkResponse.$Properties;
    }

    /**
     * Properties of a ChunkAnswer.
     * @deprecated Use sync.ChunkAnswer.$Properties instead.
     */
    interface IChunkAnswer extends sync.ChunkAnswer.$Properties {
    }

    /** Represents a ChunkAnswer. */
    class ChunkAnswer {

        /**
         * Constructs a new ChunkAnswer.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.ChunkAnswer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunkAnswer content. */
        content?: (Uint8Array|null);

        /**
         * Creates a new ChunkAnswer instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ChunkAnswer instance
         */
        static create(properties: sync.ChunkAnswer.$Shape): sync.ChunkAnswer & sync.ChunkAnswer.$Shape;
        static create(properties?: sync.ChunkAnswer.$Properties): sync.ChunkAnswer;

        /**
         * Encodes the specified ChunkAnswer message. Does not implicitly {@link sync.ChunkAnswer.verify|verify} messages.
         * @param message ChunkAnswer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.ChunkAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunkAnswer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.ChunkAnswer & sync.ChunkAnswer.$Shape} ChunkAnswer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.ChunkAnswer & sync.ChunkAnswer.$Shape;
    }

    namespace ChunkAnswer {

        /** Properties of a ChunkAnswer. */
        interface $Properties {

            /** ChunkAnswer content */
            content?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChunkAnswer. */
        type $Shape = sync.ChunkAnswer.$Properties;
    }

    /**
     * Properties of a ManifestRequest.
     * @deprecated Use sync.ManifestRequest.$Properties instead.
     */
    interface IManifestRequest extends sync.ManifestRequest.$Properties {
    }

    /** Represents a ManifestRequest. */
    class ManifestRequest {

        /**
         * Constructs a new ManifestRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.ManifestRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ManifestRequest id. */
        id: number;

        /** ManifestRequest folder. */
        folder: Uint8Array;

        /** ManifestRequest path. */
        path: Uint8Array;

        /** ManifestRequest contentHash. */
        contentHash: Uint8Array;

        /**
         * Creates a new ManifestRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ManifestRequest instance
         */
        static create(properties: sync.ManifestRequest.$Shape): sync.ManifestRequest & sync.ManifestRequest.$Shape;
        static create(properties?: sync.ManifestRequest.$Properties): sync.ManifestRequest;

        /**
         * Encodes the specified ManifestRequest message. Does not implicitly {@link sync.ManifestRequest.verify|verify} messages.
         * @param message ManifestRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.ManifestRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ManifestRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.ManifestRequest & sync.ManifestRequest.$Shape} ManifestRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.ManifestRequest & sync.ManifestRequest.$Shape;
    }

    namespace ManifestRequest {

        /** Properties of a ManifestRequest. */
        interface $Properties {

            /** ManifestRequest id */
            id?: (number|null);

            /** ManifestRequest folder */
            folder?: (Uint8Array|null);

            /** ManifestRequest path */
            path?: (Uint8Array|null);

            /** ManifestRequest contentHash */
            contentHash?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ManifestRequest. */
        type $Shape = sync.ManifestRequest.$Properties;
    }

    /**
     * Properties of a ManifestResponse.
     * @deprecated Use sync.ManifestResponse.$Properties instead.
     */
    interface IManifestResponse extends sync.ManifestResponse.$Properties {
    }

    /** Represents a ManifestResponse. */
    class ManifestResponse {

        /**
         * Constructs a new ManifestResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: sync.ManifestResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ManifestResponse id. */
        id: number;

        /** ManifestResponse found. */
        found: boolean;

        /** ManifestResponse hashes. */
        hashes: Uint8Array;

        /** ManifestResponse lengths. */
        lengths: number[];

        /** ManifestResponse last. */
        last: boolean;

        /**
         * Creates a new ManifestResponse instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ManifestResponse instance
         */
        static create(properties: sync.ManifestResponse.$Shape): sync.ManifestResponse & sync.ManifestResponse.$Shape;
        static create(properties?: sync.ManifestResponse.$Properties): sync.ManifestResponse;

        /**
         * Encodes the specified ManifestResponse message. Does not implicitly {@link sync.ManifestResponse.verify|verify} messages.
         * @param message ManifestResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sync.ManifestResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ManifestResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sync.ManifestResponse & sync.ManifestResponse.$Shape} ManifestResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sync.ManifestResponse & sync.ManifestResponse.$Shape;
    }

    namespace ManifestResponse {

        /** Properties of a ManifestResponse. */
        interface $Properties {

            /** ManifestResponse id */
            id?: (number|null);

            /** ManifestResponse found */
            found?: (boolean|null);

            /** ManifestResponse hashes */
            hashes?: (Uint8Array|null);

            /** ManifestResponse lengths */
            lengths?: (number[]|null);

            /** ManifestResponse last */
            last?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ManifestResponse. */
        type $Shape = sync.ManifestResponse.$Properties;
    }
}
