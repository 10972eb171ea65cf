import { declareReads, lazyClient } from '../../platform/protocol.ts';
import type { MongoTarget } from './mongo-types.ts';
import type { MongoReader } from './reader.ts';

/** A MongoDB deployment for reads: a command that is not known to read is refused before it is sent. Calls throw MongoError. */
export const mongoReads = declareReads('mongodb', (transport, target: MongoTarget): MongoReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./reader.ts')).openMongoReader(target, transport),
  );
  return {
    ask: async (query, signal) => (await client()).ask(query, signal),
    serversSince: async (began, identify, signal) => (await client()).serversSince(began, identify, signal),
    close,
  };
});
