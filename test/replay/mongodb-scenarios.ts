import type { Scenario } from './open-through.ts';

const entry = { url: 'mongodb://mongodb.example:27017/shop' };
const count = (collection: string, filter: object = {}) => ({ count: { collection, filter } });
const batch = (pipeline: readonly object[], path: string, collection = 'events') => ({
  ...{ command: { aggregate: collection, pipeline, cursor: {} } },
  path: `cursor.firstBatch${path}`,
});

/** Events in four states with three indexes, and an order: those of `test/real/mongodb/collections.ts`. */
export const mongodbScenarios: readonly Scenario[] = [
  {
    name: 'health',
    asked: 'a new connection, the role of the server and ping, twice, each on a connection of its own',
    entry,
    calls: ['feed health', 'feed health'],
  },
  {
    name: 'counts',
    asked: 'counts with comparisons, logic and relative times, and of a collection that does not exist',
    entry,
    signals: [
      { id: 'all', read: count('events') },
      { id: 'failed', read: count('events', { status: 'FAILED' }) },
      { id: 'open', read: count('events', { status: { $nin: ['FAILED', 'DONE'] } }) },
      { id: 'late', read: count('events', { timestamp: { $gte: { $date: '2026-03-04T04:00:00Z' } } }) },
      { id: 'old', read: count('events', { timestamp: { $lt: { $ago: '1h' } } }) },
      {
        id: 'either',
        read: count('events', { $or: [{ error: 'schema' }, { error: { $exists: false } }] }),
      },
      { id: 'named', read: count('events', { error: { $regex: '^time' } }) },
      { id: 'one', read: count('events', { _id: { $oid: '65e500000000000000000003' } }) },
      { id: 'none', read: count('none') },
    ],
    calls: 'all failed open late old either named one none'
      .split(' ')
      .map((id) => `feed queries:${id}` as const),
  },
  {
    name: 'pipelines',
    asked: 'groups, sums, a sort and a limit; a path of the reply that does not exist',
    entry,
    signals: [
      {
        id: 'largest',
        read: batch(
          [
            { $match: { status: 'FAILED' } },
            { $group: { _id: '$error', n: { $sum: 1 } } },
            { $sort: { n: -1 } },
          ],
          '[0].n',
        ),
      },
      { id: 'total', read: batch([{ $group: { _id: null, sum: { $sum: '$total' } } }], '[0].sum', 'orders') },
      { id: 'newest', read: batch([{ $sort: { timestamp: -1 } }, { $limit: 1 }], '[0].timestamp') },
      { id: 'counted', read: batch([{ $match: { status: 'DONE' } }, { $count: 'n' }], '[0].n') },
      { id: 'nothing', read: batch([{ $match: { status: 'NONE' } }], '[0].n') },
    ],
    calls: ['largest', 'total', 'newest', 'counted', 'nothing'].map((id) => `feed queries:${id}` as const),
  },
  {
    name: 'errors',
    asked: 'an operator that does not exist, and the replica set of a standalone server',
    entry,
    signals: [
      { id: 'operator', read: count('events', { status: { $nope: 1 } }) },
      { id: 'lag', read: { lag: 'seconds' } },
    ],
    calls: ['feed queries:operator', 'feed values:lag'],
  },
  { name: 'sizes', asked: 'sizes of the database and its collections', entry, calls: ['feed sizes'] },
  { name: 'indexes', asked: 'the indexes of every collection', entry, calls: ['feed indexes'] },
  { name: 'databases', asked: 'all databases', entry, calls: ['feed databases'] },
  {
    name: 'status',
    asked: 'serverStatus: connections, load, and fields that it does not have',
    entry,
    signals: [
      { id: 'uptime', read: { status: 'uptime' } },
      { id: 'version', read: { status: 'version' } },
      { id: 'missing', read: { status: 'no.such.field' } },
    ],
    calls: ['feed pools', 'feed load'],
  },
  { name: 'doctor', asked: 'the examination', entry, calls: ['doctor'] },
  {
    name: 'plans',
    asked: 'plans of changes, also of an index that exists, and of one that does not',
    entry,
    calls: [
      { plan: 'createIndex', params: { collection: 'events', key: { error: 1 } } },
      { plan: 'createIndex', params: { collection: 'events', key: { status: 1 } } },
      { plan: 'dropIndex', params: { collection: 'events', name: 'timestamp_1' } },
      { plan: 'dropIndex', params: { collection: 'events', name: 'none_1' } },
      {
        plan: 'updateMany',
        params: {
          ...{ collection: 'events', filter: { status: 'PROCESSING' }, max: 1000 },
          update: { $set: { status: 'PENDING', 'retry.count': 1 }, $unset: { error: '' } },
        },
      },
    ],
  },
];
