/**
 * Makes 64-bit protobuf fields plain numbers (fields.ts refuses those beyond the safe integers) instead of Long objects, or of
 * whatever the installation happens to hold. Must be imported before any generated module: those fix their defaults as they load.
 */
import protobuf from 'protobufjs/minimal.js';

protobuf.util.Long = undefined as unknown as typeof protobuf.util.Long;
protobuf.configure();

export { protobuf };
