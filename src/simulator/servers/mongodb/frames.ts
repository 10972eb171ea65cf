import { deserialize, serialize } from 'bson';
import type { StoredDocument } from '../../model/spec/mongodb.ts';

/** Codes of messages. Source: MongoDB docs, MongoDB Wire Protocol. */
const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;
/** Flags of OP_MSG: another reply follows; the client takes more than one reply. */
const moreToCome = 2;
const exhaustAllowed = 2 ** 16;

/** A command of a client. */
export interface MongoRequest {
  readonly id: number;
  readonly command: StoredDocument;
  /** True: sent as OP_QUERY, which drivers use for the first command, and answered as OP_REPLY. */
  readonly isLegacy: boolean;
  /** The client takes one reply after the other. */
  readonly takesStream: boolean;
}

/** A place in a stream of replies: the ID of this one, and the message that it follows. */
export interface StreamedReply {
  readonly id: number;
  readonly follows: number;
}

const options = { validation: { utf8: false } } as const;

/** Reads the sections of OP_MSG: a document, and sequences of documents that are fields of it. */
const readSections = (bytes: Buffer): StoredDocument => {
  let command: StoredDocument = {};
  for (let index = 20; index < bytes.length; ) {
    const kind = bytes.readUInt8(index);
    const size = bytes.readInt32LE(index + 1);
    const section = bytes.subarray(index + 1, index + 1 + size);
    if (kind === 0) command = { ...deserialize(section, options), ...command };
    else {
      const nameEnd = section.indexOf(0, 4);
      const documents: StoredDocument[] = [];
      for (let from = nameEnd + 1; from < section.length; from += section.readInt32LE(from))
        documents.push(deserialize(section.subarray(from, from + section.readInt32LE(from)), options));
      command = { ...command, [section.toString('utf8', 4, nameEnd)]: documents };
    }
    index += 1 + size;
  }
  return command;
};

const readRequest = (bytes: Buffer): MongoRequest => {
  const id = bytes.readInt32LE(4);
  const code = bytes.readInt32LE(12);
  if (code === opMsg) {
    const takesStream = (bytes.readUInt32LE(16) & exhaustAllowed) !== 0;
    return { id, command: readSections(bytes), isLegacy: false, takesStream };
  }
  if (code !== opQuery) throw new Error(`unsupported message ${code}`);
  const nameEnd = bytes.indexOf(0, 20);
  const namespace = bytes.toString('utf8', 20, nameEnd);
  const command = deserialize(bytes.subarray(nameEnd + 9), options);
  return {
    id,
    command: { ...command, $db: namespace.replace(/\.\$cmd$/, '') },
    isLegacy: true,
    takesStream: false,
  };
};

/** Splits the bytes of a client into requests. */
export class MongoRequestParser {
  #held = Buffer.alloc(0);

  /** The complete requests. Throws on another protocol. */
  take(chunk: Buffer): readonly MongoRequest[] {
    this.#held = Buffer.concat([this.#held, chunk]);
    const requests: MongoRequest[] = [];
    while (this.#held.length >= 4) {
      const length = this.#held.readInt32LE(0);
      if (length < 21 || length > 48_000_000) throw new Error('not a message');
      if (this.#held.length < length) break;
      requests.push(readRequest(this.#held.subarray(0, length)));
      this.#held = this.#held.subarray(length);
    }
    return requests;
  }
}

/** Encodes the reply to a request; with `streamed`, one that others follow. */
export const encodeReply = (
  { id, isLegacy }: Pick<MongoRequest, 'id' | 'isLegacy'>,
  reply: StoredDocument,
  streamed?: StreamedReply,
): Buffer => {
  const body = serialize(reply, { ignoreUndefined: true });
  const lead = Buffer.alloc(isLegacy ? 36 : 21);
  lead.writeInt32LE(lead.length + body.length, 0);
  lead.writeInt32LE(streamed?.id ?? 0, 4);
  lead.writeInt32LE(streamed?.follows ?? id, 8);
  lead.writeInt32LE(isLegacy ? opReply : opMsg, 12);
  if (streamed !== undefined) lead.writeInt32LE(moreToCome, 16);
  if (isLegacy) lead.writeInt32LE(1, 32);
  return Buffer.concat([lead, body]);
};
