/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["p2psync"] || ($protobuf.roots["p2psync"] = {});

export const sync = $root.sync = (() => {

    /**
     * Namespace sync.
     * @exports sync
     * @namespace
     */
    const sync = {};

    sync.HelloMessage = (function() {

        /**
         * Properties of a HelloMessage.
         * @typedef {Object} sync.HelloMessage.$Properties
         * @property {sync.Hello.$Properties|null} [hello] HelloMessage hello
         * @property {sync.Ping.$Properties|null} [ping] HelloMessage ping
         * @property {sync.Pong.$Properties|null} [pong] HelloMessage pong
         * @property {sync.Goodbye.$Properties|null} [goodbye] HelloMessage goodbye
         * @property {"hello"|"ping"|"pong"|"goodbye"} [message] HelloMessage message
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a HelloMessage.
         * @memberof sync
         * @interface IHelloMessage
         * @augments sync.HelloMessage.$Properties
         * @deprecated Use sync.HelloMessage.$Properties instead.
         */

        /**
         * Narrowed shape of a HelloMessage.
         * @typedef {{
         *   hello?: sync.Hello.$Shape|null;
         *   ping?: sync.Ping.$Shape|null;
         *   pong?: sync.Pong.$Shape|null;
         *   goodbye?: sync.Goodbye.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message?: undefined; hello?: null; ping?: null; pong?: null; goodbye?: null }|{ message?: "hello"; hello: sync.Hello.$Shape; ping?: null; pong?: null; goodbye?: null }|{ message?: "ping"; hello?: null; ping: sync.Ping.$Shape; pong?: null; goodbye?: null }|{ message?: "pong"; hello?: null; ping?: null; pong: sync.Pong.$Shape; goodbye?: null }|{ message?: "goodbye"; hello?: null; ping?: null; pong?: null; goodbye: sync.Goodbye.$Shape })
         * )} sync.HelloMessage.$Shape
         */

        /**
         * Constructs a new HelloMessage.
         * @memberof sync
         * @classdesc Represents a HelloMessage.
         * @constructor
         * @param {sync.HelloMessage.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const HelloMessage = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * HelloMessage hello.
         * @member {sync.Hello.$Properties|null|undefined} hello
         * @memberof sync.HelloMessage
         * @instance
         */
        HelloMessage.prototype.hello = null;

        /**
         * HelloMessage ping.
         * @member {sync.Ping.$Properties|null|undefined} ping
         * @memberof sync.HelloMessage
         * @instance
         */
        HelloMessage.prototype.ping = null;

        /**
         * HelloMessage pong.
         * @member {sync.Pong.$Properties|null|undefined} pong
         * @memberof sync.HelloMessage
         * @instance
         */
        HelloMessage.prototype.pong = null;

        /**
         * HelloMessage goodbye.
         * @member {sync.Goodbye.$Properties|null|undefined} goodbye
         * @memberof sync.HelloMessage
         * @instance
         */
        HelloMessage.prototype.goodbye = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * HelloMessage message.
         * @member {"hello"|"ping"|"pong"|"goodbye"|undefined} message
         * @memberof sync.HelloMessage
         * @instance
         */
        $Object.defineProperty(HelloMessage.prototype, "message", {
            get: $util.oneOfGetter($oneOfFields = ["hello", "ping", "pong", "goodbye"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new HelloMessage instance using the specified properties.
         * @function create
         * @memberof sync.HelloMessage
         * @static
         * @param {sync.HelloMessage.$Properties=} [properties] Properties to set
         * @returns {sync.HelloMessage} HelloMessage instance
         * @type {{
         *   (properties: sync.HelloMessage.$Shape): sync.HelloMessage & sync.HelloMessage.$Shape;
         *   (properties?: sync.HelloMessage.$Properties): sync.HelloMessage;
         * }}
         */
        HelloMessage.create = function(properties) {
            return new HelloMessage(properties);
        };

        /**
         * Encodes the specified HelloMessage message. Does not implicitly {@link sync.HelloMessage.verify|verify} messages.
         * @function encode
         * @memberof sync.HelloMessage
         * @static
         * @param {sync.HelloMessage.$Properties} message HelloMessage message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        HelloMessage.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                $root.sync.Hello.encode(message.hello, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.ping != null && $Object.hasOwnProperty.call(message, "ping"))
                $root.sync.Ping.encode(message.ping, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.pong != null && $Object.hasOwnProperty.call(message, "pong"))
                $root.sync.Pong.encode(message.pong, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.goodbye != null && $Object.hasOwnProperty.call(message, "goodbye"))
                $root.sync.Goodbye.encode(message.goodbye, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a HelloMessage message from the specified reader or buffer.
         * @function decode
         * @memberof sync.HelloMessage
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.HelloMessage & sync.HelloMessage.$Shape} HelloMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        HelloMessage.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.HelloMessage();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.hello = $root.sync.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                        message.message = "hello";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.ping = $root.sync.Ping.decode(reader, reader.size(), $undefined, _depth + 1, message.ping);
                        message.message = "ping";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.pong = $root.sync.Pong.decode(reader, reader.size(), $undefined, _depth + 1, message.pong);
                        message.message = "pong";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.goodbye = $root.sync.Goodbye.decode(reader, reader.size(), $undefined, _depth + 1, message.goodbye);
                        message.message = "goodbye";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return HelloMessage;
    })();

    sync.Hello = (function() {

        /**
         * Properties of a Hello.
         * @typedef {Object} sync.Hello.$Properties
         * @property {Uint8Array|null} [deviceName] Hello deviceName
         * @property {Uint8Array|null} [clientVersion] Hello clientVersion
         * @property {Array.<sync.OfferedFolder.$Properties>|null} [folders] Hello folders
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Hello.
         * @memberof sync
         * @interface IHello
         * @augments sync.Hello.$Properties
         * @deprecated Use sync.Hello.$Properties instead.
         */

        /**
         * Shape of a Hello.
         * @typedef {sync.Hello.$Properties} sync.Hello.$Shape
         */

        /**
         * Constructs a new Hello.
         * @memberof sync
         * @classdesc Represents a Hello.
         * @constructor
         * @param {sync.Hello.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Hello = function (properties) {
            this.folders = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Hello deviceName.
         * @member {Uint8Array} deviceName
         * @memberof sync.Hello
         * @instance
         */
        Hello.prototype.deviceName = $util.newBuffer([]);

        /**
         * Hello clientVersion.
         * @member {Uint8Array} clientVersion
         * @memberof sync.Hello
         * @instance
         */
        Hello.prototype.clientVersion = $util.newBuffer([]);

        /**
         * Hello folders.
         * @member {Array.<sync.OfferedFolder.$Properties>} folders
         * @memberof sync.Hello
         * @instance
         */
        Hello.prototype.folders = $util.emptyArray;

        /**
         * Creates a new Hello instance using the specified properties.
         * @function create
         * @memberof sync.Hello
         * @static
         * @param {sync.Hello.$Properties=} [properties] Properties to set
         * @returns {sync.Hello} Hello instance
         * @type {{
         *   (properties: sync.Hello.$Shape): sync.Hello & sync.Hello.$Shape;
         *   (properties?: sync.Hello.$Properties): sync.Hello;
         * }}
         */
        Hello.create = function(properties) {
            return new Hello(properties);
        };

        /**
         * Encodes the specified Hello message. Does not implicitly {@link sync.Hello.verify|verify} messages.
         * @function encode
         * @memberof sync.Hello
         * @static
         * @param {sync.Hello.$Properties} message Hello message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Hello.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.deviceName != null && $Object.hasOwnProperty.call(message, "deviceName") && message.deviceName.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.deviceName);
            if (message.clientVersion != null && $Object.hasOwnProperty.call(message, "clientVersion") && message.clientVersion.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.clientVersion);
            if (message.folders != null && message.folders.length)
                for (let i = 0; i < message.folders.length; ++i)
                    $root.sync.OfferedFolder.encode(message.folders[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Hello message from the specified reader or buffer.
         * @function decode
         * @memberof sync.Hello
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.Hello & sync.Hello.$Shape} Hello
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Hello.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.Hello();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.deviceName = value;
                        else
                            delete message.deviceName;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.clientVersion = value;
                        else
                            delete message.clientVersion;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.folders && message.folders.length))
                            message.folders = [];
                        message.folders.push($root.sync.OfferedFolder.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Hello;
    })();

    sync.OfferedFolder = (function() {

        /**
         * Properties of an OfferedFolder.
         * @typedef {Object} sync.OfferedFolder.$Properties
         * @property {Uint8Array|null} [id] OfferedFolder id
         * @property {Uint8Array|null} [label] OfferedFolder label
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an OfferedFolder.
         * @memberof sync
         * @interface IOfferedFolder
         * @augments sync.OfferedFolder.$Properties
         * @deprecated Use sync.OfferedFolder.$Properties instead.
         */

        /**
         * Shape of an OfferedFolder.
         * @typedef {sync.OfferedFolder.$Properties} sync.OfferedFolder.$Shape
         */

        /**
         * Constructs a new OfferedFolder.
         * @memberof sync
         * @classdesc Represents an OfferedFolder.
         * @constructor
         * @param {sync.OfferedFolder.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const OfferedFolder = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * OfferedFolder id.
         * @member {Uint8Array} id
         * @memberof sync.OfferedFolder
         * @instance
         */
        OfferedFolder.prototype.id = $util.newBuffer([]);

        /**
         * OfferedFolder label.
         * @member {Uint8Array} label
         * @memberof sync.OfferedFolder
         * @instance
         */
        OfferedFolder.prototype.label = $util.newBuffer([]);

        /**
         * Creates a new OfferedFolder instance using the specified properties.
         * @function create
         * @memberof sync.OfferedFolder
         * @static
         * @param {sync.OfferedFolder.$Properties=} [properties] Properties to set
         * @returns {sync.OfferedFolder} OfferedFolder instance
         * @type {{
         *   (properties: sync.OfferedFolder.$Shape): sync.OfferedFolder & sync.OfferedFolder.$Shape;
         *   (properties?: sync.OfferedFolder.$Properties): sync.OfferedFolder;
         * }}
         */
        OfferedFolder.create = function(properties) {
            return new OfferedFolder(properties);
        };

        /**
         * Encodes the specified OfferedFolder message. Does not implicitly {@link sync.OfferedFolder.verify|verify} messages.
         * @function encode
         * @memberof sync.OfferedFolder
         * @static
         * @param {sync.OfferedFolder.$Properties} message OfferedFolder message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        OfferedFolder.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.id);
            if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.label);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an OfferedFolder message from the specified reader or buffer.
         * @function decode
         * @memberof sync.OfferedFolder
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.OfferedFolder & sync.OfferedFolder.$Shape} OfferedFolder
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        OfferedFolder.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.OfferedFolder();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.label = value;
                        else
                            delete message.label;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return OfferedFolder;
    })();

    sync.Ping = (function() {

        /**
         * Properties of a Ping.
         * @typedef {Object} sync.Ping.$Properties
         * @property {number|null} [nonce] Ping nonce
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Ping.
         * @memberof sync
         * @interface IPing
         * @augments sync.Ping.$Properties
         * @deprecated Use sync.Ping.$Properties instead.
         */

        /**
         * Shape of a Ping.
         * @typedef {sync.Ping.$Properties} sync.Ping.$Shape
         */

        /**
         * Constructs a new Ping.
         * @memberof sync
         * @classdesc Represents a Ping.
         * @constructor
         * @param {sync.Ping.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Ping = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Ping nonce.
         * @member {number} nonce
         * @memberof sync.Ping
         * @instance
         */
        Ping.prototype.nonce = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new Ping instance using the specified properties.
         * @function create
         * @memberof sync.Ping
         * @static
         * @param {sync.Ping.$Properties=} [properties] Properties to set
         * @returns {sync.Ping} Ping instance
         * @type {{
         *   (properties: sync.Ping.$Shape): sync.Ping & sync.Ping.$Shape;
         *   (properties?: sync.Ping.$Properties): sync.Ping;
         * }}
         */
        Ping.create = function(properties) {
            return new Ping(properties);
        };

        /**
         * Encodes the specified Ping message. Does not implicitly {@link sync.Ping.verify|verify} messages.
         * @function encode
         * @memberof sync.Ping
         * @static
         * @param {sync.Ping.$Properties} message Ping message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Ping.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && (typeof message.nonce === "object" ? message.nonce.low || message.nonce.high : message.nonce !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.nonce);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Ping message from the specified reader or buffer.
         * @function decode
         * @memberof sync.Ping
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.Ping & sync.Ping.$Shape} Ping
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Ping.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.Ping();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Ping;
    })();

    sync.Pong = (function() {

        /**
         * Properties of a Pong.
         * @typedef {Object} sync.Pong.$Properties
         * @property {number|null} [nonce] Pong nonce
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Pong.
         * @memberof sync
         * @interface IPong
         * @augments sync.Pong.$Properties
         * @deprecated Use sync.Pong.$Properties instead.
         */

        /**
         * Shape of a Pong.
         * @typedef {sync.Pong.$Properties} sync.Pong.$Shape
         */

        /**
         * Constructs a new Pong.
         * @memberof sync
         * @classdesc Represents a Pong.
         * @constructor
         * @param {sync.Pong.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Pong = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Pong nonce.
         * @member {number} nonce
         * @memberof sync.Pong
         * @instance
         */
        Pong.prototype.nonce = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new Pong instance using the specified properties.
         * @function create
         * @memberof sync.Pong
         * @static
         * @param {sync.Pong.$Properties=} [properties] Properties to set
         * @returns {sync.Pong} Pong instance
         * @type {{
         *   (properties: sync.Pong.$Shape): sync.Pong & sync.Pong.$Shape;
         *   (properties?: sync.Pong.$Properties): sync.Pong;
         * }}
         */
        Pong.create = function(properties) {
            return new Pong(properties);
        };

        /**
         * Encodes the specified Pong message. Does not implicitly {@link sync.Pong.verify|verify} messages.
         * @function encode
         * @memberof sync.Pong
         * @static
         * @param {sync.Pong.$Properties} message Pong message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Pong.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && (typeof message.nonce === "object" ? message.nonce.low || message.nonce.high : message.nonce !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.nonce);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Pong message from the specified reader or buffer.
         * @function decode
         * @memberof sync.Pong
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.Pong & sync.Pong.$Shape} Pong
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Pong.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.Pong();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Pong;
    })();

    sync.Goodbye = (function() {

        /**
         * Properties of a Goodbye.
         * @typedef {Object} sync.Goodbye.$Properties
         * @property {sync.Goodbye.Reason|null} [reason] Goodbye reason
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Goodbye.
         * @memberof sync
         * @interface IGoodbye
         * @augments sync.Goodbye.$Properties
         * @deprecated Use sync.Goodbye.$Properties instead.
         */

        /**
         * Shape of a Goodbye.
         * @typedef {sync.Goodbye.$Properties} sync.Goodbye.$Shape
         */

        /**
         * Constructs a new Goodbye.
         * @memberof sync
         * @classdesc Represents a Goodbye.
         * @constructor
         * @param {sync.Goodbye.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Goodbye = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Goodbye reason.
         * @member {sync.Goodbye.Reason} reason
         * @memberof sync.Goodbye
         * @instance
         */
        Goodbye.prototype.reason = 0;

        /**
         * Creates a new Goodbye instance using the specified properties.
         * @function create
         * @memberof sync.Goodbye
         * @static
         * @param {sync.Goodbye.$Properties=} [properties] Properties to set
         * @returns {sync.Goodbye} Goodbye instance
         * @type {{
         *   (properties: sync.Goodbye.$Shape): sync.Goodbye & sync.Goodbye.$Shape;
         *   (properties?: sync.Goodbye.$Properties): sync.Goodbye;
         * }}
         */
        Goodbye.create = function(properties) {
            return new Goodbye(properties);
        };

        /**
         * Encodes the specified Goodbye message. Does not implicitly {@link sync.Goodbye.verify|verify} messages.
         * @function encode
         * @memberof sync.Goodbye
         * @static
         * @param {sync.Goodbye.$Properties} message Goodbye message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Goodbye.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).int32(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Goodbye message from the specified reader or buffer.
         * @function decode
         * @memberof sync.Goodbye
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.Goodbye & sync.Goodbye.$Shape} Goodbye
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Goodbye.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.Goodbye();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Reason enum.
         * @name sync.Goodbye.Reason
         * @enum {number}
         * @property {number} REASON_UNSPECIFIED=0 REASON_UNSPECIFIED value
         * @property {number} REASON_SHUTDOWN=1 REASON_SHUTDOWN value
         * @property {number} REASON_UNLINKED=2 REASON_UNLINKED value
         */
        Goodbye.Reason = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "REASON_UNSPECIFIED"] = 0;
            values[valuesById[1] = "REASON_SHUTDOWN"] = 1;
            values[valuesById[2] = "REASON_UNLINKED"] = 2;
            return values;
        })();

        return Goodbye;
    })();

    sync.IndexMessage = (function() {

        /**
         * Properties of an IndexMessage.
         * @typedef {Object} sync.IndexMessage.$Properties
         * @property {sync.IndexRequest.$Properties|null} [request] IndexMessage request
         * @property {sync.IndexAck.$Properties|null} [ack] IndexMessage ack
         * @property {sync.IndexStart.$Properties|null} [start] IndexMessage start
         * @property {sync.IndexUpdate.$Properties|null} [update] IndexMessage update
         * @property {sync.IndexState.$Properties|null} [state] IndexMessage state
         * @property {sync.IndexRefused.$Properties|null} [refused] IndexMessage refused
         * @property {"request"|"ack"|"start"|"update"|"state"|"refused"} [message] IndexMessage message
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexMessage.
         * @memberof sync
         * @interface IIndexMessage
         * @augments sync.IndexMessage.$Properties
         * @deprecated Use sync.IndexMessage.$Properties instead.
         */

        /**
         * Narrowed shape of an IndexMessage.
         * @typedef {{
         *   request?: sync.IndexRequest.$Shape|null;
         *   ack?: sync.IndexAck.$Shape|null;
         *   start?: sync.IndexStart.$Shape|null;
         *   update?: sync.IndexUpdate.$Shape|null;
         *   state?: sync.IndexState.$Shape|null;
         *   refused?: sync.IndexRefused.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message?: undefined; request?: null; ack?: null; start?: null; update?: null; state?: null; refused?: null }|{ message?: "request"; request: sync.IndexRequest.$Shape; ack?: null; start?: null; update?: null; state?: null; refused?: null }|{ message?: "ack"; request?: null; ack: sync.IndexAck.$Shape; start?: null; update?: null; state?: null; refused?: null }|{ message?: "start"; request?: null; ack?: null; start: sync.IndexStart.$Shape; update?: null; state?: null; refused?: null }|{ message?: "update"; request?: null; ack?: null; start?: null; update: sync.IndexUpdate.$Shape; state?: null; refused?: null }|{ message?: "state"; request?: null; ack?: null; start?: null; update?: null; state: sync.IndexState.$Shape; refused?: null }|{ message?: "refused"; request?: null; ack?: null; start?: null; update?: null; state?: null; refused: sync.IndexRefused.$Shape })
         * )} sync.IndexMessage.$Shape
         */

        /**
         * Constructs a new IndexMessage.
         * @memberof sync
         * @classdesc Represents an IndexMessage.
         * @constructor
         * @param {sync.IndexMessage.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexMessage = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexMessage request.
         * @member {sync.IndexRequest.$Properties|null|undefined} request
         * @memberof sync.IndexMessage
         * @instance
         */
        IndexMessage.prototype.request = null;

        /**
         * IndexMessage ack.
         * @member {sync.IndexAck.$Properties|null|undefined} ack
         * @memberof sync.IndexMessage
         * @instance
         */
        IndexMessage.prototype.ack = null;

        /**
         * IndexMessage start.
         * @member {sync.IndexStart.$Properties|null|undefined} start
         * @memberof sync.IndexMessage
         * @instance
         */
        IndexMessage.prototype.start = null;

        /**
         * IndexMessage update.
         * @member {sync.IndexUpdate.$Properties|null|undefined} update
         * @memberof sync.IndexMessage
         * @instance
         */
        IndexMessage.prototype.update = null;

        /**
         * IndexMessage state.
         * @member {sync.IndexState.$Properties|null|undefined} state
         * @memberof sync.IndexMessage
         * @instance
         */
        IndexMessage.prototype.state = null;

        /**
         * IndexMessage refused.
         * @member {sync.IndexRefused.$Properties|null|undefined} refused
         * @memberof sync.IndexMessage
         * @instance
         */
        IndexMessage.prototype.refused = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * IndexMessage message.
         * @member {"request"|"ack"|"start"|"update"|"state"|"refused"|undefined} message
         * @memberof sync.IndexMessage
         * @instance
         */
        $Object.defineProperty(IndexMessage.prototype, "message", {
            get: $util.oneOfGetter($oneOfFields = ["request", "ack", "start", "update", "state", "refused"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new IndexMessage instance using the specified properties.
         * @function create
         * @memberof sync.IndexMessage
         * @static
         * @param {sync.IndexMessage.$Properties=} [properties] Properties to set
         * @returns {sync.IndexMessage} IndexMessage instance
         * @type {{
         *   (properties: sync.IndexMessage.$Shape): sync.IndexMessage & sync.IndexMessage.$Shape;
         *   (properties?: sync.IndexMessage.$Properties): sync.IndexMessage;
         * }}
         */
        IndexMessage.create = function(properties) {
            return new IndexMessage(properties);
        };

        /**
         * Encodes the specified IndexMessage message. Does not implicitly {@link sync.IndexMessage.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexMessage
         * @static
         * @param {sync.IndexMessage.$Properties} message IndexMessage message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexMessage.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                $root.sync.IndexRequest.encode(message.request, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.ack != null && $Object.hasOwnProperty.call(message, "ack"))
                $root.sync.IndexAck.encode(message.ack, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.start != null && $Object.hasOwnProperty.call(message, "start"))
                $root.sync.IndexStart.encode(message.start, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.update != null && $Object.hasOwnProperty.call(message, "update"))
                $root.sync.IndexUpdate.encode(message.update, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                $root.sync.IndexState.encode(message.state, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.refused != null && $Object.hasOwnProperty.call(message, "refused"))
                $root.sync.IndexRefused.encode(message.refused, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexMessage message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexMessage
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexMessage & sync.IndexMessage.$Shape} IndexMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexMessage.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexMessage();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.request = $root.sync.IndexRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.request);
                        message.message = "request";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.ack = $root.sync.IndexAck.decode(reader, reader.size(), $undefined, _depth + 1, message.ack);
                        message.message = "ack";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.start = $root.sync.IndexStart.decode(reader, reader.size(), $undefined, _depth + 1, message.start);
                        message.message = "start";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.update = $root.sync.IndexUpdate.decode(reader, reader.size(), $undefined, _depth + 1, message.update);
                        message.message = "update";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.state = $root.sync.IndexState.decode(reader, reader.size(), $undefined, _depth + 1, message.state);
                        message.message = "state";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.refused = $root.sync.IndexRefused.decode(reader, reader.size(), $undefined, _depth + 1, message.refused);
                        message.message = "refused";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IndexMessage;
    })();

    sync.IndexRequest = (function() {

        /**
         * Properties of an IndexRequest.
         * @typedef {Object} sync.IndexRequest.$Properties
         * @property {Uint8Array|null} [folder] IndexRequest folder
         * @property {Uint8Array|null} [replica] IndexRequest replica
         * @property {number|null} [after] IndexRequest after
         * @property {Uint8Array|null} [epoch] IndexRequest epoch
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexRequest.
         * @memberof sync
         * @interface IIndexRequest
         * @augments sync.IndexRequest.$Properties
         * @deprecated Use sync.IndexRequest.$Properties instead.
         */

        /**
         * Shape of an IndexRequest.
         * @typedef {sync.IndexRequest.$Properties} sync.IndexRequest.$Shape
         */

        /**
         * Constructs a new IndexRequest.
         * @memberof sync
         * @classdesc Represents an IndexRequest.
         * @constructor
         * @param {sync.IndexRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexRequest folder.
         * @member {Uint8Array} folder
         * @memberof sync.IndexRequest
         * @instance
         */
        IndexRequest.prototype.folder = $util.newBuffer([]);

        /**
         * IndexRequest replica.
         * @member {Uint8Array|null|undefined} replica
         * @memberof sync.IndexRequest
         * @instance
         */
        IndexRequest.prototype.replica = null;

        /**
         * IndexRequest after.
         * @member {number} after
         * @memberof sync.IndexRequest
         * @instance
         */
        IndexRequest.prototype.after = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexRequest epoch.
         * @member {Uint8Array|null|undefined} epoch
         * @memberof sync.IndexRequest
         * @instance
         */
        IndexRequest.prototype.epoch = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(IndexRequest.prototype, "_replica", {
            get: $util.oneOfGetter($oneOfFields = ["replica"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(IndexRequest.prototype, "_epoch", {
            get: $util.oneOfGetter($oneOfFields = ["epoch"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new IndexRequest instance using the specified properties.
         * @function create
         * @memberof sync.IndexRequest
         * @static
         * @param {sync.IndexRequest.$Properties=} [properties] Properties to set
         * @returns {sync.IndexRequest} IndexRequest instance
         * @type {{
         *   (properties: sync.IndexRequest.$Shape): sync.IndexRequest & sync.IndexRequest.$Shape;
         *   (properties?: sync.IndexRequest.$Properties): sync.IndexRequest;
         * }}
         */
        IndexRequest.create = function(properties) {
            return new IndexRequest(properties);
        };

        /**
         * Encodes the specified IndexRequest message. Does not implicitly {@link sync.IndexRequest.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexRequest
         * @static
         * @param {sync.IndexRequest.$Properties} message IndexRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.folder != null && $Object.hasOwnProperty.call(message, "folder") && message.folder.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.folder);
            if (message.replica != null && $Object.hasOwnProperty.call(message, "replica"))
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.replica);
            if (message.after != null && $Object.hasOwnProperty.call(message, "after") && (typeof message.after === "object" ? message.after.low || message.after.high : message.after !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.after);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.epoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexRequest message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexRequest & sync.IndexRequest.$Shape} IndexRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.folder = value;
                        else
                            delete message.folder;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.replica = reader.bytes();
                        message._replica = "replica";
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.after = value;
                        else
                            delete message.after;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.epoch = reader.bytes();
                        message._epoch = "epoch";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IndexRequest;
    })();

    sync.IndexAck = (function() {

        /**
         * Properties of an IndexAck.
         * @typedef {Object} sync.IndexAck.$Properties
         * @property {number|null} [sequence] IndexAck sequence
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexAck.
         * @memberof sync
         * @interface IIndexAck
         * @augments sync.IndexAck.$Properties
         * @deprecated Use sync.IndexAck.$Properties instead.
         */

        /**
         * Shape of an IndexAck.
         * @typedef {sync.IndexAck.$Properties} sync.IndexAck.$Shape
         */

        /**
         * Constructs a new IndexAck.
         * @memberof sync
         * @classdesc Represents an IndexAck.
         * @constructor
         * @param {sync.IndexAck.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexAck = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexAck sequence.
         * @member {number} sequence
         * @memberof sync.IndexAck
         * @instance
         */
        IndexAck.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new IndexAck instance using the specified properties.
         * @function create
         * @memberof sync.IndexAck
         * @static
         * @param {sync.IndexAck.$Properties=} [properties] Properties to set
         * @returns {sync.IndexAck} IndexAck instance
         * @type {{
         *   (properties: sync.IndexAck.$Shape): sync.IndexAck & sync.IndexAck.$Shape;
         *   (properties?: sync.IndexAck.$Properties): sync.IndexAck;
         * }}
         */
        IndexAck.create = function(properties) {
            return new IndexAck(properties);
        };

        /**
         * Encodes the specified IndexAck message. Does not implicitly {@link sync.IndexAck.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexAck
         * @static
         * @param {sync.IndexAck.$Properties} message IndexAck message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexAck.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.sequence);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexAck message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexAck
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexAck & sync.IndexAck.$Shape} IndexAck
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexAck.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexAck();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.sequence = value;
                        else
                            delete message.sequence;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IndexAck;
    })();

    sync.IndexStart = (function() {

        /**
         * Properties of an IndexStart.
         * @typedef {Object} sync.IndexStart.$Properties
         * @property {Uint8Array|null} [replica] IndexStart replica
         * @property {number|null} [after] IndexStart after
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexStart.
         * @memberof sync
         * @interface IIndexStart
         * @augments sync.IndexStart.$Properties
         * @deprecated Use sync.IndexStart.$Properties instead.
         */

        /**
         * Shape of an IndexStart.
         * @typedef {sync.IndexStart.$Properties} sync.IndexStart.$Shape
         */

        /**
         * Constructs a new IndexStart.
         * @memberof sync
         * @classdesc Represents an IndexStart.
         * @constructor
         * @param {sync.IndexStart.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexStart = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexStart replica.
         * @member {Uint8Array} replica
         * @memberof sync.IndexStart
         * @instance
         */
        IndexStart.prototype.replica = $util.newBuffer([]);

        /**
         * IndexStart after.
         * @member {number} after
         * @memberof sync.IndexStart
         * @instance
         */
        IndexStart.prototype.after = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new IndexStart instance using the specified properties.
         * @function create
         * @memberof sync.IndexStart
         * @static
         * @param {sync.IndexStart.$Properties=} [properties] Properties to set
         * @returns {sync.IndexStart} IndexStart instance
         * @type {{
         *   (properties: sync.IndexStart.$Shape): sync.IndexStart & sync.IndexStart.$Shape;
         *   (properties?: sync.IndexStart.$Properties): sync.IndexStart;
         * }}
         */
        IndexStart.create = function(properties) {
            return new IndexStart(properties);
        };

        /**
         * Encodes the specified IndexStart message. Does not implicitly {@link sync.IndexStart.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexStart
         * @static
         * @param {sync.IndexStart.$Properties} message IndexStart message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexStart.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.replica != null && $Object.hasOwnProperty.call(message, "replica") && message.replica.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.replica);
            if (message.after != null && $Object.hasOwnProperty.call(message, "after") && (typeof message.after === "object" ? message.after.low || message.after.high : message.after !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.after);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexStart message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexStart
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexStart & sync.IndexStart.$Shape} IndexStart
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexStart.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexStart();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.replica = value;
                        else
                            delete message.replica;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.after = value;
                        else
                            delete message.after;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IndexStart;
    })();

    sync.IndexUpdate = (function() {

        /**
         * Properties of an IndexUpdate.
         * @typedef {Object} sync.IndexUpdate.$Properties
         * @property {Uint8Array|null} [replicas] IndexUpdate replicas
         * @property {Array.<sync.IndexRecord.$Properties>|null} [records] IndexUpdate records
         * @property {number|null} [upTo] IndexUpdate upTo
         * @property {boolean|null} [caughtUp] IndexUpdate caughtUp
         * @property {Uint8Array|null} [epoch] IndexUpdate epoch
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexUpdate.
         * @memberof sync
         * @interface IIndexUpdate
         * @augments sync.IndexUpdate.$Properties
         * @deprecated Use sync.IndexUpdate.$Properties instead.
         */

        /**
         * Shape of an IndexUpdate.
         * @typedef {sync.IndexUpdate.$Properties} sync.IndexUpdate.$Shape
         */

        /**
         * Constructs a new IndexUpdate.
         * @memberof sync
         * @classdesc Represents an IndexUpdate.
         * @constructor
         * @param {sync.IndexUpdate.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexUpdate = function (properties) {
            this.records = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexUpdate replicas.
         * @member {Uint8Array} replicas
         * @memberof sync.IndexUpdate
         * @instance
         */
        IndexUpdate.prototype.replicas = $util.newBuffer([]);

        /**
         * IndexUpdate records.
         * @member {Array.<sync.IndexRecord.$Properties>} records
         * @memberof sync.IndexUpdate
         * @instance
         */
        IndexUpdate.prototype.records = $util.emptyArray;

        /**
         * IndexUpdate upTo.
         * @member {number} upTo
         * @memberof sync.IndexUpdate
         * @instance
         */
        IndexUpdate.prototype.upTo = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexUpdate caughtUp.
         * @member {boolean} caughtUp
         * @memberof sync.IndexUpdate
         * @instance
         */
        IndexUpdate.prototype.caughtUp = false;

        /**
         * IndexUpdate epoch.
         * @member {Uint8Array|null|undefined} epoch
         * @memberof sync.IndexUpdate
         * @instance
         */
        IndexUpdate.prototype.epoch = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(IndexUpdate.prototype, "_epoch", {
            get: $util.oneOfGetter($oneOfFields = ["epoch"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new IndexUpdate instance using the specified properties.
         * @function create
         * @memberof sync.IndexUpdate
         * @static
         * @param {sync.IndexUpdate.$Properties=} [properties] Properties to set
         * @returns {sync.IndexUpdate} IndexUpdate instance
         * @type {{
         *   (properties: sync.IndexUpdate.$Shape): sync.IndexUpdate & sync.IndexUpdate.$Shape;
         *   (properties?: sync.IndexUpdate.$Properties): sync.IndexUpdate;
         * }}
         */
        IndexUpdate.create = function(properties) {
            return new IndexUpdate(properties);
        };

        /**
         * Encodes the specified IndexUpdate message. Does not implicitly {@link sync.IndexUpdate.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexUpdate
         * @static
         * @param {sync.IndexUpdate.$Properties} message IndexUpdate message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexUpdate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.replicas != null && $Object.hasOwnProperty.call(message, "replicas") && message.replicas.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.replicas);
            if (message.records != null && message.records.length)
                for (let i = 0; i < message.records.length; ++i)
                    $root.sync.IndexRecord.encode(message.records[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.upTo != null && $Object.hasOwnProperty.call(message, "upTo") && (typeof message.upTo === "object" ? message.upTo.low || message.upTo.high : message.upTo !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.upTo);
            if (message.caughtUp != null && $Object.hasOwnProperty.call(message, "caughtUp") && message.caughtUp !== false)
                writer.uint32(/* id 4, wireType 0 =*/32).bool(message.caughtUp);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.epoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexUpdate message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexUpdate
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexUpdate & sync.IndexUpdate.$Shape} IndexUpdate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexUpdate.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexUpdate();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.replicas = value;
                        else
                            delete message.replicas;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.records && message.records.length))
                            message.records = [];
                        message.records.push($root.sync.IndexRecord.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.upTo = value;
                        else
                            delete message.upTo;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.caughtUp = value;
                        else
                            delete message.caughtUp;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.epoch = reader.bytes();
                        message._epoch = "epoch";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IndexUpdate;
    })();

    sync.IndexRecord = (function() {

        /**
         * Properties of an IndexRecord.
         * @typedef {Object} sync.IndexRecord.$Properties
         * @property {Uint8Array|null} [path] IndexRecord path
         * @property {sync.IndexRecord.Kind|null} [kind] IndexRecord kind
         * @property {number|null} [sequence] IndexRecord sequence
         * @property {Array.<number>|null} [versionReplicas] IndexRecord versionReplicas
         * @property {Array.<number>|null} [versionCounters] IndexRecord versionCounters
         * @property {number|null} [dotReplica] IndexRecord dotReplica
         * @property {number|null} [dotCounter] IndexRecord dotCounter
         * @property {number|null} [size] IndexRecord size
         * @property {number|null} [mtimeUs] IndexRecord mtimeUs
         * @property {boolean|null} [executable] IndexRecord executable
         * @property {Uint8Array|null} [contentHash] IndexRecord contentHash
         * @property {Uint8Array|null} [target] IndexRecord target
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexRecord.
         * @memberof sync
         * @interface IIndexRecord
         * @augments sync.IndexRecord.$Properties
         * @deprecated Use sync.IndexRecord.$Properties instead.
         */

        /**
         * Shape of an IndexRecord.
         * @typedef {sync.IndexRecord.$Properties} sync.IndexRecord.$Shape
         */

        /**
         * Constructs a new IndexRecord.
         * @memberof sync
         * @classdesc Represents an IndexRecord.
         * @constructor
         * @param {sync.IndexRecord.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexRecord = function (properties) {
            this.versionReplicas = [];
            this.versionCounters = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexRecord path.
         * @member {Uint8Array} path
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.path = $util.newBuffer([]);

        /**
         * IndexRecord kind.
         * @member {sync.IndexRecord.Kind} kind
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.kind = 0;

        /**
         * IndexRecord sequence.
         * @member {number} sequence
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexRecord versionReplicas.
         * @member {Array.<number>} versionReplicas
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.versionReplicas = $util.emptyArray;

        /**
         * IndexRecord versionCounters.
         * @member {Array.<number>} versionCounters
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.versionCounters = $util.emptyArray;

        /**
         * IndexRecord dotReplica.
         * @member {number} dotReplica
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.dotReplica = 0;

        /**
         * IndexRecord dotCounter.
         * @member {number} dotCounter
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.dotCounter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexRecord size.
         * @member {number} size
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexRecord mtimeUs.
         * @member {number} mtimeUs
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.mtimeUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * IndexRecord executable.
         * @member {boolean} executable
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.executable = false;

        /**
         * IndexRecord contentHash.
         * @member {Uint8Array} contentHash
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.contentHash = $util.newBuffer([]);

        /**
         * IndexRecord target.
         * @member {Uint8Array} target
         * @memberof sync.IndexRecord
         * @instance
         */
        IndexRecord.prototype.target = $util.newBuffer([]);

        /**
         * Creates a new IndexRecord instance using the specified properties.
         * @function create
         * @memberof sync.IndexRecord
         * @static
         * @param {sync.IndexRecord.$Properties=} [properties] Properties to set
         * @returns {sync.IndexRecord} IndexRecord instance
         * @type {{
         *   (properties: sync.IndexRecord.$Shape): sync.IndexRecord & sync.IndexRecord.$Shape;
         *   (properties?: sync.IndexRecord.$Properties): sync.IndexRecord;
         * }}
         */
        IndexRecord.create = function(properties) {
            return new IndexRecord(properties);
        };

        /**
         * Encodes the specified IndexRecord message. Does not implicitly {@link sync.IndexRecord.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexRecord
         * @static
         * @param {sync.IndexRecord.$Properties} message IndexRecord message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexRecord.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.path);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.kind);
            if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.sequence);
            if (message.versionReplicas != null && message.versionReplicas.length)
                writer.uint32(/* id 4, wireType 2 =*/34).uint32s(message.versionReplicas);
            if (message.versionCounters != null && message.versionCounters.length)
                writer.uint32(/* id 5, wireType 2 =*/42).uint64s(message.versionCounters);
            if (message.dotReplica != null && $Object.hasOwnProperty.call(message, "dotReplica") && message.dotReplica !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.dotReplica);
            if (message.dotCounter != null && $Object.hasOwnProperty.call(message, "dotCounter") && (typeof message.dotCounter === "object" ? message.dotCounter.low || message.dotCounter.high : message.dotCounter !== 0))
                writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.dotCounter);
            if (message.size != null && $Object.hasOwnProperty.call(message, "size") && (typeof message.size === "object" ? message.size.low || message.size.high : message.size !== 0))
                writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.size);
            if (message.mtimeUs != null && $Object.hasOwnProperty.call(message, "mtimeUs") && (typeof message.mtimeUs === "object" ? message.mtimeUs.low || message.mtimeUs.high : message.mtimeUs !== 0))
                writer.uint32(/* id 9, wireType 0 =*/72).sint64(message.mtimeUs);
            if (message.executable != null && $Object.hasOwnProperty.call(message, "executable") && message.executable !== false)
                writer.uint32(/* id 10, wireType 0 =*/80).bool(message.executable);
            if (message.contentHash != null && $Object.hasOwnProperty.call(message, "contentHash") && message.contentHash.length)
                writer.uint32(/* id 11, wireType 2 =*/90).bytes(message.contentHash);
            if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target.length)
                writer.uint32(/* id 12, wireType 2 =*/98).bytes(message.target);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexRecord message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexRecord
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexRecord & sync.IndexRecord.$Shape} IndexRecord
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexRecord.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexRecord();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.sequence = value;
                        else
                            delete message.sequence;
                        continue;
                    }
                case 4: {
                        if (wireType === 2) {
                            if (!(message.versionReplicas && message.versionReplicas.length))
                                message.versionReplicas = [];
                            reader.uint32s(message.versionReplicas);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.versionReplicas && message.versionReplicas.length))
                            message.versionReplicas = [];
                        message.versionReplicas.push(reader.uint32());
                        continue;
                    }
                case 5: {
                        if (wireType === 2) {
                            if (!(message.versionCounters && message.versionCounters.length))
                                message.versionCounters = [];
                            reader.uint64s(message.versionCounters);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.versionCounters && message.versionCounters.length))
                            message.versionCounters = [];
                        message.versionCounters.push(reader.uint64());
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.dotReplica = value;
                        else
                            delete message.dotReplica;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.dotCounter = value;
                        else
                            delete message.dotCounter;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.size = value;
                        else
                            delete message.size;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                            message.mtimeUs = value;
                        else
                            delete message.mtimeUs;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.executable = value;
                        else
                            delete message.executable;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.contentHash = value;
                        else
                            delete message.contentHash;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.target = value;
                        else
                            delete message.target;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Kind enum.
         * @name sync.IndexRecord.Kind
         * @enum {number}
         * @property {number} KIND_UNSPECIFIED=0 KIND_UNSPECIFIED value
         * @property {number} KIND_FILE=1 KIND_FILE value
         * @property {number} KIND_DIRECTORY=2 KIND_DIRECTORY value
         * @property {number} KIND_SYMLINK=3 KIND_SYMLINK value
         * @property {number} KIND_DELETED=4 KIND_DELETED value
         */
        IndexRecord.Kind = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "KIND_UNSPECIFIED"] = 0;
            values[valuesById[1] = "KIND_FILE"] = 1;
            values[valuesById[2] = "KIND_DIRECTORY"] = 2;
            values[valuesById[3] = "KIND_SYMLINK"] = 3;
            values[valuesById[4] = "KIND_DELETED"] = 4;
            return values;
        })();

        return IndexRecord;
    })();

    sync.IndexState = (function() {

        /**
         * Properties of an IndexState.
         * @typedef {Object} sync.IndexState.$Properties
         * @property {number|null} [sequence] IndexState sequence
         * @property {Uint8Array|null} [digest] IndexState digest
         * @property {sync.IndexState.State|null} [state] IndexState state
         * @property {number|null} [needFiles] IndexState needFiles
         * @property {number|null} [needBytes] IndexState needBytes
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexState.
         * @memberof sync
         * @interface IIndexState
         * @augments sync.IndexState.$Properties
         * @deprecated Use sync.IndexState.$Properties instead.
         */

        /**
         * Shape of an IndexState.
         * @typedef {sync.IndexState.$Properties} sync.IndexState.$Shape
         */

        /**
         * Constructs a new IndexState.
         * @memberof sync
         * @classdesc Represents an IndexState.
         * @constructor
         * @param {sync.IndexState.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexState = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexState sequence.
         * @member {number} sequence
         * @memberof sync.IndexState
         * @instance
         */
        IndexState.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexState digest.
         * @member {Uint8Array} digest
         * @memberof sync.IndexState
         * @instance
         */
        IndexState.prototype.digest = $util.newBuffer([]);

        /**
         * IndexState state.
         * @member {sync.IndexState.State} state
         * @memberof sync.IndexState
         * @instance
         */
        IndexState.prototype.state = 0;

        /**
         * IndexState needFiles.
         * @member {number} needFiles
         * @memberof sync.IndexState
         * @instance
         */
        IndexState.prototype.needFiles = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * IndexState needBytes.
         * @member {number} needBytes
         * @memberof sync.IndexState
         * @instance
         */
        IndexState.prototype.needBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Creates a new IndexState instance using the specified properties.
         * @function create
         * @memberof sync.IndexState
         * @static
         * @param {sync.IndexState.$Properties=} [properties] Properties to set
         * @returns {sync.IndexState} IndexState instance
         * @type {{
         *   (properties: sync.IndexState.$Shape): sync.IndexState & sync.IndexState.$Shape;
         *   (properties?: sync.IndexState.$Properties): sync.IndexState;
         * }}
         */
        IndexState.create = function(properties) {
            return new IndexState(properties);
        };

        /**
         * Encodes the specified IndexState message. Does not implicitly {@link sync.IndexState.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexState
         * @static
         * @param {sync.IndexState.$Properties} message IndexState message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexState.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.sequence);
            if (message.digest != null && $Object.hasOwnProperty.call(message, "digest") && message.digest.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.digest);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).int32(message.state);
            if (message.needFiles != null && $Object.hasOwnProperty.call(message, "needFiles") && (typeof message.needFiles === "object" ? message.needFiles.low || message.needFiles.high : message.needFiles !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.needFiles);
            if (message.needBytes != null && $Object.hasOwnProperty.call(message, "needBytes") && (typeof message.needBytes === "object" ? message.needBytes.low || message.needBytes.high : message.needBytes !== 0))
                writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.needBytes);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexState message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexState
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexState & sync.IndexState.$Shape} IndexState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexState.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexState();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.sequence = value;
                        else
                            delete message.sequence;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.digest = value;
                        else
                            delete message.digest;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.state = value;
                        else
                            delete message.state;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.needFiles = value;
                        else
                            delete message.needFiles;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.needBytes = value;
                        else
                            delete message.needBytes;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * State enum.
         * @name sync.IndexState.State
         * @enum {number}
         * @property {number} STATE_UNSPECIFIED=0 STATE_UNSPECIFIED value
         * @property {number} STATE_SCANNING=1 STATE_SCANNING value
         * @property {number} STATE_SYNCING=2 STATE_SYNCING value
         * @property {number} STATE_IDLE=3 STATE_IDLE value
         * @property {number} STATE_PAUSED=4 STATE_PAUSED value
         * @property {number} STATE_ERROR=5 STATE_ERROR value
         */
        IndexState.State = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "STATE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "STATE_SCANNING"] = 1;
            values[valuesById[2] = "STATE_SYNCING"] = 2;
            values[valuesById[3] = "STATE_IDLE"] = 3;
            values[valuesById[4] = "STATE_PAUSED"] = 4;
            values[valuesById[5] = "STATE_ERROR"] = 5;
            return values;
        })();

        return IndexState;
    })();

    sync.IndexRefused = (function() {

        /**
         * Properties of an IndexRefused.
         * @typedef {Object} sync.IndexRefused.$Properties
         * @property {sync.IndexRefused.Reason|null} [reason] IndexRefused reason
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IndexRefused.
         * @memberof sync
         * @interface IIndexRefused
         * @augments sync.IndexRefused.$Properties
         * @deprecated Use sync.IndexRefused.$Properties instead.
         */

        /**
         * Shape of an IndexRefused.
         * @typedef {sync.IndexRefused.$Properties} sync.IndexRefused.$Shape
         */

        /**
         * Constructs a new IndexRefused.
         * @memberof sync
         * @classdesc Represents an IndexRefused.
         * @constructor
         * @param {sync.IndexRefused.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IndexRefused = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IndexRefused reason.
         * @member {sync.IndexRefused.Reason} reason
         * @memberof sync.IndexRefused
         * @instance
         */
        IndexRefused.prototype.reason = 0;

        /**
         * Creates a new IndexRefused instance using the specified properties.
         * @function create
         * @memberof sync.IndexRefused
         * @static
         * @param {sync.IndexRefused.$Properties=} [properties] Properties to set
         * @returns {sync.IndexRefused} IndexRefused instance
         * @type {{
         *   (properties: sync.IndexRefused.$Shape): sync.IndexRefused & sync.IndexRefused.$Shape;
         *   (properties?: sync.IndexRefused.$Properties): sync.IndexRefused;
         * }}
         */
        IndexRefused.create = function(properties) {
            return new IndexRefused(properties);
        };

        /**
         * Encodes the specified IndexRefused message. Does not implicitly {@link sync.IndexRefused.verify|verify} messages.
         * @function encode
         * @memberof sync.IndexRefused
         * @static
         * @param {sync.IndexRefused.$Properties} message IndexRefused message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IndexRefused.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).int32(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IndexRefused message from the specified reader or buffer.
         * @function decode
         * @memberof sync.IndexRefused
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.IndexRefused & sync.IndexRefused.$Shape} IndexRefused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IndexRefused.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.IndexRefused();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Reason enum.
         * @name sync.IndexRefused.Reason
         * @enum {number}
         * @property {number} REASON_UNSPECIFIED=0 REASON_UNSPECIFIED value
         * @property {number} REASON_UNKNOWN_FOLDER=1 REASON_UNKNOWN_FOLDER value
         * @property {number} REASON_NOT_READY=2 REASON_NOT_READY value
         */
        IndexRefused.Reason = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "REASON_UNSPECIFIED"] = 0;
            values[valuesById[1] = "REASON_UNKNOWN_FOLDER"] = 1;
            values[valuesById[2] = "REASON_NOT_READY"] = 2;
            return values;
        })();

        return IndexRefused;
    })();

    sync.ChunksMessage = (function() {

        /**
         * Properties of a ChunksMessage.
         * @typedef {Object} sync.ChunksMessage.$Properties
         * @property {sync.ChunkRequest.$Properties|null} [chunkRequest] ChunksMessage chunkRequest
         * @property {sync.ChunkResponse.$Properties|null} [chunkResponse] ChunksMessage chunkResponse
         * @property {sync.ManifestRequest.$Properties|null} [manifestRequest] ChunksMessage manifestRequest
         * @property {sync.ManifestResponse.$Properties|null} [manifestResponse] ChunksMessage manifestResponse
         * @property {"chunkRequest"|"chunkResponse"|"manifestRequest"|"manifestResponse"} [message] ChunksMessage message
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ChunksMessage.
         * @memberof sync
         * @interface IChunksMessage
         * @augments sync.ChunksMessage.$Properties
         * @deprecated Use sync.ChunksMessage.$Properties instead.
         */

        /**
         * Narrowed shape of a ChunksMessage.
         * @typedef {{
         *   chunkRequest?: sync.ChunkRequest.$Shape|null;
         *   chunkResponse?: sync.ChunkResponse.$Shape|null;
         *   manifestRequest?: sync.ManifestRequest.$Shape|null;
         *   manifestResponse?: sync.ManifestResponse.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message?: undefined; chunkRequest?: null; chunkResponse?: null; manifestRequest?: null; manifestResponse?: null }|{ message?: "chunkRequest"; chunkRequest: sync.ChunkRequest.$Shape; chunkResponse?: null; manifestRequest?: null; manifestResponse?: null }|{ message?: "chunkResponse"; chunkRequest?: null; chunkResponse: sync.ChunkResponse.$Shape; manifestRequest?: null; manifestResponse?: null }|{ message?: "manifestRequest"; chunkRequest?: null; chunkResponse?: null; manifestRequest: sync.ManifestRequest.$Shape; manifestResponse?: null }|{ message?: "manifestResponse"; chunkRequest?: null; chunkResponse?: null; manifestRequest?: null; manifestResponse: sync.ManifestResponse.$Shape })
         * )} sync.ChunksMessage.$Shape
         */

        /**
         * Constructs a new ChunksMessage.
         * @memberof sync
         * @classdesc Represents a ChunksMessage.
         * @constructor
         * @param {sync.ChunksMessage.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ChunksMessage = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ChunksMessage chunkRequest.
         * @member {sync.ChunkRequest.$Properties|null|undefined} chunkRequest
         * @memberof sync.ChunksMessage
         * @instance
         */
        ChunksMessage.prototype.chunkRequest = null;

        /**
         * ChunksMessage chunkResponse.
         * @member {sync.ChunkResponse.$Properties|null|undefined} chunkResponse
         * @memberof sync.ChunksMessage
         * @instance
         */
        ChunksMessage.prototype.chunkResponse = null;

        /**
         * ChunksMessage manifestRequest.
         * @member {sync.ManifestRequest.$Properties|null|undefined} manifestRequest
         * @memberof sync.ChunksMessage
         * @instance
         */
        ChunksMessage.prototype.manifestRequest = null;

        /**
         * ChunksMessage manifestResponse.
         * @member {sync.ManifestResponse.$Properties|null|undefined} manifestResponse
         * @memberof sync.ChunksMessage
         * @instance
         */
        ChunksMessage.prototype.manifestResponse = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * ChunksMessage message.
         * @member {"chunkRequest"|"chunkResponse"|"manifestRequest"|"manifestResponse"|undefined} message
         * @memberof sync.ChunksMessage
         * @instance
         */
        $Object.defineProperty(ChunksMessage.prototype, "message", {
            get: $util.oneOfGetter($oneOfFields = ["chunkRequest", "chunkResponse", "manifestRequest", "manifestResponse"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new ChunksMessage instance using the specified properties.
         * @function create
         * @memberof sync.ChunksMessage
         * @static
         * @param {sync.ChunksMessage.$Properties=} [properties] Properties to set
         * @returns {sync.ChunksMessage} ChunksMessage instance
         * @type {{
         *   (properties: sync.ChunksMessage.$Shape): sync.ChunksMessage & sync.ChunksMessage.$Shape;
         *   (properties?: sync.ChunksMessage.$Properties): sync.ChunksMessage;
         * }}
         */
        ChunksMessage.create = function(properties) {
            return new ChunksMessage(properties);
        };

        /**
         * Encodes the specified ChunksMessage message. Does not implicitly {@link sync.ChunksMessage.verify|verify} messages.
         * @function encode
         * @memberof sync.ChunksMessage
         * @static
         * @param {sync.ChunksMessage.$Properties} message ChunksMessage message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ChunksMessage.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.chunkRequest != null && $Object.hasOwnProperty.call(message, "chunkRequest"))
                $root.sync.ChunkRequest.encode(message.chunkRequest, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.chunkResponse != null && $Object.hasOwnProperty.call(message, "chunkResponse"))
                $root.sync.ChunkResponse.encode(message.chunkResponse, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.manifestRequest != null && $Object.hasOwnProperty.call(message, "manifestRequest"))
                $root.sync.ManifestRequest.encode(message.manifestRequest, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.manifestResponse != null && $Object.hasOwnProperty.call(message, "manifestResponse"))
                $root.sync.ManifestResponse.encode(message.manifestResponse, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ChunksMessage message from the specified reader or buffer.
         * @function decode
         * @memberof sync.ChunksMessage
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.ChunksMessage & sync.ChunksMessage.$Shape} ChunksMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ChunksMessage.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.ChunksMessage();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.chunkRequest = $root.sync.ChunkRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.chunkRequest);
                        message.message = "chunkRequest";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.chunkResponse = $root.sync.ChunkResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.chunkResponse);
                        message.message = "chunkResponse";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.manifestRequest = $root.sync.ManifestRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.manifestRequest);
                        message.message = "manifestRequest";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.manifestResponse = $root.sync.ManifestResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.manifestResponse);
                        message.message = "manifestResponse";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ChunksMessage;
    })();

    sync.ChunkRequest = (function() {

        /**
         * Properties of a ChunkRequest.
         * @typedef {Object} sync.ChunkRequest.$Properties
         * @property {number|null} [id] ChunkRequest id
         * @property {Uint8Array|null} [folder] ChunkRequest folder
         * @property {Uint8Array|null} [hashes] ChunkRequest hashes
         * @property {Array.<number>|null} [lengths] ChunkRequest lengths
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ChunkRequest.
         * @memberof sync
         * @interface IChunkRequest
         * @augments sync.ChunkRequest.$Properties
         * @deprecated Use sync.ChunkRequest.$Properties instead.
         */

        /**
         * Shape of a ChunkRequest.
         * @typedef {sync.ChunkRequest.$Properties} sync.ChunkRequest.$Shape
         */

        /**
         * Constructs a new ChunkRequest.
         * @memberof sync
         * @classdesc Represents a ChunkRequest.
         * @constructor
         * @param {sync.ChunkRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ChunkRequest = function (properties) {
            this.lengths = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ChunkRequest id.
         * @member {number} id
         * @memberof sync.ChunkRequest
         * @instance
         */
        ChunkRequest.prototype.id = 0;

        /**
         * ChunkRequest folder.
         * @member {Uint8Array} folder
         * @memberof sync.ChunkRequest
         * @instance
         */
        ChunkRequest.prototype.folder = $util.newBuffer([]);

        /**
         * ChunkRequest hashes.
         * @member {Uint8Array} hashes
         * @memberof sync.ChunkRequest
         * @instance
         */
        ChunkRequest.prototype.hashes = $util.newBuffer([]);

        /**
         * ChunkRequest lengths.
         * @member {Array.<number>} lengths
         * @memberof sync.ChunkRequest
         * @instance
         */
        ChunkRequest.prototype.lengths = $util.emptyArray;

        /**
         * Creates a new ChunkRequest instance using the specified properties.
         * @function create
         * @memberof sync.ChunkRequest
         * @static
         * @param {sync.ChunkRequest.$Properties=} [properties] Properties to set
         * @returns {sync.ChunkRequest} ChunkRequest instance
         * @type {{
         *   (properties: sync.ChunkRequest.$Shape): sync.ChunkRequest & sync.ChunkRequest.$Shape;
         *   (properties?: sync.ChunkRequest.$Properties): sync.ChunkRequest;
         * }}
         */
        ChunkRequest.create = function(properties) {
            return new ChunkRequest(properties);
        };

        /**
         * Encodes the specified ChunkRequest message. Does not implicitly {@link sync.ChunkRequest.verify|verify} messages.
         * @function encode
         * @memberof sync.ChunkRequest
         * @static
         * @param {sync.ChunkRequest.$Properties} message ChunkRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ChunkRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
            if (message.folder != null && $Object.hasOwnProperty.call(message, "folder") && message.folder.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.folder);
            if (message.hashes != null && $Object.hasOwnProperty.call(message, "hashes") && message.hashes.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.hashes);
            if (message.lengths != null && message.lengths.length)
                writer.uint32(/* id 4, wireType 2 =*/34).uint32s(message.lengths);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ChunkRequest message from the specified reader or buffer.
         * @function decode
         * @memberof sync.ChunkRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.ChunkRequest & sync.ChunkRequest.$Shape} ChunkRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ChunkRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.ChunkRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.folder = value;
                        else
                            delete message.folder;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.hashes = value;
                        else
                            delete message.hashes;
                        continue;
                    }
                case 4: {
                        if (wireType === 2) {
                            if (!(message.lengths && message.lengths.length))
                                message.lengths = [];
                            reader.uint32s(message.lengths);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.lengths && message.lengths.length))
                            message.lengths = [];
                        message.lengths.push(reader.uint32());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ChunkRequest;
    })();

    sync.ChunkResponse = (function() {

        /**
         * Properties of a ChunkResponse.
         * @typedef {Object} sync.ChunkResponse.$Properties
         * @property {number|null} [id] ChunkResponse id
         * @property {Array.<sync.ChunkAnswer.$Properties>|null} [chunks] ChunkResponse chunks
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ChunkResponse.
         * @memberof sync
         * @interface IChunkResponse
         * @augments sync.ChunkResponse.$Properties
         * @deprecated Use sync.ChunkResponse.$Properties instead.
         */

        /**
         * Shape of a ChunkResponse.
         * @typedef {sync.ChunkResponse.$Properties} sync.ChunkResponse.$Shape
         */

        /**
         * Constructs a new ChunkResponse.
         * @memberof sync
         * @classdesc Represents a ChunkResponse.
         * @constructor
         * @param {sync.ChunkResponse.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ChunkResponse = function (properties) {
            this.chunks = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ChunkResponse id.
         * @member {number} id
         * @memberof sync.ChunkResponse
         * @instance
         */
        ChunkResponse.prototype.id = 0;

        /**
         * ChunkResponse chunks.
         * @member {Array.<sync.ChunkAnswer.$Properties>} chunks
         * @memberof sync.ChunkResponse
         * @instance
         */
        ChunkResponse.prototype.chunks = $util.emptyArray;

        /**
         * Creates a new ChunkResponse instance using the specified properties.
         * @function create
         * @memberof sync.ChunkResponse
         * @static
         * @param {sync.ChunkResponse.$Properties=} [properties] Properties to set
         * @returns {sync.ChunkResponse} ChunkResponse instance
         * @type {{
         *   (properties: sync.ChunkResponse.$Shape): sync.ChunkResponse & sync.ChunkResponse.$Shape;
         *   (properties?: sync.ChunkResponse.$Properties): sync.ChunkResponse;
         * }}
         */
        ChunkResponse.create = function(properties) {
            return new ChunkResponse(properties);
        };

        /**
         * Encodes the specified ChunkResponse message. Does not implicitly {@link sync.ChunkResponse.verify|verify} messages.
         * @function encode
         * @memberof sync.ChunkResponse
         * @static
         * @param {sync.ChunkResponse.$Properties} message ChunkResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ChunkResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
            if (message.chunks != null && message.chunks.length)
                for (let i = 0; i < message.chunks.length; ++i)
                    $root.sync.ChunkAnswer.encode(message.chunks[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ChunkResponse message from the specified reader or buffer.
         * @function decode
         * @memberof sync.ChunkResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.ChunkResponse & sync.ChunkResponse.$Shape} ChunkResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ChunkResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.ChunkResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.chunks && message.chunks.length))
                            message.chunks = [];
                        message.chunks.push($root.sync.ChunkAnswer.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ChunkResponse;
    })();

    sync.ChunkAnswer = (function() {

        /**
         * Properties of a ChunkAnswer.
         * @typedef {Object} sync.ChunkAnswer.$Properties
         * @property {Uint8Array|null} [content] ChunkAnswer content
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ChunkAnswer.
         * @memberof sync
         * @interface IChunkAnswer
         * @augments sync.ChunkAnswer.$Properties
         * @deprecated Use sync.ChunkAnswer.$Properties instead.
         */

        /**
         * Shape of a ChunkAnswer.
         * @typedef {sync.ChunkAnswer.$Properties} sync.ChunkAnswer.$Shape
         */

        /**
         * Constructs a new ChunkAnswer.
         * @memberof sync
         * @classdesc Represents a ChunkAnswer.
         * @constructor
         * @param {sync.ChunkAnswer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ChunkAnswer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ChunkAnswer content.
         * @member {Uint8Array|null|undefined} content
         * @memberof sync.ChunkAnswer
         * @instance
         */
        ChunkAnswer.prototype.content = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ChunkAnswer.prototype, "_content", {
            get: $util.oneOfGetter($oneOfFields = ["content"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new ChunkAnswer instance using the specified properties.
         * @function create
         * @memberof sync.ChunkAnswer
         * @static
         * @param {sync.ChunkAnswer.$Properties=} [properties] Properties to set
         * @returns {sync.ChunkAnswer} ChunkAnswer instance
         * @type {{
         *   (properties: sync.ChunkAnswer.$Shape): sync.ChunkAnswer & sync.ChunkAnswer.$Shape;
         *   (properties?: sync.ChunkAnswer.$Properties): sync.ChunkAnswer;
         * }}
         */
        ChunkAnswer.create = function(properties) {
            return new ChunkAnswer(properties);
        };

        /**
         * Encodes the specified ChunkAnswer message. Does not implicitly {@link sync.ChunkAnswer.verify|verify} messages.
         * @function encode
         * @memberof sync.ChunkAnswer
         * @static
         * @param {sync.ChunkAnswer.$Properties} message ChunkAnswer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ChunkAnswer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.content != null && $Object.hasOwnProperty.call(message, "content"))
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.content);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ChunkAnswer message from the specified reader or buffer.
         * @function decode
         * @memberof sync.ChunkAnswer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.ChunkAnswer & sync.ChunkAnswer.$Shape} ChunkAnswer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ChunkAnswer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.ChunkAnswer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.content = reader.bytes();
                        message._content = "content";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ChunkAnswer;
    })();

    sync.ManifestRequest = (function() {

        /**
         * Properties of a ManifestRequest.
         * @typedef {Object} sync.ManifestRequest.$Properties
         * @property {number|null} [id] ManifestRequest id
         * @property {Uint8Array|null} [folder] ManifestRequest folder
         * @property {Uint8Array|null} [path] ManifestRequest path
         * @property {Uint8Array|null} [contentHash] ManifestRequest contentHash
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ManifestRequest.
         * @memberof sync
         * @interface IManifestRequest
         * @augments sync.ManifestRequest.$Properties
         * @deprecated Use sync.ManifestRequest.$Properties instead.
         */

        /**
         * Shape of a ManifestRequest.
         * @typedef {sync.ManifestRequest.$Properties} sync.ManifestRequest.$Shape
         */

        /**
         * Constructs a new ManifestRequest.
         * @memberof sync
         * @classdesc Represents a ManifestRequest.
         * @constructor
         * @param {sync.ManifestRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ManifestRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ManifestRequest id.
         * @member {number} id
         * @memberof sync.ManifestRequest
         * @instance
         */
        ManifestRequest.prototype.id = 0;

        /**
         * ManifestRequest folder.
         * @member {Uint8Array} folder
         * @memberof sync.ManifestRequest
         * @instance
         */
        ManifestRequest.prototype.folder = $util.newBuffer([]);

        /**
         * ManifestRequest path.
         * @member {Uint8Array} path
         * @memberof sync.ManifestRequest
         * @instance
         */
        ManifestRequest.prototype.path = $util.newBuffer([]);

        /**
         * ManifestRequest contentHash.
         * @member {Uint8Array} contentHash
         * @memberof sync.ManifestRequest
         * @instance
         */
        ManifestRequest.prototype.contentHash = $util.newBuffer([]);

        /**
         * Creates a new ManifestRequest instance using the specified properties.
         * @function create
         * @memberof sync.ManifestRequest
         * @static
         * @param {sync.ManifestRequest.$Properties=} [properties] Properties to set
         * @returns {sync.ManifestRequest} ManifestRequest instance
         * @type {{
         *   (properties: sync.ManifestRequest.$Shape): sync.ManifestRequest & sync.ManifestRequest.$Shape;
         *   (properties?: sync.ManifestRequest.$Properties): sync.ManifestRequest;
         * }}
         */
        ManifestRequest.create = function(properties) {
            return new ManifestRequest(properties);
        };

        /**
         * Encodes the specified ManifestRequest message. Does not implicitly {@link sync.ManifestRequest.verify|verify} messages.
         * @function encode
         * @memberof sync.ManifestRequest
         * @static
         * @param {sync.ManifestRequest.$Properties} message ManifestRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ManifestRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
            if (message.folder != null && $Object.hasOwnProperty.call(message, "folder") && message.folder.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.folder);
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.path);
            if (message.contentHash != null && $Object.hasOwnProperty.call(message, "contentHash") && message.contentHash.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.contentHash);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ManifestRequest message from the specified reader or buffer.
         * @function decode
         * @memberof sync.ManifestRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.ManifestRequest & sync.ManifestRequest.$Shape} ManifestRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ManifestRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.ManifestRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.folder = value;
                        else
                            delete message.folder;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.contentHash = value;
                        else
                            delete message.contentHash;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ManifestRequest;
    })();

    sync.ManifestResponse = (function() {

        /**
         * Properties of a ManifestResponse.
         * @typedef {Object} sync.ManifestResponse.$Properties
         * @property {number|null} [id] ManifestResponse id
         * @property {boolean|null} [found] ManifestResponse found
         * @property {Uint8Array|null} [hashes] ManifestResponse hashes
         * @property {Array.<number>|null} [lengths] ManifestResponse lengths
         * @property {boolean|null} [last] ManifestResponse last
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ManifestResponse.
         * @memberof sync
         * @interface IManifestResponse
         * @augments sync.ManifestResponse.$Properties
         * @deprecated Use sync.ManifestResponse.$Properties instead.
         */

        /**
         * Shape of a ManifestResponse.
         * @typedef {sync.ManifestResponse.$Properties} sync.ManifestResponse.$Shape
         */

        /**
         * Constructs a new ManifestResponse.
         * @memberof sync
         * @classdesc Represents a ManifestResponse.
         * @constructor
         * @param {sync.ManifestResponse.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ManifestResponse = function (properties) {
            this.lengths = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ManifestResponse id.
         * @member {number} id
         * @memberof sync.ManifestResponse
         * @instance
         */
        ManifestResponse.prototype.id = 0;

        /**
         * ManifestResponse found.
         * @member {boolean} found
         * @memberof sync.ManifestResponse
         * @instance
         */
        ManifestResponse.prototype.found = false;

        /**
         * ManifestResponse hashes.
         * @member {Uint8Array} hashes
         * @memberof sync.ManifestResponse
         * @instance
         */
        ManifestResponse.prototype.hashes = $util.newBuffer([]);

        /**
         * ManifestResponse lengths.
         * @member {Array.<number>} lengths
         * @memberof sync.ManifestResponse
         * @instance
         */
        ManifestResponse.prototype.lengths = $util.emptyArray;

        /**
         * ManifestResponse last.
         * @member {boolean} last
         * @memberof sync.ManifestResponse
         * @instance
         */
        ManifestResponse.prototype.last = false;

        /**
         * Creates a new ManifestResponse instance using the specified properties.
         * @function create
         * @memberof sync.ManifestResponse
         * @static
         * @param {sync.ManifestResponse.$Properties=} [properties] Properties to set
         * @returns {sync.ManifestResponse} ManifestResponse instance
         * @type {{
         *   (properties: sync.ManifestResponse.$Shape): sync.ManifestResponse & sync.ManifestResponse.$Shape;
         *   (properties?: sync.ManifestResponse.$Properties): sync.ManifestResponse;
         * }}
         */
        ManifestResponse.create = function(properties) {
            return new ManifestResponse(properties);
        };

        /**
         * Encodes the specified ManifestResponse message. Does not implicitly {@link sync.ManifestResponse.verify|verify} messages.
         * @function encode
         * @memberof sync.ManifestResponse
         * @static
         * @param {sync.ManifestResponse.$Properties} message ManifestResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ManifestResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
            if (message.found != null && $Object.hasOwnProperty.call(message, "found") && message.found !== false)
                writer.uint32(/* id 2, wireType 0 =*/16).bool(message.found);
            if (message.hashes != null && $Object.hasOwnProperty.call(message, "hashes") && message.hashes.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.hashes);
            if (message.lengths != null && message.lengths.length)
                writer.uint32(/* id 4, wireType 2 =*/34).uint32s(message.lengths);
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(/* id 5, wireType 0 =*/40).bool(message.last);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ManifestResponse message from the specified reader or buffer.
         * @function decode
         * @memberof sync.ManifestResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sync.ManifestResponse & sync.ManifestResponse.$Shape} ManifestResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ManifestResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sync.ManifestResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.found = value;
                        else
                            delete message.found;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.hashes = value;
                        else
                            delete message.hashes;
                        continue;
                    }
                case 4: {
                        if (wireType === 2) {
                            if (!(message.lengths && message.lengths.length))
                                message.lengths = [];
                            reader.uint32s(message.lengths);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.lengths && message.lengths.length))
                            message.lengths = [];
                        message.lengths.push(reader.uint32());
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ManifestResponse;
    })();

    return sync;
})();

export {
  $root as default
};
