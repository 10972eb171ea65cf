import type { Sample } from '../../domain/facts/facts.ts';
import type { ReadIo } from '../../doors/io.ts';
import { clientFeed, signalFeed } from '../kit/contract/client-feed.ts';
import type { Feed, SignalRequest, Source, SourceOptions } from '../kit/contract/source.ts';
import { jsonValueAt } from '../kit/values/json.ts';
import { type MongoClient, type MongoContext, openMongoClient } from './client.ts';
import {
  type MongoConfig,
  mongoReadSchema,
  type OwnRead,
  type QueryRead,
  type StatusRead,
} from './config.ts';
import { mongoDetailFeeds } from './detail-feeds.ts';
import { diagnoseMongo } from './doctor.ts';
import { mongoConnectionPool, mongoHealthFeed, operationsFeed } from './feeds.ts';
import { mongoFingerprint } from './fingerprint.ts';
import { mongoOperations } from './operations.ts';
import { longestSeconds, readOperations } from './operations-in-progress.ts';
import { readOplog } from './oplog.ts';
import { countIn, lagSeconds, numberIn, parseReplicaSet } from './parse.ts';
import { openStatusSampler, scalarOf } from './status-samples.ts';

type Value = Pick<Sample, 'value' | 'why'>;
interface SignalOf<R> {
  readonly id: string;
  readonly read: R;
}

const isStatusRead = (read: object): read is StatusRead =>
  'status' in read || 'rate' in read || 'percent' in read || 'latency' in read;
const isQueryRead = (read: object): read is QueryRead => 'count' in read || 'command' in read;

/** One serverStatus: the connection slots of the server, and the signals that read it. */
const poolsFeed = (client: MongoClient, reads: readonly SignalOf<StatusRead>[]): Feed => {
  const sampler = openStatusSampler();
  return clientFeed(client, {
    name: 'pools',
    kind: 'pools',
    signals: reads.map(({ id }) => id),
    ...(reads.some(({ read }) => 'rate' in read || 'latency' in read) ? { needsTwo: true } : {}),
    read: async (signal) => {
      const status = await client.ask({ serverStatus: 1 }, signal, 'admin');
      const stamp = { source: client.source, at: client.now() };
      const samples = reads.map(
        ({ id, read }): Sample => ({
          ...stamp,
          signal: id,
          labels: {},
          ...sampler.value(read, status, stamp.at),
        }),
      );
      sampler.next();
      return { items: [mongoConnectionPool(client, status)], samples };
    },
  });
};

const queryValue = async (client: MongoClient, read: QueryRead, signal: AbortSignal): Promise<Value> => {
  if ('count' in read) {
    const { collection, filter } = read.count;
    const command = { count: collection, query: client.withTimes(filter) };
    return { value: countIn(await client.ask(command, signal)) };
  }
  const reply = await client.ask(client.withTimes(read.command), signal, read.database);
  return scalarOf(jsonValueAt(reply, read.path), read.path);
};

const lagValue = async (client: MongoClient, signal: AbortSignal): Promise<Value> => {
  const set = parseReplicaSet(await client.ask({ replSetGetStatus: 1 }, signal, 'admin'));
  const secondaries = set.members.filter(({ state }) => state === 'SECONDARY');
  if (secondaries.length === 0)
    return { why: 'no secondary is connected to the primary, so there is no lag' };
  const lags = secondaries.map((member) => lagSeconds(set, member));
  const known = lags.filter((lag) => lag !== undefined);
  if (known.length === lags.length) return { value: Math.max(...known) };
  return {
    why: set.members.some(({ state }) => state === 'PRIMARY')
      ? 'a secondary does not report the time of the last operation, so the lag is unknown'
      : 'the replica set has no primary, so the lag of the secondaries is unknown',
  };
};

const diskValue = async (
  client: MongoClient,
  what: 'percent' | 'bytes',
  signal: AbortSignal,
): Promise<Value> => {
  const stats = await client.ask({ dbStats: 1 }, signal);
  if (what === 'bytes') {
    const bytes = numberIn(stats, 'totalSize') ?? numberIn(stats, 'storageSize');
    return bytes === undefined ? { why: 'dbStats of this server has no storageSize' } : { value: bytes };
  }
  const used = numberIn(stats, 'fsUsedSize');
  const whole = numberIn(stats, 'fsTotalSize');
  return used === undefined || whole === undefined || whole <= 0
    ? { why: 'dbStats of this server has no size of the file system' }
    : { value: Math.round((1000 * 100 * used) / whole) / 1000 };
};

const ownValue = async (client: MongoClient, read: OwnRead, signal: AbortSignal): Promise<Value> => {
  if ('lag' in read) return lagValue(client, signal);
  if ('disk' in read) return diskValue(client, read.disk, signal);
  if ('longest' in read) {
    const { rows } = await readOperations(client, signal, { isIdleIncluded: false });
    return { value: longestSeconds(rows, read.longest) };
  }
  const { seconds } = await readOplog(client, signal);
  return seconds === undefined
    ? { why: 'the oplog is empty, so the oplog window is unknown' }
    : { value: Math.round(seconds / 36) / 100 };
};

const signalFeeds = (client: MongoClient, signals: readonly SignalRequest[]): readonly Feed[] => {
  const status: SignalOf<StatusRead>[] = [];
  const others: Feed[] = [];
  for (const { id, read: raw } of signals) {
    const read = mongoReadSchema.parse(raw);
    if (isStatusRead(read)) status.push({ id, read });
    else if (isQueryRead(read))
      others.push(signalFeed(client, { name: 'queries', id }, (signal) => queryValue(client, read, signal)));
    else others.push(signalFeed(client, { name: 'values', id }, (signal) => ownValue(client, read, signal)));
  }
  return [poolsFeed(client, status), ...others];
};

/** Opens one source. Contacts nothing yet. */
export const openMongo = (opening: SourceOptions<MongoConfig>, io: ReadIo): Source => {
  const client = openMongoClient(opening, io);
  const context: MongoContext = {
    source: opening.id,
    client,
    files: io.files,
    findProgram: io.findProgram,
    dir: opening.dir ?? process.cwd(),
  };
  return {
    id: opening.id,
    feeds: [
      mongoHealthFeed(client),
      operationsFeed(client),
      ...signalFeeds(client, opening.signals),
      ...mongoDetailFeeds(client),
    ],
    operations: mongoOperations.map((mongoOperation) => mongoOperation.open(context)),
    fingerprint: (signal, since = client.now()) => mongoFingerprint(client, signal, since),
    doctor: (signal) => diagnoseMongo(client, signal),
    close: () => io.close(),
  };
};
