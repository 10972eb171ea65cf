import { declareChanges } from '../../platform/protocol.ts';
import { type MongoChange, type MongoDocument, MongoError, type MongoTarget } from './mongo-types.ts';
import { mongoReads } from './reading.ts';

/** Errors after which a part of a write may remain. Source: MongoDB, src/mongo/base/error_codes.yml, Interruption. */
const interruptions: ReadonlySet<number> = new Set([24, 50, 91, 112, 189, 262, 11_600, 11_601, 11_602]);

/** One command on its own connection. Throws MongoError. */
export const mongoChanges = declareChanges<MongoTarget, MongoChange, MongoDocument>({
  name: 'mongodb',
  load: async () => (await import('./change.ts')).changeMongo,
  line: ({ line }) => line,
  outcome: ({ n, nModified }) =>
    typeof nModified === 'number' ? `${nModified} of ${String(n)} changed` : 'done',
  // A reply with an error code states that the command was not executed, unless it was interrupted.
  isAnswer: (error) => error instanceof MongoError && error.code > 0 && !interruptions.has(error.code),
  asRead: async (open, target, { database, command }, signal) => {
    const { replies } = await open(mongoReads, target).ask({ commands: [{ database, command }] }, signal);
    return replies[0] ?? {};
  },
});
