import { decodeDocument, encodeDocument } from './documents.ts';
import type { MongoDocument } from './mongo-types.ts';

/** OP_MSG and its flags. Source: MongoDB docs, MongoDB Wire Protocol. */
const opMsg = 2013;
const headerBytes = 16;
const checksumPresent = 1;
const moreToCome = 2;
const bodySection = 0;

/** A reply of the server. */
interface MongoMessage {
  readonly responseTo: number;
  readonly body: MongoDocument;
}

/** Encodes a command as OP_MSG: a header, flags, and one section with its document. */
export const encodeMessage = (requestId: number, command: MongoDocument): Buffer => {
  const body = encodeDocument(command);
  const message = Buffer.alloc(headerBytes + 5 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(requestId, 4);
  message.writeInt32LE(0, 8);
  message.writeInt32LE(opMsg, 12);
  message.writeUInt32LE(0, 16);
  message.writeUInt8(bodySection, 20);
  message.set(body, 21);
  return message;
};

const decodeMessage = (bytes: Buffer): MongoMessage => {
  const flags = bytes.readUInt32LE(headerBytes);
  if (bytes.readInt32LE(12) !== opMsg || (flags & moreToCome) !== 0 || bytes.readUInt8(20) !== bodySection)
    throw new Error('the response is not a reply to a command: check that the server is MongoDB');
  const end = bytes.length - ((flags & checksumPresent) === 0 ? 0 : 4);
  return { responseTo: bytes.readInt32LE(8), body: decodeDocument(bytes.subarray(21, end)) };
};

/** Assembles messages from chunks of a connection. */
export interface ReplyReader {
  /**
   * Adds a chunk; returns the messages that are complete. Throws on bytes of another protocol, and a RangeError for a
   * message that is longer than the limit.
   */
  read(chunk: Buffer): readonly MongoMessage[];
}

/** `maxBytes`: a longer message is refused before it fills the memory. */
export const openReplyReader = (maxBytes: number): ReplyReader => {
  let chunks: Buffer[] = [];
  let held = 0;
  /** The length of the message that the held bytes start; known from its first 4 bytes. */
  const lengthOf = (): number | undefined => {
    if (held < 4) return undefined;
    if ((chunks[0]?.length ?? 0) < 4) chunks = [Buffer.concat(chunks)];
    return chunks[0]?.readInt32LE(0);
  };
  return {
    read: (chunk) => {
      chunks.push(chunk);
      held += chunk.length;
      const messages: MongoMessage[] = [];
      for (;;) {
        const length = lengthOf();
        if (length === undefined) return messages;
        if (length < headerBytes + 5 || length > 48_000_000)
          throw new Error(
            'the response is not a MongoDB message: check the port, and whether the server requires TLS',
          );
        if (length > maxBytes) throw new RangeError('too long');
        if (held < length) return messages;
        const all = Buffer.concat(chunks);
        chunks = [all.subarray(length)];
        held = all.length - length;
        messages.push(decodeMessage(all.subarray(0, length)));
      }
    },
  };
};
