/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["p2psync"] || ($protobuf.roots["p2psync"] = {});

export const pairing = $root.pairing = (() => {

    /**
     * Namespace pairing.
     * @exports pairing
     * @namespace
     */
    const pairing = {};

    pairing.PairingMessage = (function() {

        /**
         * Properties of a PairingMessage.
         * @typedef {Object} pairing.PairingMessage.$Properties
         * @property {pairing.Open.$Properties|null} [open] PairingMessage open
         * @property {pairing.Challenge.$Properties|null} [challenge] PairingMessage challenge
         * @property {pairing.Answer.$Properties|null} [answer] PairingMessage answer
         * @property {pairing.Confirm.$Properties|null} [confirm] PairingMessage confirm
         * @property {pairing.Introduction.$Properties|null} [introduction] PairingMessage introduction
         * @property {pairing.Done.$Properties|null} [done] PairingMessage done
         * @property {pairing.Refused.$Properties|null} [refused] PairingMessage refused
         * @property {"open"|"challenge"|"answer"|"confirm"|"introduction"|"done"|"refused"} [message] PairingMessage message
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a PairingMessage.
         * @memberof pairing
         * @interface IPairingMessage
         * @augments pairing.PairingMessage.$Properties
         * @deprecated Use pairing.PairingMessage.$Properties instead.
         */

        /**
         * Narrowed shape of a PairingMessage.
         * @typedef {{
         *   open?: pairing.Open.$Shape|null;
         *   challenge?: pairing.Challenge.$Shape|null;
         *   answer?: pairing.Answer.$Shape|null;
         *   confirm?: pairing.Confirm.$Shape|null;
         *   introduction?: pairing.Introduction.$Shape|null;
         *   done?: pairing.Done.$Shape|null;
         *   refused?: pairing.Refused.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ message?: undefined; open?: null; challenge?: null; answer?: null; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "open"; open: pairing.Open.$Shape; challenge?: null; answer?: null; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "challenge"; open?: null; challenge: pairing.Challenge.$Shape; answer?: null; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "answer"; open?: null; challenge?: null; answer: pairing.Answer.$Shape; confirm?: null; introduction?: null; done?: null; refused?: null }|{ message?: "confirm"; open?: null; challenge?: null; answer?: null; confirm: pairing.Confirm.$Shape; introduction?: null; done?: null; refused?: null }|{ message?: "introduction"; open?: null; challenge?: null; answer?: null; confirm?: null; introduction: pairing.Introduction.$Shape; done?: null; refused?: null }|{ message?: "done"; open?: null; challenge?: null; answer?: null; confirm?: null; introduction?: null; done: pairing.Done.$Shape; refused?: null }|{ message?: "refused"; open?: null; challenge?: null; answer?: null; confirm?: null; introduction?: null; done?: null; refused: pairing.Refused.$Shape })
         * )} pairing.PairingMessage.$Shape
         */

        /**
         * Constructs a new PairingMessage.
         * @memberof pairing
         * @classdesc Represents a PairingMessage.
         * @constructor
         * @param {pairing.PairingMessage.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const PairingMessage = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * PairingMessage open.
         * @member {pairing.Open.$Properties|null|undefined} open
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.open = null;

        /**
         * PairingMessage challenge.
         * @member {pairing.Challenge.$Properties|null|undefined} challenge
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.challenge = null;

        /**
         * PairingMessage answer.
         * @member {pairing.Answer.$Properties|null|undefined} answer
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.answer = null;

        /**
         * PairingMessage confirm.
         * @member {pairing.Confirm.$Properties|null|undefined} confirm
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.confirm = null;

        /**
         * PairingMessage introduction.
         * @member {pairing.Introduction.$Properties|null|undefined} introduction
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.introduction = null;

        /**
         * PairingMessage done.
         * @member {pairing.Done.$Properties|null|undefined} done
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.done = null;

        /**
         * PairingMessage refused.
         * @member {pairing.Refused.$Properties|null|undefined} refused
         * @memberof pairing.PairingMessage
         * @instance
         */
        PairingMessage.prototype.refused = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * PairingMessage message.
         * @member {"open"|"challenge"|"answer"|"confirm"|"introduction"|"done"|"refused"|undefined} message
         * @memberof pairing.PairingMessage
         * @instance
         */
        $Object.defineProperty(PairingMessage.prototype, "message", {
            get: $util.oneOfGetter($oneOfFields = ["open", "challenge", "answer", "confirm", "introduction", "done", "refused"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Creates a new PairingMessage instance using the specified properties.
         * @function create
         * @memberof pairing.PairingMessage
         * @static
         * @param {pairing.PairingMessage.$Properties=} [properties] Properties to set
         * @returns {pairing.PairingMessage} PairingMessage instance
         * @type {{
         *   (properties: pairing.PairingMessage.$Shape): pairing.PairingMessage & pairing.PairingMessage.$Shape;
         *   (properties?: pairing.PairingMessage.$Properties): pairing.PairingMessage;
         * }}
         */
        PairingMessage.create = function(properties) {
            return new PairingMessage(properties);
        };

        /**
         * Encodes the specified PairingMessage message. Does not implicitly {@link pairing.PairingMessage.verify|verify} messages.
         * @function encode
         * @memberof pairing.PairingMessage
         * @static
         * @param {pairing.PairingMessage.$Properties} message PairingMessage message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        PairingMessage.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.open != null && $Object.hasOwnProperty.call(message, "open"))
                $root.pairing.Open.encode(message.open, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.challenge != null && $Object.hasOwnProperty.call(message, "challenge"))
                $root.pairing.Challenge.encode(message.challenge, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.answer != null && $Object.hasOwnProperty.call(message, "answer"))
                $root.pairing.Answer.encode(message.answer, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.confirm != null && $Object.hasOwnProperty.call(message, "confirm"))
                $root.pairing.Confirm.encode(message.confirm, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.introduction != null && $Object.hasOwnProperty.call(message, "introduction"))
                $root.pairing.Introduction.encode(message.introduction, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.done != null && $Object.hasOwnProperty.call(message, "done"))
                $root.pairing.Done.encode(message.done, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.refused != null && $Object.hasOwnProperty.call(message, "refused"))
                $root.pairing.Refused.encode(message.refused, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a PairingMessage message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.PairingMessage
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.PairingMessage & pairing.PairingMessage.$Shape} PairingMessage
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        PairingMessage.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.PairingMessage();
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
                        message.open = $root.pairing.Open.decode(reader, reader.size(), $undefined, _depth + 1, message.open);
                        message.message = "open";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.challenge = $root.pairing.Challenge.decode(reader, reader.size(), $undefined, _depth + 1, message.challenge);
                        message.message = "challenge";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.answer = $root.pairing.Answer.decode(reader, reader.size(), $undefined, _depth + 1, message.answer);
                        message.message = "answer";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.confirm = $root.pairing.Confirm.decode(reader, reader.size(), $undefined, _depth + 1, message.confirm);
                        message.message = "confirm";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.introduction = $root.pairing.Introduction.decode(reader, reader.size(), $undefined, _depth + 1, message.introduction);
                        message.message = "introduction";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.done = $root.pairing.Done.decode(reader, reader.size(), $undefined, _depth + 1, message.done);
                        message.message = "done";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.refused = $root.pairing.Refused.decode(reader, reader.size(), $undefined, _depth + 1, message.refused);
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

        return PairingMessage;
    })();

    pairing.Open = (function() {

        /**
         * Properties of an Open.
         * @typedef {Object} pairing.Open.$Properties
         * @property {number|null} [version] Open version
         * @property {number|null} [nameplate] Open nameplate
         * @property {Uint8Array|null} [nonce] Open nonce
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Open.
         * @memberof pairing
         * @interface IOpen
         * @augments pairing.Open.$Properties
         * @deprecated Use pairing.Open.$Properties instead.
         */

        /**
         * Shape of an Open.
         * @typedef {pairing.Open.$Properties} pairing.Open.$Shape
         */

        /**
         * Constructs a new Open.
         * @memberof pairing
         * @classdesc Represents an Open.
         * @constructor
         * @param {pairing.Open.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Open = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Open version.
         * @member {number} version
         * @memberof pairing.Open
         * @instance
         */
        Open.prototype.version = 0;

        /**
         * Open nameplate.
         * @member {number} nameplate
         * @memberof pairing.Open
         * @instance
         */
        Open.prototype.nameplate = 0;

        /**
         * Open nonce.
         * @member {Uint8Array} nonce
         * @memberof pairing.Open
         * @instance
         */
        Open.prototype.nonce = $util.newBuffer([]);

        /**
         * Creates a new Open instance using the specified properties.
         * @function create
         * @memberof pairing.Open
         * @static
         * @param {pairing.Open.$Properties=} [properties] Properties to set
         * @returns {pairing.Open} Open instance
         * @type {{
         *   (properties: pairing.Open.$Shape): pairing.Open & pairing.Open.$Shape;
         *   (properties?: pairing.Open.$Properties): pairing.Open;
         * }}
         */
        Open.create = function(properties) {
            return new Open(properties);
        };

        /**
         * Encodes the specified Open message. Does not implicitly {@link pairing.Open.verify|verify} messages.
         * @function encode
         * @memberof pairing.Open
         * @static
         * @param {pairing.Open.$Properties} message Open message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Open.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
            if (message.nameplate != null && $Object.hasOwnProperty.call(message, "nameplate") && message.nameplate !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.nameplate);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.nonce);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Open message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Open
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Open & pairing.Open.$Shape} Open
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Open.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Open();
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
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.nameplate = value;
                        else
                            delete message.nameplate;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
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

        return Open;
    })();

    pairing.Challenge = (function() {

        /**
         * Properties of a Challenge.
         * @typedef {Object} pairing.Challenge.$Properties
         * @property {Uint8Array|null} [nonce] Challenge nonce
         * @property {Uint8Array|null} [share] Challenge share
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Challenge.
         * @memberof pairing
         * @interface IChallenge
         * @augments pairing.Challenge.$Properties
         * @deprecated Use pairing.Challenge.$Properties instead.
         */

        /**
         * Shape of a Challenge.
         * @typedef {pairing.Challenge.$Properties} pairing.Challenge.$Shape
         */

        /**
         * Constructs a new Challenge.
         * @memberof pairing
         * @classdesc Represents a Challenge.
         * @constructor
         * @param {pairing.Challenge.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Challenge = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Challenge nonce.
         * @member {Uint8Array} nonce
         * @memberof pairing.Challenge
         * @instance
         */
        Challenge.prototype.nonce = $util.newBuffer([]);

        /**
         * Challenge share.
         * @member {Uint8Array} share
         * @memberof pairing.Challenge
         * @instance
         */
        Challenge.prototype.share = $util.newBuffer([]);

        /**
         * Creates a new Challenge instance using the specified properties.
         * @function create
         * @memberof pairing.Challenge
         * @static
         * @param {pairing.Challenge.$Properties=} [properties] Properties to set
         * @returns {pairing.Challenge} Challenge instance
         * @type {{
         *   (properties: pairing.Challenge.$Shape): pairing.Challenge & pairing.Challenge.$Shape;
         *   (properties?: pairing.Challenge.$Properties): pairing.Challenge;
         * }}
         */
        Challenge.create = function(properties) {
            return new Challenge(properties);
        };

        /**
         * Encodes the specified Challenge message. Does not implicitly {@link pairing.Challenge.verify|verify} messages.
         * @function encode
         * @memberof pairing.Challenge
         * @static
         * @param {pairing.Challenge.$Properties} message Challenge message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Challenge.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.nonce);
            if (message.share != null && $Object.hasOwnProperty.call(message, "share") && message.share.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.share);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Challenge message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Challenge
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Challenge & pairing.Challenge.$Shape} Challenge
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Challenge.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Challenge();
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
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.share = value;
                        else
                            delete message.share;
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

        return Challenge;
    })();

    pairing.Answer = (function() {

        /**
         * Properties of an Answer.
         * @typedef {Object} pairing.Answer.$Properties
         * @property {Uint8Array|null} [share] Answer share
         * @property {Uint8Array|null} [tag] Answer tag
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Answer.
         * @memberof pairing
         * @interface IAnswer
         * @augments pairing.Answer.$Properties
         * @deprecated Use pairing.Answer.$Properties instead.
         */

        /**
         * Shape of an Answer.
         * @typedef {pairing.Answer.$Properties} pairing.Answer.$Shape
         */

        /**
         * Constructs a new Answer.
         * @memberof pairing
         * @classdesc Represents an Answer.
         * @constructor
         * @param {pairing.Answer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Answer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Answer share.
         * @member {Uint8Array} share
         * @memberof pairing.Answer
         * @instance
         */
        Answer.prototype.share = $util.newBuffer([]);

        /**
         * Answer tag.
         * @member {Uint8Array} tag
         * @memberof pairing.Answer
         * @instance
         */
        Answer.prototype.tag = $util.newBuffer([]);

        /**
         * Creates a new Answer instance using the specified properties.
         * @function create
         * @memberof pairing.Answer
         * @static
         * @param {pairing.Answer.$Properties=} [properties] Properties to set
         * @returns {pairing.Answer} Answer instance
         * @type {{
         *   (properties: pairing.Answer.$Shape): pairing.Answer & pairing.Answer.$Shape;
         *   (properties?: pairing.Answer.$Properties): pairing.Answer;
         * }}
         */
        Answer.create = function(properties) {
            return new Answer(properties);
        };

        /**
         * Encodes the specified Answer message. Does not implicitly {@link pairing.Answer.verify|verify} messages.
         * @function encode
         * @memberof pairing.Answer
         * @static
         * @param {pairing.Answer.$Properties} message Answer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Answer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.share != null && $Object.hasOwnProperty.call(message, "share") && message.share.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.share);
            if (message.tag != null && $Object.hasOwnProperty.call(message, "tag") && message.tag.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.tag);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Answer message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Answer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Answer & pairing.Answer.$Shape} Answer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Answer.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Answer();
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
                            message.share = value;
                        else
                            delete message.share;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.tag = value;
                        else
                            delete message.tag;
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

        return Answer;
    })();

    pairing.Confirm = (function() {

        /**
         * Properties of a Confirm.
         * @typedef {Object} pairing.Confirm.$Properties
         * @property {Uint8Array|null} [tag] Confirm tag
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Confirm.
         * @memberof pairing
         * @interface IConfirm
         * @augments pairing.Confirm.$Properties
         * @deprecated Use pairing.Confirm.$Properties instead.
         */

        /**
         * Shape of a Confirm.
         * @typedef {pairing.Confirm.$Properties} pairing.Confirm.$Shape
         */

        /**
         * Constructs a new Confirm.
         * @memberof pairing
         * @classdesc Represents a Confirm.
         * @constructor
         * @param {pairing.Confirm.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Confirm = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Confirm tag.
         * @member {Uint8Array} tag
         * @memberof pairing.Confirm
         * @instance
         */
        Confirm.prototype.tag = $util.newBuffer([]);

        /**
         * Creates a new Confirm instance using the specified properties.
         * @function create
         * @memberof pairing.Confirm
         * @static
         * @param {pairing.Confirm.$Properties=} [properties] Properties to set
         * @returns {pairing.Confirm} Confirm instance
         * @type {{
         *   (properties: pairing.Confirm.$Shape): pairing.Confirm & pairing.Confirm.$Shape;
         *   (properties?: pairing.Confirm.$Properties): pairing.Confirm;
         * }}
         */
        Confirm.create = function(properties) {
            return new Confirm(properties);
        };

        /**
         * Encodes the specified Confirm message. Does not implicitly {@link pairing.Confirm.verify|verify} messages.
         * @function encode
         * @memberof pairing.Confirm
         * @static
         * @param {pairing.Confirm.$Properties} message Confirm message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Confirm.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.tag != null && $Object.hasOwnProperty.call(message, "tag") && message.tag.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.tag);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Confirm message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Confirm
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Confirm & pairing.Confirm.$Shape} Confirm
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Confirm.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Confirm();
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
                            message.tag = value;
                        else
                            delete message.tag;
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

        return Confirm;
    })();

    pairing.Introduction = (function() {

        /**
         * Properties of an Introduction.
         * @typedef {Object} pairing.Introduction.$Properties
         * @property {Uint8Array|null} [device] Introduction device
         * @property {Uint8Array|null} [deviceName] Introduction deviceName
         * @property {Array.<pairing.OfferedFolder.$Properties>|null} [folders] Introduction folders
         * @property {Array.<Uint8Array>|null} [addresses] Introduction addresses
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Introduction.
         * @memberof pairing
         * @interface IIntroduction
         * @augments pairing.Introduction.$Properties
         * @deprecated Use pairing.Introduction.$Properties instead.
         */

        /**
         * Shape of an Introduction.
         * @typedef {pairing.Introduction.$Properties} pairing.Introduction.$Shape
         */

        /**
         * Constructs a new Introduction.
         * @memberof pairing
         * @classdesc Represents an Introduction.
         * @constructor
         * @param {pairing.Introduction.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Introduction = function (properties) {
            this.folders = [];
            this.addresses = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Introduction device.
         * @member {Uint8Array} device
         * @memberof pairing.Introduction
         * @instance
         */
        Introduction.prototype.device = $util.newBuffer([]);

        /**
         * Introduction deviceName.
         * @member {Uint8Array} deviceName
         * @memberof pairing.Introduction
         * @instance
         */
        Introduction.prototype.deviceName = $util.newBuffer([]);

        /**
         * Introduction folders.
         * @member {Array.<pairing.OfferedFolder.$Properties>} folders
         * @memberof pairing.Introduction
         * @instance
         */
        Introduction.prototype.folders = $util.emptyArray;

        /**
         * Introduction addresses.
         * @member {Array.<Uint8Array>} addresses
         * @memberof pairing.Introduction
         * @instance
         */
        Introduction.prototype.addresses = $util.emptyArray;

        /**
         * Creates a new Introduction instance using the specified properties.
         * @function create
         * @memberof pairing.Introduction
         * @static
         * @param {pairing.Introduction.$Properties=} [properties] Properties to set
         * @returns {pairing.Introduction} Introduction instance
         * @type {{
         *   (properties: pairing.Introduction.$Shape): pairing.Introduction & pairing.Introduction.$Shape;
         *   (properties?: pairing.Introduction.$Properties): pairing.Introduction;
         * }}
         */
        Introduction.create = function(properties) {
            return new Introduction(properties);
        };

        /**
         * Encodes the specified Introduction message. Does not implicitly {@link pairing.Introduction.verify|verify} messages.
         * @function encode
         * @memberof pairing.Introduction
         * @static
         * @param {pairing.Introduction.$Properties} message Introduction message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Introduction.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.device);
            if (message.deviceName != null && $Object.hasOwnProperty.call(message, "deviceName") && message.deviceName.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.deviceName);
            if (message.folders != null && message.folders.length)
                for (let i = 0; i < message.folders.length; ++i)
                    $root.pairing.OfferedFolder.encode(message.folders[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.addresses != null && message.addresses.length)
                for (let i = 0; i < message.addresses.length; ++i)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.addresses[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Introduction message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Introduction
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Introduction & pairing.Introduction.$Shape} Introduction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Introduction.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Introduction();
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
                            message.device = value;
                        else
                            delete message.device;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.deviceName = value;
                        else
                            delete message.deviceName;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.folders && message.folders.length))
                            message.folders = [];
                        message.folders.push($root.pairing.OfferedFolder.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.addresses && message.addresses.length))
                            message.addresses = [];
                        message.addresses.push(reader.bytes());
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

        return Introduction;
    })();

    pairing.OfferedFolder = (function() {

        /**
         * Properties of an OfferedFolder.
         * @typedef {Object} pairing.OfferedFolder.$Properties
         * @property {Uint8Array|null} [id] OfferedFolder id
         * @property {Uint8Array|null} [label] OfferedFolder label
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an OfferedFolder.
         * @memberof pairing
         * @interface IOfferedFolder
         * @augments pairing.OfferedFolder.$Properties
         * @deprecated Use pairing.OfferedFolder.$Properties instead.
         */

        /**
         * Shape of an OfferedFolder.
         * @typedef {pairing.OfferedFolder.$Properties} pairing.OfferedFolder.$Shape
         */

        /**
         * Constructs a new OfferedFolder.
         * @memberof pairing
         * @classdesc Represents an OfferedFolder.
         * @constructor
         * @param {pairing.OfferedFolder.$Properties=} [properties] Properties to set
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
         * @memberof pairing.OfferedFolder
         * @instance
         */
        OfferedFolder.prototype.id = $util.newBuffer([]);

        /**
         * OfferedFolder label.
         * @member {Uint8Array} label
         * @memberof pairing.OfferedFolder
         * @instance
         */
        OfferedFolder.prototype.label = $util.newBuffer([]);

        /**
         * Creates a new OfferedFolder instance using the specified properties.
         * @function create
         * @memberof pairing.OfferedFolder
         * @static
         * @param {pairing.OfferedFolder.$Properties=} [properties] Properties to set
         * @returns {pairing.OfferedFolder} OfferedFolder instance
         * @type {{
         *   (properties: pairing.OfferedFolder.$Shape): pairing.OfferedFolder & pairing.OfferedFolder.$Shape;
         *   (properties?: pairing.OfferedFolder.$Properties): pairing.OfferedFolder;
         * }}
         */
        OfferedFolder.create = function(properties) {
            return new OfferedFolder(properties);
        };

        /**
         * Encodes the specified OfferedFolder message. Does not implicitly {@link pairing.OfferedFolder.verify|verify} messages.
         * @function encode
         * @memberof pairing.OfferedFolder
         * @static
         * @param {pairing.OfferedFolder.$Properties} message OfferedFolder message or plain object to encode
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
         * @memberof pairing.OfferedFolder
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.OfferedFolder & pairing.OfferedFolder.$Shape} OfferedFolder
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
            message = _target || new $root.pairing.OfferedFolder();
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

    pairing.Done = (function() {

        /**
         * Properties of a Done.
         * @typedef {Object} pairing.Done.$Properties
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Done.
         * @memberof pairing
         * @interface IDone
         * @augments pairing.Done.$Properties
         * @deprecated Use pairing.Done.$Properties instead.
         */

        /**
         * Shape of a Done.
         * @typedef {pairing.Done.$Properties} pairing.Done.$Shape
         */

        /**
         * Constructs a new Done.
         * @memberof pairing
         * @classdesc Represents a Done.
         * @constructor
         * @param {pairing.Done.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Done = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Creates a new Done instance using the specified properties.
         * @function create
         * @memberof pairing.Done
         * @static
         * @param {pairing.Done.$Properties=} [properties] Properties to set
         * @returns {pairing.Done} Done instance
         * @type {{
         *   (properties: pairing.Done.$Shape): pairing.Done & pairing.Done.$Shape;
         *   (properties?: pairing.Done.$Properties): pairing.Done;
         * }}
         */
        Done.create = function(properties) {
            return new Done(properties);
        };

        /**
         * Encodes the specified Done message. Does not implicitly {@link pairing.Done.verify|verify} messages.
         * @function encode
         * @memberof pairing.Done
         * @static
         * @param {pairing.Done.$Properties} message Done message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Done.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Done message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Done
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Done & pairing.Done.$Shape} Done
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Done.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Done();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
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

        return Done;
    })();

    pairing.Refused = (function() {

        /**
         * Properties of a Refused.
         * @typedef {Object} pairing.Refused.$Properties
         * @property {pairing.Refused.Reason|null} [reason] Refused reason
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Refused.
         * @memberof pairing
         * @interface IRefused
         * @augments pairing.Refused.$Properties
         * @deprecated Use pairing.Refused.$Properties instead.
         */

        /**
         * Shape of a Refused.
         * @typedef {pairing.Refused.$Properties} pairing.Refused.$Shape
         */

        /**
         * Constructs a new Refused.
         * @memberof pairing
         * @classdesc Represents a Refused.
         * @constructor
         * @param {pairing.Refused.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Refused = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Refused reason.
         * @member {pairing.Refused.Reason} reason
         * @memberof pairing.Refused
         * @instance
         */
        Refused.prototype.reason = 0;

        /**
         * Creates a new Refused instance using the specified properties.
         * @function create
         * @memberof pairing.Refused
         * @static
         * @param {pairing.Refused.$Properties=} [properties] Properties to set
         * @returns {pairing.Refused} Refused instance
         * @type {{
         *   (properties: pairing.Refused.$Shape): pairing.Refused & pairing.Refused.$Shape;
         *   (properties?: pairing.Refused.$Properties): pairing.Refused;
         * }}
         */
        Refused.create = function(properties) {
            return new Refused(properties);
        };

        /**
         * Encodes the specified Refused message. Does not implicitly {@link pairing.Refused.verify|verify} messages.
         * @function encode
         * @memberof pairing.Refused
         * @static
         * @param {pairing.Refused.$Properties} message Refused message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Refused.encode = function (message, writer, _depth) {
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
         * Decodes a Refused message from the specified reader or buffer.
         * @function decode
         * @memberof pairing.Refused
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {pairing.Refused & pairing.Refused.$Shape} Refused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Refused.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.pairing.Refused();
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
         * @name pairing.Refused.Reason
         * @enum {number}
         * @property {number} REASON_UNSPECIFIED=0 REASON_UNSPECIFIED value
         * @property {number} REASON_NO_SUCH_CODE=1 REASON_NO_SUCH_CODE value
         * @property {number} REASON_WRONG_CODE=2 REASON_WRONG_CODE value
         * @property {number} REASON_EXPIRED=3 REASON_EXPIRED value
         * @property {number} REASON_BURNT=4 REASON_BURNT value
         * @property {number} REASON_BUSY=5 REASON_BUSY value
         * @property {number} REASON_VERSION=6 REASON_VERSION value
         * @property {number} REASON_ALREADY_LINKED=7 REASON_ALREADY_LINKED value
         */
        Refused.Reason = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "REASON_UNSPECIFIED"] = 0;
            values[valuesById[1] = "REASON_NO_SUCH_CODE"] = 1;
            values[valuesById[2] = "REASON_WRONG_CODE"] = 2;
            values[valuesById[3] = "REASON_EXPIRED"] = 3;
            values[valuesById[4] = "REASON_BURNT"] = 4;
            values[valuesById[5] = "REASON_BUSY"] = 5;
            values[valuesById[6] = "REASON_VERSION"] = 6;
            values[valuesById[7] = "REASON_ALREADY_LINKED"] = 7;
            return values;
        })();

        return Refused;
    })();

    return pairing;
})();

export {
  $root as default
};
