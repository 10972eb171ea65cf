import { deserialize, EJSON } from 'bson';

/** Splits the bytes of one direction of a connection into whole messages. */
export type Cutter = (chunk: Buffer) => readonly Buffer[];

/** `lengthOf`: the length of the message at the start of these bytes; undefined until known. */
const cutter = (lengthOf: (held: Buffer) => number | undefined): Cutter => {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const found: Buffer[] = [];
    for (let next = lengthOf(held); next !== undefined && held.length >= next; next = lengthOf(held)) {
      found.push(held.subarray(0, next));
      held = held.subarray(next);
    }
    return found;
  };
};

const typedLength = (held: Buffer): number | undefined =>
  held.length < 5 ? undefined : held.readInt32BE(1) + 1;

/** Source: PostgreSQL docs, Message Formats. The first message of a client has no type byte. */
const postgresClient = (): Cutter => {
  let isFirst = true;
  return cutter((held) => {
    if (!isFirst) return typedLength(held);
    if (held.length < 4) return undefined;
    const length = held.readInt32BE();
    if (held.length >= length) isFirst = false;
    return length;
  });
};

const kafkaFrames = (): Cutter => cutter((held) => (held.length < 4 ? undefined : held.readInt32BE() + 4));

export interface Protocol {
  readonly client: () => Cutter;
  readonly server: () => Cutter;
  /** A message of the client without what depends on the machine. Default: all of its bytes. */
  readonly comparable?: (message: Buffer) => string;
}

export const postgresProtocol: Protocol = { client: postgresClient, server: () => cutter(typedLength) };
/** Source: Apache Kafka, A Guide to the Protocol: each message is prefixed with its length. */
export const kafkaProtocol: Protocol = { client: kafkaFrames, server: kafkaFrames };

const mongoMessages = (): Cutter => cutter((held) => (held.length < 4 ? undefined : held.readInt32LE()));

/** Offset of the document in an OP_MSG with one section: after the header, the flags and the kind of the section. */
const mongoDocumentAt = 21;

/** The document of an OP_MSG, with the values of BSON. Source: MongoDB docs, MongoDB Wire Protocol. */
export const mongoDocumentIn = (message: Buffer): Readonly<Record<string, unknown>> =>
  deserialize(message.subarray(mongoDocumentAt), { promoteLongs: false });

/** The handshake names the operating system of the client. */
export const mongoProtocol: Protocol = {
  client: mongoMessages,
  server: mongoMessages,
  comparable: (message) => {
    const document = mongoDocumentIn(message);
    const { client } = document;
    const rest =
      typeof client === 'object' ? { ...document, client: { ...client, os: undefined } } : document;
    return `${message.readInt32LE(4)} ${EJSON.stringify(rest, { relaxed: false })}`;
  },
};

/** The end of the value of RESP2 that starts at `at`; undefined until it has arrived. Source: Redis docs, RESP. */
const respEnd = (held: Buffer, index: number): number | undefined => {
  const line = held.indexOf('\r\n', index);
  if (line < 0) return undefined;
  const type = held.toString('latin1', index, index + 1);
  const after = line + 2;
  if (type !== '$' && type !== '*') return after;
  const count = Number(held.toString('latin1', index + 1, line));
  if (count < 0) return after;
  if (type === '$') return after + count + 2;
  let end: number | undefined = after;
  for (let nth = 0; nth < count && end !== undefined; nth += 1) end = respEnd(held, end);
  return end;
};

const respValues = (): Cutter => cutter((held) => respEnd(held, 0));

/** Commands and replies are values of RESP2. */
export const redisProtocol: Protocol = { client: respValues, server: respValues };
