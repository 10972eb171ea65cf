import { EJSON } from 'bson';
import { mongoDocumentIn } from './frames.ts';

/** A command and its reply, as relaxed Extended JSON. */
export interface MongoAnswer {
  /** The name of the command, with the stage of a pipeline that reads no documents: 'aggregate $indexStats'. */
  readonly name: string;
  /** The database and the command, without what a client adds to each. */
  readonly call: string;
  readonly reply: Readonly<Record<string, unknown>>;
}

/** Fields that a client adds to commands. */
const addedFields = new Set(['$db', 'maxTimeMS', '$readPreference', 'client', 'saslSupportedMechs']);
const ownStages = ['$collStats', '$currentOp', '$indexStats'];

const plain = (document: object): Readonly<Record<string, unknown>> =>
  JSON.parse(EJSON.stringify(document, { relaxed: true }));

const messages = (connection: readonly string[], mark: string): readonly Buffer[] =>
  connection
    .filter((message) => message.startsWith(mark))
    .map((message) => Buffer.from(message.slice(mark.length), 'latin1'));

/** The commands of recorded connections with their replies, matched by request ID; without logins. */
export const mongoAnswers = (connections: readonly (readonly string[])[]): readonly MongoAnswer[] =>
  connections.flatMap((connection) => {
    const replies = new Map(messages(connection, '< ').map((bytes) => [bytes.readInt32LE(8), bytes]));
    return messages(connection, '> ').flatMap((bytes) => {
      const reply = replies.get(bytes.readInt32LE(4));
      const { $db, ...command } = plain(mongoDocumentIn(bytes));
      const [name = ''] = Object.keys(command);
      if (reply === undefined || name.startsWith('sasl')) return [];
      const own = ownStages.find((stage) => JSON.stringify(command.pipeline ?? []).includes(`"${stage}"`));
      const rest = Object.fromEntries(Object.entries(command).filter(([field]) => !addedFields.has(field)));
      return [
        {
          name: own === undefined ? name : `${name} ${own}`,
          call: `${String($db)} ${JSON.stringify(rest)}`,
          reply: plain(mongoDocumentIn(reply)),
        },
      ];
    });
  });
