import { field, number } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { documentsIn, numberIn } from './parse.ts';

/** The log of operations that secondaries copy. */
interface Oplog {
  /** Time between its first and last entry: a member that is down for longer needs a full copy. */
  readonly seconds: number | undefined;
  readonly usedBytes: number | undefined;
  readonly maxBytes: number | undefined;
}

/** The seconds of a timestamp of BSON. */
const timestampSeconds = (document: unknown): number | undefined =>
  number(field(field(field(document, 'ts'), '$timestamp'), 't'));

const edge = (order: 1 | -1) => ({
  database: 'local',
  command: { find: 'oplog.rs', sort: { $natural: order }, limit: 1, projection: { ts: 1 } },
});

/** Reads the window of the oplog; both edges are read in constant time. Throws MongoError. */
export const readOplog = async (client: MongoClient, signal: AbortSignal): Promise<Oplog> => {
  const stats = {
    database: 'local',
    command: { aggregate: 'oplog.rs', pipeline: [{ $collStats: { storageStats: {} } }], cursor: {} },
    // Needs a privilege of its own; the window is known without it.
    mayFail: true as const,
  };
  const { replies } = await client.askAll({ commands: [edge(1), edge(-1), stats] }, signal);
  const [oldest] = documentsIn(replies[0], 'the oplog');
  const [newest] = documentsIn(replies[1], 'the oplog');
  const [storage] = replies[2]?.ok === 1 ? documentsIn(replies[2], '$collStats') : [];
  const from = timestampSeconds(oldest);
  const to = timestampSeconds(newest);
  return {
    seconds: from === undefined || to === undefined ? undefined : Math.max(0, to - from),
    usedBytes: numberIn(field(storage, 'storageStats'), 'size'),
    maxBytes: numberIn(field(storage, 'storageStats'), 'maxSize'),
  };
};
