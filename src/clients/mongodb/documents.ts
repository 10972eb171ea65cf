import { type Document, deserialize, EJSON, ObjectId, serialize } from 'bson';
import { errorMessage } from '../../domain/text/error-message.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { MongoDocument } from './mongo-types.ts';

/** A value of BSON as relaxed Extended JSON. Integers beyond 2^53 keep their digits. */
const plainValue = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof ObjectId) return { $oid: value.toHexString() };
  if (value instanceof Date) {
    const ms = value.getTime();
    return { $date: Math.abs(ms) <= 8.64e15 ? value.toISOString() : { $numberLong: String(ms) } };
  }
  if ('_bsontype' in value) return EJSON.serialize(value as Document, { relaxed: false });
  return plainRecord(value);
};

const plainRecord = (value: object): MongoDocument =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]));

/** Decodes one BSON document. Throws on invalid bytes. */
export const decodeDocument = (bytes: Uint8Array): MongoDocument =>
  plainRecord(deserialize(bytes, { bsonRegExp: true, validation: { utf8: false } }));

/** Encodes a document. Throws `unconfigured` for invalid Extended JSON. */
export const encodeDocument = (document: MongoDocument): Uint8Array => {
  try {
    // Relaxed parsing would turn 64-bit integers into numbers, and lose digits of IDs.
    const values: unknown = EJSON.deserialize(document as Document, { relaxed: false });
    if (!isObject(values)) throw new Error('the value is not a MongoDB document. Write { FIELD: VALUE }');
    return serialize(values, { ignoreUndefined: true });
  } catch (error) {
    throw new WireError('unconfigured', `the value is not valid Extended JSON: ${errorMessage(error)}`);
  }
};
