import type { Sample } from '../../domain/facts/facts.ts';
import type { ReadIo } from '../../doors/io.ts';
import { clientFeed, signalFeed } from '../kit/contract/client-feed.ts';
import type { Feed, SignalRequest, Source, SourceOptions } from '../kit/contract/source.ts';
import { openRedisClient, type RedisClient } from './client.ts';
import { type InfoRead, type RedisConfig, redisReadSchema } from './config.ts';
import { createDatabaseFlushes, databasesRead } from './database-flushes.ts';
import { detailFeeds } from './detail-feeds.ts';
import { diagnoseRedis } from './doctor.ts';
import { clientsFeed, connectionPool, redisHealthFeed } from './feeds.ts';
import { redisFingerprint } from './fingerprint.ts';
import { keyLength } from './key-length.ts';
import { redisOperations } from './operations.ts';
import { parseInfo } from './parse.ts';
import { openInfoSampler } from './signal-samples.ts';
import { topologyValue } from './topology.ts';

/** One feed per key, so that a key that may not be read affects no other. */
const keyFeeds = (client: RedisClient, signals: readonly SignalRequest[]): readonly Feed[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = redisReadSchema.parse(read);
    if (!('length' in parsed)) return [];
    return signalFeed(client, { name: 'keys', id, requests: 3 }, (signal) =>
      keyLength(client, parsed.length, signal),
    );
  });

/** One feed per signal about a cluster or a sentinel, so that a denied one affects no other. */
const topologyFeeds = (client: RedisClient, signals: readonly SignalRequest[]): readonly Feed[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = redisReadSchema.parse(read);
    return 'cluster' in parsed || 'sentinel' in parsed
      ? [signalFeed(client, { name: 'topology', id }, (signal) => topologyValue(client, parsed, signal))]
      : [];
  });

const infoSignals = (signals: readonly SignalRequest[]): readonly { id: string; read: InfoRead }[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = redisReadSchema.parse(read);
    return 'length' in parsed || 'cluster' in parsed || 'sentinel' in parsed ? [] : [{ id, read: parsed }];
  });

/** One INFO: the connection slots of the server, and the signals that read INFO. */
const poolsFeed = (client: RedisClient, signals: readonly SignalRequest[]): Feed => {
  const reads = infoSignals(signals);
  const sampler = openInfoSampler();
  return clientFeed(client, {
    name: 'pools',
    kind: 'pools',
    signals: reads.map(({ id }) => id),
    read: async (signal) => {
      const info = parseInfo(await client.ask(['INFO'], signal));
      const stamp = { source: client.source, at: client.now() };
      const samples = reads.map(
        ({ id, read }): Sample => ({
          ...stamp,
          signal: id,
          labels: {},
          ...sampler.value(read, info, stamp.at),
        }),
      );
      return { items: [connectionPool(client, info)], samples };
    },
  });
};

/** Opens one source. Contacts nothing yet. */
export const openRedis = (opening: SourceOptions<RedisConfig>, io: ReadIo): Source => {
  const client = openRedisClient(opening, io);
  const flushes = createDatabaseFlushes(databasesRead(client.database, opening.signals));
  return {
    id: opening.id,
    feeds: [
      redisHealthFeed(client),
      clientsFeed(client),
      poolsFeed(client, opening.signals),
      ...keyFeeds(client, opening.signals),
      ...topologyFeeds(client, opening.signals),
      ...detailFeeds(client),
    ],
    operations: redisOperations.map((redisOperation) =>
      redisOperation.open({ source: opening.id, client, findProgram: io.findProgram }),
    ),
    fingerprint: (signal, since = client.now()) => redisFingerprint(client, flushes, signal, since),
    doctor: (signal) => diagnoseRedis(client, signal),
    close: () => io.close(),
  };
};
